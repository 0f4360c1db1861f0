"""Frames as plain Python for JSON.

In:  frames.   Out: lists and mappings of str, int, float, bool and None.   Never judges.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Mapping, Sequence

import pandas as pd

Row = dict[str, object]


def plain(value: object) -> object:
    """A value as JSON knows it: dates as '2021-03-05', empty cells as None, numbers rounded to six places."""
    item = getattr(value, "item", None)
    if callable(item) and not isinstance(value, (pd.Timestamp, dt.date)):
        value = item()
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (pd.Timestamp, dt.datetime, dt.date)):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return str(value)


def records(frame: pd.DataFrame, columns: Mapping[str, str], *, order: Sequence[str] = ()) -> list[Row]:
    """Rows as mappings, named by the values of `columns` (column to name); an absent column gives None.

    `order` sorts the rows, so that a frame in any row order gives one list.
    """
    lists = [
        [plain(value) for value in frame[column].tolist()] if column in frame else [None] * len(frame)
        for column in columns
    ]
    names = list(columns.values())
    rows = [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]
    # sorted as Python values: a column of Python objects may hold a lone surrogate, on which pandas stops
    keys = [columns[column] for column in order]
    return sorted(rows, key=lambda row: [_sort_key(row[name]) for name in (*keys, *names)])


def _sort_key(value: object) -> tuple[int, float, str]:
    """Numbers, then text, then empty cells."""
    if value is None:
        return 2, 0.0, ""
    return (0, float(value), "") if isinstance(value, (bool, int, float)) else (1, 0.0, str(value))


def text(value: object) -> str:
    """Text of a cell; '' for an empty one."""
    return "" if value is None else str(value)


def number(value: object) -> float:
    """Number of a cell; 0 for an empty one."""
    return float(value) if isinstance(value, (int, float)) else 0.0


def split_words(value: object) -> list[str]:
    """'a;b' or a sequence as a list of words."""
    if isinstance(value, (list, tuple)):
        return [str(item) for item in value]
    return [word for word in text(plain(value)).split(";") if word]


def manifest_facts(manifest: Mapping[str, object]) -> Row:
    """What a page says about its making: version, seed, configuration, inputs with their hashes."""

    def first(*names: str) -> object:
        return next((plain(manifest[name]) for name in names if name in manifest), None)

    inputs = first("inputs")
    files: list[Row] = []
    if isinstance(inputs, dict):
        files = [{"name": name, "sha256": text(value)} for name, value in sorted(inputs.items())]
    elif isinstance(inputs, list):
        known = [item for item in inputs if isinstance(item, dict)]
        files = [{"name": text(i.get("name") or i.get("file")), "sha256": text(i.get("sha256"))} for i in known]
    facts: Row = {
        "version": text(first("version", "ringfinder")),
        "seed": first("seed"),
        "configuration": first("configuration", "config") or {},
        "inputs": sorted(files, key=lambda f: (text(f["name"]), text(f["sha256"]))),
    }
    said = first("warnings")
    warnings = [text(item) for item in said] if isinstance(said, list) else []
    return facts | {"case": text(first("case")), "fingerprint": _fingerprint(facts), "warnings": warnings}


def _fingerprint(facts: Row) -> str:
    """Twelve digits that stand for version, seed, configuration and inputs together: one run has one."""
    whole = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()[:12]
