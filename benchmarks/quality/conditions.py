"""The same book in a worse state: hubs that no directory lists, dates of data entry, no dates at all.

In:  Dataset, seed.   Out: Dataset. `CONDITIONS` is the registry; the truth stays what it was.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.model.dataset import DTYPES, TABLE_BY_NAME, Dataset

_DATED = ("phones", "bank_accounts", "engagements", "identifiers")
#: first and last day of what people took up by themselves, as days since 1970-01-01
_FROM, _TO = 15_500, 19_500

#: table, column of the value, further columns, how many such values, share of the people who hold each
_HUBS: tuple[tuple[str, str, Mapping[str, str], int, float], ...] = (
    ("phones", "phone", {"role": "service"}, 1, 0.15),
    ("phones", "phone", {"role": "policy"}, 4, 0.03),
    ("phones", "phone", {"role": "policy"}, 40, 0.002),
    ("bank_accounts", "account", {"role": "premium"}, 4, 0.02),
    ("identifiers", "value", {"kind": "device", "role": "service"}, 3, 0.05),
)
#: letter boxes where many who complain post: a kind that exists only inside a case, so no date gives it away
_LETTER_BOXES, _BOX_SHARE = 3, 0.08


def unlisted_hubs(dataset: Dataset, seed: int) -> Dataset:
    """No directory, and big hubs that ring members use as everybody does: a hotline, branches, agents, kiosks."""
    rng = np.random.default_rng([seed, 1])
    people = dataset["policyholders"]["policyholder_id"].to_numpy()
    tables = {**dataset.tables, "directory": TABLE_BY_NAME["directory"].empty()}
    for table, column, fixed, n_values, share in _HUBS:
        for _ in range(n_values):
            who = rng.choice(people, size=round(share * len(people)), replace=False)
            since = rng.integers(_FROM, _TO, len(who))
            tables[table] = _with_rows(tables[table], table, who, since, {**fixed, column: _new_value(rng, column)})
    filed = dataset["complaints"].dropna(subset=["filed_on"]).drop_duplicates("policyholder_id")
    for _ in range(_LETTER_BOXES):
        chosen = np.sort(rng.choice(len(filed), size=round(_BOX_SHARE * len(filed)), replace=False))
        days = filed["filed_on"].to_numpy(dtype="datetime64[D]").astype(np.int64)[chosen]
        fixed = {"kind": "mail_sender", "role": "complaint", "value": f"某市某路{rng.integers(1, 9999)}号邮政支局"}
        who = filed["policyholder_id"].to_numpy()[chosen]
        tables["identifiers"] = _with_rows(tables["identifiers"], "identifiers", who, days, fixed)
    return dataclasses.replace(dataset, tables=tables)


def third_of_dates_spoilt(dataset: Dataset, seed: int) -> Dataset:
    """A third of all `since` dates is the one day on which somebody typed the records in."""
    rng = np.random.default_rng([seed, 2])
    tables = dict(dataset.tables)
    for name in _DATED:
        frame = tables[name].copy()
        frame.loc[rng.random(len(frame)) < 1 / 3, "since"] = pd.Timestamp("2021-06-01")
        tables[name] = frame
    return dataclasses.replace(dataset, tables=tables)


def no_dates(dataset: Dataset, seed: int) -> Dataset:
    """Every `since` is blank. `seed` is not used: nothing is random."""
    tables = dict(dataset.tables)
    for name in _DATED:
        tables[name] = tables[name].assign(since=pd.Series(pd.NaT, index=tables[name].index, dtype=DTYPES["date"]))
    return dataclasses.replace(dataset, tables=tables)


#: name -> what it does to a book
CONDITIONS: Mapping[str, Callable[[Dataset, int], Dataset]] = MappingProxyType(
    {"unlisted_hubs": unlisted_hubs, "third_of_dates_spoilt": third_of_dates_spoilt, "no_dates": no_dates}
)


def _new_value(rng: np.random.Generator, column: str) -> str:
    """A value nobody holds yet: the numbers lie where no real ones are."""
    digits = "".join(map(str, rng.integers(0, 10, 13)))
    return {"phone": f"161{digits[:8]}", "account": f"621700{digits}", "value": f"kiosk-{digits}"}[column]


def _with_rows(
    frame: pd.DataFrame, table: str, who: NDArray[np.object_], days: NDArray[np.int64], fixed: Mapping[str, str]
) -> pd.DataFrame:
    """The table with one row more for each of `who`, in canonical order."""
    rows = pd.DataFrame({"policyholder_id": who, "since": days.astype("datetime64[D]"), **fixed})
    rows["row_key"] = [f"{person}:{fixed['role']}:{'|'.join(fixed.values())}" for person in who]
    rows = rows.assign(source_file="", source_line=0)
    for column in TABLE_BY_NAME[table].columns:
        if column.name not in rows:
            rows[column.name] = pd.Series(index=rows.index, dtype=DTYPES[column.type])
    rows = rows[frame.columns].astype(frame.dtypes.to_dict())
    return pd.concat([frame, rows], ignore_index=True).sort_values("row_key", kind="stable", ignore_index=True)
