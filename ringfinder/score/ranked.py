"""Measured groups and null books -> tested groups in order.

In:  `Measured` groups, a dealer of null books.   Out: `ScoredGroup`s, best first.   Never measures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ringfinder.model.ring import Signal
from ringfinder.model.scored import ScoredGroup, Story, list_order
from ringfinder.score.null import p_and_q


@dataclass(frozen=True)
class Measured:
    """A group with its evidence, before the test; fields as in `ScoredGroup`."""

    people: NDArray[np.int64]
    is_linked: NDArray[np.bool_]
    likeness: NDArray[np.float64]
    statistic: float
    kinds: tuple[str, ...]
    signals: tuple[Signal, ...]
    stories: tuple[Story, ...]


def ranked(
    groups: Sequence[Measured],
    deal: Callable[[NDArray[np.int64]], list[list[float]]],
    *,
    level: float,
    kind: Literal["refund", "arbitrage"] = "refund",
) -> tuple[ScoredGroup, ...]:
    """Test the groups against chance and put them in order.

    Parameters
    ----------
    deal : strengths of the groups of each null book, dealt without the given people. level : a group is flagged where
        q is at most this.

    Notes
    -----
    The test steps down: flagged groups leave the book, and the others are tested again against what chance makes of
    the rest (Westfall and Young 1993, chapter 2.6, with false-discovery rates in place of p-values). A book without
    rings is tested once.
    """
    is_open = np.array([not g.stories for g in groups], dtype=np.bool_)
    total: NDArray[np.float64] = np.array([round(g.statistic, 6) for g in groups], dtype=np.float64)
    null = _rounded(deal(np.zeros(0, dtype=np.int64)))
    p, q = p_and_q(total, is_open, null)
    is_flagged = is_open & (q <= level)
    n_flagged = 0
    while n_flagged < is_flagged.sum() < is_open.sum():
        n_flagged = int(is_flagged.sum())
        rest = np.flatnonzero(~is_flagged)
        flagged = np.unique(np.concatenate([groups[k].people for k in np.flatnonzero(is_flagged).tolist()]))
        p[rest], q[rest] = p_and_q(total[rest], is_open[rest], _rounded(deal(flagged)))
        is_flagged |= is_open & (q <= level)
    scale = max(5.0, float(np.median([max(b, default=0.0) for b in null])) if null else 5.0)
    strength = np.maximum(total, 0)
    scored = [
        ScoredGroup(
            people=g.people,
            is_linked=g.is_linked,
            likeness=g.likeness,
            statistic=float(total[k]),
            score=round(float(strength[k] / (strength[k] + scale)), 6),
            p_value=round(float(p[k]), 6),
            q_value=round(float(q[k]), 6) if is_open[k] else 1.0,
            is_flagged=bool(is_flagged[k]),
            kinds=g.kinds,
            signals=g.signals,
            stories=g.stories,
            kind=kind,
        )
        for k, g in enumerate(groups)
    ]
    return tuple(sorted(scored, key=list_order))


def _rounded(null: list[list[float]]) -> list[list[float]]:
    """Strengths at the precision of the groups', so that a tie with chance is a tie."""
    return [[round(strength, 6) for strength in book] for book in null]
