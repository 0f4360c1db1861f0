"""What a user would pick instead, each over a grid of settings.

In:  `Links`.   Out: `Clustering`s: disjoint groups of people. `PEERS` is the registry.
igraph (GPL) is a library of this benchmark only and may be missing: `missing()` says so.
"""

from __future__ import annotations

import importlib.util
import random
import time
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, triu

from benchmarks.quality.fraudar import fraudar
from benchmarks.quality.links import Links, part_of

Groups = list[NDArray[np.int64]]

#: the densest blocks a FRAUDAR user would look at
MAX_BLOCKS = 40


@dataclass(frozen=True)
class Clustering:
    """Groups of one setting. `ranked`: in the method's own order, best first; else the caller ranks them."""

    option: str
    groups: Groups
    seconds: float
    ranked: bool = False


@dataclass(frozen=True)
class Peer:
    """One method. `library` must be installed for it."""

    name: str
    title: str
    run: Callable[[Links, int], Iterator[Clustering]]
    library: str = "networkx"

    @property
    def missing(self) -> bool:
        return importlib.util.find_spec(self.library) is None


def _components(links: Links, seed: int) -> Iterator[Clustering]:
    """Components after values of many holders are dropped: the recipe of the Neo4j course."""
    for cap in (5, 10, 20, 50):
        start = time.process_time()
        groups = _by_label(part_of(links.capped(cap)))
        yield Clustering(f"cap {cap}", groups, time.process_time() - start)


def _louvain(links: Links, seed: int) -> Iterator[Clustering]:
    for option, graph, start in projections(links):
        net = _network(graph)
        found = nx.community.louvain_communities(net, weight="weight", seed=seed)
        yield Clustering(option, _from_sets(found), time.process_time() - start)


def _label_propagation(links: Links, seed: int) -> Iterator[Clustering]:
    for option, graph, start in projections(links, rare=(False,)):
        net = _network(graph)
        found = nx.community.asyn_lpa_communities(net, weight="weight", seed=seed)
        yield Clustering(option, _from_sets(found), time.process_time() - start)


def _leiden(links: Links, seed: int) -> Iterator[Clustering]:
    import igraph

    objectives = (("modularity", 1.0), ("modularity", 10.0), ("CPM", 0.03), ("CPM", 0.1), ("CPM", 0.3))
    for option, graph, start in projections(links):
        upper = triu(graph, k=1).tocoo()
        net = igraph.Graph(graph.shape[0], list(zip(upper.row.tolist(), upper.col.tolist(), strict=True)))
        built = time.process_time() - start
        for objective, resolution in objectives:
            if objective == "CPM" and "rare" in option:
                continue
            start = time.process_time()
            random.seed(seed)
            igraph.set_random_number_generator(random)
            found = net.community_leiden(
                objective_function=objective,
                resolution=resolution,
                weights=upper.data.tolist() if objective == "modularity" else None,
                n_iterations=5,
            )
            groups = _by_label(np.array(found.membership, dtype=np.int64))
            seconds = built + time.process_time() - start
            yield Clustering(f"{option}, {objective} {resolution:g}", groups, seconds)


def _fraudar(links: Links, seed: int) -> Iterator[Clustering]:
    for cap in (None, 50):
        start = time.process_time()
        blocks = [people for _, people in fraudar(links.capped(cap), MAX_BLOCKS)]
        seconds = time.process_time() - start
        for n in (3, 10, MAX_BLOCKS):
            yield Clustering(f"cap {cap or 'none'}, {n} blocks", blocks[:n], seconds, ranked=True)


PEERS = (
    Peer("components", "components, degree cap", _components),
    Peer("louvain", "networkx Louvain", _louvain),
    Peer("leiden", "igraph Leiden", _leiden, library="igraph"),
    Peer("label_propagation", "label propagation", _label_propagation),
    Peer("fraudar", "FRAUDAR", _fraudar),
)


def projections(links: Links, *, rare: tuple[bool, ...] = (False, True)) -> Iterator[tuple[str, csr_matrix, float]]:
    """People who share a value held by few: by how many they share, or each value by 1 / (holders - 1)."""
    for cap in (20, 100):
        for by_rarity in rare:
            start = time.process_time()
            part = links.capped(cap)
            holders = np.asarray(part.getnnz(axis=0), dtype=np.float64)
            weight = 1.0 / np.maximum(holders - 1.0, 1.0) if by_rarity else np.ones_like(holders)
            graph = (part @ diags(weight) @ part.T).tocsr()
            graph.setdiag(0)
            graph.eliminate_zeros()
            graph.sort_indices()
            yield f"cap {cap}, {'rare links heavier' if by_rarity else 'links alike'}", graph, start


def _network(graph: csr_matrix) -> nx.Graph[int]:
    upper = triu(graph, k=1).tocoo()
    net: nx.Graph[int] = nx.Graph()
    net.add_weighted_edges_from(zip(upper.row.tolist(), upper.col.tolist(), upper.data.tolist(), strict=True))
    return net


def _by_label(labels: NDArray[np.integer]) -> Groups:
    """Groups of three or more."""
    order = np.argsort(labels, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
    return [part for part in parts if len(part) >= 3]


def _from_sets(found: Iterable[Set[int]]) -> Groups:
    groups = [np.array(sorted(g), dtype=np.int64) for g in found if len(g) >= 3]
    return sorted(groups, key=lambda g: int(g[0]))
