"""A statement on its way: before it has a number.

In:  nothing (definitions).   Out: `Draft`, `cited`, `rows_of`.   Never judges.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ringfinder.evidence.scene import Scene
from ringfinder.model.ring import Direction
from ringfinder.model.scored import ScoredGroup


@dataclass(frozen=True)
class Draft:
    """Fields as in `Evidence`, without the id."""

    channel: str
    direction: Direction
    zh: str
    en: str
    weight: float
    source_table: str
    source_rows: tuple[str, ...]


def cited(frame: pd.DataFrame) -> tuple[str, ...]:
    """Row keys of a frame, sorted, once each."""
    return tuple(sorted(frame["row_key"].unique().tolist()))


def rows_of(scene: Scene, table: str, group: ScoredGroup) -> pd.DataFrame:
    """The group's rows of a table."""
    frame = scene.dataset[table]
    return frame.loc[frame["policyholder_id"].isin(scene.book.holders[group.people])]
