"""Leading zeros that a spreadsheet took: mended where safe, told loudly where not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from make_tables import assert_same, folder

from ringfinder.ingest import read_tables
from ringfinder.ingest.holder_ids import cures

PEOPLE = "policyholder_id,name\n001176054,林小明\n000176055,陈小红\n201176056,王小强\n"
PHONES = "policyholder_id,phone,role,since\n001176054,14200123456,policy,2020-01-02\n000176055,14200123457,complaint,\n"


def stripped(text: str) -> str:
    """The table as a spreadsheet writes it that took the ids for numbers."""
    return "\n".join(line.lstrip("0") for line in text.split("\n"))


def test_ids_that_lost_their_zeros_are_padded_to_the_one_width_and_counted(tmp_path: Path) -> None:
    whole = read_tables(folder(tmp_path / "whole", policyholders=PEOPLE, phones=PHONES))

    got = read_tables(folder(tmp_path / "lost", policyholders=PEOPLE, phones=stripped(PHONES)))

    assert_same(got, whole)
    assert not len(got.report.rejects)
    (note,) = (n for n in got.report.notes if "leading zeros" in n)
    assert note.startswith("phones: 2 cells of policyholder_id lost leading zeros")


def test_people_who_lost_their_zeros_meet_tables_that_kept_them(tmp_path: Path) -> None:
    got = read_tables(folder(tmp_path / "in", policyholders=stripped(PEOPLE), phones=PHONES))

    assert got["phones"]["policyholder_id"].tolist() == ["1176054", "176055"]
    assert any("stripped of leading zeros" in note for note in got.report.notes)


def test_both_ids_of_kin_are_mended(tmp_path: Path) -> None:
    relations = "policyholder_id,related_policyholder_id\n1176054,176055\n"
    got = read_tables(folder(tmp_path / "in", policyholders=PEOPLE, phones=PHONES, relations=relations))
    assert got["relations"].iloc[0, :2].tolist() == ["001176054", "000176055"]


def test_a_row_that_was_written_both_ways_is_one_row(tmp_path: Path) -> None:
    both = PHONES + stripped(PHONES).partition("\n")[2]
    got = read_tables(folder(tmp_path / "in", policyholders=PEOPLE, phones=both))
    assert len(got["phones"]) == 2
    assert got.report.files[1].n_duplicates == 2


@pytest.mark.parametrize(
    ("people", "ids"),
    [
        (["0017", "017"], ["17"]),  # two widths: 17 could be either
        (["0017", "A245"], ["17"]),  # not digits alone
        (["0017", "0245"], ["017"]),  # a number would have lost both zeros
        (["17", "0245"], ["0017"]),  # the people's zeros were not lost as a whole
        (["17", "245"], ["0017", "017"]),  # two ids would become one
    ],
)
def test_what_could_join_two_people_is_never_mended(people: list[str], ids: list[str]) -> None:
    assert not cures(pd.Series(ids, dtype="str"), pd.Series(people, dtype="str")).is_safe


def test_another_numbering_is_not_taken_for_ids_without_zeros() -> None:
    holders = pd.Series([f"{i:06d}" for i in range(1, 900)], dtype="str")
    rows = pd.Series([str(i) for i in range(1, 1200)], dtype="str")
    assert not cures(rows, holders).is_safe


def test_most_of_sparse_ids_are_enough_for_strangers_are_common() -> None:
    holders = pd.Series([f"{i * 7919:09d}" for i in range(1, 900)], dtype="str")
    rows = pd.Series([str(i * 7919) for i in range(1, 1200)], dtype="str")
    cure = cures(rows, holders)
    assert cure.is_safe and len(cure.mends) == 899


@given(st.lists(st.from_regex(r"[0-9]{1,6}", fullmatch=True)), st.lists(st.from_regex(r"[0-9]{1,6}", fullmatch=True)))
def test_a_safe_cure_never_makes_two_ids_one(holders: list[str], ids: list[str]) -> None:
    column = pd.Series(ids, dtype="str")
    cure = cures(column, pd.Series(holders, dtype="str").drop_duplicates())
    if cure.is_safe:
        # an id and the same id with all its zeros are one; no other two become one
        written = [cure.mends.get(i, i) for i in sorted(set(ids))]
        for one in set(written):
            assert len({i.lstrip("0") for i, w in zip(sorted(set(ids)), written, strict=True) if w == one}) == 1
        assert set(cure.mends.values()) <= set(holders)


def test_a_table_about_strangers_is_a_loud_warning_with_the_cure(tmp_path: Path) -> None:
    people = PEOPLE + "A1,张三\n"  # not digits alone: nothing is mended
    got = read_tables(folder(tmp_path / "in", policyholders=people, phones=stripped(PHONES)))
    assert not len(got["phones"])
    (warning,) = (w for w in got.report.warnings if w.startswith("phones: "))
    assert "2 of 2 rows are about people who are NOT in policyholders" in warning
    assert "2 would be with leading zeros added" in warning


def test_a_table_of_other_people_is_told_without_a_word_on_zeros(tmp_path: Path) -> None:
    strange = PHONES.replace("001176054", "X1").replace("000176055", "X2")
    got = read_tables(folder(tmp_path / "in", policyholders=PEOPLE, phones=strange))
    (warning,) = (w for w in got.report.warnings if w.startswith("phones: "))
    assert "same system" in warning and "zeros" not in warning


def test_a_few_strangers_are_no_warning(tmp_path: Path) -> None:
    got = read_tables(folder(tmp_path / "in", policyholders=PEOPLE, phones=PHONES + "X1,14200123458,policy,\n"))
    assert not [w for w in got.report.warnings if w.startswith("phones: ")]


def test_people_who_differ_by_zeros_only_are_told(tmp_path: Path) -> None:
    got = read_tables(folder(tmp_path / "in", policyholders=PEOPLE + "1176054,林小明\n", phones=PHONES))
    assert any("1 ids differ from another by leading zeros only" in w for w in got.report.warnings)
