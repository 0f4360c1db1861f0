"""Make a decision from what a person typed: look up the ring, the person or the value, and note what it rests on.

In:  Case, words.   Out: `Decision`.   Never writes, never asks for the time or the user.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.case.decisions import HOLDER_STATEMENTS, VERDICTS, Decision, HolderStatement, Tie, Verdict
from ringfinder.case.who import find_person, find_values
from ringfinder.errors import InputError, RefusedError, UnknownNameError

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

_RING = re.compile(r"\s*(?:[Rr]-?\d+|\d{1,4})\s*")

#: rows that are noted of a value: enough to find it again when some are gone
_ROWS = 20

_TIES = """
SELECT v.kind, v.masked, l.source_table, l.row_key
FROM book_values v JOIN book_links l USING (value_id)
WHERE v.value_id IN (SELECT unnest($values)) ORDER BY v.kind, v.value, l.source_table, l.row_key
"""

_RING_VALUES = """
SELECT v.value_id FROM ring_identifiers r JOIN book_values v ON v.kind = r.kind AND v.value = r.value
WHERE r.ring_id = $ring AND r.role = 'evidence' ORDER BY r.node_id
"""


def decide(
    case: Case,
    name: str,
    decision: Verdict,
    *,
    reason: str,
    at: dt.datetime,
    by: str,
    until: str = "",
    holder_statement: HolderStatement = "",
) -> Decision:
    """A decision on a ring (R-0001), a person, or a value in any spelling or as R-0001/P07.

    Parameters
    ----------
    decision : 'confirm', 'dismiss', 'watch', or '' to note a statement only.
    reason : kept without names, numbers and addresses on file and without what looks like one. at : with its time zone.
    until : ISO day after which it no longer holds. holder_statement : what the person said; of a person only.

    Raises
    ------
    RefusedError : no reason. InputError : nothing decided, an odd day, a statement that is no person's.
    UnknownNameError : nothing of that name.
    """
    if not reason.strip():
        raise RefusedError("a decision needs a reason", hint="add --reason")
    if not decision and not holder_statement:
        raise InputError("nothing is decided", hint=f"one of {', '.join(VERDICTS)}, or --holder-statement")
    if decision and decision not in VERDICTS:
        raise UnknownNameError("decision", decision, VERDICTS)
    if holder_statement and holder_statement not in HOLDER_STATEMENTS:
        raise UnknownNameError("statement", holder_statement, HOLDER_STATEMENTS)
    made = Decision(
        made_at=at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        by=by,
        about="ring",
        id="",
        decision=decision,
        reason=case.redacted(reason),
        until=_day(until),
        holder_statement=holder_statement,
    )
    made = _found(case, name, made)
    if holder_statement and made.about != "person":
        raise InputError("only a person makes a statement", hint="name a policyholder")
    return made


def _found(case: Case, name: str, made: Decision) -> Decision:
    person = _person(case, name)
    # an insurer's own numbers may look like R001: a ring in another spelling comes after them
    if name in case.ring_ids() or (person is None and _RING.fullmatch(name)):
        ring_id = case.check_ring(name)
        head = case.ring(ring_id)
        people = case.members(ring_id).query("role != 'associate'")["policyholder_id"]
        values = case.fetch(_RING_VALUES, {"ring": ring_id})["value_id"].tolist()
        ties, rank = _ties(case, values), int(head["rank"].iloc[0])
        return replace(made, id=ring_id, rank=rank, people=tuple(sorted(people)), ties=ties)
    if person is not None:
        return replace(made, about="person", id=person)
    values = find_values(case, name)["value_id"].tolist()
    ties = _ties(case, values)
    if len(ties) != 1:
        raise InputError(f"{len(ties)} values are meant", hint="name one of them by its pseudonym, such as R-0001/P07")
    return replace(made, about="identifier", id=f"{ties[0].kind} {ties[0].masked}", ties=ties)


def _person(case: Case, name: str) -> str | None:
    try:
        return find_person(case, name)
    except UnknownNameError:
        return None


def _ties(case: Case, values: list[int]) -> tuple[Tie, ...]:
    out = []
    for value in values:
        rows = case.fetch(_TIES, {"values": [int(value)]})
        found = tuple(zip(rows["source_table"].astype(str), rows["row_key"].astype(str), strict=True))[:_ROWS]
        out.append(Tie(str(rows["kind"].iloc[0]), str(rows["masked"].iloc[0]), found))
    return tuple(out)


def _day(text: str) -> str:
    if not text:
        return ""
    try:
        return str(pd.to_datetime(text, format="%Y-%m-%d").strftime("%Y-%m-%d"))
    except ValueError as error:
        raise InputError(f"the day {text[:20]!r} is not a date", hint="write it as 2026-12-31") from error
