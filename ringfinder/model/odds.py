"""The odds a shared value, or a group, is a broker's: formulas that judging and testing share.

In:  counts.   Out: log odds in nats.   Never reads tables, never decides.
Beliefs about a broker (`ValueParams`) stand against rates taken from the book.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom

from ringfinder.model.settings import Bounds, check_settings


@dataclass(frozen=True)
class ValueParams:
    """Beliefs about a broker's value; not fitted to any book.

    rho : share of a broker's holders who took the value up around a case.
    omega : share of a broker's cases that end in money above cash value.
    log_prior : log prior odds that a shared value is a broker's.
    min_fit : a value whose good share is this improbably low under `omega` is refused, however much it beats chance.
    max_base_rate : the book's own rate of payments above cash value is taken for no more than this.
    """

    rho: float = 0.8
    omega: float = 0.7
    log_prior: float = -3.0
    min_fit: float = 0.01
    max_base_rate: float = 0.6

    def __post_init__(self) -> None:
        inside: Bounds = (0, 1, "inside")
        bounds: dict[str, Bounds] = {
            "rho": inside,
            "omega": inside,
            "min_fit": (0, 1),
            "max_base_rate": inside,
            "log_prior": (-50, 0),
        }
        check_settings("values of a broker", self, bounds)


@dataclass(frozen=True)
class Reference:
    """The people chance is measured on: those with a complaint, or with any surrender where nobody complained.

    holders : sorted positions. good_rate : share of them with a payment above cash value.
    """

    holders: NDArray[np.int64]
    good_rate: float


def reference_population(events: pd.DataFrame, *, without: NDArray[np.int64] | None = None) -> Reference:
    """Whom chance would have drawn; `without` leaves people out of the base rate, not of the draw."""
    complainants = events.loc[events["kind"] == "complaint", "holder"]
    pool = complainants if len(complainants) else events.loc[events["kind"] != "cooling_off", "holder"]
    holders = np.unique(pool.to_numpy(dtype=np.int64))
    good = good_holders(events)
    rest = holders if without is None else holders[~np.isin(holders, without)]
    # one pseudo-person at one in ten keeps the rate off 0 and 1 in small books
    rate = (float(np.isin(rest, good).sum()) + 0.1) / (len(rest) + 1.0)
    return Reference(holders=holders, good_rate=rate)


def good_holders(events: pd.DataFrame) -> NDArray[np.int64]:
    """Positions of holders with at least one payment above cash value."""
    return np.unique(events.loc[events["is_good"], "holder"].to_numpy(dtype=np.int64))


def outcome_nats(
    n_good: NDArray[np.int64], n_fresh: NDArray[np.int64], *, base: float | NDArray[np.float64], params: ValueParams
) -> NDArray[np.float64]:
    """Log odds of a broker's outcomes against the book's: ln(omega/b) a good one, ln((1-omega)/(1-b)) any other.

    Parameters
    ----------
    base : b, one for all or one each.
    """
    b = np.clip(base, 1e-6, params.max_base_rate)
    good_nats, bad_nats = np.log(params.omega / b), np.log((1 - params.omega) / (1 - b))
    return np.asarray(n_good * good_nats + (n_fresh - n_good) * bad_nats, dtype=np.float64)


def purity_nats(
    n_fresh: NDArray[np.int64], n: NDArray[np.int64], base: NDArray[np.float64], *, params: ValueParams
) -> NDArray[np.float64]:
    """Log odds of a broker's timing against the kind's: a of n households took the value up around a case."""
    return n_fresh * np.log(params.rho / base) + (n - n_fresh) * np.log((1 - params.rho) / (1 - base))


def fits_broker(
    n_good: NDArray[np.int64], n: NDArray[np.int64], params: ValueParams, *, share: float | None = None
) -> NDArray[np.bool_]:
    """Whether the good cases are not significantly too few for a broker's value (lower binomial tail).

    Parameters
    ----------
    share : of good cases at a broker; `omega` where not given.
    """
    expected = params.omega if share is None else share
    return np.asarray(binom.cdf(n_good, np.maximum(n, 1), expected) >= params.min_fit, dtype=np.bool_)


def kind_rates(
    values: pd.DataFrame, params: ValueParams, *, min_households: int = 2, least: float = 0.0
) -> NDArray[np.float64]:
    """pi_k of each value: share of fresh households over the shared values of its kind, one pseudo-household added.

    Parameters
    ----------
    values : columns kind, n_households, n_fresh. min_households : values of fewer do not count. least : the rate is
        taken for no less, as for no more than rho.
    """
    counted = values["n_households"] >= min_households
    totals = values.loc[counted].groupby("kind", sort=True)[["n_fresh", "n_households"]].sum()
    rate = (totals["n_fresh"] + params.rho / 4) / (totals["n_households"] + 1)
    pi = values["kind"].map(rate).fillna(params.rho / 4).to_numpy(dtype=np.float64)
    return np.asarray(np.clip(pi, least, params.rho), dtype=np.float64)
