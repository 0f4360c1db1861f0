"""What was read, on one page: the table behind `ringfinder check`.

In:  Dataset.   Out: one row a table.   Counts and dates only, no values.
"""

from __future__ import annotations

import pandas as pd

from ringfinder.ingest.raw import CELL
from ringfinder.model.dataset import TABLES, Dataset

_EVENT_DATES = ("issued_on", "since", "filed_on", "surrendered_on", "left_on")


def describe(dataset: Dataset) -> pd.DataFrame:
    """One row a table: file, rows read, kept, set aside, repeated, first and last date, columns without a value.

    A cell holding several phones becomes several rows, so `kept` may exceed `rows`.

    Returns
    -------
    Columns table, zh, file, encoding, rows, kept, set_aside, cells_set_aside, duplicates, first_date, last_date,
    missing_columns; dates as text, '' where there are none.
    """
    files = {f.table: f for f in dataset.report.files}
    rejects = dataset.report.rejects
    rows = []
    for table in TABLES:
        frame = dataset[table.name]
        source = files.get(table.name)
        days = pd.concat([frame[c] for c in _EVENT_DATES if c in frame] or [pd.Series(dtype="datetime64[s]")])
        own = rejects.loc[rejects["table"] == table.name, "reason"].astype("str")
        missing = [c for c in table.column_names if not frame[c].notna().any()] if source else []
        rows.append(
            {
                "table": table.name,
                "zh": table.zh,
                "file": source.name if source else "",
                "encoding": source.encoding if source else "",
                "rows": source.n_rows if source else 0,
                "kept": len(frame),
                "set_aside": source.n_rejected if source else 0,
                "cells_set_aside": int(own.str.endswith(CELL[1]).sum()),
                "duplicates": source.n_duplicates if source else 0,
                "first_date": _day(days.min()),
                "last_date": _day(days.max()),
                "missing_columns": " ".join(missing),
            }
        )
    return pd.DataFrame(rows)


def _day(day: object) -> str:
    return day.strftime("%Y-%m-%d") if isinstance(day, pd.Timestamp) and not pd.isna(day) else ""
