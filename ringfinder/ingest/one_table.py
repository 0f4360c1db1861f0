"""One table by itself, for a question about new rows: read and cleaned as a run would, against no other table.

In:  a file of any format, or bytes of CSV.   Out: typed rows, and what was set aside.   Never changes what it reads.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ringfinder.errors import InputError
from ringfinder.ingest import rows
from ringfinder.ingest.options import ReadOptions
from ringfinder.ingest.pseudonyms import replace_personal_ids
from ringfinder.ingest.raw import Rejects, Source
from ringfinder.ingest.readers import read_raw
from ringfinder.ingest.shape import MORE, shape
from ringfinder.ingest.sources import file_format
from ringfinder.model.dataset import TABLE_BY_NAME


def read_one_table(
    path: Path, table: str, *, options: ReadOptions | None = None, known_ids: Mapping[str, str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of one table with the contract's columns, and what was set aside.

    A complaint's further phones are in the column `more_phones`, ';'-joined. Headers that no column was found for are
    `attrs["unknown_columns"]` of the rows, columns that one was found for are `attrs["columns"]`. What was set aside
    has the ids of its row, where they can be read, in `record` and `policyholder_id`.

    Parameters
    ----------
    known_ids : number of each personal number in a case, as for `read_tables`.

    Raises
    ------
    InputError : no such file, or of a format that is not read. TableError : it is not that table.
    """
    options = options or ReadOptions()
    if not path.is_file():
        raise InputError(f"no such file: {path.name}", hint="a CSV, Parquet or Excel file; - reads CSV from stdin")
    form = file_format(path.name)
    if form is None or form == "duckdb":
        raise InputError(f"{path.name} is no CSV, Parquet or Excel file", hint="export it as CSV")
    rejects = Rejects()
    contract = TABLE_BY_NAME[table]
    parts = [shape(raw, options, rejects) for raw in read_raw(Source(table, path, form), options)]
    once, _ = rows.drop_repeats(contract, pd.concat([part.frame for part in parts], ignore_index=True))
    single, _ = rows.drop_double_ids(contract, once, rejects)
    every = pd.concat([frame for part in parts for frame in (part.frame, part.lost)], ignore_index=True)
    frames = {"policyholders": every[["policyholder_id"]].dropna().drop_duplicates(), "all": every, table: single}
    frames, _ = replace_personal_ids(frames, known_ids)
    every, single = frames["all"].set_index(["source_file", "source_line"]), frames[table]
    more = single[MORE] if MORE in single else pd.Series(index=single.index, dtype="str")
    order = single.sort_values(["source_file", "source_line"]).index
    frame = single[list(contract.column_names)].assign(more_phones=more, source_line=single["source_line"])
    out = frame.loc[order].reset_index(drop=True)
    out.attrs["unknown_columns"] = tuple(dict.fromkeys(header for part in parts for header in part.unknown))
    out.attrs["columns"] = tuple(dict.fromkeys(name for part in parts for name in part.found))
    aside = rejects.to_frame()
    line = pd.MultiIndex.from_frame(aside[["file", "line"]])
    for name, column in (("record", contract.key), ("policyholder_id", "policyholder_id")):
        known = every[column].dropna().groupby(level=[0, 1]).first()
        aside[name] = known.reindex(line).fillna("").astype("str").to_numpy()
    return out, aside


def read_one_text(
    data: bytes, table: str, *, options: ReadOptions | None = None, known_ids: Mapping[str, str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """As `read_one_table`, of CSV bytes; a copy lies in a private folder while it is read."""
    with tempfile.TemporaryDirectory(prefix="ringfinder-") as folder:
        path = Path(folder) / "stdin.csv"
        path.touch(mode=0o600)
        path.write_bytes(data)
        return read_one_table(path, table, options=options, known_ids=known_ids)
