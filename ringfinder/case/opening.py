"""Open a case folder for reading, or say why it is none.

In:  a folder.   Out: `Case`.   Never writes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ringfinder.case.manifest import FORMAT_NAME, FORMAT_VERSION
from ringfinder.case.opened import Case
from ringfinder.case.writing import DATABASE, MANIFEST
from ringfinder.errors import InputError


def open_case(path: Path | str) -> Case:
    """Open a case folder for reading.

    Raises
    ------
    InputError : the folder is missing, isn't a case, was only half written, or is of another version's format.
    """
    folder = Path(path)
    if not folder.exists():
        raise InputError(f"no case at {folder.name}", hint="make one: ringfinder detect INPUT --out CASE")
    if not folder.is_dir() or not ((folder / MANIFEST).is_file() or (folder / DATABASE).is_file()):
        raise InputError(
            f"{folder.name} is not a case: it holds no {MANIFEST}",
            hint="make one: ringfinder detect INPUT --out CASE",
        )
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"case {folder.name} is damaged: {MANIFEST} is missing or can't be read", hint="run detect again"
        ) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT_NAME:
        raise InputError(
            f"{folder.name} is not a case: its {MANIFEST} was written by another program",
            hint="make one: ringfinder detect INPUT --out CASE",
        )
    found = manifest.get("format_version")
    if found != FORMAT_VERSION:
        raise InputError(
            f"case {folder.name} has format {found}, this version reads {FORMAT_VERSION}",
            hint=f"run detect again, or use the ringfinder that wrote it (version {manifest.get('version', '?')})",
        )
    manifest.pop("timings", None)
    if not (folder / DATABASE).is_file():
        raise InputError(f"case {folder.name} is damaged: {DATABASE} is missing", hint="run detect again")
    case = Case(folder=folder, manifest=manifest)
    _check_tables(case)
    return case


def _check_tables(case: Case) -> None:
    import duckdb

    needed: Sequence[str] = (
        "rings",
        "members",
        "evidence",
        "ring_identifiers",
        "book_links",
        "book_values",
        "manifest",
    )
    try:
        names = set(case.fetch("SELECT table_name FROM duckdb_tables()")["table_name"])
    except duckdb.Error as error:
        raise InputError(
            f"case {case.folder.name} is damaged: {DATABASE} can't be read", hint="run detect again"
        ) from error
    missing = [name for name in needed if name not in names]
    if missing:
        raise InputError(
            f"case {case.folder.name} was only half written: no table {missing[0]}", hint="run detect again"
        )
