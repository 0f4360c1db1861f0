"""From communities of the evidence graph to fragments: small groups of candidates tied by linking values.

In:  Book, Communities of the evidence graph.   Out: fragments (candidate numbers), public letter families.
Never merges, never attaches.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from ringfinder.detect.traits import Traits, is_founded
from ringfinder.model.book import Book
from ringfinder.model.communities import Communities
from ringfinder.model.graph import POLICYHOLDER
from ringfinder.model.peers import Peers


def find_fragments(book: Book, communities: Communities, candidates: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Candidates of each community, largest first; communities with fewer than two households are left out.

    Returns
    -------
    Candidate numbers, sorted within a fragment.
    """
    graph = communities.graph
    position = np.searchsorted(book.holders, graph.names) if graph.n_nodes else np.zeros(0, dtype=np.int64)
    fragments = []
    for nodes in communities:
        people = position[nodes[graph.kinds[nodes] == POLICYHOLDER]]
        number = np.searchsorted(candidates, people)
        known = number < len(candidates)
        number = number[known][candidates[number[known]] == people[known]]
        if n_households(book, candidates[number]) >= 2:
            fragments.append(np.sort(number))
    fragments.sort(key=lambda f: (-len(f), int(f[0])))
    return fragments


def n_households(book: Book, people: NDArray[np.int64]) -> int:
    """Distinct households among positions in the book."""
    return len(np.unique(book.household[people]))


def public_families(
    traits: Traits, fragments: list[NDArray[np.int64]], peers: Peers, *, max_p: float = 0.01
) -> NDArray[np.int64]:
    """Letter families that look circulated: their writers are in fragments, and are paid, no more often than others.

    A ring whose people keep their own phones shows in few fragments; that its letters work, while the insurer finds
    nothing, tells it from a letter the press prints.

    Parameters
    ----------
    max_p : a family counts as a ring's when chance puts
        that many of its writers into fragments, or above cash value, with at most this probability.
    """
    linked = np.zeros(traits.n, dtype=np.bool_)
    for fragment in fragments:
        linked[fragment] = True
    writes = traits.family >= 0
    if not writes.any():
        return np.zeros(0, dtype=np.int64)
    n_families = int(traits.family.max()) + 1
    size = np.bincount(traits.family[writes], minlength=n_families)
    hits = np.bincount(traits.family[writes & linked], minlength=n_families)
    # the base rate leaves the family itself out, or one big family would hide behind its own share
    rest = max(1, traits.n) - size
    share = np.clip((linked.sum() - hits) / np.maximum(1, rest), 1.0 / max(1, traits.n), 0.9)
    is_linked = binom.sf(hits - 1, size, share) <= max_p
    works = np.isin(np.arange(n_families), working_families(traits, peers))
    return np.flatnonzero((size > 0) & ~is_linked & ~works).astype(np.int64)


def working_families(traits: Traits, peers: Peers, *, max_p: float = 0.03) -> NDArray[np.int64]:
    """Letter families whose writers are paid more often than their peers, though findings do not tell why.

    The writers of one are no peers of the next: a broker who has two letters written would hide each behind the other.

    Parameters
    ----------
    max_p : chance pays as many of a family's writers with at most this probability.
    """
    families = np.unique(traits.family[traits.family >= 0])
    founded = np.array([is_founded(traits, np.flatnonzero(traits.family == f)) for f in families], dtype=np.bool_)
    works = np.zeros(len(families), dtype=np.bool_)
    for _ in range(len(families)):
        others = peers.without(traits.candidates[np.isin(traits.family, families[works])])
        chance = np.array([others.chance(traits.candidates[traits.family == f]) for f in families])
        now = works | ((chance <= max_p) & ~founded)
        if (now == works).all():
            break
        works = now
    return families[works].astype(np.int64)
