"""A peer's groups as a user would hand them on: filtered, ranked, measured, for every setting of the grid.

In:  `BenchBook`, `Peer`.   Out: a `Result` a setting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.books import BenchBook
from benchmarks.quality.links import Links
from benchmarks.quality.measure import Result, measure
from benchmarks.quality.peers import Clustering, Groups, Peer

MIN_PEOPLE = (3, 5, 8)


def run_peer(book: BenchBook, peer: Peer, layers: Sequence[Links], seed: int = 0) -> Iterator[Result]:
    """Every setting of one peer on one book."""
    for links in layers:
        if not links.matrix.nnz:
            continue
        for clustering in peer.run(links, seed):
            yield from _filtered(book, peer, links, clustering)


def groups_at(peer: Peer, layers: Iterable[Links], setting: str, seed: int = 0) -> list[frozenset[str]]:
    """A peer's groups at one setting of the grid; empty where no group comes under it."""
    for links in layers:
        if links.matrix.nnz and setting.startswith(f"{links.values} / {links.asked} / "):
            for clustering in peer.run(links, seed):
                for found, keep in _kept(links, clustering):
                    if found == setting:
                        return [frozenset(links.people[clustering.groups[i]].tolist()) for i in keep.tolist()]
    return []


def _filtered(book: BenchBook, peer: Peer, links: Links, clustering: Clustering) -> Iterator[Result]:
    """Each setting measured. Average precision is the better of two rankings."""
    groups = clustering.groups
    people = [frozenset(links.people[g].tolist()) for g in groups]
    size, density = _sizes(groups), _density(links, groups)
    for setting, keep in _kept(links, clustering):
        orders = [keep] if clustering.ranked else [_best_first(keep, size), _best_first(keep, density)]
        results = []
        for order in orders:
            ranked = {f"G{i}": people[i] for i in order.tolist()}
            results.append(
                measure(
                    book,
                    ranked,
                    list(ranked),
                    method=peer.name,
                    setting=setting,
                    seconds=round(links.seconds + clustering.seconds, 3),
                )
            )
        yield max(results, key=lambda r: r.average_precision or 0.0)


def _kept(links: Links, clustering: Clustering) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Groups of a size and behaviour; each filter one setting."""
    size = _sizes(clustering.groups)
    shares = {"case": _share(links.has_case, clustering.groups), "paid": _share(links.was_paid, clustering.groups)}
    for words, kind, least in _behaviours(links):
        for min_people in MIN_PEOPLE:
            keep = np.flatnonzero((size >= min_people) & (shares[kind] >= least))
            yield f"{links.values} / {links.asked} / {clustering.option} / {min_people}+ people{words}", keep


def _sizes(groups: Groups) -> NDArray[np.int64]:
    return np.array([len(g) for g in groups], dtype=np.int64)


def _behaviours(links: Links) -> list[tuple[str, str, float]]:
    """What a group's people must have done: (words, share, at least)."""
    out = [("", "case", 0.0)]
    if links.asked == "everybody":
        out.append((", half with a case", "case", 0.5))
    if links.asked != "people paid above cash value":
        out += [(f", {least:.0%} paid above cash value", "paid", least) for least in (0.3, 0.6)]
    return out


def _share(has: NDArray[np.bool_], groups: Groups) -> NDArray[np.float64]:
    return np.array([has[g].mean() for g in groups], dtype=np.float64)


def _density(links: Links, groups: Groups) -> NDArray[np.float64]:
    """Links to values that two or more of the group hold, a person."""
    out = []
    for g in groups:
        inside = np.bincount(links.matrix[g].indices)
        out.append(float(inside[inside >= 2].sum()) / len(g))
    return np.array(out, dtype=np.float64)


def _best_first(keep: NDArray[np.int64], score: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.int64]:
    return keep[np.argsort(-score[keep], kind="stable")]
