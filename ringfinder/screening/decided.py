"""What people decided since the run, beside the hits it bears on.

In:  Case, hits.   Out: the hits with a column `decision`.   Never drops a hit: a cleared value is told, not hidden.
"""

from __future__ import annotations

import pandas as pd

from ringfinder.case import Case
from ringfinder.case.verdicts import decided_nodes, held_decisions

#: in `decision` of a hit by a value that a person cleared: with the next detect it links nobody
CLEARED = "value dismiss"


def with_decisions(case: Case, hits: pd.DataFrame) -> pd.DataFrame:
    """Hits with `decision`, ';'-joined: 'confirm', 'dismiss' or 'watch' on the ring, 'value ...' on the value that is
    hit, 'person ...' on who filed or surrendered; '' for nothing.
    """
    held = held_decisions(case)
    rings = {d.id: d.decision for d in held if d.about == "ring"}
    people = {d.id: f"person {d.decision}" for d in held if d.about == "person"}
    nodes = {place: f"value {d.decision}" for place, d in decided_nodes(case, held).items()}
    keys = zip(hits["ring_id"], hits["node_id"], hits["policyholder_id"], strict=True)
    told = [
        ";".join(filter(None, (rings.get(ring), nodes.get((ring, node)), people.get(person))))
        for ring, node, person in keys
    ]
    return hits.assign(decision=pd.Series(told, hits.index, dtype="str"))


def by_cleared_value(hits: pd.DataFrame) -> pd.Series[bool]:
    """Which hits rest on a value that a person cleared."""
    return hits["decision"].str.split(";").map(lambda said: CLEARED in said).astype(bool)
