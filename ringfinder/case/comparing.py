"""Two saved cases side by side: which rings are new, grown, shrunk, split, merged, gone.

In:  an earlier and a later Case.   Out: one row a change (`COMPARE_COLUMNS`).
Rings are told apart by their people alone, never by ids or ranks: the cases need not know of each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.errors import InputError
from ringfinder.model.lineage import Change, People, match_rings

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

COMPARE_COLUMNS = (
    "ring_before",
    "ring_after",
    "event",
    "before",
    "after",
    "common",
    "joined",
    "left",
    "status_before",
    "status_after",
    "others",
)

_PEOPLE = """
SELECT m.ring_id, coalesce(x.original_id, m.policyholder_id) AS person
FROM members m LEFT JOIN pseudonyms x USING (policyholder_id) WHERE m.role <> 'associate'
"""
_BOOK = """
SELECT coalesce(x.original_id, p.policyholder_id) AS person
FROM policyholders p LEFT JOIN pseudonyms x USING (policyholder_id)
"""


def compare_cases(before: Case, after: Case) -> pd.DataFrame:
    """What became of each ring of one case in another.

    Returns
    -------
    `COMPARE_COLUMNS`, rings of the later case in order of rank, then those that are gone. `event` as in
    `ringfinder.model.lineage.Change`; `others`: the pieces of a split and what a gone ring went into (ids of the later
    case), the rings a merger is made of (ids of the earlier one), ';'-joined.

    Raises
    ------
    InputError : the cases share no policyholder.
    """
    old, new = _rings(before), _rings(after)
    _check_one_book(before, after, old, new)
    matching = match_rings(old, list(new.values()))
    place = dict(zip(matching.ids, new, strict=True))
    status = [dict(zip(f["ring_id"], f["status"], strict=True)) for f in (before.rings(), after.rings())]
    rank = {ring_id: i for i, ring_id in enumerate(new)}
    rows = [_row(change, old, place, status) for change in matching.changes]
    rows.sort(key=lambda row: (rank.get(str(row[1]), len(rank)), str(row[0]), str(row[2])))
    frame = pd.DataFrame(rows, columns=list(COMPARE_COLUMNS))
    texts = dict.fromkeys(("ring_before", "ring_after", "event", "status_before", "status_after", "others"), "str")
    return frame.astype(texts | dict.fromkeys(("before", "after", "common", "joined", "left"), "int64"))


def _check_one_book(before: Case, after: Case, old: dict[str, People], new: dict[str, People]) -> None:
    """Refuse cases of other people; whole books are read only if the rings have nobody in common."""
    if not frozenset().union(*old.values()).isdisjoint(frozenset().union(*new.values())):
        return
    books = [set(case.fetch(_BOOK)["person"]) for case in (before, after)]
    if books[0].isdisjoint(books[1]):
        raise InputError(
            f"cases {before.folder.name} and {after.folder.name} share no policyholder",
            hint="compare two cases of the same insurer's tables",
        )


def _rings(case: Case) -> dict[str, People]:
    """People of each ring, best rank first."""
    frame = case.fetch(_PEOPLE)
    groups = {str(name): frozenset(part) for name, part in frame.groupby("ring_id")["person"]}
    return {name: groups.get(name, frozenset()) for name in case.ring_ids()}


def _row(
    change: Change, old: dict[str, People], place: dict[str, str], status: list[dict[str, str]]
) -> tuple[object, ...]:
    first = change.ring_id if change.ring_id in old else ""
    then = place.get(change.ring_id, "")
    others = change.others if change.event == "merged" else tuple(place[name] for name in change.others)
    return (
        first,
        then,
        change.event,
        len(change.before),
        len(change.after),
        len(change.common),
        len(change.after - change.before),
        len(change.before - change.after),
        status[0].get(first, ""),
        status[1].get(then, ""),
        ";".join(others),
    )
