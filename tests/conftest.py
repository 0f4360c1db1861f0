"""Shared fixtures: small hand-made books."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from ringfinder.model.dataset import DTYPES, TABLES, Dataset

MakeDataset = Callable[..., Dataset]


def build_dataset(**tables: list[dict[str, object]]) -> Dataset:
    """A Dataset from lists of rows; what a row leaves out is empty."""
    frames = {}
    for table in TABLES:
        rows = pd.DataFrame(tables.get(table.name, []))
        frame = pd.DataFrame(index=rows.index)
        for column in table.columns:
            values = rows[column.name] if column.name in rows else pd.Series(None, index=rows.index, dtype="object")
            if column.type == "date":
                frame[column.name] = pd.to_datetime(values).astype("datetime64[s]")
            else:
                frame[column.name] = values.astype(DTYPES[column.type])
        key = table.key or None
        keys = frame[key] if key else pd.Series([f"{table.name}-{i:04d}" for i in range(len(frame))], dtype="str")
        frame["row_key"] = keys.to_numpy()
        frame["source_file"] = pd.Series(f"{table.name}.csv", index=frame.index, dtype="str")
        frame["source_line"] = range(2, len(frame) + 2)
        frames[table.name] = (
            frame.sort_values("row_key", kind="stable", ignore_index=True) if len(frame) else table.empty()
        )
    return Dataset(frames)


@pytest.fixture
def make_dataset() -> MakeDataset:
    return build_dataset
