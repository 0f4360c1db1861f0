"""Dataset -> Book: the construct stage in one function.

In:  Dataset.   Out: `Book`.   Never groups people.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ringfinder.construct.events import build_events
from ringfinder.construct.households import find_households
from ringfinder.construct.links import build_links, lived_dates, mark_fresh
from ringfinder.construct.values import judge_values
from ringfinder.model.book import LINK_COLUMNS, Book
from ringfinder.model.dataset import Dataset
from ringfinder.model.odds import ValueParams
from ringfinder.model.settings import MAX_DAYS, check_settings


@dataclass(frozen=True)
class ConstructParams:
    """Settings of the construct stage.

    fresh_before_days, fresh_after_days : a value is taken up around a case when it is first seen this long before, or
        after, one of the holder's own events.
    household_max_people : a home or a family phone has no more people than this.
    values : beliefs about a broker's value.
    """

    fresh_before_days: int = 120
    fresh_after_days: int = 60
    household_max_people: int = 6
    values: ValueParams = field(default_factory=ValueParams)

    def __post_init__(self) -> None:
        days = (0, MAX_DAYS)
        bounds = {"fresh_before_days": days, "fresh_after_days": days, "household_max_people": (1, 100)}
        check_settings("[construct]", self, bounds)


def build_book(dataset: Dataset, params: ConstructParams = ConstructParams()) -> Book:
    """Turn the tables into people, households, links, events and judged values.

    Equal tables in any row order give equal books.
    """
    holders = np.sort(dataset["policyholders"]["policyholder_id"].to_numpy(dtype=object))
    events = build_events(dataset, holders)
    links = build_links(dataset, holders)
    links["is_fresh"] = mark_fresh(
        links, events, before_days=params.fresh_before_days, after_days=params.fresh_after_days
    )
    links["is_dated"] = lived_dates(links).notna()
    household = find_households(dataset, links, holders, max_people=params.household_max_people)
    links["value_id"] = links.groupby(["kind", "value"], sort=True).ngroup().astype(np.int32)
    values = judge_values(links, household, events, dataset, params.values)
    links = links.loc[:, list(LINK_COLUMNS)].sort_values(
        ["holder", "value_id", "role", "since", "row_key"], kind="stable", ignore_index=True
    )
    return Book(holders=holders, household=household, links=links, values=values, events=events)
