"""Run the detection as of each month or quarter: when would a ring have been flagged, and what came after?

In:  Dataset, the detection as a function.   Out: `Replay`.
Never reads files, and no step sees a row dated after it. Ids live through time by `ringfinder.model.lineage`.
A flag that many looks give is worth less than one that a single look gives: the false-discovery rate holds for each
step by itself, not for all together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ringfinder.errors import InputError, UnknownNameError
from ringfinder.model.dataset import Dataset
from ringfinder.model.known import known_on
from ringfinder.model.lineage import People, match_rings, ring_number
from ringfinder.model.ring import Ring, RingReport

Every = Literal["month", "quarter"]

#: how often to look -> the calendar's word for the end of such a period
_PERIODS = {"month": "M", "quarter": "Q"}

#: more looks than this are a slip: a date far in the future, or a century
MAX_STEPS = 600

#: columns of `Replay.rings`
REPLAY_COLUMNS = (
    "ring_id",
    "status",
    "merged_into",
    "size",
    "overpaid",
    "first_listed",
    "first_flagged",
    "size_then",
    "overpaid_then",
    "joined_later",
    "overpaid_later",
    "held",
)

#: columns of `Replay.steps`
STEP_COLUMNS = ("as_of", "ring_id", "rank", "status", "size", "complaints", "overpaid", "score", "q_value")

StepDone = Callable[[pd.Timestamp, RingReport, float], None]


@dataclass(frozen=True)
class Replay:
    """What each look back would have shown.

    Attributes
    ----------
    days : the days looked at, first to last.
    rings : one row a ring of the last step, by rank, then those that were flagged once and are no ring of the last
        step (`REPLAY_COLUMNS`; money in yuan). `status`, `size`, `overpaid` are of the last step. `size_then`,
        `overpaid_then` are of the day of the first flag; `joined_later` counts the people of the last step who were not
        in the ring that day, `overpaid_later` is what was paid above cash value after that day to the people of the
        last step. `held` is the share of the steps from the first flag on at which the ring was flagged under this id.
        A ring that went into another one is 'merged' and `merged_into` names that one: its people of the last step are
        those it last had who are in the other ring now, and they are counted there too. A ring of which nothing is
        left is 'gone', with nobody.
    steps : one row a day and ring (`STEP_COLUMNS`).
    """

    days: tuple[pd.Timestamp, ...]
    rings: pd.DataFrame
    steps: pd.DataFrame

    def __repr__(self) -> str:
        flagged = int(self.rings["first_flagged"].notna().sum())
        return f"Replay({len(self.days)} days, {len(self.rings)} rings, {flagged} flagged at some time)"


@dataclass(frozen=True)
class _Seen:
    """One ring on one day."""

    day: pd.Timestamp
    ring_id: str
    ring: Ring
    people: People


@dataclass(frozen=True)
class _Now:
    """What a ring is on the last day: itself, the part of another ring that it has become, or nothing."""

    status: str
    people: People = frozenset()
    overpaid_fen: int = 0
    merged_into: str | None = None
    kind: str = ""


def replay_runs(
    dataset: Dataset,
    run: Callable[[Dataset], RingReport],
    *,
    every: Every = "month",
    start: pd.Timestamp | None = None,
    end: pd.Timestamp | None = None,
    step_done: StepDone | None = None,
) -> Replay:
    """Run a detection as of each period's end with only what was known then.

    Parameters
    ----------
    run : the detection.
    start, end : first and last day to look at. Without `start` the first period is that of the first case on file.
        Without `end` the last step is the whole dataset, under the date of the last case on file.
    step_done : called after each step with its day, report and the share that is done.

    Raises
    ------
    InputError : no dated complaint or surrender, `start` after `end`, or more than `MAX_STEPS` steps.
    UnknownNameError : no such `every`.
    """
    days = step_days(dataset, every=every, start=start, end=end)
    seen: list[list[_Seen]] = []
    known: dict[str, People] = {}
    heirs: dict[str, str | None] = {}
    for number, day in enumerate(days, start=1):
        whole = end is None and number == len(days)
        report = run(dataset if whole else known_on(dataset, day))
        order = sorted(report.rings, key=lambda ring: (ring.rank, ring.ring_id))
        people = [frozenset(m.policyholder_id for m in ring.members if m.role != "associate") for ring in order]
        last = {one.ring_id: one.people for one in seen[-1]} if seen else {}
        matching = match_rings(last, people, gone=known)
        known |= dict(zip(matching.ids, people, strict=True))
        heirs |= {c.ring_id: next(iter(c.others), None) for c in matching.changes if c.event == "gone"}
        seen.append([_Seen(day, *one) for one in zip(matching.ids, order, people, strict=True)])
        if step_done is not None:
            step_done(day, report, number / len(days))
    name = _final_names(seen)
    return Replay(days=days, rings=_rings(days, seen, report, name, heirs), steps=_steps(seen, name))


def step_days(
    dataset: Dataset, *, every: str, start: pd.Timestamp | None = None, end: pd.Timestamp | None = None
) -> tuple[pd.Timestamp, ...]:
    """The last day of each month or quarter from `start` to `end`, and `end` itself."""
    if every not in _PERIODS:
        raise UnknownNameError("period", str(every), _PERIODS)
    cases = pd.concat([dataset["complaints"]["filed_on"], dataset["surrenders"]["surrendered_on"]]).dropna()
    if cases.empty and (start is None or end is None):
        raise InputError("no complaint and no surrender has a date", hint="give the first and the last day")
    first = cases.min() if start is None else start
    last = cases.max() if end is None else end
    if first > last:
        raise InputError(
            f"the first day {first:%Y-%m-%d} lies after the last day {last:%Y-%m-%d}", hint="give an earlier first day"
        )
    periods = pd.period_range(first, last, freq=_PERIODS[every])
    if len(periods) > MAX_STEPS:
        raise InputError(
            f"{len(periods)} steps from {first:%Y-%m-%d} to {last:%Y-%m-%d}, more than {MAX_STEPS}",
            hint="is a date on file wrong? give the first and the last day, or look less often",
        )
    ends = [period.end_time.normalize() for period in periods]
    return (*(day for day in ends if day < last), last.normalize())


def _final_names(seen: Sequence[Sequence[_Seen]]) -> dict[str, str]:
    """Ids as a run on everything gives them (by rank), and numbers above those for rings that are gone by then."""
    out = {one.ring_id: f"R-{number:04d}" for number, one in enumerate(seen[-1], start=1)}
    others = {one.ring_id for step in seen for one in step} - set(out)
    for number, name in enumerate(sorted(others, key=ring_number), start=len(out) + 1):
        out[name] = f"R-{number:04d}"
    return out


def _rings(
    days: Sequence[pd.Timestamp],
    seen: Sequence[Sequence[_Seen]],
    report: RingReport,
    name: Mapping[str, str],
    heirs: Mapping[str, str | None],
) -> pd.DataFrame:
    by_ring: dict[str, list[_Seen]] = {one.ring_id: [] for one in seen[-1]}
    for step in seen:
        for one in step:
            by_ring.setdefault(one.ring_id, []).append(one)
    last = {one.ring_id: one for one in seen[-1]}
    rows = []
    for ring_id, course in by_ring.items():
        flagged = [one for one in course if one.ring.status == "flagged"]
        if ring_id not in last and not flagged:
            continue
        now = _now(course[-1], last, heirs, report)
        row: dict[str, object] = {
            "ring_id": name[ring_id],
            "status": now.status,
            "merged_into": name[now.merged_into] if now.merged_into else None,
            "size": len(now.people),
            "overpaid": now.overpaid_fen / 100,
            "first_listed": course[0].day,
        }
        if flagged:
            then = flagged[0]
            row |= {
                "first_flagged": then.day,
                "size_then": len(then.people),
                "overpaid_then": then.ring.overpaid_fen / 100,
                "joined_later": len(now.people - then.people),
                "overpaid_later": _paid_after(report, now.kind, now.people, then.day) / 100,
                "held": len(flagged) / sum(day >= then.day for day in days),
            }
        rows.append(row)
    frame = pd.DataFrame(rows, columns=list(REPLAY_COLUMNS)).sort_values("ring_id", ignore_index=True)
    dates = dict.fromkeys(("first_listed", "first_flagged"), "datetime64[s]")
    return frame.astype(dates | dict.fromkeys(("size_then", "joined_later"), "Int64") | {"merged_into": "str"})


def _now(own: _Seen, last: Mapping[str, _Seen], heirs: Mapping[str, str | None], report: RingReport) -> _Now:
    """What became of a ring that was last seen as `own`."""
    if own.ring_id in last:
        return _Now(own.ring.status, own.people, own.ring.overpaid_fen, None, own.ring.kind)
    heir = heirs[own.ring_id]
    # the ring it went into may have gone into another one later
    while heir is not None and heir not in last:
        heir = heirs[heir]
    people = own.people & last[heir].people if heir is not None else frozenset[str]()
    if heir is None or not people:
        return _Now("gone")
    return _Now("merged", people, _paid_after(report, own.ring.kind, people, None), heir, own.ring.kind)


def _paid_after(report: RingReport, kind: str, people: People, day: pd.Timestamp | None) -> int:
    """Paid above cash value, in fen, to people after a day, or ever; nothing in the arbitrage channel."""
    if kind != "refund" or not people:
        return 0
    book = report.book
    holders = pd.Index(book.holders).get_indexer(pd.Index(sorted(people)))
    events = book.events.loc[book.events["holder"].isin(holders) & (book.events["kind"] != "cooling_off")]
    after = events if day is None else events.loc[events["day"] > day]
    return int(after["overpaid_fen"].sum())


def _steps(seen: Sequence[Sequence[_Seen]], name: dict[str, str]) -> pd.DataFrame:
    rows = [
        (
            one.day,
            name[one.ring_id],
            one.ring.rank,
            one.ring.status,
            len(one.people),
            one.ring.complaints,
            one.ring.overpaid_fen / 100,
            one.ring.score,
            one.ring.q_value,
        )
        for step in seen
        for one in step
    ]
    return pd.DataFrame(rows, columns=list(STEP_COLUMNS)).astype({"as_of": "datetime64[s]"})
