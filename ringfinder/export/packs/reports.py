"""Dossier and referral: one ring as a document to read, print and sign.

In:  `RingDossier`.   Out: one HTML file without scripts, for A4.   Never unmasks, never guesses.
All text goes through Jinja2 with escaping on; the page's policy lets nothing load and nothing run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ringfinder.export.html.clean import tidy
from ringfinder.export.html.frames import Row, manifest_facts, number, text
from ringfinder.export.html.page import asset, template
from ringfinder.export.html.ring_data import ring_payload
from ringfinder.export.packs.chart import chart_shapes
from ringfinder.export.packs.sheets import (
    Sheet,
    decision_on_ring,
    make_sheets,
    page_mark,
    schedule_rows,
    total_fen,
)
from ringfinder.export.packs.words import code_in_words, say
from ringfinder.export.packs.workbook import render_workbook

if TYPE_CHECKING:
    from ringfinder.model.dossier import RingDossier

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

#: tables of each document, in order; the annex workbook of a referral has all of them
DOSSIER_TABLES = "timeline members schedule identifiers intermediaries templates letters contradictions sources inputs"
_REFERRAL = "schedule contradictions timeline identifiers intermediaries sources inputs"

#: what a referral's cover says; what only a person can say is left open
_COVER = ("to", "from", "subject", "enclosed", "contact", "prepared_by", "reviewed_by", "date")
#: what a person fills in where nothing tells it
_OPEN = ("extracted_at", "extracted_by", "exported_at", "exported_by")
#: a table of more columns than this is printed across
_MOST_UPRIGHT = 7
#: how the cells of a column are set: numbers to the right, short ones on one line, checksums in as many as they need
_LOOKS = {
    "num": ("overpaid", "cash_value", "amount_paid", "strength", "similarity", "weight"),
    "short": (
        "name",
        "role",
        "holder_statement",
        "surrendered_on",
        "joined_on",
        "filed_on",
        "day",
        "since",
        "kind",
        "verdict",
    ),
    "hash": ("file_sha256", "row_sha256", "sha256"),
}
_ELEMENTS = ("element_pressure", "element_untrue", "element_gain", "element_loss", "element_roles")


def render_dossier(dossier: RingDossier, language: str) -> bytes:
    """For colleagues: why a ring, what speaks against it, members, money, timeline, picture, letters, method."""
    return _render(dossier, language, kind="dossier", tables=DOSSIER_TABLES)


def render_referral(dossier: RingDossier, language: str) -> bytes:
    """For a police report or the regulator (线索移交 / 报案): cover, facts, chart, schedule, contradictions, sources.

    What no table holds (who receives it, call-backs, signatures, the fee) stands there as a named task.
    """
    return _render(dossier, language, kind="referral", tables=_REFERRAL)


def _render(dossier: RingDossier, language: str, *, kind: str, tables: str) -> bytes:
    sheets = {sheet.name: sheet for sheet in make_sheets(dossier, language)}
    payload = tidy(ring_payload(dossier, language=language))
    assert isinstance(payload, dict)
    evidence = sheets["evidence"].rows
    ring_id = text(tidy(dossier.ring.get("ring_id")))
    page = template("pack.html.j2").render(
        kind=kind,
        language=language,
        policy=POLICY,
        style=asset("pack.css"),
        title=f"{say('words', kind, language)} {ring_id}",
        t=lambda key: say("words", key, language),
        level=dossier.level,
        mark=page_mark(dossier, language),
        summary=sheets["summary"].rows,
        cover=_cover(dossier, language) if kind == "referral" else (),
        elements=_ELEMENTS if kind == "referral" else (),
        evidence_for=[row for row in evidence if row["direction"] == "for"],
        evidence_against=[row for row in evidence if row["direction"] != "for"],
        total=f"{total_fen(schedule_rows(dossier)) / 100:,.2f}",
        chart=chart_shapes(payload["nodes"], payload["edges"]),
        tables=[_table(sheets[name], language, _marked(dossier)) for name in tables.split()],
        configuration=_configuration(dossier),
    )
    return page.replace("\r\n", "\n").encode("utf-8")


def table_of(sheet: Sheet, language: str) -> tuple[list[str], list[list[str]]]:
    """A table in words: its heads, and its rows of text."""
    heads = [say("columns", column, language) for column in sheet.columns]
    return heads, [[_cell(sheet.name, row, column, language) for column in sheet.columns] for row in sheet.rows]


def _cover(dossier: RingDossier, language: str) -> list[tuple[str, str]]:
    """The lines of the cover; the workbook that goes with it is named by its checksum."""
    is_dismissed = decision_on_ring(dossier) == "dismiss"
    is_suspected = dossier.ring.get("status") == "flagged" and not is_dismissed
    filled = {
        "subject": say("words", "subject_text" if is_suspected else "subject_text_listed", language).format(
            why=say("words", "why_dismissed" if is_dismissed else "why_listed", language),
            ring=text(tidy(dossier.ring.get("ring_id"))),
            size=dossier.ring.get("size"),
            overpaid=f"{number(dossier.ring.get('overpaid')):,.2f}",
        ),
        "enclosed": say("words", "enclosed_text", language).format(
            annexes=len(_REFERRAL.split()), digest=hashlib.sha256(render_workbook(dossier, language)).hexdigest()
        ),
    }
    return [(say("words", key, language), filled.get(key, say("words", "blank", language))) for key in _COVER]


def _marked(dossier: RingDossier) -> dict[str, list[dict[str, str]]]:
    """By complaint: the parts of a letter that follows a template, each with its kind."""
    letters = dossier.letters
    if "parts" not in letters or dossier.level == "share":
        return {}
    return {
        str(name): [{"kind": part.kind, "text": text(tidy(part.text))} for part in parts]
        for name, parts in zip(letters["complaint_id"], letters["parts"], strict=True)
        if parts
    }


def _table(sheet: Sheet, language: str, marked: Mapping[str, list[dict[str, str]]]) -> dict[str, object]:
    heads, rows = table_of(sheet, language)
    cells: list[list[object]] = [list(row) for row in rows]
    has_marks = sheet.name == "letters" and bool(marked)
    if has_marks:
        at = sheet.columns.index("text")
        for row, line in zip(sheet.rows, cells, strict=True):
            line[at] = marked.get(text(row["complaint_id"]), line[at])
    return {
        "name": sheet.name,
        "title": say("sheets", sheet.name, language),
        "is_wide": len(heads) > _MOST_UPRIGHT,
        "heads": heads,
        "looks": [next((look for look, names in _LOOKS.items() if name in names), "") for name in sheet.columns],
        "rows": cells,
        "has_marks": has_marks,
    }


def _cell(sheet: str, row: Row, column: str, language: str) -> str:
    value = code_in_words(sheet, column, row[column], language)
    if value is None or value == "":
        return say("words", "blank", language) if column in _OPEN else ""
    if column in ("overpaid", "cash_value", "amount_paid"):
        return f"{number(value):,.2f}"
    return text(value)


def _configuration(dossier: RingDossier) -> str:
    """The run's settings, as they would be needed to run it again."""
    return json.dumps(
        tidy(manifest_facts(dossier.manifest)["configuration"]), ensure_ascii=False, sort_keys=True, indent=1
    )
