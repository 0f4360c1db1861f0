"""Honest people with a grievance of their own: the bulk of a complaints department's work.

In:  a `Build`.   Out: cases without any plan behind them, among them couples who complain together, late changes of a
phone, a relative's account, goodwill settlements, tickets that come twice.
"""

from __future__ import annotations

import numpy as np

from ringfinder.simulate import letters
from ringfinder.simulate.build import FIRST_DAY, LAST_DAY, Build, Case, Tie
from ringfinder.simulate.filing import POSTED, SOURCES

_SOURCE_P = (0.36, 0.2, 0.22, 0.12, 0.06, 0.04)


def source(build: Build) -> str:
    """Where an honest complaint comes in."""
    return str(build.rng.choice(SOURCES, p=_SOURCE_P))


def honest_case(build: Build, holder: int, day: int, *, policy: int = -1) -> Case:
    """One honest complaint with its outcome, contact and payout, nothing shared with strangers.

    It is about `policy` (-1: the first one of the holder) and moves to two months after the sale if it is too early.
    """
    rng, people = build.rng, build.people
    policy = int(build.first_policy[holder]) if policy < 0 else policy
    agent = int(build.policies["agent"].to_numpy()[policy])
    day = max(day, int(build.policies["issued"].to_numpy()[policy]) + 60)
    case = Case(
        holder, day, source=source(build), policy=policy, upheld=int(rng.choice([-1, 0, 1], p=[0.2, 0.45, 0.35]))
    )
    case.has_text = bool(rng.random() < 0.86)
    case.accused = agent if rng.random() < 0.5 else -1
    draw = rng.random()
    kin = np.flatnonzero(people.household == people.household[holder]) if draw < 0.12 else np.array([holder])
    if draw < 0.12:
        other = [int(k) for k in kin if people.phone[k] != people.phone[holder]]
        case.contact = people.phone[other[0]] if other else build.issuer.phone()
    elif draw < 0.27:
        case.contact = build.issuer.phone()
    elif draw < 0.30 and agent >= 0:
        case.contact = build.agents.phone[agent]
    case.outcome = str(rng.choice(["", "normal", "negotiated"], p=[0.58, 0.17, 0.25]))
    if case.outcome == "negotiated":
        case.share = 0.0 if rng.random() < 0.15 else float(rng.beta(2.0, 1.6))
    if case.outcome and rng.random() < 0.16:
        others = [int(k) for k in np.flatnonzero(people.household == people.household[holder]) if k != holder]
        case.payout = people.account[others[0]] if others and rng.random() < 0.4 else build.issuer.account()
    case.repeats = int(rng.choice([0, 1, 2, 4], p=[0.84, 0.11, 0.04, 0.01]))
    return case


def ordinary_cases(build: Build, share: float) -> None:
    """Fill up honest complaints to `share` of the book, each for an own reason; some couples complain together."""
    rng, people = build.rng, build.people
    in_rings = {holder for _, members in build.rings for holder, _ in members}
    grouped = len({c.holder for c in build.cases if c.day >= 0} - in_rings)
    wanted = max(round(share * build.n) - grouped, round(share * build.n / 3))
    who = build.pick(np.ones(build.n, dtype=np.bool_), wanted)
    twice = False
    for holder, at in zip(who.tolist(), build.days(FIRST_DAY, LAST_DAY - 5, len(who)).tolist(), strict=True):
        case = honest_case(build, holder, at)
        if case.day > LAST_DAY:
            continue
        build.cases.append(case)
        if not twice or rng.random() < 0.04:
            twice = True
            case.forwards = int(rng.integers(1, 3))
            build.group("B14 duplicate_forward", [holder])
        kin = [k for k in np.flatnonzero(people.household == people.household[holder]).tolist() if not build.used[k]]
        if kin and rng.random() < 0.15 and case.source != "公司热线":
            _with_kin(build, case, int(kin[0]))


def _with_kin(build: Build, case: Case, holder: int) -> None:
    """A relative files the same letter within days, from the same phone."""
    build.used[holder] = True
    case.letter = letters.compose(build.words)
    style = letters.Style(build.words.uniform(0.1, 0.4), 0.08, 0.03, 0.1)
    other = honest_case(build, holder, case.day)
    other.day = min(LAST_DAY, max(other.day, case.day + int(build.rng.integers(0, 9))))
    other.source, other.letter = case.source, letters.retell(build.words, case.letter, style)
    other.contact = case.contact or build.people.phone[case.holder]
    if case.source in POSTED:
        one_envelope = Tie("waybill", build.issuer.waybill())
        case.ties, other.ties = (*case.ties, one_envelope), (*other.ties, one_envelope)
    build.cases.append(other)
    build.group("B01 family_complaint", [case.holder, holder])


def goodwill(build: Build) -> None:
    """Settlements above cash value for the sick and the poor, without a complaint."""
    rng = build.rng
    who = build.pick(np.ones(build.n, dtype=np.bool_), build.scaled(40))
    issued = build.policies["issued"].to_numpy()[build.first_policy[who]]
    for holder, at, start in zip(who.tolist(), build.days(FIRST_DAY, LAST_DAY, len(who)).tolist(), issued, strict=True):
        if at > start + 200:
            share = float(rng.uniform(0.1, 0.9))
            build.cases.append(Case(holder, -1, outcome="negotiated", surrender_day=at, share=share))
            build.group("B06 goodwill", [holder])
