"""Nothing in a planted world is impossible: no date after the data end, nobody at work before being hired."""

from __future__ import annotations

import pandas as pd
import pytest

from ringfinder.model.dataset import TABLE_BY_NAME
from ringfinder.simulate import PRESETS, World, simulate, world
from ringfinder.simulate.build import PERIOD, Build, iso

#: the first agents were hired, and the first policies issued, in this year
FIRST_BOOKED = "2008-01-01"
#: facts of these tables are only exported for the period, the others are histories
EXPORTED = {"complaints": "filed_on", "surrenders": "surrendered_on"}


@pytest.fixture(scope="module", params=[("lin_ma", 20_000), *((p, 2_500) for p in sorted(PRESETS))], ids=str)
def made(request: pytest.FixtureRequest) -> tuple[World, Build]:
    builds: list[Build] = []
    file_cases = world.file_cases

    def keep(build: Build) -> None:
        builds.append(build)
        file_cases(build)

    preset, size = request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "file_cases", keep)
        return simulate(preset, n_policyholders=size, seed=20201), builds[0]


def test_no_date_lies_outside_the_data(made: tuple[World, Build]) -> None:
    tables = made[0].tables

    for name, table in tables.items():
        for column in (c.name for c in TABLE_BY_NAME[name].columns if c.type == "date" and c.name in table):
            dates = table[column].dropna()
            if column == "birth_date":
                assert dates.max() < FIRST_BOOKED
                continue
            assert dates.max() <= PERIOD[1], (name, column)
            assert dates.min() >= (PERIOD[0] if name in EXPORTED else FIRST_BOOKED), (name, column)


def test_agents_sell_and_serve_only_while_under_contract(made: tuple[World, Build]) -> None:
    build = made[1]
    rows = pd.concat(build.rows["engagements"], ignore_index=True)
    rows = rows[rows["role"].isin(["sold", "serviced"])]

    joined = iso(build.agents.joined)[rows["agent"]]
    left = iso([day if day >= 0 else 10**6 for day in build.agents.left])[rows["agent"]]

    assert len(rows)
    assert (joined <= rows["since"]).all()
    assert (rows["since"] <= left).all()


def test_policyholders_are_of_age_when_they_sign(made: tuple[World, Build]) -> None:
    tables = made[0].tables
    born = tables["policies"]["policyholder_id"].map(tables["policyholders"].set_index("policyholder_id")["birth_date"])

    age = (pd.to_datetime(tables["policies"]["issued_on"]) - pd.to_datetime(born)).dt.days / 365.25

    assert age.min() >= 18


def test_records_begin_with_a_policy_and_policies_end_once(made: tuple[World, Build]) -> None:
    tables = made[0].tables
    policies = tables["policies"]
    begin = policies.groupby("policyholder_id")["issued_on"].min()
    ends = policies["policy_id"].map(tables["surrenders"].set_index("policy_id")["surrendered_on"]).fillna("9999")
    end = ends.groupby(policies["policyholder_id"]).max()

    for name in ("complaints", "phones", "bank_accounts", "identifiers", "engagements"):
        table = tables[name]
        since = table["filed_on" if name == "complaints" else "since"]
        assert (since >= table["policyholder_id"].map(begin)).all(), name
        if "role" in table:
            needs_policy = table["role"].isin(["policy", "sold", "serviced"])
            assert (since <= table["policyholder_id"].map(end))[needs_policy].all(), name
    assert tables["surrenders"]["policy_id"].is_unique
    assert (ends >= policies["issued_on"]).all()
    assert (policies["premiums_paid"] > 0).all()


def test_settlements_are_not_below_cash_value(made: tuple[World, Build]) -> None:
    surrenders = made[0].tables["surrenders"]

    assert (surrenders["cash_value"] > 0).all()
    assert (surrenders["amount_paid"] >= surrenders["cash_value"]).all()
