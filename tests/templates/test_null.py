"""Where chance ends among similarities: a tail told by the bulk, whatever free copies lie above it."""

from __future__ import annotations

import numpy as np
import pytest

from ringfinder.templates.null import tail_point


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("share", [1e-2, 1e-3])
def test_chance_passes_the_point_as_rarely_as_asked(seed: int, share: float) -> None:
    chance = np.random.default_rng(seed).gumbel(0.1, 0.02, 50_000)
    passed = float((chance > tail_point(chance, share=share, fallback=0)).mean())
    assert share / 2 < passed < share * 2


def test_copies_above_chance_hardly_move_the_point() -> None:
    rng = np.random.default_rng(0)
    chance = rng.gumbel(0.1, 0.02, 10_000)
    with_copies = np.append(chance, rng.uniform(0.3, 0.9, 300))
    clean, spoilt = (tail_point(values, fallback=0) for values in (chance, with_copies))
    assert clean <= spoilt < clean * 1.2
    assert spoilt < np.quantile(with_copies, 0.999)


def test_order_of_letters_is_no_matter() -> None:
    chance = np.random.default_rng(0).gumbel(0.1, 0.02, 1001)
    assert tail_point(chance, fallback=0) == tail_point(chance[::-1].copy(), fallback=0)


def test_the_fallback_stands_where_nothing_can_be_told() -> None:
    assert tail_point(np.full(29, 0.4), fallback=0.25) == 0.25
    assert tail_point(np.zeros(1000), fallback=0.25) == 0.25
