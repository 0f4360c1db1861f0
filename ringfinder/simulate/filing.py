"""Write cases down: complaints, letters, surrenders, and what the insurer's systems recorded around them.

In:  a `Build` with cases.   Out: rows in complaints, surrenders, phones, bank_accounts, identifiers.
One function for everybody: honest people, look-alikes and rings lose the same records on the way, write with the same
pens and get the same delays.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np

from ringfinder.simulate import letter_frames, letters, places
from ringfinder.simulate.build import FIRST_DAY, LAST_DAY, Build, Case, Tie, iso
from ringfinder.simulate.crowd import cash_ratio, paid_until

SOURCES = ("公司热线", "监管转办", "网上平台", "信函", "12345", "消协")
POSTED = ("监管转办", "信函", "消协")
_CITIES = tuple(c for c, _ in places.CITIES)
#: days before the complaint or surrender within which a value came on file, the same for everybody: a contact is noted
#: when somebody first asks, an envelope is stamped up to a week before it is registered
_NOTED_WITHIN = {"phone": 40, "account": 30, "wechat": 25, "device": 25, "mail_sender": 7, "waybill": 7}


@dataclass
class _Sheet:
    """Columns of one table under construction."""

    columns: dict[str, list[object]] = field(default_factory=dict)

    def put(self, **values: object) -> None:
        for name, value in values.items():
            self.columns.setdefault(name, []).append(value)


def letter_facts(build: Build, case: Case, rng: random.Random, filed: int) -> dict[str, str]:
    """The facts a letter mentions, spelt as its writer spells them."""
    policy = build.policies.iloc[case.policy]
    issued = str(iso([int(policy["issued"])])[0])
    filed_iso = str(iso([filed])[0])
    years = max(1, min(int(policy["term"]), (filed - int(policy["issued"])) // 365 + 1))
    total = float(policy["annual"]) * years
    cash = total * min(0.9, 0.15 + 0.05 * years + rng.uniform(0, 0.1))
    agent = int(policy["agent"])
    return {
        "name": build.people.name[case.holder],
        "date": letters.date_words(rng, issued),
        "year": issued[:4],
        "month": str(int(issued[5:7])),
        "agent": build.agents.name[agent] if agent >= 0 and rng.random() < 0.85 else "那位业务员",
        "product": str(policy["product"]) if rng.random() < 0.6 else str(policy["product"]).split("(")[0],
        "premium": letters.money_words(rng, float(policy["annual"])),
        "paid_years": str(years),
        "total": letters.money_words(rng, total),
        "term": str(int(policy["term"])),
        "city": _CITIES[int(build.people.city[case.holder])],
        "place": rng.choice(letter_frames.PLACES),
        "age": str(2023 - int(str(build.people.birth[case.holder])[:4])),
        "relative": rng.choice(letter_frames.RELATIVES),
        "small": str(rng.randrange(2, 60) * 50),
        "big": letters.money_words(rng, total * rng.uniform(1.3, 3.0)),
        "cash": letters.money_words(rng, cash),
        "gap": letters.money_words(rng, total - cash),
        "insurer": rng.choice(("贵公司", "你们公司", "保险公司", "本地支公司")),
        "filed": letters.date_words(rng, filed_iso),
        "filed_month": str(int(filed_iso[5:7])),
    }


def file_cases(build: Build) -> None:
    """Write every case of the build, oldest first, and the follow-up tickets."""
    sheets = {t: _Sheet() for t in ("complaints", "surrenders", "phones", "bank_accounts", "identifiers")}
    order = sorted(range(len(build.cases)), key=lambda i: (build.cases[i].day, build.cases[i].holder, i))
    build.cases = [build.cases[i] for i in order]
    seen: set[str] = set()
    for number, case in enumerate(build.cases):
        rng = random.Random(f"case {build.words.random()} {number}")
        if case.policy < 0:
            case.policy = int(build.first_policy[case.holder])
        if case.day >= 0:
            _complain(build, case, rng, sheets, seen)
        _surrender_day(case, rng)
        _trace(build, case, rng, sheets)
    _surrenders(build, sheets)
    for table, sheet in sheets.items():
        if sheet.columns:
            build.add(table, **sheet.columns)


def _text(build: Build, case: Case, rng: random.Random, filed: int, again: bool, seen: set[str]) -> str:
    if not case.has_text or rng.random() < 0.05:
        return ""
    text = ""
    for _ in range(20):
        if case.letter is None:
            letter = letters.call_note(rng) if case.source == "公司热线" else letters.compose(rng)
            if case.source != "公司热线":
                case.letter = letter
        else:
            letter = letters.retell(rng, case.letter, letters.Style(0.3, 0.08, 0.03, 0.1)) if again else case.letter
        facts = letter_facts(build, case, rng, filed)
        text = letters.render(letter, facts, portal=case.source == "网上平台")
        if text not in seen:
            break
    seen.add(text)
    return text


def _complain(build: Build, case: Case, rng: random.Random, sheets: dict[str, _Sheet], seen: set[str]) -> None:
    own = build.people.phone[case.holder]
    late = sorted(case.day + rng.randrange(12, case.repeat_days) for _ in range(case.repeats))
    for k, filed in enumerate([case.day, *(d for d in late if d <= case.until)]):
        text = _text(build, case, rng, filed, k > 0, seen)
        phone = (case.contact or own) if rng.random() < 0.82 else ""
        if case.contact and case.writes_phone == 0.0:
            phone = case.contact
        row = {
            "holder": case.holder,
            "source": case.source,
            "text": text,
            "contact_phone": phone,
            "accused": case.accused,
            "upheld": case.upheld,
        }
        sheets["complaints"].put(filed_on=filed, **row)
        for _ in range(case.forwards if k == 0 else 0):
            again = min(LAST_DAY, filed + rng.randrange(1, 12))
            sheets["complaints"].put(filed_on=again, **row | {"source": rng.choice(("监管转办", "12345", "消协"))})


def _surrender_day(case: Case, rng: random.Random) -> None:
    if case.outcome and case.surrender_day < 0:
        case.surrender_day = case.day + rng.randrange(10, 80)
    if case.surrender_day > case.until:
        # whoever would settle later settles sooner, spread over what time there is: no pile on the last day
        start = max(case.day, case.until - 80)
        case.surrender_day = start + (case.surrender_day - start) % max(1, case.until - start + 1)


def _noted_on(kind: str, at: int, rng: random.Random) -> int:
    """The day a value of `kind` came on file for what happens on day `at`."""
    return max(FIRST_DAY, at - rng.randrange(_NOTED_WITHIN[kind]))


def _trace(build: Build, case: Case, rng: random.Random, sheets: dict[str, _Sheet]) -> None:
    """Contact phone, payout account and other identifiers, where a system kept them."""
    anchor = case.day if case.day >= 0 else case.surrender_day
    if case.contact and rng.random() < case.writes_phone:
        role = "complaint" if case.day >= 0 and rng.random() < 0.8 else "surrender"
        since = _noted_on("phone", anchor, rng)
        sheets["phones"].put(holder=case.holder, phone=case.contact, role=role, since=since)
    elif not case.contact and rng.random() < 0.15:
        since = _noted_on("phone", anchor, rng)
        sheets["phones"].put(holder=case.holder, phone=build.people.phone[case.holder], role="complaint", since=since)
    if case.payout and rng.random() < 0.6:
        since = _noted_on("account", case.surrender_day, rng)
        sheets["bank_accounts"].put(holder=case.holder, account=case.payout, role="payout", since=since)
    elif case.outcome and not case.payout and rng.random() < 0.35:
        account, since = build.people.account[case.holder], _noted_on("account", case.surrender_day, rng)
        sheets["bank_accounts"].put(holder=case.holder, account=account, role="payout", since=since)
    for tie in (*_own_ties(build, case, rng), *case.ties):
        since = tie.since if tie.since >= 0 else _noted_on(tie.kind, anchor, rng)
        role = tie.role or "complaint"
        sheets["identifiers"].put(holder=case.holder, kind=tie.kind, value=tie.value, role=role, since=since)


def _own_ties(build: Build, case: Case, rng: random.Random) -> list[Tie]:
    """What a complaint leaves of the person's own: the sender's address, the waybill, a WeChat id, a device."""
    if case.day < 0:
        return []
    posted = case.source in POSTED
    shares = {"mail_sender": 0.5 * posted, "waybill": 0.45 * posted, "wechat": 0.16, "device": 0.12}
    taken = {t.kind for t in case.ties if t.role in ("", "complaint")}
    own: list[Tie] = []
    for kind in (k for k, share in shares.items() if k not in taken and rng.random() < share):
        if kind == "mail_sender":
            own.append(Tie(kind, build.people.address[case.holder]))
        elif kind == "waybill":
            own.append(Tie(kind, build.issuer.waybill()))
        else:
            own.append(Tie(kind, (build.issuer.wechats if kind == "wechat" else build.issuer.devices)(1)[0]))
    return own


def _surrenders(build: Build, sheets: dict[str, _Sheet]) -> None:
    cases = [c for c in build.cases if c.outcome]
    if not cases:
        return
    rng, policies = build.rng, build.policies
    rows = np.array([c.policy for c in cases])
    at = np.array([c.surrender_day for c in cases])
    paid = paid_until(policies, rows, at)
    years = (at - policies["issued"].to_numpy()[rows]) / 365.25
    cash_fen = np.round(paid * cash_ratio(rng, np.clip(years, 0, None)) * 100).astype(np.int64)
    policies.loc[rows, "premiums_paid"] = paid
    for case, p, cash in zip(cases, paid.tolist(), cash_fen.tolist(), strict=True):
        if case.overpaid_fen < 0:
            case.overpaid_fen = round(p * case.share) * 100 if case.outcome == "negotiated" else 0
        account = case.payout or (build.people.account[case.holder] if rng.random() < 0.6 else "")
        if case.payout and rng.random() < 0.1:
            account = ""
        sheets["surrenders"].put(
            holder=case.holder,
            policy=case.policy,
            kind=case.outcome,
            surrendered_on=case.surrender_day,
            cash_value=cash / 100,
            amount_paid=(cash + case.overpaid_fen) / 100,
            payout_account=account,
        )
