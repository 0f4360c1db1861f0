"""Files and sheets that are no known table by name: which table do their columns fit?

In:  a path, names.   Out: name -> table.   A guess for a hint, never acted on; reads the first rows only.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from ringfinder.errors import TableError
from ringfinder.ingest import csv_text
from ringfinder.ingest.decode import decode
from ringfinder.ingest.headers import column_named, missing_columns
from ringfinder.ingest.options import ReadOptions
from ringfinder.ingest.readers import column_names, head_of_sheets
from ringfinder.ingest.sources import file_format
from ringfinder.model.dataset import TABLES

_HEAD_BYTES = 1 << 18


def likely_tables(path: Path, unknown: Iterable[str], options: ReadOptions) -> dict[str, str]:
    """The table that fits the columns of each unknown file or sheet best, '' where none does.

    A table fits that has all its required columns among the headers; the one with most columns there wins.

    Parameters
    ----------
    path : what was asked to be read. unknown : names as `find_sources` gives them: FILE, or FILE:SHEET.
    """
    return {name: _best(_heads(path, name, options)) for name in unknown}


def _best(rows: Sequence[Sequence[str]]) -> str:
    best, most = "", 1
    for table in TABLES:
        for row in rows:
            n_known = len({c for cell in row if (c := column_named(table.name, cell))})
            if n_known > most and not missing_columns(table, row, mapping={}):
                best, most = table.name, n_known
    return best


def _heads(path: Path, name: str, options: ReadOptions) -> list[list[str]]:
    """The first rows of a file, or of each of its sheets; none of one that can't be read."""
    file, _, inner = name.partition(":")
    place = path / file if path.is_dir() else path
    form = file_format(place.name)
    try:
        if form == "workbook":
            return head_of_sheets(place, inner)
        if form in ("parquet", "duckdb"):
            return column_names(place, inner)
        return _head_of_text(place, options) if form == "text" else []
    except (TableError, OSError, EOFError, zlib.error):
        return []


def _head_of_text(path: Path, options: ReadOptions) -> list[list[str]]:
    with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as stream:
        data = stream.read(_HEAD_BYTES)
    if len(data) == _HEAD_BYTES:
        cut = data.rindex(b"\n") if b"\n" in data else len(data)
        data = data[: cut - cut % 2] if b"\x00" in data else data[:cut]
    text, _, _ = decode(data, file=path.name, encoding=options.encoding)
    delimiters = (options.delimiter,) if options.delimiter else csv_text.DELIMITERS
    return [row for d in delimiters for row in csv_text.head(io.StringIO(text, newline=""), d)]
