"""ringfinder export --format neo4j-csv and i2-csv: masked, the same bytes, nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import Result

from ringfinder.case import open_case
from ringfinder.case.audit import audit_path

Run = Callable[..., Result]
LEAVE = ("--unmask", "--reason", "police request 17", "--approved-by", "head of SIU")
FORMATS = ("neo4j-csv", "i2-csv")


@pytest.fixture()
def case(case_path: Path, tmp_path: Path) -> Path:
    """A copy, because a log and a key are written beside it."""
    return Path(shutil.copytree(case_path, tmp_path / "case"))


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def table(folder: Path, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO((folder / name).read_text(encoding="utf-8"), newline="")))


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("level", ["share", "review"])
def test_files_hold_no_personal_value(cli: Run, case: Path, world: ModuleType, fmt: str, level: str) -> None:
    result = cli("export", case, "--format", fmt, "--level", level)

    folder = case.parent / f"case-{fmt}"
    assert result.exit_code == 0, result.stderr
    assert {Path(line).name for line in result.stdout.splitlines()} == set(content(folder))
    text = b"".join(content(folder).values()).decode("utf-8")
    assert "PH003" in text
    assert [secret for secret in world.SECRETS if secret in text] == []
    patterns = [p for p in open_case(case).templates()["pattern"] if isinstance(p, str)]
    assert ("要求退保" in text) == (level == "review" and bool(patterns))


@pytest.mark.parametrize("fmt", FORMATS)
def test_no_cell_is_one_that_a_spreadsheet_runs_or_a_terminal_obeys(cli: Run, case: Path, fmt: str) -> None:
    cli("export", case, "--format", fmt, *LEAVE)

    folder = case.parent / f"case-{fmt}"
    texts = [
        cell
        for name in content(folder)
        if name.endswith(".csv") and not name.endswith("-header.csv")
        for row in table(folder, name)
        for cell in row
    ]
    numbers = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")
    assert [c for c in texts if re.match(r"\s*[=+\-@＝＋－＠]", c) and not numbers.fullmatch(c)] == []
    assert any(c.startswith("'=") for c in texts), "the hostile pattern of the world is not among them"
    assert not any("\x1b" in c or "\u202e" in c for c in texts)


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_key_gives_the_same_bytes_and_another_key_others(cli: Run, case: Path, fmt: str) -> None:
    folder = case.parent / f"case-{fmt}"
    cli("export", case, "--format", fmt)
    first = content(folder)
    refused = cli("export", case, "--format", fmt)
    again = cli("export", case, "--format", fmt, "--force")

    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert again.exit_code == 0
    assert content(folder) == first
    (case.parent / "other.key").write_text("k" * 40, encoding="utf-8")
    cli("export", case, "--format", fmt, "--force", "--key", case.parent / "other.key")
    assert content(folder) != first
    assert case.with_name("case.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("fmt", FORMATS)
def test_real_values_need_leave_which_the_readme_and_the_log_tell(
    cli: Run, case: Path, world: ModuleType, fmt: str
) -> None:
    refused = cli("export", case, "--format", fmt, "--unmask", "--reason", "because")
    assert refused.exit_code == 2

    result = cli("export", case, "--format", fmt, *LEAVE, "--language", "en")

    folder = case.parent / f"case-{fmt}"
    assert result.exit_code == 0, result.stderr
    assert "unmasked" in result.stderr
    assert world.RING_PHONE.encode() in b"".join(content(folder).values())
    assert [s for s in world.SECRETS if s in result.stdout + result.stderr] == []
    assert "police request 17" in (folder / "README.md").read_text(encoding="utf-8")
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())
    log = [json.loads(line) for line in audit_path(case).read_text(encoding="utf-8").splitlines()]
    assert set(log[-1]["about"].pop("files")) == {file.name for file in folder.iterdir()}
    assert log[-1]["about"] == log[-2]["about"]
    assert log[-1]["about"] == {
        "pack": fmt,
        "level": "sealed",
        "rings": [],
        "out": folder.name,
        "reason": "police request 17",
        "approved_by": "head of SIU",
    }


def test_of_one_ring_only_its_people_and_what_they_hold_are_written(cli: Run, case: Path) -> None:
    cli("export", case, "R-0001", "--format", "neo4j-csv")
    cli("export", case, "R-0001", "--format", "i2-csv")

    folder, opened = case.parent / "case-neo4j-csv", open_case(case)
    members = set(opened.members("R-0001")["policyholder_id"])
    assert len(members) < len(opened.fetch("SELECT policyholder_id FROM policyholders"))
    assert {row[0] for row in table(folder, "010_policyholder.csv")} == members
    assert {row[0] for row in table(folder, "050_ring.csv")} == {"R-0001"}
    held = opened.fetch(
        "SELECT DISTINCT v.kind FROM book_links JOIN members USING (policyholder_id) "
        "JOIN book_values v USING (value_id) WHERE ring_id = 'R-0001'"
    )
    files = content(folder)
    assert ("020_phone.csv" in files) == ("phone" in set(held["kind"]))
    entities = table(case.parent / "case-i2-csv", "entities.csv")
    assert {row[2] for row in entities if row[1] == "Policyholder"} == members


def test_every_end_of_a_link_is_an_entity_and_ids_are_unique(cli: Run, case: Path) -> None:
    cli("export", case, "--format", "i2-csv")

    folder = case.parent / "case-i2-csv"
    (_, *entities), (_, *links) = table(folder, "entities.csv"), table(folder, "links.csv")
    ids = [row[0] for row in entities]
    assert len(ids) == len(set(ids)) > 10
    assert len({row[0] for row in links}) == len(links) > 10
    assert {end for row in links for end in row[1:3]} <= set(ids)


def test_a_pack_of_rings_needs_rings_and_no_key(cli: Run, case: Path) -> None:
    none = cli("export", case, "--format", "json")
    key = cli("export", case, "R-0001", "--format", "json", "--key", case.parent / "k")

    assert (none.exit_code, key.exit_code) == (2, 2)
    assert "R-0001 --format json" in none.stderr
