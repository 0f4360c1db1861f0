"""A tested group, before its evidence is put into words.

In:  nothing (definitions).   Out: `ScoredGroup`.   Never scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ringfinder.model.ring import Signal

#: the name of the story of a group with too little evidence: no explanation, but as good a reason not to flag
THIN = "thin"


@dataclass(frozen=True)
class Story:
    """An honest story that fits a group, with the tables and rows it rests on."""

    name: str
    zh: str
    en: str
    source_table: str
    source_rows: tuple[str, ...]


@dataclass(frozen=True)
class ScoredGroup:
    """A group with its test results.

    Attributes
    ----------
    people : positions in the book, sorted. is_linked, likeness : shape (n_people,), as in `Groups`.
    statistic : nats. score : 0 to 1; 0.5 is as strong as the strongest group that chance makes in a typical book.
    kinds : independent kinds of evidence, sorted. stories : honest explanations; any one keeps it from being flagged.
    kind : the channel; the people of an arbitrage group are judged in the seller's-side book.
    """

    people: NDArray[np.int64]
    is_linked: NDArray[np.bool_]
    likeness: NDArray[np.float64]
    statistic: float
    score: float
    p_value: float
    q_value: float
    is_flagged: bool
    kinds: tuple[str, ...]
    signals: tuple[Signal, ...]
    stories: tuple[Story, ...]
    kind: Literal["refund", "arbitrage"] = "refund"


def list_order(group: ScoredGroup) -> tuple[bool, bool, float, int, int]:
    """Sort key of a list of groups: flagged, too thin to claim, explained; within each by score."""
    is_explained = any(story.name != THIN for story in group.stories)
    return (not group.is_flagged, is_explained, -group.score, -len(group.people), int(group.people[0]))
