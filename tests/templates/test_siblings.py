"""When a group of letters is two templates: the shorter description, and only where it is shorter."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ringfinder.templates.siblings import is_shorter_apart

N_LETTERS, N_SHINGLES = 60, 120
WEIGHT = np.ones(N_SHINGLES)


def letters_of(rng: np.random.Generator, holds: NDArray[np.float64], n: int) -> NDArray[np.float32]:
    """Letters that hold each shingle by itself with the chance given."""
    return (rng.random((n, len(holds))) < holds).astype(np.float32)


def two_templates(rng: np.random.Generator, common: int, small: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """A large template, and a small one that shares `common` of its shingles."""
    own = (N_SHINGLES - common) // 2
    large, other = np.full(N_SHINGLES, 0.02), np.full(N_SHINGLES, 0.02)
    large[: common + own] = 0.8
    other[:common] = other[common + own :] = 0.8
    side = np.arange(N_LETTERS) < small
    held = np.vstack([letters_of(rng, other, small), letters_of(rng, large, N_LETTERS - small)])
    return held, side


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("small", [5, 10, 30])
def test_two_templates_that_share_half_are_apart(seed: int, small: int) -> None:
    held, side = two_templates(np.random.default_rng(seed), 60, small)
    assert is_shorter_apart(held, side, WEIGHT, 1.0)


@pytest.mark.parametrize("seed", range(20))
def test_one_template_cut_anywhere_stays_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    held = letters_of(rng, np.full(N_SHINGLES, 0.7), N_LETTERS)
    by_chance = rng.random(N_LETTERS) < rng.uniform(0.1, 0.9)
    # the most tempting cut of one template: who holds most of it against who holds least
    by_length = held.sum(axis=1) > np.median(held.sum(axis=1))
    assert not is_shorter_apart(held, by_chance, WEIGHT, 1.0)
    assert not is_shorter_apart(held, by_length, WEIGHT, 1.0)


def test_a_template_with_one_more_sentence_is_the_same_template() -> None:
    """Twelve shingles more in half of the letters: shorter apart in bits, yet the same wording."""
    rng = np.random.default_rng(3)
    longer = np.arange(N_LETTERS) < N_LETTERS // 2
    held = np.ones((N_LETTERS, N_SHINGLES), dtype=np.float32)
    held[~longer, :12] = 0
    held[:, 12:] = letters_of(rng, np.full(N_SHINGLES - 12, 0.95), N_LETTERS)
    assert not is_shorter_apart(held, longer, WEIGHT, 1.0)


def test_words_told_by_many_shingles_count_once() -> None:
    """The same difference in eight shingles a word is no more evidence than in one."""
    rng = np.random.default_rng(4)
    side = np.arange(N_LETTERS) < N_LETTERS // 2
    words = letters_of(rng, np.full(15, 0.5), N_LETTERS)
    words[side, :2] = letters_of(rng, np.full(2, 0.9), int(side.sum()))
    words[~side, :2] = letters_of(rng, np.full(2, 0.1), int((~side).sum()))
    shingles = np.repeat(words, 8, axis=1)
    weight = np.ones(shingles.shape[1])
    assert is_shorter_apart(shingles, side, weight, 1.0)
    assert not is_shorter_apart(shingles, side, weight, 8.0)
