"""An insurer's tables from disk to `Dataset`: the only file of this stage that chains its steps.

In:  a folder, a workbook or a DuckDB file.   Out: `Dataset` with its `IngestReport`.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from ringfinder.errors import ConfigError, InputError, TableError
from ringfinder.ingest import rows, words
from ringfinder.ingest.amounts import set_aside_amounts
from ringfinder.ingest.categories import without_remarks
from ringfinder.ingest.headers import user_columns
from ringfinder.ingest.holder_ids import mend_holder_ids, stranger_warning, twin_warning
from ringfinder.ingest.options import ReadOptions, check_shapes
from ringfinder.ingest.pseudonyms import replace_personal_ids
from ringfinder.ingest.raw import RawTable, Rejects
from ringfinder.ingest.readers import read_raw
from ringfinder.ingest.refusing import header_errors, refuse
from ringfinder.ingest.shape import Shaped, refuse_without_rows, shape
from ringfinder.ingest.sources import (
    absent_files,
    complaints_source,
    find_sources,
    refuse_unlinked,
    without_people,
)
from ringfinder.ingest.told import blind_spots, conflict_note, reading_notes, renamed_note
from ringfinder.ingest.unread import likely_tables
from ringfinder.model.dataset import TABLE_BY_NAME, TABLES, Dataset, IngestReport, InputFile

_LOG = logging.getLogger(__name__)

#: called with what is being done and the share of the reading that is done (0 to 1)
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class _Part:
    """One table on its way: typed rows of all its files, and counts by file."""

    raws: tuple[RawTable, ...]
    shaped: tuple[Shaped, ...]
    frame: pd.DataFrame
    duplicates: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    notes: tuple[str, ...] = ()


def read_tables(
    path: str | os.PathLike[str],
    *,
    options: ReadOptions | None = None,
    known_ids: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Dataset:
    """Read, clean and order all tables of one insurer.

    Every row or cell that can't be used is set aside with its file, line and reason; the order of rows in the files
    changes nothing but `source_line`.

    Parameters
    ----------
    path : folder of files, a workbook with sheets, or a DuckDB file. A table may come in several files or sheets (one
        a year, say), which are read one after the other.
    options : the user's own names of files, headers and words; encoding, delimiter.
    known_ids : original policyholder id -> the 'PH-' number it has in an earlier case (`PreviousRun.known_ids`).
    progress : called with the table's name and the share done.

    Raises
    ------
    InputError : nothing to read, no policyholders table, no table that links people.
    TableError : tables can't be used at all; names every file, the column and the cure.
    ConfigError : the options name a table, a column or a choice that does not exist.
    """
    options = options or ReadOptions()
    _check_options(options)
    sources, unknown_tables = find_sources(Path(path), options.files)
    likely = likely_tables(Path(path), unknown_tables, options)
    raws: list[RawTable] = []
    errors: list[InputError] = []
    for i, source in enumerate(sources):
        if progress is not None:
            progress(f"read {source.table}", i / len(sources))
        try:
            raws += read_raw(source, options)
        except TableError as error:
            errors.append(error)
    errors += header_errors(raws, mapping=options.mapping) + without_people(Path(path), sources, likely)
    refuse(errors, unread=likely)
    rejects = Rejects()
    parts, mended = _parts(raws, options, rejects)
    refuse_unlinked(Path(path), sources, unknown_tables)
    people = parts["policyholders"].frame["policyholder_id"]
    warnings = twin_warning(people)
    for name in (name for name in parts if name != "policyholders"):
        warnings += stranger_warning(name, parts[name].frame["policyholder_id"], people) if _of_people(name) else []
    parts = _against_holders(parts, rejects)
    plausible, odd = set_aside_amounts({name: part.frame for name, part in parts.items()}, rejects)
    frames, pseudonyms = replace_personal_ids(plausible, known_ids)
    frames = without_remarks(frames)
    if "complaints" in frames:
        phones = frames.get("phones", TABLE_BY_NAME["phones"].empty().drop(columns="row_key"))
        frames["phones"] = rows.add_phones(phones, rows.further_phones(frames["complaints"]))
    tables = {t.name: rows.finish(t, frames[t.name]) if t.name in frames else t.empty() for t in TABLES}
    if progress is not None:
        progress("read", 1.0)
    report = IngestReport(
        files=tuple(f for part in parts.values() for f in _input_files(part)),
        rejects=rejects.to_frame(),
        unknown_columns=tuple(dict.fromkeys((n, h) for n, p in parts.items() for s in p.shaped for h in s.unknown)),
        unknown_tables=unknown_tables,
        likely_tables=likely,
        warnings=tuple(
            warnings
            + list(odd)
            + [w for raw in raws for w in raw.warnings]
            + absent_files(Path(path), sources, unknown_tables, options.files)
            + blind_spots(tables)
        ),
        notes=tuple(n for part in parts.values() for s in part.shaped for n in s.notes)
        + mended
        + tuple(n for part in parts.values() for n in part.notes)
        + reading_notes({name: part.frame for name, part in parts.items()}, tables)
        + renamed_note(frames["policyholders"], pseudonyms),
        pseudonyms=pseudonyms,
    )
    _LOG.info("%d tables, %d rejects", len(sources), len(report.rejects))
    return Dataset(tables, report)


def read_complaints(
    path: str | os.PathLike[str], *, options: ReadOptions | None = None, known_ids: Mapping[str, str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read one file of complaints alone, to be held against a case.

    Parameters
    ----------
    options, known_ids : as for `read_tables`.

    Returns
    -------
    The complaints table, and what was set aside while reading.

    Raises
    ------
    InputError, TableError, ConfigError : as `read_tables`.
    """
    options = options or ReadOptions()
    _check_options(options)
    rejects = Rejects()
    raws = read_raw(complaints_source(Path(path)), options)
    table = TABLE_BY_NAME["complaints"]
    refuse(header_errors(raws, mapping=options.mapping), unread={})
    shaped = tuple(shape(raw, options, rejects) for raw in raws)
    frame = _once("complaints", raws, shaped, shaped[0].frame, rejects).frame
    people = frame[["policyholder_id"]].drop_duplicates()
    frames, _ = replace_personal_ids({"policyholders": people, "complaints": frame}, known_ids)
    return rows.finish(table, frames["complaints"]), rejects.to_frame()


def _check_options(options: ReadOptions) -> None:
    check_shapes(options)
    for table, columns in options.values.items():
        for column, said in columns.items():
            words.check_words(table, column, said)
    for name, mapping in options.mapping.items():
        if name not in TABLE_BY_NAME:
            raise ConfigError(f"mapping: no table named {name!r}", hint=f"known: {', '.join(TABLE_BY_NAME)}")
        user_columns(TABLE_BY_NAME[name], mapping)


def _parts(raws: list[RawTable], options: ReadOptions, rejects: Rejects) -> tuple[dict[str, _Part], tuple[str, ...]]:
    """Each table's files as one, ids as the policyholders have them, each row once; and notes of what was mended."""
    shaped = [shape(raw, options, rejects) for raw in raws]
    names = list(dict.fromkeys(raw.table for raw in raws))
    own = {name: [i for i, raw in enumerate(raws) if raw.table == name] for name in names}
    whole = {name: pd.concat([shaped[i].frame for i in own[name]], ignore_index=True) for name in names}
    mended = mend_holder_ids(whole)
    parts = {
        name: _once(
            name,
            tuple(raws[i] for i in own[name]),
            tuple(shaped[i] for i in own[name]),
            mended.frames[name],
            rejects,
        )
        for name in names
    }
    return parts, mended.notes


def _once(
    name: str, raws: tuple[RawTable, ...], shaped: tuple[Shaped, ...], frame: pd.DataFrame, rejects: Rejects
) -> _Part:
    """Rows of equal content once, one row an id."""
    table = TABLE_BY_NAME[name]
    once, duplicates = rows.drop_repeats(table, frame)
    single, lost = rows.drop_double_ids(table, once, rejects)
    if name == "policyholders" and not len(single):
        refuse_without_rows(raws[0])
    rejected = Counter({raw.file: s.n_rejected for raw, s in zip(raws, shaped, strict=True)})
    rejected.update(lost["source_file"].tolist())
    return _Part(raws, shaped, single, duplicates, rejected, conflict_note(table, single, lost))


def _of_people(name: str) -> bool:
    return "policyholder_id" in TABLE_BY_NAME[name].column_names


def _against_holders(parts: dict[str, _Part], rejects: Rejects) -> dict[str, _Part]:
    holders = parts["policyholders"].frame["policyholder_id"]
    out = dict(parts)
    for name, part in parts.items():
        if name != "policyholders":
            frame, strangers = rows.drop_strangers(TABLE_BY_NAME[name], part.frame, holders, rejects)
            out[name] = replace(part, frame=frame, rejected=part.rejected + strangers)
    return out


def _input_files(part: _Part) -> list[InputFile]:
    kept = Counter(part.frame["source_file"].tolist())
    return [
        InputFile(
            name=raw.file,
            table=raw.table,
            sha256=raw.sha256,
            encoding=raw.encoding,
            n_rows=shaped.n_rows,
            n_kept=kept[raw.file],
            n_rejected=part.rejected[raw.file],
            n_duplicates=part.duplicates[raw.file],
        )
        for raw, shaped in zip(part.raws, part.shaped, strict=True)
    ]
