"""What happened to each policyholder, and which of it was paid above cash value."""

from __future__ import annotations

import numpy as np

from ringfinder.construct.events import build_events, holder_position, overpaid_fen

HOLDERS = np.array(["H1", "H2"], dtype=object)


def _surrender(number, **cells):
    return {
        "surrender_id": number, "policyholder_id": "H1", "kind": "negotiated", "surrendered_on": "2021-05-01",
        "cash_value": 100.0, "amount_paid": 250.37,
    } | cells  # fmt: skip


def _events(make_dataset, *surrenders, complaints=()):
    people = [{"policyholder_id": h} for h in HOLDERS]
    data = make_dataset(policyholders=people, surrenders=list(surrenders), complaints=list(complaints))
    return build_events(data, HOLDERS)


def test_negotiated_surrender_above_cash_value_is_good_to_the_fen(make_dataset):
    events = _events(make_dataset, _surrender("S1"))
    assert events["is_good"].tolist() == [True]
    assert events["overpaid_fen"].tolist() == [15037]


def test_normal_surrender_is_never_good_whatever_was_paid(make_dataset):
    events = _events(make_dataset, _surrender("S1", kind="normal"))
    assert events["is_good"].tolist() == [False]
    assert events["overpaid_fen"].tolist() == [0]


def test_payment_of_the_cash_value_or_less_is_not_good(make_dataset):
    events = _events(make_dataset, _surrender("S1", amount_paid=100.0), _surrender("S2", amount_paid=40.0))
    assert events["is_good"].tolist() == [False, False]
    assert events["overpaid_fen"].tolist() == [0, 0]


def test_book_without_amounts_takes_every_negotiated_surrender_for_good(make_dataset):
    events = _events(make_dataset, _surrender("S1", amount_paid=None, cash_value=None))
    assert events["is_good"].tolist() == [True]
    assert events["overpaid_fen"].tolist() == [0]


def test_one_missing_amount_in_a_book_with_amounts_is_not_good(make_dataset):
    events = _events(make_dataset, _surrender("S1", amount_paid=None), _surrender("S2"))
    assert events.set_index("row_key")["is_good"].to_dict() == {"S1": False, "S2": True}


def test_events_are_sorted_by_holder_and_day(make_dataset):
    events = _events(
        make_dataset,
        _surrender("S1", policyholder_id="H2"),
        _surrender("S2", surrendered_on="2020-01-01"),
        complaints=[{"complaint_id": "C1", "policyholder_id": "H1", "filed_on": "2021-01-01"}],
    )
    assert events["row_key"].tolist() == ["S2", "C1", "S1"]


def test_stranger_has_no_position(make_dataset):
    data = make_dataset(policyholders=[{"policyholder_id": "H2"}, {"policyholder_id": "H9"}])
    assert holder_position(data["policyholders"]["policyholder_id"], HOLDERS).tolist() == [1, -1]


def test_overpaid_never_loses_a_fen_to_floats(make_dataset):
    rows = [_surrender(f"S{i}", cash_value=0.1 * i, amount_paid=0.1 * i + 0.29) for i in range(1, 40)]
    data = make_dataset(policyholders=[{"policyholder_id": "H1"}], surrenders=rows)
    assert set(overpaid_fen(data["surrenders"]).tolist()) == {29}
