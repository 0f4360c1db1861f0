"""Nothing but a ring's own behaviour gives it away: values are dated and shared alike for everybody."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy.stats import ks_2samp

from ringfinder.simulate import World, simulate

#: a value noted longer before the case has nothing to do with it
AROUND_DAYS = 60


@pytest.fixture(scope="module", params=[("lin_ma", 7), ("mixed", 7), ("mixed", 11)], ids=str)
def world(request: pytest.FixtureRequest) -> World:
    preset, seed = request.param
    return simulate(preset, n_policyholders=20_000, seed=seed)


def _noted(world: World) -> pd.DataFrame:
    """All rows of values: kind, role, value, policyholder_id, since, in_ring."""
    t = world.tables
    rows = pd.concat(
        [
            t["identifiers"],
            t["phones"].assign(kind="phone").rename(columns={"phone": "value"}),
            t["bank_accounts"].assign(kind="account").rename(columns={"account": "value"}),
        ],
        ignore_index=True,
    )
    rows["since"] = pd.to_datetime(rows["since"])
    return rows.assign(in_ring=rows["policyholder_id"].isin(world.truth_rings["policyholder_id"]))


def _lags(world: World) -> pd.DataFrame:
    """Days from a value's record to the next case of that person, within `AROUND_DAYS`."""
    t = world.tables
    complained = set(t["complaints"]["policyholder_id"])
    settled = t["surrenders"][t["surrenders"]["policyholder_id"].isin(complained)]
    cases = pd.concat(
        [
            t["complaints"][["policyholder_id", "filed_on"]].assign(of="complaint"),
            settled[["policyholder_id", "surrendered_on"]]
            .rename(columns={"surrendered_on": "filed_on"})
            .assign(of="payout"),
        ]
    )
    cases["filed_on"] = pd.to_datetime(cases["filed_on"])
    noted = _noted(world)
    noted = noted[noted["role"].isin(["complaint", "payout"])]
    both = noted.merge(cases, on="policyholder_id")
    both = both[both["of"] == both["role"]]
    both["lag"] = (both["filed_on"] - both["since"]).dt.days
    both = both[both["lag"].between(0, AROUND_DAYS)]
    return both.sort_values("lag").drop_duplicates(["policyholder_id", "kind", "value", "role"])


def test_values_are_noted_as_long_before_a_case_of_a_ring_as_before_anybody_elses(world: World) -> None:
    lags = _lags(world)
    compared = 0
    for (kind, role), rows in lags.groupby(["kind", "role"]):
        ring, honest = rows.loc[rows["in_ring"], "lag"], rows.loc[~rows["in_ring"], "lag"]
        if len(ring) >= 10:
            compared += 1
            assert len(honest) >= 10, (kind, role, "only rings have it")
            assert ks_2samp(ring, honest).pvalue > 0.002, (kind, role, ring.describe(), honest.describe())
    assert compared >= 5


def test_whatever_kind_of_value_a_ring_shares_honest_strangers_share_too(world: World) -> None:
    homes = world.tables["policyholders"].set_index("policyholder_id")["address"]
    noted = _noted(world)
    noted["home"] = noted["policyholder_id"].map(homes).fillna(noted["policyholder_id"])
    homes_of_value = noted.groupby(["kind", "role", "in_ring", "value"])["home"].nunique()
    shared = homes_of_value[homes_of_value >= 2].reset_index().groupby(["in_ring", "kind", "role"]).size()
    ring, honest = shared[True], shared[False]
    assert len(ring) >= 6
    for key in ring.index:
        assert honest.get(key, 0) >= max(3, ring[key] / 3), (key, ring[key], honest.get(key, 0))


def test_no_day_gathers_the_settlements_of_a_ring(world: World) -> None:
    surrenders = world.tables["surrenders"]
    in_ring = surrenders["policyholder_id"].isin(world.truth_rings["policyholder_id"])
    settled = surrenders.loc[in_ring & (surrenders["kind"] == "negotiated"), "surrendered_on"]
    assert len(settled) > 50
    assert settled.value_counts().max() <= 5
