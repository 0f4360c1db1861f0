"""A shared value is judged by how its holders behave."""

from __future__ import annotations

import numpy as np
import pytest

from ringfinder.construct import build_book
from ringfinder.model.odds import ValueParams, outcome_nats, purity_nats


def _world(make_dataset, *, shared):
    """300 people of whom 100 have a case, 10 of them paid above cash value; `shared` adds phone rows and cases."""
    people = [{"policyholder_id": f"H{i:04d}", "name": f"{'赵钱孙李周吴郑王'[i % 8]}某{i}"} for i in range(400)]
    complaints = [
        {"complaint_id": f"C{i:04d}", "policyholder_id": f"H{i:04d}", "filed_on": "2020-03-01"} for i in range(100)
    ]
    phones = [
        {"policyholder_id": f"H{i:04d}", "phone": f"142{i:08d}", "role": "policy", "since": "2012-05-05"}
        for i in range(400)
    ]
    # pairs who share an old phone: what shared phones usually look like in this book
    phones += [
        {"policyholder_id": f"H{i:04d}", "phone": f"143{i // 2:08d}", "role": "policy", "since": "2013-05-05"}
        for i in range(200, 300)
    ]
    surrenders = []
    for person, phone, since, day, paid in shared:
        phones.append({"policyholder_id": person, "phone": phone, "role": "complaint", "since": since})
        complaints.append({"complaint_id": f"X{person}", "policyholder_id": person, "filed_on": day})
        if paid:
            surrenders.append(
                {
                    "surrender_id": f"S{person}",
                    "policyholder_id": person,
                    "kind": "negotiated",
                    "surrendered_on": day,
                    "cash_value": 100.0,
                    "amount_paid": 900.0,
                }
            )
    return make_dataset(policyholders=people, phones=phones, complaints=complaints, surrenders=surrenders)


def _verdict(book, phone):
    return book.values.set_index("value").loc[phone, "verdict"]


def test_phone_of_sixty_holders_taken_up_around_their_own_paid_cases_is_evidence(make_dataset):
    shared = [(f"H{i:04d}", "15400000000", "2021-04-20", "2021-05-01", True) for i in range(300, 360)]
    assert _verdict(build_book(_world(make_dataset, shared=shared)), "15400000000") == "evidence"


def test_phone_that_most_holders_had_for_years_is_guarded_however_few_they_are(make_dataset):
    shared = [(f"H{i:04d}", "15400000000", "2014-04-20", "2021-05-01", False) for i in range(300, 308)]
    assert _verdict(build_book(_world(make_dataset, shared=shared)), "15400000000") == "guarded"


def test_payments_to_a_few_do_not_make_a_kiosk_that_most_came_to_at_other_times_a_brokers(make_dataset):
    lucky = [(f"H{i:04d}", "15400000000", "2021-04-20", "2021-05-01", True) for i in range(300, 308)]
    others = [(f"H{i:04d}", "15400000000", "2014-04-20", "2021-05-01", False) for i in range(308, 323)]

    book = build_book(_world(make_dataset, shared=[*lucky, *others]))

    kiosk = book.values.set_index("value").loc["15400000000"]
    assert kiosk["score"] > 0
    assert kiosk["verdict"] == "guarded"
    assert "used at other times by unrelated people" in kiosk["reason_en"]
    assert _verdict(build_book(_world(make_dataset, shared=lucky)), "15400000000") == "evidence"


@pytest.mark.parametrize(("n_paid", "is_few"), [(3, True), (4, False)])
def test_evidence_that_few_were_paid_over_does_not_read_as_a_brokers_value(make_dataset, n_paid, is_few):
    shared = [(f"H{i:04d}", "15400000000", "2021-04-20", "2021-05-01", i < 300 + n_paid) for i in range(300, 308)]

    value = build_book(_world(make_dataset, shared=shared)).values.set_index("value").loc["15400000000"]

    assert value["verdict"] == "evidence"
    assert ("behaves like a broker's" in value["reason_en"]) is not is_few
    assert ("fewer than half were paid above cash value" in value["reason_en"]) is is_few
    assert ("但获超现金价值支付的不足半数" in value["reason_zh"]) is is_few


def test_a_date_that_is_not_on_file_does_not_count_as_another_time(make_dataset):
    lucky = [(f"H{i:04d}", "15400000000", "2021-04-20", "2021-05-01", True) for i in range(300, 308)]
    undated = [(f"H{i:04d}", "15400000000", None, "2021-05-01", False) for i in range(200, 212)]
    data = _world(make_dataset, shared=[*lucky, *undated])
    data["phones"].loc[data["phones"]["since"].isna(), "role"] = "policy"

    assert _verdict(build_book(data), "15400000000") == "evidence"


def test_fresh_phone_whose_cases_end_like_any_other_is_no_evidence(make_dataset):
    shared = [(f"H{i:04d}", "15400000000", "2021-04-20", "2021-05-01", False) for i in range(300, 308)]
    assert _verdict(build_book(_world(make_dataset, shared=shared)), "15400000000") != "evidence"


def test_courier_address_with_many_strangers_beside_members_does_not_fit_a_broker(make_dataset):
    shared = [(f"H{i:04d}", "15400000000", "2021-04-20", "2021-05-01", i < 327) for i in range(300, 383)]
    book = build_book(_world(make_dataset, shared=shared))
    value = book.values.set_index("value").loc["15400000000"]
    assert value["score"] > 0
    assert value["verdict"] == "weak"


def test_courier_address_stays_guarded_where_no_complaints_are_on_file(make_dataset):
    """Only those who surrendered have a case then; the shop's other customers have none."""
    people = [{"policyholder_id": f"H{i:04d}"} for i in range(400)]
    senders = [
        {"policyholder_id": f"H{i:04d}", "kind": "mail_sender", "value": "甲市乙区", "since": "2021-05-01"}
        for i in range(300, 348)
    ]
    surrenders = [
        {
            "surrender_id": f"S{i}",
            "policyholder_id": f"H{i:04d}",
            "kind": "negotiated" if i >= 300 else "normal",
            "surrendered_on": "2021-06-01",
            "cash_value": 100.0,
            "amount_paid": 900.0 if i >= 300 else 100.0,
        }
        for i in [*range(100), *range(300, 312)]
    ]
    data = make_dataset(policyholders=people, identifiers=senders, surrenders=surrenders)
    assert _verdict(build_book(data), "甲市乙区") == "guarded"


def test_family_of_four_with_one_phone_counts_as_one_household(make_dataset):
    people = [{"policyholder_id": f"H{i}", "name": f"王{i}"} for i in range(4)]
    phones = [
        {"policyholder_id": f"H{i}", "phone": "14200000000", "role": "policy", "since": "2015-01-01"} for i in range(4)
    ]
    book = build_book(make_dataset(policyholders=people, phones=phones))
    assert len(np.unique(book.household)) == 1
    assert book.values["verdict"].tolist() == ["household"]


def test_recorded_kin_of_other_surname_are_one_household(make_dataset):
    book = build_book(
        make_dataset(
            policyholders=[{"policyholder_id": "H1", "name": "王一"}, {"policyholder_id": "H2", "name": "李二"}],
            phones=[{"policyholder_id": "H1", "phone": "14200000000"}],
            relations=[{"policyholder_id": "H1", "related_policyholder_id": "H2", "relation": "夫妻"}],
        )
    )
    assert len(np.unique(book.household)) == 1


def test_directory_values_are_never_evidence(make_dataset):
    shared = [(f"H{i:04d}", "15400000000", "2021-04-20", "2021-05-01", True) for i in range(300, 320)]
    data = _world(make_dataset, shared=shared)
    tables = dict(data.tables)
    tables["directory"] = make_dataset(directory=[{"kind": "phone", "value": "15400000000"}])["directory"]
    assert _verdict(build_book(type(data)(tables)), "15400000000") == "directory"


def test_licensed_body_is_no_linking_value(make_dataset):
    people = [{"policyholder_id": f"H{i}"} for i in range(8)]
    rows = {
        "policyholders": people,
        "complaints": [
            {"complaint_id": f"C{i}", "policyholder_id": f"H{i}", "filed_on": "2021-05-01"} for i in range(8)
        ],
        "engagements": [
            {"policyholder_id": f"H{i}", "intermediary_id": "L1", "role": "represented", "since": "2021-04-25"}
            for i in range(8)
        ],
    }
    licensed = make_dataset(**rows, intermediaries=[{"intermediary_id": "L1", "kind": "law_firm"}])
    values = build_book(licensed).values
    assert values.loc[values["kind"] == "intermediary", "verdict"].tolist() == ["guarded"]


@pytest.mark.parametrize("n_good", [0, 3, 10])
def test_odds_are_zero_where_the_broker_behaves_like_the_book(n_good):
    params = ValueParams()
    count = np.array([n_good])
    outcome = outcome_nats(count, np.array([10]), base=0.6, params=ValueParams(omega=0.6))
    purity = purity_nats(count, np.array([10]), np.array([params.rho]), params=params)
    assert abs(float(outcome[0])) < 1e-9
    assert abs(float(purity[0])) < 1e-9


def test_reason_says_when_the_date_is_not_on_file(make_dataset):
    people = [{"policyholder_id": f"H{i}"} for i in range(4)]
    phones = [{"policyholder_id": f"H{i}", "phone": "14200000001"} for i in range(4)]
    values = build_book(make_dataset(policyholders=people, phones=phones)).values
    assert "4 户未记启用日期" in values["reason_zh"].iloc[0]
    assert "4 without a date on file" in values["reason_en"].iloc[0]


@pytest.mark.parametrize(("kind", "verdict"), [("law_firm", "guarded"), ("broker", "evidence"), ("agency", "evidence")])
def test_only_a_law_firm_may_represent_people_by_right(make_dataset, kind, verdict):
    shared = [(f"H{i:04d}", f"1540000{i:04d}", "2021-04-20", "2021-05-01", True) for i in range(300, 330)]
    world = _world(make_dataset, shared=shared)
    engaged = [
        {"policyholder_id": p, "intermediary_id": "B1", "role": "represented", "since": since}
        for p, _, since, _, _ in shared
    ]
    plain = {
        name: world[name].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")
        for name in ("policyholders", "phones", "complaints", "surrenders")
    }
    data = make_dataset(**plain, engagements=engaged, intermediaries=[{"intermediary_id": "B1", "kind": kind}])
    assert _verdict(build_book(data), "B1") == verdict
