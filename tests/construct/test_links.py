"""Which links count as taken up around a case."""

from __future__ import annotations

import numpy as np
import pytest

from ringfinder.construct.events import build_events
from ringfinder.construct.links import build_links, data_entry_days, mark_fresh


def _fresh(dataset):
    holders = np.sort(dataset["policyholders"]["policyholder_id"].to_numpy(dtype=object))
    events = build_events(dataset, holders)
    links = build_links(dataset, holders)
    links["is_fresh"] = mark_fresh(links, events)
    return links


def _person(name="H1"):
    return {"policyholder_id": name}


def test_phone_first_seen_a_month_before_the_complaint_is_fresh(make_dataset):
    data = make_dataset(
        policyholders=[_person()],
        phones=[{"policyholder_id": "H1", "phone": "14200000001", "role": "complaint", "since": "2021-05-01"}],
        complaints=[{"complaint_id": "C1", "policyholder_id": "H1", "filed_on": "2021-06-01"}],
    )
    assert _fresh(data)["is_fresh"].tolist() == [True]


@pytest.mark.parametrize(
    ("since", "fresh"), [("2020-12-01", False), ("2021-02-10", True), ("2021-07-20", True), ("2021-09-01", False)]
)
def test_window_is_four_months_before_to_two_after(make_dataset, since, fresh):
    data = make_dataset(
        policyholders=[_person()],
        phones=[{"policyholder_id": "H1", "phone": "14200000001", "role": "complaint", "since": since}],
        complaints=[{"complaint_id": "C1", "policyholder_id": "H1", "filed_on": "2021-06-01"}],
    )
    assert _fresh(data)["is_fresh"].tolist() == [fresh]


def test_own_old_phone_given_as_contact_is_not_fresh(make_dataset):
    data = make_dataset(
        policyholders=[_person()],
        phones=[{"policyholder_id": "H1", "phone": "14200000001", "role": "policy", "since": "2012-01-01"}],
        complaints=[
            {"complaint_id": "C1", "policyholder_id": "H1", "filed_on": "2021-06-01", "contact_phone": "14200000001"}
        ],
    )
    assert not _fresh(data)["is_fresh"].any()


def test_link_without_date_is_fresh_only_in_a_role_that_a_case_makes(make_dataset):
    complaint = [{"complaint_id": "C1", "policyholder_id": "H1", "filed_on": "2021-06-01"}]
    in_case = make_dataset(
        policyholders=[_person()],
        phones=[{"policyholder_id": "H1", "phone": "14200000001", "role": "complaint"}],
        complaints=complaint,
    )
    at_sale = make_dataset(
        policyholders=[_person()],
        phones=[{"policyholder_id": "H1", "phone": "14200000001", "role": "policy"}],
        complaints=complaint,
    )
    assert _fresh(in_case)["is_fresh"].tolist() == [True]
    assert _fresh(at_sale)["is_fresh"].tolist() == [False]


def test_cooling_off_surrender_is_no_case(make_dataset):
    data = make_dataset(
        policyholders=[_person()],
        phones=[{"policyholder_id": "H1", "phone": "14200000001", "role": "surrender", "since": "2021-06-01"}],
        surrenders=[
            {"surrender_id": "S1", "policyholder_id": "H1", "kind": "cooling_off", "surrendered_on": "2021-06-05"}
        ],
    )
    assert not _fresh(data)["is_fresh"].any()


def test_day_of_data_entry_counts_as_missing(make_dataset):
    days = np.arange("2015-01-01", "2015-11-01", dtype="datetime64[D]").astype(str).tolist()
    phones = [{"policyholder_id": f"H{i:03d}", "phone": f"1420000{i:04d}", "since": d} for i, d in enumerate(days)]
    phones += [{"policyholder_id": f"H{i:03d}", "phone": f"1430000{i:04d}", "since": "2021-06-01"} for i in range(150)]
    data = make_dataset(policyholders=[_person(f"H{i:03d}") for i in range(len(days))], phones=phones)
    holders = np.sort(data["policyholders"]["policyholder_id"].to_numpy(dtype=object))
    spoilt = data_entry_days(build_links(data, holders))
    assert spoilt["since"].dt.strftime("%Y-%m-%d").tolist() == ["2021-06-01"]


def test_agents_of_record_are_no_links(make_dataset):
    data = make_dataset(
        policyholders=[_person()],
        policies=[{"policy_id": "P1", "policyholder_id": "H1", "agent_id": "A1"}],
        engagements=[
            {"policyholder_id": "H1", "intermediary_id": "A1", "role": "sold"},
            {"policyholder_id": "H1", "intermediary_id": "L1", "role": "represented"},
        ],
    )
    holders = np.array(["H1"], dtype=object)
    assert build_links(data, holders)["value"].tolist() == ["L1"]


def test_agent_who_advises_is_still_no_link(make_dataset):
    data = make_dataset(
        policyholders=[_person()],
        engagements=[{"policyholder_id": "H1", "intermediary_id": "A1", "role": "advised", "since": "2021-01-01"}],
        intermediaries=[{"intermediary_id": "A1", "kind": "ex_agent"}],
    )
    assert build_links(data, np.array(["H1"], dtype=object)).empty


def _case(person, *, table_date):
    """A person whose own phone row has `table_date` and who gives the number as contact of a complaint."""
    return {
        "policyholders": [_person(person)],
        "phones": [{"policyholder_id": person, "phone": "14200000001", "role": "policy", "since": table_date}],
        "complaints": [
            {
                "complaint_id": "C1",
                "policyholder_id": person,
                "filed_on": "2021-06-01",
                "contact_phone": "14200000001",
            }
        ],
    }


def test_undated_row_in_a_dated_table_is_taken_for_an_old_number(make_dataset):
    tables = _case("H1", table_date=None)
    tables["policyholders"] += [_person(f"X{i}") for i in range(9)]
    tables["phones"] += [
        {"policyholder_id": f"X{i}", "phone": f"1420000010{i}", "role": "policy", "since": f"2015-0{i + 1}-01"}
        for i in range(9)
    ]
    links = _fresh(make_dataset(**tables))
    assert not links.loc[links["value"] == "14200000001", "is_fresh"].any()


def test_undated_row_in_a_table_without_dates_leaves_the_case_to_speak(make_dataset):
    links = _fresh(make_dataset(**_case("H1", table_date=None)))
    assert links["is_fresh"].all()
