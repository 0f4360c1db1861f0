"""Amounts that can't be: a slip of the keyboard that would outweigh everything else in the book.

In:  typed tables.   Out: the same tables with such cells empty; each is among the rejects, and warned of by its place.
An amount is set aside only if two things speak against it, each on its own scale and neither fitted to a book:
its column (beyond Tukey's far fence of the logarithms, Exploratory Data Analysis 1977, ch. 2), and its own customer:
it is more than ten times (one digit too many) all premiums he ever paid and the other amount of its row. The row stays:
the surrender took place, and only its amount is not known.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ringfinder.ingest.raw import CELL, Rejects

_FAR = 3.0  # Tukey's fences: 1.5 quartile distances out, 3 far out
_DIGIT = 10.0

#: money column of a surrender -> the other one of its row
_OTHER = {"cash_value": "amount_paid", "amount_paid": "cash_value"}

#: places told one by one in a warning; rejects.csv has all
_MOST_PLACES = 3


def set_aside_amounts(
    frames: Mapping[str, pd.DataFrame], rejects: Rejects
) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Empty the cells whose amount can't be; and a warning for each column that has some."""
    out, warnings = dict(frames), []
    # premiums first: a mis-keyed one must not excuse a payment
    for name, judge in (("policies", _wrong_premiums), ("surrenders", _wrong_payments)):
        if name not in out:
            continue
        for column, cells in judge(out).items():
            lost = out[name].loc[cells]
            if len(lost):
                files, lines = lost["source_file"].tolist(), lost["source_line"]
                rejects.add(name, files, lines=lines, column=column, classes="implausible_amount", what=CELL)
                out[name] = out[name].assign(**{column: out[name][column].mask(cells)})
                warnings.append(_told(name, column, lost))
    return out, tuple(warnings)


def _wrong_premiums(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.Series[bool]]:
    """Premiums that can't be; a cash value as large excuses one, a small one (of another policy) says nothing."""
    paid = frames["policies"]["premiums_paid"].abs()
    fence = _fence(paid)
    known = pd.Series(fence, index=paid.index)
    if "surrenders" in frames:
        known = _larger(known, _of_customer(frames["surrenders"], "cash_value", frames["policies"]))
    return {"premiums_paid": _is_wrong(paid, known, fence)}


def _wrong_payments(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.Series[bool]]:
    """Cash values and payments that can't be, by the customer's premiums and by each other.

    An amount that is itself ten times beyond its fence excuses nothing: some systems write 999999999 into both.
    """
    frame = frames["surrenders"]
    amounts = {column: frame[column].abs() for column in _OTHER}
    fences = {column: _fence(amount) for column, amount in amounts.items()}
    premiums = pd.Series(np.nan, index=frame.index)
    if "policies" in frames:
        premiums = _of_customer(frames["policies"], "premiums_paid", frame)
    out = {}
    for column, other in _OTHER.items():
        witness = amounts[other].where(amounts[other] <= _DIGIT * fences[other])
        known = _larger(premiums, witness)
        known = known.where(known > 0).fillna(fences[column])
        out[column] = _is_wrong(amounts[column], known, fences[column])
    return out


def _of_customer(source: pd.DataFrame, column: str, rows: pd.DataFrame) -> pd.Series[float]:
    """The sum of a money column over all rows of each row's customer; NaN where not known."""
    sums = source[column].abs().groupby(source["policyholder_id"]).sum(min_count=1)
    return rows["policyholder_id"].map(sums).astype("float64")


def _larger(one: pd.Series[float], other: pd.Series[float]) -> pd.Series[float]:
    """The larger of what is known."""
    return pd.concat([one, other], axis=1).max(axis=1)


def _fence(amount: pd.Series[float]) -> float:
    """Above it an amount is far out in its column; infinite where the column has none."""
    logs = np.log(amount[amount > 0])
    if not len(logs):
        return float("inf")
    low, high = np.quantile(logs, [0.25, 0.75])
    return float(np.exp(min(high + _FAR * (high - low), 700.0)))


def _is_wrong(amount: pd.Series[float], known: pd.Series[float], fence: float) -> pd.Series[bool]:
    return (amount > fence) & (amount > _DIGIT * known)


def _told(table: str, column: str, lost: pd.DataFrame) -> str:
    places = lost.sort_values(["source_file", "source_line"])
    shown = [f"{f}, line {n}" for f, n in zip(places["source_file"], places["source_line"], strict=True)]
    more = f" and {len(shown) - _MOST_PLACES} more" if len(shown) > _MOST_PLACES else ""
    where = "; ".join(shown[:_MOST_PLACES]) + more
    return (
        f"{table}.{column}: {len(shown)} amounts can't be (疑为录入错误,该格留空), far above the rest of the column "
        f"and ten times what the customer paid in, and are left out of all sums: {where}"
    )
