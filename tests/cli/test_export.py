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
    file = case.parent / "case-packs" / "R-0001.json"
    file.write_bytes(file.read_bytes() + b"\n")
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
    file = tmp_path / "keys" / "R-0001-key.json"
    key = json.loads(file.read_text(encoding="utf-8"))
    file.write_bytes(file.read_bytes() + b"\n")
    again = cli(*asked)
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


def cells(file: Path) -> str:
    import openpyxl

    book = openpyxl.load_workbook(file)
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


def test_a_dismissed_ring_is_referred_only_with_force_and_the_pack_says_so(cli: Run, case: Path) -> None:
    cli("decide", case, "R-0001", "dismiss", "--reason", "one employer closed 14200120001")
    words = ("export", case, "R-0001", "--language", "en", "--format")
    refused = cli(*words, "referral")
    printed = cli(*words, "referral-pdf")
    there_after = (case.parent / "case-packs").exists()
    forced = cli(*words, "referral", "--force")
    dossier = cli(*words, "dossier-docx")

    assert (refused.exit_code, printed.exit_code, there_after) == (2, 2, False)
    assert "R-0001 was dismissed" in refused.stderr and "--force" in refused.stderr
    assert (forced.exit_code, dossier.exit_code) == (0, 0), forced.stderr
    assert "R-0001 was dismissed" in forced.stderr and "R-0001 was dismissed" in dossier.stderr
    page, annex = (Path(line) for line in forced.stdout.splitlines())
    for text in (page.read_text(encoding="utf-8"), cells(annex)):
        assert "R-0001 DISMISSED (20" in text and "one employer closed" in text
        assert "14200120001" not in text
    assert "NOT flagged as suspected (dismissed by a person)" in page.read_text(encoding="utf-8")
    cli("decide", case, "R-0001", "watch", "--reason", "look again")
    assert cli(*words, "referral", "--force").exit_code == 0
    assert "R-0001 to be watched" in page.read_text(encoding="utf-8")


def test_a_dismissed_value_and_person_are_marked_in_the_packs(cli: Run, case: Path) -> None:
    from ringfinder.case import open_case

    person = str(open_case(case).members("R-0001")["policyholder_id"].iloc[0])
    cli("decide", case, "R-0001/P01", "dismiss", "--reason", "branch office")
    cli("decide", case, person, "dismiss", "--reason", "a victim")

    done = cli("export", case, "R-0001", "--format", "referral", "--language", "en")
    shared = cli("export", case, "R-0001", "--format", "json", "--level", "share", "--out", case.parent / "s")

    page, annex = (Path(line) for line in done.stdout.splitlines())
    assert "P01 of R-0001 was dismissed" in done.stderr and f"{person} of R-0001 was dismissed" in done.stderr
    for text in (page.read_text(encoding="utf-8"), cells(annex)):
        assert "P01 DISMISSED (20" in text and f"{person} DISMISSED (20" in text and "branch office" in text
    tables = json.loads(Path(shared.stdout.strip()).read_text(encoding="utf-8"))["tables"]
    told = json.loads(Path(shared.stdout.strip()).read_text(encoding="utf-8"))["decisions"]
    assert [(row["id"], row["decision"]) for row in told] == [(person, "dismiss"), ("P01", "dismiss")]
    assert {row["node_id"]: row["decision"] for row in tables["identifiers"]}["P01"] == "dismiss"
    for name in ("members", "schedule"):
        assert {r["policyholder_id"] for r in tables[name] if r["decision"] == "dismiss"} == {person}
    assert "branch office" not in Path(shared.stdout.strip()).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "said", "told"),
    [("zh", "未列为疑似", "疑似代理退保线索 R-0001"), ("en", "NOT flagged", "Lead R-0001 on suspected")],
)
def test_a_listed_ring_is_not_called_suspected(cli: Run, case: Path, language: str, said: str, told: str) -> None:
    pages = {}
    for ring in ("R-0001", "R-0002"):
        done = cli("export", case, ring, "--format", "referral", "--language", language)
        pages[ring] = (done.stderr, Path(done.stdout.splitlines()[0]).read_text(encoding="utf-8"))

    flagged, listed = pages["R-0001"], pages["R-0002"]
    assert said in listed[0] and said in listed[1]
    assert "Lead R-0002 on suspected" not in listed[1] and "疑似代理退保线索 R-0002" not in listed[1]
    assert said not in flagged[0] and said not in flagged[1] and told in flagged[1]


def test_the_annex_that_is_there_already_stands_in_no_pdfs_way(
    cli: Run, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ringfinder.export.packs import printed

    monkeypatch.setattr(printed, "print_page", lambda page: page)
    page = cli("export", case, "R-0001", "--format", "referral")
    pdf = cli("export", case, "R-0001", "--format", "referral-pdf")

    assert (page.exit_code, pdf.exit_code) == (0, 0), pdf.stderr
    assert page.stdout.splitlines()[1] == pdf.stdout.splitlines()[1]


def test_a_sealed_workbook_says_on_every_sheet_why_and_by_whom(cli: Run, case: Path) -> None:
    import openpyxl

    leave = (*LEAVE[:2], "police & court 17", *LEAVE[3:])
    done = cli("export", case, "R-0001", "--format", "xlsx", *leave, "--language", "en")

    book = openpyxl.load_workbook(done.stdout.strip())
    heads = {sheet.oddHeader.right.text for sheet in book}
    assert len(heads) == 1
    assert "police & court 17 | head of SIU" in heads.pop().replace("&&", "&")
