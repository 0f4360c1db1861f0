"""Which files, sheets and database tables hold which table.

In:  a path.   Out: `Source`s, one a file or sheet, and the names of what was left out.   Opens nothing but workbooks
and databases, to list what they hold.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path

from ringfinder.errors import ConfigError, InputError, TableError
from ringfinder.identifiers import fold_word
from ringfinder.ingest.headers import table_in_parts, table_like, table_named
from ringfinder.ingest.raw import Format, Source, files_lines
from ringfinder.ingest.readers import duckdb_tables, sheet_names
from ringfinder.model.dataset import LINKING_TABLES, TABLE_BY_NAME, TABLES

_TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz")
_WORKBOOK = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
_DUCKDB = (".duckdb", ".ddb", ".db")
_NAMES = ", ".join(f"{t.name} ({t.zh})" for t in TABLES)


def find_sources(path: Path, files: Mapping[str, str]) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """All tables under a folder, in a workbook or in a DuckDB file; and the names that are no table.

    Parameters
    ----------
    files : the user's own names: file, sheet or database table -> table; '' leaves it out.

    Raises
    ------
    InputError : nothing there.
    TableError : one file given in two formats.
    ConfigError : `files` names a table that does not exist.
    """
    if not path.exists():
        raise InputError(f"no such file or folder: {path.name} (找不到)", hint="give the folder that holds the tables")
    own = _own_names(files)
    if path.is_dir():
        sources, unknown = _in_folder(path, own)
    else:
        sources, unknown = _in_file(path, own)
    _refuse_two_formats(sources)
    order = {t.name: i for i, t in enumerate(TABLES)}
    return tuple(sorted(sources, key=lambda s: order[s.table])), tuple(sorted(unknown))


def complaints_source(path: Path) -> Source:
    """One file of complaints alone, whatever its name.

    Raises
    ------
    InputError : no such file, a folder, or neither text nor Parquet.
    """
    if not path.is_file():
        raise InputError(f"no such file: {path.name} (找不到)", hint="give one file with complaints")
    form = _format(path.name)[1]
    if form not in ("text", "parquet"):
        raise InputError(f"{path.name}: complaints alone are read from CSV or Parquet", hint="save it as .csv")
    return Source("complaints", path, form)


def absent_files(path: Path, sources: Iterable[Source], unknown: Iterable[str], files: Mapping[str, str]) -> list[str]:
    """A sentence for each of the user's own names that no file, sheet or database table has, with the closest match."""
    there = {path.name} if path.is_file() else {entry.name for entry in path.iterdir()}
    there |= {_format(name)[0] for name in there}
    there |= {part for name in unknown for part in (name, name.partition(":")[2]) if part}
    books = {s.path for s in sources if s.format in ("workbook", "duckdb")} if files else ()
    for book in sorted(books):
        sheets = sheet_names(book) if _format(book.name)[1] == "workbook" else duckdb_tables(book)
        there |= {name for sheet in sheets for name in (sheet, f"{book.name}:{sheet}")}
    known = {fold_word(name): name for name in sorted(there)}
    out = []
    for name in files:
        if fold_word(name) not in known:
            close = difflib.get_close_matches(fold_word(name), known, n=1)
            guess = f"; did you mean '{known[close[0]]}'?" if close else ""
            out.append(f"[files] names '{name}', but there is no such file or sheet (没有这个文件或工作表){guess}")
    return out


def without_people(path: Path, sources: Iterable[Source], likely: Mapping[str, str]) -> list[InputError]:
    """The error of tables without policyholders, if it is one.

    Parameters
    ----------
    likely : file or sheet that is no known table -> table that its columns fit, '' if none.

    Raises
    ------
    InputError : there is no known table at all.
    """
    tables = {s.table for s in sources}
    if not tables:
        lines = "\n".join(["or write in ringfinder.toml:\n[files]", *files_lines(likely)]) if likely else ""
        raise InputError(
            f"no known table in '{path.name}' (没有认识的表){_seen(likely)}",
            hint=f"name the files after tables: {_NAMES}" + (f"\n{lines}" if lines else ""),
        )
    if "policyholders" in tables:
        return []
    fitting = [name for name, table in likely.items() if table == "policyholders"]
    close = difflib.get_close_matches("policyholders", [_format(u)[0] for u in likely], n=1)
    guess = fitting[0] if fitting else ""
    asked = f"is it '{guess or close[0]}'? " if guess or close else ""
    name = guess or next(iter(likely), "客户资料.xlsx")
    return [
        InputError(
            f"no policyholders table (投保人) in '{path.name}'{_seen(likely)}",
            hint=f"{asked}name it policyholders.csv or 投保人.csv (it needs the column policyholder_id), or write in "
            f'ringfinder.toml:\n  [files]\n  "{name}" = "policyholders"',
        )
    ]


def refuse_unlinked(path: Path, sources: Iterable[Source], unknown: Iterable[str]) -> None:
    """Refuse tables of which none links people; asked after reading, since a file that can't be read comes first.

    Raises
    ------
    InputError : no such table.
    """
    if not {s.table for s in sources} & set(LINKING_TABLES):
        raise InputError(
            f"no table that links people in '{path.name}' (缺少关联表){_seen(unknown)}",
            hint=f"add at least one of: {', '.join(LINKING_TABLES)}",
        )


def _own_names(files: Mapping[str, str]) -> dict[str, str]:
    for name, table in files.items():
        if table and table not in TABLE_BY_NAME:
            close = difflib.get_close_matches(table, TABLE_BY_NAME, n=1)
            guess = f"did you mean {close[0]!r}? " if close else ""
            raise ConfigError(
                f'files."{name}": no table named {table!r}', hint=f"{guess}known: {', '.join(TABLE_BY_NAME)}"
            )
    return {fold_word(name): table for name, table in files.items()}


def _tables_of(names: Mapping[str, Iterable[str]], own: Mapping[str, str]) -> dict[str, str | None]:
    """Name -> its table: '' where the user left it out, None where no table is known by it.

    `names` gives what each may be called in `own`, the surest first and the bare name last. Any number of names may
    stand for one table, with a period hung on or not; one that says which state of the table it is (masked, a copy)
    stands for it only if no other name does.
    """
    found: dict[str, str | None] = {}
    likely: dict[str, list[str]] = {}
    for name, called in names.items():
        said = [own[fold_word(word)] for word in called if fold_word(word) in own]
        bare = list(called)[-1]
        found[name] = said[0] if said else table_named(bare) or table_in_parts(bare)
        if found[name] is None and (table := table_like(bare)):
            likely.setdefault(table, []).append(name)
    for table, candidates in likely.items():
        if len(candidates) == 1 and table not in found.values():
            found[candidates[0]] = table
    return found


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


def _in_folder(folder: Path, own: Mapping[str, str]) -> tuple[list[Source], list[str]]:
    sources: list[Source] = []
    unknown: list[str] = []
    holders: list[Path] = []
    entries = {
        entry.name: entry
        for entry in sorted(folder.iterdir(), key=lambda p: p.name)
        if not entry.name.startswith((".", "~$"))
    }
    table_of = _tables_of({name: (name, _format(name)[0]) for name in entries if _format(name)[1]}, own)
    for name, entry in entries.items():
        form = _format(name)[1]
        table = table_of.get(name)
        if form is None:
            # a table in a format that is not read: told, never passed over
            unknown += [name] if entry.is_file() and table_like(name.split(".")[0]) else []
        elif table == "":
            continue
        elif form == "duckdb" or (form == "workbook" and table is None):
            holders.append(entry)
        elif table is None:
            unknown.append(name)
        elif entry.is_dir():
            raise TableError(
                "this is a folder, not a table (是文件夹)", file=name, hint="give one file, not a folder of parts"
            )
        else:
            sources += _said_sheets(entry, table, own) if form == "workbook" else [Source(table, entry, form)]
    if not sources and len(holders) == 1:
        return _in_file(holders[0], own)
    return sources, unknown + [h.name for h in holders]


def _said_sheets(path: Path, table: str, own: Mapping[str, str]) -> list[Source]:
    """A workbook that holds one table, and what the user says of its sheets."""
    if not own:
        return [Source(table, path, "workbook")]
    said: dict[str, str] = {}
    for sheet in sheet_names(path):
        words = (fold_word(f"{path.name}:{sheet}"), fold_word(sheet))
        said.update([(sheet, own[word]) for word in words if word in own][:1])
    named = tuple(sheet for sheet, meant in said.items() if meant == table)
    others = {sheet: meant for sheet, meant in said.items() if meant != table}
    return [
        Source(table, path, "workbook", named=named, others=tuple(others)),
        *(Source(meant, path, "workbook", inner=sheet) for sheet, meant in others.items() if meant),
    ]


def _in_file(path: Path, own: Mapping[str, str]) -> tuple[list[Source], list[str]]:
    form = _format(path.name)[1]
    if form not in ("workbook", "duckdb"):
        raise InputError(
            f"{path.name} is one file; a run needs a folder of tables (需要文件夹)",
            hint=f"give the folder it lies in. Tables: {_NAMES}",
        )
    names = sheet_names(path) if form == "workbook" else duckdb_tables(path)
    found = _tables_of({name: (f"{path.name}:{name}", name) for name in names}, own)
    return (
        [Source(table, path, form, name) for name, table in found.items() if table],
        [f"{path.name}:{name}" for name, table in found.items() if table is None],
    )


def _refuse_two_formats(sources: list[Source]) -> None:
    """One export saved in two formats is no second part of its table."""
    by_name: dict[tuple[str, str], Source] = {}
    for source in sources:
        other = by_name.setdefault((source.table, _format(source.path.name)[0]), source)
        if other.path != source.path:
            raise TableError(
                f"table '{source.table}' is given twice: {other.path.name} and {source.path.name} (同一张表给了两份)",
                file=source.path.name,
                hint="keep one of the two formats; parts of one table need names of their own, such as 退保2022.csv "
                "and 退保2023.csv, and are read one after the other",
            )


def _seen(unknown: Iterable[str]) -> str:
    names = list(unknown)
    return f"; found: {', '.join(names[:8])}" if names else ""


def file_format(name: str) -> Format | None:
    """Format of a file by its ending; None of one that is not read."""
    return _format(name)[1]
