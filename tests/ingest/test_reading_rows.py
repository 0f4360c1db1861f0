"""Rows against rows: repeats, double ids, strangers, several values in a cell, keys, order, rejects."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_tables import PEOPLE, PHONES, assert_same, classes, folder

from ringfinder.errors import TableError
from ringfinder.ingest import read_tables
from ringfinder.model.dataset import DTYPES, PROVENANCE, REJECT_COLUMNS, TABLES

DIRTY = {
    "policyholders": PEOPLE + "P1,林小明\nP2,陈小红红\n,无名\nP4,赵小燕\n",
    "policies": (
        "保单号,客户号,已交保费(万元),签单日期,工号\nL1,P1,1.2,2019-01-01,A1\nL2,P2,-3,44260,无\n"
        "L2,P2,4,44260,A2\nL3,P9,1,,\n"
    ),
    "phones": (
        "policyholder_id,phone,role,since\n"
        "P1,14200123456/14300123456,投诉,2021-03-05\nP1,+86 142-0012-3456,complaint,2021/3/5\n"
        "P2,142****3456,policy,\nP2,不详,policy,\nP2,95511,,\nP3,1420012345,policy,\n"
        "P3,14200123499,拜访,2021-02-30\nP3,14200123499,,\nP9,14200123499,policy,\nP4,13800138000,policy,\n"
    ),
    "complaints": (
        "complaint_id,policyholder_id,filed_on,contact_phone,upheld\n"
        "C1,P1,2021-03-05,14200123456、0595-22123456,是\nC2,P2,2021-03-06,142****3456,处理中\n"
        "C2,P2,2021-03-06,,\nC3,P3,,14200123456,否\nC1,P1,2021-03-05,14200123456;0595-22123456,成立\n"
    ),
    "surrenders": (
        "surrender_id,policyholder_id,policy_id,kind,surrendered_on,cash_value,amount_paid,payout_account\n"
        "S1,P1,L1,XT,2021年3月5日,\"1,234.56\",￥2万元,6222 0212 3456 7890 123\n"
        "S2,P2,L77,别的,20210306,一千,5,6.22202E+18\n"
    ),
    "relations": "policyholder_id,related_policyholder_id,relation\nP1,P2,夫妻\nP1,P9,父子\nP3,P3,本人\n",
    "directory": (
        "kind,value,owner\n电话,95511/400-800-1234,热线\n地址,某某市東坪区明德路12号,网点\n"
        ",14200123450,前台\n"
    ),
    "identifiers": (
        "policyholder_id,kind,value,role,since\nP1,微信,Wx_AB12,,\nP2,設備,AA:BB:CC:DD:EE:01,,\nP3,声纹,VP-1,,\n"
        "P3,phone,14200123456 14300123456,,\nP3,,S-1,,\nP4,email,l***@example.com,,\n"
    ),
    "intermediaries": "工号,姓名,类型,离职日期\nA1,林小明,离职业务员,2020-01-01\nA2,陈小红,业务员,\n",
    "engagements": (
        "policyholder_id,intermediary_id,role,since\nP1,A1,销售,2019-01-01\nP1,A1,销售,2019-01-01\n"
        "P2,Z9,represented,\n"
    ),
    "bank_accounts": (
        "policyholder_id,account,role,since\nP1,6222 0212 3456 7890 123,收款,\n"
        "P2,6222021234567890123,payout,2021-03-05\n"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory):
    return read_tables(folder(tmp_path_factory.mktemp("dirty"), **DIRTY))


def test_every_table_has_the_columns_types_and_order_of_the_contract(dirty) -> None:
    assert list(dirty) == [t.name for t in TABLES]
    for table in TABLES:
        frame = dirty[table.name]
        assert list(frame.columns) == [*table.column_names, *PROVENANCE]
        for column in table.columns:
            assert frame[column.name].dtype == DTYPES[column.type], (table.name, column.name)
        assert frame["row_key"].is_monotonic_increasing and frame["row_key"].is_unique
        assert frame["source_line"].dtype == "int64"
        assert (frame["source_line"] >= 2).all()
        for name in table.required:
            assert frame[name].notna().all()
        for column in table.columns:
            if column.choices:
                assert set(frame[column.name].dropna()) <= set(column.choices)


def test_empty_tables_have_the_same_dtypes_as_full_ones(dirty, tmp_path: Path) -> None:
    small = read_tables(folder(tmp_path / "in"))
    for name in dirty:
        assert small[name].dtypes.to_dict() == dirty[name].dtypes.to_dict()


def test_several_numbers_in_a_cell_become_several_rows_and_repeats_one(dirty) -> None:
    phones = dirty["phones"]
    own = phones.loc[phones["policyholder_id"] == "P1", ["row_key", "phone"]].to_numpy().tolist()
    assert own == [
        ["P1:complaint:2021-03-05", "059522123456"],
        ["P1:complaint:2021-03-05#2", "14200123456"],
        ["P1:complaint:2021-03-05#3", "14300123456"],
    ]


def test_a_complaint_keeps_its_first_number_and_the_others_become_phones(dirty) -> None:
    assert dirty["complaints"].set_index("row_key").loc["C1", "contact_phone"] == "14200123456"
    extra = dirty["phones"].set_index("phone").loc["059522123456"]
    assert (extra["role"], extra["source_file"], extra["source_line"]) == ("complaint", "complaints.csv", 2)


def test_masked_placeholder_and_short_numbers_are_set_aside_by_line(dirty) -> None:
    assert classes(dirty, "phones") == [
        (4, "phone", "masked"),
        (5, "phone", "placeholder"),
        (7, "phone", "too_short"),
        (8, "role", "unknown_word"),
        (8, "since", "impossible_date"),
        (10, "policyholder_id", "unknown_holder"),
        (11, "phone", "placeholder"),
    ]


def test_a_hotline_is_kept(dirty) -> None:
    assert "95511" in set(dirty["phones"]["phone"])


def test_an_unusable_optional_cell_keeps_its_row(dirty) -> None:
    row = dirty["surrenders"].set_index("row_key").loc["S2"]
    assert pd.isna(row["kind"]) and pd.isna(row["cash_value"]) and pd.isna(row["payout_account"])
    assert row["amount_paid"] == 5.0
    assert classes(dirty, "surrenders") == [
        (3, "cash_value", "not_money"), (3, "kind", "unknown_word"), (3, "payout_account", "ruined"),
    ]  # fmt: skip


def test_money_dates_and_choices_arrive_typed(dirty) -> None:
    row = dirty["surrenders"].set_index("row_key").loc["S1"]
    assert (row["cash_value"], row["amount_paid"], row["kind"]) == (1234.56, 20000.0, "negotiated")
    assert row["surrendered_on"] == pd.Timestamp("2021-03-05")
    assert dirty["policies"].set_index("row_key").loc["L1", "premiums_paid"] == 12000.0
    assert dirty["policies"].set_index("row_key").loc["L1", "agent_id"] == "A1"


def test_a_double_id_keeps_the_fullest_row_and_tells_of_the_other(dirty) -> None:
    assert dirty["policies"].set_index("row_key").loc["L2", "premiums_paid"] == 40000.0
    assert (3, "policy_id", "duplicate_id") in classes(dirty, "policies")
    assert dirty["complaints"]["complaint_id"].tolist() == ["C1", "C2"]


def test_equal_rows_count_as_duplicates_not_as_rejects(dirty) -> None:
    files = {f.table: f for f in dirty.report.files}
    assert files["policyholders"].n_duplicates == 1
    assert files["engagements"].n_duplicates == 1
    assert files["complaints"].n_duplicates == 2  # one of them differs in unusable cells only
    people = files["policyholders"]
    assert people.n_rows == people.n_kept + people.n_rejected + people.n_duplicates


def test_strangers_are_set_aside_in_every_table(dirty) -> None:
    assert (5, "policyholder_id", "unknown_holder") in classes(dirty, "policies")
    assert classes(dirty, "relations") == [
        (3, "related_policyholder_id", "unknown_holder"),
        (4, "related_policyholder_id", "self_relation"),
    ]


def test_values_are_normalised_by_their_own_kind(dirty) -> None:
    own = dirty["identifiers"][["kind", "value"]].fillna("").to_numpy().tolist()
    assert sorted(own) == [
        ["", "s-1"], ["device", "aabbccddee01"], ["phone", "14200123456"], ["phone", "14300123456"],
        ["wechat", "wx_ab12"], ["声纹", "vp-1"],
    ]  # fmt: skip
    assert classes(dirty, "identifiers") == [(7, "value", "masked")]


def test_the_directory_holds_comparable_values(dirty) -> None:
    assert set(dirty["directory"]["value"]) == {"95511", "4008001234", "某某市东坪区明德路12号", "14200123450"}
    assert dirty["directory"]["row_key"].tolist()[0].startswith("-:")


def test_notes_tell_of_unknown_policies_negative_money_and_further_phones(dirty) -> None:
    notes = "\n".join(dirty.report.notes)
    assert "1 policy_id not in policies table" in notes
    assert "1 further contact phones" in notes
    assert "negative amounts" not in notes  # the negative row lost to the fuller one


def test_rejects_name_file_line_column_and_class_but_never_the_value(dirty) -> None:
    rejects = dirty.report.rejects
    assert list(rejects.columns) == list(REJECT_COLUMNS)
    assert not rejects["file"].str.contains(r"[/\\]").any()
    text = rejects.astype("str").to_csv()
    for secret in ("142****3456", "13800138000", "1420012345", "6.22202E+18", "l***@example.com", "一千"):
        assert secret not in text
    assert rejects["reason"].str.contains(" · ").all()


def test_row_keys_use_a_dash_for_what_is_missing(dirty) -> None:
    assert "P2:-:-" in set(dirty["phones"]["row_key"])
    assert "P2:represented:-" in set(dirty["engagements"]["row_key"])
    assert "P1:夫妻:-" in set(dirty["relations"]["row_key"])


def test_a_table_of_bad_rows_only_is_empty_and_noted(tmp_path: Path) -> None:
    got = read_tables(folder(tmp_path / "in", phones="policyholder_id,phone\nP1,142****3456\n"))
    assert len(got["phones"]) == 0
    assert any("phones" in note and "empty" in note for note in got.report.notes)


def test_policyholders_of_bad_rows_only_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no usable row"):
        read_tables(folder(tmp_path / "in", policyholders="policyholder_id,name\n,林小明\n无,王小强\n"))


def test_masked_papers_and_addresses_are_left_out_of_the_person(tmp_path: Path) -> None:
    people = "policyholder_id,id_number,address\nP1,990101********0019,某某市***\nP2,99010119900101001x,不详\n"
    got = read_tables(folder(tmp_path / "in", policyholders=people))
    assert got["policyholders"]["id_number"].fillna("").tolist() == ["", "99010119900101001X"]
    assert got["policyholders"]["address"].isna().all()
    assert classes(got, "policyholders") == [
        (2, "address", "masked"), (2, "id_number", "masked"), (3, "address", "placeholder"),
    ]  # fmt: skip


def _shuffled(text: str, seed: int) -> str:
    header, *body = text.splitlines()
    random.Random(seed).shuffle(body)
    return "\n".join([header, *body]) + "\n"


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_shuffling_rows_changes_nothing(dirty, seed: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        got = read_tables(folder(Path(name), **{t: _shuffled(text, seed) for t, text in DIRTY.items()}))
    for table in dirty:
        pd.testing.assert_frame_equal(
            got[table].drop(columns="source_line"), dirty[table].drop(columns="source_line"), obj=table
        )
    left, right = (
        d.report.rejects.drop(columns="line").sort_values(["table", "column", "value_class"], ignore_index=True)
        for d in (got, dirty)
    )
    pd.testing.assert_frame_equal(left, right)


@settings(max_examples=25, deadline=None)
@given(junk=st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=5), max_size=6))
def test_any_junk_is_set_aside_or_a_clear_error(junk: list[list[str]]) -> None:
    text = PHONES + "\n".join(",".join(row) for row in junk) + "\n"
    with tempfile.TemporaryDirectory() as name:
        try:
            got = read_tables(folder(Path(name), phones=text.encode("utf-8", errors="ignore")))
        except TableError:
            return
    assert {"14200123456", "14200123457"} <= set(got["phones"]["phone"])


def test_reading_twice_gives_equal_frames(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", **DIRTY)
    assert_same(read_tables(path), read_tables(path))
