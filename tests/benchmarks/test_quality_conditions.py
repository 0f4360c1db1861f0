"""Worse records: what each condition takes away or adds, and what it leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.quality.books import BookKey, make_book
from benchmarks.quality.conditions import CONDITIONS
from ringfinder.model.dataset import DTYPES, TABLE_BY_NAME, Dataset

DATED = ("phones", "bank_accounts", "engagements", "identifiers")


@pytest.fixture(scope="module")
def clean() -> Dataset:
    return make_book(BookKey(3_000, "lin_ma", 7)).dataset


@pytest.mark.parametrize("condition", list(CONDITIONS))
def test_a_worse_book_is_a_canonical_dataset_and_the_same_for_the_same_seed(clean: Dataset, condition: str) -> None:
    worse, again = CONDITIONS[condition](clean, 7), CONDITIONS[condition](clean, 7)
    for name in worse:
        frame = worse[name]
        pd.testing.assert_frame_equal(frame, again[name])
        assert frame["row_key"].is_monotonic_increasing, name
        assert frame["row_key"].is_unique, name
        assert {c.name: str(frame[c.name].dtype) for c in TABLE_BY_NAME[name].columns} == {
            c.name: DTYPES[c.type] for c in TABLE_BY_NAME[name].columns
        }


def test_without_dates_no_link_has_one_and_nothing_else_is_gone(clean: Dataset) -> None:
    worse = CONDITIONS["no_dates"](clean, 7)
    for name in DATED:
        assert worse[name]["since"].isna().all()
        pd.testing.assert_frame_equal(worse[name].drop(columns="since"), clean[name].drop(columns="since"))
    assert worse["complaints"]["filed_on"].equals(clean["complaints"]["filed_on"])


def test_a_third_of_the_dates_is_one_day(clean: Dataset) -> None:
    worse = CONDITIONS["third_of_dates_spoilt"](clean, 7)
    changed = np.concatenate([(worse[name]["since"] != clean[name]["since"]).to_numpy() for name in DATED])
    entered = np.concatenate([(worse[name]["since"] == pd.Timestamp("2021-06-01")).to_numpy() for name in DATED])
    assert 0.3 < entered.mean() < 0.37
    assert (entered[changed] | np.concatenate([clean[name]["since"].isna() for name in DATED])[changed]).all()


def test_unlisted_hubs_are_held_by_many_ring_members_too_and_no_directory_lists_them(clean: Dataset) -> None:
    worse = CONDITIONS["unlisted_hubs"](clean, 7)
    assert worse["directory"].empty
    hotline = worse["phones"].groupby("phone")["policyholder_id"].nunique().max()
    assert hotline == round(0.15 * clean.n_policyholders)
    truth = make_book(BookKey(3_000, "lin_ma", 7)).true_people
    added = worse["identifiers"].loc[~worse["identifiers"]["row_key"].isin(clean["identifiers"]["row_key"])]
    boxes = added.loc[added["kind"] == "mail_sender"]
    assert boxes["value"].nunique() == 3
    assert boxes["policyholder_id"].isin(truth).any()
