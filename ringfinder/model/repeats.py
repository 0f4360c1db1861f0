"""People who file complaint after complaint: the trace of a serial complainer, whether anybody paid or not.

In:  complaints.   Out: their rows; how improbable so many of them are.   Never decides what a group is.
"""

from __future__ import annotations

import pandas as pd
from scipy.stats import binom

#: from so many different complaints on somebody files again and again; an honest grievance is repeated once or twice
MIN_TICKETS = 4


def serial_complaints(complaints: pd.DataFrame) -> pd.DataFrame:
    """The complaints of people with `MIN_TICKETS` and more, each counted once.

    One letter forwarded by several offices is one complaint: a person's rows with the same text, and those of one day,
    count once.

    Examples
    --------
    >>> rows = pd.DataFrame({"policyholder_id": ["A"] * 5 + ["B"] * 5, "complaint_id": range(10),
    ...     "filed_on": pd.date_range("2021-01-01", periods=10), "text": list("abcde") + ["same"] * 5})
    >>> serial_complaints(rows)["policyholder_id"].unique().tolist()
    ['A']
    """
    by_day = complaints.sort_values("complaint_id", kind="stable").drop_duplicates(["policyholder_id", "filed_on"])
    repeated = by_day["text"].notna() & by_day.duplicated(["policyholder_id", "text"])
    once = by_day.loc[~repeated]
    count = once.groupby("policyholder_id")["complaint_id"].transform("size")
    return once.loc[count >= MIN_TICKETS]


def serial_chance(n_serial: int, n: int, *, rate: float) -> float:
    """Probability of so many serial complainers among `n` households, where the book has `rate` of them."""
    return float(binom.sf(n_serial - 1, n, min(rate, 0.95)))


def serial_rate(complaints: pd.DataFrame) -> float:
    """Share of complainants who file again and again; one pseudo-complainant at one in a hundred."""
    n = complaints["policyholder_id"].nunique()
    return (serial_complaints(complaints)["policyholder_id"].nunique() + 0.01) / (n + 1.0)
