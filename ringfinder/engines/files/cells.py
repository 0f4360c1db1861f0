"""Columns as the cells of a CSV file.

In:  columns.   Out: text, one cell a value; a missing one is empty, an empty text is "".   Never writes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def type_of(column: pd.Series[str]) -> str:
    """The importer's name of a column's type."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "long"
    if pd.api.types.is_float_dtype(column.dtype):
        return "double"
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return "date"
    return "string"


def cells(column: pd.Series[str]) -> pd.Series[str]:
    """The cells of a column; every text stands in quotation marks, so that a missing one is told from an empty one."""
    kind, missing = type_of(column), column.isna()
    if kind == "boolean":
        text = column.map({True: "true", False: "false"}).astype("str")
    elif kind == "long":
        text = column.astype("str")
    elif kind == "double":
        # the shortest text that gives the same number again
        values = column.to_numpy(dtype="float64", na_value=np.nan)
        text = pd.Series([repr(v) for v in values.tolist()], index=column.index, dtype="str")
    elif kind == "date":
        text = pd.to_datetime(column).dt.strftime("%Y-%m-%d").astype("str")
    else:
        text = '"' + column.astype("str").str.replace('"', '""', regex=False) + '"'
    return text.mask(missing, "").fillna("")


def lines(columns: Sequence[pd.Series[str]]) -> bytes:
    """Rows of cells, joined by commas, each with a line feed."""
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return "".join(",".join(row) + "\n" for row in rows).encode("utf-8")
