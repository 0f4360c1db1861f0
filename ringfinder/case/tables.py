"""The normalised tables of a saved case, to run stages on once more.

In:  Case.   Out: `Dataset`, the letter texts of the configuration.   Real values: never leaves the process unmasked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfinder.case.manifest import PULLED
from ringfinder.errors import InputError
from ringfinder.model.dataset import DTYPES, TABLES, Dataset

if TYPE_CHECKING:
    from ringfinder.case.opened import Case


def read_dataset(case: Case) -> Dataset:
    """The tables as the run had them: the same rows in the same order, of the same types.

    Raises
    ------
    InputError : the case lacks a table, or was pulled from a server.
    """
    check_whole(case)
    known = set(case.fetch("SELECT table_name FROM duckdb_tables()")["table_name"])
    missing = [table.name for table in TABLES if table.name not in known]
    if missing:
        raise InputError(
            f"case {case.folder.name} was only half written: no table {missing[0]}", hint="run detect again"
        )
    frames = case.fetch_all({table.name: f'SELECT * FROM "{table.name}" ORDER BY rowid' for table in TABLES})
    for table in TABLES:
        types = {column.name: DTYPES[column.type] for column in table.columns}
        types |= {"row_key": "str", "source_file": "str", "source_line": "int64"}
        frames[table.name] = frames[table.name].astype(types)
    return Dataset(frames)


def check_whole(case: Case) -> None:
    """Say no to a case that was pulled from a server: its letters and values never were there."""
    pulled = case.manifest.get(PULLED)
    if pulled is not None:
        raise InputError(
            f"case {case.folder.name} was pulled from a server, which never had its letters and values",
            hint=f"this needs the case that was pushed: {pulled['case']}",
        )


def read_letter_texts(case: Case) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The published letters and the forms that the run compared letters with."""
    config = case.manifest.get("config", {})
    if not (config.get("known_letters") or config.get("boilerplate")):
        return (), ()
    known = case.fetch("SELECT table_name FROM duckdb_tables() WHERE table_name = 'letter_texts'")
    if not len(known):
        raise InputError(f"case {case.folder.name} does not hold its published letters", hint="run detect again")
    texts = case.fetch("SELECT role, text FROM letter_texts ORDER BY rowid")
    published, forms = (tuple(texts.loc[texts["role"] == role, "text"]) for role in ("known", "boilerplate"))
    return published, forms
