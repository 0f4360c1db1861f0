"""A dataset as it was known on an earlier day.

In:  Dataset, a day.   Out: Dataset.   Never reads files, never judges.
A row whose date lies after the day did not exist; a row without a date is kept, for nobody can say when it came. What
a row holds beside its date is as the export has it, but for a complaint's finding (`upheld`): it has no date of its own
and is not counted before `FINDING_DAYS` have passed, the longest time the rules give an insurer for it.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ringfinder.model.dataset import TABLES, Dataset, Table

#: date columns that tell of a person or a body, and not when the row came on file
_TOLD = frozenset({("policyholders", "birth_date"), ("intermediaries", "left_on")})

#: longest time from a complaint to the insurer's finding (2020 Measures on consumer complaints: 15, 30 or 60 days)
FINDING_DAYS = 60

#: columns that name a policyholder
_PEOPLE = ("policyholder_id", "related_policyholder_id")


def entry_columns(table: Table) -> tuple[str, ...]:
    """Date columns of a table that say when its rows came on file."""
    return tuple(c.name for c in table.columns if c.type == "date" and (table.name, c.name) not in _TOLD)


def known_on(dataset: Dataset, day: pd.Timestamp) -> Dataset:
    """The dataset as it stood at the end of a day.

    A policyholder whose dated rows all lie after the day was no customer yet: they vanish with all their rows. An
    intermediary who left after the day was still there.

    Parameters
    ----------
    dataset : not modified; frames that lose nothing are shared with the result.

    Returns
    -------
    Dataset with the same tables, columns and row keys.
    """
    frames = {}
    for table in TABLES:
        frame = dataset[table.name]
        for column in entry_columns(table):
            frame = _rows(frame, frame[column].isna() | (frame[column] <= day))
        frames[table.name] = frame
    strangers = _not_yet_customers(dataset, day)
    for name, frame in frames.items():
        for column in _PEOPLE:
            if column in frame.columns and len(strangers):
                frame = _rows(frame, ~frame[column].isin(strangers))
        frames[name] = frame
    frames["complaints"] = _found_by(frames["complaints"], day)
    frames["intermediaries"] = _still_there(frames["intermediaries"], day)
    return replace(dataset, tables=frames)


def first_days(dataset: Dataset) -> pd.Series:
    """Earliest dated row of each policyholder who has one: day by policyholder id."""
    parts = [
        dataset[table.name][["policyholder_id", column]].set_axis(["policyholder_id", "day"], axis=1)
        for table in TABLES
        for column in entry_columns(table)
        if "policyholder_id" in table.column_names
    ]
    return pd.concat(parts, ignore_index=True).dropna().groupby("policyholder_id", sort=True)["day"].min()


def _not_yet_customers(dataset: Dataset, day: pd.Timestamp) -> pd.Index[str]:
    first = first_days(dataset)
    return first.index[(first > day).to_numpy()]


def undated_rows(dataset: Dataset) -> dict[str, int]:
    """Rows without a date by table, where there are any: `known_on` takes them for known at all times."""
    counts = {
        table.name: int(dataset[table.name][list(columns)].isna().any(axis=1).sum())
        for table in TABLES
        if (columns := entry_columns(table))
    }
    return {name: n for name, n in counts.items() if n}


def _found_by(complaints: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    open_yet = complaints["filed_on"] > day - pd.Timedelta(days=FINDING_DAYS)
    return complaints.assign(upheld=complaints["upheld"].mask(open_yet)) if bool(open_yet.any()) else complaints


def _still_there(bodies: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    later = bodies["left_on"] > day
    if not later.any():
        return bodies
    kind = bodies["kind"].mask(later & (bodies["kind"] == "ex_agent"), "agent")
    return bodies.assign(left_on=bodies["left_on"].mask(later), kind=kind.astype(bodies["kind"].dtype))


def _rows(frame: pd.DataFrame, keep: pd.Series[bool]) -> pd.DataFrame:
    return frame if bool(keep.all()) else frame.loc[keep].reset_index(drop=True)
