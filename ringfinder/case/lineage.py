"""Ring ids that live on from case to case, and the history of every ring with the cause of each change.

In:  RingReport, an earlier case.   Out: the report under carried ids, with its `Lineage`.
Never groups people and never changes a ring: only ids do. Causes show masked values only. People are compared under
their original ids, because without `known_ids` a `PH-` number may stand for somebody else in the next case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.case.causes import CauseFinder
from ringfinder.case.history import people_by_ring, read_history
from ringfinder.case.letter_texts import former_templates
from ringfinder.case.ties import OldBook
from ringfinder.model.letters import FormerTemplates
from ringfinder.model.lineage import Change, Lineage, LineageEvent, People, match_rings, told_order
from ringfinder.model.ring import Ring, RingReport

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

#: a ring id in a sentence; Chinese may follow it without a space
_RING_ID = re.compile(r"(?<![A-Za-z0-9-])R-\d+(?![A-Za-z0-9])")

_LINKS = """
SELECT DISTINCT l.policyholder_id, v.kind, v.value, v.verdict FROM book_links l JOIN book_values v USING (value_id)
WHERE v.n_holders > 1 OR l.policyholder_id IN (SELECT policyholder_id FROM members)
"""

_STATEMENTS = {
    "members": "SELECT ring_id, policyholder_id FROM members WHERE role <> 'associate'",
    "people": "SELECT policyholder_id FROM policyholders",
    "pseudonyms": "SELECT policyholder_id, original_id FROM pseudonyms",
    "tests": "SELECT ring_id, status, q_value, stories FROM rings",
    "links": _LINKS,
    "ties": "SELECT ring_id, kind, value, masked FROM ring_identifiers WHERE role = 'evidence'",
}


@dataclass(frozen=True)
class PreviousRun:
    """What carrying ids on needs of an earlier case; people are original policyholder ids.

    Attributes
    ----------
    name : the case's folder name.
    policyholders : everybody on file then.
    known_ids : the number that stands in place of each original id, also of people who are on file no more.
    lineage : its history.
    book : its rings (associates left out), and who held which shared value then.
    templates : its letter templates.
    """

    name: str
    policyholders: People = field(repr=False)
    known_ids: Mapping[str, str] = field(repr=False)
    lineage: Lineage = field(repr=False)
    book: OldBook = field(repr=False)
    templates: FormerTemplates = field(repr=False, default_factory=FormerTemplates)


def read_previous(case: Case) -> PreviousRun:
    """Everything of a case that carrying its ids on needs, so that the case itself may be replaced."""
    frames = case.fetch_all(_STATEMENTS)
    real = _originals(frames["pseudonyms"])
    for name in ("members", "people", "links"):
        people = frames[name]["policyholder_id"].astype("str")
        frames[name]["policyholder_id"] = people.map(real).fillna(people) if real else people
    rings = {name: frozenset[str]() for name in case.ring_ids()} | people_by_ring(frames["members"])
    return PreviousRun(
        name=case.folder.name,
        policyholders=frozenset(frames["people"]["policyholder_id"]),
        known_ids={original: number for number, original in real.items()},
        lineage=read_history(case),
        book=OldBook(rings=rings, tests=frames["tests"], links=frames["links"], ties=frames["ties"]),
        templates=former_templates(case),
    )


def keep_ids(report: RingReport, previous: Case | PreviousRun | None) -> RingReport:
    """Give the rings of a report the ids they have in an earlier case.

    R-0003 in a file must mean the same people next month. See `ringfinder.model.lineage.match_rings` for which ring
    keeps which id; ranks stay as they are.

    Parameters
    ----------
    previous : the case before, or None: ids stay as they are and the history begins.

    Returns
    -------
    The report with carried ids (also those of its evidence) and `lineage`, the history up to this run.
    """
    before = previous if isinstance(previous, PreviousRun) or previous is None else read_previous(previous)
    order = sorted(report.rings, key=lambda ring: (ring.rank, ring.ring_id))
    real = _originals(report.dataset.report.pseudonyms)
    people = [frozenset(_people(ring, real)) for ring in order]
    if before is None:
        ids = [ring.ring_id for ring in order]
        changes = [Change(name, "new", frozenset(), members) for name, members in zip(ids, people, strict=True)]
    else:
        matching = match_rings(before.book.rings, people, gone=before.lineage.gone)
        ids, changes = list(matching.ids), list(matching.changes)
    rings = renamed(order, {ring.ring_id: name for ring, name in zip(order, ids, strict=True)})
    changes = sorted([*changes, *_status_changes(rings, people, before.book if before else None)], key=told_order)
    finder = CauseFinder(replace(report, rings=rings), changes, real=real, old=before.book if before else None)
    return replace(
        report,
        rings=rings,
        lineage=_next(before, changes, finder, rings, until=_last_case(report)),
        manifest={**report.manifest, "previous": before.name} if before else report.manifest,
    )


def _status_changes(rings: tuple[Ring, ...], people: list[People], old: OldBook | None) -> Iterable[Change]:
    """Rings that are flagged and were not in the run before, and those that are flagged no more."""
    was = {} if old is None else dict(zip(old.tests["ring_id"], old.tests["status"], strict=True))
    for ring, members in zip(rings, people, strict=True):
        before = old.rings.get(ring.ring_id, frozenset()) if old is not None else frozenset()
        if ring.status == "flagged" and was.get(ring.ring_id) != "flagged":
            yield Change(ring.ring_id, "flagged", before, members)
        elif ring.status != "flagged" and was.get(ring.ring_id) == "flagged":
            yield Change(ring.ring_id, "unflagged", before, members)


def _next(
    before: PreviousRun | None,
    changes: Iterable[Change],
    finder: CauseFinder,
    rings: tuple[Ring, ...],
    *,
    until: pd.Timestamp | None,
) -> Lineage:
    """The history with the changes of one more run."""
    history = before.lineage if before else Lineage()
    status = {ring.ring_id: ring.status for ring in rings}
    told = []
    for change in changes:
        cause = finder.cause(change)
        told.append(
            LineageEvent(
                run=history.last_run + 1,
                until=until,
                ring_id=change.ring_id,
                event=change.event,
                before=len(change.before),
                after=len(change.after),
                common=len(change.common),
                joined=len(change.joined),
                left=len(change.left),
                others=change.others,
                status=status.get(change.ring_id, ""),
                zh=cause.zh,
                en=cause.en,
                rows=cause.rows,
            )
        )
    gone = {**history.gone, **(before.book.rings if before else {})}
    return Lineage(
        events=(*history.events, *told),
        gone={name: gone[name] for name in sorted(gone) if name not in status},
        nodes=history.nodes,
    )


def renamed(rings: Iterable[Ring], ids: Mapping[str, str]) -> tuple[Ring, ...]:
    """The rings under other ids (`ids`: old to new), also where a statement or a reason names a ring."""

    def text(said: str) -> str:
        return _RING_ID.sub(lambda found: ids.get(found[0], found[0]), said)

    return tuple(
        replace(
            ring,
            ring_id=ids[ring.ring_id],
            summary_zh=text(ring.summary_zh),
            summary_en=text(ring.summary_en),
            members=tuple(replace(m, zh=text(m.zh), en=text(m.en)) for m in ring.members),
            evidence=tuple(
                replace(e, evidence_id=text(e.evidence_id), zh=text(e.zh), en=text(e.en)) for e in ring.evidence
            ),
        )
        for ring in rings
    )


def _people(ring: Ring, real: Mapping[str, str]) -> Iterable[str]:
    return (real.get(m.policyholder_id, m.policyholder_id) for m in ring.members if m.role != "associate")


def _originals(pseudonyms: pd.DataFrame) -> dict[str, str]:
    return dict(zip(pseudonyms["policyholder_id"].astype(str), pseudonyms["original_id"].astype(str), strict=True))


def _last_case(report: RingReport) -> pd.Timestamp | None:
    day = report.book.events["day"].max()
    return None if pd.isna(day) else day
