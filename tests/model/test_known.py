"""known_on: a dataset as it stood on an earlier day."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from ringfinder.model.dataset import TABLES, Dataset
from ringfinder.model.known import FINDING_DAYS, entry_columns, known_on, undated_rows

DAY = pd.Timestamp("2021-06-30")


@pytest.fixture
def book(make_dataset: Callable[..., Dataset]) -> Dataset:
    early, late = "2021-06-30", "2021-07-01"
    return make_dataset(
        policyholders=[{"policyholder_id": p, "birth_date": "1980-01-01"} for p in ("OLD", "NEW", "UNDATED")],
        policies=[
            {"policy_id": "P1", "policyholder_id": "OLD", "issued_on": early},
            {"policy_id": "P2", "policyholder_id": "OLD", "issued_on": late},
            {"policy_id": "P3", "policyholder_id": "NEW", "issued_on": late},
            {"policy_id": "P4", "policyholder_id": "UNDATED"},
        ],
        phones=[
            {"policyholder_id": "OLD", "phone": "1", "since": late},
            {"policyholder_id": "OLD", "phone": "2"},
            {"policyholder_id": "NEW", "phone": "3"},
            {"policyholder_id": "UNDATED", "phone": "4"},
        ],
        bank_accounts=[{"policyholder_id": "OLD", "account": "1", "since": d} for d in (early, late)],
        complaints=[
            {"complaint_id": "C1", "policyholder_id": "OLD", "filed_on": early, "upheld": True},
            {"complaint_id": "C2", "policyholder_id": "OLD", "filed_on": late, "upheld": True},
        ],
        surrenders=[{"surrender_id": "S1", "policyholder_id": "OLD", "surrendered_on": late}],
        intermediaries=[
            {"intermediary_id": "A1", "kind": "ex_agent", "left_on": late},
            {"intermediary_id": "A2", "kind": "ex_agent", "left_on": early},
        ],
        engagements=[{"policyholder_id": "OLD", "intermediary_id": "A1", "since": d} for d in (early, late)],
        relations=[{"policyholder_id": "OLD", "related_policyholder_id": p} for p in ("NEW", "UNDATED")],
        identifiers=[{"policyholder_id": "OLD", "value": "v", "since": d} for d in (early, late)],
    )


def test_rows_dated_later_do_not_exist_and_rows_without_a_date_stay(book: Dataset) -> None:
    then = known_on(book, DAY)

    assert then["policies"]["policy_id"].tolist() == ["P1", "P4"]
    assert sorted(then["phones"]["phone"]) == ["2", "4"]
    assert then["complaints"]["complaint_id"].tolist() == ["C1"]
    assert [len(then[name]) for name in ("bank_accounts", "surrenders", "engagements", "identifiers")] == [1, 0, 1, 1]


def test_finding_is_unknown_until_the_longest_time_for_it_has_passed(book: Dataset) -> None:
    filed = DAY

    early = known_on(book, filed + pd.Timedelta(days=FINDING_DAYS - 1))["complaints"].set_index("complaint_id")
    late = known_on(book, filed + pd.Timedelta(days=FINDING_DAYS))["complaints"].set_index("complaint_id")

    assert pd.isna(early.loc["C1", "upheld"])
    assert bool(late.loc["C1", "upheld"])
    assert pd.isna(late.loc["C2", "upheld"])


def test_rows_without_a_date_are_counted_by_table(book: Dataset) -> None:
    assert undated_rows(book) == {"policies": 1, "phones": 3}


def test_person_whose_dated_rows_all_lie_later_is_nobody_yet(book: Dataset) -> None:
    then = known_on(book, DAY)

    assert then["policyholders"]["policyholder_id"].tolist() == ["OLD", "UNDATED"]
    assert then["relations"]["related_policyholder_id"].tolist() == ["UNDATED"]


def test_agent_who_left_later_was_still_an_agent(book: Dataset) -> None:
    bodies = known_on(book, DAY)["intermediaries"].set_index("intermediary_id")

    assert bodies.loc["A1", "kind"] == "agent"
    assert pd.isna(bodies.loc["A1", "left_on"])
    assert bodies.loc["A2", "kind"] == "ex_agent"
    assert bodies.loc["A2", "left_on"] == DAY


def test_last_day_of_all_changes_nothing_and_no_frame_is_modified(book: Dataset) -> None:
    before = {name: book[name].copy() for name in book}
    known_on(book, DAY)
    then = known_on(book, pd.Timestamp("2100-01-01"))

    for name in book:
        pd.testing.assert_frame_equal(book[name], before[name])
        pd.testing.assert_frame_equal(then[name], before[name])


def test_columns_and_types_are_those_of_the_contract(book: Dataset) -> None:
    then = known_on(book, pd.Timestamp("1990-01-01"))

    for table in TABLES:
        assert dict(then[table.name].dtypes) == dict(book[table.name].dtypes), table.name


def test_every_table_with_a_date_of_entry_is_cut() -> None:
    cut = {table.name: entry_columns(table) for table in TABLES if entry_columns(table)}

    assert cut == {
        "policies": ("issued_on",),
        "phones": ("since",),
        "bank_accounts": ("since",),
        "complaints": ("filed_on",),
        "surrenders": ("surrendered_on",),
        "engagements": ("since",),
        "identifiers": ("since",),
    }
