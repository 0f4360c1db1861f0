"""What was read, on one page: the table behind `ringfinder check`.

In:  Dataset.   Out: one row a table, or a file of a table.   Counts and dates only, no values.
"""

from __future__ import annotations

import pandas as pd

from ringfinder.ingest.raw import CELL
from ringfinder.model.dataset import TABLES, Dataset, InputFile, Table

_EVENT_DATES = ("issued_on", "since", "filed_on", "surrendered_on", "left_on")


def describe(dataset: Dataset) -> pd.DataFrame:
    """One row a file, in order of tables: rows read, kept, set aside, repeated, first and last date, columns without a
    value; a table that is in no file has a row too.

    A cell holding several phones becomes several rows, so `kept` may exceed `rows`; the further phones of complaints
    are kept in `phones` and counted with its first file.

    Returns
    -------
    Columns table, zh, file, encoding, rows, kept, set_aside, cells_set_aside, duplicates, first_date, last_date,
    missing_columns; dates as text, '' where there are none.
    """
    rows = []
    for table in TABLES:
        frame = dataset[table.name]
        own = [f for f in dataset.report.files if f.table == table.name]
        others = frame if not own else frame.loc[~frame["source_file"].isin([f.name for f in own])]
        if not own:
            rows.append(_row(table, None, others, dataset))
        for i, file in enumerate(own):
            part = frame.loc[frame["source_file"] == file.name]
            rows.append(_row(table, file, pd.concat([part, others]) if i == 0 and len(others) else part, dataset))
    return pd.DataFrame(rows)


def _row(table: Table, file: InputFile | None, frame: pd.DataFrame, dataset: Dataset) -> dict[str, object]:
    rejects = dataset.report.rejects
    days = pd.concat([frame[c] for c in _EVENT_DATES if c in frame] or [pd.Series(dtype="datetime64[s]")])
    own = rejects.loc[(rejects["table"] == table.name) & (rejects["file"] == (file.name if file else "")), "reason"]
    missing = [c for c in table.column_names if not frame[c].notna().any()] if file else []
    return {
        "table": table.name,
        "zh": table.zh,
        "file": file.name if file else "",
        "encoding": file.encoding if file else "",
        "rows": file.n_rows if file else 0,
        "kept": len(frame),
        "set_aside": file.n_rejected if file else 0,
        "cells_set_aside": int(own.astype("str").str.endswith(CELL[1]).sum()),
        "duplicates": file.n_duplicates if file else 0,
        "first_date": _day(days.min()),
        "last_date": _day(days.max()),
        "missing_columns": " ".join(missing),
    }


def _day(day: object) -> str:
    return day.strftime("%Y-%m-%d") if isinstance(day, pd.Timestamp) and not pd.isna(day) else ""
