"""The graph of a case as tables of nodes and relationships, whole or around some rings.

In:  the parts that a push sends.   Out: `NodeTable`, `LinkTable` with ids that fit each other.
What a push would leave out (a relationship without an end) or merge (two rows of one key, the last one wins) is left
out and merged here too. Never writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ringfinder.case import Case
from ringfinder.engines.files.shapes import KINDS, End, LinkShape, NodeShape, shape_of
from ringfinder.engines.neo4j.rows import Part, Values, case_parts
from ringfinder.identifiers.clean import clean_column, guard_formulas
from ringfinder.model.dossier import Level, Seal

#: free text: not for the level 'share', as in the packs
_FREE_TEXT = ("pattern",)
#: groups that a selection does not grow into: its own rings and their people
_CLOSED = ("Ring", "Policyholder")
_RUN = "Run"


@dataclass(frozen=True)
class Wish:
    """What to write: these rings (all of the case if empty), at this level; `run_id` marks every row.

    `seal` is the leave for the level 'sealed'.
    """

    run_id: str
    level: Level = "review"
    ring_ids: tuple[str, ...] = ()
    seal: Seal | None = None


@dataclass(frozen=True)
class NodeTable:
    """`ids` (unique within the group of the shape) and `frame`: a column a property, key properties first."""

    name: str
    shape: NodeShape
    ids: pd.Series[str]
    frame: pd.DataFrame


@dataclass(frozen=True)
class LinkTable:
    """`start` and `end` are ids of nodes; `frame` holds a column a property."""

    name: str
    shape: LinkShape
    start: pd.Series[str]
    end: pd.Series[str]
    frame: pd.DataFrame


def graph_tables(case: Case, values: Values, wish: Wish) -> tuple[list[NodeTable], list[LinkTable]]:
    """All tables, in the order of the statements under `cypher/load`."""
    nodes: list[NodeTable] = []
    links: list[LinkTable] = []
    for part in sorted(case_parts(case, values), key=lambda p: p.name):
        shape = shape_of(part.name)
        if isinstance(shape, NodeShape):
            nodes.append(_node_table(part, shape, wish))
        else:
            links.append(_link_table(part, shape, wish.run_id))
    if wish.ring_ids:
        nodes, links = _around(nodes, links, wish.ring_ids)
    known = _known(nodes) | {_RUN: {wish.run_id}}
    links = [_whole(table, known) for table in links]
    return nodes, links


def _node_table(part: Part, shape: NodeShape, wish: Wish) -> NodeTable:
    raw = safe_frame(part.frame)
    keys = [raw.iloc[:, at] for at in shape.keys.values()]
    frame = pd.DataFrame({name: raw.iloc[:, at] for name, at in shape.keys.items()}, index=raw.index)
    if shape.is_own:
        frame = frame.assign(id=wish.run_id + "/" + keys[0].astype("str"))
    for name, text in {**shape.constants, **dict.fromkeys(shape.marks, wish.run_id)}.items():
        frame[name] = text
    for name, at in shape.properties.items():
        if wish.level != "share" or name not in _FREE_TEXT:
            frame[name] = raw.iloc[:, at]
    ids = _ids(shape.labels[0], keys, raw.index)
    last = ~ids.duplicated(keep="last")
    return NodeTable(part.name, shape, ids[last], frame[last])


def _link_table(part: Part, shape: LinkShape, run_id: str) -> LinkTable:
    raw = safe_frame(part.frame)
    start, end = (_end_ids(e, raw, run_id) for e in (shape.start, shape.end))
    wanted = {**shape.keys, **shape.properties}
    frame = pd.DataFrame({name: raw.iloc[:, at] for name, at in wanted.items()}, index=raw.index)
    frame = frame.assign(**dict.fromkeys(shape.marks, run_id))
    same = pd.DataFrame({"start": start, "end": end, **{k: raw.iloc[:, at] for k, at in shape.keys.items()}})
    last = ~same.duplicated(keep="last")
    return LinkTable(part.name, shape, start[last], end[last], frame[last])


def _end_ids(end: End, raw: pd.DataFrame, run_id: str) -> pd.Series[str]:
    if not end.columns:
        return pd.Series(run_id, index=raw.index, dtype="str")
    return _ids(end.label, [raw.iloc[:, at] for at in end.columns], raw.index)


def _ids(label: str, keys: Sequence[pd.Series[str]], index: pd.Index) -> pd.Series[str]:
    """An identifier's id is its kind and value; of any other node its key."""
    kind = KINDS.get(label)
    if kind is not None:
        return f"{kind}:" + keys[0].astype("str")
    return keys[0].astype("str") if len(keys) == 1 else keys[0].astype("str") + ":" + keys[1].astype("str")


def _whole(table: LinkTable, known: Mapping[str, set[str]]) -> LinkTable:
    """Without relationships that lack an end."""
    kept = table.start.isin(known[table.shape.start.group]) & table.end.isin(known[table.shape.end.group])
    return _only(table, kept)


def _known(nodes: Iterable[NodeTable]) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    for node in nodes:
        known.setdefault(node.shape.group, set()).update(node.ids)
    return known


def _only(table: LinkTable, kept: pd.Series[bool]) -> LinkTable:
    return replace(table, start=table.start[kept], end=table.end[kept], frame=table.frame[kept])


def _around(
    nodes: list[NodeTable], links: list[LinkTable], ring_ids: Sequence[str]
) -> tuple[list[NodeTable], list[LinkTable]]:
    """Rings, their people, and what people, their values, cases and letters lead to; nobody else's."""
    kept: dict[str, set[str]] = {"Ring": set(ring_ids), "Policyholder": set(), "Evidence": set()}
    for table in links:
        # people and statements come in by their ring, everything else by the people
        if table.shape.end.group == "Ring":
            kept[table.shape.start.group].update(table.start[table.end.isin(kept["Ring"])])
    chosen = []
    for table in links:
        if table.shape.start.group == _RUN:
            continue
        inside = table.start.isin(kept.get(table.shape.start.group, set()))
        if table.shape.end.group in _CLOSED:
            inside &= table.end.isin(kept[table.shape.end.group])
        table = _only(table, inside)
        kept.setdefault(table.shape.end.group, set()).update(table.end)
        chosen.append(table)
    # what the run made of a value comes with the value
    for table in links:
        if table.shape.start.group == _RUN:
            chosen.append(_only(table, table.end.isin(kept.get(table.shape.end.group, set()))))
    return [_chosen(node, kept) for node in nodes], chosen


def _chosen(node: NodeTable, kept: Mapping[str, set[str]]) -> NodeTable:
    own = node.ids.isin(kept.get(node.shape.group, set()))
    return replace(node, ids=node.ids[own], frame=node.frame[own])


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Text without characters that act, and with an apostrophe before what a spreadsheet would run."""
    made = {
        at: guard_formulas(clean_column(frame.iloc[:, at])) if _is_text(frame.iloc[:, at]) else frame.iloc[:, at]
        for at in range(frame.shape[1])
    }
    return pd.DataFrame(made, index=frame.index)


def _is_text(column: pd.Series[str]) -> bool:
    return pd.api.types.is_string_dtype(column.dtype) or column.dtype == object
