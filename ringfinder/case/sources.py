"""Where each statement comes from: the rows it cites, with file, line and checksum.

In:  Case, evidence.   Out: a frame of cited rows.   Never judges.
The checksum of a row is that of its normalised cells; only who may see real values gets it, because a phone can be
found from it by trying all phones.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.case.audit import last_entry
from ringfinder.model.dataset import TABLE_BY_NAME

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

SOURCE_COLUMNS = (
    "evidence_id",
    "source_table",
    "row_key",
    "source_file",
    "source_line",
    "extracted_at",
    "extracted_by",
    "file_sha256",
)


def cited_rows(case: Case, evidence: pd.DataFrame, *, with_digests: bool = False) -> pd.DataFrame:
    """One row a citation: `SOURCE_COLUMNS`, with `row_sha256` if asked.

    Parameters
    ----------
    evidence : columns evidence_id, source_table, source_rows (`row_key`s joined by ';').

    Returns
    -------
    In the order of the evidence, then of the keys. A key that is not in its table has line 0 and no file. Extracted is
    when, and by whom, the run read the row, as the log beside the case tells; empty where there is no log.
    """
    cited = evidence[["evidence_id", "source_table", "source_rows"]].copy()
    cited["row_key"] = cited["source_rows"].str.split(";")
    cited = cited.explode("row_key", ignore_index=True).drop(columns="source_rows")
    found = [_rows(case, str(table), cited, with_digests) for table in sorted(cited["source_table"].unique())]
    columns = [*SOURCE_COLUMNS, *(["row_sha256"] if with_digests else [])]
    if not found:
        return pd.DataFrame(columns=columns)
    out = cited.merge(pd.concat(found, ignore_index=True), on=["source_table", "row_key"], how="left")
    out = out.merge(_files(case), on=["source_table", "source_file"], how="left")
    out["source_line"] = out["source_line"].fillna(0).astype("int64")
    out["extracted_at"], out["extracted_by"] = _read_by(case)
    for name in ("source_file", "file_sha256", *columns[len(SOURCE_COLUMNS) :]):
        out[name] = out[name].astype("object").fillna("").astype("str")
    return out[columns]


def _rows(case: Case, table: str, cited: pd.DataFrame, with_digests: bool) -> pd.DataFrame:
    """The cited rows of one table, each once."""
    keys = sorted(set(cited.loc[cited["source_table"] == table, "row_key"].astype(str)))
    if table not in TABLE_BY_NAME:
        return pd.DataFrame({"source_table": table, "row_key": keys, "source_file": "", "source_line": 0})
    rows = case.fetch(
        f'SELECT * FROM "{table}" WHERE row_key IN (SELECT unnest($keys)) ORDER BY row_key, source_file, source_line',
        {"keys": keys},
    ).drop_duplicates("row_key", ignore_index=True)
    out = rows[["row_key", "source_file", "source_line"]].assign(source_table=table)
    return out.assign(row_sha256=row_digests(rows)) if with_digests else out


def row_digests(rows: pd.DataFrame) -> list[str]:
    """SHA-256 of each row's cells, as a JSON object with sorted keys; provenance is left out, an empty cell is null.

    Examples
    --------
    >>> row_digests(pd.DataFrame({"a": ["x"], "source_line": [3]}))[0][:12]
    'bac82bcae3ff'
    """
    names = sorted(name for name in rows.columns if name not in ("source_file", "source_line"))
    cells = rows[names].astype("object").where(rows[names].notna(), None)
    return [_digest(dict(zip(names, row, strict=True))) for row in cells.itertuples(index=False, name=None)]


def _digest(row: dict[str, object]) -> str:
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _read_by(case: Case) -> tuple[str, str]:
    """When the run read its input, and who ran it."""
    run = last_entry(case.folder, "detect") or {}
    return str(run.get("at", "")), str(run.get("who", ""))


def _files(case: Case) -> pd.DataFrame:
    """SHA-256 of every input file, from the manifest."""
    inputs = case.manifest.get("inputs") or []
    rows = [(i.get("table", ""), i.get("file") or i.get("name", ""), i.get("sha256", "")) for i in inputs]
    frame = pd.DataFrame(rows, columns=["source_table", "source_file", "file_sha256"], dtype="str")
    return frame.drop_duplicates(["source_table", "source_file"])
