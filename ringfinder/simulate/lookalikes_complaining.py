"""Honest groups that complain together: victims of one agent, readers of one newspaper, clients of one lawyer.

In:  a `Build`.   Out: cases and `groups` of B06, B07, B09, B10, B13. They are what a detector must not flag.
"""

from __future__ import annotations

import numpy as np

from ringfinder.simulate import letters, places
from ringfinder.simulate.build import FIRST_DAY, LAST_DAY, Build, Case, Tie, day
from ringfinder.simulate.filing import POSTED
from ringfinder.simulate.lookalikes_sharing import Helper, adviser_name, clients_of
from ringfinder.simulate.ordinary import honest_case


def _policy_with(build: Build, holder: int, agent: int) -> int:
    sold = (build.policies["holder"].to_numpy() == holder) & (build.policies["agent"].to_numpy() == agent)
    rows = np.flatnonzero(sold)
    return int(rows[0]) if len(rows) else int(build.first_policy[holder])


def mis_selling(build: Build) -> None:
    """One agent's real victims: they accuse the agent, are often right, share a letter, are made good (B06)."""
    rng = build.rng
    kinds = np.array(build.agents.kind)
    books = {a: clients_of(build, int(a)) for a in np.flatnonzero(np.isin(kinds, ["agent", "ex_agent"])).tolist()}
    large = sorted(books, key=lambda a: (-len(books[a]), a))[: max(8, len(books) // 6)]
    for agent in rng.choice(large, size=build.scaled(2, least=2), replace=False).tolist():
        book = books[agent]
        who = book[~build.used[book] & (rng.random(len(book)) < rng.uniform(0.22, 0.45))][:45]
        build.used[who] = True
        known = int(rng.integers(day("2020-03-01"), day("2022-06-01")))
        circulated = letters.compose(build.words)
        organiser = build.people.phone[int(who[0])] if len(who) else ""
        helper, first = Helper.of(build), len(build.cases)
        for holder in who.tolist():
            filed = known + int(rng.gamma(1.5, 60))
            case = honest_case(build, holder, filed, policy=_policy_with(build, holder, agent))
            case.accused = agent if rng.random() < 0.9 else -1
            case.upheld = int(rng.choice([-1, 0, 1], p=[0.1, 0.2, 0.7]))
            if case.source != "公司热线" and rng.random() < 0.55:
                style = letters.Style(build.words.uniform(0.1, 0.45), 0.08, 0.03, 0.12)
                case.letter = letters.retell(build.words, circulated, style)
            if rng.random() < 0.12:
                case.contact = organiser
                case.ties = helper.lends(rng)
            case.outcome = str(rng.choice(["", "normal", "negotiated"], p=[0.3, 0.08, 0.62]))
            case.share = float(rng.uniform(0.35, 1.0))
            build.cases.append(case)
        _post_together(build, build.cases[first:])
        build.group("B06 mis_selling", who)


def _post_together(build: Build, cases: list[Case]) -> None:
    """Some of the victims put two to four letters into one envelope."""
    rng = build.rng
    posted = sorted((c for c in cases if c.source in POSTED), key=lambda c: (c.day, c.holder))
    k = 0
    while k < len(posted):
        size = int(rng.integers(2, 5))
        together = [c for c in posted[k : k + size] if c.day - posted[k].day <= 10]
        if len(together) > 1 and rng.random() < 0.5:
            waybill = build.issuer.waybill()
            for case in together:
                case.ties += (Tie("waybill", waybill),)
        k += len(together)


def public_letters(build: Build) -> None:
    """A letter in a newspaper or on the web, copied all over the country from that day on (B07)."""
    rng = build.rng
    for _ in range(2):
        published = int(rng.integers(day("2020-01-01"), day("2022-06-01")))
        text = letters.compose(build.words)
        who = build.pick(np.ones(build.n, dtype=np.bool_), build.scaled(24, least=4))
        for holder in who.tolist():
            case = honest_case(build, holder, published + int(rng.gamma(1.3, 130)))
            case.source = str(rng.choice(["监管转办", "网上平台", "信函"], p=[0.4, 0.45, 0.15]))
            style = letters.Style(build.words.uniform(0.0, 0.2), 0.04, 0.02, 0.03)
            case.letter, case.has_text = letters.retell(build.words, text, style), True
            build.cases.append(case)
        build.group("B07 media_letter", who)
    for _ in range(build.scaled(6, least=1)):
        who = build.pick(build.people.city == int(rng.integers(len(places.CITIES))), int(rng.integers(2, 4)))
        text = letters.compose(build.words)
        start = int(rng.integers(FIRST_DAY, LAST_DAY - 60))
        for holder in who.tolist():
            case = honest_case(build, holder, start + int(rng.integers(0, 120)))
            style = letters.Style(build.words.uniform(0.1, 0.4), 0.08, 0.03, 0.1)
            case.source, case.letter = "信函", letters.retell(build.words, text, style)
            build.cases.append(case)
        build.group("B07 passed_among_friends", who)


def lawyers(build: Build) -> None:
    """Licensed lawyers and legal aid who file for several honest people (B09)."""
    rng = build.rng
    for _ in range(build.scaled(2, least=1)):
        c = int(rng.integers(6))
        index = build.agents.add(adviser_name(build, "law_firm", c), "law_firm", city=c)
        phone = build.issuer.phone() if rng.random() < 0.5 else build.issuer.landlines(1)[0]
        street = f"{rng.choice(places.DISTRICTS)}{rng.choice(places.ROADS)}{rng.integers(1, 300)}号"
        office = places.CITIES[c][0] + street
        draft, helper = letters.compose(build.words), Helper.of(build)
        who = build.pick(build.people.city == c, int(rng.integers(5, 13)))
        for holder in who.tolist():
            case = honest_case(build, holder, int(rng.integers(FIRST_DAY, LAST_DAY - 60)))
            case.source, case.contact = str(rng.choice(["监管转办", "信函"])), phone if rng.random() < 0.8 else ""
            style = letters.Style(build.words.uniform(0.25, 0.5), 0.05, 0.0, 0.1)
            case.letter, case.has_text = letters.retell(build.words, draft, style), True
            case.upheld = int(rng.choice([-1, 0, 1], p=[0.15, 0.3, 0.55]))
            if rng.random() < 0.6:
                case.ties = (Tie("mail_sender", office),)
            case.ties += helper.lends(rng)
            build.cases.append(case)
            if rng.random() < 0.85:
                since = str(np.datetime64(case.day - int(rng.integers(5, 60)), "D"))
                build.add("engagements", holder=[holder], agent=index, role="represented", since=since)
        build.group("B09 lawyer", who)


def leavers(build: Build) -> None:
    """Clients of agents who left: orphan policies, poor service, complaints in own words (B10)."""
    rng = build.rng
    left = np.array(build.agents.left)
    gone = np.flatnonzero((left > day("2018-01-01")) & (left < day("2021-06-01")))
    books = {a: clients_of(build, a) for a in gone.tolist()}
    large = sorted(books, key=lambda a: (-len(books[a]), a))[: max(6, len(books) // 3)]
    for agent in rng.choice(large, size=min(build.scaled(5, least=2), len(large)), replace=False).tolist():
        book = books[agent][~build.used[books[agent]]]
        who = np.sort(rng.choice(book, size=min(len(book), max(3, round(0.16 * len(book)))), replace=False))
        if len(who) < 2:
            continue
        build.used[who] = True
        for holder in who.tolist():
            filed = max(FIRST_DAY, int(left[agent])) + int(rng.integers(40, 720))
            case = honest_case(build, holder, filed, policy=_policy_with(build, holder, agent))
            if case.day <= LAST_DAY:
                build.cases.append(case)
        build.group("B10 orphan_policies", who)


def withdrawal_wave(build: Build) -> None:
    """A product is withdrawn: many surrender it within weeks, in every branch (B13)."""
    rng = build.rng
    news = int(rng.integers(day("2020-06-01"), day("2022-09-01")))
    rows = np.flatnonzero(
        (build.policies["product"].to_numpy() == places.WITHDRAWN_PRODUCT)
        & (build.policies["issued"].to_numpy() < news - 400)
    )
    rows = np.sort(rng.choice(rows, size=min(len(rows), build.scaled(110, least=8)), replace=False))
    wave = []
    for row in rows.tolist():
        holder = int(build.policies["holder"].to_numpy()[row])
        if build.used[holder]:
            continue
        build.used[holder] = True
        wave.append(holder)
        at = news + int(rng.gamma(1.5, 14))
        if rng.random() < 0.12:
            case = honest_case(build, holder, at, policy=row)
        else:
            case = Case(holder, -1, policy=row, outcome="normal", surrender_day=at)
        build.cases.append(case)
    build.group("B13 withdrawal_wave", wave)


def clip_late(build: Build) -> None:
    """Nobody complains after the data ends."""
    build.cases = [c for c in build.cases if c.day <= LAST_DAY]


def portal_users(build: Build) -> None:
    """Honest people who used the web form, whose own words stand in every letter (B08)."""
    in_rings = {holder for _, members in build.rings for holder, _ in members}
    build.group("B08 portal_form", sorted({c.holder for c in build.cases if c.source == "网上平台"} - in_rings))
