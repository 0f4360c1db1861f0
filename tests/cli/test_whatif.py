"""The command whatif: formats, masking, exit codes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import ringfinder as rf
from ringfinder.case import open_case, write_case
from ringfinder.model.dataset import Dataset
from ringfinder.whatif.changes import read_changes

Run = Callable[..., Result]

PHONE = "14258310427"


@pytest.fixture(scope="module")
def single(planted: Callable[..., Dataset], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with a ring of 14 people whom one phone holds together."""
    data = planted()
    phones = data["phones"].copy()
    phones["phone"] = phones["phone"].where(~phones["phone"].str.startswith("161"), PHONE)
    book = Dataset({**data.tables, "phones": phones, "bank_accounts": data["bank_accounts"].iloc[:0]})
    return write_case(rf.detect_rings(book), tmp_path_factory.mktemp("written") / "case")


def test_table_tells_before_what_is_left_and_who_falls_out(cli: Run, single: Path) -> None:
    result = cli("whatif", single, "--drop", f"phone:{PHONE}", "--language", "en")
    assert result.exit_code == 0
    assert result.stdout.startswith("if phone 142****0427 not counted:\n")
    assert "R-0001: 14 people (listed, score " in result.stdout
    assert "R-0001 fall out: R000, R001, " in result.stdout


def test_chinese_table_has_chinese_words(cli: Run, single: Path) -> None:
    lines = cli("whatif", single, "--drop", "R-0001/P01").stdout
    assert lines.startswith("若不计电话 142****0427:\n")
    assert "之前" in lines
    assert "脱离" in lines
    assert "不再成组" in lines


def test_json_jsonl_and_csv_hold_the_same_rows_and_the_sentences_are_talk(cli: Run, single: Path) -> None:
    asked = ("whatif", single, "--household", "R000,R001,R002", "--household", "R003,R004", "--ring", "1")
    as_json = cli(*asked, "--format", "json")
    rows = json.loads(as_json.stdout)
    as_jsonl = [json.loads(line) for line in cli(*asked, "--format", "jsonl", "--quiet").stdout.splitlines()]
    as_csv = list(csv.DictReader(io.StringIO(cli(*asked, "--format", "csv", "--quiet").stdout)))
    assert rows == as_jsonl
    assert [row["people"] for row in as_csv] == [row["people"] for row in rows]
    assert [row["part"] for row in rows] == ["before", "1"]
    assert "R003、R004 视为一户" in as_json.stderr


@pytest.mark.parametrize("fmt", ["table", "json", "jsonl", "csv"])
def test_output_holds_no_personal_value(cli: Run, single: Path, fmt: str) -> None:
    result = cli("whatif", single, "--drop", "-", "--format", fmt, "--verbose", stdin=f"phone:{PHONE}\n")
    assert result.exit_code == 0
    assert PHONE not in result.stdout + result.stderr


def test_value_that_makes_no_ring_changes_none(cli: Run, single: Path) -> None:
    result = cli("whatif", single, "--drop", "phone:15400000011", "-l", "en")
    assert result.exit_code == 0
    assert "no ring changes" in result.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--drop phone:"),
        (("--drop", "phone:14200007777"), "nobody on file"),
        (("--drop", "fax:1"), "known: phone, template"),
        (("--household", "R000"), "--household"),
        (("--household", "R000,nobody"), "look like"),
        (("--drop", "R-0001/P01", "--ring", "R-0009"), "known: R-0001"),
    ],
)
def test_question_that_cannot_be_read_is_one_error_with_a_hint(
    cli: Run, single: Path, options: tuple[str, ...], said: str
) -> None:
    result = cli("whatif", single, *options)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_template_is_known_by_its_bare_id(case_path: Path) -> None:
    case = open_case(case_path)

    assert read_changes(case, ["t01"], []) == read_changes(case, ["template:T01"], [])
    assert read_changes(case, ["T01"], []).letters
