"""What people with a case at about the same time were paid: what a group's payments are compared with.

In:  events, households.   Out: `Peers`.   Never judges.
An insurer pays more in some months than in others: a goodwill campaign, a regulator's push. Nine of ten paid above cash
value is remarkable in a year when one in four is, and nothing at all among the complaints of a campaign.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import betabinom

from ringfinder.model.odds import good_holders, reference_population

#: people whose cases are compared together: no more of them, decided in no more days
_MAX_TOGETHER, _MAX_DAYS = 5, 30
#: peers of them: all whose cases were decided in the same days, and at least so many
_MIN_PEERS = 30
#: the rate of the whole book counts as so many peers, so that a handful of them decides nothing
_PSEUDO = 4.0
_NO_DAY = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Peers:
    """The reference population in time.

    Attributes
    ----------
    day : shape (n_holders,), days since 1970-01-01 of the case that was decided about, see `find_peers`.
    is_peer, is_good : shape (n_holders,), in the reference population; paid above cash value.
    household : shape (n_holders,); a household counts once.
    base : rate of payments above cash value in the reference population, whatever the time.
    """

    day: NDArray[np.int64]
    is_peer: NDArray[np.bool_]
    is_good: NDArray[np.bool_]
    household: NDArray[np.int32]
    base: float

    def chance(self, people: NDArray[np.int64]) -> float:
        """Probability that as many households of the people are paid, if they are paid as their peers are.

        Beta-binomial over people of about one time, for the peers are few; the people are no peers of their own.

        Parameters
        ----------
        people : positions in the book.
        """
        total, n_paid = np.ones(1), 0
        for together, paid, others in self._blocks(people):
            a, b = paid + _PSEUDO * self.base, others - paid + _PSEUDO * (1 - self.base)
            total = np.convolve(total, betabinom.pmf(np.arange(len(together) + 1), len(together), a, b))
            n_paid += int(together.sum())
        return round(float(min(1.0, total[n_paid:].sum())), 12)

    def rate(self, people: NDArray[np.int64]) -> float:
        """Mean rate of payments above cash value among the people's peers in time; `base` for nobody."""
        blocks = [(len(own), (paid + _PSEUDO * self.base) / (n + _PSEUDO)) for own, paid, n in self._blocks(people)]
        total = sum(size for size, _ in blocks)
        return round(sum(size * rate for size, rate in blocks) / total, 9) if total else self.base

    def without(self, people: NDArray[np.int64]) -> Peers:
        """The same, with these people nobody's peers."""
        is_peer = self.is_peer.copy()
        is_peer[people] = False
        return replace(self, is_peer=is_peer)

    def rates(self) -> NDArray[np.float64]:
        """Rate of payments among the nearest peers in time of everybody, shape (n_holders,); `base` without a date."""
        order = self._by_day
        paid = np.concatenate([[0], np.cumsum(self.is_good[order])])
        at = np.searchsorted(self.day[order], self.day)
        low, high = np.maximum(at - _MIN_PEERS // 2, 0), np.minimum(at + _MIN_PEERS // 2, len(order))
        local = (paid[high] - paid[low] + _PSEUDO * self.base) / (high - low + _PSEUDO)
        return np.where(self.day == _NO_DAY, self.base, local)

    @cached_property
    def _by_day(self) -> NDArray[np.int64]:
        """Peers with a date, earliest first; found once, as a large book is asked about thousands of groups."""
        dated = np.flatnonzero(self.is_peer & (self.day != _NO_DAY))
        return dated[np.argsort(self.day[dated], kind="stable")]

    def _blocks(self, people: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.bool_], int, int]]:
        """Households of about one time: which were paid; how many of their peers were, and of how many."""
        rows = pd.DataFrame({"home": self.household[people], "day": self.day[people], "good": self.is_good[people]})
        homes = rows.groupby("home", sort=True).agg(day=("day", "max"), good=("good", "any")).sort_values("day")
        day, good = homes["day"].to_numpy(), homes["good"].to_numpy(dtype=np.bool_)
        order = self._by_day[~np.isin(self._by_day, people)]
        days, paid = self.day[order], np.concatenate([[0], np.cumsum(self.is_good[order])])
        start = int((day == _NO_DAY).sum())
        if start:
            yield good[:start], 0, 0
        while start < len(day):
            stop = min(start + _MAX_TOGETHER, int(np.searchsorted(day, day[start] + _MAX_DAYS, side="right")))
            low, high = _widened(days, int(day[start]), int(day[stop - 1]))
            yield good[start:stop], int(paid[high] - paid[low]), high - low
            start = stop


def _widened(days: NDArray[np.int64], first: int, last: int) -> tuple[int, int]:
    """Slice of the sorted days from first to last, widened by the nearest others to `_MIN_PEERS`."""
    low = int(np.searchsorted(days, first))
    high = int(np.searchsorted(days, last, side="right"))
    while high - low < min(_MIN_PEERS, len(days)):
        before = first - days[low - 1] if low else np.iinfo(np.int64).max
        after = days[high] - last if high < len(days) else np.iinfo(np.int64).max
        low, high = (low - 1, high) if before <= after else (low, high + 1)
    return low, high


def find_peers(
    events: pd.DataFrame, household: NDArray[np.int32], *, without: NDArray[np.int64] | None = None
) -> Peers:
    """The peers of everybody; `without` are no peers, for a ring must not hide among rings.

    A person stands at the day of the complaint that was decided about: the last one before a payment above cash value,
    or the last one; who never complained, at that of the last other case.

    Parameters
    ----------
    events : `EVENT_COLUMNS` of a book. household : shape (n_holders,).
    """
    n_holders = len(household)
    reference = reference_population(events, without=without)
    is_peer, is_good = np.zeros(n_holders, dtype=np.bool_), np.zeros(n_holders, dtype=np.bool_)
    is_peer[reference.holders] = True
    if without is not None:
        is_peer[without] = False
    is_good[good_holders(events)] = True
    decided, when = _decided(events)
    day = np.full(n_holders, _NO_DAY, dtype=np.int64)
    day[decided] = when
    return Peers(day=day, is_peer=is_peer, is_good=is_good, household=household, base=reference.good_rate)


def _decided(events: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Everybody with a dated case, and the day it was decided about: the last complaint before a payment.

    Without a payment the last complaint, without a complaint the last other case.
    """
    dated = events.loc[(events["kind"] != "cooling_off") & events["day"].notna(), ["holder", "kind", "day", "is_good"]]
    paid = dated.loc[dated["is_good"].astype("bool"), ["holder", "day"]].groupby("holder")["day"].min()
    first_paid = pd.Series(paid.reindex(dated["holder"]).to_numpy(), index=dated.index)
    too_late = first_paid.notna() & (dated["day"] > first_paid)
    rank = np.where(too_late, 2, np.where(dated["kind"] == "complaint", 0, 1))
    order = dated.assign(rank=rank).sort_values(["holder", "rank", "day"], ascending=[True, True, False])
    last = order.drop_duplicates("holder")
    return last["holder"].to_numpy(dtype=np.int64), last["day"].to_numpy(dtype="datetime64[D]").astype(np.int64)
