"""What happened to each policyholder: complaints, surrenders, and money paid above cash value.

In:  Dataset.   Out: frame of `EVENT_COLUMNS`.   Never links people.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.model.book import EVENT_COLUMNS
from ringfinder.model.dataset import Dataset


def holder_position(ids: pd.Series, holders: NDArray[np.object_]) -> NDArray[np.int32]:
    """Position of each id in the sorted `holders`, -1 where it is not there."""
    return pd.Index(holders).get_indexer(pd.Index(ids)).astype(np.int32)


def build_events(dataset: Dataset, holders: NDArray[np.object_]) -> pd.DataFrame:
    """One row an event of a policyholder.

    `is_good` marks a negotiated surrender paid above cash value: the outcome a ring is after. A surrender whose kind is
    not on file counts as negotiated if it was paid a twentieth above cash value and more. Where no negotiated
    surrender of the whole book carries amounts, every negotiated surrender counts as good.

    Parameters
    ----------
    holders : sorted policyholder ids.
    """
    complaints = dataset["complaints"]
    surrenders = dataset["surrenders"]
    filed = pd.DataFrame(
        {
            "holder": holder_position(complaints["policyholder_id"], holders),
            "day": complaints["filed_on"],
            "kind": pd.Series("complaint", index=complaints.index, dtype="str"),
            "is_good": False,
            "overpaid_fen": np.zeros(len(complaints), dtype=np.int64),
            "source_table": pd.Series("complaints", index=complaints.index, dtype="str"),
            "row_key": complaints["row_key"],
        }
    )
    overpaid = overpaid_fen(surrenders)
    kind = surrender_kinds(surrenders, overpaid)
    is_negotiated = (kind == "negotiated").to_numpy(dtype=np.bool_)
    known = bool((is_negotiated & surrenders["amount_paid"].notna() & surrenders["cash_value"].notna()).any())
    paid = pd.DataFrame(
        {
            "holder": holder_position(surrenders["policyholder_id"], holders),
            "day": surrenders["surrendered_on"],
            "kind": kind,
            "is_good": is_negotiated & ((overpaid > 0) if known else True),
            "overpaid_fen": np.where(is_negotiated, overpaid, 0),
            "source_table": pd.Series("surrenders", index=surrenders.index, dtype="str"),
            "row_key": surrenders["row_key"],
        }
    )
    events = pd.concat([filed, paid], ignore_index=True)
    events = events.loc[(events["holder"] >= 0) & events["day"].notna(), list(EVENT_COLUMNS)]
    return events.sort_values(["holder", "day", "kind", "row_key"], kind="stable", ignore_index=True)


def surrender_kinds(surrenders: pd.DataFrame, overpaid: NDArray[np.int64]) -> pd.Series[str]:
    """Kinds, told from the amounts where they are not on file; 'unknown' where those tell nothing either."""
    cash_fen = surrenders["cash_value"].fillna(0.0).to_numpy(dtype=np.float64) * 100
    by_amount = np.where(overpaid > np.maximum(0, cash_fen / 20), "negotiated", "unknown")
    return surrenders["kind"].fillna(pd.Series(by_amount, index=surrenders.index, dtype="str"))


def overpaid_fen(surrenders: pd.DataFrame) -> NDArray[np.int64]:
    """Paid above cash value, in fen, never negative; 0 where an amount is missing (loss formula L1)."""
    difference = surrenders["amount_paid"] - surrenders["cash_value"]
    fen = np.rint(difference.fillna(0.0).to_numpy(dtype=np.float64) * 100).astype(np.int64)
    return np.asarray(np.maximum(fen, 0), dtype=np.int64)
