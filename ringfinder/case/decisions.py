"""What people decided about rings, people and shared values, in a file beside the case.

In:  a case folder.   Out: `Decision`s; one line more in CASE.decisions.jsonl.   Never changes or removes a line.
The file is made to be shared and compared: one JSON object a line, in order of time, without a personal value. A value
is named by its mask and by rows that hold it, so that a later run finds it again. A later decision on the same thing
takes the place of an earlier one, which stays on file.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import pandas as pd

from ringfinder.errors import InputError

About = Literal["ring", "person", "identifier"]
Verdict = Literal["confirm", "dismiss", "watch", ""]
HolderStatement = Literal["not_contacted", "denies_authorship", "confirms_proxy", "confirms_own", ""]
VERDICTS: tuple[str, ...] = tuple(v for v in get_args(Verdict) if v)
HOLDER_STATEMENTS: tuple[str, ...] = tuple(s for s in get_args(HolderStatement) if s)

_SUFFIX = ".decisions.jsonl"


@dataclass(frozen=True)
class Tie:
    """A shared value without the value: its kind, its mask, and rows (table, row_key) that hold it."""

    kind: str
    masked: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Decision:
    """One decision.

    Attributes
    ----------
    made_at : UTC, ISO. by : who. about, id : what it is on; of a value `id` is its kind and mask.
    decision : '' where only a holder's statement is noted. until : ISO day after which it no longer holds, or ''.
    rank : of a ring when it was decided, else 0. people : core and members of the ring then. ties : the ring's evidence
        then, or the one value.
    """

    made_at: str
    by: str
    about: About
    id: str
    decision: Verdict
    reason: str
    until: str = ""
    holder_statement: HolderStatement = ""
    rank: int = 0
    people: tuple[str, ...] = ()
    ties: tuple[Tie, ...] = ()

    @property
    def key(self) -> tuple[str, object]:
        """What a later decision on the same thing has in common; masks may be alike, rows are not."""
        return (self.about, self.ties[0].rows[:1]) if self.about == "identifier" else (self.about, self.id)


def decisions_path(folder: Path) -> Path:
    """The file of a case: beside its folder, under its name."""
    place = Path(os.path.abspath(folder))
    return place.with_name(place.name + _SUFFIX)


def read_decisions(folder: Path) -> tuple[Decision, ...]:
    """All decisions on a case, the oldest first; none if there is no file.

    Raises
    ------
    InputError : a line can't be read; names it.
    """
    path = decisions_path(folder)
    if not path.exists():
        return ()
    out = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if line.strip():
            out.append(_read(line, f"{path.name}, line {number}"))
    return tuple(sorted(out, key=lambda d: d.made_at))


def append_decisions(folder: Path, decisions: Iterable[Decision]) -> Path:
    """Add decisions to the file of a case, made if there is none; a line that is there already is not added again."""
    path = decisions_path(folder)
    known = set(_lines(path))
    lines = [line for line in map(_line, decisions) if line not in known]
    if lines:
        try:
            with open(path, "a", encoding="utf-8", newline="\n") as file:
                file.write("".join(line + "\n" for line in lines))
        except OSError as error:
            raise InputError(f"can't write {path.name}: {error.strerror}") from error
    return path


def latest(decisions: Iterable[Decision], *, on: pd.Timestamp | None = None) -> tuple[Decision, ...]:
    """The decision that holds on each thing, those that are over on a day left out; a statement alone holds nothing.

    Parameters
    ----------
    on : the last day of the data; None keeps every decision.
    """
    held: dict[tuple[str, object], Decision] = {}
    for decision in decisions:
        if decision.decision:
            held[decision.key] = decision
    return tuple(d for d in held.values() if not d.until or on is None or on <= pd.Timestamp(d.until))


def ring_decisions(decisions: Iterable[Decision]) -> dict[str, str]:
    """What was decided last on each ring: ring id to one of `VERDICTS`."""
    return {d.id: d.decision for d in latest(decisions) if d.about == "ring"}


def holder_statements(decisions: Iterable[Decision]) -> dict[str, str]:
    """What each person said, as noted last: policyholder_id to one of `HOLDER_STATEMENTS`."""
    return {d.id: d.holder_statement for d in decisions if d.about == "person" and d.holder_statement}


def decision_frame(decisions: Iterable[Decision]) -> pd.DataFrame:
    """One row a decision, the oldest first."""
    columns = ["made_at", "by", "about", "id", "decision", "holder_statement", "until", "rank", "reason"]
    rows = [tuple(getattr(d, name) for name in columns) for d in decisions]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.astype({name: "str" for name in columns if name != "rank"} | {"rank": "int64"})
    return frame.rename(columns={"until": "holds_until"})


def weekly_record(decisions: Iterable[Decision], *, capacity: int | None = None) -> pd.DataFrame:
    """How often a decided ring was confirmed, week by week: the honest record of what the list is worth.

    Parameters
    ----------
    capacity : only rings that were among the first so many of the list when they were decided: what a desk that looks
        at so many a week would have got.

    Returns
    -------
    week (its Monday, ISO), decided, confirmed, dismissed, watched, precision (confirmed of confirmed and dismissed; NaN
    where neither), precision_to_date (the same from the first week on, each ring as decided last). A ring decided twice
    in a week counts as decided last; every week it is decided in, it counts.
    """
    frame = decision_frame(
        d for d in decisions if d.about == "ring" and d.decision and (capacity is None or 0 < d.rank <= capacity)
    )
    days = pd.to_datetime(frame["made_at"], utc=True).dt.tz_localize(None).dt.normalize()
    frame["week"] = (days - pd.to_timedelta(days.dt.day_of_week, unit="D")).dt.strftime("%Y-%m-%d")
    last = frame.drop_duplicates(["week", "id"], keep="last")
    counts = pd.crosstab(last["week"], last["decision"]).reindex(columns=list(VERDICTS), fill_value=0)
    counts.columns = pd.Index(["confirmed", "dismissed", "watched"])
    counts.insert(0, "decided", counts.sum(axis=1))
    judged = counts["confirmed"] + counts["dismissed"]
    counts["precision"] = (counts["confirmed"] / judged.where(judged > 0)).astype("float64")
    counts["precision_to_date"] = [_precision(last.loc[last["week"] <= week]) for week in counts.index]
    counts["precision_to_date"] = counts["precision_to_date"].astype("float64")
    return counts.rename_axis("week").reset_index()


def _precision(decided: pd.DataFrame) -> float:
    """Confirmed of confirmed and dismissed, each ring once as decided last."""
    final = decided.drop_duplicates("id", keep="last")["decision"]
    judged = int(final.isin(["confirm", "dismiss"]).sum())
    return float((final == "confirm").sum()) / judged if judged else float("nan")


def line_digest(decision: Decision) -> str:
    """SHA-256 of the line of a decision: how a manifest names those that a run heeded."""
    return hashlib.sha256(_line(decision).encode("utf-8")).hexdigest()


def line_digests(folder: Path) -> list[str]:
    """SHA-256 of each line of the file of a case, in its order, whether it can be read as a decision or not."""
    return [
        hashlib.sha256(line.encode("utf-8", "surrogateescape")).hexdigest() for line in _lines(decisions_path(folder))
    ]


def _lines(path: Path) -> list[str]:
    if not path.exists():
        return []
    return [
        line for line in path.read_text(encoding="utf-8-sig", errors="surrogateescape").splitlines() if line.strip()
    ]


def _line(decision: Decision) -> str:
    return json.dumps(dataclasses.asdict(decision), ensure_ascii=False, sort_keys=True)


def _read(line: str, where: str) -> Decision:
    try:
        data = json.loads(line)
        ties = tuple(
            Tie(str(t["kind"]), str(t["masked"]), tuple((str(a), str(b)) for a, b in t["rows"])) for t in data["ties"]
        )
        decision = Decision(**{**data, "people": tuple(map(str, data["people"])), "ties": ties})
        pd.Timestamp(decision.made_at), pd.Timestamp(decision.until or decision.made_at)
    except (ValueError, TypeError, KeyError) as error:
        what = f"{where} is no decision ({type(error).__name__})"
        raise InputError(what, hint="put the line right or take it out") from error
    ok = decision.about in get_args(About) and decision.decision in get_args(Verdict)
    if not ok or decision.holder_statement not in get_args(HolderStatement):
        raise InputError(f"{where}: an unknown word", hint=f"decisions: {', '.join(VERDICTS)}")
    if decision.about == "identifier" and not (decision.ties and decision.ties[0].rows):
        raise InputError(f"{where}: names no row of the value", hint="put the line right or take it out")
    return decision
