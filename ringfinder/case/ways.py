"""Ways between two people over what they share, looked for from both ends, a step at a time.

In:  Case, two people.   Out: `Ways`, whose `best` is a chain of people and values in turn.
Reads only what lies around the two: a big book is never loaded. Ties go to the earlier id, so equal cases give equal
ways. Dijkstra 1959; from both ends: Pohl 1971.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

#: cost of passing through a shared value; a step costs no less than the least of these
COST = {"evidence": 1.0, "household": 1.5, "weak": 2.0, "template": 4.0, "guarded": 16.0, "directory": 16.0}
_LEAST = min(COST.values())
_PUBLIC = ["guarded", "directory"]

_LINK = """
SELECT l.policyholder_id, 'v' || l.value_id AS hub, v.kind, v.masked AS value, v.verdict, l.role, l.since,
       l.source_table, l.row_key, v.n_holders, v.score AS weight
FROM book_links l JOIN book_values v USING (value_id)
"""

#: everybody who shares a counting value, a household or a letter template with some people
_AROUND = f"""
WITH value AS MATERIALIZED (
    SELECT DISTINCT l.value_id FROM book_links l JOIN book_values v USING (value_id)
    WHERE l.policyholder_id IN (SELECT unnest($people)) AND v.n_holders > 1
      AND v.verdict IN ('evidence', 'weak', 'household')),
home AS MATERIALIZED (SELECT household FROM households WHERE policyholder_id IN (SELECT unnest($people))),
wording AS MATERIALIZED (
    SELECT DISTINCT template_id FROM letters WHERE policyholder_id IN (SELECT unnest($people)) AND template_id <> ''
      AND verdict IN ('linked', 'possible'))
{_LINK} WHERE l.value_id IN (FROM value)
UNION ALL
SELECT policyholder_id, 'h' || household, 'household', '', 'household', '', NULL, 'policyholders', policyholder_id,
       count(*) OVER (PARTITION BY household), NULL
FROM households WHERE household IN (FROM home) QUALIFY count(*) OVER (PARTITION BY household) > 1
UNION ALL
SELECT l.policyholder_id, 't' || l.template_id, 'template', l.template_id, 'template', '', c.filed_on, 'complaints',
       l.complaint_id, t.policyholders, l.similarity
FROM letters l JOIN templates t USING (template_id) LEFT JOIN complaints c USING (complaint_id)
WHERE l.template_id IN (FROM wording) AND l.verdict IN ('linked', 'possible')
ORDER BY ALL
"""

#: the public values that people near one end and people near the other hold
_SHARED_HUBS = f"""
WITH ours AS MATERIALIZED (SELECT DISTINCT value_id FROM book_links WHERE policyholder_id IN (SELECT unnest($here))),
theirs AS MATERIALIZED (SELECT DISTINCT value_id FROM book_links WHERE policyholder_id IN (SELECT unnest($there)))
{_LINK} WHERE l.value_id IN (FROM ours INTERSECT FROM theirs) AND v.verdict IN (SELECT unnest($public))
  AND (l.policyholder_id IN (SELECT unnest($here)) OR l.policyholder_id IN (SELECT unnest($there)))
ORDER BY ALL
"""

#: two public values and one person who holds both, the rarest values first
_TWO_HUBS = f"""
WITH hub AS MATERIALIZED (
    SELECT value_id, n_holders::BIGINT << 32 | value_id AS rank FROM book_values
    WHERE verdict IN (SELECT unnest($public)) AND n_holders > 1),
ours AS MATERIALIZED (
    SELECT DISTINCT value_id, rank FROM book_links JOIN hub USING (value_id)
    WHERE policyholder_id IN (SELECT unnest($here))),
theirs AS MATERIALIZED (
    SELECT DISTINCT value_id, rank FROM book_links JOIN hub USING (value_id)
    WHERE policyholder_id IN (SELECT unnest($there))),
one AS (
    SELECT policyholder_id, min(rank) AS pick FROM book_links JOIN ours USING (value_id) GROUP BY 1),
two AS (
    SELECT policyholder_id, min(rank) AS pick FROM book_links JOIN theirs USING (value_id) GROUP BY 1),
best AS MATERIALIZED (
    SELECT policyholder_id AS person, one.pick & 4294967295 AS a, two.pick & 4294967295 AS b
    FROM one JOIN two USING (policyholder_id) ORDER BY (one.pick >> 32) + (two.pick >> 32), policyholder_id LIMIT 1)
{_LINK} WHERE l.value_id IN (SELECT a FROM best UNION SELECT b FROM best) AND (
  l.policyholder_id IN (SELECT person FROM best)
  OR l.policyholder_id IN (SELECT unnest($here)) OR l.policyholder_id IN (SELECT unnest($there)))
ORDER BY ALL
"""


class Ways:
    """What lies between two people, as far as it was looked at.

    Attributes
    ----------
    links : one row a person and a shared value: policyholder_id, hub, kind, value (masked), verdict, role, since,
        source_table, row_key, n_holders, weight.
    """

    def __init__(self, case: Case, start: str, goal: str, *, through_hubs: bool) -> None:
        self._case, self._ends = case, (start, goal)
        self._hubs_wanted = through_hubs
        self._front = [{start}, {goal}]
        self._seen = [{start}, {goal}]
        self._steps = 0
        self._near: dict[str, dict[str, float]] = {}
        self.links = pd.DataFrame()

    def best(self, banned: Iterable[str] = ()) -> list[str]:
        """People and hubs in turn on the cheapest way that passes through none of the banned; [] where there is none.

        Public values are tried where nothing else links the two, at most two of them with one person between.
        """
        while True:
            chain, cost = self._cheapest(frozenset(banned))
            if chain and cost <= _LEAST * (self._steps + 1):
                return chain
            # an end that is looked at whole has no other way
            if all(self._front):
                self._grow(min((0, 1), key=lambda side: len(self._front[side])))
            elif chain or not self._hubs_wanted:
                return chain
            elif any(self._front):
                self._grow(0 if self._front[0] else 1)
            else:
                self._hubs_wanted = False
                self._add_hubs()

    def _grow(self, side: int) -> None:
        rows = self._case.fetch(_AROUND, {"people": sorted(self._front[side])})
        self._add(rows)
        found = set(rows["policyholder_id"]) - self._seen[side]
        self._front[side] = found
        self._seen[side] |= found
        self._steps += 1

    def _add_hubs(self) -> None:
        asked = {"here": sorted(self._seen[0]), "there": sorted(self._seen[1]), "public": _PUBLIC}
        rows = self._case.fetch(_SHARED_HUBS, asked)
        self._add(rows if len(rows) else self._case.fetch(_TWO_HUBS, asked))

    def _add(self, rows: pd.DataFrame) -> None:
        self.links = pd.concat([self.links, rows], ignore_index=True) if len(self.links) else rows
        for person, hub, verdict in zip(rows["policyholder_id"], rows["hub"], rows["verdict"], strict=True):
            # half the cost on the way into a value and half on the way out
            self._near.setdefault(f"p{person}", {})[hub] = COST[verdict] / 2
            self._near.setdefault(hub, {})[f"p{person}"] = COST[verdict] / 2

    def _cheapest(self, banned: frozenset[str]) -> tuple[list[str], float]:
        start, goal = (f"p{end}" for end in self._ends)
        cost, before, done = {start: 0.0}, {start: ""}, set()
        heap = [(0.0, start)]
        while heap:
            so_far, node = heapq.heappop(heap)
            if node in done:
                continue
            done.add(node)
            if node == goal:
                break
            for other, step in self._near.get(node, {}).items():
                total = so_far + step
                known = cost.get(other)
                if other in banned or other in done or (known is not None and (total, node) >= (known, before[other])):
                    continue
                cost[other], before[other] = total, node
                heapq.heappush(heap, (total, other))
        if goal not in done:
            return [], 0.0
        chain = [goal]
        while chain[-1] != start:
            chain.append(before[chain[-1]])
        return [node[1:] if node[0] == "p" else node for node in reversed(chain)], cost[goal]
