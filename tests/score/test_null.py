"""p- and q-values, the strength of a group, and what both say of books that chance made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

import ringfinder as rf
from ringfinder.config import RunConfig
from ringfinder.model.odds import ValueParams
from ringfinder.score import ScoreParams
from ringfinder.score.null import p_and_q
from ringfinder.score.statistic import (
    Strength,
    mutual_strength,
    outcome_strength,
    redundancy_strength,
    repeats_strength,
)


def test_group_stronger_than_every_null_book_has_the_smallest_p_the_books_allow():
    p, q = p_and_q(np.array([50.0]), np.array([True]), [[1.0, 2.0]] * 99)
    assert p.tolist() == [0.01]
    assert q.tolist() == [0.01]


def test_group_as_strong_as_chance_makes_in_every_book_has_p_one():
    p, q = p_and_q(np.array([1.0]), np.array([True]), [[1.0]] * 99)
    assert p.tolist() == [1.0]
    assert q.tolist() == [1.0]


def test_q_is_smaller_where_more_groups_are_as_strong_but_not_for_explained_ones():
    null = [[5.0]] * 10 + [[]] * 90
    strengths = np.array([5.0, 9.0, 9.0, 9.0])
    alone = p_and_q(strengths[:1], np.array([True]), null)[1][0]
    beside_explained = p_and_q(strengths, np.array([True, False, False, False]), null)[1][0]
    beside_open = p_and_q(strengths, np.ones(4, dtype=bool), null)[1][0]
    assert alone == beside_explained == 11 / 101
    assert beside_open == alone / 4


@given(
    st.lists(st.floats(0, 50), min_size=1, max_size=12),
    st.lists(st.lists(st.floats(0, 50), max_size=4), min_size=1, max_size=12),
)
def test_q_never_grows_with_strength_and_lies_in_zero_to_one(strengths, null):
    values = np.array(strengths)
    p, q = p_and_q(values, np.ones(len(values), dtype=bool), null)
    order = np.argsort(values, kind="stable")
    assert (np.diff(q[order]) <= 1e-12).all()
    assert ((p > 0) & (p <= 1) & (q > 0) & (q <= 1)).all()


def test_ties_that_hold_a_group_together_have_no_redundancy_and_each_further_one_adds_a_cycle():
    rarity = np.log(1000 / 3)
    chain_home, chain_value = np.array([1, 2, 2, 3]), np.array([10, 10, 11, 11])
    star_home, star_value = np.array([1, 2, 3]), np.array([7, 7, 7])
    assert redundancy_strength(chain_home, chain_value, n_reference=1000) == 0.0
    assert redundancy_strength(star_home, star_value, n_reference=1000) == 0.0
    closed = redundancy_strength(np.append(chain_home, 1), np.append(chain_value, 11), n_reference=1000)
    assert closed == pytest.approx(rarity)
    # three people who share two values have two ties more than they need
    double = redundancy_strength(np.tile(star_home, 2), np.append(star_value, star_value + 1), n_reference=1000)
    assert double == pytest.approx(2 * rarity)


def test_two_values_shared_inside_one_household_are_no_cycle():
    assert redundancy_strength(np.array([1, 1, 1, 1]), np.array([10, 10, 11, 11]), n_reference=1000) == 0.0


def test_what_a_group_did_counts_by_payments_or_by_repeats_whichever_says_more():
    home, params = np.arange(6), ValueParams()
    unpaid = outcome_strength(home, np.zeros(6, dtype=bool), base=0.3, params=params)
    serial = repeats_strength(home, np.ones(6, dtype=bool), rate=0.02, params=params)

    assert unpaid < 0 < serial
    assert Strength(outcome=unpaid, repeats=serial, redundancy=1.0, mutual=2.0).total == serial + 3.0
    paid = outcome_strength(home, np.ones(6, dtype=bool), base=0.3, params=params)
    quiet = repeats_strength(home, np.zeros(6, dtype=bool), rate=0.02, params=params)
    assert Strength(outcome=paid, repeats=quiet, redundancy=1.0, mutual=2.0).total == paid + 3.0


def test_mutual_strength_is_never_negative():
    assert mutual_strength(np.array([-5.0, -1.0])) == 0.0
    assert mutual_strength(np.array([2.0, 2.0, 2.0, 2.0])) == 4.0


def _chance_world(make_dataset, seed):
    """240 complainants, of whom one in four was paid above cash value; 120 phones and accounts have three holders each.

    Who holds what, whether it was taken up around a case, and who was paid: all by chance.
    """
    rng = np.random.default_rng(seed)
    day = np.datetime64("2020-01-01") + rng.integers(0, 1200, 240)
    good = rng.random(240) < 0.25
    who = [{"policyholder_id": f"H{i:03d}"} for i in range(240)]
    complaints = [
        who[i] | {"complaint_id": f"C{i:03d}", "filed_on": str(day[i]), "upheld": i % 3 == 0} for i in range(240)
    ]
    surrenders = [
        who[i]
        | {"surrender_id": f"S{i:03d}", "kind": "negotiated" if good[i] else "normal"}
        | {"surrendered_on": str(day[i] + 20), "cash_value": 1000.0, "amount_paid": 9000.0 if good[i] else 1000.0}
        for i in range(240)
    ]
    phones, accounts = [], []
    for value in range(120):
        for i in rng.choice(240, 3, replace=False):
            since = str(day[i] - 20 if rng.random() < 0.5 else day[i] - 1500 - int(rng.integers(500)))
            if value % 2:
                phones.append(who[i] | {"phone": f"161{value:08d}", "role": "service", "since": since})
            else:
                accounts.append(who[i] | {"account": f"62{value:017d}", "role": "premium", "since": since})
    return make_dataset(
        policyholders=who, complaints=complaints, surrenders=surrenders, phones=phones, bank_accounts=accounts
    )


def test_p_value_of_the_strongest_group_of_chance_is_small_no_oftener_than_it_says(make_dataset):
    config = replace(RunConfig(), score=ScoreParams(null_books=19))
    seeds = range(36)
    found = [rf.detect_rings(_chance_world(make_dataset, seed), config).rings for seed in seeds]
    p = np.array([min(r.p_value for r in rings) for rings in found if rings])
    if len(p) < 9:
        pytest.fail("without groups there is nothing to see", pytrace=False)
    for level in (0.1, 0.2):
        assert (p <= level).sum() <= binom.ppf(0.99, len(seeds), level), sorted(p)
