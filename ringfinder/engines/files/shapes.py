"""What the statements under `cypher/load` make of a row, so that files loaded in bulk give the same graph.

In:  statements of nodes (`MERGE (n:Label ...)`) and of relationships (`MERGE (a)-[x:TYPE ...]->(b)`).
Out: `NodeShape`, `LinkShape`: which column of a row is which key and property.   Never reads a case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ringfinder.engines.queries import load_query
from ringfinder.errors import InputError

_ROW = r"r\[(\d+)\]"
_NODE = re.compile(r"MERGE \(n:(\w+) \{(.*?)\}\)")
_LABEL = re.compile(r"\bn:(\w+)(?=[,\n])")
_CONSTANT = re.compile(r"\bn\.(\w+) = '(\w+)'")
_MARK = re.compile(r"\bn\.(\w+) = \$run\b")
_KEY_MARK = re.compile(r"(\w+): \$run(?! \+)")
_END = re.compile(r"MATCH \(([ab]):(\w+) \{(.*?)\}\)")
_LINK = re.compile(r"MERGE \(a\)-\[x:(\w+)(?: \{(.*?)\})?\]->\(b\)")
#: labels whose nodes are found as identifiers too, and the kind that this label stands for
KINDS: Mapping[str, str] = {"Phone": "phone", "BankAccount": "account", "Intermediary": "intermediary"}


@dataclass(frozen=True)
class NodeShape:
    """One statement of nodes.

    Attributes
    ----------
    labels : own label first.
    keys : property to column, the properties that the node is merged on. is_own : the key stands behind the run's id.
    constants : property to text. marks : properties that hold the run's id. properties : the others, to column.
    """

    labels: tuple[str, ...]
    keys: Mapping[str, int]
    is_own: bool
    constants: Mapping[str, str]
    marks: tuple[str, ...]
    properties: Mapping[str, int]

    @property
    def group(self) -> str:
        """Space of ids that its nodes share."""
        return group_of(self.labels[0])


@dataclass(frozen=True)
class End:
    """One end of a relationship: its label and the columns of its key; the run itself has none."""

    label: str
    columns: tuple[int, ...]

    @property
    def group(self) -> str:
        return group_of(self.label)


@dataclass(frozen=True)
class LinkShape:
    """One statement of relationships: both ends, the type, the columns of key properties and of the others.

    `marks` are properties that hold the run's id.
    """

    type: str
    start: End
    end: End
    keys: Mapping[str, int]
    marks: tuple[str, ...]
    properties: Mapping[str, int]


def group_of(label: str) -> str:
    """Identifiers of every kind share one space of ids, for a relationship may find them by that label alone."""
    return "Identifier" if label in KINDS else label


@cache
def shape_of(part: str) -> NodeShape | LinkShape:
    """What a statement under `cypher/load` makes of a row.

    Raises
    ------
    InputError : the statement is written in another way than its neighbours.

    Examples
    --------
    >>> shape = shape_of("120_owns")
    >>> (shape.type, shape.start.label, shape.end.label)
    ('OWNS', 'Policyholder', 'Policy')
    """
    text = load_query(f"load/{part}").text
    node, link = _NODE.search(text), _LINK.search(text)
    if node is not None:
        keys = _columns(node[2])
        is_own = "$run" in node[2]
        labels = (node[1], *_LABEL.findall(text[node.end() :]))
        marks = tuple(_MARK.findall(text))
        return NodeShape(labels, keys, is_own, dict(_CONSTANT.findall(text)), marks, _properties(text, "n"))
    ends = {name: End(label, tuple(_columns(key).values())) for name, label, key in _END.findall(text)}
    if link is None or set(ends) != {"a", "b"}:
        raise InputError(f"cypher/load/{part}.cypher can't be made into files", hint="write it as its neighbours are")
    own = link[2] or ""
    marks = tuple(_KEY_MARK.findall(own))
    return LinkShape(link[1], ends["a"], ends["b"], _columns(own), marks, _properties(text, "x"))


def _columns(keys: str) -> dict[str, int]:
    """'kind: r[0], id: $run + '/' + r[1]' as property to column."""
    return {name: int(at) for name, at in re.findall(rf"(\w+): (?:\$run \+ '/' \+ )?{_ROW}", keys)}


def _properties(text: str, variable: str) -> dict[str, int]:
    return {name: int(at) for name, at in re.findall(rf"\b{variable}\.(\w+) = {_ROW}(?=,|\s|$)", text)}
