"""p- and q-values, and the strength of a group."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ringfinder.score.null import p_and_q
from ringfinder.score.statistic import mutual_strength, redundancy_strength


def test_group_stronger_than_every_null_book_has_the_smallest_p_the_books_allow():
    p, q = p_and_q(np.array([50.0]), np.array([True]), [[1.0, 2.0]] * 99)
    assert p.tolist() == [0.01]
    assert q.tolist() == [0.01]


def test_group_as_strong_as_chance_makes_in_every_book_has_p_one():
    p, q = p_and_q(np.array([1.0]), np.array([True]), [[1.0]] * 99)
    assert p.tolist() == [1.0]
    assert q.tolist() == [1.0]


def test_explained_groups_do_not_make_the_others_look_better():
    null = [[5.0]] * 10 + [[]] * 90
    alone = p_and_q(np.array([5.0]), np.array([True]), null)[1][0]
    beside = p_and_q(np.array([5.0, 9.0, 9.0, 9.0]), np.array([True, False, False, False]), null)[1][0]
    assert beside == alone


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


def test_chain_of_ties_has_no_redundancy_and_each_further_tie_adds_one_cycle():
    chain_home, chain_value = np.array([1, 2, 2, 3]), np.array([10, 10, 11, 11])
    assert redundancy_strength(chain_home, chain_value, n_reference=1000) == 0.0
    closed_home, closed_value = np.append(chain_home, 1), np.append(chain_value, 11)
    assert np.isclose(redundancy_strength(closed_home, closed_value, n_reference=1000), np.log(1000 / 3))


def test_two_values_shared_inside_one_household_are_no_cycle():
    assert redundancy_strength(np.array([1, 1, 1, 1]), np.array([10, 10, 11, 11]), n_reference=1000) == 0.0


def test_mutual_strength_is_never_negative():
    assert mutual_strength(np.array([-5.0, -1.0])) == 0.0
    assert mutual_strength(np.array([2.0, 2.0, 2.0, 2.0])) == 4.0
