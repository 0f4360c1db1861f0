"""Take a value out of a fragment when its holders hang together with the rest by nothing else.

In:  Book, Traits, fragments of linking values.   Out: stray values, fragments without them.
Asked of values whose purity says nothing, because their kind exists only inside a case (sender's address, waybill): a
shop that posts letters is as pure as a broker's desk, and six of its customers may well have been paid. They give it
away: a ring's people are tied by several threads (a second value, a letter), a shop's by the shop. The fragment itself
says what is usual; where most of its people hold one value only, nothing is taken out.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.stats import binom

from ringfinder.detect.features import FEATURES, features, labels_of
from ringfinder.detect.traits import Traits
from ringfinder.model.book import Book


def stray_values(
    book: Book, traits: Traits, fragments: list[NDArray[np.int64]], *, min_people: int = 4, max_p: float = 0.01
) -> NDArray[np.int64]:
    """Linking values of mute kinds whose holders are tied to their fragment otherwise far less often than others are.

    Parameters
    ----------
    traits : without public families. min_people : holders, and people of the fragment besides them, to judge a value
        by. max_p : chance finds so few of the holders otherwise tied with at most this probability.

    Returns
    -------
    Value ids, sorted.
    """
    ties = _ties(book, traits)
    is_mute = (book.values["purity"] <= 0).to_numpy()
    labels = labels_of(fragments, traits.n)
    members = np.flatnonzero(labels >= 0)
    n_threads = np.bincount(ties["number"], minlength=traits.n)
    # a letter like one of the others' is a thread too
    x = features(traits, labels, members, labels[members])
    n_threads[members] += x[:, FEATURES.index("letter_nearest")] > 0
    several = n_threads >= 2
    stray = []
    for fragment, held in zip(fragments, _by_fragment(ties, labels, len(fragments)), strict=True):
        for value, holders in held.groupby("value_id", sort=True)["number"]:
            inside = holders.to_numpy(dtype=np.int64)
            rest = np.setdiff1d(fragment, inside)
            if not is_mute[int(str(value))] or len(inside) < min_people or len(rest) < min_people:
                continue
            usual = min(float(several[rest].mean()), 1 - 1 / (len(rest) + 1))
            if binom.cdf(int(several[inside].sum()), len(inside), usual) <= max_p:
                stray.append(int(str(value)))
    return np.unique(np.array(stray, dtype=np.int64))


def without_stray(
    book: Book, traits: Traits, fragments: list[NDArray[np.int64]], stray: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """The fragments' parts that still hang together without the stray values, largest first; single people go."""
    if not len(stray):
        return fragments
    ties = _ties(book, traits)
    ties = ties.loc[~ties["value_id"].isin(stray)]
    home = book.household[traits.candidates]
    parts = []
    by_fragment = _by_fragment(ties, labels_of(fragments, traits.n), len(fragments))
    for fragment, held in zip(fragments, by_fragment, strict=True):
        part = _components(fragment, held)
        parts += [fragment[part == k] for k in np.unique(part)]
    parts = [part for part in parts if len(np.unique(home[part])) >= 2]
    return sorted(parts, key=lambda part: (-len(part), int(part[0])))


def kept_apart(
    book: Book, traits: Traits, fragments: list[NDArray[np.int64]], *, min_households: int = 3, min_shared: int = 2
) -> list[NDArray[np.int64]]:
    """The fragments, cut where a value of a mute kind alone ties two bodies, one client of a body being all it shares.

    Two rings of one town each have a client who posts in the same shop. An address that several clients of both
    post from is a common desk, and joins them.

    Parameters
    ----------
    min_households : people tied by other values are a body from so many on. min_shared : households of a body that
        hold the value, for the value to join the body with others.

    Returns
    -------
    Disjoint fragments, largest first; single people go.
    """
    ties = _ties(book, traits)
    is_mute = (book.values["purity"] <= 0).to_numpy()
    home = book.household[traits.candidates]
    parts: list[NDArray[np.int64]] = []
    by_fragment = _by_fragment(ties, labels_of(fragments, traits.n), len(fragments))
    for fragment, own in zip(fragments, by_fragment, strict=True):
        mutely = is_mute[own["value_id"].to_numpy()]
        body = _components(fragment, own.loc[~mutely])
        homes = pd.Series(home[fragment]).groupby(body).nunique()
        large = homes.index[homes >= min_households].to_numpy()
        if len(large) < 2:
            parts.append(fragment)
            continue
        mute = own.loc[mutely]
        mute = mute.assign(body=body[np.searchsorted(fragment, mute["number"].to_numpy())])
        mute = mute.assign(home=home[mute["number"].to_numpy()])
        n_homes = mute.groupby(["value_id", "body"])["home"].transform("nunique")
        is_large = mute["body"].isin(large)
        n_bodies = mute.loc[is_large].groupby("value_id")["body"].nunique()
        joins = ~is_large | (mute["value_id"].map(n_bodies).fillna(0) < 2) | (n_homes >= min_shared)
        label = _components(fragment, pd.concat([own.loc[~mutely], mute.loc[joins]]))
        parts += [fragment[label == k] for k in np.unique(label)]
    parts = [part for part in parts if len(np.unique(home[part])) >= 2]
    return sorted(parts, key=lambda part: (-len(part), int(part[0])))


def guarded(book: Book, value_ids: NDArray[np.int64]) -> Book:
    """The book in which the stray values count no more, with the reason."""
    values = book.values.copy()
    chosen = values["value_id"].isin(value_ids)
    values.loc[chosen, "verdict"] = "guarded"
    values.loc[chosen, "reason_zh"] += ";但其持有者与同组他人别无关联,更像公用场所或代办人"
    values.loc[chosen, "reason_en"] += "; but nothing else ties its holders to the group: a shop's or helper's, rather"
    return replace(book, values=values)


def _by_fragment(ties: pd.DataFrame, labels: NDArray[np.int64], n_fragments: int) -> list[pd.DataFrame]:
    """The ties of each fragment's people, in the order given."""
    of_tie = labels[ties["number"].to_numpy()]
    order = np.argsort(of_tie, kind="stable")
    bounds = np.searchsorted(of_tie[order], np.arange(n_fragments + 1))
    return [ties.iloc[order[low:high]] for low, high in pairwise(bounds)]


def _components(fragment: NDArray[np.int64], ties: pd.DataFrame) -> NDArray[np.int64]:
    """Number of the connected part of each person of a fragment; shape as `fragment`."""
    value, _ = pd.factorize(ties["value_id"], sort=True)
    row = np.searchsorted(fragment, ties["number"].to_numpy(dtype=np.int64))
    size = len(fragment) + int(value.max(initial=-1)) + 1
    links = coo_matrix((np.ones(len(row)), (row, len(fragment) + value)), shape=(size, size))
    return np.asarray(connected_components(links, directed=False)[1][: len(fragment)], dtype=np.int64)


def _ties(book: Book, traits: Traits) -> pd.DataFrame:
    """Fresh ties of candidates to linking values: columns number, value_id."""
    links = book.links
    is_evidence = (book.values["verdict"] == "evidence").to_numpy()[links["value_id"].to_numpy()]
    used = links.loc[is_evidence & links["is_fresh"].to_numpy()]
    number = pd.Index(traits.candidates).get_indexer(pd.Index(used["holder"]))
    ties = pd.DataFrame({"number": number, "value_id": used["value_id"].to_numpy()})
    return ties.loc[ties["number"] >= 0].drop_duplicates().sort_values(["value_id", "number"], ignore_index=True)
