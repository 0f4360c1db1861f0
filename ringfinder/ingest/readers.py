"""Files to raw tables: text, Parquet, workbooks, DuckDB. The only file of this stage that reads from disk.

In:  `Source`.   Out: `RawTable`.   Nothing is understood here but headers, and nothing on disk is changed.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ringfinder.errors import TableError
from ringfinder.identifiers import fold_word
from ringfinder.ingest import csv_text
from ringfinder.ingest.decode import decode
from ringfinder.ingest.headers import column_named, missing_columns, names_a_part, table_like
from ringfinder.ingest.options import ReadOptions
from ringfinder.ingest.raw import RawTable, Source
from ringfinder.model.dataset import TABLE_BY_NAME

_LOG = logging.getLogger(__name__)
_HEADER_ROWS = 10


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_raw(source: Source, options: ReadOptions) -> tuple[RawTable, ...]:
    """Read one file: one table, or each sheet of a workbook that has the table's columns.

    Raises
    ------
    TableError : the file can't be read as a table of its format.
    """
    readers: dict[str, Callable[[Source, ReadOptions], tuple[RawTable, ...]]] = {
        "text": _read_text,
        "parquet": _read_parquet,
        "workbook": _read_workbook,
        "duckdb": _read_duckdb,
    }
    try:
        raws = readers[source.format](source, options)
        digest = sha256_of(source.path)
    except OSError as error:
        raise TableError(
            f"can't be read: {error.strerror or type(error).__name__} (读取失败)",
            file=source.path.name,
            hint="check that the file is there, whole, and that you may read it",
        ) from error
    for raw in raws:
        _LOG.info("read %s: %d rows, %d columns, %s", raw.table, len(raw.lines), len(raw.headers), raw.encoding)
    return tuple(replace(raw, sha256=digest) for raw in raws)


def _known(table: str, options: ReadOptions) -> Callable[[Sequence[str]], int]:
    own = {fold_word(h) for h in options.mapping.get(table, {})}
    return lambda row: sum(fold_word(c) in own or column_named(table, c) is not None for c in row)


def _read_text(source: Source, options: ReadOptions) -> tuple[RawTable, ...]:
    name = source.path.name
    data = source.path.read_bytes()
    if name.lower().endswith(".gz"):
        try:
            data = gzip.decompress(data)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise TableError(
                "not a whole gzip file (压缩文件损坏)", file=name, hint="copy or export it again"
            ) from error
    text, encoding, notes = decode(data, file=name, encoding=options.encoding)
    tab = "\t" if not options.delimiter and ".tsv" in name.lower() else ""
    parsed = csv_text.parse(text, n_known=_known(source.table, options), delimiter=options.delimiter or tab, file=name)
    raw = RawTable(
        table=source.table,
        file=name,
        headers=parsed.headers,
        columns=parsed.columns,
        lines=parsed.lines,
        encoding=encoding,
        header_line=parsed.header_line,
        broken=parsed.broken,
        notes=notes,
    )
    return (raw,)


def _read_parquet(source: Source, options: ReadOptions) -> tuple[RawTable, ...]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(source.path).read()
    except (pa.ArrowException, ValueError) as error:
        raise TableError(
            "not a Parquet file (不是 Parquet 文件)", file=source.path.name, hint="export it again"
        ) from error
    return (_from_arrow(table, source, "parquet"),)


def _from_arrow(table: Any, source: Source, encoding: str) -> RawTable:
    columns = tuple(_arrow_column(column) for column in table.columns)
    return RawTable(
        table=source.table,
        file=f"{source.path.name}:{source.inner}" if source.inner else source.path.name,
        headers=tuple(table.column_names),
        columns=columns,
        lines=np.arange(1, table.num_rows + 1, dtype=np.int64),
        encoding=encoding,
    )


def _arrow_column(column: Any) -> pd.Series:
    """A typed column as pandas: text, floats and times as such, anything else as objects."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_date(kind):
        column = column.cast(pa.timestamp("s"))
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pd.Series(pd.array(column.cast(pa.large_string()).combine_chunks(), dtype="str"))
    elif pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_decimal(kind):
        return pd.Series(column.to_pylist(), dtype="object")
    series: pd.Series = column.to_pandas()
    return series.reset_index(drop=True)


def sheet_names(path: Path) -> list[str]:
    """Names of a workbook's sheets.

    Raises
    ------
    TableError : not a workbook, or one locked by a password.
    """
    return list(_workbook(path).sheet_names)


def head_of_sheets(path: Path, sheet: str = "") -> list[list[str]]:
    """The first rows of one sheet, or of each."""
    book = _workbook(path)
    names = [sheet] if sheet else book.sheet_names
    heads = [book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=_HEADER_ROWS) for name in names]
    return [[str(cell) for cell in row] for head in heads for row in head]


def column_names(path: Path, inner: str = "") -> list[list[str]]:
    """The columns of a Parquet file, of one table of a DuckDB file, or of each of its tables."""
    if path.name.lower().endswith((".parquet", ".pq")):
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            return [list(pq.read_schema(path).names)]
        except pa.ArrowException:
            return []
    return [_describe(path, table) for table in ([inner] if inner else duckdb_tables(path))]


def _workbook(path: Path) -> Any:
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except (python_calamine.CalamineError, ValueError) as error:
        raise TableError(
            "not a workbook that can be read (工作簿无法读取)",
            file=path.name,
            hint="save it again as .xlsx without a password, or export the sheet as CSV UTF-8",
        ) from error


def _read_workbook(source: Source, options: ReadOptions) -> tuple[RawTable, ...]:
    """The sheet asked for, else each that is a part of the table; why others are left out is told with the first.

    Where none has the table's columns, the sheet that comes closest is given, so that the error names its headers.
    """
    book = _workbook(source.path)
    sheets = list(book.sheet_names)
    asked = [source.inner] if source.inner else [s for s in sheets if s not in source.others]
    raws = {s: _sheet(book, s, source, options, is_one=len(sheets) == 1) for s in asked}
    found = {s: raw for s, raw in raws.items() if raw is not None}
    if not found:
        raise TableError(
            f"sheet '{(asked or sheets)[0]}' is empty (工作表为空)", file=source.path.name, hint="export it again"
        )
    table, mapping = TABLE_BY_NAME[source.table], options.mapping.get(source.table, {})
    lacking = {s: missing_columns(table, raw.headers, mapping=mapping) for s, raw in found.items()}
    whole = [s for s in found if not lacking[s]]
    parts = [s for s in whole if names_a_part(table.name, s)]
    read = [s for s in found if s in source.named or s in (parts or whole)]
    n_known = _known(source.table, options)
    read = read or [max(found, key=lambda s: (n_known(found[s].headers), table_like(s) == table.name))]
    notes: list[str] = []
    warnings: list[str] = []
    for sheet in (s for s in asked if s not in read):
        place = f"{source.path.name}: sheet '{sheet}' not read (工作表未读)"
        if sheet not in found:
            notes.append(f"{place}: it is empty (为空)")
        elif sheet in whole:
            warnings.append(
                f"{place}: it has the columns of {table.name}, and a name of its own (列相符而名称不同); to read it, "
                f'write [files] "{source.path.name}:{sheet}" = "{table.name}"'
            )
        elif n_known(found[sheet].headers):
            warnings.append(f"{place}: it lacks {', '.join(lacking[sheet])} of {table.name} (缺少必填列)")
        else:
            notes.append(f"{place}: it has no column of {table.name} (没有该表的列)")
    first = replace(found[read[0]], notes=tuple(notes), warnings=tuple(warnings))
    return (first, *(found[sheet] for sheet in read[1:]))


def _sheet(book: Any, sheet: str, source: Source, options: ReadOptions, *, is_one: bool) -> RawTable | None:
    """One sheet as a table; None of an empty one."""
    name = source.path.name
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    n_known = _known(source.table, options)
    filled = [i for i, row in enumerate(rows[:_HEADER_ROWS]) if any(str(c).strip() for c in row)]
    if not filled:
        return None
    best = max(filled, key=lambda i: (n_known([str(c) for c in rows[i]]), -i))
    headers = [str(c) for c in rows[best]]
    while headers and not headers[-1].strip():
        headers.pop()
    body = rows[best + 1 :]
    return RawTable(
        table=source.table,
        file=name if is_one else f"{name}:{sheet}",
        headers=tuple(headers),
        columns=tuple(_sheet_column([row[i] for row in body]) for i in range(len(headers))),
        lines=np.arange(best + 2, best + 2 + len(body), dtype=np.int64),
        encoding="xls" if name.lower().endswith(".xls") else "xlsx",
        header_line=best + 1,
    )


def _sheet_column(cells: list[object]) -> pd.Series:
    if all(isinstance(c, str) for c in cells):
        return pd.Series(cells, dtype="str")
    return pd.Series([None if c == "" else c for c in cells], dtype="object")


def duckdb_tables(path: Path) -> list[str]:
    """Names of the tables and views in a DuckDB file.

    Raises
    ------
    TableError : not a DuckDB file, or one in use by another program.
    """
    with _connect(path) as connection:
        rows = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'main' order by table_name"
        ).fetchall()
    return [str(row[0]) for row in rows]


def _describe(path: Path, table: str) -> list[str]:
    with _connect(path) as connection:
        rows = connection.execute(
            "select column_name from information_schema.columns where table_name = $table order by ordinal_position",
            {"table": table},
        ).fetchall()
    return [str(row[0]) for row in rows]


def _connect(path: Path) -> Any:
    import duckdb

    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise TableError(
            "not a DuckDB file, or in use (不是 DuckDB 文件,或正被占用)",
            file=path.name,
            hint="close the program that holds it, or export its tables as Parquet",
        ) from error


def _read_duckdb(source: Source, options: ReadOptions) -> tuple[RawTable, ...]:
    with _connect(source.path) as connection:
        quoted = source.inner.replace('"', '""')
        table = connection.sql(f'select * from "{quoted}"').to_arrow_table()
    return (_from_arrow(table, source, "duckdb"),)
