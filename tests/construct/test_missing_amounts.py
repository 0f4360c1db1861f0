"""Exports without kinds or amounts of surrenders: what is not on file is not asserted."""

from __future__ import annotations

import pandas as pd

import ringfinder as rf


def _rows(data, table):
    return data[table].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")


def _with_surrenders(planted, **changes):
    data = planted()
    return planted(surrenders=[row | changes for row in _rows(data, "surrenders")])


def _ring_people(report):
    return {m.policyholder_id for ring in report.flagged for m in ring.members if m.role != "associate"}


def test_without_kinds_a_payment_above_cash_value_tells(planted):
    report = rf.detect_rings(_with_surrenders(planted, kind=None))

    assert _ring_people(report) == {f"R{i:03d}" for i in range(14)}
    kinds = report.book.events["kind"].value_counts()
    assert kinds["unknown"] > 100
    assert "normal" not in kinds


def test_a_little_interest_above_cash_value_is_no_negotiated_surrender(planted):
    report = rf.detect_rings(_with_surrenders(planted, kind=None, cash_value=1000.0, amount_paid=1030.0))

    assert report.rings == ()
    assert not report.book.events["is_good"].any()


def test_without_amounts_nothing_is_said_of_what_was_paid(planted):
    report = rf.detect_rings(_with_surrenders(planted, cash_value=None))
    said = [e for ring in report.rings for e in ring.evidence]

    assert [e.en for e in said if e.channel == "money"], "negotiated surrenders must be told, or nothing is tested"
    told = {(e.direction, "amounts are not on file" in e.en, "须补查" in e.zh) for e in said if e.channel == "money"}
    assert told == {("for", True, False), ("against", False, True)}
    shared = report.book.values.loc[report.book.values["verdict"] == "evidence"]
    assert not pd.concat([shared["reason_en"], pd.Series([e.en for e in said])]).str.contains("were paid above").any()


def test_a_fresh_phone_whose_cases_were_not_paid_is_not_said_to_be_used_at_other_times(planted):
    report = rf.detect_rings(_with_surrenders(planted, kind="normal", amount_paid=1000.0))
    values = report.book.values
    broker = values.loc[(values["n_fresh"] >= 4) & (values["n_fresh"] == values["n_households"])]

    assert len(broker)
    assert not broker["reason_zh"].str.contains("其他时间").any()
    assert broker["reason_en"].str.contains("ended as others' do|too few paid").all()


def test_the_period_of_a_ring_leaves_ordinary_surrenders_out(planted):
    data = planted()
    old = {"surrender_id": "SOLD", "policyholder_id": "R003", "kind": "normal", "surrendered_on": "2016-05-06"}
    report = rf.detect_rings(planted(surrenders=[*_rows(data, "surrenders"), old]))

    assert report.rings[0].first_seen >= pd.Timestamp("2019-12-01")
