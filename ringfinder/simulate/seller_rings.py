"""Plant rings on the seller's side: commission arbitrage, rookie-hung policies, straw holders (T11 to T13).

In:  a `Build` and a size.   Out: new policies, payer accounts, surrenders at cash value or negotiated, true members.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.simulate import letters, places
from ringfinder.simulate.build import LAST_DAY, Build, Case, Tie, day, iso
from ringfinder.simulate.crowd import draw_policies, names
from ringfinder.simulate.letters import Style


def _new_agents(
    build: Build, count: int, *, city: int, joined: int, stays: tuple[int, int], hired_over: int = 0
) -> list[int]:
    """Agents under contract for a short time, as many are, hired evenly over `hired_over` days from `joined` on."""
    rng = build.rng
    surname = rng.choice(list(places.SURNAMES), size=count)
    hired = np.linspace(joined, joined + hired_over, count).astype(np.int64).tolist()
    out = []
    for name, around in zip(names(rng, surname, rng.random(count) < 0.5), hired, strict=True):
        start = around + int(rng.integers(-40, 40))
        left = start + int(rng.integers(*stays))
        kind, left = ("ex_agent", left) if left < LAST_DAY else ("agent", -1)
        out.append(build.agents.add(name, kind, city=city, joined=start, left=left, phone=build.issuer.phone()))
    return out


def _codes_in_use(build: Build, codes: list[int], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each day of `at`, one of `codes` that is under contract then."""
    joined, left = np.array(build.agents.joined)[codes], np.array(build.agents.left)[codes]
    open_then = (joined <= at[:, None]) & ((left < 0) | (left >= at[:, None]))
    chosen = np.argmax(open_then * build.rng.random(open_then.shape), axis=1)
    return np.asarray(np.array(codes)[chosen], dtype=np.int64)


def _insure(build: Build, who: NDArray[np.int64], agent: NDArray[np.int64], issued: NDArray[np.int64]) -> int:
    """New tied-channel policies; returns the row number of the first."""
    first = len(build.policies)
    fresh = draw_policies(build.rng, who, agent, issued, np.full(len(who), "个险"))
    build.policies = pd.concat([build.policies, fresh], ignore_index=True)
    return first


def arbitrage(build: Build, size: int) -> None:
    """Dealers advance large premiums for straw holders, take the commission and let them surrender in months (C05)."""
    rng = build.rng
    city = int(rng.integers(len(places.CITIES)))
    start = int(rng.integers(day("2019-10-01"), day("2021-03-01")))
    who = build.pick((build.people.city == city) & build.adults(start), size)
    dealers = _new_agents(build, max(2, size // 4), city=city, joined=start - 120, stays=(700, 1000))
    payers = build.issuer.accounts(max(2, size // 6))
    device = build.issuer.devices(1)[0]
    copies = np.repeat(who, 1 + (rng.random(len(who)) < 0.5))
    issued = start + rng.integers(0, 500, len(copies))
    first = _insure(build, copies, rng.choice(dealers, size=len(copies)), issued)
    rows = np.arange(first, first + len(copies))
    annual = np.round(build.policies["annual"].to_numpy()[rows] * rng.uniform(4, 12, len(rows)) / 1000) * 1000
    build.policies.loc[rows, "annual"] = annual
    build.policies.loc[rows, "premiums_paid"] = annual
    for row, holder, at in zip(rows.tolist(), copies.tolist(), issued.tolist(), strict=True):
        if rng.random() < 0.85:
            payer = str(rng.choice(payers))
            build.add("bank_accounts", holder=[holder], account=payer, role="premium", since=iso([at]))
        gone = at + int(rng.integers(35, 365))
        case = Case(holder, -1, policy=row, outcome="normal", surrender_day=min(LAST_DAY, gone))
        case.payout = str(rng.choice(payers)) if rng.random() < 0.5 else ""
        if rng.random() < 0.4:
            case.ties = (Tie("device", device, "surrender"),)
        build.cases.append(case)
    build.rings.append(("arbitrage", [(int(h), "straw holder") for h in who]))


def rookie(build: Build, size: int) -> None:
    """Old policies are talked back for a refund, new ones hung on agents of under a year (C07, C08)."""
    rng, words = build.rng, build.words
    city = int(rng.integers(6))
    start = int(rng.integers(day("2020-01-01"), day("2021-06-01")))
    issued = build.policies["issued"].to_numpy()[build.first_policy]
    who = build.pick((build.people.city == city) & (issued < start - 500), size)
    codes = _new_agents(build, max(4, size // 4), city=city, joined=start - 60, stays=(220, 360), hired_over=360)
    phones, device = build.issuer.phones(max(2, size // 8)), build.issuer.devices(1)[0]
    template = letters.compose(words)
    at = np.sort(start + rng.integers(0, 330, len(who)))
    sold = at + rng.integers(10, 120, len(who))
    keep = sold < LAST_DAY
    first = _insure(build, who[keep], _codes_in_use(build, codes, sold[keep]), sold[keep])
    new_row = dict(zip(who[keep].tolist(), range(first, first + int(keep.sum())), strict=True))
    for k, holder in enumerate(who.tolist()):
        case = Case(
            holder,
            int(at[k]),
            source=str(rng.choice(["监管转办", "网上平台", "信函"])),
            outcome="negotiated",
            share=float(rng.uniform(0.5, 1.0)),
        )
        style = Style(words.uniform(0.15, 0.5), 0.1, 0.04, 0.1)
        case.letter = letters.retell(words, template, style) if rng.random() < 0.75 else None
        if case.letter is None and rng.random() < 0.5:
            case.source = "公司热线"
        case.contact = str(rng.choice(phones)) if rng.random() < 0.6 else ""
        if rng.random() < 0.55 and holder in new_row:
            case.ties = (Tie("device", device, "policy", int(sold[k])),)
        build.cases.append(case)
    build.rings.append(("rookie", [(int(h), "poached client") for h in who]))


def self_purchase(build: Build, size: int) -> None:
    """One family of agents insures straw holders with lent money; surrender after month 13 (C09, C10)."""
    rng = build.rng
    city = int(rng.integers(len(places.CITIES)))
    start = int(rng.integers(day("2019-08-01"), day("2020-09-01")))
    who = build.pick((build.people.city == city) & build.adults(start), size)
    family = _new_agents(build, 2, city=city, joined=start - 300, stays=(640, 1100))
    lender = build.issuer.accounts(2)
    issued = start + rng.integers(0, 280, len(who))
    first = _insure(build, who, rng.choice(family, size=len(who)), issued)
    rows = np.arange(first, first + len(who))
    build.policies.loc[rows, "annual"] *= 5
    for row, holder, at in zip(rows.tolist(), who.tolist(), issued.tolist(), strict=True):
        if rng.random() < 0.8:
            build.add(
                "bank_accounts", holder=[holder], account=str(rng.choice(lender)), role="premium", since=iso([at])
            )
        gone = min(LAST_DAY, at + int(rng.integers(385, 460)))
        case = Case(holder, -1, policy=row, outcome="normal", surrender_day=gone)
        case.contact = build.agents.phone[int(rng.choice(family))] if rng.random() < 0.4 else ""
        case.payout = str(rng.choice(lender)) if rng.random() < 0.35 else ""
        build.cases.append(case)
    kin = who[: max(2, len(who) // 4)]
    build.add("relations", holder=kin[1:], related=np.full(len(kin) - 1, kin[0]), relation="兄弟姐妹")
    build.rings.append(("self_purchase", [(int(h), "straw holder") for h in who]))
