"""What is told beside the tables: what a run can't see, all errors at once, which table a file looks like."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest
from make_tables import PHONES, classes, folder

from ringfinder.errors import InputError, TableError
from ringfinder.ingest import ReadOptions, describe, read_tables
from ringfinder.ingest.headers import CURE

COMPLAINTS = "工单号,客户号,受理日期,信件全文,核查结论\nC1,P1,2021-03-05,一,属实\nC2,P2,2021-03-06,二,部分属实\n"
AGENTS = "代码,名称,类别,离职日期\nA1,甲,业务员,\n"


def warned(path: Path) -> list[str]:
    return list(read_tables(path, options=MAPPED).report.warnings)


MAPPED = ReadOptions(mapping={"complaints": {"信件全文": "text"}, "intermediaries": {"代码": "intermediary_id"}})


def full(path: Path, **changed: str | None) -> Path:
    surrenders = (
        "surrender_id,policyholder_id,surrendered_on,kind,cash_value,amount_paid\nS1,P1,2021-04-05,normal,1,1\n"
    )
    tables = {"complaints": COMPLAINTS, "intermediaries": AGENTS, "surrenders": surrenders}
    return folder(path, **(tables | changed))


def test_whole_tables_have_no_warning(tmp_path: Path) -> None:
    assert warned(full(tmp_path / "in")) == []


@pytest.mark.parametrize(
    ("table", "lost"),
    [
        ("complaints", "upheld findings can't clear anybody"),
        ("surrenders", "who was paid above cash value is unknown"),
        ("intermediaries", "representation by a law firm can't be told"),
    ],
)
def test_a_missing_table_is_a_warning_that_says_what_is_lost(tmp_path: Path, table: str, lost: str) -> None:
    (warning,) = warned(full(tmp_path / "in", **{table: None}))
    assert warning.startswith(f"no {table} (") and lost in warning


@pytest.mark.parametrize(
    ("table", "content", "column"),
    [
        ("complaints", COMPLAINTS.replace("信件全文", "甲"), "text"),
        ("complaints", COMPLAINTS.replace("核查结论", "甲"), "upheld"),
        ("intermediaries", AGENTS.replace("类别", "甲"), "kind"),
        ("phones", PHONES.replace("since", "甲"), "since"),
        ("bank_accounts", "客户号,账号\nP1,98700123456\n", "since"),
        ("identifiers", "客户号,标识类型,标识值\nP1,微信,wx_1\n", "since"),
    ],
)
def test_a_column_without_which_a_run_sees_less_is_a_warning(
    tmp_path: Path, table: str, content: str, column: str
) -> None:
    (warning,) = warned(full(tmp_path / "in", **{table: content}))
    assert warning.startswith(f"{table}.{column} is blank in ")


def test_a_name_that_is_a_placeholder_is_not_given_and_counted(tmp_path: Path) -> None:
    people = "policyholder_id,name,employer\nP1,不详,无\nP2,陈小红,丁海厂\nP3, － ,\n"
    agents = AGENTS + "A2,無,业务员,\n"
    got = read_tables(full(tmp_path / "in", policyholders=people, intermediaries=agents), options=MAPPED)
    assert got["policyholders"]["name"].isna().tolist() == [True, False, True]
    assert classes(got, "policyholders") == [(2, "employer", "placeholder"), (2, "name", "placeholder"),
                                             (4, "name", "placeholder")]  # fmt: skip
    assert got["intermediaries"]["name"].isna().tolist() == [False, True]
    assert describe(got).set_index("table").loc["policyholders", "cells_set_aside"] == 3


def test_findings_upheld_in_part_count_as_upheld_and_are_counted(tmp_path: Path) -> None:
    got = read_tables(full(tmp_path / "in"), options=MAPPED)
    assert got["complaints"]["upheld"].tolist() == [True, True]
    (note,) = (n for n in got.report.notes if "in part" in n)
    assert note.startswith("complaints.csv: 1 complaints are upheld in part and count as upheld")


def test_who_says_what_partly_means_is_not_told_of_our_choice(tmp_path: Path) -> None:
    options = ReadOptions(mapping=MAPPED.mapping, values={"complaints": {"upheld": {"部分属实": False}}})
    got = read_tables(full(tmp_path / "in"), options=options)
    assert got["complaints"]["upheld"].tolist() == [True, False]
    assert not [n for n in got.report.notes if "in part" in n]


def test_each_unknown_file_is_told_with_the_table_its_columns_fit(tmp_path: Path) -> None:
    path = folder(tmp_path / "in")
    (path / "登记簿.csv").write_text("消保部台账,,\n\n" + COMPLAINTS, encoding="gb18030")
    pd.read_csv(pd.io.common.StringIO(AGENTS)).to_excel(path / "名册.xlsx", index=False)
    pd.DataFrame({"客户号": ["P1"], "银行卡号": ["98700123456"]}).to_parquet(path / "卡.parquet")
    (path / "说明.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (path / "坏.csv").write_bytes(bytes(range(1, 32)) * 40)

    likely = read_tables(path).report.likely_tables

    assert likely == {
        "登记簿.csv": "complaints",
        "名册.xlsx": "intermediaries",
        "卡.parquet": "bank_accounts",
        "说明.csv": "",
        "坏.csv": "",
    }


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_a_long_file_is_guessed_by_its_first_rows(tmp_path: Path, encoding: str) -> None:
    path = folder(tmp_path / "in")
    rows = "".join(f"C{i},P1,2021-03-05,{'上海本人' * 20},属实\n" for i in range(6000))
    (path / "台.csv").write_text(COMPLAINTS + rows, encoding=encoding)
    assert read_tables(path).report.likely_tables == {"台.csv": "complaints"}


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """A file that can't be read, two that lack columns (of one table), no people, and a file of an unknown table."""
    path = folder(tmp_path / "in", policyholders=None, phones="客户号,号\nP1,1\n", bank_accounts=b"PK\x03\x04rest")
    for year in (2022, 2023):
        (path / f"退保{year}.csv").write_text("退保编号,客户号,某日\nS1,P1,2022-01-01\n", encoding="utf-8")
    (path / "名单.csv").write_text("客户号,姓名,证件号码\nP1,甲,1\n", encoding="utf-8")

    with pytest.raises(TableError) as error:
        read_tables(path)

    said, hint = str(error.value), str(error.value.hint)
    for name in ("bank_accounts.csv", "phones.csv", "退保2022.csv", "退保2023.csv", "no policyholders table"):
        assert name in said
    assert "rename it to .xlsx" in hint
    assert tomllib.loads(hint.partition(CURE)[2]) == {
        "files": {"名单.csv": "policyholders"},
        "mapping": {"phones": {"号": "phone"}, "surrenders": {"某日": "surrendered_on"}},
    }


def test_one_error_still_tells_of_unknown_files(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", phones="客户号,号\nP1,1\n")
    (path / "登记簿.csv").write_text(COMPLAINTS, encoding="utf-8")
    with pytest.raises(TableError) as error:
        read_tables(path)
    assert '[files]\n"登记簿.csv" = "complaints"' in error.value.hint


def test_a_folder_without_a_known_name_is_told_what_its_files_look_like(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", policyholders=None, phones=None)
    (path / "登记簿.csv").write_text(COMPLAINTS, encoding="utf-8")
    (path / "名单.csv").write_text("客户号,姓名,证件号码\nP1,甲,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="no known table") as error:
        read_tables(path)
    assert tomllib.loads(error.value.hint.partition("ringfinder.toml:")[2]) == {
        "files": {"名单.csv": "policyholders", "登记簿.csv": "complaints"}
    }


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"phones": None}, "no table that links people in 'only'"),
        ({"policyholders": None}, "no policyholders table (投保人) in 'only'"),
        ({"policyholders": None, "phones": None}, "no known table in 'only'"),
    ],
)
def test_a_folder_is_named_in_quotes(tmp_path: Path, tables: dict[str, None], message: str) -> None:
    with pytest.raises(InputError) as error:
        read_tables(folder(tmp_path / "only", **tables))
    assert message in str(error.value)
