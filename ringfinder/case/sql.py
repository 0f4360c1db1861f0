"""Read-only SQL on a saved case, masked.

In:  Case, one SELECT.   Out: its rows.   Never writes, reads no other file, opens no connection.
The statement sees views: every personal column is masked as everywhere else, with a tag that equal values share in one
statement ('142****0001#3f2a91bc'), so that tables can still be joined. Letters are left out. The tag is a hash with
a salt drawn for the statement, so it means nothing afterwards.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.case.writing import DATABASE
from ringfinder.errors import InputError, RefusedError

if TYPE_CHECKING:
    import duckdb

    from ringfinder.case.opened import Case

#: how each personal column is shown; {c} is the column. Columns of these names are masked in whichever table they stand
_ENDS = "CASE WHEN length({c}) >= 9 THEN left({c}, 1) || '***' || right({c}, 1) ELSE '***' END"
_PHONE = (
    "CASE WHEN {c} LIKE '%~%' THEN left(regexp_extract({c}, '~.*'), 9) WHEN regexp_matches({c}, '^1[0-9]{{10,12}}$') "
    "THEN left({c}, 3) || '****' || right({c}, 4) ELSE left({c}, 2) || '****' END"
)
_ACCOUNT = (
    "CASE WHEN {c} LIKE '%~%' THEN left(regexp_extract({c}, '~.*'), 9) WHEN length({c}) >= 14 "
    "THEN left({c}, 6) || '***' || right({c}, 4) ELSE '*****' || right({c}, least(4, length({c}) // 2)) END"
)
_BY_KIND = (
    f"CASE {{k}} WHEN 'phone' THEN {_PHONE} WHEN 'account' THEN {_ACCOUNT} WHEN 'intermediary' THEN {_ENDS} "
    f"WHEN 'policyholder' THEN {{c}} WHEN 'template' THEN {{c}} ELSE {_ENDS} END"
)
_MASKS = {
    "name": "CASE WHEN length({c}) > 1 THEN left({c}, 1) || '某某' ELSE '某' END",
    "id_number": "CASE WHEN length({c}) = 18 THEN left({c}, 6) || '********' || right({c}, 4) ELSE '***' END",
    "address": "regexp_extract({c}, '^(?:[^0-9]{{2,8}}?(?:省|自治区))?(?:[^0-9]{{1,8}}?(?:市|州|盟))?') || '***'",
    "employer": "'***'",
    "owner": "'***'",
    "phone": _PHONE,
    "contact_phone": _PHONE,
    "account": _ACCOUNT,
    "payout_account": _ACCOUNT,
    "original_id": "'***'",
}
#: (kind, value) pairs: the value is masked as its kind says
_KINDED = {"value": "kind", "source": "source_kind", "target": "target_kind"}
_BLANK = {"birth_date": "NULL::DATE", "text": "'[正文 · text]'"}
#: with a tag, so that they can be joined
_TAGGED = frozenset({*_MASKS, *_KINDED} - {"name", "address"})
#: functions that run text as SQL or tell of the tables behind the views
_CLOSED = re.compile(
    r"\b(?:query|query_table|duckdb_\w+|pragma_\w+|sqlite_\w+|information_schema|pg_catalog|pg_\w+|getvariable|"
    r"current_setting|which_secret|read_\w+|glob|sniff_csv|parquet_\w+|getenv)\b|\bshow\s",
    re.IGNORECASE,
)
_LIMITS: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": "false"}


def run_sql(case: Case, statement: str, *, unmask: bool = False) -> pd.DataFrame:
    """The rows of one SELECT.

    Parameters
    ----------
    unmask : ask the tables as they are stored. Who calls notes who asked and why.

    Raises
    ------
    RefusedError : anything but one SELECT, or a function that reaches behind the views.
    InputError : it can't be run; the message is the database's, which never holds an unmasked value.
    """
    import duckdb

    kinds = _kinds(statement)
    if kinds != ["SELECT"]:
        raise RefusedError(
            "only one SELECT is run", hint='ringfinder sql CASE "SELECT ..."; a wrong name lists the tables'
        )
    if not unmask and (closed := _CLOSED.search(_without_texts(statement))):
        raise RefusedError(f"{closed[0]} is not open to questions", hint="ask the tables themselves")
    behind = f"behind_{secrets.token_hex(12)}"
    with duckdb.connect(":memory:", config=_LIMITS) as connection:
        connection.execute("SET autoload_known_extensions = false")
        path = str(case.folder / DATABASE).replace("'", "''")
        try:
            connection.execute(f"ATTACH '{path}' AS {behind} (READ_ONLY)")
        except duckdb.Error as error:
            raise InputError(f"case {case.folder.name}: {DATABASE} can't be read") from error
        if unmask:
            connection.execute(f"USE {behind}")
        else:
            _make_views(connection, behind)
        for setting in ("enable_external_access = false", "lock_configuration = true"):
            connection.execute(f"SET {setting}")
        try:
            frame = connection.execute(statement).df()
        except duckdb.Error as error:
            said = str(error).replace(behind, "case").split("\n")[0]
            raise InputError(f"the question can't be run: {said}", hint=_hint(connection, unmask)) from error
    return frame.astype({column: "str" for column in frame.columns if frame[column].dtype == object})


def _kinds(statement: str) -> list[str]:
    import duckdb

    try:
        return [part.type.name for part in duckdb.extract_statements(statement)]
    except duckdb.Error as error:
        raise InputError(f"no SQL: {str(error).splitlines()[0]}", hint='as in "SELECT * FROM rings"') from error


def _without_texts(statement: str) -> str:
    """The statement without what stands between quotes as text, and without comments."""
    return re.sub(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", " ", statement, flags=re.DOTALL)


def _make_views(connection: duckdb.DuckDBPyConnection, behind: str) -> None:
    """A masked view of every table, in the place an unqualified name is looked for."""
    salt = f"salt_{secrets.token_hex(12)}"
    connection.execute(f"CREATE TEMP TABLE {salt} AS SELECT '{secrets.token_hex(16)}' AS s")
    columns = connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = ? ORDER BY 1, column_index",
        [behind],
    ).fetchall()
    tables: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in columns:
        tables.setdefault(table, []).append((column, kind))
    for table, held in tables.items():
        names = {column for column, _ in held}
        shown = ", ".join(f'{_shown(table, column, names, salt)} AS "{column}"' for column, _ in held)
        connection.execute(f'CREATE TEMP VIEW "{table}" AS SELECT {shown} FROM {behind}.main."{table}"')


def _shown(table: str, column: str, names: set[str], salt: str) -> str:
    quoted = f'"{column}"'
    if table in ("manifest", "letter_texts", "signals"):
        return quoted
    if column in _BLANK:
        return f"CASE WHEN {quoted} IS NOT NULL THEN {_BLANK[column]} END"
    if column in _KINDED and _KINDED[column] in names:
        form = _BY_KIND.format(c=quoted, k=f'"{_KINDED[column]}"')
    elif column in _MASKS:
        form = _MASKS[column].format(c=quoted)
    else:
        return quoted
    if column in ("source", "target") and _KINDED[column] in names:  # people and templates go by their ids
        is_id = f"\"{_KINDED[column]}\" IN ('policyholder', 'template')"
        return f"CASE WHEN {is_id} THEN {quoted} ELSE {_tagged(form, quoted, salt)} END"
    return f"({_tagged(form, quoted, salt) if column in _TAGGED else form})"


def _tagged(form: str, quoted: str, salt: str) -> str:
    """The masked form and a hash that only equal values share."""
    return f"({form}) || '#' || left(sha256((SELECT s FROM {salt}) || {quoted}), 8)"


def _hint(connection: duckdb.DuckDBPyConnection, unmask: bool) -> str:
    if unmask:
        return "tables as `ringfinder sql CASE` describes them without --unmask"
    names = connection.execute("SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal ORDER BY 1")
    return "tables: " + ", ".join(name for (name,) in names.fetchall())
