"""The insurer's book as people, links, households and events: what grouping and scoring work on.

In:  nothing (definitions).   Out: `Book`.   Never reads files, never judges.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

#: events that make somebody a candidate for a ring
STRONG_EVENTS = ("complaint", "negotiated")

#: bodies that may represent policyholders against the insurer by right; agencies and brokers sell and service
LICENSED_KINDS = ("law_firm",)

#: verdict on a shared value: what it may do for a group
VALUE_VERDICTS = ("evidence", "weak", "guarded", "household", "directory", "single")

#: columns of `Book.links`, sorted by (holder, value_id, role, since, row_key)
LINK_COLUMNS = (
    "holder",  # int32, position in Book.holders
    "value_id",  # int32, row of Book.values
    "kind",  # str: phone, account, mail_sender, device, intermediary ...
    "role",  # str, '' where unknown
    "since",  # datetime64[s]
    "is_fresh",  # bool: taken up around one of the holder's own events
    "source_table",  # str
    "row_key",  # str
)

#: columns of `Book.values`, sorted by (kind, value); value_id is the row number
VALUE_COLUMNS = (
    "value_id",  # int32
    "kind",  # str
    "value",  # str, personal data: mask before it leaves the process
    "n_holders",  # int, distinct policyholders
    "n_households",  # int, distinct households
    "n_fresh",  # int, households that took it up around an event of their own
    "purity",  # float, nats
    "outcome",  # float, nats
    "score",  # float, nats: evidence that a broker stands behind the value
    "verdict",  # one of VALUE_VERDICTS
    "reason_zh",  # str
    "reason_en",  # str
)

#: columns of `Book.events`, sorted by (holder, day, kind, row_key)
EVENT_COLUMNS = (
    "holder",  # int32
    "day",  # datetime64[s]
    "kind",  # complaint | normal | negotiated | cooling_off | unknown | early_surrender
    "is_good",  # bool: negotiated surrender paid above cash value
    "overpaid_fen",  # int64: paid above cash value, in fen, 0 where unknown
    "source_table",  # str
    "row_key",  # str
)


@dataclass(frozen=True)
class Book:
    """Everything the later stages ask about people, in columns.

    Attributes
    ----------
    holders : shape (n_holders,), policyholder ids, sorted.
    household : shape (n_holders,), int32 household number of each holder.
    links, values, events : frames of `LINK_COLUMNS`, `VALUE_COLUMNS`, `EVENT_COLUMNS`.
    """

    holders: NDArray[np.object_]
    household: NDArray[np.int32]
    links: pd.DataFrame
    values: pd.DataFrame
    events: pd.DataFrame

    @property
    def n_holders(self) -> int:
        return len(self.holders)

    def strong_events(self) -> pd.DataFrame:
        """Events that make a candidate: complaints, negotiated surrenders; every surrender where there are none."""
        strong = self.events.loc[self.events["kind"].isin(STRONG_EVENTS)]
        return strong if len(strong) else self.events.loc[self.events["kind"] != "cooling_off"]

    def __repr__(self) -> str:
        return f"Book({self.n_holders:,} policyholders, {len(self.links):,} links, {len(self.values):,} values)"
