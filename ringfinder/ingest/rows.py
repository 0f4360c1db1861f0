"""Rows against rows and tables against tables: repeats, double ids, strangers, keys and order.

In:  typed frames.   Out: frames as `Dataset` promises them.   Nothing depends on the order of rows in the files.
"""

from __future__ import annotations

from collections import Counter

import pandas as pd

from ringfinder.identifiers.folding import among
from ringfinder.ingest.raw import ROW, Rejects
from ringfinder.ingest.shape import MORE
from ringfinder.model.dataset import DTYPES, PROVENANCE, TABLE_BY_NAME, Table

#: the two columns that stand for role and since in the key of a link row
_KEY_PARTS = {"relations": ("relation", ""), "directory": ("kind", "")}


def drop_repeats(table: Table, frame: pd.DataFrame) -> tuple[pd.DataFrame, Counter[str]]:
    """Rows of equal content once, with the first file and the lowest line; and how many of each file were dropped."""
    ordered = frame.sort_values(["source_file", "source_line"], kind="stable")
    repeated = ordered.duplicated(_content(table, frame), keep="first")
    return ordered.loc[~repeated].reset_index(drop=True), Counter(ordered.loc[repeated, "source_file"])


def drop_double_ids(table: Table, frame: pd.DataFrame, rejects: Rejects) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row an id: the fullest, then the first by content; and the others, which are set aside."""
    if not table.key or not frame[table.key].duplicated().any():
        return frame, frame.iloc[:0]
    content = _content(table, frame)
    gaps = frame[content].isna().sum(axis=1)
    order = frame.assign(_gaps=gaps).sort_values([table.key, "_gaps", *content], kind="stable").index
    ordered = frame.loc[order]
    double = ordered[table.key].duplicated()
    lost = ordered.loc[double]
    rejects.add(
        table.name,
        lost["source_file"].tolist(),
        lines=lost["source_line"],
        column=table.key,
        classes="duplicate_id",
        what=ROW,
    )
    return ordered.loc[~double].reset_index(drop=True), lost


def drop_strangers(
    table: Table, frame: pd.DataFrame, holders: pd.Series[str], rejects: Rejects
) -> tuple[pd.DataFrame, Counter[str]]:
    """Rows about people who are in the policyholders table; how many of each file are not, and are set aside."""
    keep = pd.Series(True, index=frame.index)
    for column in ("policyholder_id", "related_policyholder_id"):
        if column in frame:
            stranger = keep & ~among(frame[column], holders)
            _lose(table, frame.loc[stranger], column, "unknown_holder", rejects)
            keep &= ~stranger
    if "related_policyholder_id" in frame:
        own = keep & (frame["related_policyholder_id"] == frame["policyholder_id"])
        _lose(table, frame.loc[own], "related_policyholder_id", "self_relation", rejects)
        keep &= ~own
    return frame.loc[keep].reset_index(drop=True), Counter(frame.loc[~keep, "source_file"])


def _lose(table: Table, lost: pd.DataFrame, column: str, value_class: str, rejects: Rejects) -> None:
    rejects.add(
        table.name,
        lost["source_file"].tolist(),
        lines=lost["source_line"],
        column=column,
        classes=value_class,
        what=ROW,
    )


def further_phones(complaints: pd.DataFrame) -> pd.DataFrame:
    """Further numbers of a complaint's phone cell, as rows of `phones` with role `complaint`."""
    if MORE not in complaints:
        return TABLE_BY_NAME["phones"].empty().drop(columns="row_key")
    more = complaints.dropna(subset=MORE)
    long = more.assign(phone=more[MORE].str.split(";")).explode("phone", ignore_index=True)
    return pd.DataFrame(
        {
            "policyholder_id": long["policyholder_id"],
            "phone": long["phone"].astype("str"),
            "role": pd.Series("complaint", index=long.index, dtype="str"),
            "since": long["filed_on"],
            "source_file": long["source_file"],
            "source_line": long["source_line"],
        }
    )


def add_phones(phones: pd.DataFrame, further: pd.DataFrame) -> pd.DataFrame:
    """Phones with the further numbers of complaints that are not there already."""
    both = pd.concat([phones, further], ignore_index=True)
    return both.drop_duplicates(_content(TABLE_BY_NAME["phones"], both), keep="first").reset_index(drop=True)


def finish(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Key, order and dtypes of the contract."""
    content = list(table.column_names)
    ordered = frame.sort_values([*_first(table), *content, "source_file"], kind="stable").reset_index(drop=True)
    keys = ordered[table.key].astype("str") if table.key else _link_keys(table, ordered)
    out = ordered.assign(row_key=keys)[[*content, *PROVENANCE]]
    out = out.astype({c.name: DTYPES[c.type] for c in table.columns} | {"row_key": "str", "source_file": "str"})
    return out.sort_values("row_key", kind="stable", ignore_index=True)


def _first(table: Table) -> list[str]:
    """Columns that make the base of a link row's key, so that numbering runs by value within it."""
    if table.key:
        return [table.key]
    role, since = _KEY_PARTS.get(table.name, ("role", "since"))
    return [c for c in ("policyholder_id", role, since) if c in table.column_names]


def _link_keys(table: Table, ordered: pd.DataFrame) -> pd.Series[str]:
    role, since = _KEY_PARTS.get(table.name, ("role", "since"))
    dash = pd.Series("-", index=ordered.index, dtype="str")
    holder = ordered.get("policyholder_id", dash)
    day = ordered[since].dt.strftime("%Y-%m-%d").astype("str").fillna("-") if since else dash
    base = (holder + ":" + ordered[role].astype("str").fillna("-") + ":" + day).astype("str")
    nth = base.groupby(base, sort=False).cumcount() + 1
    return base.where(nth == 1, base + "#" + nth.astype("str")).astype("str")


def _content(table: Table, frame: pd.DataFrame) -> list[str]:
    return [*table.column_names, *([MORE] if MORE in frame else [])]
