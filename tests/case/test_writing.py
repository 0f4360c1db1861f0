"""write_case: the contract's files, whole or not at all, the same bytes for the same report."""

from __future__ import annotations

import csv
import json
import stat
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from ringfinder.case import CASE_FILES, Unmask, open_case, write_case
from ringfinder.case import writing as writing_module
from ringfinder.case.csv_files import TEMPLATE_CSV_COLUMNS
from ringfinder.errors import InputError, RefusedError
from ringfinder.model.dataset import REJECT_COLUMNS
from ringfinder.model.letters import LETTER_COLUMNS
from ringfinder.model.ring import EVIDENCE_COLUMNS, IDENTIFIER_COLUMNS, MEMBER_COLUMNS, RING_COLUMNS, RingReport

COLUMNS = {
    "rings.csv": RING_COLUMNS,
    "members.csv": MEMBER_COLUMNS,
    "evidence.csv": EVIDENCE_COLUMNS,
    "identifiers.csv": IDENTIFIER_COLUMNS,
    "templates.csv": TEMPLATE_CSV_COLUMNS,
    "letters.csv": LETTER_COLUMNS,
    "rejects.csv": REJECT_COLUMNS,
}


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_case_holds_exactly_the_files_of_the_contract(case_path: Path) -> None:
    assert sorted(p.name for p in case_path.iterdir()) == sorted(CASE_FILES)


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_csv_has_exactly_the_columns_of_the_contract(case_path: Path, name: str) -> None:
    assert tuple(read(case_path / name)[0]) == COLUMNS[name]


def test_csv_is_plain_utf8_with_line_feeds(case_path: Path) -> None:
    for name in COLUMNS:
        data = (case_path / name).read_bytes()
        assert not data.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in data
        assert data.endswith(b"\n")


def test_numbers_and_dates_have_fixed_formats(case_path: Path) -> None:
    header, first, *_ = read(case_path / "rings.csv")
    row = dict(zip(header, first, strict=True))
    assert row["score"] == "0.987654"
    assert row["overpaid"] == "50000.00"
    assert row["first_seen"] == "2021-03-01"
    assert row["size"] == "10"


def test_no_cell_of_text_starts_a_formula_or_holds_a_control_character(case_path: Path) -> None:
    cells = [cell for name in COLUMNS for row in read(case_path / name) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]
    assert not [cell for cell in cells for letter in cell if letter != "\n" and not letter.isprintable()]


def test_formula_in_a_template_is_kept_behind_an_apostrophe(case_path: Path) -> None:
    pattern = read(case_path / "templates.csv")[1][4]
    assert pattern.startswith("'=本人")


def test_no_personal_value_stands_in_any_readable_file(case_path: Path, world: ModuleType) -> None:
    for path in case_path.iterdir():
        if path.suffix in (".csv", ".json"):
            text = path.read_text(encoding="utf-8")
            assert not [secret for secret in world.SECRETS if secret in text], path.name


def test_unmasking_needs_a_reason() -> None:
    with pytest.raises(RefusedError):
        Unmask("  ")


def test_unmasked_identifiers_are_written_with_their_reason(
    report: RingReport, tmp_path: Path, world: ModuleType
) -> None:
    out = write_case(report, tmp_path / "open", unmask=Unmask("court order 1"))
    values = [row[2] for row in read(out / "identifiers.csv")]
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert world.RING_PHONE in values
    assert manifest["masked"] is False
    assert manifest["unmask_reason"] == "court order 1"


def test_manifest_tells_counts_and_guarded_hubs_masked(case_path: Path) -> None:
    manifest = json.loads((case_path / "manifest.json").read_text(encoding="utf-8"))
    hub = manifest["hubs_guarded"]["largest"][0]
    assert manifest["counts"]["rings"] == 2
    assert manifest["counts"]["flagged"] == 1
    assert manifest["timings"] == {"detect": 0.5}
    assert (hub["kind"], hub["n_holders"], hub["reason_en"]) == ("phone", 50, "most holders have no case")
    assert "*" in hub["value"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_database_is_readable_by_its_owner_alone(case_path: Path) -> None:
    assert stat.S_IMODE((case_path / "case.duckdb").stat().st_mode) == 0o600


def test_shuffled_report_gives_the_same_bytes(
    report: RingReport, case_path: Path, tmp_path: Path, world: ModuleType
) -> None:
    for seed in range(3):
        out = write_case(world.shuffled(report, seed), tmp_path / f"case{seed}")
        for name in (*COLUMNS, "manifest.json"):
            assert (out / name).read_bytes() == (case_path / name).read_bytes(), name


def test_database_holds_every_table_of_the_contract(case_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(case_path / "case.duckdb"), read_only=True) as connection:
        names = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert {
        *("policyholders", "policies", "phones", "bank_accounts", "complaints", "surrenders", "intermediaries"),
        *("engagements", "relations", "directory", "identifiers", "book_links", "book_values", "book_events"),
        *("households", "letters", "templates", "rings", "members", "evidence", "ring_identifiers", "signals"),
        *("rejects", "manifest", "graph_edges", "pseudonyms", "letter_texts", "lineage", "lineage_gone"),
        "lineage_nodes",
    } == names


def test_failure_halfway_leaves_nothing_behind(
    report: RingReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(writing_module, "write_database", fail)
    with pytest.raises(RuntimeError):
        write_case(report, tmp_path / "case")
    assert list(tmp_path.iterdir()) == []


def test_failure_while_replacing_keeps_the_old_case(
    report: RingReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = write_case(report, tmp_path / "case")
    before = (out / "rings.csv").read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing_module, "write_database", full)
    with pytest.raises(InputError, match="No space left"):
        write_case(report, out, force=True, language="en")
    assert [p.name for p in tmp_path.iterdir()] == ["case"]
    assert (out / "rings.csv").read_bytes() == before


def test_existing_case_is_replaced_only_with_force(report: RingReport, tmp_path: Path) -> None:
    out = write_case(report, tmp_path / "case")
    with pytest.raises(RefusedError, match="already"):
        write_case(report, out)
    write_case(report, out, force=True, language="en")
    assert "suspected ring" in (out / "rings.csv").read_text(encoding="utf-8")
    assert [p.name for p in tmp_path.iterdir()] == ["case"]


def test_a_case_that_another_run_wrote_meanwhile_is_kept(
    report: RingReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "case"
    write = writing_module.write_database

    def late(*arguments: Any) -> None:
        write(*arguments)
        monkeypatch.setattr(writing_module, "write_database", write)
        write_case(report, out, language="en")

    monkeypatch.setattr(writing_module, "write_database", late)
    with pytest.raises(RefusedError, match="there already"):
        write_case(report, out)

    assert open_case(out).language == "en"
    assert [path.name for path in tmp_path.iterdir()] == ["case"]


def test_folder_that_is_no_case_is_never_replaced(report: RingReport, tmp_path: Path) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"name": "an app"}', encoding="utf-8")
    with pytest.raises(RefusedError, match="not a case"):
        write_case(report, folder, force=True)
    assert [p.name for p in folder.iterdir()] == ["manifest.json"]


def test_case_with_files_of_the_user_is_not_replaced(report: RingReport, tmp_path: Path) -> None:
    out = write_case(report, tmp_path / "case")
    (out / "my notes.txt").write_text("keep", encoding="utf-8")
    (out / "R-0001.html").write_text("made again", encoding="utf-8")
    with pytest.raises(RefusedError, match="my notes"):
        write_case(report, out, force=True)
    assert (out / "my notes.txt").is_file()


def test_empty_folder_is_as_good_as_none(report: RingReport, tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    out = write_case(report, tmp_path / "case")
    assert (out / "manifest.json").is_file()


def test_file_in_place_of_the_folder_is_refused(report: RingReport, tmp_path: Path) -> None:
    (tmp_path / "case").write_text("x", encoding="utf-8")
    with pytest.raises(RefusedError):
        write_case(report, tmp_path / "case", force=True)


def test_report_without_rings_is_a_case_too(report: RingReport, tmp_path: Path) -> None:
    out = write_case(replace(report, rings=()), tmp_path / "case")
    case = open_case(out)
    assert len(pd.read_csv(out / "rings.csv")) == 0
    assert len(case.rings()) == 0
    assert len(case.portfolio().bridges) == 0
    assert case.explain("PH001")["topic"].iloc[0] == "verdict"


def test_template_pattern_shows_no_name_on_file(report: RingReport, tmp_path: Path) -> None:
    name = report.dataset["policyholders"]["name"].dropna().iloc[0]
    templates = report.letters.templates.copy()
    templates["pattern"] = f"当时是{name}让我签的字"
    leaky = replace(report, letters=replace(report.letters, templates=templates))
    folder = write_case(leaky, tmp_path / "case")
    text = (folder / "templates.csv").read_text(encoding="utf-8")
    assert "让我签的字" in text
    assert name not in text


def test_templates_stand_in_the_order_of_their_numbers(report: RingReport, tmp_path: Path) -> None:
    """T99 before T100, in the file and in what an opened case tells."""
    one = report.letters.templates.iloc[[0]]
    many = pd.concat([one.assign(template_id=name) for name in ("T100", "T99", "T101", "T01")], ignore_index=True)
    folder = write_case(replace(report, letters=replace(report.letters, templates=many)), tmp_path / "case")
    in_order = ["T01", "T99", "T100", "T101"]
    assert pd.read_csv(folder / "templates.csv")["template_id"].tolist() == in_order
    case = open_case(folder)
    assert case.portfolio().templates["template_id"].tolist() == in_order
    assert case.templates()["template_id"].tolist() == in_order
