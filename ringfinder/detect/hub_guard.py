"""Find hubs: nodes whose community does not own them.

In:  link ends, a scale, which nodes may be dropped.   Out: `Hubs`, a mask of the dropped nodes.
Never judges a node by its size: what separates a service hotline from a ring's centre is whether its neighbours go
elsewhere, so a hub of 30 goes and a centre of 300 stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ringfinder.detect.leiden import leiden_labels

#: without kinds the largest nodes are judged first, or an ordinary person on several hubs would look like one
TIERS = (1000, 250, 62, 15)


@dataclass(frozen=True)
class Hubs:
    """The hubs of a graph.

    Attributes
    ----------
    is_hub : shape (n_nodes,), true for dropped nodes.
    rounds : partitions made.
    """

    is_hub: NDArray[np.bool_]
    rounds: int


@dataclass(frozen=True)
class HubGuard:
    """What makes a node a hub.

    Attributes
    ----------
    floor : fewest links of a hub.
    share : a node with less than this share of its links inside its community is a hub.
    max_rounds, min_gain : stop after so many rounds, or when a round adds less than this share of the hubs so far.
    """

    floor: int = 5
    share: float = 0.5
    max_rounds: int = 5
    min_gain: float = 0.02


def link_counts(source: NDArray[np.int32], target: NDArray[np.int32], n_nodes: int) -> NDArray[np.int64]:
    """Links of each node, shape (n_nodes,)."""
    return np.bincount(source, minlength=n_nodes) + np.bincount(target, minlength=n_nodes)


def links_inside(
    source: NDArray[np.int32], target: NDArray[np.int32], labels: NDArray[np.integer]
) -> NDArray[np.int64]:
    """Links of each node whose other end carries the same label; labels below 0 match nothing."""
    same = (labels[source] == labels[target]) & (labels[source] >= 0)
    return link_counts(source[same], target[same], len(labels))


def partition_at(
    source: NDArray[np.int32], target: NDArray[np.int32], *, n_nodes: int, scale: float, seed: int
) -> NDArray[np.int64]:
    """Leiden by modularity, every link 1, where two nodes attract each other when `d(u) * d(v) < scale`.

    `scale` is in link ends. Fixing it, and not the resolution, keeps its meaning while links are dropped.
    """
    # any positive resolution will do where there are no links
    resolution = max(1, 2 * len(source)) / scale
    return leiden_labels(source, target, n_nodes=n_nodes, resolution=resolution, seed=seed)


def find_hubs(
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    *,
    may_drop: NDArray[np.bool_],
    scale: float,
    guard: HubGuard,
    seed: int,
) -> Hubs:
    """Drop nodes their community does not own, partition what is left, and repeat.

    Where every node may be dropped (a graph without kinds), the largest are judged first and only links to nodes not
    dropped yet count: an ordinary person with several hub links would look like a hub otherwise.

    Parameters
    ----------
    source, target : shape (n_edges,), each link once.
    may_drop : shape (n_nodes,), nodes that are judged: connectors, or all nodes where there are no kinds.
    scale : link ends, see `partition_at`.
    """
    n_nodes = len(may_drop)
    dropped = np.zeros(n_nodes, dtype=np.bool_)
    degrees = link_counts(source, target, n_nodes)
    tiers = (*(t for t in TIERS if t > guard.floor), guard.floor) if bool(may_drop.all()) else (guard.floor,)
    rounds = 0
    while rounds < guard.max_rounds:
        rounds += 1
        before = int(dropped.sum())
        alive = ~(dropped[source] | dropped[target])
        labels = partition_at(source[alive], target[alive], n_nodes=n_nodes, scale=scale, seed=seed)
        for tier in tiers:
            alive = ~(dropped[source] | dropped[target])
            left = link_counts(source[alive], target[alive], n_nodes)
            inside = links_inside(source[alive], target[alive], labels)
            dropped |= may_drop & ~dropped & (degrees >= tier) & (inside < guard.share * left)
        added = int(dropped.sum()) - before
        if added <= guard.min_gain * before:
            break
    return Hubs(is_hub=dropped, rounds=rounds)
