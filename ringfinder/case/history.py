"""The history of a chain of cases as tables of case.duckdb.

In:  `Lineage`, a case.   Out: frames to write, the history that was read.
Never matches rings, never looks for causes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.model.lineage import Lineage, LineageEvent, People

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

#: columns of the history; `others` and `source_rows` ('TABLE:ROW_KEY') are joined by ';', `until` is the last case the
#: run knew
LINEAGE_COLUMNS = (
    "run",
    "until",
    "ring_id",
    "event",
    "before",
    "after",
    "common",
    "joined",
    "left",
    "others",
    "status",
    "cause",
    "source_rows",
)

_COUNTS = ("run", "before", "after", "common", "joined", "left")
_TEXTS = ("ring_id", "event", "others", "status", "cause_zh", "cause_en", "source_rows")

#: what a case of an earlier version does not have
_HISTORY = {
    "events": "SELECT * FROM lineage ORDER BY place",
    "gone": "SELECT * FROM lineage_gone",
    "nodes": "SELECT ring_id, kind, value, node_id FROM lineage_nodes",
}


def read_history(case: Case) -> Lineage:
    """The history of a case; that of an earlier version has its rings' pseudonyms alone."""
    if not _has_history(case):
        return Lineage(nodes=_nodes(case.fetch("SELECT ring_id, kind, value, node_id FROM ring_identifiers")))
    rows = case.fetch_all(_HISTORY)
    events = tuple(_events(rows["events"]))
    return Lineage(events=events, gone=people_by_ring(rows["gone"]), nodes=_nodes(rows["nodes"]))


def lineage_tables(lineage: Lineage, shared: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The history as tables of case.duckdb.

    Parameters
    ----------
    shared : ring_id, kind, value, node_id of the run's rings.
    """
    named = {"zh": "cause_zh", "en": "cause_en", "rows": "source_rows"}
    rows = [
        asdict(event) | {"place": at, "others": ";".join(event.others), "rows": ";".join(event.rows)}
        for at, event in enumerate(lineage.events)
    ]
    columns = ["place", *(field.name for field in fields(LineageEvent))]
    frame = pd.DataFrame(rows, columns=columns).rename(columns=named)
    types = dict.fromkeys(("place", *_COUNTS), "int64") | dict.fromkeys(_TEXTS, "str") | {"until": "datetime64[s]"}
    gone = [(name, person) for name in sorted(lineage.gone) for person in sorted(lineage.gone[name])]
    nodes = [(*key, node) for key, node in sorted({**lineage.nodes, **_nodes(shared)}.items())]
    return {
        "lineage": frame.astype(types),
        "lineage_gone": pd.DataFrame(gone, columns=["ring_id", "policyholder_id"], dtype="str"),
        "lineage_nodes": pd.DataFrame(nodes, columns=["ring_id", "kind", "value", "node_id"], dtype="str"),
    }


def lineage_frame(case: Case, *, language: str) -> pd.DataFrame:
    """The history of a case, oldest run first (`LINEAGE_COLUMNS`); empty for a case that has none."""
    if not _has_history(case):
        return pd.DataFrame({name: [] for name in LINEAGE_COLUMNS})
    frame = case.fetch(
        "SELECT *, CASE WHEN $language = 'en' THEN cause_en ELSE cause_zh END AS cause FROM lineage ORDER BY place",
        {"language": language},
    )
    return frame[list(LINEAGE_COLUMNS)]


def _has_history(case: Case) -> bool:
    return bool(len(case.fetch("SELECT table_name FROM duckdb_tables() WHERE table_name = 'lineage'")))


def people_by_ring(frame: pd.DataFrame) -> dict[str, People]:
    """Sets of people by ring id."""
    groups = frame.groupby("ring_id", sort=True)["policyholder_id"]
    return {str(name): frozenset(map(str, part)) for name, part in groups}


def _nodes(frame: pd.DataFrame) -> dict[tuple[str, str, str], str]:
    rows = frame[["ring_id", "kind", "value", "node_id"]].itertuples(index=False)
    return {(str(ring), str(kind), str(value)): str(node) for ring, kind, value, node in rows}


def _events(rows: pd.DataFrame) -> Iterable[LineageEvent]:
    for row in rows.to_dict("records"):
        yield LineageEvent(
            run=int(row["run"]),
            until=None if pd.isna(row["until"]) else pd.Timestamp(row["until"]),
            ring_id=str(row["ring_id"]),
            event=str(row["event"]),
            before=int(row["before"]),
            after=int(row["after"]),
            common=int(row["common"]),
            joined=int(row["joined"]),
            left=int(row["left"]),
            others=_parts(row["others"]),
            status=str(row["status"]),
            zh=str(row["cause_zh"]),
            en=str(row["cause_en"]),
            rows=_parts(row["source_rows"]),
        )


def _parts(text: object) -> tuple[str, ...]:
    return tuple(part for part in str(text).split(";") if part)
