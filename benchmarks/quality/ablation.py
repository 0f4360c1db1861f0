"""What each kind of evidence brings: the same book with one kind taken out of the tables.

In:  Dataset, channel.   Out: Dataset. `CHANNELS` is the registry. Nothing of the product is switched off: it sees an
insurer who never kept these columns.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from ringfinder.model.dataset import TABLE_BY_NAME, Dataset


@dataclass(frozen=True)
class Channel:
    """What to take out: whole tables, or columns (left blank)."""

    name: str
    tables: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


CHANNELS = (
    Channel("phones", ("phones",), {"complaints": ("contact_phone",)}),
    Channel("accounts", ("bank_accounts",), {"surrenders": ("payout_account",)}),
    Channel("other identifiers", ("identifiers",)),
    Channel("letters", (), {"complaints": ("text", "template_id")}),
    Channel(
        "since dates",
        (),
        dict.fromkeys(("phones", "bank_accounts", "engagements", "identifiers"), ("since",)),
    ),
    Channel("amounts paid", (), {"surrenders": ("cash_value", "amount_paid")}),
    Channel("findings", (), {"complaints": ("upheld",)}),
    Channel("sellers", (), {"policies": ("agent_id",), "complaints": ("accused_agent_id",)}),
    Channel("engagements", ("engagements", "intermediaries")),
    Channel("relations", ("relations",)),
    Channel("directory", ("directory",)),
)


def without(dataset: Dataset, channel: Channel) -> Dataset:
    """The book of an insurer who never kept this kind of evidence."""
    tables = dict(dataset.tables)
    for name in channel.tables:
        tables[name] = TABLE_BY_NAME[name].empty()
    for name, columns in channel.columns.items():
        frame = tables[name].copy()
        for column in columns:
            frame[column] = pd.Series(index=frame.index, dtype=frame[column].dtype)
        tables[name] = frame
    return dataclasses.replace(dataset, tables=tables)
