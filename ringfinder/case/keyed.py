"""Two cases of masked tables side by side, by keyed hash: which identifiers of one's rings the other knows.

In:  two Cases whose tables were masked with one key.   Out: one row an identifier (`BY_KEY_COLUMNS`).
Never sees a value: neither insurer has to show one. Ranks are left aside, hashes alone are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.errors import InputError
from ringfinder.identifiers.keyed import short

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

BY_KEY_COLUMNS = (
    "kind",
    "value",
    "ring_before",
    "ring_after",
    "holders_before",
    "holders_after",
    "verdict_before",
    "verdict_after",
)

_HASH = "regexp_extract({}, '~[0-9a-f]{{16}}')"
#: what a ring's people share, and who they are by their papers: the insurers' own customer numbers have nothing in
#: common
_OF_RINGS = f"""
SELECT DISTINCT i.kind, {_HASH.format("i.value")} AS hash FROM ring_identifiers i WHERE i.role = 'evidence'
UNION SELECT 'person', {_HASH.format("p.id_number")} FROM members m JOIN policyholders p USING (policyholder_id)
"""
_KNOWN = f"""
WITH wanted AS (SELECT unnest($kinds) AS kind, unnest($hashes) AS hash),
value AS (
    SELECT v.kind, {_HASH.format("v.value")} AS hash, v.n_holders AS holders, v.verdict, i.ring_id
    FROM book_values v LEFT JOIN ring_identifiers i ON i.kind = v.kind AND i.value = v.value AND i.role = 'evidence'),
person AS (
    SELECT 'person' AS kind, {_HASH.format("p.id_number")} AS hash, 1 AS holders, coalesce(m.role, '') AS verdict,
    m.ring_id FROM policyholders p LEFT JOIN members m USING (policyholder_id))
SELECT kind, hash, max(holders) AS holders, min(verdict) AS verdict,
       coalesce(string_agg(DISTINCT ring_id, ';' ORDER BY ring_id), '') AS rings
FROM (SELECT * FROM value UNION ALL SELECT * FROM person) JOIN wanted USING (kind, hash)
WHERE kind <> 'intermediary' GROUP BY 1, 2
"""


def compare_by_key(before: Case, after: Case) -> pd.DataFrame:
    """Identifiers of either case's rings that both cases have on file.

    Returns
    -------
    `BY_KEY_COLUMNS`, those in rings of both first. `kind` 'person' is one policyholder of both insurers, by the papers.
    `holders_*`: how many hold it there; `verdict_*`: what it counts for there; `ring_*`: ';'-joined, empty outside
    rings.

    Raises
    ------
    InputError : a case was not made from masked tables.
    """
    wanted = pd.concat([_of_rings(case) for case in (before, after)]).drop_duplicates(ignore_index=True)
    asked = {"kinds": wanted["kind"].tolist(), "hashes": wanted["hash"].tolist()}
    both = before.fetch(_KNOWN, asked).merge(
        after.fetch(_KNOWN, asked), on=["kind", "hash"], suffixes=("_before", "_after")
    )
    both = both.rename(columns={"rings_before": "ring_before", "rings_after": "ring_after"})
    both["value"] = short(both["hash"])
    both["alone"] = (both["ring_before"] == "") | (both["ring_after"] == "")
    both = both.sort_values(["alone", "ring_before", "ring_after", "kind", "hash"], kind="stable", ignore_index=True)
    numbers = dict.fromkeys(("holders_before", "holders_after"), "int64")
    return both[list(BY_KEY_COLUMNS)].astype(numbers)


def _of_rings(case: Case) -> pd.DataFrame:
    frame = case.fetch(_OF_RINGS)
    keyed = frame.loc[frame["hash"].fillna("") != ""]
    if len(frame) and not len(keyed):
        raise InputError(
            f"case {case.folder.name} was not made from masked tables",
            hint="ringfinder mask INPUT --out MASKED --key FILE",
        )
    return keyed
