"""Where values are silent, let the letters speak: families of letters that make or extend a fragment.

In:  Book, Traits, fragments of linking values.   Out: `LetterLinks`, fragments.
A circulated letter must never make a group. A ghost-writer's family is told from it by what its writers do: they are
paid above cash value though findings are no more frequent than elsewhere, they come from many sellers and over many
months, and unrelated ones among them also share a value. Families whose writers mostly share values already stay out:
there the values say who works together, and one letter behind many cells would join them all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.stats import binom

from ringfinder.detect.traits import Traits, is_founded
from ringfinder.model.book import Book
from ringfinder.model.odds import ValueParams, fits_broker, outcome_nats
from ringfinder.model.peers import Peers
from ringfinder.model.settings import check_settings


@dataclass(frozen=True)
class LetterParams:
    """Bounds of a family that may make a group.

    min_silent : share of its households that no usable fragment holds. max_seller : share of its writers with one
    agent, of record or accused, or with one product. wave_days, max_wave : no more than this share of its writers
    began within as many days; a circulated letter comes in a wave. sure_p : chance pays that many of its writers with
    at most this probability, so no value needs to vouch for it. min_inside : share of a value's households that write
    the family, for the two to vouch for each other.
    """

    min_silent: float = 0.5
    max_seller: float = 0.5
    wave_days: int = 60
    max_wave: float = 0.6
    sure_p: float = 0.003
    min_inside: float = 0.5

    def __post_init__(self) -> None:
        shares = ("min_silent", "max_seller", "max_wave", "sure_p", "min_inside")
        check_settings("[group.letters]", self, {**dict.fromkeys(shares, (0, 1)), "wave_days": (1, 3660)})


@dataclass(frozen=True)
class LetterLinks:
    """Letter families that link their writers as a value would, and the values that vouch for them.

    families : template numbers. value_ids : values that were too weak alone.
    """

    families: NDArray[np.int64]
    value_ids: NDArray[np.int64]


def find_letter_links(
    book: Book,
    traits: Traits,
    fragments: list[NDArray[np.int64]],
    *,
    peers: Peers,
    min_households: int,
    values: ValueParams = ValueParams(),
    params: LetterParams = LetterParams(),
) -> LetterLinks:
    """Families that may make a group, vouched for by a value of two of their households, or by payments alone.

    Values that were too weak alone are vouched for by any family that works, also by one that links nobody itself.

    A group that payments alone make is still not flagged unless values join it: that takes two kinds of evidence.

    Parameters
    ----------
    traits : without public families.
    """
    home = book.household[traits.candidates].astype(np.int64)
    usable = np.zeros(traits.n, dtype=np.bool_)
    for fragment in fragments:
        if len(np.unique(home[fragment])) >= min_households:
            usable[fragment] = True
    weak = _weak_ties(book, traits, home)
    families, value_ids = [], []
    # a label alone may be a category of complaints: it adds to a group that others tie, and makes none
    read = (traits.family >= 0) & ~np.isin(traits.family, traits.unread)
    for family in np.unique(traits.family[read]).tolist():
        writers = np.flatnonzero(traits.family == family)
        n_homes = len(np.unique(home[writers]))
        n_silent = n_homes - len(np.unique(home[writers[usable[writers]]]))
        n_good = len(np.unique(home[writers[traits.is_good[writers]]]))
        base, chance = peers.rate(traits.candidates[writers]), peers.chance(traits.candidates[writers])
        if n_homes < min_households or not _pays(n_good, n_homes, base=base, chance=chance, values=values):
            continue
        if not _is_scattered(traits, writers, params):
            continue
        vouching = _vouching_values(book, weak, writers, rarity=float(np.log(traits.n / n_homes)), params=params)
        value_ids.append(vouching)
        if n_silent < params.min_silent * n_homes:
            continue
        if (
            chance <= params.sure_p
            or len(vouching)
            or any(_bears(traits, home, f, family, min_homes=2) for f in fragments)
        ):
            families.append(family)
    found = np.unique(np.concatenate(value_ids)) if value_ids else np.zeros(0, dtype=np.int64)
    return LetterLinks(np.array(families, dtype=np.int64), found)


def with_letter_links(
    book: Book,
    traits: Traits,
    fragments: list[NDArray[np.int64]],
    links: LetterLinks,
    params: LetterParams = LetterParams(),
) -> list[NDArray[np.int64]]:
    """The fragments with the writers of linking families and the holders of vouching values.

    A fragment a fifth of whose letters belong to a family joins it, unless one seller or findings explain it.

    Returns
    -------
    Disjoint fragments, largest first.
    """
    if not len(links.families) and not len(links.value_ids):
        return fragments
    home = book.household[traits.candidates].astype(np.int64)
    families, value_ids = links.families.tolist(), links.value_ids.tolist()
    n_fragments, n_letters = len(fragments), len(fragments) + len(families)
    group = np.full(traits.n, -1, dtype=np.int64)
    for k, fragment in enumerate(fragments):
        group[fragment] = k
    # one seller's victims share a helper's phone, and one of them may write like a client of the ring
    joinable = [k for k, f in enumerate(fragments) if not _is_one_seller(traits, f, params)]
    pairs = []
    for j, family in enumerate(families):
        # a writer in a fragment that does not bear his letter stays there
        group[(traits.family == family) & (group < 0)] = n_fragments + j
        pairs += [(k, n_fragments + j) for k in joinable if _bears(traits, home, fragments[k], family)]
    weak = _weak_ties(book, traits, home)
    for j, value in enumerate(value_ids):
        holders = weak.loc[weak["value_id"] == value, "number"].to_numpy(dtype=np.int64)
        group[holders[group[holders] < 0]] = n_letters + j
        pairs += [(k, n_letters + j) for k in _joined_by(group[holders], n_fragments)]
    size = n_letters + len(value_ids)
    left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    labels = connected_components(coo_matrix((np.ones(len(left)), (left, right)), shape=(size, size)), directed=False)[
        1
    ]
    joined = np.where(group >= 0, labels[group], -1)
    out = [np.flatnonzero(joined == label) for label in np.unique(joined[joined >= 0])]
    return sorted(out, key=lambda f: (-len(f), int(f[0])))


def _joined_by(groups: NDArray[np.int64], n_fragments: int) -> list[int]:
    """Groups that a vouching value joins: of the fragments one at most, where most of its holders are.

    Cells under one parent letter all write it, so a courier shop that serves a client of each joins no two of them.
    """
    number, count = np.unique(groups, return_counts=True)
    letters = number[number >= n_fragments].tolist()
    is_fragment = number < n_fragments
    number, count = number[is_fragment], count[is_fragment]
    most = number[count == count.max()] if len(count) else number
    return [*most.tolist(), *letters] if len(most) == 1 else letters


def with_values(book: Book, value_ids: NDArray[np.int64]) -> Book:
    """The book in which values that a letter family vouches for count as evidence, with the reason."""
    values = book.values.copy()
    chosen = values["value_id"].isin(value_ids)
    values.loc[chosen, "verdict"] = "evidence"
    values.loc[chosen, "reason_zh"] += ";持有者多用同一投诉信模板,互为佐证"
    values.loc[chosen, "reason_en"] += "; most holders write one letter template: each vouches for the other"
    return replace(book, values=values)


def _pays(good: int, n: int, *, base: float, chance: float, values: ValueParams, max_p: float = 0.03) -> bool:
    """Whether a broker's outcomes explain the writers' better than their peers' do, prior odds included."""
    a, b = np.array([good]), np.array([n])
    odds = float(outcome_nats(a, b, base=base, params=values)[0]) + values.log_prior
    return odds > 0 and chance <= max_p and bool(fits_broker(a, b, values)[0])


def _is_scattered(traits: Traits, writers: NDArray[np.int64], params: LetterParams) -> bool:
    """Many sellers and products, usual findings, many months: not the circulated letter of one seller's victims."""
    if _is_one_seller(traits, writers, params) or _top_share(traits, "product", writers) > params.max_seller:
        return False
    dated = writers[traits.event_offsets[writers + 1] > traits.event_offsets[writers]]
    first = np.sort(traits.event_days[traits.event_offsets[dated]])
    within = np.searchsorted(first, first + params.wave_days) - np.arange(len(first))
    return bool(within.max(initial=0) <= max(2, params.max_wave * len(writers)))


def _is_one_seller(traits: Traits, people: NDArray[np.int64], params: LetterParams) -> bool:
    """Whether one seller, or findings against the insurer, may explain the people."""
    return _top_share(traits, "seller", people) > params.max_seller or is_founded(traits, people)


def _top_share(traits: Traits, kind: str, writers: NDArray[np.int64]) -> float:
    """Share of the writers with the commonest item of a kind; nothing where the whole book holds it as often."""
    held = np.asarray(traits.items[kind][writers].sum(axis=0)).ravel()
    if not held.any():
        return 0.0
    item = int(held.argmax())
    is_usual = binom.sf(held[item] - 1, len(writers), traits.item_share[kind][item]) > 0.01
    return 0.0 if is_usual else float(held[item]) / len(writers)


def _weak_ties(book: Book, traits: Traits, home: NDArray[np.int64]) -> pd.DataFrame:
    """Fresh ties of candidates to weak values: columns number, home, value_id."""
    is_weak = (book.values["verdict"] == "weak").to_numpy()
    links = book.links
    used = links.loc[is_weak[links["value_id"].to_numpy()] & links["is_fresh"].to_numpy()]
    number = pd.Index(traits.candidates).get_indexer(pd.Index(used["holder"]))
    ties = pd.DataFrame({"number": number, "value_id": used["value_id"].to_numpy()})
    ties = ties.loc[ties["number"] >= 0].drop_duplicates().sort_values(["value_id", "number"], ignore_index=True)
    return ties.assign(home=home[ties["number"].to_numpy()])


def _vouching_values(
    book: Book, weak: pd.DataFrame, writers: NDArray[np.int64], *, rarity: float, params: LetterParams
) -> NDArray[np.int64]:
    """Weak values most of whose households write the family; each writer after the first is a coincidence.

    Parameters
    ----------
    rarity : nats of meeting a writer of the family by chance.
    """
    inside = weak.loc[weak["number"].isin(writers)].groupby("value_id", sort=True)["home"].nunique()
    inside = inside.loc[inside >= 2]
    value = book.values.loc[inside.index.to_numpy()]
    n = inside.to_numpy(dtype=np.int64)
    gain = value["score"].to_numpy(dtype=np.float64) + (n - 1) * rarity
    vouches = (gain > 0) & (n >= params.min_inside * value["n_households"].to_numpy())
    return np.asarray(inside.index.to_numpy(dtype=np.int64)[vouches])


def _bears(
    traits: Traits,
    home: NDArray[np.int64],
    fragment: NDArray[np.int64],
    family: int,
    *,
    min_homes: int = 1,
    min_share: float = 1 / 5,
) -> bool:
    """Whether so many households of a fragment, and a fifth of its letter writers, write the family."""
    writes = fragment[traits.family[fragment] >= 0]
    own = writes[traits.family[writes] == family]
    return len(np.unique(home[own])) >= min_homes and len(own) >= min_share * len(writes)
