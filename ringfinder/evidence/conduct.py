"""Statements of what the people of a group did and got: payments, repeated complaints, early surrenders.

In:  `ScoredGroup`, Book, Dataset.   Out: `Draft`s, with counts, sums and dates, never a personal value.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ringfinder.evidence.draft import Draft, cited, rows_of
from ringfinder.evidence.scene import Scene
from ringfinder.model.repeats import MIN_TICKETS, serial_chance, serial_complaints
from ringfinder.model.scored import ScoredGroup


def money(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Payments above cash value to the group, to the fen."""
    good = scene.book.events.loc[scene.book.events["is_good"] & scene.book.events["holder"].isin(group.people)]
    if good.empty:
        return
    total = int(good["overpaid_fen"].sum())
    n = good["holder"].nunique()
    signal = next(s for s in group.signals if s.name == "outcome")
    zh = f"{n} 人经协议退保获超现金价值支付,合计 {total / 100:,.2f} 元"
    en = f"{n} people were paid above cash value in negotiated surrenders, {total / 100:,.2f} yuan in all"
    if not total:  # amounts are not on file, and a negotiated surrender counts by itself
        zh = f"{n} 人经协议退保;现金价值或实付金额不详,是否超现金价值支付须核实"
        en = f"{n} people surrendered by negotiation; amounts are not on file: verify what was paid above cash value"
    yield Draft(
        "money",
        "for",
        zh,
        en,
        max(0.0, signal.weight),
        "surrenders",
        cited(good),
    )


def unknown_amounts(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Negotiated surrenders without an amount: what the sum leaves out, and a task for the investigator."""
    surrenders = rows_of(scene, "surrenders", group)
    blank = surrenders["cash_value"].isna() | surrenders["amount_paid"].isna()
    blank &= (surrenders["kind"] == "negotiated") | surrenders["kind"].isna()
    n = surrenders.loc[blank, "policyholder_id"].nunique()
    if n:
        yield Draft(
            "money",
            "against",
            f"{n} 人的退保记录缺现金价值或实付金额,合计中未计;是否超现金价值支付须补查",
            f"surrenders of {n} people lack the cash value or the amount paid and are not in the sum: to be looked up",
            0.2,
            "surrenders",
            cited(surrenders.loc[blank]),
        )


def repeats(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Three households and more who file again and again."""
    again = serial_complaints(rows_of(scene, "complaints", group))
    who = group.people[np.isin(scene.book.holders[group.people], again["policyholder_id"].unique())]
    household = scene.book.household
    n, n_homes = len(np.unique(household[who])), len(np.unique(household[group.people]))
    rate = scene.serial_rate
    if n < 3:
        return
    yield Draft(
        "repeats",
        "for",
        f"{n} 户反复投诉,不同日期、不同内容的投诉共 {len(again)} 件"
        f"(全部投诉人中仅 {rate:.1%} 达到每人 {MIN_TICKETS} 件)",
        f"{n} households complain again and again, {len(again)} times on different days in different words "
        f"(only {rate:.1%} of all complainants reach {MIN_TICKETS} each)",
        max(0.0, -float(np.log(max(1e-12, serial_chance(n, n_homes, rate=rate))))),
        "complaints",
        cited(again),
    )


def early_surrenders(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Policies given up early. Commission is not in the insurer's tables here, so no loss is claimed (formula L2)."""
    early = scene.book.events.loc[scene.book.events["holder"].isin(group.people)]
    if early.empty:
        return
    policies = scene.dataset["policies"].set_index("row_key").reindex(early["row_key"])
    months = (early["day"].to_numpy() - policies["issued_on"].to_numpy()) / np.timedelta64(1, "D") / 30.4375
    n, premium = early["holder"].nunique(), float(policies["premiums_paid"].sum())
    everybody = scene.book.events["holder"].nunique() / max(1, scene.book.n_holders)
    yield Draft(
        "early_surrender",
        "for",
        f"{n} 人的 {len(early)} 份保单在签单后 {months.min():.0f} 至 {months.max():.0f} 个月退保"
        f"(全体仅 {everybody:.1%} 的人如此),"
        f"累计保费 {premium:,.2f} 元;损失须另加佣金计算(佣金 + 退保金 − 保费)",
        f"{len(early)} policies of {n} people were given up {months.min():.0f} to {months.max():.0f} months after "
        f"issue ({everybody:.1%} of all people do so), {premium:,.2f} yuan of premium; the loss needs the "
        "commission paid (commission + surrender value - premium)",
        float(n),
        "policies",
        tuple(sorted(early["row_key"].unique().tolist())),
    )


def still_insured(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """People who came in through a seller or payer of the group and have given up nothing."""
    people = group.people[~group.is_linked]
    rows = scene.book.links.loc[
        scene.book.links["holder"].isin(people) & (scene.book.links["source_table"] == "policies")
    ]
    if rows.empty:
        return
    yield Draft(
        "likeness",
        "against",
        f"{len(people)} 人保单尚未退保,仅因同一业务员代码或付款账户纳入,未计入显著性检验,须人工核实",
        f"{len(people)} people are still insured; included for a shared seller or payer, not counted in the test: "
        "verify",
        1.0,
        "policies",
        cited(rows),
    )
