"""What can make two candidates look alike besides a shared value: letter, place, seller, dates, outcome.

In:  Book, Letters, Dataset.   Out: `Traits`, in columns over the candidates.
Never groups. These traits only merge and extend groups that shared values made; a circulated letter must never make
a group.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.stats import binom

from ringfinder.model.book import Book
from ringfinder.model.dataset import Dataset
from ringfinder.model.letters import Letters

#: letter pairs less alike than this carry no evidence in any book
MIN_COSINE = 0.04
#: cosines are told apart to so many places
_PLACES = 5
_COSINES = 10**_PLACES

#: a candidate's events this near to the group's count as close in time
NEAR_DAYS = 90

#: more days than any two events lie apart
DAY_SPAN = 1 << 22

#: of a writer's similar letters, the most similar are kept: in a big book a fixed share of all letters resembles any
MOST_LETTERS = 256


@dataclass(frozen=True)
class LetterPairs:
    """Pairs of candidates whose letters resemble each other, both directions, sorted by (left, right).

    surprise : -ln(share of all pairs of letter writers at least as similar). It is what makes half-rewritten letters
        usable: a raw cosine of .3 means nothing in one book and everything in another.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    surprise: NDArray[np.float64]


@dataclass(frozen=True)
class Traits:
    """Traits of n candidates.

    Attributes
    ----------
    candidates : shape (n,), positions in the book, sorted.
    pairs : letter pairs. family : shape (n,), template number of the first letter, -1 for none.
    items : binary matrices (n, n_items): 'seller' (agents of record or accused), 'family', 'weak' values, 'region',
        'product'.
    event_days, event_offsets : strong events of each candidate, days since 1970-01-01, sorted within a candidate.
    is_good, upheld : shape (n,), paid above cash value; 1 upheld, -1 not upheld, 0 unknown.
    unread : template numbers known by the insurer's label alone.
    """

    candidates: NDArray[np.int64]
    pairs: LetterPairs
    family: NDArray[np.int64]
    items: dict[str, csr_matrix]
    event_days: NDArray[np.int64]
    event_offsets: NDArray[np.int64]
    is_good: NDArray[np.bool_]
    upheld: NDArray[np.float64]
    unread: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def n(self) -> int:
        return len(self.candidates)

    @cached_property
    def item_share(self) -> dict[str, NDArray[np.float64]]:
        """Share of the candidates that hold each item, half a pseudo-candidate added; by kind of item."""
        counts = {kind: np.bincount(matrix.indices, minlength=matrix.shape[1]) for kind, matrix in self.items.items()}
        return {kind: np.asarray((n + 0.5) / (self.n + 1.0), dtype=np.float64) for kind, n in counts.items()}

    @cached_property
    def letter_offsets(self) -> NDArray[np.int64]:
        """Where the letter pairs of each candidate start and end, shape (n + 1,)."""
        return np.searchsorted(self.pairs.left, np.arange(self.n + 1)).astype(np.int64)

    @cached_property
    def near_all(self) -> NDArray[np.float64]:
        """For every event, how many events of anybody (itself included) lie within `NEAR_DAYS`."""
        days = np.sort(self.event_days)
        high = np.searchsorted(days, self.event_days + NEAR_DAYS, side="right")
        return (high - np.searchsorted(days, self.event_days - NEAR_DAYS)).astype(np.float64)

    @cached_property
    def near_own(self) -> NDArray[np.float64]:
        """For every event, how many events of the same candidate (itself included) lie within `NEAR_DAYS`."""
        owner = np.repeat(np.arange(self.n, dtype=np.int64), np.diff(self.event_offsets))
        key = owner * DAY_SPAN + self.event_days
        high = np.searchsorted(key, key + NEAR_DAYS, side="right")
        return (high - np.searchsorted(key, key - NEAR_DAYS)).astype(np.float64)


def build_traits(
    book: Book, letters: Letters, dataset: Dataset, candidates: NDArray[np.int64], events: pd.DataFrame
) -> Traits:
    """Collect the traits of `candidates` (sorted positions in the book); `events` are their strong events."""
    ids = pd.Index(book.holders[candidates])
    family = _families(letters, ids)
    own = events.loc[np.isin(events["holder"].to_numpy(), candidates)]
    code = np.searchsorted(candidates, own["holder"].to_numpy())
    day = own["day"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    order = np.lexsort((day, code))
    offsets = np.concatenate([[0], np.cumsum(np.bincount(code, minlength=len(candidates)))])
    good = np.unique(book.events.loc[book.events["is_good"], "holder"].to_numpy())
    items = {
        "seller": _sellers(dataset, ids),
        "family": _one_hot(family),
        "weak": _weak_values(book, candidates),
        "region": _one_hot(_regions(dataset, ids)),
        "product": _products(dataset, ids),
    }
    return Traits(
        candidates=candidates,
        pairs=letter_pairs(letters, ids),
        family=family,
        items=items,
        event_days=day[order],
        event_offsets=offsets.astype(np.int64),
        is_good=np.isin(candidates, good),
        upheld=_upheld(dataset, ids),
        unread=np.flatnonzero(letters.templates["template_id"].isin(letters.unread)),
    )


def letter_pairs(letters: Letters, ids: pd.Index[str], *, chunk: int = 2000) -> LetterPairs:
    """Similar pairs among the candidates' letters, best letter pair of two people, each one's `MOST_LETTERS` nearest.

    The surprise counts all pairs, also those not kept.
    """
    owner = ids.get_indexer(pd.Index(letters.letters["policyholder_id"])).astype(np.int64)
    usable = np.flatnonzero((owner >= 0) & (np.diff(letters.vectors.indptr) > 0))
    usable = usable[np.argsort(owner[usable], kind="stable")]
    owner, vectors = owner[usable], letters.vectors[usable]
    transposed = vectors.T.tocsr()
    writers, start = np.unique(owner, return_index=True)
    # everybody's letters in one piece, so that two people's best pair is known at once
    cuts = np.unique(np.append(start[np.searchsorted(start, np.arange(0, len(owner), chunk))[:-1]], [0, len(owner)]))
    left, right, cosine = [], [], []
    seen = np.zeros(_COSINES + 1, dtype=np.int64)
    for low, high in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        i, j, c = _best_pairs(vectors[low:high] @ transposed, owner[low:high], owner)
        seen += np.bincount(np.rint(c * _COSINES).astype(np.int64), minlength=len(seen))
        near = _nearest(i, j, c)
        left.append(i[near])
        right.append(j[near])
        cosine.append(c[near])
    if not left:
        none = np.zeros(0, dtype=np.int64)
        return LetterPairs(none, none, np.zeros(0))
    at_least = np.cumsum(seen[::-1])[::-1]
    n_pairs = max(1, len(writers) * (len(writers) - 1))  # both directions
    rank = np.rint(np.concatenate(cosine) * _COSINES).astype(np.int64)
    return LetterPairs(np.concatenate(left), np.concatenate(right), -np.log(at_least[rank] / n_pairs))


def _best_pairs(
    product: csr_matrix, row_owner: NDArray[np.int64], owner: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Left and right person of each pair, sorted, and the cosine of their most similar letters."""
    block = product.tocoo()
    keep = block.data >= MIN_COSINE
    i, j = row_owner[block.row[keep]], owner[block.col[keep]]
    c = np.minimum(1.0, np.round(block.data[keep].astype(np.float64), _PLACES))
    apart = i != j
    i, j, c = i[apart], j[apart], c[apart]
    order = np.lexsort((-c, j, i))
    i, j, c = i[order], j[order], c[order]
    first = np.ones(len(i), dtype=np.bool_)
    first[1:] = (i[1:] != i[:-1]) | (j[1:] != j[:-1])
    return i[first], j[first], c[first]


def _nearest(left: NDArray[np.int64], right: NDArray[np.int64], cosine: NDArray[np.float64]) -> NDArray[np.int64]:
    """Positions of each left person's `MOST_LETTERS` most similar pairs, in the order given; sorted by left."""
    order = np.lexsort((right, -cosine, left))
    start = np.searchsorted(left, left)  # as many stand before a person's first in either order
    rank = np.arange(len(left)) - start
    return np.sort(order[rank < MOST_LETTERS])


def without_families(traits: Traits, public: NDArray[np.int64]) -> Traits:
    """The traits with everything inside the given letter families set to nothing: circulated letters say nothing."""
    from dataclasses import replace

    is_public = np.isin(traits.family, public) & (traits.family >= 0)
    pairs = traits.pairs
    same = (traits.family[pairs.left] == traits.family[pairs.right]) & is_public[pairs.left]
    family = np.where(is_public, -1, traits.family)
    items = dict(traits.items)
    items["family"] = _one_hot(family)
    kept = LetterPairs(pairs.left[~same], pairs.right[~same], pairs.surprise[~same])
    return replace(traits, pairs=kept, family=family, items=items)


def _one_hot(code: NDArray[np.int64]) -> csr_matrix:
    rows = np.flatnonzero(code >= 0)
    width = int(code.max()) + 1 if len(rows) else 1
    return csr_matrix((np.ones(len(rows)), (rows, code[rows])), shape=(len(code), width))


def _families(letters: Letters, ids: pd.Index[str]) -> NDArray[np.int64]:
    table = letters.letters
    linked = table.loc[table["verdict"] == "linked"]
    owner = ids.get_indexer(pd.Index(linked["policyholder_id"]))
    code = pd.Index(letters.templates["template_id"]).get_indexer(pd.Index(linked["template_id"]))
    family = np.full(len(ids), -1, dtype=np.int64)
    known = (owner >= 0) & (code >= 0)
    family[owner[known][::-1]] = code[known][::-1]  # the first letter of a person wins
    return family


def _pairs_matrix(owner: NDArray[np.int64], value: pd.Series, n: int) -> csr_matrix:
    known = (owner >= 0) & value.notna().to_numpy()
    code, names = pd.factorize(value[known], sort=True)
    matrix = csr_matrix((np.ones(int(known.sum())), (owner[known], code)), shape=(n, max(1, len(names))))
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


def _sellers(dataset: Dataset, ids: pd.Index[str]) -> csr_matrix:
    policies, complaints = dataset["policies"], dataset["complaints"]
    holder = pd.concat([policies["policyholder_id"], complaints["policyholder_id"]], ignore_index=True)
    agent = pd.concat([policies["agent_id"], complaints["accused_agent_id"]], ignore_index=True)
    return _pairs_matrix(ids.get_indexer(pd.Index(holder)).astype(np.int64), agent, len(ids))


def _products(dataset: Dataset, ids: pd.Index[str]) -> csr_matrix:
    policies = dataset["policies"]
    return _pairs_matrix(
        ids.get_indexer(pd.Index(policies["policyholder_id"])).astype(np.int64), policies["product"], len(ids)
    )


def _weak_values(book: Book, candidates: NDArray[np.int64]) -> csr_matrix:
    links = book.links
    weak = (book.values["verdict"] == "weak").to_numpy()
    used = links.loc[weak[links["value_id"].to_numpy()] & links["is_fresh"].to_numpy()]
    at = np.searchsorted(candidates, used["holder"].to_numpy())
    at = np.minimum(at, len(candidates) - 1) if len(candidates) else at
    owner = np.where(candidates[at] == used["holder"].to_numpy(), at, -1) if len(candidates) else at
    return _pairs_matrix(owner.astype(np.int64), used["value_id"].astype("str"), len(candidates))


def _regions(dataset: Dataset, ids: pd.Index[str]) -> NDArray[np.int64]:
    people = dataset["policyholders"].set_index("policyholder_id").reindex(ids)
    return pd.factorize(region_of(people["address"].reset_index(drop=True)), sort=True)[0].astype(np.int64)


def region_of(address: pd.Series[str]) -> pd.Series[str]:
    """The city of each address, else its first three characters; NaN without an address."""
    city = address.str.extract(r"^(?:.{2,8}?(?:省|自治区))?(.{1,8}?(?:市|州|地区|盟))", expand=False)
    return city.fillna(address.str.slice(0, 3)).astype("str")


def _upheld(dataset: Dataset, ids: pd.Index[str]) -> NDArray[np.float64]:
    complaints = dataset["complaints"]
    owner = ids.get_indexer(pd.Index(complaints["policyholder_id"]))
    finding = complaints["upheld"].map({True: 1.0, False: -1.0}).to_numpy(dtype=np.float64, na_value=0.0)
    total = np.bincount(owner[owner >= 0], weights=finding[owner >= 0], minlength=len(ids))
    return np.sign(total)


def is_founded(traits: Traits, people: NDArray[np.int64], *, max_p: float = 0.2) -> bool:
    """Whether most findings on the people are against the insurer, and more than chance makes of the book's rate."""
    known = traits.upheld != 0
    rate = float((traits.upheld[known] > 0).mean()) if known.any() else 0.0
    upheld, n = int((traits.upheld[people] > 0).sum()), int(known[people].sum())
    return upheld > n / 2 and float(binom.sf(upheld - 1, n, rate)) <= max_p
