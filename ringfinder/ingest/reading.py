"""An insurer's tables from disk to `Dataset`: the only file of this stage that chains its steps.

In:  a folder, a workbook or a DuckDB file.   Out: `Dataset` with its `IngestReport`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ringfinder.errors import ConfigError
from ringfinder.identifiers.folding import among
from ringfinder.identifiers.keyed import is_keyed
from ringfinder.ingest import rows, words
from ringfinder.ingest.categories import without_remarks
from ringfinder.ingest.headers import refuse_headers, user_columns
from ringfinder.ingest.options import ReadOptions, check_shapes
from ringfinder.ingest.pseudonyms import RECORD_PREFIX, replace_personal_ids
from ringfinder.ingest.raw import RawTable, Rejects
from ringfinder.ingest.readers import read_raw
from ringfinder.ingest.shape import Shaped, refuse_without_rows, shape
from ringfinder.ingest.sources import absent_files, complaints_source, find_sources, refuse_unlinked
from ringfinder.model.dataset import TABLE_BY_NAME, TABLES, Dataset, IngestReport, InputFile, Table

_LOG = logging.getLogger(__name__)

#: called with what is being done and the share of the reading that is done (0 to 1)
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class _Part:
    """One table on its way: typed rows and counts."""

    raw: RawTable
    shaped: Shaped
    frame: pd.DataFrame
    n_duplicates: int
    n_rejected: int


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
    path : folder with one file a table, a workbook with one sheet a table, or a DuckDB file.
    options : the user's own names of files, headers and words; encoding, delimiter.
    known_ids : original policyholder id -> the 'PH-' number it has in an earlier case (`PreviousRun.known_ids`).
    progress : called with the table's name and the share done.

    Raises
    ------
    InputError : nothing to read, no policyholders table, no table that links people.
    TableError : one table can't be used at all; names the file, the column and the cure.
    ConfigError : the options name a table, a column or a choice that does not exist.
    """
    options = options or ReadOptions()
    _check_options(options)
    sources, unknown_tables = find_sources(Path(path), options.files)
    raws: list[RawTable] = []
    for i, source in enumerate(sources):
        if progress is not None:
            progress(f"read {source.table}", i / len(sources))
        raws.append(read_raw(source, options))
    headers = [(TABLE_BY_NAME[raw.table], raw.headers, raw.file, raw.header_line) for raw in raws]
    refuse_headers(headers, mapping=options.mapping)
    rejects = Rejects()
    parts = {raw.table: _part(raw, options, rejects) for raw in raws}
    refuse_unlinked(Path(path), sources, unknown_tables)
    parts = _against_holders(parts, rejects)
    frames, pseudonyms = replace_personal_ids({name: part.frame for name, part in parts.items()}, known_ids)
    frames = without_remarks(frames)
    if "complaints" in frames:
        phones = frames.get("phones", TABLE_BY_NAME["phones"].empty().drop(columns="row_key"))
        frames["phones"] = rows.add_phones(phones, rows.further_phones(frames["complaints"]))
    tables = {t.name: rows.finish(t, frames[t.name]) if t.name in frames else t.empty() for t in TABLES}
    if progress is not None:
        progress("read", 1.0)
    report = IngestReport(
        files=tuple(_input_file(parts[s.table]) for s in sources),
        rejects=rejects.to_frame(),
        unknown_columns=tuple((s.table, h) for s in sources for h in parts[s.table].shaped.unknown),
        unknown_tables=unknown_tables,
        warnings=tuple(absent_files(Path(path), sources, unknown_tables, options.files) + _blind_spots(tables)),
        notes=tuple(n for s in sources for n in parts[s.table].shaped.notes)
        + _notes(parts, tables)
        + _renamed(frames["policyholders"], pseudonyms),
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
    raw = read_raw(complaints_source(Path(path)), options)
    table = TABLE_BY_NAME["complaints"]
    refuse_headers([(table, raw.headers, raw.file, raw.header_line)], mapping=options.mapping)
    frame = _part(raw, options, rejects).frame
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


def _part(raw: RawTable, options: ReadOptions, rejects: Rejects) -> _Part:
    table = TABLE_BY_NAME[raw.table]
    shaped = shape(raw, options, rejects)
    once, n_duplicates = rows.drop_repeats(table, shaped.frame)
    single, n_double = rows.drop_double_ids(table, once, rejects)
    if table.name == "policyholders" and not len(single):
        refuse_without_rows(raw)
    return _Part(raw, shaped, single, n_duplicates, shaped.n_rejected + n_double)


def _against_holders(parts: dict[str, _Part], rejects: Rejects) -> dict[str, _Part]:
    holders = parts["policyholders"].frame["policyholder_id"]
    out = dict(parts)
    for name, part in parts.items():
        if name != "policyholders":
            frame, n_strangers = rows.drop_strangers(TABLE_BY_NAME[name], part.frame, holders, rejects)
            out[name] = replace(part, frame=frame, n_rejected=part.n_rejected + n_strangers)
    return out


def _input_file(part: _Part) -> InputFile:
    return InputFile(
        name=part.raw.file,
        table=part.raw.table,
        sha256=part.raw.sha256,
        encoding=part.raw.encoding,
        n_rows=part.shaped.n_rows,
        n_kept=len(part.frame),
        n_rejected=part.n_rejected,
        n_duplicates=part.n_duplicates,
    )


def _blind_spots(tables: dict[str, pd.DataFrame]) -> list[str]:
    """A sentence for each column without which nobody can tell who was paid above cash value."""
    surrenders = tables["surrenders"]
    if not len(surrenders):
        return [
            "no surrenders (没有退保记录): who was paid above cash value is unknown, and a ring is hardly told without"
        ]
    out = []
    for column, cost in (
        ("kind", "negotiated surrenders are told from the amounts (是否协议退保只能由金额推断)"),
        ("cash_value", "payments above cash value can't be worked out (无法计算超现金价值支付)"),
        ("amount_paid", "payments above cash value can't be worked out (无法计算超现金价值支付)"),
    ):
        n = int(surrenders[column].isna().sum())
        if n > len(surrenders) / 2:
            out.append(f"surrenders.{column} is blank in {n:,} of {len(surrenders):,} rows: {cost}")
    return out


def _notes(parts: dict[str, _Part], tables: dict[str, pd.DataFrame]) -> tuple[str, ...]:
    notes = [
        f"{part.raw.file}: no usable row, table '{name}' is empty (没有可用的行)"
        for name, part in parts.items()
        if not len(part.frame)
    ]
    for name in parts:
        notes += _negative_money(TABLE_BY_NAME[name], tables[name])
    if "surrenders" in parts and "policies" in parts:
        policy = tables["surrenders"]["policy_id"].dropna()
        count = int((~among(policy, tables["policies"]["policy_id"])).sum())
        if count:
            notes.append(f"surrenders: {count} policy_id not in policies table, rows kept (保单表里没有的保单号)")
    if "complaints" in parts:
        before = len(parts["phones"].frame) if "phones" in parts else 0
        count = len(tables["phones"]) - before
        if count > 0:
            notes.append(f"complaints: {count} further contact phones added to phones (投诉件中多出的电话并入电话表)")
    return tuple(notes)


def _renamed(people: pd.DataFrame, pseudonyms: pd.DataFrame) -> tuple[str, ...]:
    own = pseudonyms.loc[~is_keyed(pseudonyms["policyholder_id"]), "policyholder_id"]
    n = int(own.isin(people["policyholder_id"]).sum())
    n_records = int(own.str.contains(RECORD_PREFIX, regex=False).sum())
    kept = "table 'pseudonyms' of case.duckdb holds the list"
    notes = [
        f"policyholders: {n} ids are resident ids or phone numbers and were replaced by PH- numbers; {kept} "
        "(客户号为证件号或手机号,已替换为 PH- 编号)",
        f"{n_records} record numbers hold a resident id or a phone number, which was replaced by an NR- number; {kept} "
        "(单号中含证件号或手机号,该部分已替换为 NR- 编号)",
    ]
    return tuple(note for note, count in zip(notes, (n, n_records), strict=True) if count)


def _negative_money(table: Table, frame: pd.DataFrame) -> list[str]:
    counts = {c.name: int((frame[c.name] < 0).sum()) for c in table.columns if c.type == "money"}
    return [f"{table.name}: {n} negative amounts in '{c}', kept (负数金额)" for c, n in counts.items() if n]
