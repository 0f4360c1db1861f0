"""A ring as an Excel workbook: one sheet a table, frozen header, filters.

In:  `RingDossier`.   Out: the bytes of an .xlsx file.   Never writes a formula or a link: every text is stored as text.
The home of XlsxWriter, which comes with the extra `office`. Same dossier, same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from ringfinder.errors import MissingExtraError
from ringfinder.export.html.clean import tidy
from ringfinder.export.packs.sheets import Sheet, make_sheets, page_mark
from ringfinder.export.packs.words import code_in_words, say
from ringfinder.model.dossier import RingDossier

#: a cell holds no more characters; XlsxWriter leaves a longer one out without a word
_LONGEST = 32_767
#: nor does a header, of which two are the code for its place
_LONGEST_HEADER = 250
#: of a workbook without a clock
_MADE = dt.datetime(2000, 1, 1)
_MONEY = ("overpaid", "cash_value", "amount_paid")
_WIDE = ("content", "reason", "statement", "text", "pattern", "compare_with", "claim", "source_rows")
_WIDTH, _WIDE_WIDTH = 16, 60
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def render_workbook(dossier: RingDossier, language: str) -> bytes:
    """The workbook.

    Raises
    ------
    MissingExtraError : XlsxWriter is not installed.
    """
    sheets = make_sheets(dossier, language)
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtraError("XlsxWriter", extra="office") from error
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, dict(_OPTIONS))
    book.set_properties({"created": _MADE, "title": str(tidy(dossier.ring.get("ring_id")))})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#DDE3EC", "text_wrap": True}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    for sheet in sheets:
        _add(book, sheet, formats, language, mark=_header(page_mark(dossier, language)))
    book.close()
    return out.getvalue()


def _header(mark: str) -> str:
    """The mark as a header to the right, cut to what one holds; '&' alone would begin a code."""
    shown = mark if len(mark.replace("&", "&&")) <= _LONGEST_HEADER else mark[: _LONGEST_HEADER // 2]
    return "&R" + shown.replace("&", "&&")


def _add(book: Any, sheet: Sheet, formats: dict[str, Any], language: str, *, mark: str) -> None:
    page = book.add_worksheet(say("sheets", sheet.name, language))
    page.set_header(mark)
    page.set_landscape()
    page.freeze_panes(1, 0)
    for at, column in enumerate(sheet.columns):
        page.write_string(0, at, say("columns", column, language), formats["head"])
        page.set_column(at, at, _WIDE_WIDTH if column in _WIDE else _WIDTH)
        for row, cells in enumerate(sheet.rows, start=1):
            value = code_in_words(sheet.name, column, cells[column], language)
            _write(page, row, at, value, formats, column, language)
    page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)


def _write(page: Any, row: int, at: int, value: object, formats: dict[str, Any], column: str, language: str) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(row, at, value)
    elif isinstance(value, (int, float)):
        page.write_number(row, at, value, formats["money"] if column in _MONEY else None)
    else:
        text = str(value)
        if len(text) > _LONGEST:
            mark = say("words", "cut", language)
            text = text[: _LONGEST - len(mark)] + mark
        page.write_string(row, at, text, formats["text"] if column in _WIDE else None)
