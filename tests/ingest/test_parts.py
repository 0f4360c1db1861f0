"""Tables that come in several files or sheets: read one after the other, each row cited by its own place."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from make_tables import PHONES, assert_same, classes, folder

from ringfinder.errors import TableError
from ringfinder.ingest import ReadOptions, describe, read_tables
from ringfinder.ingest.one_table import read_one_table

HEAD = "退保编号,客户号,退保日期,退保类型,现金价值,实付金额\n"
OLD = "S1,P1,2022-03-05,协议退保,100,200\nS2,P2,2022-04-05,正常退保,100,100\n"
NEW = "S3,P3,2023-03-05,协议退保,100,200\n"


def yearly(path: Path, *names: str) -> Path:
    """A folder whose surrenders are in two files."""
    made = folder(path)
    for name, rows in zip(names, (OLD, NEW), strict=True):
        (made / name).write_text(HEAD + rows, encoding="utf-8")
    return made


@pytest.fixture
def whole(tmp_path: Path):
    return read_tables(folder(tmp_path / "whole", surrenders=HEAD + OLD + NEW))


@pytest.mark.parametrize(
    "names",
    [
        ("退保2022.csv", "退保2023.csv"),
        ("退保给付2022.csv", "退保给付2023.csv"),
        ("退保.csv", "退保明细2023年.csv"),
        ("surrenders_2022.csv", "surrenders_2023.csv"),
        ("退保上半年.csv", "退保下半年.csv"),
    ],
)
def test_files_of_one_table_are_read_one_after_the_other(tmp_path: Path, whole, names: tuple[str, str]) -> None:
    path = yearly(tmp_path / "in", *names)

    got = read_tables(path)

    assert_same(got, whole, lines=False)
    rows = got["surrenders"].set_index("surrender_id")
    assert rows["source_file"].to_dict() == {"S1": names[0], "S2": names[0], "S3": names[1]}
    assert rows["source_line"].to_dict() == {"S1": 2, "S2": 3, "S3": 2}
    own = {f.name: f for f in got.report.files if f.table == "surrenders"}
    assert {name: (f.n_rows, f.n_kept) for name, f in own.items()} == {names[0]: (2, 2), names[1]: (1, 1)}
    assert all(f.sha256 == hashlib.sha256((path / name).read_bytes()).hexdigest() for name, f in own.items())


def test_parts_need_not_have_the_same_columns(tmp_path: Path) -> None:
    path = folder(tmp_path / "in")
    (path / "投诉2022.csv").write_text("工单号,客户号,受理日期\nC1,P1,2022-03-05\n", encoding="utf-8")
    (path / "投诉2023.csv").write_text(
        "工单号,客户号,受理日期,联系电话,是否成立\nC2,P2,2023-03-05,14200123458/14200123459,是\n", encoding="utf-8"
    )
    got = read_tables(path)
    rows = got["complaints"].set_index("complaint_id")
    assert rows["contact_phone"].fillna("").to_dict() == {"C1": "", "C2": "14200123458"}
    assert rows["upheld"].fillna(False).to_dict() == {"C1": False, "C2": True}
    assert "14200123459" in set(got["phones"]["phone"])
    assert got["complaints"].dtypes.astype(str).to_dict() == {
        **read_tables(folder(tmp_path / "none"))["complaints"].dtypes.astype(str).to_dict()
    }


def test_the_user_may_give_one_table_any_two_files(tmp_path: Path, whole) -> None:
    path = yearly(tmp_path / "in", "甲.csv", "乙.csv")
    options = ReadOptions(files={"甲.csv": "surrenders", "乙.csv": "surrenders"})
    assert_same(read_tables(path, options=options), whole, lines=False)


def test_check_has_a_row_for_every_file(tmp_path: Path) -> None:
    frame = describe(read_tables(yearly(tmp_path / "in", "退保2022.csv", "退保2023.csv")))
    own = frame.loc[frame["table"] == "surrenders"]
    assert own["file"].tolist() == ["退保2022.csv", "退保2023.csv"]
    assert own["kept"].tolist() == [2, 1]
    assert own["first_date"].tolist() == ["2022-03-05", "2023-03-05"]


def test_a_row_that_stands_in_two_files_is_one_row_and_counted_with_the_second(tmp_path: Path, whole) -> None:
    path = yearly(tmp_path / "in", "退保2022.csv", "退保2023.csv")
    (path / "退保2023.csv").write_text(HEAD + NEW + OLD, encoding="utf-8")
    got = read_tables(path)
    assert_same(got, whole, lines=False)
    assert [f.n_duplicates for f in got.report.files if f.table == "surrenders"] == [0, 2]


def test_one_record_with_two_contents_is_told_with_its_file_and_line(tmp_path: Path) -> None:
    path = yearly(tmp_path / "in", "退保2022.csv", "退保2023.csv")
    (path / "退保2023.csv").write_text(HEAD + NEW + "S1,P1,2022-03-05,,100,200\n", encoding="utf-8")

    got = read_tables(path)

    (lost,) = got.report.rejects.to_dict("records")
    assert (lost["file"], lost["line"], lost["value_class"]) == ("退保2023.csv", 3, "duplicate_id")
    assert got["surrenders"].set_index("surrender_id").loc["S1", "kind"] == "negotiated"
    assert any("1 records stand in two files with different content" in note for note in got.report.notes)
    assert [f.n_rejected for f in got.report.files if f.table == "surrenders"] == [0, 1]


def workbook(path: Path, **sheets: str) -> Path:
    with pd.ExcelWriter(path) as writer:
        for name, text in sheets.items():
            rows = [line.split(",") for line in text.splitlines()]
            pd.DataFrame(rows).to_excel(writer, sheet_name=name.removeprefix("_"), index=False, header=False)
    return path


def test_every_sheet_with_the_tables_columns_is_read_and_the_others_are_told(tmp_path: Path, whole) -> None:
    path = folder(tmp_path / "in")
    workbook(path / "退保.xlsx", 说明="本表由核心系统导出\n", _2022=HEAD + OLD, _2023=HEAD + NEW)

    got = read_tables(path)

    assert_same(got, whole, lines=False)
    rows = got["surrenders"].set_index("surrender_id")
    assert rows["source_file"].to_dict() == {"S1": "退保.xlsx:2022", "S2": "退保.xlsx:2022", "S3": "退保.xlsx:2023"}
    (note,) = (n for n in got.report.notes if "退保.xlsx" in n)
    assert "sheet '说明' not read" in note and "no column of surrenders" in note


def test_a_sheet_that_lacks_a_column_is_a_warning_that_names_it(tmp_path: Path) -> None:
    path = folder(tmp_path / "in")
    workbook(path / "退保.xlsx", _2022=HEAD + OLD, _2023=HEAD.replace("退保日期", "某日") + NEW)
    got = read_tables(path)
    assert len(got["surrenders"]) == 2
    (warning,) = (w for w in got.report.warnings if "退保.xlsx" in w)
    assert "sheet '2023' not read" in warning and "lacks surrendered_on" in warning


def test_a_sheet_with_a_name_of_its_own_is_left_to_the_user(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", policyholders=None)
    people = "客户号,姓名\nP1,林小明\nP2,陈小红\n"
    workbook(path / "客户.xlsx", 投保人=people, 被保险人="客户号,姓名\nP9,王小强\n")

    got = read_tables(path)
    both = read_tables(path, options=ReadOptions(files={"客户.xlsx:被保险人": "policyholders"}))

    assert got["policyholders"]["policyholder_id"].tolist() == ["P1", "P2"]
    assert any('[files] "客户.xlsx:被保险人" = "policyholders"' in w for w in got.report.warnings)
    assert both["policyholders"]["policyholder_id"].tolist() == ["P1", "P2", "P9"]
    assert not [w for w in both.report.warnings if "客户.xlsx" in w]


def test_the_user_may_say_that_a_sheet_is_another_table_or_none(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", phones=None)
    workbook(path / "退保.xlsx", _2022=HEAD + OLD, _2023=HEAD + NEW, 附=PHONES)
    options = ReadOptions(files={"退保.xlsx:2023": "", "退保.xlsx:附": "phones"})
    got = read_tables(path, options=options)
    assert len(got["surrenders"]) == 2
    assert len(got["phones"]) == 2
    assert set(got["phones"]["source_file"]) == {"退保.xlsx:附"}


def test_an_error_of_a_sheet_names_the_sheet(tmp_path: Path) -> None:
    path = folder(tmp_path / "in")
    workbook(path / "退保.xlsx", 说明="本表由核心系统导出\n", _2022="退保编号,客户号\nS1,P1\n")
    with pytest.raises(TableError) as error:
        read_tables(path)
    assert error.value.file == "退保.xlsx:2022"
    assert error.value.column == "surrendered_on"


def test_tables_of_a_database_by_year_are_one_table(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table policyholders as select 'P1' as policyholder_id")
        for year in (2022, 2023):
            connection.execute(
                f"create table phones_{year} as select 'P1' as policyholder_id, '1420012345{year % 10}' as phone"
            )
    got = read_tables(path)
    assert sorted(got["phones"]["source_file"]) == ["book.duckdb:phones_2022", "book.duckdb:phones_2023"]


def test_new_rows_are_read_from_every_sheet(tmp_path: Path) -> None:
    book = workbook(tmp_path / "今日.xlsx", 说明="本表由核心系统导出\n", _1=HEAD + OLD, _2=HEAD + NEW)
    frame, rejects = read_one_table(book, "surrenders")
    assert frame["surrender_id"].tolist() == ["S1", "S2", "S3"]
    assert not len(rejects)


def test_rows_set_aside_say_which_sheet_they_stand_in(tmp_path: Path) -> None:
    path = folder(tmp_path / "in")
    workbook(path / "退保.xlsx", _2022=HEAD + OLD, _2023=HEAD + NEW.replace("2023-03-05", "坏日期"))
    got = read_tables(path)
    assert got.report.rejects["file"].tolist() == ["退保.xlsx:2023"]
    assert classes(got, "surrenders") == [(2, "surrendered_on", "not_a_date")]
