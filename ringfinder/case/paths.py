"""How two people are linked: the shortest chain of shared values between them, in words.

In:  Case, two people.   Out: one row a step (`PATH_COLUMNS`), masked; no row where nothing links them.
A value that counts as evidence costs least; a household or a weak value costs more, a letter template more still;
guarded hubs are left out unless asked for. Ties go to the earlier id, so equal cases give equal paths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.case import words
from ringfinder.case.who import find_person

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

PATH_COLUMNS = ("step", "from_id", "to_id", "kind", "value", "verdict", "statement", "source_table", "source_rows")

#: cost of passing through a shared value
COST = {"evidence": 1.0, "household": 1.5, "weak": 2.0, "template": 4.0, "guarded": 16.0, "directory": 16.0}

_LINKS = """
SELECT l.policyholder_id, 'v' || l.value_id AS hub, v.kind, v.masked AS value, v.verdict, l.role, l.since,
       l.source_table, l.row_key, v.n_holders
FROM book_links l JOIN book_values v USING (value_id) WHERE v.n_holders > 1 AND v.verdict IN (SELECT unnest($verdicts))
UNION ALL
SELECT h.policyholder_id, 'h' || h.household, 'household', '', 'household', '', NULL, 'policyholders',
       h.policyholder_id, n.people
FROM households h JOIN (SELECT household, count(*) AS people FROM households GROUP BY 1 HAVING count(*) > 1) n
USING (household)
UNION ALL
SELECT l.policyholder_id, 't' || l.template_id, 'template', l.template_id, 'template', '', c.filed_on, 'complaints',
       l.complaint_id, t.policyholders
FROM letters l JOIN templates t USING (template_id) LEFT JOIN complaints c USING (complaint_id)
WHERE l.template_id <> '' AND l.verdict IN ('linked', 'possible')
ORDER BY ALL
"""


def find_path(case: Case, a: str, b: str, *, through_hubs: bool = False, language: str = "zh") -> pd.DataFrame:
    """The shortest chain of shared values between two people.

    Parameters
    ----------
    a, b : policyholder ids, or the number of a complaint, surrender or policy of theirs.
    through_hubs : let the chain pass through guarded hubs and public numbers, which say little.

    Returns
    -------
    `PATH_COLUMNS`, a row a step from one person to the next; empty where nothing links them.

    Raises
    ------
    UnknownNameError : a person is not on file.
    """
    start, goal = find_person(case, a), find_person(case, b)
    verdicts = ["evidence", "weak", "household", *(["guarded", "directory"] if through_hubs else [])]
    links = case.fetch(_LINKS, {"verdicts": verdicts})
    chain = _shortest(links, start, goal)
    steps = [
        _step(links, number, tuple(chain[at : at + 3]), language)
        for number, at in enumerate(range(0, len(chain) - 2, 2), start=1)
    ]
    return pd.DataFrame(steps, columns=list(PATH_COLUMNS)).astype(
        {name: "int64" if name == "step" else "str" for name in PATH_COLUMNS}
    )


def _shortest(links: pd.DataFrame, start: str, goal: str) -> list[str]:
    """People and hubs in turn from start to goal; [] where there is no way."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    if start == goal or not {start, goal} <= set(links["policyholder_id"]):
        return []
    person, people = pd.factorize(links["policyholder_id"], sort=True)
    hub, hubs = pd.factorize(links["hub"], sort=True)
    # half the cost on the way into a value and half on the way out
    cost = links["verdict"].map(COST).to_numpy(dtype="float64") / 2
    size = len(people) + len(hubs)
    ends: NDArray[np.int64] = np.asarray(hub, dtype=np.int64) + len(people)
    edges = pd.DataFrame({"person": person, "hub": ends, "cost": cost}).drop_duplicates(["person", "hub"])
    matrix = csr_matrix((edges["cost"], (edges["person"], edges["hub"])), shape=(size, size))
    at, end = (int(np.searchsorted(np.asarray(people, dtype=object), name)) for name in (start, goal))
    _, tree = dijkstra(matrix, directed=False, indices=np.array([at]), return_predecessors=True)
    before = tree[0]
    if before[end] < 0:
        return []
    chain = [end]
    while chain[-1] != at:
        chain.append(int(before[chain[-1]]))
    return [str(people[node]) if node < len(people) else str(hubs[node - len(people)]) for node in reversed(chain)]


def _step(links: pd.DataFrame, number: int, part: tuple[str, ...], language: str) -> tuple[object, ...]:
    left, hub, right = part
    rows = links[links["hub"] == hub]
    mine = rows[rows["policyholder_id"] == left].iloc[0]
    theirs = rows[rows["policyholder_id"] == right].iloc[0]
    kind, value = str(mine["kind"]), str(mine["value"])
    if kind == "household":
        text = words.pick(language, f"{left} 与 {right} 属同一家庭", f"{left} and {right} belong to one household")
    elif kind == "template":
        text = words.pick(
            language,
            f"{left}{_use(mine, language)} 与 {right}{_use(theirs, language)} 的投诉信同出模板 {value}",
            f"letters of {left}{_use(mine, language)} and {right}{_use(theirs, language)} follow template {value}",
        )
    else:
        name, total = words.kind_name(kind, language), int(mine["n_holders"])
        text = words.pick(
            language,
            f"{left}{_use(mine, language)} 与 {right}{_use(theirs, language)} 共用{name} {value}(共 {total} 人)",
            f"{left}{_use(mine, language)} and {right}{_use(theirs, language)} share {name} {value} ({total} people)",
        )
    source = ";".join([str(mine["row_key"]), str(theirs["row_key"])])
    return (number, left, right, kind, value, str(mine["verdict"]), text, str(mine["source_table"]), source)


def _use(link: pd.Series, language: str) -> str:
    """' (complaint, 2021-03-05)': in which role and since when somebody held the value."""
    role = words.say(words.LINK_ROLE, str(link["role"]), language) if isinstance(link["role"], str) else ""
    since = "" if pd.isna(link["since"]) else f"{link['since']:%Y-%m-%d}"
    inside = ", ".join(part for part in (role, since) if part)
    if not inside:
        return ""
    return f" ({inside})" if language == "en" else f"({inside})"
