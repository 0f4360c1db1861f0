"""Print frames on stdout as a table, JSON, JSON lines or CSV.

In:  frames from the library.   Out: text on stdout.   Never masks, never chooses rows.
Every cell is hostile: control and bidirectional characters go in every format, and a table prints cells as plain
text, never as markup.
"""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pandas as pd


class Format(StrEnum):
    """How to print data."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print the data.")]

#: column -> header of a table, Chinese and English; other columns keep their name
HEADERS: Mapping[str, tuple[str, str]] = {
    "rank": ("#", "#"),
    "ring_id": ("线索", "ring"),
    "size": ("人数", "people"),
    "score": ("得分", "score"),
    "q_value": ("q 值", "q"),
    "p_value": ("p 值", "p"),
    "status": ("状态", "status"),
    "period": ("期间", "period"),
    "complaints": ("投诉", "complaints"),
    "negotiated": ("协议退保", "negotiated"),
    "overpaid": ("超付(元)", "overpaid"),
    "channels": ("证据种类", "evidence"),
    "summary": ("摘要", "summary"),
    "policyholder_id": ("投保人", "policyholder"),
    "policyholders": ("投保人", "people"),
    "name": ("姓名", "name"),
    "role": ("角色", "role"),
    "ring_role": ("线索内角色", "in ring"),
    "strength": ("强度", "strength"),
    "joined_on": ("加入", "joined"),
    "reason": ("理由", "reason"),
    "node_id": ("代号", "node"),
    "kind": ("种类", "kind"),
    "value": ("值", "value"),
    "holders_in_ring": ("团内", "in ring"),
    "holders_total": ("总计", "in all"),
    "direction": ("方向", "side"),
    "weight": ("权重", "weight"),
    "statement": ("说明", "statement"),
    "source_table": ("来源表", "table"),
    "source_rows": ("来源行", "rows"),
    "since": ("起始", "since"),
    "verdict": ("判定", "verdict"),
    "topic": ("项目", "topic"),
    "step": ("步", "step"),
    "template_id": ("模板", "template"),
    "rings": ("线索数", "rings"),
    "pattern": ("正文", "pattern"),
    "first_filed": ("最早", "first"),
    "last_filed": ("最晚", "last"),
    "similarity": ("相似度", "similarity"),
    "complaint_id": ("投诉件", "complaint"),
    "table": ("表", "table"),
    "file": ("文件", "file"),
    "rows": ("行", "rows"),
    "kept": ("留用", "kept"),
    "set_aside": ("剔除行", "rows out"),
    "cells_set_aside": ("剔除格", "cells out"),
    "duplicates": ("重复", "repeated"),
    "first_date": ("最早", "first"),
    "last_date": ("最晚", "last"),
    "filed_on": ("日期", "filed"),
}

#: longest cell of a table, in characters; the other formats print all of it
_LONGEST = 300
_LONGEST_PATTERN = 90


def emit(
    frame: pd.DataFrame,
    fmt: Format,
    *,
    columns: Sequence[str] = (),
    language: str = "zh",
    title: str = "",
    color: bool = True,
) -> None:
    """Print one frame; `columns` and `title` are for the table only."""
    if fmt is Format.table:
        print_table(frame, columns=columns, language=language, title=title, color=color)
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
    frame: pd.DataFrame, *, columns: Sequence[str] = (), language: str = "zh", title: str = "", color: bool = True
) -> None:
    """Print a frame as a table that folds to the width of the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    names = [name for name in (columns or frame.columns) if name in frame.columns]
    console = Console(
        file=sys.stdout, width=table_width(), no_color=not color, markup=False, highlight=False, emoji=False
    )
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        collapse_padding=True,
        title=Text(title) if title else None,
        title_justify="left",
    )
    for name in names:
        header = HEADERS.get(name, (name, name))[1 if language == "en" else 0]
        is_number = frame[name].dtype.kind in "iuf"
        is_short = is_number or frame[name].dtype.kind == "M" or name in _NEVER_FOLDED
        table.add_column(
            Text(header), justify="right" if is_number else "left", no_wrap=is_short, overflow="fold", vertical="top"
        )
    for row in frame[names].itertuples(index=False, name=None):
        cells = [cell_text(value, name) for name, value in zip(names, row, strict=True)]
        style = "bold" if "status" in names and row[names.index("status")] == "flagged" else ""
        table.add_row(*(Text(cell) for cell in cells), style=style)
    console.print(table)


#: columns whose cells are short codes
_NEVER_FOLDED = (
    "table",
    "first_date",
    "last_date",
    "value",
    "ring_id",
    "status",
    "period",
    "node_id",
    "template_id",
    "verdict",
    "direction",
    "since",
)


def table_width() -> int:
    """Width to fold tables to: the terminal's, COLUMNS, or 100."""
    return max(40, shutil.get_terminal_size((100, 24)).columns)


def cell_text(value: Any, name: str) -> str:
    """One cell of a table as text."""
    shown = plain(value)
    if shown is None:
        return ""
    if isinstance(shown, float):
        return f"{shown:,.2f}" if name in ("overpaid", "weight", "strength", "similarity") else f"{shown:.3f}"
    if isinstance(shown, int) and not isinstance(shown, bool):
        return f"{shown:,}"
    text = " ".join(str(shown).split())
    longest = _LONGEST_PATTERN if name == "pattern" else _LONGEST
    return text if len(text) <= longest else text[: longest - 1] + "…"
