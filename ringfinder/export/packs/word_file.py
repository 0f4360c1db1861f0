"""A ring as a Word document that legal can edit: summary, evidence for and against, every table of the dossier.

In:  `RingDossier`.   Out: the bytes of a .docx file.   Never writes a field or a link, never draws (HTML does).
The home of python-docx, which comes with the extra `docx`. Same dossier, same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from ringfinder.errors import MissingExtraError
from ringfinder.export.html.clean import tidy
from ringfinder.export.html.frames import text
from ringfinder.export.packs.reports import DOSSIER_TABLES, table_of
from ringfinder.export.packs.sheets import make_sheets, page_mark, schedule_rows, total_fen
from ringfinder.export.packs.words import say
from ringfinder.model.dossier import RingDossier

_FONT, _CHINESE_FONT = "Arial", "Microsoft YaHei"
_MADE = dt.datetime(2000, 1, 1)
_A4_MM = (297, 210)
_MARGIN_MM = 15
_THUMBNAIL = "docProps/thumbnail.jpeg"


def render_word_file(dossier: RingDossier, language: str) -> bytes:
    """The document, on A4 across.

    Raises
    ------
    MissingExtraError : python-docx is not installed.
    """
    try:
        import docx
    except ImportError as error:
        raise MissingExtraError("python-docx", extra="docx") from error
    sheets = {sheet.name: sheet for sheet in make_sheets(dossier, language)}
    title = f"{say('words', 'dossier', language)} {text(tidy(dossier.ring.get('ring_id')))}"
    book = docx.Document()
    _set_up(book, title, page_mark(dossier, language))
    book.add_heading(title, 0)
    _table(book, (), [(text(row["item"]), text(row["content"])) for row in sheets["summary"].rows])
    for direction, head in (("for", "why"), ("against", "against")):
        book.add_heading(say("words", head, language), 1)
        rows = [row for row in sheets["evidence"].rows if (row["direction"] == "for") == (direction == "for")]
        for row in rows:
            book.add_paragraph(f"{text(row['evidence_id'])}  {text(row['statement'])}", style="List Bullet")
        if not rows:
            book.add_paragraph(say("words", "none", language))
    for name in DOSSIER_TABLES.split():
        heads, rows_of_text = table_of(sheets[name], language)
        book.add_heading(say("sheets", name, language), 1)
        _table(book, heads, rows_of_text)
        if name == "schedule":
            total = f"{total_fen(schedule_rows(dossier)) / 100:,.2f}"
            book.add_paragraph(f"{say('words', 'total', language)}: {total}")
    out = io.BytesIO()
    book.save(out)
    return _undated(out.getvalue())


def _set_up(book: Any, title: str, mark: str) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    # the defaults and every style; a theme's font would win over a named one
    for fonts in book.styles.element.iter(qn("w:rFonts")):
        fonts.attrib.clear()
        for name, font in (("ascii", _FONT), ("hAnsi", _FONT), ("cs", _FONT), ("eastAsia", _CHINESE_FONT)):
            fonts.set(qn(f"w:{name}"), font)
    book.styles["Normal"].font.size = Pt(9)
    page = book.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = (Mm(side) for side in _A4_MM)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(_MARGIN_MM)
    page.header.paragraphs[0].text = mark
    about = book.core_properties
    about.title, about.author, about.last_modified_by, about.comments = title, "ringfinder", "ringfinder", ""
    about.created = about.modified = _MADE


def _table(book: Any, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table whose first row comes again on every page; through lxml, for python-docx seeks each cell anew."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    width = len(heads) or max((len(row) for row in rows), default=1)
    table = book.add_table(rows=0, cols=width, style="Table Grid")
    for at, row in enumerate([list(heads), *rows] if heads else rows):
        line = OxmlElement("w:tr")
        if heads and at == 0:
            properties = OxmlElement("w:trPr")
            properties.append(OxmlElement("w:tblHeader"))
            line.append(properties)
        for value in row:
            cell, paragraph, run = OxmlElement("w:tc"), OxmlElement("w:p"), OxmlElement("w:r")
            look = OxmlElement("w:rPr")
            if heads and at == 0:
                look.append(OxmlElement("w:b"))
            size = OxmlElement("w:sz")
            size.set(qn("w:val"), str(int(Pt(7).pt * 2)))
            look.append(size)
            run.append(look)
            run.text = value
            paragraph.append(run)
            cell.append(paragraph)
            line.append(cell)
        table._tbl.append(line)


def _undated(content: bytes) -> bytes:
    """The same parts, all of one day, without the picture of an empty page that the library's template brings."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename == _THUMBNAIL:
                continue
            content = old.read(part)
            if part.filename == "_rels/.rels":
                content = re.sub(rb'<Relationship [^>]*Target="' + _THUMBNAIL.encode() + rb'"[^>]*/>', b"", content)
            new.writestr(zipfile.ZipInfo(part.filename, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
