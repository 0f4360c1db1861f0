"""Small folders of tables to read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ringfinder.model.dataset import Dataset

PEOPLE = "policyholder_id,name\nP1,林小明\nP2,陈小红\nP3,王小强\n"
PHONES = "policyholder_id,phone,role,since\nP1,14200123456,policy,2020-01-02\nP2,14200123457,complaint,2021-03-05\n"


def folder(path: Path, **tables: str | bytes) -> Path:
    """A folder of CSV files; `policyholders` and `phones` are filled in where not given (None leaves them out)."""
    path.mkdir(parents=True, exist_ok=True)
    for name, content in ({"policyholders": PEOPLE, "phones": PHONES} | tables).items():
        if content is not None:
            data = content.encode() if isinstance(content, str) else content
            (path / f"{name}.csv").write_bytes(data)
    return path


def classes(dataset: Dataset, table: str) -> list[tuple[int, str, str]]:
    """(line, column, value class) of a table's rejects."""
    own = dataset.report.rejects
    own = own.loc[own["table"] == table]
    return list(zip(own["line"].tolist(), own["column"].tolist(), own["value_class"].tolist(), strict=True))


def assert_same(left: Dataset, right: Dataset, *, lines: bool = True) -> None:
    """Two datasets hold equal frames (without where the rows came from, if `lines` is False)."""
    for name in left:
        drop = [] if lines else ["source_file", "source_line"]
        pd.testing.assert_frame_equal(left[name].drop(columns=drop), right[name].drop(columns=drop))
