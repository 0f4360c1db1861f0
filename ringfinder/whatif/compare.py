"""The rings of a case before, and what is left of them after.

In:  Case, the groups found once more.   Out: `Answer`.   Never finds or judges anything.
A ring lives on in every group that holds some of its people; who is in none of them falls out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ringfinder.model.scored import list_order

if TYPE_CHECKING:
    from ringfinder.case import Case
    from ringfinder.pipeline import Found
    from ringfinder.whatif.changes import Changes

#: part: before | 1, 2 ... (what is left, largest first) | out (who falls out) | new (a group that no ring was).
#: of_ring: people of the ring in this part; size counts others of the part too. `out` has no score, q_value or status.
#: overpaid in yuan. people: policyholder ids, ';'-joined.
WHATIF_COLUMNS = ("ring_id", "part", "size", "of_ring", "score", "q_value", "status", "overpaid", "people")

#: the rates of the whole book move a little with every change: a smaller difference of scores is no change of a ring
_DRIFT = 0.05


@dataclass(frozen=True)
class Answer:
    """What would be.

    Attributes
    ----------
    parts : `WHATIF_COLUMNS`; rings in order of rank, each before and after.
    question, outcome : in words, masked; outcome has a sentence a ring.
    limits : what the answer does not say, in words.
    """

    parts: pd.DataFrame = field(repr=False)
    question: str
    outcome: tuple[str, ...]
    limits: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class _Group:
    people: frozenset[str]
    score: float
    q_value: float
    status: str
    overpaid: float


def compare(case: Case, found: Found, changes: Changes, *, ring: str | None, language: str) -> Answer:
    """Set the case's rings against the groups found once more.

    Parameters
    ----------
    ring : tell of this one only, changed or not; else of every ring that differs in people, status or clearly in
        score, of those whose own people are asked about, and of new groups.
    """
    before = _rings(case)
    after = _groups(found)
    money = _overpaid(found)
    rows: list[tuple[object, ...]] = []
    outcome: list[str] = []
    for name, old in before.items():
        parts = sorted((g for g in after if g.people & old.people), key=lambda g: -len(g.people & old.people))
        if name != ring and (ring is not None or (_is_same(old, parts) and len(old.people & changes.people) < 2)):
            continue
        out = old.people.difference(*(g.people for g in parts))
        rows.append(_row(name, "before", old, old))
        rows += [_row(name, str(number), g, old) for number, g in enumerate(parts, start=1)]
        if out:
            lost = sum(money.get(person, 0) for person in out) / 100 if old.overpaid else 0.0
            rows.append((name, "out", len(out), len(out), np.nan, np.nan, "", lost, ";".join(sorted(out))))
        outcome.append(_sentence(name, old, parts, len(out), language))
    if ring is None:
        known = frozenset[str]().union(*(g.people for g in before.values()))
        new = [g for g in after if not g.people & known]
        rows += [_row("", "new", g, g) for g in new]
        outcome += [_sentence_new(g, language) for g in new]
    types = dict.fromkeys(("size", "of_ring"), "int64") | dict.fromkeys(("score", "q_value", "overpaid"), "float64")
    types |= dict.fromkeys(("ring_id", "part", "status", "people"), "str")
    frame = pd.DataFrame(rows, columns=list(WHATIF_COLUMNS)).astype(types)
    question = "; ".join(changes.en) if language == "en" else ";".join(changes.zh)
    return Answer(frame, question, tuple(outcome), _limits(changes, language))


def _limits(changes: Changes, language: str) -> tuple[str, ...]:
    """What an answer of this kind can't say; one sentence for each kind of change that was asked about."""
    told = [
        (
            "结果是对同一批数据重新运行的结果,不是对事实的判断;去掉一个值也会改变其他值的评判基准,q 值会随之变动",
            "this is a new run on the same tables, not a finding: a value that goes also moves the rates by which all "
            "others are judged, so q values move too",
        )
    ]
    if changes.values or changes.letters:
        told.append(
            (
                "线索仍在,说明它不只依赖这一项,不说明其余证据为真;线索消失,说明它依赖这一项,应先核实这一项",
                "a ring that stays does not rest on this alone, which does not make the rest of its evidence true; a "
                "ring that goes rests on it, so verify that value first",
            )
        )
    if changes.households:
        told.append(
            (
                "设为一户只表示假定;是否属实须另行核实",
                "that these people are one household is an assumption here; whether it holds must be found out",
            )
        )
    return tuple(pair[language == "en"] for pair in told)


def _rings(case: Case) -> dict[str, _Group]:
    members = case.all_members()
    people = members.loc[members["role"] != "associate"].groupby("ring_id")["policyholder_id"].agg(frozenset)
    return {
        str(r["ring_id"]): _Group(
            people.get(r["ring_id"], frozenset()),
            float(r["score"]),
            float(r["q_value"]),
            str(r["status"]),
            float(r["overpaid"]),
        )
        for r in case.rings().to_dict("records")
    }


def _groups(found: Found) -> list[_Group]:
    events = found.book.events
    fen = events["overpaid_fen"].to_numpy()
    holder = events["holder"].to_numpy()
    return [
        _Group(
            frozenset(found.book.holders[g.people].tolist()),
            g.score,
            g.q_value,
            "flagged" if g.is_flagged else "listed",
            float(fen[np.isin(holder, g.people)].sum()) / 100 if g.kind == "refund" else 0.0,
        )
        for g in sorted(found.groups, key=list_order)
    ]


def _overpaid(found: Found) -> dict[str, int]:
    """Paid above cash value to each person, in fen."""
    total = found.book.events.groupby("holder")["overpaid_fen"].sum()
    return dict(zip(found.book.holders[total.index.to_numpy()].tolist(), total.tolist(), strict=True))


def _is_same(old: _Group, parts: Sequence[_Group]) -> bool:
    return (
        len(parts) == 1
        and parts[0].people == old.people
        and parts[0].status == old.status
        and abs(parts[0].score - old.score) < _DRIFT
    )


def _row(name: str, part: str, group: _Group, old: _Group) -> tuple[object, ...]:
    kept = len(group.people & old.people)
    people = ";".join(sorted(group.people))
    return (name, part, len(group.people), kept, group.score, group.q_value, group.status, group.overpaid, people)


_STATUS = {"flagged": ("疑似", "flagged"), "listed": ("线索", "listed")}


def _sentence(name: str, old: _Group, parts: Sequence[_Group], n_out: int, language: str) -> str:
    is_en = language == "en"
    was, now = _told(old, language), " + ".join(_told(g, language) for g in parts)
    if not parts:
        return f"{name}: {was} -> nothing left" if is_en else f"{name}:{was} → 不再成组"
    more = ""
    if len(parts) == 1 and parts[0].people == old.people and parts[0].status == old.status:
        more = "; the same people and status" if is_en else ";成员与状态不变"
    if len(parts) > 1:
        more += f"; {len(parts)} parts" if is_en else f";分为 {len(parts)} 部分"
    if n_out:
        more += f"; {n_out} fall out" if is_en else f";{n_out} 人脱离"
    return f"{name}: {was} -> {now}{more}" if is_en else f"{name}:{was} → {now}{more}"


def _told(group: _Group, language: str) -> str:
    n, score = len(group.people), f"{group.score:.3f}"
    if language == "en":
        return f"{n} people ({_STATUS[group.status][1]}, score {score})"
    return f"{n} 人({_STATUS[group.status][0]},得分 {score})"


def _sentence_new(group: _Group, language: str) -> str:
    return f"new: {_told(group, language)}" if language == "en" else f"新增:{_told(group, language)}"
