"""Who holds which value, in which role, since when.

In:  Dataset.   Out: links (holder, kind, value, role, since) and whether each was taken up around a case.
Never judges values. Agents of record are no links: policies of one agent have that in common and nothing else.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.construct.events import holder_position
from ringfinder.model.dataset import Dataset

#: roles that arise in a case, as against roles that arise with a policy
CASE_ROLES = ("complaint", "surrender", "payout", "fee", "represented", "advised")


def build_links(dataset: Dataset, holders: NDArray[np.object_]) -> pd.DataFrame:
    """All links of the book: columns holder, kind, value, role, since, source_table, row_key.

    A complaint's contact phone and a surrender's payout account are links of their own, dated by the case.
    """
    bodies = dataset["intermediaries"]
    agents = bodies.loc[bodies["kind"].isin(["agent", "ex_agent"]), "intermediary_id"]
    represented = dataset["engagements"]
    represented = represented.loc[
        represented["role"].isin(["represented", "advised"]) & ~represented["intermediary_id"].isin(agents)
    ]
    identifiers = dataset["identifiers"]
    parts = [
        _part(dataset["phones"], "phones", value="phone", kind="phone", since="since"),
        _part(dataset["bank_accounts"], "bank_accounts", value="account", kind="account", since="since"),
        _part(
            dataset["complaints"], "complaints", value="contact_phone", kind="phone", since="filed_on", role="complaint"
        ),
        _part(
            dataset["surrenders"],
            "surrenders",
            value="payout_account",
            kind="account",
            since="surrendered_on",
            role="payout",
        ),
        _part(represented, "engagements", value="intermediary_id", kind="intermediary", since="since"),
        _part(identifiers, "identifiers", value="value", kind=identifiers["kind"].fillna("other"), since="since"),
    ]
    links = pd.concat(parts, ignore_index=True)
    links["holder"] = holder_position(links["policyholder_id"], holders)
    links = links.loc[(links["holder"] >= 0) & links["value"].notna()].drop(columns="policyholder_id")
    return links.sort_values(
        ["kind", "value", "holder", "since", "role", "source_table", "row_key"], kind="stable", ignore_index=True
    )


def _part(
    table: pd.DataFrame, name: str, *, value: str, kind: str | pd.Series, since: str, role: str = ""
) -> pd.DataFrame:
    roles = pd.Series(role, index=table.index, dtype="str") if role else table["role"].fillna("").astype("str")
    return pd.DataFrame(
        {
            "policyholder_id": table["policyholder_id"],
            "kind": kind if isinstance(kind, pd.Series) else pd.Series(kind, index=table.index, dtype="str"),
            "value": table[value],
            "role": roles,
            "since": table[since],
            "source_table": pd.Series(name, index=table.index, dtype="str"),
            "row_key": table["row_key"],
        }
    )


def data_entry_days(links: pd.DataFrame, *, min_share: float = 0.02, min_ratio: float = 20.0) -> pd.DataFrame:
    """Days on which a source table was typed in rather than lived.

    A day that holds at least `min_share` of a table's dated links, and `min_ratio` times the table's usual day, says
    when data were entered and nothing about the person; such dates count as missing.

    Returns
    -------
    Frame of `source_table`, `since`, `n_links`.
    """
    own = links.loc[links["since"].notna() & ~links["source_table"].isin(["complaints", "surrenders"])]
    days = own.groupby(["source_table", "since"], sort=True).size().rename("n_links").reset_index()
    if days.empty:
        return days
    per_table = days.groupby("source_table")["n_links"]
    total, usual = per_table.transform("sum"), per_table.transform("median")
    enough = days["n_links"] >= np.maximum(20, np.maximum(min_share * total, min_ratio * usual))
    return days.loc[enough].reset_index(drop=True)


def lived_dates(links: pd.DataFrame) -> pd.Series:
    """`since` of each link, missing where it is a day of data entry."""
    since = links["since"]
    spoilt = data_entry_days(links)
    if spoilt.empty:
        return since
    bad = pd.MultiIndex.from_frame(spoilt[["source_table", "since"]])
    here = pd.MultiIndex.from_frame(links[["source_table", "since"]])
    return since.mask(np.asarray(here.isin(bad)))


def mark_fresh(
    links: pd.DataFrame,
    events: pd.DataFrame,
    *,
    before_days: int = 120,
    after_days: int = 60,
    min_dated: float = 0.5,
) -> NDArray[np.bool_]:
    """Which links were taken up around one of the holder's own cases.

    What counts is the *first* time a person is seen with a value: a number somebody had for ten years and gives as
    contact in a complaint is his own. A link without a date is not fresh, unless its role arises only in a case and
    no policy-side row of the same person and value speaks against it. In a table that holds hardly any dates a row
    without one says nothing: the case's own rows decide.

    Parameters
    ----------
    links : columns holder, kind, value, role, since, source_table; sorted as `build_links` leaves them.
    before_days, after_days : the link lies in [event - before_days, event + after_days].
    min_dated : a table with a smaller share of usable dates holds none to go by.

    Returns
    -------
    shape (n_links,). All links of one person to one value agree.
    """
    since = lived_dates(links)
    is_telling = since.notna().groupby(links["source_table"]).transform("mean").to_numpy(dtype=np.float64) >= min_dated
    is_case_role = links["role"].isin(CASE_ROLES).to_numpy(dtype=np.bool_)
    is_dated = since.notna().to_numpy(dtype=np.bool_)
    group = (
        links.groupby(["kind", "value", "holder"], sort=False).ngroup().to_numpy()
        if len(links)
        else np.zeros(0, dtype=np.int64)
    )
    n_groups = int(group.max()) + 1 if len(group) else 0
    day = np.where(is_dated, since.to_numpy(dtype="datetime64[D]").astype(np.int64), np.iinfo(np.int64).max)
    first = np.full(n_groups, np.iinfo(np.int64).max)
    np.minimum.at(first, group, day)
    has_old_hint = np.bincount(group, weights=~is_dated & ~is_case_role & is_telling, minlength=n_groups) > 0
    has_case_role = np.bincount(group, weights=is_case_role, minlength=n_groups) > 0
    holder = np.zeros(n_groups, dtype=np.int64)
    holder[group] = links["holder"].to_numpy()
    dated = first < np.iinfo(np.int64).max
    near = np.zeros(n_groups, dtype=np.bool_)
    near[dated] = near_event(holder[dated], first[dated], events, before_days=before_days, after_days=after_days)
    has_case = np.isin(holder, _case_holders(events))
    fresh = np.where(dated, near & ~has_old_hint, has_case_role & has_case & ~has_old_hint)
    return np.asarray(fresh[group], dtype=np.bool_)


def near_event(
    holder: NDArray[np.int64], day: NDArray[np.int64], events: pd.DataFrame, *, before_days: int, after_days: int
) -> NDArray[np.bool_]:
    """Whether the holder has a case with day in [day - after_days, day + before_days] (cooling-off does not count)."""
    own = events.loc[events["kind"] != "cooling_off"]
    width = 1 << 20  # more days than any calendar here
    event_day = own["day"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    key = np.sort(own["holder"].to_numpy(dtype=np.int64) * width + event_day + width // 2)
    lowest = holder * width + day - after_days + width // 2
    at = np.searchsorted(key, lowest)
    found = key[np.minimum(at, len(key) - 1)] if len(key) else np.zeros(len(lowest), dtype=np.int64)
    return np.asarray((at < len(key)) & (found <= lowest + after_days + before_days), dtype=np.bool_)


def _case_holders(events: pd.DataFrame) -> NDArray[np.int64]:
    return np.unique(events.loc[events["kind"] != "cooling_off", "holder"].to_numpy(dtype=np.int64))
