"""Delimited text to columns with their line numbers.

In:  text.   Out: headers, columns, lines, broken rows.   Two parsers give the same answer: pyarrow where there is no
quote, no ragged row and no blank line; the standard library's otherwise, which knows the line of every record.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from ringfinder.errors import TableError

DELIMITERS = (",", "\t", ";", "|")
_HEADER_ROWS = 10
_MAX_RESTARTS = 10_000


@dataclass(frozen=True)
class Parsed:
    """Headers, columns and the physical line each record starts on."""

    headers: tuple[str, ...]
    columns: tuple[pd.Series[str], ...]
    lines: NDArray[np.int64]
    header_line: int
    broken: tuple[tuple[int, str], ...]


def parse(text: str, *, n_known: Callable[[Sequence[str]], int], delimiter: str = "", file: str) -> Parsed:
    """Parse a table; `n_known` counts the known column names in a row and so finds header and delimiter.

    Raises
    ------
    TableError : no row at all, or quotes broken beyond repair.

    Examples
    --------
    >>> got = parse('a;b\\n1;"x\\ny"\\n2;z\\n', n_known=lambda row: len({"a", "b"} & set(row)), file="t.csv")
    >>> got.headers, got.lines.tolist(), got.columns[1].tolist()
    (('a', 'b'), [2, 4], ['x\\ny', 'z'])
    """
    first = text.split("\n", 1)[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        delimiter = delimiter or first[4]
    delimiter = delimiter or _sniff(text, n_known)
    head = _records(io.StringIO(text, newline=""), delimiter, limit=_HEADER_ROWS)
    rows = [(line, row) for line, row in head if any(cell.strip() for cell in row)]
    if not rows:
        raise TableError("no row in it (没有任何行)", file=file, hint="export it again, or leave the file out")
    scores = [n_known(row) for _, row in rows]
    header_line, header = rows[scores.index(max(scores))] if max(scores) else rows[0]
    headers = list(header)
    while headers and not headers[-1].strip():
        headers.pop()
    return _fast(text, headers, header_line, delimiter) or _exact(text, headers, header_line, delimiter, file)


def _sniff(text: str, n_known: Callable[[Sequence[str]], int]) -> str:
    """The delimiter under which the first rows hold most known column names, else most columns."""
    best, best_score = ",", (-1, -1)
    for delimiter in DELIMITERS:
        rows = head(io.StringIO(text[:100_000], newline=""), delimiter)
        score = (max((n_known(r) for r in rows), default=0), max((len(r) for r in rows), default=0))
        if score > best_score:
            best, best_score = delimiter, score
    return best


def head(source: io.StringIO, delimiter: str) -> list[list[str]]:
    """The first rows of a text, among which its headers are.

    Examples
    --------
    >>> head(io.StringIO("a;b\\n1;2\\n"), ";")
    [['a', 'b'], ['1', '2']]
    """
    return [row for _, row in _records(source, delimiter, limit=_HEADER_ROWS)]


def _records(source: io.StringIO, delimiter: str, *, limit: int) -> list[tuple[int, list[str]]]:
    reader = csv.reader(source, delimiter=delimiter)
    out: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for row in reader:
            out.append((start, row))
            start = reader.line_num + 1
            if len(out) >= limit:
                break
    except csv.Error:
        pass  # the exact parser names the line
    return out


def _fast(text: str, headers: Sequence[str], header_line: int, delimiter: str) -> Parsed | None:
    if '"' in text or "\n\n" in text or "\n\r" in text or text.count("\r") != text.count("\r\n"):
        return None
    names = [str(i) for i in range(len(headers))]
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(text.encode("utf-8")),
            read_options=pa_csv.ReadOptions(skip_rows=header_line, column_names=names, block_size=1 << 24),
            parse_options=pa_csv.ParseOptions(delimiter=delimiter, quote_char=False, ignore_empty_lines=False),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    columns = tuple(pd.Series(pd.array(column.combine_chunks(), dtype="str")) for column in table.columns)
    lines = np.arange(table.num_rows, dtype=np.int64) + header_line + 1
    return Parsed(tuple(headers), columns, lines, header_line, ())


def _exact(text: str, headers: Sequence[str], header_line: int, delimiter: str, file: str) -> Parsed:
    physical = list(io.StringIO(text, newline=""))
    width = len(headers)
    rows: list[list[str]] = []
    lines: list[int] = []
    broken: list[tuple[int, str]] = []
    at = header_line + _span(physical, header_line, delimiter) - 1
    restarts = 0
    while at < len(physical):
        reader = csv.reader(iter(physical[at:]), delimiter=delimiter, strict=True)
        start = at
        try:
            for row in reader:
                if len(row) == width or (len(row) > width and not any(c.strip() for c in row[width:])):
                    rows.append(row)
                    lines.append(start + 1)
                elif any(cell.strip() for cell in row):
                    broken.append((start + 1, "ragged"))
                start = at + reader.line_num
            break
        except csv.Error:
            # a quote that never closes would swallow the rest: give up this line only
            broken.append((start + 1, "bad_quote"))
            at = start + 1
            restarts += 1
        if restarts > _MAX_RESTARTS:
            raise TableError(
                "quotes are broken in too many lines (引号不成对)",
                file=file,
                line=at,
                hint="export it with quotes doubled",
            )
    columns = tuple(pd.Series([row[i] for row in rows], dtype="str") for i in range(width))
    return Parsed(tuple(headers), columns, np.array(lines, dtype=np.int64), header_line, tuple(broken))


def _span(physical: Sequence[str], header_line: int, delimiter: str) -> int:
    """Physical lines the header takes (a header cell may hold a line break)."""
    reader = csv.reader(iter(physical[header_line - 1 :]), delimiter=delimiter)
    next(reader)
    return reader.line_num
