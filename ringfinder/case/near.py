"""People just outside a ring, and what happened in one when.

In:  Case.   Out: masked frames.   Never judges: who stands near a ring is no member, and the list says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.case.masks import mask_names
from ringfinder.case.words import kind_name

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

NEAR_COLUMNS = ("policyholder_id", "name", "ties", "since", "complaints", "negotiated", "other_rings", "reason")
TIMELINE_COLUMNS = ("day", "event", "kind", "policyholder_id", "node_id", "overpaid", "row_key")

# what counted in the ring, and what is weak: a guarded hub would bring in everybody who calls the hotline
_NEAR = """
WITH inside AS (SELECT policyholder_id FROM members WHERE ring_id = $ring),
value AS (
    SELECT DISTINCT v.value_id, v.kind, v.masked
    FROM book_links l JOIN book_values v USING (value_id)
    WHERE l.policyholder_id IN (FROM inside) AND v.verdict IN ('evidence', 'weak')),
tie AS (
    SELECT l.policyholder_id, v.kind, v.masked, min(l.since) AS since
    FROM value v JOIN book_links l USING (value_id) WHERE l.policyholder_id NOT IN (FROM inside) GROUP BY ALL
    UNION ALL
    SELECT l.policyholder_id, 'template', l.template_id, min(c.filed_on)
    FROM letters l JOIN complaints c USING (complaint_id)
    WHERE l.verdict IN ('linked', 'possible') AND l.policyholder_id NOT IN (FROM inside) AND l.template_id IN (
        SELECT template_id FROM letters WHERE verdict = 'linked' AND policyholder_id IN (FROM inside))
    GROUP BY ALL),
event AS (
    SELECT policyholder_id, count(*) FILTER (kind = 'complaint') AS complaints,
           count(*) FILTER (kind = 'negotiated') AS negotiated FROM book_events GROUP BY 1),
other AS (SELECT policyholder_id, string_agg(ring_id, ';' ORDER BY ring_id) AS other_rings FROM members GROUP BY 1)
SELECT t.policyholder_id, p.name, t.kind, t.masked, t.since, coalesce(e.complaints, 0) AS complaints,
       coalesce(e.negotiated, 0) AS negotiated, coalesce(o.other_rings, '') AS other_rings
FROM tie t LEFT JOIN policyholders p USING (policyholder_id) LEFT JOIN event e USING (policyholder_id)
LEFT JOIN other o USING (policyholder_id)
ORDER BY t.policyholder_id, t.kind, t.masked
"""

_TIMELINE = """
WITH inside AS (SELECT policyholder_id FROM members WHERE ring_id = $ring)
SELECT day, kind AS event, '' AS kind, policyholder_id, '' AS node_id, overpaid_fen / 100.0 AS overpaid, row_key
FROM book_events WHERE policyholder_id IN (FROM inside)
UNION ALL
SELECT l.since, 'value_used', r.kind, l.policyholder_id, r.node_id, 0.0, l.row_key
FROM ring_identifiers r JOIN book_values v ON v.kind = r.kind AND v.value = r.value JOIN book_links l USING (value_id)
WHERE r.ring_id = $ring AND r.role = 'evidence' AND l.policyholder_id IN (FROM inside)
ORDER BY day NULLS LAST, event, kind, policyholder_id, node_id, row_key
"""


def near_ring(case: Case, ring_id: str, *, language: str) -> pd.DataFrame:
    """People outside a ring who hold a value that counts or is weak in it, or whose letter follows its template.

    They are worth watching, not suspected: what they lack is in the word "outside".

    Returns
    -------
    `NEAR_COLUMNS`: those with most ties first, then those with a case of their own; names masked.

    Raises
    ------
    UnknownNameError : no such ring.
    """
    rows = case.fetch(_NEAR, {"ring": case.check_ring(ring_id)})
    template = "letter template" if language == "en" else "投诉信模板"
    kinds = [template if kind == "template" else kind_name(str(kind), language) for kind in rows["kind"]]
    rows["reason"] = pd.Series([f"{k} {m}" for k, m in zip(kinds, rows["masked"], strict=True)], dtype="str")
    rows["name"] = mask_names(rows["name"])
    keys = ["policyholder_id", "name", "complaints", "negotiated", "other_rings"]
    out = rows.groupby(keys, sort=False, as_index=False, dropna=False).agg(
        ties=("reason", "size"), since=("since", "min"), reason=("reason", "; ".join)
    )
    order = out.assign(a=-out["ties"], b=-out["complaints"], c=-out["negotiated"])
    out = out.loc[order.sort_values(["a", "b", "c", "policyholder_id"], kind="stable").index]
    return out[list(NEAR_COLUMNS)].reset_index(drop=True)


def ring_timeline(case: Case, ring_id: str) -> pd.DataFrame:
    """What happened in a ring when: complaints, surrenders with their money, values taken up (`TIMELINE_COLUMNS`).

    Undated rows come last. Values are named by their pseudonym in the ring, as R-0001/P07 is.

    Raises
    ------
    UnknownNameError : no such ring.
    """
    return case.fetch(_TIMELINE, {"ring": case.check_ring(ring_id)})[list(TIMELINE_COLUMNS)]
