"""Plant complaint rings: brokers who write, post and settle for policyholders (domain typologies T01 to T10, T14).

In:  a `Build` and a `RingPlan`.   Out: cases of its clients, engagements, and the true members.
A desk is one broker's workplace with phones, accounts, a sender address, a WeChat id, a device and letters of its
own; phones wear out and are replaced. Clients look like anybody else: own devices, families, old phones.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ringfinder.simulate import letters, places
from ringfinder.simulate.build import LAST_DAY, Build, Case, Tie, day
from ringfinder.simulate.crowd import addresses, paid_until, round_premium
from ringfinder.simulate.filing import POSTED
from ringfinder.simulate.letters import Letter, Style
from ringfinder.simulate.lookalikes_sharing import LEGAL_TRADES, adviser_name, clients_of

_CITIES = tuple(c for c, _ in places.CITIES)
#: ties that need something written, and the ways of a complaint that is
_WRITTEN = {"letter", "sender", "waybill"}
_WRITTEN_SOURCES = ("监管转办", "网上平台", "信函", "12345", "消协")


@dataclass(frozen=True)
class RingPlan:
    """How one complaint ring works.

    Attributes
    ----------
    kind : word for the truth table. size : clients. first, last : filing dates of the first and the last case.
    desks : workplaces. together_until : desks share everything before this date ('' never).
    bridge : share of later clients who get a phone of one desk and an account or letter of another.
    home : city name, '' for nation-wide. home_share : clients who live there.
    book_share : clients out of the books of `n_books` former agents.
    phone, account, sender, wechat, device, waybill, letter : chance that a client carries this tie.
    sparse : clients with one recorded tie only. letter_only : clients whose only tie is the letter or the agent.
    clients_per_phone : after how many clients a phone is replaced.
    reword, noise : how freely the letters are retold. n_templates : letters in use, over all desks.
    own_words : share of letters that the client wrote alone.
    negotiated : share of clients settled above cash value; share_of_premium : what they get on top.
    overpaid_yuan : exact total paid above cash value (0: whatever comes).
    consultancy_from : a legal-affairs consultancy represents part of the clients from this date on ('' never).
    repeats : follow-up tickets, smallest and largest. with_text : the insurer keeps the letters' text.
    """

    kind: str
    size: int
    first: str
    last: str
    desks: int = 1
    together_until: str = ""
    bridge: float = 0.0
    home: str = ""
    home_share: float = 0.8
    book_share: float = 0.0
    n_books: int = 2
    phone: float = 0.8
    account: float = 0.3
    sender: float = 0.35
    wechat: float = 0.3
    device: float = 0.12
    waybill: float = 0.15
    letter: float = 0.88
    sparse: float = 0.12
    letter_only: float = 0.04
    clients_per_phone: tuple[int, int] = (4, 20)
    reword: tuple[float, float] = (0.15, 0.5)
    noise: float = 0.1
    n_templates: int = 2
    own_words: float = 0.06
    negotiated: float = 0.85
    share_of_premium: tuple[float, float] = (0.6, 1.0)
    overpaid_yuan: int = 0
    consultancy_from: str = ""
    repeats: tuple[int, int] = (0, 2)
    with_text: bool = True


@dataclass
class _Pool:
    """Values that wear out: each serves a number of clients, then the next one is bought."""

    values: list[str] = field(default_factory=list)
    left: int = 0
    last_day: int = 0

    def next(self, build: Build, low: int, high: int, kind: str, *, at: int = 0) -> str:
        """The value in use at day `at`; a waybill is one envelope, so it serves a few days only."""
        if self.left <= 0 or (kind == "waybill" and at - self.last_day > 10):
            self.last_day = at
            fresh = {"phone": build.issuer.phones, "account": build.issuer.accounts, "device": build.issuer.devices,
                     "wechat": build.issuer.wechats, "waybill": build.issuer.waybills}[kind](1)[0]  # fmt: skip
            self.values.append(fresh)
            self.left = int(build.rng.integers(low, high + 1))
        self.left -= 1
        return self.values[-1]


@dataclass
class _Desk:
    sender: str
    templates: list[Letter]
    phones: list[_Pool]
    pools: dict[str, _Pool] = field(
        default_factory=lambda: {k: _Pool() for k in ("account", "wechat", "device", "waybill")}
    )


def filing_days(build: Build, plan: RingPlan) -> NDArray[np.int64]:
    """Days of the clients' first complaints: spread over the span, uneven by month, first and last as planned."""
    rng = build.rng
    first, last = day(plan.first), min(LAST_DAY, day(plan.last))
    n_months = max(1, (last - first) // 30)
    weight = rng.gamma(3.0, 1.0, n_months) + 0.15
    month = rng.choice(n_months, size=max(0, plan.size - 2), p=weight / weight.sum())
    width = (last - first) / n_months
    inside = first + (month * width + rng.random(len(month)) * width).astype(np.int64)
    return np.sort(np.r_[first, inside, last][: plan.size])


def _clients(build: Build, plan: RingPlan) -> NDArray[np.int64]:
    """Whom the ring won: part out of former agents' books, the rest through friends and adverts."""
    rng, people = build.rng, build.people
    issued = build.policies["issued"].to_numpy()[build.first_policy]
    ready = issued < day(plan.first) - 250
    home = _CITIES.index(plan.home) if plan.home in _CITIES else -1
    chosen: list[int] = []
    wanted = round(plan.book_share * plan.size)
    if wanted:
        left, where = np.array(build.agents.left), np.array(build.agents.city)
        gone = np.flatnonzero(
            (left > day("2015-01-01")) & (left < day(plan.first) + 400) & ((where == home) | (home < 0))
        )
        books = sorted(gone.tolist(), key=lambda a: (-len(clients_of(build, a)), a))[: plan.n_books]
        for agent in books:
            mask = np.zeros(build.n, dtype=np.bool_)
            mask[clients_of(build, agent)] = True
            chosen += build.pick(mask & ready, -(-wanted // len(books))).tolist()
        chosen = chosen[: plan.size]
    near = people.city == home if home >= 0 else np.ones(build.n, dtype=np.bool_)
    province = people.city < 9
    rest = plan.size - len(chosen)
    chosen += build.pick(ready & near, round(rest * plan.home_share) if home >= 0 else rest).tolist()
    chosen += build.pick(ready & province, plan.size - len(chosen)).tolist()
    chosen += build.pick(issued < day(plan.last) - 60, plan.size - len(chosen)).tolist()
    return rng.permutation(np.array(chosen, dtype=np.int64))


def _desks(build: Build, plan: RingPlan, parent: Letter | None) -> list[_Desk]:
    rng, words = build.rng, build.words
    per_desk = max(1, plan.n_templates // plan.desks)
    desks: list[_Desk] = []
    for _ in range(plan.desks):
        city = plan.home or places.CITIES[int(rng.integers(len(places.CITIES)))][0]
        sender = addresses(rng, np.array([_CITIES.index(city)]))[0]
        if parent is None:
            templates = [letters.compose(words) for _ in range(per_desk)]
        else:
            templates = [letters.retell(words, parent, Style(0.2, 0.1, 0.03, 0.1)) for _ in range(per_desk)]
        lines = [_Pool() for _ in range(2 if plan.size / plan.desks > 25 else 1)]
        desk = _Desk(sender, templates, lines)
        if plan.together_until and desks:
            # the partner who leaves takes a letter along and works on it
            desk.templates[0] = letters.retell(words, desks[0].templates[0], Style(0.35, 0.1, 0.03, 0.1))
        desks.append(desk)
    return desks


def _ties(build: Build, plan: RingPlan) -> set[str]:
    """Which ties a client carries: usually several, for some just one."""
    rng = build.rng
    chances = {
        k: float(getattr(plan, k)) for k in ("phone", "account", "sender", "wechat", "device", "waybill", "letter")
    }
    draw = rng.random()
    if draw < plan.letter_only:
        return {"letter"} if plan.with_text else {"sender"}
    if draw < plan.letter_only + plan.sparse:
        kinds = [k for k in chances if chances[k] > 0]
        p = np.array([chances[k] for k in kinds])
        return {str(rng.choice(kinds, p=p / p.sum()))}
    out = {k for k, p in chances.items() if rng.random() < p}
    return out if len(out) >= 2 else out | {"letter" if plan.letter > 0 and plan.with_text else "phone"}


def complaint_ring(build: Build, plan: RingPlan, *, parent: Letter | None = None) -> None:
    """Plant one ring of complaints and negotiated surrenders as planned; its letters descend from `parent` if given."""
    rng = build.rng
    who = _clients(build, plan)
    days = filing_days(build, plan)[: len(who)]
    issued = build.policies["issued"].to_numpy()[build.first_policy[who]]
    desks = _desks(build, plan, parent)
    split = day(plan.together_until) if plan.together_until else 0
    consultancy = -1
    if plan.consultancy_from:
        city = _CITIES.index(plan.home) if plan.home else 0
        name = adviser_name(build, "consultancy", city, trades=LEGAL_TRADES)
        consultancy = build.agents.add(name, "consultancy", city=city)
    cells = rng.integers(0, plan.desks, len(who))
    members: list[tuple[int, str]] = []
    cases: list[Case] = []
    for k in range(len(who)):
        holder, at, cell = int(who[k]), max(int(days[k]), int(issued[k]) + 30), int(cells[k])
        desk = desks[0 if at < split else cell]
        bridged = at >= split and plan.desks > 1 and rng.random() < plan.bridge
        second = desks[(cell + 1) % plan.desks] if bridged else desk
        case = _client_case(build, plan, holder, at, desk, second)
        if consultancy >= 0 and at >= day(plan.consultancy_from) and cell == plan.desks - 1 and rng.random() < 0.7:
            role = "represented" if rng.random() < 0.6 else "advised"
            since = str(np.datetime64(max(day(plan.consultancy_from), at - int(rng.integers(2, 40))), "D"))
            build.add("engagements", holder=[holder], agent=consultancy, role=role, since=since)
        role = "early" if at < split else ("bridge" if bridged else f"desk {cell + 1}")
        members.append((holder, role))
        cases.append(case)
    _merge_tails(desks, cases, plan.clients_per_phone[0])
    if plan.overpaid_yuan:
        settle_exactly(build, cases, plan)
    build.cases += cases
    build.rings.append((plan.kind, members))


def _merge_tails(desks: list[_Desk], cases: list[Case], low: int) -> None:
    """A phone bought last, with fewer than `low` clients, was not worth buying: the one before it served them."""
    for pool in (p for desk in desks for p in desk.phones):
        if len(pool.values) > 1 and sum(c.contact == pool.values[-1] for c in cases) < low:
            for case in cases:
                if case.contact == pool.values[-1]:
                    case.contact = pool.values[-2]


def _client_case(build: Build, plan: RingPlan, holder: int, at: int, desk: _Desk, second: _Desk) -> Case:
    rng, words = build.rng, build.words
    ties = _ties(build, plan)
    if second is not desk:
        ties |= {"phone", "letter" if rng.random() < 0.5 or plan.account == 0 else "account"}
    policy = int(build.first_policy[holder])
    case = Case(holder, at, policy=policy, until=min(LAST_DAY, max(at, day(plan.last) + 9)))
    if rng.random() < 0.14 and ties - _WRITTEN:
        # coached to ring up: what would come by post is missing
        ties, case.source = ties - _WRITTEN, "公司热线"
    elif ties & {"sender", "waybill"}:
        case.source = str(rng.choice(POSTED, p=[0.6, 0.33, 0.07]))
    else:
        case.source = str(rng.choice(_WRITTEN_SOURCES, p=[0.45, 0.3, 0.15, 0.07, 0.03]))
    case.accused = int(build.policies["agent"].to_numpy()[policy]) if rng.random() < 0.55 else -1
    case.upheld = int(rng.choice([-1, 0, 1], p=[0.25, 0.5, 0.25]))
    case.has_text = plan.with_text and rng.random() < 0.45
    if "letter" in ties and plan.with_text:
        case.has_text = True
        if rng.random() >= plan.own_words or ties == {"letter"}:
            template = second.templates[int(rng.integers(len(second.templates)))]
            low, high = plan.reword
            case.letter = letters.retell(words, template, Style(words.uniform(low, high), plan.noise, 0.04, 0.12))
    if "phone" in ties:
        case.contact = desk.phones[int(rng.integers(len(desk.phones)))].next(build, *plan.clients_per_phone, "phone")
    elif rng.random() < 0.15:
        case.contact = build.issuer.phone()
    settled = rng.random() < plan.negotiated
    case.outcome = "negotiated" if settled else str(rng.choice(["", "normal"], p=[0.75, 0.25]))
    case.share = float(rng.uniform(*plan.share_of_premium))
    if "account" in ties and case.outcome:
        case.payout = second.pools["account"].next(build, 5, 14, "account")
    extra = []
    if "sender" in ties:
        extra.append(Tie("mail_sender", desk.sender))
    if "waybill" in ties:
        extra.append(Tie("waybill", desk.pools["waybill"].next(build, 2, 4, "waybill", at=at)))
    for kind in ("wechat", "device"):
        if kind in ties:
            extra.append(Tie(kind, desk.pools[kind].next(build, 8, 30, kind)))
    case.ties = tuple(extra)
    low_r, high_r = plan.repeats
    case.repeats = int(rng.integers(low_r, high_r + 1)) if rng.random() < 0.4 or low_r else 0
    case.repeat_days = 90 if low_r else 240
    return case


def settle_exactly(build: Build, cases: list[Case], plan: RingPlan) -> None:
    """Scale the clients' premiums, then their settlements, so that the total overpaid is exact to the fen.

    Premiums stay as round as anybody's, settlements whole yuan within `share_of_premium` of the premiums paid.
    """
    settled = [c for c in cases if c.outcome == "negotiated"]
    rng, policies = build.rng, build.policies
    low, high = plan.share_of_premium
    rows = np.array([c.policy for c in settled])
    at = np.array([c.day + int(rng.integers(10, 70)) for c in settled])
    filed = np.array([c.day for c in settled])
    days_left = np.maximum(1, min(LAST_DAY, day(plan.last) + 8) - filed + 1)
    at = filed + (at - filed) % days_left
    for case, when in zip(settled, at.tolist(), strict=True):
        case.surrender_day = when
    share = low + (high - low) * rng.beta(2.0, 2.0, len(settled))
    annual = policies["annual"].to_numpy()[rows].copy()
    paid = paid_until(policies, rows, at)
    factor = plan.overpaid_yuan / float((share * paid).sum())
    policies.loc[rows, "annual"] = round_premium(np.maximum(100.0, annual * factor))
    paid = paid_until(policies, rows, at)
    for _ in range(60):
        share = np.clip(share * plan.overpaid_yuan / float((share * paid).sum()), low, high)
    yuan = np.round(share * paid).astype(np.int64)
    gap = plan.overpaid_yuan - int(yuan.sum())
    room = np.argsort(-paid, kind="stable")
    for i in range(abs(gap)):
        yuan[room[i % len(room)]] += 1 if gap > 0 else -1
    for case, amount in zip(settled, yuan.tolist(), strict=True):
        case.overpaid_fen = amount * 100
