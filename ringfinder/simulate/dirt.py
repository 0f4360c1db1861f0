"""Spoil clean tables the way real exports are spoilt: masks, placeholders, ruined accounts, odd dates, repeats.

In:  contract tables, a seed.   Out: new tables with a few dozen flaws, and a count of each.
A flaw falls on any row of its table with the same chance, but no negotiated surrender loses its date, so that sums
paid above cash value can still be checked. The input is not changed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_FULL_WIDTH = str.maketrans("0123456789", "0123456789")
PLACEHOLDERS = ("无", "不详", "13800138000", "-", "00000000000")


def add_dirt(
    tables: Mapping[str, pd.DataFrame], *, seed: int = 0, amount: float = 1.0
) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """Spoil some cells and repeat some rows.

    Parameters
    ----------
    tables : contract tables. Not modified.
    seed : decides where the flaws fall.
    amount : 1.0 gives a few dozen flaws of each common kind, whatever the size of the book.

    Returns
    -------
    The spoilt tables, and how many flaws of each kind were put in.
    """
    rng = np.random.default_rng([seed, 5])
    out = {name: table.copy() for name, table in tables.items()}
    counts: dict[str, int] = {}
    touched: dict[tuple[str, str], NDArray[np.bool_]] = {}

    def spoil(table: str, column: str, kind: str, count: int, values: object) -> None:
        frame = out.get(table)
        if frame is None or column not in frame:
            return
        usable = frame[column].notna()
        if table == "surrenders":
            usable &= frame["kind"] == "normal"
        spoilt = touched.setdefault((table, column), np.zeros(len(frame), dtype=np.bool_))
        pool = np.flatnonzero(usable & ~spoilt)
        rows = rng.choice(pool, size=min(len(pool), max(1, round(count * amount))), replace=False)
        spoilt[rows] = True
        old = frame[column].iloc[rows].astype(str).tolist()
        new = [values(v) if callable(values) else values for v in old]
        cells = frame[column].astype(object).to_numpy().copy()
        cells[rows] = new
        out[table] = frame.assign(**{column: pd.Series(cells, index=frame.index, dtype="str")})
        counts[kind] = counts.get(kind, 0) + len(rows)

    spoil("phones", "phone", "masked phone", 30, lambda v: v[:3] + "****" + v[-4:])
    spoil("complaints", "contact_phone", "masked phone", 5, lambda v: v[:3] + "****" + v[-4:])
    spoil("phones", "phone", "placeholder", 30, lambda v: PLACEHOLDERS[sum(map(ord, v)) % len(PLACEHOLDERS)])
    spoil("phones", "phone", "full width", 15, lambda v: v.translate(_FULL_WIDTH))
    spoil("phones", "phone", "country code", 25, lambda v: "+86 " + v)
    spoil("phones", "phone", "dashes", 15, lambda v: f"{v[:3]}-{v[3:7]}-{v[7:]}")
    spoil("bank_accounts", "account", "ruined account", 12, "6.22202E+18")
    spoil(
        "bank_accounts", "account", "spaced account", 20, lambda v: " ".join(v[i : i + 4] for i in range(0, len(v), 4))
    )
    spoil("phones", "since", "bad date", 4, "2021-13-45")
    spoil("surrenders", "surrendered_on", "bad date", 2, "待定")
    spoil("policies", "issued_on", "odd date", 25, lambda v: f"{v[:4]}年{int(v[5:7])}月{int(v[8:10])}日")
    spoil("phones", "policyholder_id", "no policyholder", 2, None)
    for name in ("phones", "complaints", "engagements", "surrenders"):
        frame = out.get(name)
        if frame is not None and len(frame):
            again = frame.iloc[
                np.sort(rng.choice(len(frame), size=min(len(frame), max(1, round(6 * amount))), replace=False))
            ]
            out[name] = pd.concat([frame, again], ignore_index=True)
            counts["repeated row"] = counts.get("repeated row", 0) + len(again)
    return out, dict(sorted(counts.items()))
