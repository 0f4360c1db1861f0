"""What earlier decisions change in a run.

In:  Dataset or RingReport, decisions.   Out: the same with cleared values listed as public and dismissed rings listed.
Never removes a ring: a dismissed one stays on the list with the reason, and comes back when it grows by new evidence.
Neither people nor confirmed rings are changed by a decision on them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from ringfinder.case.decisions import Decision, Tie, latest, line_digest
from ringfinder.model.dataset import DECIDED, Dataset
from ringfinder.model.lineage import match_rings
from ringfinder.model.ring import Ring, RingReport

#: the name under `Ring.stories` of a ring that a person dismissed
DISMISSED = "dismissed"

_COLUMNS: Mapping[str, str] = {
    "phones": "phone",
    "bank_accounts": "account",
    "complaints": "contact_phone",
    "surrenders": "payout_account",
    "engagements": "intermediary_id",
    "identifiers": "value",
}


def with_cleared(dataset: Dataset, decisions: Iterable[Decision]) -> tuple[Dataset, tuple[Decision, ...]]:
    """The tables with every cleared value in the directory of public numbers, where it links nobody.

    Returns
    -------
    The tables, and the decisions whose value is on file no more.
    """
    cleared = [
        d for d in latest(decisions, on=last_day(dataset)) if d.about == "identifier" and d.decision == "dismiss"
    ]
    found = [(d, resolve_tie(dataset, d.ties[0])) for d in cleared]
    lost = tuple(d for d, value in found if value is None)
    directory = dataset["directory"]
    rows = [
        (d.ties[0].kind, value, f"decision {d.made_at}", f"decision:{d.made_at}:{number}", DECIDED, number)
        for number, (d, value) in enumerate(found, start=1)
        if value is not None
    ]
    if not rows:
        return dataset, lost
    names = ["kind", "value", "owner", "row_key", "source_file", "source_line"]
    more = pd.DataFrame(rows, columns=names).astype({name: directory[name].dtype for name in names})
    both = pd.concat([directory, more], ignore_index=True).sort_values("row_key", kind="stable", ignore_index=True)
    return Dataset({**dataset.tables, "directory": both}, dataset.report), lost


def resolve_tie(dataset: Dataset, tie: Tie) -> str | None:
    """The value that most of the noted rows hold; None if no more than half of those on file agree."""
    held: Counter[str] = Counter()
    for table in sorted({name for name, _ in tie.rows if name in _COLUMNS}):
        keys = [key for name, key in tie.rows if name == table]
        frame = dataset[table]
        held.update(frame.loc[frame["row_key"].isin(keys), _COLUMNS[table]].dropna().astype(str).tolist())
    if not held:
        return None
    value, count = min(held.items(), key=lambda item: (-item[1], item[0]))
    return value if 2 * count > held.total() else None


def with_dismissals(report: RingReport, decisions: Iterable[Decision]) -> RingReport:
    """The report with dismissed rings listed, and with a word on those that grew since they were dismissed.

    A ring of the report is the dismissed one by the rule that carries ring ids on (half of the smaller of the two).
    New evidence is a person who was not in it, or a shared value that did not count then. The manifest names the
    decisions heeded.
    """
    decisions = tuple(decisions)
    if not decisions:
        return report
    report = replace(report, manifest={**report.manifest, "decisions": [line_digest(d) for d in decisions]})
    held = latest(decisions, on=last_day(report.dataset))
    dismissed = {d.id: d for d in held if d.about == "ring" and d.decision == "dismiss"}
    if not dismissed:
        return report
    order = sorted(report.rings, key=lambda ring: (ring.rank, ring.ring_id))
    people = [frozenset(_people(ring)) for ring in order]
    before = {name: frozenset(d.people) for name, d in dismissed.items()}
    names = match_rings(before, people, gone={}).ids
    rings = tuple(
        _decided(ring, dismissed[name], report.dataset) if name in dismissed else ring
        for ring, name in zip(order, names, strict=True)
    )
    flagged = sum(ring.status == "flagged" for ring in rings)
    return replace(report, rings=rings, manifest={**report.manifest, "flagged": flagged})


def last_day(dataset: Dataset) -> pd.Timestamp | None:
    """The last day of a case on file. A decision ends on a day of the data, so that a run is the same on any day."""
    days = pd.concat([dataset["complaints"]["filed_on"], dataset["surrenders"]["surrendered_on"]])
    day = days.max()
    return None if pd.isna(day) else day


def _people(ring: Ring) -> Sequence[str]:
    return [m.policyholder_id for m in ring.members if m.role != "associate"]


def _decided(ring: Ring, decision: Decision, dataset: Dataset) -> Ring:
    known = {(tie.kind, resolve_tie(dataset, tie)) for tie in decision.ties}
    values = [s for s in ring.identifiers if s.role == "evidence" and (s.kind, s.value) not in known]
    joined = len(set(_people(ring)) - set(decision.people))
    day, reason = decision.made_at[:10], decision.reason
    if joined or values:
        return replace(
            ring,
            summary_zh=f"{ring.summary_zh};曾于 {day} 人工排除({reason}),"
            f"此后新增 {joined} 人、{len(values)} 个共用标识",
            summary_en=f"{ring.summary_en}; dismissed on {day} ({reason}), since then {joined} more people and "
            f"{len(values)} more shared values",
        )
    return replace(
        ring,
        status="listed",
        stories=(*ring.stories, DISMISSED),
        summary_zh=f"{ring.summary_zh};{day} 人工排除:{reason}",
        summary_en=f"{ring.summary_en}; dismissed on {day}: {reason}",
    )
