"""Honest sharing that has nothing to do with complaints: hotlines, agents' phones, employers, outlets, tablets, shops.

In:  a `Build`.   Out: rows and `groups` of B03, B04, B05, B11, B12, lent phones and advisers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.simulate import places
from ringfinder.simulate.build import FIRST_DAY, LAST_DAY, Build, Case, Tie, day, iso
from ringfinder.simulate.crowd import draw_policies
from ringfinder.simulate.filing import POSTED
from ringfinder.simulate.ordinary import honest_case

_CITIES = tuple(c for c, _ in places.CITIES)


@dataclass(frozen=True)
class Helper:
    """Somebody who files for others with an own WeChat id and an own device, as honest helpers do."""

    wechat: str
    device: str

    @classmethod
    def of(cls, build: Build) -> Helper:
        """A new one."""
        return cls(build.issuer.wechats(1)[0], build.issuer.devices(1)[0])

    def lends(self, rng: np.random.Generator) -> tuple[Tie, ...]:
        """What of it the insurer sees in one complaint."""
        both = (("wechat", self.wechat, 0.6), ("device", self.device, 0.3))
        return tuple(Tie(kind, value) for kind, value, share in both if rng.random() < share)


def _anyone(build: Build, count: int, *, city: int | None = None, of_age: int = LAST_DAY) -> NDArray[np.int64]:
    """People of a city (None: any) who are of age on the day `of_age`."""
    here = build.people.city == city if city is not None else np.ones(build.n, dtype=np.bool_)
    pool = np.flatnonzero(here & build.adults(of_age))
    return np.sort(build.rng.choice(pool, size=min(count, len(pool)), replace=False))


def clients_of(build: Build, agent: int) -> NDArray[np.int64]:
    """People with a policy of this intermediary."""
    sold = build.policies["agent"].to_numpy() == agent
    return np.unique(build.policies["holder"].to_numpy()[sold])


def hotlines(build: Build) -> None:
    """Branch hotlines and agents' own phones given as the client's number (B03); part of them in the directory."""
    rng = build.rng
    for c, city in enumerate(_CITIES):
        hotline = build.issuer.landlines(1)[0]
        who = _anyone(build, max(3, round(0.012 * build.n * places.CITIES[c][1] * rng.uniform(0.5, 1.6))), city=c)
        role = rng.choice(["policy", "service", "complaint", "surrender"], size=len(who), p=[0.6, 0.28, 0.06, 0.06])
        build.add("phones", holder=who, phone=hotline, role=role, since=iso(build.days(17000, LAST_DAY, len(who))))
        build.group("B03 branch_hotline", who)
        if rng.random() < 0.6:
            build.add("directory", kind=["phone"], value=hotline, owner=f"{city[:-1]}中心支公司客服")
    tied = np.flatnonzero(np.isin(np.array(build.agents.kind), ["agent", "ex_agent"]))
    for agent in rng.choice(tied, size=max(3, len(tied) // 12), replace=False).tolist():
        book = clients_of(build, agent)
        who = np.sort(rng.choice(book, size=min(len(book), int(rng.integers(3, 45))), replace=False))
        if len(who) < 3:
            continue
        phone = build.agents.phone[agent]
        role = rng.choice(["policy", "service"], size=len(who), p=[0.7, 0.3])
        build.add("phones", holder=who, phone=phone, role=role, since=iso(build.days(15500, LAST_DAY, len(who))))
        build.group("B03 agent_phone", who)
        if rng.random() < 0.5:
            wechat, some = build.issuer.wechats(1)[0], who[rng.random(len(who)) < 0.5]
            since = iso(build.days(FIRST_DAY, LAST_DAY, len(some)))
            build.add("identifiers", holder=some, kind="wechat", value=wechat, role="service", since=since)
        if rng.random() < 0.5:
            build.add("directory", kind=["phone"], value=phone, owner="业务员 " + build.agents.name[agent])
    clearing = build.issuer.accounts(3)
    for account in clearing:
        who = _anyone(build, build.scaled(25, least=4))
        build.add(
            "bank_accounts", holder=who, account=account, role="payout", since=iso(build.days(15000, 18500, len(who)))
        )
        build.group("B03 clearing_account", who)
    build.add("directory", kind="account", value=clearing[:2], owner="银行代发过渡户")


def employers(build: Build) -> None:
    """Plans arranged by an employer: one payer account, the HR phone, one address (B04); one employer goes under."""
    rng, people = build.rng, build.people
    for k in range(build.scaled(9, least=3)):
        c = int(rng.integers(len(_CITIES)))
        firm = _CITIES[c] + str(rng.choice(places.EMPLOYERS))
        start = int(rng.integers(day("2014-01-01"), day("2020-06-01")))
        who = _anyone(build, int(rng.integers(8, 60)), city=c, of_age=start)
        account, phone = build.issuer.account(), build.issuer.phone()
        for h in who.tolist():
            people.employer[h] = firm
        joined, left = np.array(build.agents.joined), np.array(build.agents.left)
        at_work = (joined <= start) & ((left < 0) | (left >= start + 40))
        agent = int(rng.choice(np.flatnonzero((np.array(build.agents.city) == c) & at_work)))
        issued = start + rng.integers(0, 40, len(who))
        fresh = draw_policies(rng, who, np.full(len(who), agent), issued, np.full(len(who), "团险"))
        build.policies = _append(build, fresh)
        build.add("bank_accounts", holder=who, account=account, role="premium", since=iso(issued))
        some = who[rng.random(len(who)) < 0.6]
        build.add("phones", holder=some, phone=phone, role="service", since=str(iso([start])[0]))
        build.group("B04 employer", who)
        if k == 0 or rng.random() < 0.12:
            _employer_closes(build, who, len(build.policies) - len(who), phone, account)


def _append(build: Build, fresh: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([build.policies, fresh], ignore_index=True)


def _employer_closes(build: Build, who: NDArray[np.int64], first_row: int, phone: str, payroll: str) -> None:
    """The plan ends: colleagues surrender within weeks, the HR office handles the papers, some are paid by payroll."""
    rng = build.rng
    close = int(rng.integers(day("2021-01-01"), day("2022-12-01")))
    for i, holder in enumerate(who.tolist()):
        if build.used[holder] or rng.random() < 0.25:
            continue
        build.used[holder] = True
        at = close + int(rng.integers(0, 45))
        kind = "negotiated" if rng.random() < 0.2 else "normal"
        case = Case(holder, -1, policy=first_row + i, outcome=kind, surrender_day=at, share=float(rng.uniform(0, 0.3)))
        case.contact = phone if rng.random() < 0.6 else ""
        case.payout = payroll if rng.random() < 0.4 else ""
        build.cases.append(case)
    build.group("B04 employer_closed", who)


def outlets(build: Build) -> None:
    """Bank outlets with a sales drive; some buyers complain later, each in own words (B05)."""
    rng = build.rng
    agency = np.flatnonzero(np.array(build.agents.kind) == "agency")
    for outlet in rng.choice(agency, size=min(build.scaled(4, least=2), len(agency)), replace=False).tolist():
        start = int(rng.integers(day("2017-01-01"), day("2020-01-01")))
        who = _anyone(build, int(rng.integers(25, 90)), city=build.agents.city[outlet], of_age=start)
        issued = start + rng.integers(0, 35, len(who))
        first = len(build.policies)
        build.policies = _append(
            build, draw_policies(rng, who, np.full(len(who), outlet), issued, np.full(len(who), "银保"))
        )
        build.group("B05 outlet", who)
        for i, holder in enumerate(who.tolist()):
            if build.used[holder] or rng.random() > 0.13:
                continue
            build.used[holder] = True
            filed = int(rng.integers(max(FIRST_DAY, start + 400), LAST_DAY - 20))
            case = honest_case(build, holder, filed, policy=first + i)
            case.accused = outlet if rng.random() < 0.5 else -1
            build.cases.append(case)


def tablets(build: Build) -> None:
    """Agents' sales tablets seen as one device of many clients (B11)."""
    rng = build.rng
    tied = np.flatnonzero(np.isin(np.array(build.agents.kind), ["agent", "ex_agent"]))
    for agent in rng.choice(tied, size=len(tied) // 2, replace=False).tolist():
        book = clients_of(build, agent)
        who = book[rng.random(len(book)) < rng.uniform(0.05, 0.35)]
        if len(who) > 1:
            since = iso(build.days(day("2016-01-01"), LAST_DAY, len(who)))
            value = build.issuer.devices(1)[0]
            build.add("identifiers", holder=who, kind="device", value=value, role="policy", since=since)
            build.group("B11 sales_tablet", who)


def counters(build: Build) -> None:
    """Service counters: people surrender at the kiosk and on the office network, some complain there (B11)."""
    rng, people = build.rng, build.people
    cases: dict[int, list[Case]] = {c: [] for c in range(len(_CITIES))}
    for case in build.cases:
        if case.day >= 0 and "device" not in {t.kind for t in case.ties}:
            cases[int(people.city[case.holder])].append(case)
    for c in range(len(_CITIES)):
        for share, complain_here, word in ((0.02, 0.08, "kiosk"), (0.008, 0.03, "office_network")):
            who = _anyone(build, max(3, round(share * build.n * places.CITIES[c][1])), city=c)
            since = iso(build.days(FIRST_DAY, LAST_DAY, len(who)))
            value = build.issuer.devices(1)[0]
            build.add("identifiers", holder=who, kind="device", value=value, role="surrender", since=since)
            here = [case for case in cases[c] if rng.random() < complain_here]
            for case in here:
                case.ties += (Tie("device", value),)
            build.group(f"B11 {word}", sorted({*who.tolist(), *(case.holder for case in here)}))


def shops(build: Build) -> None:
    """Courier shops, dormitories and townships as the sender of many people's post (B12)."""
    rng, people = build.rng, build.people
    where: dict[int, list[str]] = {}
    holders: dict[str, list[int]] = {}
    for c, city in enumerate(_CITIES):
        names = rng.choice(places.ROADS, size=3, replace=False)
        where[c] = [f"{city}{rng.choice(places.DISTRICTS)}{n}快递驿站" for n in names]
        for shop in where[c]:
            holders[shop] = []
            if rng.random() < 0.4:
                build.add("directory", kind=["address"], value=shop, owner="快递网点")
    posted = [
        case for case in build.cases if case.source in POSTED and "mail_sender" not in {t.kind for t in case.ties}
    ]
    for case in posted:
        if rng.random() < 0.22:
            shop = str(rng.choice(where[int(people.city[case.holder])]))
            case.ties = (*case.ties, Tie("mail_sender", shop))
            holders[shop].append(case.holder)
    for city_shops in where.values():
        for shop in city_shops:
            extra = _anyone(build, int(rng.integers(1, 6)))
            since = iso(build.days(FIRST_DAY, LAST_DAY, len(extra)))
            build.add("identifiers", holder=extra, kind="mail_sender", value=shop, role="service", since=since)
            build.group("B12 courier_shop", sorted({*holders[shop], *extra.tolist()}))


def advisers(build: Build) -> None:
    """Bloggers, consultancies and law firms who advise many people honestly, most of whom never complain."""
    rng = build.rng
    cases = {c.holder: c for c in build.cases if c.day >= 0 and "wechat" not in {t.kind for t in c.ties}}
    for kind, count, low, high in (("social_account", 10, 5, 40), ("consultancy", 6, 3, 14), ("law_firm", 4, 2, 8)):
        for _ in range(build.scaled(count, least=2)):
            c = int(rng.integers(len(_CITIES)))
            firm = adviser_name(build, kind, c)
            who = _anyone(build, int(rng.integers(low, high)), city=None if kind == "social_account" else c)
            asked = 0.0 if kind == "social_account" else (0.9 if kind == "law_firm" else 0.45)
            role = np.where(rng.random(len(who)) < asked, "represented", "advised")
            index = build.agents.add(firm, kind, city=c)
            days = build.days(FIRST_DAY - 300, LAST_DAY, len(who))
            build.add("engagements", holder=who, agent=index, role=role, since=iso(days))
            if rng.random() < 0.5:
                wechat, asks = build.issuer.wechats(1)[0], rng.random(len(who)) < 0.3
                for case in [cases[h] for h in who[asks].tolist() if h in cases]:
                    case.ties += (Tie("wechat", wechat),)
                build.add(
                    "identifiers", holder=who[asks], kind="wechat", value=wechat, role="service", since=iso(days[asks])
                )
            build.group(f"B09 {kind}", who)


#: what a consultancy says it does; a ring's front deals in law, and so do some honest ones
LEGAL_TRADES = ("法务咨询", "法律咨询")
_TRADES = (*LEGAL_TRADES, "信息咨询", "商务服务", "企业管理咨询")


def adviser_name(build: Build, kind: str, city: int, *, trades: tuple[str, ...] = _TRADES) -> str:
    """A made-up name for a consultancy in one of `trades`, a law firm or a social account."""
    rng = build.rng
    a, b = rng.choice(places.FIRM_WORDS, size=2, replace=False)
    place = _CITIES[city][:-1]
    if kind == "law_firm":
        return f"{place}{a}{b}律师事务所"
    if kind == "consultancy":
        return f"{place}{a}{b}{rng.choice(trades)}有限公司"
    return f"{a}{rng.choice(['说保险', '聊保障', '帮你看保单', '财经日记'])}{int(rng.integers(10, 999))}"


def village_helpers(build: Build) -> None:
    """Somebody kind lends a phone to unrelated elders (B02); a few of them have a complaint of their own."""
    rng, people = build.rng, build.people
    elder = people.birth < np.datetime64("1962-01-01")
    for _ in range(build.scaled(8, least=2)):
        c = int(rng.integers(len(_CITIES)))
        pool = np.flatnonzero(elder & (people.city == c))
        who = np.sort(rng.choice(pool, size=min(len(pool), int(rng.integers(4, 10))), replace=False))
        if len(who) < 3:
            continue
        phone = build.issuer.phone()
        role = rng.choice(["policy", "service"], size=len(who))
        build.add("phones", holder=who, phone=phone, role=role, since=iso(build.days(15000, LAST_DAY, len(who))))
        build.group("B02 village_helper", who)
        helper = Helper.of(build)
        for kind, value in (("wechat", helper.wechat), ("device", helper.device)):
            some = who[rng.random(len(who)) < 0.4]
            since = iso(build.days(FIRST_DAY, LAST_DAY, len(some)))
            build.add("identifiers", holder=some, kind=kind, value=value, role="service", since=since)
        for holder in who.tolist():
            if not build.used[holder] and rng.random() < 0.22:
                build.used[holder] = True
                case = honest_case(build, holder, int(rng.integers(FIRST_DAY, LAST_DAY - 30)))
                case.contact = phone
                case.ties = helper.lends(rng)
                build.cases.append(case)
