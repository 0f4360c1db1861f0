"""The book once more, seen from the seller's side: who left early, and through whose code, with whose money.

In:  Dataset, Book.   Out: a second `Book` for the arbitrage channel, with the same people and households.
A premium is advanced for a straw holder, the commission is taken, the policy is given up. The seller's code is one more
shared value here, and nowhere else: n clients, a of whom left early. Never groups people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.construct.events import holder_position
from ringfinder.construct.links import build_links, lived_dates
from ringfinder.construct.values import listed_values
from ringfinder.identifiers import get_kind
from ringfinder.model.book import EVENT_COLUMNS, LINK_COLUMNS, VALUE_COLUMNS, Book
from ringfinder.model.dataset import Dataset
from ringfinder.model.odds import ValueParams, fits_broker, kind_rates, purity_nats
from ringfinder.model.settings import MAX_DAYS, check_settings

EARLY = "early_surrender"


@dataclass(frozen=True)
class SellerParams:
    """Settings of the seller's side.

    early_days : a policy given up within as many days of its issue left early: thirteen months, when commission has
        vested, and half a year.
    fresh_before_days, fresh_after_days : a payer or a device belongs to the policy when it is first seen this long
        before its issue, up to this long after its end.
    values : beliefs about a dealer's value.
    """

    early_days: int = 580
    fresh_before_days: int = 60
    fresh_after_days: int = 60
    values: ValueParams = ValueParams()

    def __post_init__(self) -> None:
        days = (0, MAX_DAYS)
        bounds = {"early_days": (1, MAX_DAYS), "fresh_before_days": days, "fresh_after_days": days}
        check_settings("[seller]", self, bounds)


def early_policies(dataset: Dataset, *, early_days: int) -> pd.DataFrame:
    """Policies given up early: columns policyholder_id, policy_id, agent_id, issued_on, left_on, row_key.

    Cooling-off is a right and does not count. A surrender without a policy number belongs to the holder's only policy.
    """
    surrenders = dataset["surrenders"]
    gone = surrenders.loc[surrenders["kind"].fillna("normal") != "cooling_off"]
    policies = dataset["policies"][["policy_id", "policyholder_id", "agent_id", "issued_on", "row_key"]]
    only = policies.loc[~policies["policyholder_id"].duplicated(keep=False)].set_index("policyholder_id")["policy_id"]
    number = gone["policy_id"].where(gone["policy_id"].notna(), gone["policyholder_id"].map(only))
    left = pd.DataFrame({"policy_id": number, "left_on": gone["surrendered_on"]}).dropna()
    left = left.groupby("policy_id", sort=True)["left_on"].min().reset_index()
    both = policies.merge(left, on="policy_id", validate="many_to_one")
    days = (both["left_on"] - both["issued_on"]).dt.days
    out: pd.DataFrame = both.loc[days.between(0, early_days)].sort_values("row_key", ignore_index=True)
    return out


def build_seller_book(dataset: Dataset, book: Book, params: SellerParams = SellerParams()) -> Book:
    """The same people with early surrenders as events and sellers, payers, devices and phones as values."""
    early = early_policies(dataset, early_days=params.early_days)
    links = _links(dataset, book.holders)
    links["is_fresh"] = _taken_up(links, early, book.holders, params)
    links["value_id"] = links.groupby(["kind", "value"], sort=True).ngroup().astype(np.int32)
    events = _events(early, book.holders)
    values = _values(links, book, events, dataset, params.values)
    links = links.loc[:, list(LINK_COLUMNS)].sort_values(
        ["holder", "value_id", "role", "since", "row_key"], kind="stable", ignore_index=True
    )
    return Book(holders=book.holders, household=book.household, links=links, values=values, events=events)


def _links(dataset: Dataset, holders: NDArray[np.object_]) -> pd.DataFrame:
    shared = build_links(dataset, holders)
    left_out = ["intermediary", *(kind for kind in shared["kind"].unique() if get_kind(kind).case_only)]
    shared = shared.loc[~shared["kind"].isin(left_out)]
    policies = dataset["policies"]
    sold = pd.DataFrame(
        {
            "kind": pd.Series("intermediary", index=policies.index, dtype="str"),
            "value": policies["agent_id"],
            "role": pd.Series("sold", index=policies.index, dtype="str"),
            "since": policies["issued_on"],
            "source_table": pd.Series("policies", index=policies.index, dtype="str"),
            "row_key": policies["row_key"],
            "holder": holder_position(policies["policyholder_id"], holders),
        }
    )
    sold = sold.loc[(sold["holder"] >= 0) & sold["value"].notna()]
    links = pd.concat([shared, sold[shared.columns]], ignore_index=True)
    return links.sort_values(
        ["kind", "value", "holder", "since", "role", "source_table", "row_key"], kind="stable", ignore_index=True
    )


def _taken_up(
    links: pd.DataFrame, early: pd.DataFrame, holders: NDArray[np.object_], params: SellerParams
) -> NDArray[np.bool_]:
    """Links that belong to a policy its holder gave up early: its own seller, or a value first seen during its life."""
    holder = holder_position(early["policyholder_id"], holders).astype(np.int64)
    start = early["issued_on"].to_numpy(dtype="datetime64[D]").astype(np.int64) - params.fresh_before_days
    stop = early["left_on"].to_numpy(dtype="datetime64[D]").astype(np.int64) + params.fresh_after_days
    since = lived_dates(links)
    known = since.notna().to_numpy(dtype=np.bool_)
    day = np.where(known, since.to_numpy(dtype="datetime64[D]").astype(np.int64), np.iinfo(np.int64).max)
    pair = links.groupby(["kind", "value", "holder"], sort=False).ngroup().to_numpy()
    n_pairs = int(pair.max()) + 1 if len(pair) else 0
    first = np.full(n_pairs, np.iinfo(np.int64).max)
    np.minimum.at(first, pair, day)
    frame = pd.DataFrame({"holder": links["holder"].to_numpy(dtype=np.int64), "first": first[pair]})
    frame["row"] = np.arange(len(frame))
    spans = pd.DataFrame({"holder": holder, "start": start, "stop": stop})
    near = frame.merge(spans, on="holder")
    inside = near.loc[near["first"].between(near["start"], near["stop"]), "row"].unique()
    fresh = np.zeros(len(links), dtype=np.bool_)
    fresh[inside] = True
    is_sold = (links["role"] == "sold").to_numpy(dtype=np.bool_)
    fresh[is_sold] = links["row_key"].isin(early["row_key"]).to_numpy(dtype=np.bool_)[is_sold]
    any_fresh = np.zeros(n_pairs, dtype=np.bool_)
    np.logical_or.at(any_fresh, pair, fresh)
    return np.asarray(any_fresh[pair], dtype=np.bool_)


def _events(early: pd.DataFrame, holders: NDArray[np.object_]) -> pd.DataFrame:
    events = pd.DataFrame(
        {
            "holder": holder_position(early["policyholder_id"], holders),
            "day": early["left_on"],
            "kind": pd.Series(EARLY, index=early.index, dtype="str"),
            "is_good": True,
            "overpaid_fen": np.zeros(len(early), dtype=np.int64),
            "source_table": pd.Series("policies", index=early.index, dtype="str"),
            "row_key": early["row_key"],
        }
    )
    events = events.loc[events["holder"] >= 0, list(EVENT_COLUMNS)]
    return events.sort_values(["holder", "day", "kind", "row_key"], kind="stable", ignore_index=True)


def count_households(links: pd.DataFrame, household: NDArray[np.int32], n_values: int) -> pd.DataFrame:
    """Holders, households and households with a fresh link of each value; row i is value_id i."""
    people = links.drop_duplicates(["value_id", "holder"])
    out = pd.DataFrame({"n_holders": np.bincount(people["value_id"], minlength=n_values)})
    homes = pd.DataFrame(
        {"value_id": links["value_id"], "home": household[links["holder"].to_numpy()], "fresh": links["is_fresh"]}
    )
    homes = homes.groupby(["value_id", "home"], sort=True)["fresh"].any().reset_index()
    out["n_households"] = np.bincount(homes["value_id"], minlength=n_values)
    out["n_fresh"] = np.bincount(homes["value_id"], weights=homes["fresh"], minlength=n_values).astype(np.int64)
    return out


def _values(
    links: pd.DataFrame, book: Book, events: pd.DataFrame, dataset: Dataset, params: ValueParams
) -> pd.DataFrame:
    values = links.drop_duplicates("value_id")[["value_id", "kind", "value"]].sort_values("value_id", ignore_index=True)
    values = pd.concat([values, count_households(links, book.household, len(values))], axis=1)
    n, a = values["n_households"].to_numpy(dtype=np.int64), values["n_fresh"].to_numpy(dtype=np.int64)
    shared = n >= 2
    # whether somebody leaves early does not hang on sharing, so everybody's values tell the usual share
    pi = kind_rates(values, params, min_households=1, least=0.01)
    values["purity"] = np.where(shared, purity_nats(a, n, pi, params=params), 0.0).round(6)
    values["outcome"] = 0.0
    values["score"] = np.where(shared, values["purity"] + params.log_prior, 0.0).round(6)
    verdict = np.full(len(values), "guarded", dtype=object)
    fits = fits_broker(a, n, params, share=params.rho)
    verdict[shared & (a >= 2) & (values["score"].to_numpy() > 0) & fits] = "evidence"
    verdict[~shared & (values["n_holders"].to_numpy() >= 2)] = "household"
    verdict[values["n_holders"].to_numpy() < 2] = "single"
    verdict[listed_values(values, dataset["directory"])] = "directory"
    values["verdict"] = pd.Series(verdict, index=values.index, dtype="str")
    values["reason_zh"], values["reason_en"] = _reasons(values)
    return values.loc[:, list(VALUE_COLUMNS)]


def _reasons(values: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    n, a = values["n_households"].astype("str"), values["n_fresh"].astype("str")
    zh = n + " 户涉及," + a + " 户的相关保单在早期退保"
    en = n + " households, " + a + " of them gave the policy up early"
    words = {
        "evidence": (":早退比例异常", ": an unusual share"),
        "guarded": (":属正常水平,不作证据", ": nothing unusual, no evidence"),
    }
    zh = zh + values["verdict"].map({k: w[0] for k, w in words.items()}).fillna("")
    en = en + values["verdict"].map({k: w[1] for k, w in words.items()}).fillna("")
    return zh.astype("str"), en.astype("str")
