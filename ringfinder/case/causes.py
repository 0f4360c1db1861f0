"""Why a ring changed between two runs, in words.

In:  a `Change`, the new report, the earlier book.   Out: `Cause`: a sentence in Chinese and in English, and rows.
Never shows a value that is not masked, never says more than the two books hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ringfinder.case import words
from ringfinder.case.ties import OldBook, Ties, Value, rows_of
from ringfinder.model.lineage import Change
from ringfinder.model.ring import Ring, RingReport

#: values named one by one in a cause; the rest is counted
_NAMED = 3


@dataclass(frozen=True)
class Cause:
    """One cause in Chinese and in English, and the rows it rests on ('TABLE:ROW_KEY')."""

    zh: str
    en: str
    rows: tuple[str, ...] = ()


class CauseFinder:
    """Finds the causes of the changes between an earlier book and a report whose rings have their final ids.

    Parameters
    ----------
    real : original id of each policyholder who has a number in place of it.
    old : the earlier book; without it every ring is new.
    """

    def __init__(
        self, report: RingReport, changes: Iterable[Change], *, real: Mapping[str, str], old: OldBook | None
    ) -> None:
        self._old = old
        self._ties = Ties(report, real=real, old=old)
        originals = self._ties.originals
        self._rings = {ring.ring_id: ring for ring in report.rings}
        self._parent = {piece: c for c in changes if c.event == "split" for piece in c.others}
        self._on_file = frozenset(originals(report.dataset["policyholders"]["policyholder_id"]))
        self._inside = {
            ring.ring_id: frozenset(originals(m.policyholder_id for m in ring.members if m.role != "associate"))
            for ring in report.rings
        }
        best_last = sorted(report.rings, key=lambda ring: -ring.rank)
        self._ring_now = {person: ring.ring_id for ring in best_last for person in self._inside[ring.ring_id]}
        self._ring_before = {person: name for name, people in (old.rings if old else {}).items() for person in people}

    def cause(self, change: Change) -> Cause:
        """The cause of one change."""
        if change.event == "kept":
            return Cause("成员不变", "the same people")
        if change.event in ("flagged", "unflagged"):
            return _together(self._why_status(change))
        if change.event == "split":
            moved = {person for person in change.before if self._ring_now.get(person) in change.others}
            zh, en = f"分出 {'、'.join(change.others)}", f"{', '.join(change.others)} split off"
            return _together([Cause(zh, en), *self._lost_values(change, moved)])
        if change.event == "merged":
            zh, en = f"并入 {'、'.join(change.others)}", f"{', '.join(change.others)} merged into it"
            return _together([Cause(zh, en), self._why_merged(change)])
        if change.event == "gone":
            return _together(self._why_left(change))
        return _together([*self._origin(change), *self._why_joined(change), *self._why_left(change)])

    def _origin(self, change: Change) -> list[Cause]:
        """Where a ring comes from that the run before did not have."""
        if parent := self._parent.get(change.ring_id):
            n = len(parent.before & change.after)
            zh, en = f"由 {parent.ring_id} 分出,其中 {n} 人", f"split off from {parent.ring_id} with {_n(n)} of it"
            return [Cause(zh, en)]
        return [Cause("曾消失,现再现", "gone for a while, found again")] if change.event == "returned" else []

    # --- flagged, or no longer -----------------------------------------------------------------------------------

    def _why_status(self, change: Change) -> list[Cause]:
        ring = self._rings[change.ring_id]
        before = self._tests_before.get(change.ring_id)
        if before is None:
            return [Cause(f"q 值 {ring.q_value:.3f}", f"q-value {ring.q_value:.3f}")]
        q_before, had_story = before
        out = []
        if had_story and not ring.stories:
            out.append(Cause("正当解释不再成立", "no honest story fits any more"))
        elif ring.stories and not had_story:
            out.append(Cause("现有正当解释成立(见反对证据)", "an honest story fits now (see the evidence against)"))
        course = f"{q_before:.3f} → {ring.q_value:.3f}"
        return [*out, Cause(f"q 值 {course}", f"q-value {course}")]

    @cached_property
    def _tests_before(self) -> Mapping[str, tuple[float, bool]]:
        """q-value of each ring of the run before, and whether an honest story fitted."""
        if self._old is None:
            return {}
        rows = self._old.tests[["ring_id", "q_value", "stories"]].itertuples(index=False)
        return {str(name): (float(q), bool(stories)) for name, q, stories in rows}

    # --- who joined ----------------------------------------------------------------------------------------------

    def _why_joined(self, change: Change) -> list[Cause]:
        ring = self._rings[change.ring_id]
        parent = self._parent.get(change.ring_id)
        left = set(change.joined - parent.before if parent else change.joined)
        values = self._ties.of(ring)
        out: list[Cause] = []
        while left and len(out) < _NAMED:
            masked, value, people = max(
                ((masked, value, held.keys() & left) for value, (masked, held) in sorted(values.items())),
                key=lambda item: len(item[2]),
                default=("", ("", ""), set[str]()),
            )
            if not people:
                break
            zh, en = _joined(value[0], masked, len(people), self._seen_before(value, people))
            out.append(Cause(zh, en, rows_of(values[value][1], people)))
            left -= people
        tied = {person for _, held in values.values() for person in held.keys() & left}
        if tied:
            rows = tuple(row for _, held in values.values() for row in rows_of(held, tied))
            out.append(
                Cause(f"经其他共用标识加入 {len(tied)} 人", f"{_n(len(tied))} joined through other shared values", rows)
            )
            left -= tied
        return [*out, *self._by_letter(ring, left)]

    def _by_letter(self, ring: Ring, people: set[str]) -> list[Cause]:
        """Those who joined without a shared value: by a letter of the ring, or by likeness alone."""
        if not people:
            return []
        writers = self._ties.letters(self._inside[ring.ring_id])
        out, left = [], set(people)
        for template, held in sorted(writers.items(), key=lambda item: (-len(item[1]), item[0])):
            own = held.keys() & left
            if own and len(held) > 1:
                zh, en = f"经投诉信模板 {template} 加入 {len(own)} 人", f"{_n(len(own))} joined by letter {template}"
                out.append(Cause(zh, en, rows_of(held, own)))
                left -= own
        if left:
            en = f"{_n(len(left))} included for likeness; verify by hand"
            out.append(Cause(f"凭相似特征纳入 {len(left)} 人,须人工核实", en, self._ties.cases(left)))
        return out

    def _seen_before(self, value: Value, people: Iterable[str]) -> str:
        """Whether most of the people held the value in the earlier case already, and what it counted for."""
        known = self._ties.before(value)
        verdicts = [known[person] for person in sorted(people) if person in known]
        if 2 * len(verdicts) <= len(frozenset(people)):
            return "new"
        return "case" if Counter(verdicts).most_common(1)[0][0] == "evidence" else "verdict"

    # --- who left ------------------------------------------------------------------------------------------------

    def _why_left(self, change: Change) -> list[Cause]:
        left, out = set(change.left), list[Cause]()
        if away := left - self._on_file:
            out.append(Cause(f"{len(away)} 人已不在档", f"{_n(len(away))} no longer on file"))
            left -= away
        now = Counter(self._ring_now[person] for person in left if person in self._ring_now)
        for name, n in sorted(now.items(), key=lambda item: (-item[1], item[0])):
            out.append(Cause(f"{n} 人现属 {name}", f"{_n(n)} now in {name}"))
        out += self._lost_values(change, left)
        if n := sum(person not in self._ring_now for person in left):
            out.append(Cause(f"{n} 人现有关联不足以列入", f"{_n(n)} not tied well enough to be in a ring now"))
        return out

    def _lost_values(self, change: Change, people: set[str]) -> list[Cause]:
        """Values that tied the people who left to the ring and that are evidence no more."""
        found = []
        for value, masked in self._ties.lost(change.ring_id) if people else ():
            if held := len(people & self._ties.before(value).keys()):
                found.append((-held, value[0], masked, self._ties.verdict_now(value)))
        out = []
        for _, kind, masked, verdict in sorted(found)[:_NAMED]:
            zh, en = words.kind_name(kind, "zh"), words.kind_name(kind, "en")
            why_zh = words.say(words.VERDICT, verdict, "zh") if verdict else "已不在档"
            why_en = words.say(words.VERDICT, verdict, "en") if verdict else "no longer on file"
            out.append(Cause(f"{zh} {masked} 不再计作证据({why_zh})", f"{en} {masked} no longer counts ({why_en})"))
        return out

    # --- what merged ---------------------------------------------------------------------------------------------

    def _why_merged(self, change: Change) -> Cause:
        """The value that ties most people of a ring taken in to the others."""
        best = []
        for value, (masked, held) in sorted(self._ties.of(self._rings[change.ring_id]).items()):
            people = held.keys() & change.common
            sides = sorted(Counter(self._ring_before[person] for person in people).values(), reverse=True)
            if len(sides) > 1:
                best.append((-sides[1], -len(people), value[0], masked, rows_of(held, people)))
        if not best:
            return Cause("凭投诉信或相似特征相连", "joined by letters or likeness")
        _, most, kind, masked, rows = min(best)
        zh, en = words.kind_name(kind, "zh"), words.kind_name(kind, "en")
        return Cause(f"{zh} {masked} 连接其中 {-most} 人", f"{en} {masked} ties {_n(-most)} of them together", rows)


def _joined(kind: str, masked: str, n: int, seen: str) -> tuple[str, str]:
    more = {
        "new": ("", ""),
        "verdict": (",该值原已在档,现计作证据", " (on file before, counts as evidence only now)"),
        "case": (",该值原已持有,本人案件为新", " (held before, a case of their own is new)"),
    }[seen]
    zh, en = words.kind_name(kind, "zh"), words.kind_name(kind, "en")
    return f"经{zh} {masked} 加入 {n} 人{more[0]}", f"{_n(n)} joined through {en} {masked}{more[1]}"


def _together(parts: Iterable[Cause]) -> Cause:
    parts = list(parts)
    rows = tuple(sorted({row for part in parts for row in part.rows}))
    return Cause(";".join(part.zh for part in parts), "; ".join(part.en for part in parts), rows)


def _n(count: int) -> str:
    return f"{count} person" if count == 1 else f"{count} people"
