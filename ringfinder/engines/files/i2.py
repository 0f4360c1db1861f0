"""A case as two CSV files for i2 Analyst's Notebook and other link charts: entities and links.

In:  Case, how values are shown, Wish.   Out: README, entities.csv, links.csv with one header row each.
The import asks which column is what: `entity_id` is the identity, `entity_type` the type, `label` the label.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from ringfinder.case import Case
from ringfinder.engines.files.cells import cells, lines
from ringfinder.engines.files.tables import LinkTable, NodeTable, Wish, graph_tables
from ringfinder.engines.files.words import about
from ringfinder.engines.neo4j.rows import Values
from ringfinder.export.exporter import ExportFile

_ENTITY = ("entity_id", "entity_type", "label", "name", "kind", "verdict", "holders", "date", "amount", "description")
_LINK = ("link_id", "from_id", "to_id", "link_type", "label", "date", "strength", "description")
#: which property fills a column: the first that the node or relationship has
_FROM = {
    "label": ("shown", "policyholder_id", "ring_id", "template_id", "policy_id", "complaint_id", "surrender_id"),
    "name": ("name",),
    "kind": ("kind", "status", "product", "source", "direction"),
    "verdict": ("verdict",),
    "holders": ("n_holders", "size", "policyholders"),
    "date": ("filed_on", "surrendered_on", "issued_on", "first_seen", "first_filed"),
    "amount": ("overpaid", "premiums_paid"),
}
_LINK_FROM = {
    "label": ("role", "relation", "verdict"),
    "date": ("since", "joined_on"),
    "strength": ("strength", "similarity"),
}
_DESCRIPTION = ("summary", "statement", "reason", "pattern")


def i2_files(case: Case, values: Values, wish: Wish) -> Iterator[ExportFile]:
    """The files, the one to open first in front."""
    nodes, links = graph_tables(case, values, wish)
    # statements and judgements are for reports; on a chart they would be one more picture each
    nodes = [node for node in nodes if node.shape.labels[0] != "Evidence"]
    links = [link for link in links if link.shape.start.group not in ("Evidence", "Run")]
    language = case.language
    entities = pd.concat([_entities(node, language) for node in nodes], ignore_index=True)
    made = pd.concat([_links(link, language) for link in links], ignore_index=True)
    made["link_id"] = _numbered(made)
    is_private = wish.level == "sealed"
    yield ExportFile("", "README.md", about("i2-csv", case, wish), is_private)
    yield ExportFile("", "entities.csv", _csv(entities, _ENTITY), is_private)
    yield ExportFile("", "links.csv", _csv(made, _LINK), is_private)


def _entities(node: NodeTable, language: str) -> pd.DataFrame:
    frame = pd.DataFrame({"entity_id": node.shape.group + ":" + node.ids, "entity_type": node.shape.labels[0]})
    for column, names in _FROM.items():
        frame[column] = _texts(node.frame, names)
    # an intermediary that nobody judged has no masked form; its code is no personal value
    if "value" in node.frame and node.shape.labels[0] == "Intermediary":
        frame["label"] = frame["label"].fillna(node.frame["value"].astype("str"))
    frame["description"] = _texts(node.frame, [f"{name}_{language}" for name in _DESCRIPTION] + ["pattern"])
    return frame


def _links(link: LinkTable, language: str) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "from_id": link.shape.start.group + ":" + link.start,
            "to_id": link.shape.end.group + ":" + link.end,
            "link_type": link.shape.type,
        }
    )
    for column, names in _LINK_FROM.items():
        frame[column] = _texts(link.frame, names)
    frame["description"] = _texts(link.frame, [f"reason_{language}"])
    return frame


def _texts(frame: pd.DataFrame, names: Sequence[str]) -> pd.Series[str]:
    """The first of these columns that the frame has, as text."""
    found = next((name for name in names if name in frame), None)
    if found is None:
        return pd.Series(pd.NA, index=frame.index, dtype="str")
    column = frame[found]
    if pd.api.types.is_string_dtype(column.dtype):
        return column.astype("str")
    text: pd.Series[str] = cells(column)
    return text.mask(text == "")


def _numbered(links: pd.DataFrame) -> pd.Series[str]:
    """Ids that stay when links elsewhere come or go: the ends, the type, and a number among equal ones."""
    ends = links["from_id"] + " " + links["link_type"] + " " + links["to_id"]
    return ends + " " + (ends.groupby(ends).cumcount() + 1).astype("str")


def _csv(frame: pd.DataFrame, columns: Sequence[str]) -> bytes:
    return (",".join(columns) + "\n").encode("utf-8") + lines([cells(frame[name]) for name in columns])
