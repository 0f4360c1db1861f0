"""Which files, sheets and database tables hold which table.

In:  a path.   Out: `Source`s, one a table at most, and the names of what was left out.   Opens nothing but workbooks
and databases, to list what they hold.
"""

from __future__ import annotations

import difflib
from pathlib import Path

from ringfinder.errors import InputError, TableError
from ringfinder.ingest.headers import table_named
from ringfinder.ingest.raw import Format, Source
from ringfinder.ingest.readers import duckdb_tables, sheet_names
from ringfinder.model.dataset import LINKING_TABLES, TABLES

_TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz")
_WORKBOOK = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
_DUCKDB = (".duckdb", ".ddb", ".db")
_NAMES = ", ".join(f"{t.name} ({t.zh})" for t in TABLES)


def find_sources(path: Path) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """All tables under a folder, in a workbook or in a DuckDB file; and the names that are no table.

    Raises
    ------
    InputError : nothing there, no known table, no policyholders, nothing that links people.
    TableError : a table given twice.
    """
    if not path.exists():
        raise InputError(f"no such file or folder: {path.name} (找不到)", hint="give the folder that holds the tables")
    if path.is_dir():
        sources, unknown = _in_folder(path)
    else:
        sources, unknown = _in_file(path)
    _refuse_twice(sources)
    _refuse_unusable(path, sources, unknown)
    order = {t.name: i for i, t in enumerate(TABLES)}
    return tuple(sorted(sources, key=lambda s: order[s.table])), tuple(sorted(unknown))


def _format(name: str) -> tuple[str, Format | None]:
    lower = name.lower()
    choices: tuple[tuple[tuple[str, ...], Format], ...] = (
        (_TEXT, "text"),
        ((".parquet", ".pq"), "parquet"),
        (_WORKBOOK, "workbook"),
        (_DUCKDB, "duckdb"),
    )
    for endings, form in choices:
        for ending in sorted(endings, key=len, reverse=True):
            if lower.endswith(ending):
                return name[: -len(ending)], form
    return name, None


def _in_folder(folder: Path) -> tuple[list[Source], list[str]]:
    sources: list[Source] = []
    unknown: list[str] = []
    holders: list[Path] = []
    for entry in sorted(folder.iterdir(), key=lambda p: p.name):
        stem, form = _format(entry.name)
        if form is None or entry.name.startswith((".", "~$")):
            continue
        table = table_named(stem)
        if form == "duckdb" or (form == "workbook" and table is None):
            holders.append(entry)
        elif table is None:
            unknown.append(entry.name)
        elif entry.is_dir():
            raise TableError(
                "this is a folder, not a table (是文件夹)", file=entry.name, hint="give one file, not a folder of parts"
            )
        else:
            sources.append(Source(table, entry, form))
    if not sources and len(holders) == 1:
        return _in_file(holders[0])
    return sources, unknown + [h.name for h in holders]


def _in_file(path: Path) -> tuple[list[Source], list[str]]:
    form = _format(path.name)[1]
    if form not in ("workbook", "duckdb"):
        raise InputError(
            f"{path.name} is one file; a run needs a folder of tables (需要文件夹)",
            hint=f"give the folder it lies in. Tables: {_NAMES}",
        )
    names = sheet_names(path) if form == "workbook" else duckdb_tables(path)
    found = [(name, table_named(name)) for name in names]
    return [Source(t, path, form, n) for n, t in found if t], [f"{path.name}:{n}" for n, t in found if not t]


def _refuse_twice(sources: list[Source]) -> None:
    by_table: dict[str, Source] = {}
    for source in sources:
        other = by_table.setdefault(source.table, source)
        if other is not source:
            names = [s.inner or s.path.name for s in (other, source)]
            raise TableError(
                f"table '{source.table}' is given twice: {names[0]} and {names[1]} (同一张表给了两份)",
                file=source.path.name,
                hint="keep one of the two",
            )


def _refuse_unusable(path: Path, sources: list[Source], unknown: list[str]) -> None:
    tables = {s.table for s in sources}
    seen = f"; found: {', '.join(unknown[:8])}" if unknown else ""
    if not tables:
        raise InputError(
            f"no known table in {path.name} (没有认识的表){seen}", hint=f"name the files after tables: {_NAMES}"
        )
    if "policyholders" not in tables:
        names = [_format(u)[0] for u in unknown]
        close = difflib.get_close_matches("policyholders", names, n=1)
        guess = f"is it '{close[0]}'? " if close else ""
        raise InputError(
            f"no policyholders table (投保人) in {path.name}{seen}",
            hint=f"{guess}name it policyholders.csv or 投保人.csv; it needs the column policyholder_id",
        )
    if not tables & set(LINKING_TABLES):
        raise InputError(
            f"no table that links people in {path.name} (缺少关联表){seen}",
            hint=f"add at least one of: {', '.join(LINKING_TABLES)}",
        )
