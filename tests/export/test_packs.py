"""Packs of a ring: what each level shows, no formula, whole money, files that others can open."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import json
import os
import re
import sys
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import pandas as pd
import pytest

from ringfinder.analyst.letters import MarkedCase
from ringfinder.case import Case, LeveledCase, open_case, write_case
from ringfinder.case.audit import append_entry
from ringfinder.case.sources import cited_rows
from ringfinder.errors import EngineError, MissingExtraError, RefusedError, UnknownNameError
from ringfinder.export import export_case
from ringfinder.export.packs import PACKS, printed
from ringfinder.export.packs.claims import claims_of
from ringfinder.export.packs.sheets import make_sheets, schedule_rows, total_fen
from ringfinder.export.packs.word_file import render_word_file
from ringfinder.export.packs.workbook import render_workbook
from ringfinder.model.dossier import Level, Seal


def _load(place: Path) -> Any:
    if place.stem in sys.modules:
        return sys.modules[place.stem]
    spec = spec_from_file_location(place.stem, place)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[place.stem] = module
    spec.loader.exec_module(module)
    return module


_HERE = Path(__file__).parent
fixture = _load(_HERE / "fixture_dossier.py")
world = _load(_HERE.parent / "case" / "case_world.py")
SEAL = Seal("police request 17", "head of SIU")
every_pack = pytest.mark.parametrize("pack", [p.name for p in PACKS])


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return open_case(write_case(world.make_report(), tmp_path_factory.mktemp("packs") / "case"))


@pytest.fixture(autouse=True)
def page_as_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF is judged by the page that goes to the printer; `test_a_pdf_...` below prints in truth."""
    monkeypatch.setattr(printed, "print_page", lambda page: page)


def read_word(content: bytes) -> str:
    import docx

    book = docx.Document(io.BytesIO(content))
    cells = [cell.text or "" for cell in book.element.body.iter() if cell.tag.endswith("}t")]
    return "\n".join([*cells, *(p.text for p in book.sections[0].header.paragraphs)])


def read_cells(content: bytes) -> dict[str, list[list[object]]]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def written(saved: Case, out: Path, pack: str, level: Level, seal: Seal | None = None) -> str:
    """All text of a pack, a workbook's cells included."""
    text = ""
    for _, path in export_case(pack, LeveledCase(saved, level, seal), out, ring_ids=["R-0001"], language="en"):
        content = path.read_bytes()
        readers = {".xlsx": lambda c: str(read_cells(c)), ".docx": read_word}
        text += readers.get(path.suffix, bytes.decode)(content)
    return text


@every_pack
@pytest.mark.parametrize("level", ["share", "review"])
def test_masked_levels_show_no_personal_value(saved: Case, tmp_path: Path, pack: str, level: Level) -> None:
    text = written(saved, tmp_path, pack, level)

    assert "PH000" in text
    assert [secret for secret in world.SECRETS if secret in text] == []


@pytest.mark.parametrize("pack", ["dossier", "dossier-pdf", "dossier-docx", "xlsx", "json"])
def test_share_holds_no_free_text_and_review_holds_it_redacted(saved: Case, tmp_path: Path, pack: str) -> None:
    assert "要求退保" not in written(saved, tmp_path / "share", pack, "share")
    assert "要求退保" in written(saved, tmp_path / "review", pack, "review")


@every_pack
def test_sealed_shows_real_values_and_says_who_allowed_it(saved: Case, tmp_path: Path, pack: str) -> None:
    text = written(saved, tmp_path, pack, "sealed", SEAL)

    assert world.RING_PHONE in text
    assert world.NAMES["PH000"] in text
    assert "police request 17" in text
    assert "head of SIU" in text
    assert all("-sealed" in path.name for path in tmp_path.iterdir())
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}


def test_row_checksums_are_for_sealed_packs_alone(saved: Case) -> None:
    assert "row_sha256" not in saved.dossier("R-0001").sources
    assert "row_sha256" in saved.dossier("R-0001", level="sealed", seal=SEAL).sources


def test_every_citation_is_listed_with_its_file_its_line_and_a_checksum_of_its_own(saved: Case) -> None:
    rows = saved.fetch("SELECT row_key, source_line FROM complaints ORDER BY row_key")
    keys = rows["row_key"].tolist()
    evidence = pd.DataFrame(
        {"evidence_id": ["E1", "E2"], "source_table": "complaints", "source_rows": [";".join(keys), keys[0] + ";gone"]}
    )

    found = cited_rows(saved, evidence, with_digests=True)

    assert found["row_key"].tolist() == [*keys, keys[0], "gone"]
    assert found["source_line"].tolist() == [*rows["source_line"], rows["source_line"][0], 0]
    assert found["source_file"].tolist() == ["complaints.csv"] * (len(keys) + 1) + [""]
    assert found["row_sha256"][: len(keys)].nunique() == len(keys) > 5
    assert found["row_sha256"].iloc[-1] == ""


@pytest.mark.parametrize(("reason", "approved_by"), [("", "x"), ("  ", "x"), ("x", ""), ("x", "\n")])
def test_a_seal_needs_a_reason_and_an_approval(reason: str, approved_by: str) -> None:
    with pytest.raises(RefusedError):
        Seal(reason, approved_by)


def test_a_level_and_its_seal_belong_together(saved: Case) -> None:
    with pytest.raises(RefusedError):
        saved.dossier("R-0001", level="sealed")
    with pytest.raises(RefusedError):
        saved.dossier("R-0001", level="review", seal=SEAL)
    with pytest.raises(UnknownNameError):
        saved.dossier("R-0001", level="open")  # type: ignore[arg-type]


def test_the_schedule_adds_up_to_the_ring_in_fen(saved: Case) -> None:
    dossier = saved.dossier("R-0001")
    rows = schedule_rows(dossier)

    assert total_fen(rows) == round(float(dossier.ring["overpaid"]) * 100) > 0  # type: ignore[arg-type]
    assert {row["policyholder_id"] for row in rows} == set(dossier.members["policyholder_id"])


@pytest.mark.parametrize(
    "start", ["=1+1", "=HYPERLINK(A1)", "+1", "-1", "@SUM(A1)", "{=1}", "http://x.example", "mailto:x"]
)
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(start: str) -> None:
    content = render_workbook(fixture.make_ring_dossier(6, letter=start, name=start), "en")
    cells = read_cells(content)

    parts = zipfile.ZipFile(io.BytesIO(content))
    sheets = [parts.read(n).decode() for n in parts.namelist() if n.startswith("xl/worksheets/sheet")]
    assert any(cell == start for row in cells["members"] for cell in row)
    assert len(sheets) == len(cells) > 10
    assert not [s for s in sheets if "<f>" in s or "<f " in s or "<hyperlink" in s]


def test_a_workbook_has_a_frozen_header_filters_and_money_as_numbers() -> None:
    import openpyxl

    dossier = fixture.make_ring_dossier(6)
    book = openpyxl.load_workbook(io.BytesIO(render_workbook(dossier, "en")))
    page = book["members"]

    assert {sheet.freeze_panes for sheet in book} == {"A2"}
    assert all(sheet.auto_filter.ref for sheet in book)
    column = [cell.value for cell in page[1]].index("overpaid (yuan)")
    shown = [row[column] for row in page.iter_rows(min_row=2)]
    assert sorted(cell.value for cell in shown) == sorted(dossier.members["overpaid"])
    assert {cell.number_format for cell in shown} == {"#,##0.00"}


def test_a_cell_too_long_for_excel_is_cut_and_says_so() -> None:
    cells = read_cells(render_workbook(fixture.make_ring_dossier(6, letter="长" * 40_000), "en"))

    longest = max((str(c) for row in cells["letters"] for c in row), key=len)
    assert len(longest) == 32_767
    assert longest.endswith("(cut, too long)")


def test_a_missing_library_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)

    with pytest.raises(MissingExtraError) as caught:
        render_workbook(fixture.make_ring_dossier(6), "zh")

    assert "ringfinder[office]" in caught.value.hint


def test_a_missing_word_library_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)

    with pytest.raises(MissingExtraError) as caught:
        render_word_file(fixture.make_ring_dossier(6), "zh")

    assert "ringfinder[docx]" in caught.value.hint


def test_a_word_file_names_a_chinese_font_repeats_heads_and_holds_no_field_or_link() -> None:
    import docx

    dossier = fixture.make_ring_dossier(6, letter="=1+1 \x0b http://x.example \x1b[2J")
    content = render_word_file(dossier, "zh")
    parts = zipfile.ZipFile(io.BytesIO(content))
    body = parts.read("word/document.xml").decode()
    styles = parts.read("word/styles.xml").decode()

    assert content == render_word_file(dossier, "zh")
    assert "=1+1" in body
    assert "线索卷宗" in body
    assert 'w:eastAsia="Microsoft YaHei"' in styles
    assert "eastAsiaTheme" not in styles
    assert body.count("<w:tblHeader/>") == len(docx.Document(io.BytesIO(content)).tables) - 1
    assert not re.search(r"<w:(hyperlink|fldSimple|instrText|object)", body)


def test_without_a_browser_the_way_to_get_one_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingExtraError) as caught:
        printed.print_page(b"<p>")

    assert "apt-get install chromium" in caught.value.hint
    assert printed.BROWSER_VARIABLE in caught.value.hint


def test_a_browser_that_prints_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv(printed.BROWSER_VARIABLE, "true")

    with pytest.raises(EngineError):
        printed.print_page(b"<p>")


@pytest.mark.browser
def test_a_pdf_is_bit_stable_shows_chinese_and_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    if printed.find_browser() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no browser on the path")

    pages = [printed.render_dossier_pdf(fixture.make_ring_dossier(6), "zh") for _ in range(2)]

    assert pages[0] == pages[1]
    assert pages[0].startswith(b"%PDF-")
    assert re.search(rb"/FontName /\w+\+\w*(CJK|YaHei|PingFang|SimSun|WenQuanYi)", pages[0])
    assert not re.search(rb"/JavaScript|/Launch|/EmbeddedFile|/URI", pages[0])


@pytest.mark.parametrize("name", ["graphml", "gexf"])
def test_graph_files_open_elsewhere_with_all_people_and_links(name: str, tmp_path: Path) -> None:
    dossier = fixture.make_ring_dossier(30)
    pack = next(p for p in PACKS if p.name == name)
    source = _Made(dossier)

    [(_, path)] = export_case(pack.name, source, tmp_path, ring_ids=["R-0001"])
    graph = nx.read_graphml(path) if name == "graphml" else _read_gexf(path)

    people = [n for n, d in graph.nodes(data=True) if d["type"] == "person"]
    pairs = dossier.links[["policyholder_id", "node_id"]].drop_duplicates()
    shared = [e for *_, e in graph.edges(data=True) if e["kind"] != "template"]
    assert len(people) == 30
    assert len(shared) == len(pairs)


def _read_gexf(path: Path) -> Any:
    """networkx knows GEXF up to 1.2 by its address; the rest of the form is the same."""
    text = path.read_text(encoding="utf-8")
    assert ET.fromstring(text).attrib["version"] == "1.3"
    old = text.replace("http://gexf.net/1.3", "http://www.gexf.net/1.2draft").replace('version="1.3"', 'version="1.2"')
    return nx.read_gexf(io.BytesIO(old.encode()))


@dataclasses.dataclass(frozen=True)
class _Made:
    one: Any

    def ring_ids(self) -> tuple[str, ...]:
        return ("R-0001",)

    def dossier(self, ring_id: str) -> Any:
        return self.one

    def portfolio(self) -> Any:
        return fixture.make_portfolio(1)


@pytest.mark.parametrize("pack", ["dossier", "referral"])
def test_pages_run_nothing_and_load_nothing(saved: Case, tmp_path: Path, pack: str) -> None:
    export_case(pack, saved, tmp_path, ring_ids=["R-0001"])
    page = next(tmp_path.glob("*.html")).read_text(encoding="utf-8")

    assert "default-src 'none'" in page.replace("&#39;", "'")
    assert not re.search(r"<(?:script|img|link|iframe|object)\b|\son\w+=|\bsrc=|\bhref=", page)


def test_a_referral_leaves_to_people_what_only_they_know(saved: Case, tmp_path: Path) -> None:
    text = written(saved, tmp_path, "referral", "review")

    assert text.count("to be filled in") > 4
    assert "not contacted" in text
    assert "Evidence against" in text


def test_claims_become_tasks_and_never_findings() -> None:
    dossier = fixture.make_ring_dossier(6)
    letters = dossier.letters.assign(text="业务员代签名,回访时教唆我说清楚,承诺保本。", upheld=None)
    sheets = {s.name: s for s in make_sheets(dataclasses.replace(dossier, letters=letters), "en")}

    rows = sheets["contradictions"].rows
    assert len(rows) == 3 * len(letters)
    assert {row["finding"] for row in rows} == {"task: no such record is connected"}
    assert claims_of("我家里困难,想问能退多少。") == ()


def test_what_is_on_file_stands_beside_the_task() -> None:
    dossier = fixture.make_ring_dossier(1)
    [one] = dossier.letters["complaint_id"].head(1)
    letters = dossier.letters.head(1).assign(
        text="电话推销来的,签名不是我写的。",
        upheld=pd.Series([False], dtype="boolean"),
        channels="电销",
        policy_rows="P1;P2",
    )
    sheets = {s.name: s for s in make_sheets(dataclasses.replace(dossier, letters=letters), "en")}

    signature, phone = (str(row["finding"]) for row in sheets["contradictions"].rows)
    decided = f"on file: the company did not uphold the complaint (complaints {one})"
    assert signature == f"{decided}; task: no such record is connected"
    assert phone == f"{decided}; on file: policies sold by 电销 (policies P1;P2); task: no such record is connected"


def test_a_source_row_was_extracted_when_the_run_read_it_and_by_whom(tmp_path: Path) -> None:
    folder = write_case(world.make_report(), tmp_path / "case")
    append_entry(folder, "detect", at=dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC), who="anna", about={})
    sheets = {sheet.name: sheet for sheet in make_sheets(open_case(folder).dossier("R-0001"), "en")}

    rows = sheets["sources"].rows
    assert rows
    assert {(row["extracted_at"], row["extracted_by"]) for row in rows} == {("2026-03-01T09:00:00+00:00", "anna")}


def test_the_cover_names_the_workbook_that_goes_with_it(saved: Case, tmp_path: Path) -> None:
    paths = [path for _, path in export_case("referral", saved, tmp_path, ring_ids=["R-0001"], language="en")]
    page, annex = sorted(tmp_path.iterdir(), key=lambda path: path.suffix)

    assert len(paths) == 2
    assert f"SHA-256 {hashlib.sha256(annex.read_bytes()).hexdigest()}" in page.read_text(encoding="utf-8")


def test_a_dossier_marks_what_a_letter_brings_to_its_template(saved: Case, tmp_path: Path) -> None:
    pages = []
    for level in ("review", "share"):
        source = MarkedCase(LeveledCase(saved, level))
        [(_, path)] = export_case("dossier", source, tmp_path / level, ring_ids=["R-0001"], language="en")
        pages.append(path.read_text(encoding="utf-8"))
    letters = MarkedCase(saved).dossier("R-0001").letters
    review, share = (page.split('<mark class="added">added</mark>')[-1] for page in pages)

    assert '<mark class="' in review
    assert "<mark" not in share
    linked = letters["verdict"].isin(["linked", "possible"]) & (letters["text"] != "")
    assert (letters["parts"].map(len) > 0).tolist() == linked.tolist()
    for text, parts in zip(letters["text"], letters["parts"], strict=True):
        assert not parts or "".join(part.text for part in parts).replace(" ", "") == "".join(str(text).split())
    assert "<script" not in review


def test_the_sum_stands_below_the_schedule_and_wide_tables_are_printed_across(saved: Case, tmp_path: Path) -> None:
    page = written(saved, tmp_path, "referral", "review")

    schedule, rest = page.split('<section class="wide">')[1].split("</section>")[0], page.split("</table>")[-1]
    assert "schedule" in schedule
    assert 'class="total"' in schedule
    assert 'class="total"' not in rest


def test_json_holds_every_table_and_says_its_level(saved: Case, tmp_path: Path) -> None:
    document = json.loads(written(saved, tmp_path, "json", "review"))

    assert document["level"] == "review"
    assert document["seal"] is None
    assert len(document["tables"]["members"]) == len(saved.members("R-0001"))
    assert {"schedule", "evidence", "sources", "contradictions"} <= set(document["tables"])


def test_a_file_that_is_there_is_kept_unless_it_may_be_replaced(saved: Case, tmp_path: Path) -> None:
    [(_, path)] = export_case("json", saved, tmp_path, ring_ids=["R-0001"])
    path.write_text("mine", encoding="utf-8")

    with pytest.raises(RefusedError):
        export_case("json", saved, tmp_path, ring_ids=["R-0001"], replace=False)

    assert path.read_text(encoding="utf-8") == "mine"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_codes_are_words_for_people_and_codes_for_programs(saved: Case) -> None:
    cells = read_cells(render_workbook(saved.dossier("R-0001"), "zh"))
    sheets = {s.name: pd.DataFrame(s.rows) for s in make_sheets(saved.dossier("R-0001"), "zh")}

    assert "核心" in {cell for row in cells["成员"] for cell in row}
    assert "core" in set(sheets["members"]["role"])
