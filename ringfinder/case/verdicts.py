"""What people decided that holds now: on a ring, on its people, on its values.

In:  Case with the decisions beside it.   Out: the decisions that hold, by what they are on.   Never changes a case.
A run heeds what was decided before it. What was decided since is told beside whatever the case is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.case.decisions import Decision, Tie, latest, read_decisions

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

_LAST_DAY = """
SELECT max(day) AS day FROM (SELECT filed_on AS day FROM complaints UNION ALL SELECT surrendered_on FROM surrenders)
"""

#: values of the kind and the mask of a noted one that hold its rows
_HOLD = """
SELECT v.value, count(*) AS n FROM book_links l JOIN book_values v USING (value_id)
WHERE v.kind = $kind AND v.masked = $masked
  AND (l.source_table || '/' || l.row_key) IN (SELECT unnest($rows))
GROUP BY 1 ORDER BY n DESC, v.value
"""

_NODES = "SELECT ring_id, node_id, kind, value FROM ring_identifiers WHERE value IN (SELECT unnest($values))"

_PEOPLE = "SELECT DISTINCT policyholder_id FROM members WHERE ring_id = $ring"


@dataclass(frozen=True)
class Verdicts:
    """What holds on one ring: the decision on it, those on its people by id, those on its values by node id."""

    ring: Decision | None
    people: Mapping[str, Decision]
    nodes: Mapping[str, Decision]

    @property
    def is_dismissed(self) -> bool:
        return self.ring is not None and self.ring.decision == "dismiss"


def case_end(case: Case) -> pd.Timestamp | None:
    """The last day of the data of a case, on which decisions end."""
    day = case.fetch(_LAST_DAY)["day"].iloc[0]
    return None if pd.isna(day) else pd.Timestamp(day)


def held_decisions(case: Case) -> tuple[Decision, ...]:
    """The decision that holds on each thing; none that is over by the end of the case's data."""
    made = read_decisions(case.folder)
    return latest(made, on=case_end(case)) if made else ()


def decided_nodes(case: Case, held: Iterable[Decision]) -> dict[tuple[str, str], Decision]:
    """The decisions on values, by each ring and node id they have; a value that is on file no more is left out."""
    values: dict[tuple[str, str], Decision] = {}
    for decision in held:
        value = _value_of(case, decision.ties[0]) if decision.about == "identifier" else None
        if value is not None:
            values[decision.ties[0].kind, value] = decision
    if not values:
        return {}
    nodes = case.fetch(_NODES, {"values": sorted({value for _, value in values})})
    rows = zip(nodes["ring_id"], nodes["node_id"], nodes["kind"], nodes["value"], strict=True)
    return {(str(ring), str(node)): values[kind, v] for ring, node, kind, v in rows if (kind, v) in values}


def ring_verdicts(case: Case, ring_id: str) -> Verdicts:
    """What holds on one ring, its people and its values; `ring_id` as the case spells it."""
    held = held_decisions(case)
    if not held:
        return Verdicts(None, {}, {})
    inside = set(case.fetch(_PEOPLE, {"ring": ring_id})["policyholder_id"])
    return Verdicts(
        ring=next((d for d in held if d.about == "ring" and d.id == ring_id), None),
        people={d.id: d for d in held if d.about == "person" and d.id in inside},
        nodes={node: d for (ring, node), d in decided_nodes(case, held).items() if ring == ring_id},
    )


def _value_of(case: Case, tie: Tie) -> str | None:
    """The value that most of the noted rows hold."""
    rows = [f"{table}/{key}" for table, key in tie.rows]
    found = case.fetch(_HOLD, {"kind": tie.kind, "masked": tie.masked, "rows": rows})
    return str(found["value"].iloc[0]) if len(found) else None
