"""Print frames on stdout as a table, JSON, JSON lines or CSV.

In:  frames from the library.   Out: text on stdout.   Never masks, never chooses rows.
Every cell is hostile: control and bidirectional characters go in every format, and a table prints cells as plain
text, never as markup.
"""

from __future__ import annotations

import json
import math
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringfinder.cli.codes import in_words
from ringfinder.cli.headers import HEADERS, SPARE
from ringfinder.cli.talk import Talk

if TYPE_CHECKING:
    import pandas as pd


class Format(StrEnum):
    """How to print data."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print the data.")]

#: columns that hold text to fold; every other cell is an id, a number, a date or a code and stays on one line
_FOLDED = ("summary", "statement", "reason", "pattern", "channels", "source_table", "name", "file", "measure", "cause")

_GAP = 2
#: least width of a column of text to fold
_NARROWEST = 16
#: what must stay together on a line: a run that is not Chinese, with the punctuation that closes it
_TOKEN = re.compile(r"[^\s\u2e80-\uffff]+[,。;:、)》”]*|[\u2e80-\uffff][,。;:、)》”]*|\s+")

#: fractions shown with two decimals, as is money; others have three
_TWO_DECIMALS = ("weight", "strength", "similarity")

#: longest cell of a table, in characters; the other formats print all of it
_LONGEST = 300
_LONGEST_PATTERN = 90


def emit(
    frame: pd.DataFrame,
    fmt: Format,
    *,
    talk: Talk,
    columns: Sequence[str] = (),
    language: str = "zh",
    title: str = "",
) -> None:
    """Print one frame; `columns`, `language` and `title` are for the table only, and an empty table is not printed."""
    if fmt is Format.table:
        if len(frame):
            print_table(frame, talk=talk, columns=columns, language=language, title=title)
    elif fmt is Format.csv:
        from ringfinder.case import render_csv

        sys.stdout.write(render_csv(frame).decode("utf-8"))
    elif fmt is Format.json:
        print_json(records(frame))
    else:
        for record in records(frame):
            print(json.dumps(record, ensure_ascii=False, allow_nan=False))


def print_json(value: object) -> None:
    """Print one JSON document."""
    print(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Rows as JSON-able mappings: dates ISO, nothing for an empty cell, text cleaned."""
    return [{str(k): plain(v) for k, v in row.items()} for row in frame.to_dict("records")]


def plain(value: Any) -> object:
    """JSON form of one cell."""
    from ringfinder.case import clean

    item = getattr(value, "item", None)
    if callable(item):
        value = item()
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool) or value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    text = str(value)
    return None if text in ("NaT", "<NA>") else text[:10]


def print_table(
    frame: pd.DataFrame, *, talk: Talk, columns: Sequence[str] = (), language: str = "zh", title: str = ""
) -> None:
    """Print a frame as a table that fits the terminal, and say which columns had no room."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.text import Text

    at = 1 if language == "en" else 0
    names = [name for name in (columns or frame.columns) if name in frame.columns]
    headers = {name: HEADERS.get(name, (name, name))[at] for name in names}
    cells = {name: [cell_text(value, name, language=language) for value in frame[name]] for name in names}
    widest = {name: max(map(cell_len, [headers[name], *cells[name]])) for name in names}
    least = {name: _least(name, [headers[name], *cells[name]], widest[name]) for name in names}
    shown = _fitting(names, least, table_width())
    width = _widths(shown, least, widest, table_width())
    right = {name for name in shown if frame[name].dtype.kind in "iuf"}
    console = Console(file=sys.stdout, no_color=not talk.color, markup=False, highlight=False, emoji=False)

    def put(row: Mapping[str, str], style: str = "") -> None:
        folded = {name: fold_text(row[name], width[name]) for name in shown}
        for number in range(max(map(len, folded.values()))):
            parts = [
                _padded(lines[number] if number < len(lines) else "", width[name], right=name in right)
                for name, lines in folded.items()
            ]
            console.print(Text((" " * _GAP).join(parts).rstrip(), style=style), soft_wrap=True)

    if title:
        console.print(Text(title), soft_wrap=True)
    bold = "bold" if talk.color else ""
    put(headers, bold)
    print("─" * (sum(width.values()) + _GAP * (len(shown) - 1)))
    is_flagged = [value == "flagged" for value in frame["status"]] if "status" in names else [False] * len(frame)
    for number in range(len(frame)):
        put({name: cells[name][number] for name in shown}, bold if is_flagged[number] else "")
    left_out = ", ".join(headers[name] for name in names if name not in shown)
    if left_out:
        if language == "en":
            talk.say(f"no room for the columns: {left_out}; a wider window or --format csv has them")
        else:
            talk.say(f"窗口太窄,略去列:{left_out};加宽窗口或用 --format csv 可见")


def print_sentence(text: str) -> None:
    """Print a sentence in lines that fit the terminal."""
    print("\n".join(fold_text(text, table_width())))


def fold_text(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns that break no number, id or word, unless it alone is wider.

    Examples
    --------
    >>> fold_text("共用电话 142****0001(共 10 人)", 14)
    ['共用电话', '142****0001(共', '10 人)']
    """
    from rich.cells import cell_len, chop_cells

    lines, room = [""], width
    for token in _TOKEN.findall(text):
        size = cell_len(token)
        if size > room and token.strip():
            parts = chop_cells(token, width) if size > width else [token]
            lines[-1] = lines[-1].rstrip()
            lines += parts if lines[-1] else []
            lines[-1] = parts[-1]
            room = width - cell_len(parts[-1])
        elif size <= room:
            lines[-1] += token
            room -= size
    return [line.rstrip() for line in lines]


def _least(name: str, texts: Sequence[str], widest: int) -> int:
    """The width under which a column can't be shown."""
    from rich.cells import cell_len

    if name not in _FOLDED and not (name == "value" and widest > _NARROWEST):
        return widest
    longest = max((cell_len(token) for text in texts for token in _TOKEN.findall(text)), default=0)
    return min(widest, max(_NARROWEST, min(longest, 2 * _NARROWEST)))


def _fitting(names: Sequence[str], least: Mapping[str, int], room: int) -> list[str]:
    """The columns that fit, after the least important are left out."""
    shown = list(names)
    for spare in SPARE:
        if sum(least[name] + _GAP for name in shown) - _GAP <= room:
            break
        if spare in shown and len(shown) > 1:
            shown.remove(spare)
    return shown


def _widths(shown: Sequence[str], least: Mapping[str, int], widest: Mapping[str, int], room: int) -> dict[str, int]:
    """Least widths, and what room is left to the columns that lack most."""
    width = {name: min(least[name], room) for name in shown}
    for _ in range(room - sum(width.values()) - _GAP * (len(shown) - 1)):
        name = max(shown, key=lambda n: widest[n] - width[n])
        if width[name] >= widest[name]:
            break
        width[name] += 1
    return width


def _padded(text: str, width: int, *, right: bool) -> str:
    from rich.cells import cell_len

    space = " " * max(0, width - cell_len(text))
    return space + text if right else text + space


def table_width() -> int:
    """Width to fold tables to: the terminal's, COLUMNS, or 100."""
    return max(40, shutil.get_terminal_size((100, 24)).columns)


def cell_text(value: Any, name: str, *, language: str) -> str:
    """One cell of a table as text; codes of the contract in Chinese words unless the language is English."""
    shown = plain(value)
    if shown is None:
        return ""
    if isinstance(shown, float):
        return f"{shown:,.2f}" if name.startswith("overpaid") or name in _TWO_DECIMALS else f"{shown:.3f}"
    if isinstance(shown, int) and not isinstance(shown, bool):
        return f"{shown:,}"
    text = " ".join(str(shown).split())
    if language != "en":
        text = in_words(text, name)
    longest = _LONGEST_PATTERN if name == "pattern" else _LONGEST
    return text if len(text) <= longest else text[: longest - 1] + "…"
