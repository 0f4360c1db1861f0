"""Split a group of letters that follow more than one template.

In:  `Corpus`, letters of a group.   Out: sets of letters, each of one template.   Never joins.
Two core profiles must describe the letters in fewer bits than one. Where to cut is tried in two ways: two means from
the first principal direction, which halves a group; and blocks of wording that the same few letters hold, which finds a
small sibling among a large parent's letters, where it is no principal direction.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ringfinder.templates.corpus import Corpus
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.profiles import Clan, contains, core_profile, sample
from ringfinder.templates.sketch import connected

_MAX_DEPTH = 7
_MAX_PARTS = 40
_SAME_TEMPLATE = 0.92
RARE_CORE = 0.05
_SEEN, _SEEN_RARE = 200, 600
_LEAST_COLUMNS = 15
_LEAST_LETTERS = 3
#: a block: shingles that much the same letters of the group hold, most of them in its minority
_PHI, _MOST_SHARE, _LEAST_BLOCK, _MOST_COLUMNS = 0.5, 0.5, 25, 1200
_HOLDS, _MOST_BLOCKS = 0.4, 4


def split_siblings(
    corpus: Corpus, letters: NDArray[np.int64], clan: Clan, params: TemplateParams
) -> list[NDArray[np.int64]]:
    """Split a group in two, again and again, while two core profiles are the shorter description."""
    done: list[NDArray[np.int64]] = []
    todo = [(letters, 0)]
    while todo:
        letters, depth = todo.pop()
        may_split = depth < _MAX_DEPTH and len(done) + len(todo) < _MAX_PARTS
        halves = _best_halves(corpus, letters, clan, params) if may_split else None
        if halves is None:
            done.append(letters)
        else:
            todo += [(half, depth + 1) for half in halves]
    return done


def _best_halves(
    corpus: Corpus, letters: NDArray[np.int64], clan: Clan, params: TemplateParams
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    if len(letters) < 2 * params.min_policyholders:
        return None
    seen = sample(letters, _SEEN)
    profile = core_profile(corpus, seen, clan, params, share=RARE_CORE)
    if len(profile.columns) >= _LEAST_COLUMNS:
        held = contains(corpus.rows[seen], profile.columns)
        side = _two_means(held, profile.weight)
        if side is not None and _is_cut(held, side, profile.weight, params.shingle * corpus.share):
            if len(seen) < len(letters):
                every = contains(corpus.rows[letters], profile.columns)
                side = _nearer(every, held[side].mean(axis=0), held[~side].mean(axis=0), profile.weight)
            return letters[side], letters[~side]
    return _rare_half(corpus, letters, clan, params)


def _rare_half(
    corpus: Corpus, letters: NDArray[np.int64], clan: Clan, params: TemplateParams
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """The letters that hold a block of wording of their own, and the rest."""
    seen = sample(letters, _SEEN_RARE)
    rare = 1.5 * params.min_policyholders / max(len(seen), 1)
    profile = core_profile(corpus, seen, clan, params, share=min(RARE_CORE, rare))
    held = contains(corpus.rows[seen], profile.columns)
    share = held.mean(axis=0, dtype=np.float64)
    rare_columns = np.flatnonzero(share <= _MOST_SHARE)[:_MOST_COLUMNS]
    if len(rare_columns) < _LEAST_BLOCK:
        return None
    for block in _blocks(held[:, rare_columns]):
        columns = rare_columns[block]
        side = held[:, columns].sum(axis=1) >= _HOLDS * len(columns)
        if _is_cut(held, side, profile.weight, params.shingle * corpus.share):
            every = contains(corpus.rows[letters], profile.columns[columns])
            side = every.sum(axis=1) >= _HOLDS * len(columns)
            return letters[side], letters[~side]
    return None


def _blocks(held: NDArray[np.float32]) -> list[NDArray[np.int64]]:
    """Groups of columns whose letters are much the same, the largest first; a few."""
    n = len(held)
    share = held.mean(axis=0, dtype=np.float64)
    both = (held.T @ held).astype(np.float64) / n  # whole numbers: exact on any number of cores
    spread = np.sqrt(np.maximum(share * (1 - share), 1e-9))
    phi = (both - np.outer(share, share)) / np.outer(spread, spread)
    left, right = np.nonzero(np.triu(phi >= _PHI, k=1))
    label = connected(held.shape[1], left, right)
    sizes = np.bincount(label)
    order = np.argsort(-sizes, kind="stable")[:_MOST_BLOCKS]
    return [np.flatnonzero(label == b) for b in order if sizes[b] >= _LEAST_BLOCK]


def _is_cut(held: NDArray[np.float32], side: NDArray[np.bool_], weight: NDArray[np.float64], overlap: float) -> bool:
    is_large = min(int(side.sum()), int((~side).sum())) >= _LEAST_LETTERS
    return is_large and is_shorter_apart(held, side, weight, overlap)


def is_shorter_apart(
    held: NDArray[np.float32], side: NDArray[np.bool_], weight: NDArray[np.float64], overlap: float
) -> bool:
    """Whether two profiles describe the letters in fewer bits than one, and are not the same template after all;
    `overlap` shingles hold the same words."""
    n, n_columns = held.shape
    saved = _bits(held) - _bits(held[side]) - _bits(held[~side]) - n_columns * 0.5 * np.log2(n)
    if saved / max(overlap, 1.0) - n <= 0:
        return False
    one, other = held[side].mean(axis=0), held[~side].mean(axis=0)
    common = float((weight * np.minimum(one, other)).sum())
    least = min(float((weight * one).sum()), float((weight * other).sum()))
    return common <= _SAME_TEMPLATE * max(least, 1e-9)


def _bits(held: NDArray[np.float32]) -> float:
    share = (held.sum(axis=0, dtype=np.float64) + 0.5) / (len(held) + 1)
    return float(len(held) * -(share * np.log2(share) + (1 - share) * np.log2(1 - share)).sum())


def _nearer(
    held: NDArray[np.float32], one: NDArray[np.float32], other: NDArray[np.float32], weight: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Letters nearer to the first centre; no BLAS, whose rounding depends on the number of cores."""
    return np.asarray(np.einsum("ij,j->i", (held - one) ** 2 - (held - other) ** 2, weight) < 0, dtype=np.bool_)


def _two_means(held: NDArray[np.float32], weight: NDArray[np.float64]) -> NDArray[np.bool_] | None:
    """Two clusters of letters, started on the first principal direction."""
    centred = (held - held.mean(axis=0)) * np.sqrt(weight / weight.max())
    direction = np.random.default_rng(0).standard_normal(centred.shape[1])
    for _ in range(25):
        along = np.einsum("ij,j->i", centred, direction)
        direction = np.einsum("i,ij->j", along, centred)
        length = float(np.sqrt((direction**2).sum()))
        if length < 1e-12:
            return None
        direction /= length
    side = np.einsum("ij,j->i", centred, direction) > 0
    for _ in range(8):
        if side.all() or not side.any():
            return None
        moved = _nearer(held, held[side].mean(axis=0), held[~side].mean(axis=0), weight)
        if (moved == side).all():
            break
        side = moved
    return None if side.all() or not side.any() else side
