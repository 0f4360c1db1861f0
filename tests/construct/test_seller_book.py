"""The seller's side: codes, payers and devices judged by how many of their people left early."""

from __future__ import annotations

import numpy as np
import pytest

from ringfinder.construct import build_book, build_seller_book
from ringfinder.construct.seller_book import early_policies


def _policy(number, person, agent="A1", issued="2020-01-01"):
    return {
        "policy_id": number, "policyholder_id": person, "agent_id": agent, "issued_on": issued, "premiums_paid": 1000.0,
    }  # fmt: skip


def _left(number, person, policy, day, kind="normal"):
    return {
        "surrender_id": number, "policyholder_id": person, "policy_id": policy, "kind": kind, "surrendered_on": day,
    }  # fmt: skip


def _people(n):
    return [{"policyholder_id": f"H{i:03d}"} for i in range(n)]


@pytest.mark.parametrize(
    ("day", "kind", "early"),
    [
        ("2020-03-01", "normal", True),
        ("2021-07-30", "normal", True),
        ("2021-09-30", "normal", False),
        ("2020-01-10", "cooling_off", False),
        ("2019-12-01", "normal", False),
    ],
)
def test_early_means_before_commission_vests_and_half_a_year(make_dataset, day, kind, early):
    data = make_dataset(
        policyholders=_people(1), policies=[_policy("P1", "H000")], surrenders=[_left("S1", "H000", "P1", day, kind)]
    )
    assert early_policies(data, early_days=580)["policy_id"].tolist() == ["P1"] * early


def test_surrender_without_a_number_belongs_to_the_only_policy(make_dataset):
    policies = [_policy("P1", "H000"), _policy("P2", "H001"), _policy("P3", "H001")]
    gone = [_left("S1", "H000", None, "2020-06-01"), _left("S2", "H001", None, "2020-06-01")]
    data = make_dataset(policyholders=_people(2), policies=policies, surrenders=gone)
    assert early_policies(data, early_days=580)["policy_id"].tolist() == ["P1"]


def _book(make_dataset, clients, left):
    """Agent A1 has `clients` clients of whom `left` leave early; 60 other agents have ten clients each, one leaves."""
    policies, gone = [], []
    number = 0
    for agent, n, n_left in [("A1", clients, left), *((f"B{i:02d}", 10, 1) for i in range(60))]:
        for k in range(n):
            person = f"H{number:03d}"
            policies.append(_policy(f"P{number}", person, agent))
            if k < n_left:
                gone.append(_left(f"S{number}", person, f"P{number}", "2020-09-01"))
            number += 1
    data = make_dataset(policyholders=_people(number), policies=policies, surrenders=gone)
    return build_seller_book(data, build_book(data))


@pytest.mark.parametrize(("clients", "left", "verdict"), [(9, 7, "evidence"), (44, 10, "guarded"), (20, 9, "guarded")])
def test_code_counts_only_where_nearly_all_of_its_clients_leave(make_dataset, clients, left, verdict):
    values = _book(make_dataset, clients, left).values.set_index("value")
    assert values.loc["A1", "verdict"] == verdict


def test_payer_seen_years_before_the_policy_is_not_taken_up_with_it(make_dataset):
    accounts = [
        {"policyholder_id": "H000", "account": "9990000000000000001", "role": "premium", "since": "2012-01-01"},
        {"policyholder_id": "H001", "account": "9990000000000000001", "role": "premium", "since": "2020-01-02"},
    ]
    policies = [_policy("P1", "H000"), _policy("P2", "H001", "A2")]
    gone = [_left("S1", "H000", "P1", "2020-06-01"), _left("S2", "H001", "P2", "2020-06-01")]
    data = make_dataset(policyholders=_people(2), policies=policies, surrenders=gone, bank_accounts=accounts)
    book = build_seller_book(data, build_book(data))
    payer = book.links.loc[book.links["kind"] == "account"].sort_values("holder")
    assert payer["is_fresh"].tolist() == [False, True]


def test_book_without_policies_has_no_early_leavers(make_dataset):
    data = make_dataset(policyholders=_people(3))
    book = build_seller_book(data, build_book(data))
    assert book.events.empty
    assert np.array_equal(book.holders, ["H000", "H001", "H002"])
