"""detect --previous, lineage: ids live on through the command line, on tables that have grown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import Result

from ringfinder.model.dataset import PROVENANCE, Dataset
from ringfinder.model.known import known_on

Run = Callable[..., Result]

FEBRUARY = pd.Timestamp("2022-06-30")

#: the first two are behind everybody else in February and before them in March, were numbers given anew
PAPERS = {"R000": "990101199001010011", "R001": "990101199001010012", "H001": "990101199001010013"}


def write(dataset: Dataset, place: Path, *, personal: dict[str, str] | None = None) -> Path:
    place.mkdir()
    for name, frame in dataset.tables.items():
        if len(frame):
            shown = frame.drop(columns=list(PROVENANCE))
            shown["policyholder_id"] = shown["policyholder_id"].replace(personal or {})
            shown.to_csv(place / f"{name}.csv", index=False)
    return place


@pytest.fixture(scope="module")
def tables(planted: Callable[..., Dataset], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The tables of February, and those of March."""
    place = tmp_path_factory.mktemp("tables")
    book = planted()
    return write(known_on(book, FEBRUARY), place / "february"), write(book, place / "march")


@pytest.fixture(scope="module")
def february(tables: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    from typer.testing import CliRunner

    from ringfinder.cli.app import app

    out = tmp_path_factory.mktemp("cases") / "february"
    result = CliRunner().invoke(app, ["detect", str(tables[0]), "--out", str(out), "--no-html"])
    assert result.exit_code == 0, result.stderr
    return out


def test_ring_of_grown_tables_keeps_its_id_and_its_growth_is_told(
    cli: Run, tables: tuple[Path, Path], february: Path, tmp_path: Path
) -> None:
    out = tmp_path / "march"
    run = cli("detect", tables[1], "--out", out, "--previous", february, "--no-html", "--language", "en")
    assert run.exit_code == 0, run.stderr
    assert "ids carried on from case february: 1 kept, 0 new" in run.stderr

    before, after = (pd.read_csv(case / "members.csv").query("role != 'associate'") for case in (february, out))
    assert set(before["ring_id"]) == set(after["ring_id"]) == {"R-0001"}
    joined = sorted(set(after["policyholder_id"]) - set(before["policyholder_id"]))
    assert joined

    shown = cli("lineage", out, "--format", "json")
    assert shown.exit_code == 0
    last = [event for event in json.loads(shown.stdout) if event["run"] == 2]
    assert [event["event"] for event in last] == ["grown"]
    assert last[0]["joined"] == len(joined)
    assert "joined through bank account 620000******000" in last[0]["cause"]
    rows = last[0]["source_rows"].split(";")
    assert {row.split(":")[1] for row in rows} == set(joined)
    assert not ("1610000" in shown.stdout or "62000000" in shown.stdout)


def test_case_that_is_replaced_hands_its_ids_on(
    cli: Run, tables: tuple[Path, Path], february: Path, tmp_path: Path
) -> None:
    out = tmp_path / "case"
    assert cli("detect", tables[0], "--out", out, "--no-html").exit_code == 0
    run = cli("detect", tables[1], "--out", out, "--no-html", "--force", "--quiet")
    assert run.exit_code == 0, run.stderr

    events = json.loads(cli("lineage", out, "--format", "json").stdout)
    assert [event["event"] for event in events if event["ring_id"] == "R-0001"] == ["new", "flagged", "grown"]


def test_history_is_shown_as_a_table_in_both_languages(cli: Run, february: Path) -> None:
    zh = cli("lineage", february, "--language", "zh").stdout
    en = cli("lineage", february, "R-0001", "--language", "en").stdout
    assert ("新增" in zh, "新列为疑似" in zh, "原因" in zh) == (True, True, True)
    assert ("new" in en, "620000******000" in en, "cause" in en) == (True, True, True)


def test_same_tables_and_the_same_earlier_case_give_the_same_bytes(
    cli: Run, tables: tuple[Path, Path], february: Path, tmp_path: Path
) -> None:
    outs = [tmp_path / name for name in ("one", "two")]
    for out in outs:
        assert cli("detect", tables[1], "--out", out, "--previous", february, "--no-html", "-q").exit_code == 0

    for name in ("rings.csv", "members.csv", "evidence.csv", "identifiers.csv"):
        assert (outs[0] / name).read_bytes() == (outs[1] / name).read_bytes(), name
    assert cli("lineage", outs[0]).stdout == cli("lineage", outs[1]).stdout


def test_numbers_in_place_of_personal_ids_stand_for_the_same_people_in_the_next_case(
    cli: Run, planted: Callable[..., Dataset], tmp_path: Path
) -> None:
    book = planted()
    few = {name: paper for name, paper in PAPERS.items() if name != "R001"}
    tables = [write(book, tmp_path / name, personal=p) for name, p in (("t1", few), ("t2", PAPERS))]
    assert cli("detect", tables[0], "--out", tmp_path / "one", "--no-html", "-q").exit_code == 0
    run = cli("detect", tables[1], "--out", tmp_path / "two", "--previous", tmp_path / "one", "--no-html")
    assert run.exit_code == 0, run.stderr

    members = [pd.read_csv(tmp_path / case / "members.csv")["policyholder_id"] for case in ("one", "two")]
    numbers = [{name for name in part if name.startswith("PH-")} for part in members]
    assert len(numbers[0]) == 1
    assert numbers[1] == numbers[0] | {"PH-0000003"}
    events = json.loads(cli("lineage", tmp_path / "two", "--format", "json").stdout)
    # R001 left under the old id and came under the new one
    assert [(e["joined"], e["left"]) for e in events if e["run"] == 2] == [(1, 1)]
    assert not any(paper in run.stdout + run.stderr for paper in PAPERS.values())


def test_earlier_case_of_other_people_is_told_and_hands_nothing_on_unless_named(
    cli: Run, planted: Callable[..., Dataset], february: Path, tmp_path: Path
) -> None:
    book = planted()
    everyone = {name: f"Z{name}" for name in book["policyholders"]["policyholder_id"]}
    others = write(book, tmp_path / "others", personal=everyone)
    out = tmp_path / "case"
    assert cli("detect", others, "--out", out, "--no-html", "-q").exit_code == 0
    strange = write(known_on(book, FEBRUARY), tmp_path / "strange")

    replaced = cli("detect", strange, "--out", out, "--force", "--no-html", "--language", "en")
    named = cli("detect", others, "--out", tmp_path / "x", "--previous", february, "--no-html", "--language", "en")

    assert (replaced.exit_code, named.exit_code) == (0, 0)
    assert "warning: case case and these tables share no policyholder" in replaced.stderr
    assert {e["run"] for e in json.loads(cli("lineage", out, "--format", "json").stdout)} == {1}
    assert "share no policyholder" in named.stderr
    assert pd.read_csv(tmp_path / "x" / "rings.csv")["ring_id"].tolist() == ["R-0002"]


@pytest.mark.parametrize("place", ["nowhere", "tables"])
def test_previous_that_is_no_case_is_refused_before_the_run(
    cli: Run, tables: tuple[Path, Path], tmp_path: Path, place: str
) -> None:
    wrong = tables[0] if place == "tables" else tmp_path / place
    result = cli("detect", tables[1], "--out", tmp_path / "case", "--previous", wrong)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert not (tmp_path / "case").exists()


def test_ring_that_never_was_is_refused_with_the_nearest(cli: Run, february: Path) -> None:
    result = cli("lineage", february, "R-0009")
    assert result.exit_code == 2
    assert "R-0001" in result.stderr
