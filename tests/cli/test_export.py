"""ringfinder export: formats, levels, leave for real values, the log."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import Result

from ringfinder.case.audit import HEAD, audit_faults, audit_path

Run = Callable[..., Result]
LEAVE = ("--unmask", "--reason", "police request 17", "--approved-by", "head of SIU")


@pytest.fixture()
def case(case_path: Path, tmp_path: Path) -> Path:
    """A copy, because a log is written beside it; that of the case it is of is left behind."""
    return Path(shutil.copytree(case_path, tmp_path / "case", ignore=shutil.ignore_patterns(HEAD)))


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
    asked, written = entries(case)
    about = {"pack": "json", "level": "review", "rings": ["R-0001"], "out": "case-packs"}
    assert not [secret for secret in world.SECRETS if secret in text]
    assert (asked["what"], asked["about"]) == ("export", about)
    assert written["what"] == "exported"
    assert written["about"] == about | {"files": {"R-0001.json": hashlib.sha256(text.encode("utf-8")).hexdigest()}}
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
    assert [entry["what"] for entry in entries(case)] == [
        "export",
        "exported",
        "export",
        "export failed",
        "export",
        "exported",
    ]


def test_an_unknown_ring_offers_the_known_ones_and_is_not_noted(cli: Run, case: Path) -> None:
    result = cli("export", case, "R-0009", "--format", "json")

    assert result.exit_code == 2
    assert "R-0001" in result.stderr
    assert entries(case) == []


def test_a_key_needs_a_reason_is_private_and_noted(cli: Run, case: Path, world: ModuleType, tmp_path: Path) -> None:
    refused = cli("key", case, "R-0001", "--out", tmp_path / "keys")
    asked = ("key", case, "R-0001", "--reason", "request 17", "--approved-by", "head", "--out", tmp_path / "keys")
    done = cli(*asked)
    again = cli(*asked)
    file = tmp_path / "keys" / "R-0001-key.json"
    key = json.loads(file.read_text(encoding="utf-8"))
    log = audit_path(case).read_text(encoding="utf-8")

    assert refused.exit_code == 2
    assert done.exit_code == 0, done.stderr
    assert again.exit_code == 2
    assert done.stdout.strip() == str(file)
    assert file.stat().st_mode & 0o077 == 0
    assert key["ring_id"] == "R-0001"
    assert (key["reason"], key["approved_by"]) == ("request 17", "head")
    assert any(secret in file.read_text(encoding="utf-8") for secret in world.SECRETS)
    assert '"what": "key"' in log
    assert not any(secret in log + done.stdout + done.stderr for secret in world.SECRETS)


def test_view_writes_still_pictures_when_asked(cli: Run, case: Path, tmp_path: Path) -> None:
    done = cli("view", case, "R-0001", "--out", tmp_path / "out", "--pictures")

    assert done.exit_code == 0, done.stderr
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert names == [
        "R-0001-timeline.png",
        "R-0001-timeline.svg",
        "R-0001.html",
        "R-0001.png",
        "R-0001.svg",
    ]
