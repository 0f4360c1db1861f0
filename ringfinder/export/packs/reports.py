"""Dossier and referral: one ring as a document to read, print and sign.

In:  `RingDossier`.   Out: one HTML file without scripts, for A4.   Never unmasks, never guesses.
All text goes through Jinja2 with escaping on; the page's policy lets nothing load and nothing run.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ringfinder.export.html.clean import tidy
from ringfinder.export.html.frames import Row, manifest_facts, number, text
from ringfinder.export.html.page import asset, template
from ringfinder.export.html.ring_data import ring_payload
from ringfinder.export.packs.chart import chart_shapes
from ringfinder.export.packs.sheets import Sheet, make_sheets, schedule_rows, total_fen
from ringfinder.export.packs.words import code_in_words, say

if TYPE_CHECKING:
    from ringfinder.model.dossier import RingDossier

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

#: tables of each document, in order; the annex workbook of a referral has all of them
DOSSIER_TABLES = "timeline members schedule identifiers intermediaries templates letters contradictions sources inputs"
_REFERRAL = "schedule contradictions timeline identifiers intermediaries sources inputs"

#: what only a person can say, and a referral needs
_COVER = ("to", "from", "contact", "date")
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
        summary=sheets["summary"].rows,
        cover=_COVER if kind == "referral" else (),
        elements=_ELEMENTS if kind == "referral" else (),
        evidence_for=[row for row in evidence if row["direction"] == "for"],
        evidence_against=[row for row in evidence if row["direction"] != "for"],
        total=f"{total_fen(schedule_rows(dossier)) / 100:,.2f}",
        chart=chart_shapes(payload["nodes"], payload["edges"]),
        tables=[_table(sheets[name], language) for name in tables.split()],
        configuration=_configuration(dossier),
    )
    return page.replace("\r\n", "\n").encode("utf-8")


def table_of(sheet: Sheet, language: str) -> tuple[list[str], list[list[str]]]:
    """A table in words: its heads, and its rows of text."""
    heads = [say("columns", column, language) for column in sheet.columns]
    return heads, [[_cell(sheet.name, row, column, language) for column in sheet.columns] for row in sheet.rows]


def _table(sheet: Sheet, language: str) -> dict[str, object]:
    heads, rows = table_of(sheet, language)
    return {"title": say("sheets", sheet.name, language), "heads": heads, "rows": rows}


def _cell(sheet: str, row: Row, column: str, language: str) -> str:
    value = code_in_words(sheet, column, row[column], language)
    if value is None:
        return say("words", "blank", language) if column in ("extracted_at", "extracted_by") else ""
    if column in ("overpaid", "cash_value", "amount_paid"):
        return f"{number(value):,.2f}"
    return text(value)


def _configuration(dossier: RingDossier) -> str:
    """The run's settings, as they would be needed to run it again."""
    return json.dumps(
        tidy(manifest_facts(dossier.manifest)["configuration"]), ensure_ascii=False, sort_keys=True, indent=1
    )
