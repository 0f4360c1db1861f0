"""The planted worlds hold what they promise."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pytest

from ringfinder.errors import InputError, UnknownNameError
from ringfinder.model.dataset import TABLE_BY_NAME
from ringfinder.simulate import PRESETS, World, simulate
from ringfinder.simulate.numbers import PHONE_PREFIXES

#: identifiers that no service issues
OTHER_FORMS = {
    "device": r"dev-[0-9a-z]{6}",
    "wechat": r"wx_[0-9a-z]{6}",
    "email": r"u[0-9a-z]{6}@example\.com",
    "waybill": r"YD\d{10}99",
}
LOOKALIKES = {f"B{i:02d}" for i in range(1, 15)}


@pytest.fixture(scope="module")
def world_of() -> Callable[[str], World]:
    made: dict[str, World] = {}

    def make(preset: str) -> World:
        if preset not in made:
            made[preset] = simulate(preset, n_policyholders=2_500, seed=3)
        return made[preset]

    return make


def _members(world: World) -> set[str]:
    return set(world.truth_rings["policyholder_id"])


def _overpaid_fen(world: World, people: set[str]) -> int:
    surrenders = world.tables["surrenders"]
    mine = surrenders[surrenders["policyholder_id"].isin(people) & (surrenders["kind"] == "negotiated")]
    return int(((mine["amount_paid"] * 100).round() - (mine["cash_value"] * 100).round()).sum())


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_lin_ma_has_115_policyholders_paid_exactly_2_176_200_yuan_above_cash_value(seed: int) -> None:
    world = simulate("lin_ma", n_policyholders=2_500, seed=seed)

    members = _members(world)

    assert len(members) == len(world.truth_rings) == 115
    assert set(world.truth_rings["ring_id"]) == {"R01"}
    assert _overpaid_fen(world, members) == 217_620_000
    assert world.facts["ring_overpaid_yuan"] == 2_176_200.0


def test_lin_ma_complaints_run_from_december_2020_to_april_2023(world_of: Callable[[str], World]) -> None:
    world = world_of("lin_ma")
    complaints = world.tables["complaints"]

    filed = complaints.loc[complaints["policyholder_id"].isin(_members(world)), "filed_on"]

    assert filed.min()[:7] == "2020-12"
    assert filed.max()[:7] == "2023-04"
    assert filed.str[:7].nunique() >= 24


def test_lin_ma_settlements_add_60_to_100_percent_of_premiums(world_of: Callable[[str], World]) -> None:
    world = world_of("lin_ma")
    paid = world.tables["surrenders"].merge(world.tables["policies"][["policy_id", "premiums_paid"]], on="policy_id")
    mine = paid[paid["policyholder_id"].isin(_members(world)) & (paid["kind"] == "negotiated")]

    share = (mine["amount_paid"] - mine["cash_value"]) / mine["premiums_paid"]

    assert len(mine) >= 90
    assert share.between(0.59, 1.01).all()


def test_lin_ma_uses_many_contact_phones_of_a_few_clients_each(world_of: Callable[[str], World]) -> None:
    world = world_of("lin_ma")
    members = _members(world)
    rows = pd.concat(
        [
            world.tables["phones"].query("role != 'policy'")[["policyholder_id", "phone"]],
            world.tables["complaints"][["policyholder_id", "contact_phone"]].rename(columns={"contact_phone": "phone"}),
        ]
    ).dropna()
    by_phone = rows[rows["policyholder_id"].isin(members)].groupby("phone")["policyholder_id"].nunique()
    shared = by_phone[by_phone >= 3]

    assert len(shared) >= 6
    assert shared.max() <= 22
    with_shared = rows[rows["phone"].isin(shared.index) & rows["policyholder_id"].isin(members)]
    assert 0.65 <= with_shared["policyholder_id"].nunique() / 115 <= 0.95


def test_lin_ma_consultancy_starts_in_october_2021_and_books_of_ex_agents_feed_the_ring(
    world_of: Callable[[str], World],
) -> None:
    world = world_of("lin_ma")
    members = _members(world)
    linked = world.tables["engagements"].merge(world.tables["intermediaries"], on="intermediary_id")
    mine = linked[linked["policyholder_id"].isin(members)]

    consultancy = mine[mine["kind"] == "consultancy"].groupby("intermediary_id").agg(
        clients=("policyholder_id", "nunique"), first=("since", "min")
    )  # fmt: skip
    sold = mine[(mine["role"] == "sold") & (mine["kind"] == "ex_agent")].groupby("intermediary_id")["policyholder_id"]
    top = consultancy.sort_values("clients", ascending=False).iloc[0]

    assert top["clients"] >= 12
    assert top["first"] >= "2021-10-01"
    assert (sold.nunique() >= 8).sum() >= 2


@pytest.mark.parametrize("seed", [1, 4, 7])
def test_lin_ma_front_deals_in_law_and_represents_nobody_before_it_exists(seed: int) -> None:
    world = simulate("lin_ma", n_policyholders=2_500, seed=seed)
    engaged = world.tables["engagements"].merge(world.tables["intermediaries"], on="intermediary_id")
    firms = engaged[engaged["kind"] == "consultancy"]

    clients = firms[firms["policyholder_id"].isin(_members(world))].groupby("intermediary_id").size()
    front = firms[firms["intermediary_id"] == clients.idxmax()]

    assert front["name"].str.contains("法务|法律咨询").all()
    assert front["since"].min() >= "2021-10-01"


def test_honest_consultancies_deal_in_law_too() -> None:
    world = simulate("honest", n_policyholders=20_000, seed=1)

    firms = world.tables["intermediaries"].query("kind == 'consultancy'")["name"]

    assert firms.str.contains("法务|法律咨询").any()


@pytest.mark.parametrize("preset", ["lin_ma", "cells"])
def test_where_a_complaint_came_in_does_not_tell_the_ring(preset: str) -> None:
    worlds = [simulate(preset, n_policyholders=2_500, seed=seed) for seed in range(4)]
    sources = pd.concat(
        world.tables["complaints"].assign(inside=world.tables["complaints"]["policyholder_id"].isin(_members(world)))
        for world in worlds
    )

    share = pd.crosstab(sources["source"], sources["inside"], normalize="columns")

    assert 0.35 <= share.loc["监管转办", True] <= 0.55
    assert 0.07 <= share.loc["公司热线", True] <= 0.18
    assert (share[True] > 0).all()


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_world_carries_every_kind_of_look_alike(preset: str, world_of: Callable[[str], World]) -> None:
    kinds = world_of(preset).truth_lookalikes["kind"]

    assert set(kinds.str[:3]) == LOOKALIKES


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_world_keeps_to_the_contract(preset: str, world_of: Callable[[str], World]) -> None:
    world = world_of(preset)
    people = set(world.tables["policyholders"]["policyholder_id"])

    for name, table in world.tables.items():
        contract = TABLE_BY_NAME[name]
        assert set(table.columns) <= set(contract.column_names)
        for column in contract.columns:
            if column.required:
                assert table[column.name].notna().all(), (name, column.name)
            if column.choices:
                assert set(table[column.name].dropna()) <= set(column.choices)
            if column.type == "date" and column.name in table:
                assert table[column.name].dropna().str.fullmatch(r"\d{4}-\d\d-\d\d").all(), (name, column.name)
        if contract.key:
            assert table[contract.key].is_unique
        if "policyholder_id" in table:
            assert set(table["policyholder_id"]) <= people
    assert _members(world) <= people
    assert set(world.truth_lookalikes["policyholder_id"]) <= people


@pytest.mark.parametrize("preset", sorted(set(PRESETS) - {"honest"}))
def test_every_other_preset_plants_a_ring_of_four_or_more(preset: str, world_of: Callable[[str], World]) -> None:
    world = world_of(preset)

    sizes = world.truth_rings.groupby("ring_id").size()

    assert len(sizes) >= 1
    # a cell may be of four
    assert sizes.min() >= 4


def test_honest_world_has_no_ring(world_of: Callable[[str], World]) -> None:
    world = world_of("honest")

    assert world.truth_rings.empty
    assert list(world.truth_rings.columns) == ["ring_id", "kind", "policyholder_id", "role"]
    assert world.facts["ring_overpaid_yuan"] == 0


def test_honest_people_complain_at_a_realistic_rate_and_some_settle_above_cash_value(
    world_of: Callable[[str], World],
) -> None:
    world = world_of("honest")
    people = set(world.tables["policyholders"]["policyholder_id"])

    rate = world.tables["complaints"]["policyholder_id"].nunique() / len(people)

    assert 0.02 <= rate <= 0.07
    assert _overpaid_fen(world, people) > 0


def test_no_text_world_has_complaints_without_letters(world_of: Callable[[str], World]) -> None:
    complaints = world_of("no_text").tables["complaints"]

    assert len(complaints)
    assert "text" not in complaints


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_phones_ids_and_cards_can_belong_to_nobody(preset: str, world_of: Callable[[str], World]) -> None:
    world = world_of(preset)
    phones = pd.concat([world.tables["phones"]["phone"], world.tables["complaints"]["contact_phone"]]).dropna()
    cards = pd.concat([world.tables["bank_accounts"]["account"], world.tables["surrenders"]["payout_account"]]).dropna()
    ids = world.tables["policyholders"]["id_number"]

    mobile = rf"({'|'.join(PHONE_PREFIXES)})\d{{8}}"
    assert phones.str.fullmatch(rf"{mobile}|0179-\d{{7}}").all()
    for kind, form in OTHER_FORMS.items():
        values = world.tables["identifiers"].query("kind == @kind")["value"]
        assert values.str.fullmatch(form).all(), kind
    assert cards.str.fullmatch(r"62\d{14,17}").all()
    assert not any(_luhn_holds(card) for card in cards)
    assert ids.str.fullmatch(r"99\d{15}[\dX]").all()
    assert ids.is_unique
    assert all(_resident_check(i) for i in ids.head(200))


def _luhn_holds(card: str) -> bool:
    total = 0
    for place, digit in enumerate(int(c) for c in reversed(card)):
        value = digit * 2 if place % 2 else digit
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _resident_check(number: str) -> bool:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(c) * w for c, w in zip(number, weights, strict=False)) % 11] == number[17]


def test_letters_are_unique_unless_forwarded_twice(world_of: Callable[[str], World]) -> None:
    world = world_of("honest")
    complaints = world.tables["complaints"].dropna(subset=["text"])
    forwarded = world.truth_lookalikes.query("kind == 'B14 duplicate_forward'")["policyholder_id"]

    own = complaints[~complaints["policyholder_id"].isin(set(forwarded))]

    assert own["text"].is_unique
    assert not complaints["text"].map(lambda t: bool(re.search(r"[{}\[\]|]", t))).any()


def test_ids_do_not_give_the_ring_away(world_of: Callable[[str], World]) -> None:
    world = world_of("lin_ma")
    members = _members(world)

    for name, key in (("policyholders", "policyholder_id"), ("complaints", "complaint_id")):
        table = world.tables[name]
        rank = table[key].rank(pct=True)
        assert abs(rank[table["policyholder_id"].isin(members)].mean() - 0.5) < 0.12
        assert len(set(table[key].str.len())) == 1


def test_role_words_of_identifiers_are_not_the_rings_own(world_of: Callable[[str], World]) -> None:
    world = world_of("lin_ma")
    members = _members(world)

    for name in ("identifiers", "phones", "bank_accounts", "engagements"):
        table = world.tables[name]
        key = table["kind"] + ":" + table["role"] if "kind" in table else table["role"]
        inside = table["policyholder_id"].isin(members)
        assert set(key[inside]) <= set(key[~inside]), name


def test_an_unknown_preset_is_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError) as error:
        simulate("lin_na")

    assert "lin_ma" in error.value.hint


def test_a_world_too_small_is_refused() -> None:
    with pytest.raises(InputError, match="1,000"):
        simulate("honest", n_policyholders=50)
