"""The files of a case as they are and as they should be.

In:  a case, a report derived anew from its own tables.   Out: checksums, bytes, the first line that differs.
Never writes. A difference is named by its line and the record numbers that begin it, never by a value.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ringfinder.case.csv_files import csv_frames, render_csv
from ringfinder.case.database import case_tables
from ringfinder.case.history import read_history
from ringfinder.case.lineage import renamed
from ringfinder.case.writing import CASE_FILES, DATABASE
from ringfinder.model.ring import RingReport

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

#: tables of case.duckdb that a run makes; the others are its input, or its history
DERIVED_TABLES = ("rings", "members", "evidence", "signals", "ring_identifiers", "letters", "templates", "book_values")


def file_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each file that makes a case, those that are there."""
    there = [name for name in CASE_FILES if (folder / name).is_file()]
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in there}


def page_digests(folder: Path, also: Collection[str] = ()) -> dict[str, str]:
    """SHA-256 of each page that lies in a case, and of the pictures of these names: what people look at."""
    named = (path for path in folder.iterdir() if path.suffix == ".html" or path.name in also)
    pages = sorted(path for path in named if path.is_file())
    return {page.name: hashlib.sha256(page.read_bytes()).hexdigest() for page in pages}


def with_ids_of(report: RingReport, case: Case) -> RingReport:
    """The report under the ring ids that the case gave, told by rank, and with its history."""
    stored = case.fetch("SELECT ring_id, rank FROM rings")
    by_rank = dict(zip(stored["rank"].astype(int), stored["ring_id"].astype(str), strict=True))
    ids = {ring.ring_id: by_rank.get(ring.rank, ring.ring_id) for ring in report.rings}
    return replace(report, rings=renamed(report.rings, ids), lineage=read_history(case))


def differences(case: Case, report: RingReport) -> dict[str, str]:
    """What of a case is not what its own tables give: file or table to the first line that differs, '' where equal.

    Parameters
    ----------
    report : derived anew, under the case's ids (`with_ids_of`).
    """
    tables = case_tables(report, case.manifest)
    frames = dict(csv_frames(tables, language=case.language, masked=bool(case.manifest.get("masked", True))))
    # what reading set aside can't be told from the tables that were kept
    frames["rejects.csv"] = case.rejects()
    found = {
        name: first_difference(_read(case.folder / name), render_csv(frame)) for name, frame in sorted(frames.items())
    }
    stored = case.fetch_all({name: f'SELECT * FROM "{name}" ORDER BY rowid' for name in DERIVED_TABLES})
    for name in DERIVED_TABLES:
        found[f"{DATABASE}: {name}"] = first_difference(render_csv(stored[name]), render_csv(tables[name]))
    found[f"{DATABASE}: manifest"] = _manifest_difference(case)
    return found


def first_difference(is_there: bytes, should_be: bytes) -> str:
    """'line 3: R-0001, H0001' for the first line that differs; '' for equal bytes.

    Examples
    --------
    >>> first_difference(b"ring_id,size\\nR-0001,9\\n", b"ring_id,size\\nR-0001,8\\n")
    'line 2: R-0001'
    """
    if is_there == should_be:
        return ""
    one, other = (text.decode("utf-8", "replace").split("\n") for text in (is_there, should_be))
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    line = other[at] if at < len(other) and other[at] else one[at] if at < len(one) else ""
    heads = [name.strip() for name in (other[0] if other else "").split(",")]
    cells = next(csv.reader(io.StringIO(line)), [])
    ids = [cell for name, cell in zip(heads, cells, strict=False) if name.endswith("_id")]
    return f"line {at + 1}: {', '.join(ids)}" if ids else f"line {at + 1}"


def _manifest_difference(case: Case) -> str:
    """The first entry of manifest.json that the copy in the database has otherwise."""
    rows = case.fetch("SELECT key, value FROM manifest")
    stored = {str(key): str(value) for key, value in zip(rows["key"], rows["value"], strict=True)}
    given: Mapping[str, str] = {
        str(key): json.dumps(value, ensure_ascii=False, sort_keys=True) for key, value in case.manifest.items()
    }
    return next((f"entry {key}" for key in sorted({*stored, *given}) if stored.get(key) != given.get(key)), "")


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
