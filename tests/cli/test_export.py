"""ringfinder export: formats, levels, leave for real values, the log."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import Result

from ringfinder.case.audit import audit_faults, audit_path

Run = Callable[..., Result]
LEAVE = ("--unmask", "--reason", "police request 17", "--approved-by", "head of SIU")


@pytest.fixture()
def case(case_path: Path, tmp_path: Path) -> Path:
    """A copy, because a log is written beside it."""
    return Path(shutil.copytree(case_path, tmp_path / "case"))


def entries(case: Path) -> list[dict[str, object]]:
    lines = audit_path(case).read_text(encoding="utf-8").splitlines() if audit_path(case).exists() else []
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("pack", ["dossier", "referral", "xlsx", "graphml", "gexf", "json"])
def test_every_format_prints_the_files_it_wrote(cli: Run, case: Path, pack: str) -> None:
    result = cli("export", case, "1", "R-0002", "--format", pack)

    files = [Path(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0, result.stderr
    assert {file.parent.name for file in files} == {"case-packs"}
    assert all(file.stat().st_size > 500 for file in files)
    assert {file.name[:6] for file in files} == {"R-0001", "R-0002"}


def test_an_export_is_masked_and_noted(cli: Run, case: Path, world: ModuleType) -> None:
    cli("export", case, "R-0001", "--format", "json")

    text = (case.parent / "case-packs" / "R-0001.json").read_text(encoding="utf-8")
    [entry] = entries(case)
    assert not [secret for secret in world.SECRETS if secret in text]
    assert entry["what"] == "export"
    assert entry["about"] == {"pack": "json", "level": "review", "rings": ["R-0001"], "out": "case-packs"}
    assert audit_faults(case) == []


def test_real_values_need_leave_and_the_log_tells_of_it(cli: Run, case: Path, world: ModuleType) -> None:
    result = cli("export", case, "R-0001", "--format", "json", *LEAVE, "--language", "en")

    text = (case.parent / "case-packs" / "R-0001-sealed.json").read_text(encoding="utf-8")
    assert world.RING_PHONE in text
    assert "unmasked" in result.stderr
    assert not [secret for secret in world.SECRETS if secret in result.stdout + result.stderr]
    about = entries(case)[0]["about"]
    assert isinstance(about, dict)
    assert (about["level"], about["reason"], about["approved_by"]) == ("sealed", "police request 17", "head of SIU")


@pytest.mark.parametrize(
    "options",
    [
        ("--unmask",),
        ("--unmask", "--reason", "x"),
        ("--unmask", "--approved-by", "x"),
        ("--unmask", "--reason", " ", "--approved-by", "x"),
        ("--reason", "x"),
    ],
)
def test_without_full_leave_nothing_is_written(cli: Run, case: Path, options: tuple[str, ...]) -> None:
    result = cli("export", case, "R-0001", "--format", "json", *options)

    assert result.exit_code == 2
    assert "error:" in result.stderr
    assert [p.name for p in case.parent.iterdir()] == ["case"]


def test_what_cannot_be_noted_is_not_written(cli: Run, case: Path) -> None:
    audit_path(case).mkdir()

    result = cli("export", case, "R-0001", "--format", "json", *LEAVE)

    assert result.exit_code == 2
    assert not (case.parent / "case-packs").exists()


def test_a_file_that_is_there_is_replaced_only_with_force(cli: Run, case: Path) -> None:
    cli("export", case, "R-0001", "--format", "json")
    again = cli("export", case, "R-0001", "--format", "json")
    forced = cli("export", case, "R-0001", "--format", "json", "--force")

    assert (again.exit_code, forced.exit_code) == (2, 0)
    assert "--force" in again.stderr
    assert [entry["what"] for entry in entries(case)] == ["export", "export", "export failed", "export"]


def test_an_unknown_ring_offers_the_known_ones_and_is_not_noted(cli: Run, case: Path) -> None:
    result = cli("export", case, "R-0009", "--format", "json")

    assert result.exit_code == 2
    assert "R-0001" in result.stderr
    assert entries(case) == []
