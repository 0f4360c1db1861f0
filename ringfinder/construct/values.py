"""Judge every shared value by how its holders behave.

In:  links (with `is_fresh`), households, events.   Out: frame of `VALUE_COLUMNS`.
Never groups people. No degree cap and no hand-made list: a broker's phone is taken up by nearly all of its holders
around a case of their own, and those cases end in money above cash value; a hotline, a tablet or an employer's
account was taken up at other times by people who mostly have no case. A value must fit a broker's in timing and in
outcome, each by itself: the sum of the two must not hide that one speaks against him.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.identifiers import get_kind
from ringfinder.model.book import LICENSED_KINDS, VALUE_COLUMNS
from ringfinder.model.dataset import DECIDED, Dataset
from ringfinder.model.odds import (
    ValueParams,
    fits_broker,
    good_holders,
    kind_rates,
    outcome_nats,
    purity_nats,
    reference_population,
)
from ringfinder.model.peers import find_peers

#: words for a good outcome; where no amounts are on file nobody knows what was paid
_PAID = ("获超现金价值支付", "were paid above cash value")
_NEGOTIATED = ("经协议退保(金额不详)", "surrendered by negotiation (amounts not on file)")


def judge_values(
    links: pd.DataFrame,
    household: NDArray[np.int32],
    events: pd.DataFrame,
    dataset: Dataset,
    params: ValueParams = ValueParams(),
) -> pd.DataFrame:
    """Give every value its evidence in nats and a verdict with a reason.

    Parameters
    ----------
    links : columns holder, value_id, kind, value, is_fresh, is_dated; value_id 0 ... n_values - 1 in (kind, value)
        order.

    Returns
    -------
    `VALUE_COLUMNS`; row i is value_id i.
    """
    values = _count(links, household, events)
    paid = _PAID if (events["overpaid_fen"] > 0).any() else _NEGOTIATED
    first = _verdicts(values, np.full(len(values), reference_population(events).good_rate), dataset, params, paid=paid)
    # what those who share a broker's value were paid is no measure of what others were paid at the time
    is_broker = (first["verdict"] == "evidence").to_numpy()[links["value_id"].to_numpy()]
    suspects = np.unique(links.loc[is_broker & links["is_fresh"], "holder"].to_numpy(dtype=np.int64))
    rates = find_peers(events, household, without=suspects).rates()
    return _verdicts(values, _base(links, rates, len(values)), dataset, params, paid=paid).loc[:, list(VALUE_COLUMNS)]


def _base(links: pd.DataFrame, rates: NDArray[np.float64], n_values: int) -> NDArray[np.float64]:
    """Rate of payments among the peers in time of each value's fresh holders."""
    fresh = links.loc[links["is_fresh"], ["value_id", "holder"]].drop_duplicates()
    who = fresh["value_id"].to_numpy()
    total = np.bincount(who, weights=rates[fresh["holder"].to_numpy()], minlength=n_values)
    return np.asarray(total / np.maximum(1, np.bincount(who, minlength=n_values)), dtype=np.float64)


def _verdicts(
    values: pd.DataFrame,
    base: NDArray[np.float64],
    dataset: Dataset,
    params: ValueParams,
    *,
    paid: tuple[str, str],
) -> pd.DataFrame:
    """The counted values with purity, outcome, score, verdict and reasons.

    Parameters
    ----------
    base : rate of good outcomes each is compared with. paid : words for a good outcome.
    """
    values = values.copy()
    shared = values["n_households"].to_numpy() >= 2
    pi = kind_rates(values, params)
    n, a = values["n_households"].to_numpy(dtype=np.int64), values["n_fresh"].to_numpy(dtype=np.int64)
    good = values["n_good"].to_numpy(dtype=np.int64)
    timed = shared & ~values["kind"].map(_is_case_only(values)).to_numpy(dtype=np.bool_)
    values["purity"] = np.where(timed, purity_nats(a, n, pi, params=params), 0.0).round(6)
    values["outcome"] = np.where(shared, outcome_nats(good, a, base=base, params=params), 0.0).round(6)
    values["score"] = np.where(shared, values["purity"] + values["outcome"] + params.log_prior, 0.0).round(6)
    fits = fits_broker(good, a, params)
    # a kiosk's few lucky users pay for themselves in outcomes; the many who came at other times still give it away. So
    # do a courier shop's customers who have no case, where complaints are not on file or not all of them
    n_timed = np.maximum(a, n - values["n_undated"].to_numpy(dtype=np.int64))
    is_timely = fits_broker(a, n_timed, params, share=params.rho)
    links_people = shared & (a >= 2) & (values["score"].to_numpy() > 0) & fits & is_timely
    is_listed = listed_values(values, dataset["directory"])
    is_licensed = _licensed(values, dataset)
    is_weak = shared & (a >= 2) & (values["score"].to_numpy() > params.log_prior) & is_timely
    verdict = np.full(len(values), "guarded", dtype=object)
    verdict[is_weak] = "weak"
    verdict[links_people] = "evidence"
    verdict[is_licensed & shared] = "guarded"
    verdict[~shared & (values["n_holders"].to_numpy() >= 2)] = "household"
    verdict[values["n_holders"].to_numpy() < 2] = "single"
    verdict[is_listed] = "directory"
    values["verdict"] = pd.Series(verdict, index=values.index, dtype="str")
    values["reason_zh"], values["reason_en"] = _reasons(values, fits, is_licensed, paid)
    directory = dataset["directory"]
    is_cleared = listed_values(values, directory.loc[directory["source_file"] == DECIDED])
    values.loc[is_cleared, "reason_zh"] += "(经人工决定列入)"
    values.loc[is_cleared, "reason_en"] += " (by a decision)"
    return values


def _count(links: pd.DataFrame, household: NDArray[np.int32], events: pd.DataFrame) -> pd.DataFrame:
    """Holders, households, fresh and good households of each value; a household counts once."""
    values = links.drop_duplicates("value_id")[["value_id", "kind", "value"]].sort_values("value_id", ignore_index=True)
    n_values = len(values)
    home = household[links["holder"].to_numpy()] if len(links) else np.zeros(0, dtype=np.int32)
    frame = pd.DataFrame(
        {
            "value_id": links["value_id"].to_numpy(),
            "holder": links["holder"].to_numpy(),
            "home": home,
            "fresh": links["is_fresh"].to_numpy(dtype=np.bool_),
            "good": np.isin(links["holder"].to_numpy(), good_holders(events)),
            "undated": ~links["is_dated"].to_numpy(dtype=np.bool_),
        }
    )
    people = frame.drop_duplicates(["value_id", "holder"])
    values["n_holders"] = np.bincount(people["value_id"], minlength=n_values)
    frame["fresh_good"] = frame["fresh"] & frame["good"]
    homes = frame.groupby(["value_id", "home"], sort=True)[["fresh", "fresh_good", "undated"]].any().reset_index()
    values["n_households"] = np.bincount(homes["value_id"], minlength=n_values)
    values["n_fresh"] = np.bincount(homes["value_id"], weights=homes["fresh"], minlength=n_values).astype(np.int64)
    values["n_good"] = np.bincount(homes["value_id"], weights=homes["fresh_good"], minlength=n_values).astype(np.int64)
    values["n_undated"] = np.bincount(homes["value_id"], weights=homes["undated"], minlength=n_values).astype(np.int64)
    return values


def _is_case_only(values: pd.DataFrame) -> dict[str, bool]:
    """Kinds that exist only inside a case (a letter's sender, a waybill): when they were taken up says nothing."""
    return {kind: get_kind(kind).case_only for kind in sorted(values["kind"].unique())}


def listed_values(values: pd.DataFrame, directory: pd.DataFrame) -> NDArray[np.bool_]:
    known = pd.MultiIndex.from_arrays([directory["kind"].fillna("phone"), directory["value"]])
    here = pd.MultiIndex.from_arrays([values["kind"], values["value"]])
    return np.asarray(here.isin(known), dtype=np.bool_)


def _licensed(values: pd.DataFrame, dataset: Dataset) -> NDArray[np.bool_]:
    bodies = dataset["intermediaries"]
    licensed = bodies.loc[bodies["kind"].isin(LICENSED_KINDS), "intermediary_id"]
    return np.asarray((values["kind"] == "intermediary") & values["value"].isin(licensed), dtype=np.bool_)


def _reasons(
    values: pd.DataFrame, fits: NDArray[np.bool_], is_licensed: NDArray[np.bool_], paid: tuple[str, str]
) -> tuple[pd.Series, pd.Series]:
    n, a = values["n_households"].astype("str"), values["n_fresh"].astype("str")
    good = values["n_good"].astype("str")
    undated = values["n_undated"].astype("str")
    some = values["n_undated"] > 0
    # a date that is not on file must not read as a number held for long
    unknown_zh = (",其中 " + undated + " 户未记启用日期、按用途判断").where(some, "")
    unknown_en = (" (" + undated + " without a date on file, judged by what it was used for)").where(some, "")
    counts_zh = n + " 户持有" + unknown_zh + ";" + a + " 户在本人投诉或退保前后启用或仅在其中使用,其中 " + good
    counts_zh = counts_zh + " 户" + paid[0]
    counts_en = n + " households hold it" + unknown_en + ", " + a + " took it up around a case of their own or used it "
    counts_en = counts_en + "only there, " + good + " of them " + paid[1]
    words = {
        "evidence": ("符合中介所用标识的特征", "behaves like a broker's"),
        "weak": ("略有特征,不足以单独关联", "some likeness, not enough to link people by itself"),
        "guarded": ("多为无关人员在其他时间使用,不作证据", "used at other times by unrelated people: no evidence"),
        "household": ("仅一个家庭使用", "one household only"),
        "directory": ("列于公共号码簿", "listed in the public directory"),
        "single": ("仅一人使用", "one person only"),
    }
    zh = counts_zh + ":" + values["verdict"].map({k: w[0] for k, w in words.items()})
    en = counts_en + ": " + values["verdict"].map({k: w[1] for k, w in words.items()})
    # fits a broker's value, just: its takers came as his do, but most of them were not paid
    few = (values["verdict"] == "evidence") & (2 * values["n_good"] < values["n_fresh"])
    zh = zh.mask(few, counts_zh + ":启用时间符合中介所用标识的特征,但" + paid[0] + "的不足半数")
    en = en.mask(few, counts_en + ": taken up as a broker's value is, but fewer than half " + paid[1])
    misfit = (values["verdict"] == "weak") & ~fits
    zh = zh.mask(misfit, counts_zh + ":获超现金价值支付的比例低于中介所用标识应有水平,不作证据")
    en = en.mask(misfit, counts_en + ": too few paid above cash value for a broker's value, no evidence")
    # taken up around cases, but those cases ended as others do: not "at other times"
    unpaid = (values["verdict"] == "guarded") & (2 * values["n_fresh"] >= values["n_households"])
    zh = zh.mask(unpaid, counts_zh + ":结果与其他投诉人无异,不作证据")
    en = en.mask(unpaid, counts_en + ": their cases ended as others' do, no evidence")
    licensed = pd.Series(is_licensed, index=values.index) & (values["verdict"] == "guarded")
    zh = zh.mask(licensed, counts_zh + ":持牌机构合法代理,不作证据")
    en = en.mask(licensed, counts_en + ": a licensed body that may represent people, no evidence")
    return zh.astype("str"), en.astype("str")
