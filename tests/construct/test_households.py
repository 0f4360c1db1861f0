"""A family counts once; what a case brings together is no family."""

from __future__ import annotations

import numpy as np

from ringfinder.construct import build_book


def _homes(make_dataset, people, **tables):
    rows = [p if isinstance(p, dict) else {"policyholder_id": p} for p in people]
    return build_book(make_dataset(policyholders=rows, **tables)).household.tolist()


def _phone(person, phone="14200000001", role="policy", since="2012-01-01"):
    return {"policyholder_id": person, "phone": phone, "role": role, "since": since}


def test_recorded_kin_is_one_household_across_a_chain(make_dataset):
    kin = [
        {"policyholder_id": "H1", "related_policyholder_id": "H2"},
        {"policyholder_id": "H2", "related_policyholder_id": "H3"},
    ]
    assert _homes(make_dataset, ["H1", "H2", "H3", "H4"], relations=kin) == [0, 0, 0, 1]


def test_same_flat_is_one_household_however_it_is_written(make_dataset):
    people = [
        {"policyholder_id": "H1", "address": "福建省某某市东坪区明德路12号3幢502室"},
        {"policyholder_id": "H2", "address": "福建省某某市东坪区明德路１２号3栋502室"},
        {"policyholder_id": "H3", "address": "福建省某某市东坪区明德路12号3幢503室"},
    ]
    assert _homes(make_dataset, people) == [0, 0, 1]


def test_dormitory_with_many_people_at_one_address_is_no_household(make_dataset):
    people = [{"policyholder_id": f"H{i}", "address": "福建省某某市东坪区明德路12号3幢502室"} for i in range(8)]
    assert len(set(_homes(make_dataset, people))) == 8


def test_one_surname_on_one_old_phone_is_a_household(make_dataset):
    people = [{"policyholder_id": h, "name": n} for h, n in (("H1", "林甲"), ("H2", "林乙"), ("H3", "马丙"))]
    assert _homes(make_dataset, people, phones=[_phone("H1"), _phone("H2"), _phone("H3")]) == [0, 0, 1]


def test_phone_taken_up_before_a_complaint_makes_no_family_of_namesakes(make_dataset):
    people = [{"policyholder_id": h, "name": n} for h, n in (("H1", "林甲"), ("H2", "林乙"))]
    complaints = [{"complaint_id": f"C{h}", "policyholder_id": h, "filed_on": "2021-06-01"} for h in ("H1", "H2")]
    phones = [_phone("H1", since="2021-05-20"), _phone("H2", since="2021-05-22")]
    assert _homes(make_dataset, people, phones=phones, complaints=complaints) == [0, 1]


def test_households_are_numbered_by_their_first_holder(make_dataset):
    kin = [{"policyholder_id": "H3", "related_policyholder_id": "H1"}]
    assert np.array_equal(_homes(make_dataset, ["H2", "H1", "H3"], relations=kin), [0, 1, 0])
