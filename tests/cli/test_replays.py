"""replay: the table on stdout, the course in a file, progress on stderr, slips refused before the runs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import Result

from ringfinder.model.dataset import PROVENANCE, Dataset

Run = Callable[..., Result]

DATES = ("--from", "2021-06-01", "--to", "2021-12-15")


@pytest.fixture(scope="module")
def tables(planted: Callable[..., Dataset], tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("tables")
    for name, frame in planted().tables.items():
        if len(frame):
            frame.drop(columns=list(PROVENANCE)).to_csv(place / f"{name}.csv", index=False)
    return place


def test_each_ring_is_told_with_its_first_flag_and_the_course_is_written(
    cli: Run, tables: Path, tmp_path: Path
) -> None:
    out = tmp_path / "course.csv"
    result = cli("replay", tables, "--every", "quarter", *DATES, "--out", out, "--format", "json", "--language", "en")
    assert result.exit_code == 0, result.stderr
    rows = json.loads(result.stdout)
    flagged = [row for row in rows if row["first_flagged"]]
    assert flagged
    assert flagged[0]["first_flagged"] in ("2021-06-30", "2021-09-30", "2021-12-15")
    assert flagged[0]["size_then"] + flagged[0]["joined_later"] >= flagged[0]["size"]
    course = pd.read_csv(out)
    assert set(course["as_of"]) <= {"2021-06-30", "2021-09-30", "2021-12-15"}
    first = course.loc[(course["ring_id"] == flagged[0]["ring_id"]) & (course["status"] == "flagged")].iloc[0]
    assert (first["as_of"], first["size"]) == (flagged[0]["first_flagged"], flagged[0]["size_then"])
    assert [line.split(":")[0] for line in result.stderr.splitlines() if "rings," in line] == [
        " 33% 2021-06-30",
        " 67% 2021-09-30",
        "100% 2021-12-15",
    ]


@pytest.mark.parametrize("fmt", ["csv", "jsonl"])
def test_every_format_holds_every_column(cli: Run, tables: Path, fmt: str) -> None:
    shown = cli("replay", tables, "--every", "quarter", "--from", "2021-12-01", "--to", "2021-12-15", "--format", fmt)
    assert shown.exit_code == 0, shown.stderr
    columns = list(csv.DictReader(io.StringIO(shown.stdout)).fieldnames or []) if fmt == "csv" else None
    columns = columns or list(json.loads(shown.stdout.splitlines()[0]))
    assert {"ring_id", "first_flagged", "size_then", "overpaid_then", "joined_later", "overpaid_later"} <= set(columns)


def test_table_is_in_chinese_unless_asked_otherwise_and_quiet_is_quiet(cli: Run, tables: Path) -> None:
    result = cli("replay", tables, "--every", "quarter", "--from", "2021-12-01", "--to", "2021-12-15", "--quiet")
    assert result.exit_code == 0
    assert "首次列为疑似" in result.stdout
    # what the tables lack is told in any case: it bears on every figure
    assert [line for line in result.stderr.splitlines() if not line.startswith("warning: ")] == []
    assert "1610000" not in result.stdout


def test_rows_without_a_date_are_told(cli: Run, tables: Path, tmp_path: Path) -> None:
    place = tmp_path / "undated"
    place.mkdir()
    for file in tables.iterdir():
        (place / file.name).write_bytes(file.read_bytes())
    phones = pd.read_csv(place / "phones.csv", dtype="str")
    phones.assign(since=phones["since"].mask((phones.index >= 100) & (phones.index < 107))).to_csv(
        place / "phones.csv", index=False
    )

    result = cli("replay", place, "--from", "2021-12-15", "--to", "2021-12-15", "--language", "en")

    assert "rows without a date count as known all along: phones 7" in result.stderr


def test_ring_flagged_at_the_first_look_may_have_been_flagged_earlier_and_it_is_said(cli: Run, tables: Path) -> None:
    late = cli("replay", tables, "--from", "2022-12-31", "--to", "2022-12-31", "--language", "en")
    early = cli(
        "replay", tables, "--every", "quarter", "--from", "2020-03-01", "--to", "2021-12-31", "--language", "en"
    )
    assert "1 rings are flagged at the first look already" in late.stderr
    assert "first look" not in early.stderr


def test_book_without_a_ring_says_so(cli: Run, tables: Path) -> None:
    result = cli("replay", tables, "--from", "2020-01-20", "--to", "2020-01-31", "--language", "en")
    assert result.exit_code == 0
    assert "no rings" in result.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", "2021-13-01"), "is not a date"),
        (("--from", "2022-01-01", "--to", "2021-01-01"), "lies after the last day"),
        (("--from", "1800-01-01"), "steps from"),
        (("--out", "nowhere/course.csv"), "no folder nowhere"),
    ],
)
def test_slip_is_one_error_before_any_run(cli: Run, tables: Path, options: tuple[str, ...], said: str) -> None:
    result = cli("replay", tables, *options, "--language", "en")
    assert result.exit_code == 2
    assert said in result.stderr
    assert "hint: " in result.stderr
    assert "rings," not in result.stderr
    assert result.stdout == ""


def test_file_that_is_there_is_left_alone(cli: Run, tables: Path, tmp_path: Path) -> None:
    out = tmp_path / "course.csv"
    out.write_text("mine", encoding="utf-8")
    result = cli("replay", tables, "--out", out)
    assert result.exit_code == 2
    assert out.read_text(encoding="utf-8") == "mine"
