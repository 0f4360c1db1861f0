"""The ordinary book: households, agents, policies, phones, accounts, devices, and ordinary surrenders.

In:  size and seed.   Out: a `Build` with everybody in it and nobody complaining yet.
Vectorised: nothing here loops over people except to join strings.
"""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.simulate import places
from ringfinder.simulate.build import ADULT_DAYS, FIRST_DAY, LAST_DAY, Build, Intermediaries, People, day, iso
from ringfinder.simulate.numbers import Issuer

_SURNAMES = np.array(places.SURNAMES)
_SURNAME_P = 1 / (np.arange(len(_SURNAMES)) + 3.0)
_SURNAME_P /= _SURNAME_P.sum()
_CITIES = np.array([c for c, _ in places.CITIES])
_CITY_P = np.array([p for _, p in places.CITIES])
_CITY_P = _CITY_P / _CITY_P.sum()
_TERMS = np.array([3, 5, 10, 15, 20])


def names(rng: np.random.Generator, surnames: NDArray[np.str_], male: NDArray[np.bool_]) -> list[str]:
    """Given names to match surnames; one in eight has a single character."""
    count = len(surnames)
    first = np.where(male, rng.choice(list(places.GIVEN_MALE), count), rng.choice(list(places.GIVEN_FEMALE), count))
    second = np.where(rng.random(count) < 0.125, "", rng.choice(list(places.GIVEN_SECOND), count))
    return [a + b + c for a, b, c in zip(surnames.tolist(), first.tolist(), second.tolist(), strict=True)]


def addresses(rng: np.random.Generator, city: NDArray[np.int64]) -> list[str]:
    """A made-up address in each city: estate, street or village."""
    count = len(city)
    kind = rng.random(count)
    district = rng.choice(places.DISTRICTS, count)
    road, estate, village = (rng.choice(w, count) for w in (places.ROADS, places.ESTATES, places.VILLAGES))
    number, block, room = rng.integers(1, 400, count), rng.integers(1, 30, count), rng.integers(1, 34, count)
    door = rng.integers(1, 5, count)
    out = []
    for i in range(count):
        head = f"{_CITIES[city[i]]}{district[i]}"
        if kind[i] < 0.5:
            out.append(f"{head}{road[i]}{number[i]}号{estate[i]}{block[i]}幢{room[i]}{door[i]:02d}室")
        elif kind[i] < 0.75:
            out.append(f"{head}{road[i]}{number[i]}号")
        else:
            out.append(f"{head}{village[i]}{number[i] * 3 + block[i]}号")
    return out


def _households(rng: np.random.Generator, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    sizes = rng.choice(np.arange(1, 7), size=n, p=[0.62, 0.22, 0.09, 0.045, 0.017, 0.008])
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), n)) + 1]
    household = np.repeat(np.arange(len(sizes)), sizes)[:n]
    starts = np.flatnonzero(np.r_[True, household[1:] != household[:-1]])
    return household, np.arange(n) - starts[household]


def _people(rng: np.random.Generator, issuer: Issuer, n: int) -> People:
    household, place = _households(rng, n)
    n_households = int(household[-1]) + 1
    city = rng.choice(len(_CITIES), size=n_households, p=_CITY_P)[household]
    head = np.flatnonzero(place == 0)
    head_male = rng.random(n_households) < 0.5
    head_age = np.clip(rng.normal(46, 12, n_households), 22, 82)
    gap = rng.normal(27, 3, n)
    spouse, elder = place == 1, (place >= 2) & (rng.random(n) < 0.55)
    age = head_age[household] + rng.normal(0, 3, n)
    age = np.where(elder, age + gap, np.where(place >= 2, age - gap, age))
    age = np.where((place >= 2) & (age < 20), head_age[household] + rng.normal(0, 5, n), age)
    age = np.clip(age, 20, 90)
    male = np.where(place == 0, head_male[household], np.where(spouse, ~head_male[household], rng.random(n) < 0.5))
    surname = rng.choice(_SURNAMES, size=n, p=_SURNAME_P)
    father_side = np.where(head_male, head, np.minimum(head + 1, n - 1))
    kept = (place >= 2) & (rng.random(n) < 0.8)
    surname[kept] = surname[father_side[household[kept]]]
    birth = (day("2023-01-01") - (age * 365.25) - rng.integers(0, 365, n)).astype(np.int64).astype("datetime64[D]")
    home = addresses(rng, city[head])
    own_home = addresses(rng, city)
    apart = rng.random(n) < 0.06
    address = [own_home[i] if apart[i] else home[household[i]] for i in range(n)]
    employed = (rng.random(n) < 0.22) & (age < 62)
    employer = np.where(employed, np.char.add(_CITIES[city], rng.choice(places.EMPLOYERS, n)), "")
    return People(
        city=city,
        household=household,
        place_in_household=place,
        male=male,
        birth=birth,
        name=names(rng, surname, male),
        address=address,
        employer=employer.tolist(),
        phone=issuer.phones(n),
        account=issuer.accounts(n),
        has_account=rng.random(n) < 0.8,
    )


def _intermediaries(rng: np.random.Generator, issuer: Issuer, n: int) -> Intermediaries:
    count = max(60, n // 85)
    city = rng.choice(len(_CITIES), size=count, p=_CITY_P)
    city[: len(_CITIES)] = np.arange(len(_CITIES))
    joined = rng.integers(day("2008-01-01"), day("2021-06-30"), count)
    stay = np.clip(rng.gamma(1.6, 1100, count), 200, None).astype(np.int64)
    left = np.where((joined + stay < LAST_DAY) & (rng.random(count) < 0.7), joined + stay, -1)
    male = rng.random(count) < 0.42
    name = names(rng, rng.choice(_SURNAMES, size=count, p=_SURNAME_P), male)
    kind = np.where(left >= 0, "ex_agent", "agent").tolist()
    out = Intermediaries(name, kind, city.tolist(), joined.tolist(), left.tolist(), issuer.phones(count))
    for c in range(len(_CITIES)):
        n_outlets = max(2, round(n * places.CITIES[c][1] / 600))
        hotline = issuer.landlines(n_outlets + 1)
        for i in range(n_outlets):
            bank = rng.choice(places.BANKS)
            street = rng.choice(places.ROADS)
            name_ = f"{bank}{_CITIES[c][:-1]}{street}支行"
            out.add(name_, "agency", city=c, joined=day("2009-01-01"), phone=hotline[i])
        firm = f"{_CITIES[c][:-1]}{rng.choice(places.FIRM_WORDS)}保险经纪公司"
        out.add(firm, "broker", city=c, joined=day("2012-01-01"), phone=hotline[-1])
    return out


def _agent_of(rng: np.random.Generator, people: People, agents: Intermediaries) -> tuple[NDArray[np.int64], ...]:
    """For each person: an agent, an outlet and a broker firm of the own city; households share the agent mostly."""
    kind, city = np.array(agents.kind), np.array(agents.city)
    n_households = int(people.household[-1]) + 1
    of_house, own = np.zeros(n_households, dtype=np.int64), np.zeros(len(people), dtype=np.int64)
    outlet, firm = np.zeros(len(people), dtype=np.int64), np.zeros(len(people), dtype=np.int64)
    house_city = people.city[people.place_in_household == 0]
    for c in range(len(_CITIES)):
        tied = np.flatnonzero((city == c) & np.isin(kind, ["agent", "ex_agent"]))
        weight = rng.lognormal(0, 0.8, len(tied))
        weight /= weight.sum()
        of_house[house_city == c] = rng.choice(tied, size=int((house_city == c).sum()), p=weight)
        here = people.city == c
        own[here] = rng.choice(tied, size=int(here.sum()), p=weight)
        outlet[here] = rng.choice(np.flatnonzero((city == c) & (kind == "agency")), size=int(here.sum()))
        firm[here] = rng.choice(np.flatnonzero((city == c) & (kind == "broker")), size=int(here.sum()))
    agent = np.where(rng.random(len(people)) < 0.78, of_house[people.household], own)
    return agent, outlet, firm


def round_premium(annual: NDArray[np.float64]) -> NDArray[np.float64]:
    """Yearly premiums as sold: multiples of 500 yuan above 5,000, else of 10.

    Examples
    --------
    >>> round_premium(np.array([5320.0, 1234.0])).tolist()
    [5500.0, 1230.0]
    """
    return np.asarray(np.where(annual > 5000, np.round(annual / 500) * 500, np.round(annual / 10) * 10))


def draw_policies(
    rng: np.random.Generator,
    holder: NDArray[np.int64],
    agent: NDArray[np.int64],
    issued: NDArray[np.int64],
    channel: NDArray[np.str_],
) -> pd.DataFrame:
    """Products, terms and premiums of new policies; `annual` and `premiums_paid` in yuan."""
    count = len(holder)
    p = np.array([w for _, w, _ in places.PRODUCTS])
    product = rng.choice(len(places.PRODUCTS), size=count, p=p / p.sum())
    median = np.array([m for _, _, m in places.PRODUCTS])[product]
    name = np.array([w for w, _, _ in places.PRODUCTS])[product]
    bank = channel == "银保"
    name = np.where(bank, places.BANK_PRODUCT, name)
    annual = np.where(bank, 8000, median) * rng.lognormal(0, 0.6, count)
    annual = round_premium(annual)
    term = rng.choice(_TERMS, size=count, p=[0.12, 0.23, 0.3, 0.1, 0.25])
    years = np.minimum(term, (LAST_DAY - issued) // 365 + 1)
    return pd.DataFrame(
        {
            "holder": holder,
            "product": pd.Series(name, dtype="str"),
            "channel": pd.Series(channel, dtype="str"),
            "issued": issued,
            "annual": annual,
            "term": term,
            "premiums_paid": annual * years,
            "agent": agent,
        }
    )


def _policies(rng: np.random.Generator, people: People, agents: Intermediaries) -> pd.DataFrame:
    n = len(people)
    agent, outlet, firm = _agent_of(rng, people, agents)
    holder = np.repeat(np.arange(n), np.minimum(1 + rng.poisson(0.4, n), 4))
    channel = rng.choice(["个险", "银保", "经代", "电销"], size=len(holder), p=[0.74, 0.17, 0.06, 0.03])
    sold_by = np.where(channel == "银保", outlet[holder], np.where(channel == "经代", firm[holder], agent[holder]))
    adult = people.birth.astype(np.int64)[holder] + ADULT_DAYS
    left = np.array(agents.left)[sold_by]
    # who came of age too late for the seller bought over the phone
    channel = np.where((left >= 0) & (adult >= left), "电销", channel)
    sold_by = np.where(channel == "电销", -1, sold_by)
    start = np.maximum(np.array([*agents.joined, day("2009-01-01")])[sold_by], adult)
    left = np.array([*agents.left, -1])[sold_by]
    until = np.where(left >= 0, left, day("2022-12-31"))
    issued = start + (rng.random(len(holder)) * (until - start)).astype(np.int64)
    return draw_policies(rng, holder, sold_by, issued, channel)


def _records(build: Build) -> None:
    """Phones, accounts, devices and the like of people without any story."""
    rng, people, n = build.rng, build.people, build.n
    since = build.policies.groupby("holder")["issued"].min().reindex(range(n)).to_numpy()
    who = np.flatnonzero(rng.random(n) >= 0.02)
    build.add("phones", holder=who, phone=[people.phone[i] for i in who], role="policy", since=iso(since[who]))
    newer = np.flatnonzero(rng.random(n) < 0.14)
    at = np.minimum(since[newer] + rng.integers(100, 4000, len(newer)), LAST_DAY)
    build.add("phones", holder=newer, phone=build.issuer.phones(len(newer)), role="service", since=iso(at))
    paying = np.flatnonzero(people.has_account)
    account = [people.account[i] for i in paying]
    build.add("bank_accounts", holder=paying, account=account, role="premium", since=iso(since[paying]))
    for kind, share in (("device", 0.3), ("wechat", 0.3), ("email", 0.1)):
        held = np.flatnonzero(rng.random(n) < share)
        make = {"device": build.issuer.devices, "wechat": build.issuer.wechats, "email": build.issuer.emails}[kind]
        seen = np.maximum(since[held], build.days(day("2016-01-01"), LAST_DAY, len(held)))
        build.add("identifiers", holder=held, kind=kind, value=make(len(held)), role="service", since=iso(seen))


def _ordinary_surrenders(build: Build) -> None:
    """Surrenders at cash value, cooling-off and small negotiated ones, without any complaint."""
    rng, n = build.rng, build.n
    who = np.flatnonzero(rng.random(n) < 0.05)
    policy = build.first_policy[who]
    issued = build.policies["issued"].to_numpy()[policy]
    kind = rng.choice(["normal", "cooling_off", "negotiated"], size=len(who), p=[0.86, 0.1, 0.04])
    at = np.maximum(build.days(FIRST_DAY, LAST_DAY, len(who)), issued + 40)
    at = np.where(kind == "cooling_off", issued + rng.integers(1, 15, len(who)), at)
    keep = (at >= FIRST_DAY) & (at <= LAST_DAY)
    who, policy, kind, at, issued = who[keep], policy[keep], kind[keep], at[keep], issued[keep]
    build.used[who] = True
    annual = build.policies["annual"].to_numpy()[policy]
    paid = np.where(kind == "cooling_off", annual, paid_until(build.policies, policy, at))
    cash = np.where(kind == "cooling_off", paid, np.round(paid * cash_ratio(rng, (at - issued) / 365.25), 2))
    share = np.where(kind == "negotiated", rng.uniform(0.0, 0.6, len(who)), 0.0)
    account = [build.people.account[i] if rng.random() < 0.6 else "" for i in who.tolist()]
    build.add(
        "surrenders",
        holder=who,
        policy=policy,
        kind=kind,
        surrendered_on=iso(at),
        cash_value=cash,
        amount_paid=np.round(cash + np.round(share * paid), 2),
        payout_account=account,
    )
    build.policies.loc[policy, "premiums_paid"] = paid


def paid_until(policies: pd.DataFrame, rows: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.float64]:
    """Premiums paid on the policies of `rows` by the days `at`."""
    issued, term = policies["issued"].to_numpy()[rows], policies["term"].to_numpy()[rows]
    years = np.clip((at - issued) // 365 + 1, 1, term)
    return np.asarray(policies["annual"].to_numpy()[rows] * years, dtype=np.float64)


def cash_ratio(rng: np.random.Generator, years: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cash value as a share of premiums paid: low at first, near one after two decades."""
    return np.clip(0.18 + 0.055 * years + rng.normal(0, 0.05, len(years)), 0.05, 1.05)


def make_crowd(n: int, seed: int) -> Build:
    """Everybody, with ordinary records only."""
    rng = np.random.default_rng([seed, 1])
    issuer = Issuer(seed, capacity=3 * n + 20_000)
    people = _people(rng, issuer, n)
    agents = _intermediaries(rng, issuer, n)
    policies = _policies(rng, people, agents)
    build = Build(
        n=n,
        rng=rng,
        words=random.Random(seed * 7919 + 13),
        issuer=issuer,
        people=people,
        agents=agents,
        policies=policies,
        used=np.zeros(n, dtype=np.bool_),
    )
    build.first_policy = np.flatnonzero(np.r_[True, np.diff(policies["holder"].to_numpy()) > 0])
    from ringfinder.simulate.families import share_in_families

    share_in_families(build)
    _records(build)
    _ordinary_surrenders(build)
    return build
