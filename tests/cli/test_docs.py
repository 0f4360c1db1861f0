"""The documents that are made from the commands or run them, and the commands about the installation."""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import Result

from ringfinder.cli.reference import render

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data" / "lin_ma" / "input"
Run = Callable[..., Result]


def test_the_reference_is_fresh() -> None:
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == render(), (
        "run: python -m ringfinder.cli.reference docs/cli.md"
    )


def test_every_command_has_an_example_that_names_it() -> None:
    parts = re.split(r"(?m)^## ", render())[1:]

    assert len(parts) > 25
    for part in parts:
        name = part.split("\n")[0]
        assert f"ringfinder {name}" in part.split("```console")[1], name


def test_the_tutorial_runs_from_zero_to_the_pack(cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    commands = re.findall(r"(?m)^\$ ringfinder (.*)$", text)
    monkeypatch.chdir(tmp_path)
    pd.read_parquet(SAMPLE / "surrenders.parquet").dropna().head(20).to_csv("today.csv", index=False)

    assert len(commands) >= 20
    for command in commands:
        words = [str(SAMPLE) if word == "SAMPLE" else word for word in shlex.split(command)]
        result = cli(*words)
        assert result.exit_code == 0, f"{command}\n{result.output}"
        assert result.stdout.strip(), command
    written = {path.name for path in (tmp_path / "demo_case-packs").iterdir()}
    assert {"R-0001-dossier.html", "R-0001-referral.html", "R-0001-referral-annex.xlsx"} <= written
    assert (tmp_path / "masked" / "phones.parquet").is_file()
    assert _rows_of_readme() == _best_rings(tmp_path / "demo_case")[:3], "README shows what `ringfinder demo` prints"


def _rows_of_readme() -> list[tuple[str, ...]]:
    """Ring, people, score, q, money of each row that the README shows of the demo."""
    row = r"(?m)^\d+ +(R-\d{4}) +(\d+) +([\d.]+) +([\d.]+) +\S+ +\S+ +([\d,.]+) "
    return re.findall(row, (ROOT / "README.md").read_text(encoding="utf-8"))


def _best_rings(case: Path) -> list[tuple[str, ...]]:
    rings = pd.read_csv(case / "rings.csv").to_dict("records")
    return [
        (r["ring_id"], str(r["size"]), f"{r['score']:.3f}", f"{r['q_value']:.3f}", f"{r['overpaid']:,.2f}")
        for r in rings
    ]


def test_every_command_and_option_that_the_readme_names_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = [line.split(" #")[0] for line in re.findall(r"(?m)^\$ ringfinder (.*)$", text)]
    parts = dict(re.findall(r"(?ms)^## ([a-z0-9 ]+)\n(.*?)(?=^## |\Z)", render()))

    assert len(named) > 25
    for words in map(str.split, named):
        command = " ".join(words[:2]) if words[0] == "neo4j" else words[0]
        assert command in parts
        assert [w for w in words if w.startswith("--") and f"`{w}" not in parts[command]] == [], command


def test_doctor_finds_what_detection_needs(cli: Run) -> None:
    result = cli("doctor", "--format", "csv", "--language", "en")

    assert result.exit_code == 0
    rows = dict(line.split(",")[:2] for line in result.stdout.splitlines()[1:])
    assert rows["duckdb"] == rows["Python"] == "ok"
    assert {"fonts", "Java", "Neo4j", "disk"} <= set(rows)


def test_doctor_names_the_browser_that_prints_or_how_to_name_one(
    cli: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    browser = tmp_path / "our-browser"
    browser.write_text("#!/bin/sh\n", encoding="utf-8")
    browser.chmod(0o755)
    told = {}
    for place in (browser, tmp_path / "nowhere"):
        monkeypatch.setenv("RINGFINDER_BROWSER", str(place))
        rows = csv.reader(io.StringIO(cli("doctor", "--format", "csv", "--language", "en").stdout))
        told[place.name] = next(row for row in rows if row[0] == "browser")
    assert told["our-browser"][1:] == ["ok", str(browser)]
    assert told["nowhere"][1] == "absent"
    assert "RINGFINDER_BROWSER" in told["nowhere"][2]


def test_doctor_stops_with_an_exit_code_when_a_needed_library_is_missing(
    cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ringfinder.cli import doctor

    monkeypatch.setattr(doctor, "_NEEDED", (*doctor._NEEDED, "no-such-library"))
    result = cli("doctor", "--language", "en")

    assert result.exit_code == 2
    assert "no-such-library" in result.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_each_shell(cli: Run, shell: str) -> None:
    assert "_RINGFINDER_COMPLETE" in cli("completion", shell).stdout


def test_the_shell_is_told_what_may_come_next() -> None:
    environment = os.environ | {
        "_RINGFINDER_COMPLETE": "complete_bash",
        "COMP_WORDS": "ringfinder scr",
        "COMP_CWORD": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "ringfinder"], env=environment, capture_output=True, text=True, cwd=ROOT, check=False
    )

    assert done.stdout.split() == ["screen"]
