"""Measured groups and null books -> tested groups in order.

In:  `Measured` groups, strengths of the null books.   Out: `ScoredGroup`s, best first.   Never measures.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    null: list[list[float]],
    *,
    level: float,
    kind: Literal["refund", "arbitrage"] = "refund",
) -> tuple[ScoredGroup, ...]:
    """Test the groups against chance and put them in order.

    Parameters
    ----------
    null : strengths of the groups of each null book. level : a group is flagged where q is at most this.
    """
    is_open = np.array([not g.stories for g in groups], dtype=np.bool_)
    total: NDArray[np.float64] = np.array([round(g.statistic, 6) for g in groups], dtype=np.float64)
    p, q = p_and_q(total, is_open, null)
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
            is_flagged=bool(is_open[k] and q[k] <= level),
            kinds=g.kinds,
            signals=g.signals,
            stories=g.stories,
            kind=kind,
        )
        for k, g in enumerate(groups)
    ]
    return tuple(sorted(scored, key=list_order))
