"""Groups in a bare graph: links only, heavy hubs, no labels. The default detector.

In:  EntityGraph, with kinds or without.   Out: Communities; nodes of no reported group are -1.
Never scores and never asks what a link means: a family can look like a ring here. Steps: scale, hub guard
(`hub_guard.py`), consensus over scales, purity of the connectors, branches cut off (`kin.py`), report.
Leiden: Traag, Waltman, van Eck 2019, Sci. Rep. 9, 5233. Modularity's scale: Reichardt, Bornholdt 2006, Phys. Rev. E
74, 016110. Consensus: after Lancichinetti, Fortunato 2012, Sci. Rep. 2, 336.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ringfinder.detect.components import connected_parts
from ringfinder.detect.group_table import largest_connectors
from ringfinder.detect.hub_guard import HubGuard, find_hubs, link_counts, links_inside, partition_at
from ringfinder.detect.kin import trim_branches
from ringfinder.model.communities import Communities, canonical_labels
from ringfinder.model.graph import EntityGraph
from ringfinder.model.settings import check_seed, check_setting

logger = logging.getLogger(__name__)

#: the scales of the consensus, as multiples of its middle scale
SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True)
class BareGraph:
    """Groups of a graph of which nothing is known but its links.

    An asked-about node is a policyholder (any node, where the graph has no kinds), a connector any other node.

    1. Scale `V = min(largest_group, n_nodes) * 2 n_edges / n_nodes` link ends, once, on the graph as given.
    2. Hub guard: Leiden, modularity with resolution `2 * links left / V`, so that two nodes attract each other when the
       product of their link counts is below V. A connector whose community holds less than half of its links is a hub
       and dropped; repeat.
    3. Consensus: partition at W/4, W/2, W, 2W, 4W with `W = consensus_scale * V` (none above the graph's link ends:
       larger ones merge neighbours); a link stays when both ends share a group in `agreement` of them.
    4. Purity: a connector with less than `purity` of all its links inside its part leaves, until none does. Without
       kinds every node is asked for `1 - slack / sqrt(d')` of its d' links to nodes that are no hubs.
    5. Branches of at most `family_size` people that hang on a group through a single member are cut (`trim_kin`).
    6. Parts with `min_size` to `max_size` asked-about nodes are reported.

    V is the dial that counts: a larger `largest_group` merges neighbours, a smaller one splits large groups whose
    members have many identifiers of their own.

    Attributes
    ----------
    largest_group : nodes, the most a user would read as one group.
    min_size, max_size : asked-about nodes of a reported group; 6 suits small books.
    consensus_scale : 2 keeps groups of 30 and more around one identifier whole where members have families and hubs of
        their own; what it merges by way of families, step 5 cuts. 1 is the plain scale V.
    trim_kin : False keeps the branches as members. The nodes cut off, with the group they hang on, are in the record.
    seed : of Leiden.

    Notes
    -----
    The record of a run holds the settings and `scale`, `hubs` (positions of the dropped nodes), `n_hubs`, `rounds`,
    `largest_connector` (one a group, see `group_table`) and `hanging` (pairs of node position and group).
    Not findable: a group with one shared identifier looks like a small hub with as many random holders, and members
    tied only through a large hub look like everybody else.

    Examples
    --------
    >>> import pandas as pd
    >>> people = [f"p{i:03d}" for i in range(200)]
    >>> star = pd.DataFrame({"source": people[:12], "target": "shared", "kind": "phone"})
    >>> own = pd.DataFrame({"source": people, "target": [f"own{i}" for i in range(200)], "kind": "phone"})
    >>> hotline = pd.DataFrame({"source": people, "target": "hotline", "kind": "phone"})
    >>> found = BareGraph().run(EntityGraph.from_links(pd.concat([star, own, hotline])))
    >>> len(found), found.record["largest_connector"], found.record["n_hubs"]
    (1, (12,), 1)
    """

    name: ClassVar[str] = "bare"

    largest_group: int = 1000
    min_size: int = 8
    max_size: int = 1000
    hub_floor: int = 5
    hub_share: float = 0.5
    agreement: int = 3
    consensus_scale: float = 2.0
    purity: float = 0.75
    slack: float = 1.5
    trim_kin: bool = True
    family_size: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        check_setting(f"detector {self.name}", "largest_group", self.largest_group, low=2)
        check_setting(f"detector {self.name}", "min_size", self.min_size, low=1)
        check_setting(f"detector {self.name}", "max_size", self.max_size, low=self.min_size)
        check_setting(f"detector {self.name}", "hub_floor", self.hub_floor, low=1)
        check_setting(f"detector {self.name}", "hub_share", self.hub_share, low=0, high=1)
        check_setting(f"detector {self.name}", "agreement", self.agreement, low=1, high=len(SCALES))
        check_setting(f"detector {self.name}", "consensus_scale", self.consensus_scale, low=0, leave_out="open")
        check_setting(f"detector {self.name}", "purity", self.purity, low=0, high=1)
        check_setting(f"detector {self.name}", "slack", self.slack, low=0)
        check_setting(f"detector {self.name}", "family_size", self.family_size, low=1)
        check_seed(f"detector {self.name}", self.seed)

    def run(self, graph: EntityGraph) -> Communities:
        """Find the groups of `graph`; nodes of none are -1."""
        n_nodes, is_asked = graph.n_nodes, graph.is_asked_about
        scale = 2.0 * max(1, graph.n_edges) * min(1.0, self.largest_group / max(1, n_nodes))
        hubs = find_hubs(
            graph.source,
            graph.target,
            may_drop=~is_asked if graph.has_kinds else np.ones(n_nodes, dtype=np.bool_),
            scale=scale,
            guard=HubGuard(floor=self.hub_floor, share=self.hub_share),
            seed=self.seed,
        )
        kept = self._agreed_links(graph, hubs.is_hub, scale)
        parts = self._pure_parts(graph, hubs.is_hub, kept)
        parts = self._reported(parts, is_asked)
        hanging = np.zeros(n_nodes, dtype=np.bool_)
        whole = parts
        if self.trim_kin:
            trimmed = self._trimmed(graph, parts)
            parts = self._reported(trimmed, is_asked)
            # a group that fell below the floor is gone, and nothing hangs on it
            hanging = (whole >= 0) & (trimmed < 0) & np.isin(whole, parts[parts >= 0])
        labels = canonical_labels(parts)
        logger.info("bare: %d groups, %d hubs, %d rounds", labels.max(initial=-1) + 1, hubs.is_hub.sum(), hubs.rounds)
        record: dict[str, object] = {
            **asdict(self),
            "scale": scale,
            "n_hubs": int(hubs.is_hub.sum()),
            "hubs": tuple(np.flatnonzero(hubs.is_hub).tolist()),
            "rounds": hubs.rounds,
            "largest_connector": tuple(largest_connectors(graph, labels).tolist()),
            "hanging": _pairs(hanging, whole, labels, parts),
        }
        return Communities(graph=graph, labels=labels, method=self.name, seed=self.seed, record=record)

    def _agreed_links(self, graph: EntityGraph, is_hub: NDArray[np.bool_], scale: float) -> NDArray[np.bool_]:
        """Links between non-hubs whose ends share a group at enough scales, shape (n_edges,)."""
        alive = ~(is_hub[graph.source] | is_hub[graph.target])
        source, target = graph.source[alive], graph.target[alive]
        middle, largest = self.consensus_scale * scale, 2.0 * max(1, graph.n_edges)

        def is_together(factor: float) -> NDArray[np.bool_]:
            at = min(factor * middle, largest)
            labels = partition_at(source, target, n_nodes=graph.n_nodes, scale=at, seed=self.seed)
            return np.asarray(labels[source] == labels[target], dtype=np.bool_)

        # the library works without the interpreter's lock; each partition depends on its own scale alone
        with ThreadPoolExecutor(max_workers=2) as pool:
            votes = np.sum(list(pool.map(is_together, SCALES)), axis=0)
        alive[alive] = votes >= self.agreement
        return alive

    def _pure_parts(self, graph: EntityGraph, is_hub: NDArray[np.bool_], kept: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Connected parts of the kept links after impure nodes left, -1 for those and for hubs."""
        source, target = graph.source[kept], graph.target[kept]
        if graph.has_kinds:
            needed = np.where(graph.is_asked_about, 0.0, self.purity * graph.degrees)
        else:
            alive = ~(is_hub[graph.source] | is_hub[graph.target])
            free = link_counts(graph.source[alive], graph.target[alive], graph.n_nodes)
            needed = free - self.slack * np.sqrt(free)
        out = is_hub.copy()
        while True:
            stays = ~(out[source] | out[target])
            source, target = source[stays], target[stays]
            parts = np.where(out, -1, connected_parts(source, target, graph.n_nodes)).astype(np.int32)
            impure = ~out & (links_inside(graph.source, graph.target, parts) < needed)
            if not impure.any():
                return parts
            out |= impure

    def _reported(self, parts: NDArray[np.int32], is_asked: NDArray[np.bool_]) -> NDArray[np.int32]:
        """`parts` with -1 for those of too few or too many asked-about nodes."""
        size = np.bincount(parts[is_asked & (parts >= 0)], minlength=int(parts.max(initial=-1)) + 2)
        fits = (parts >= 0) & (size[parts] >= self.min_size) & (size[parts] <= self.max_size)
        return np.where(fits, parts, -1).astype(np.int32)

    def _trimmed(self, graph: EntityGraph, parts: NDArray[np.int32]) -> NDArray[np.int32]:
        """`parts` with -1 for the branches that hang on one member."""
        inside = (parts[graph.source] == parts[graph.target]) & (parts[graph.source] >= 0)
        source, target = graph.source[inside], graph.target[inside]
        if graph.has_kinds:
            is_person, family_size = graph.is_asked_about, self.family_size
            counts = is_person.astype(np.int64)
            may_stay_alone = ~is_person
        else:
            # what a family shares can't be told from the family; what holds more together than a family is core
            has_life, family_size = graph.degrees > 1, 2 * self.family_size
            is_person = ~_holds_together(source, target, has_life=has_life, family_size=self.family_size)
            counts = np.where(is_person, has_life, family_size + 1)
            may_stay_alone = np.ones(graph.n_nodes, dtype=np.bool_)
        return trim_branches(
            source,
            target,
            parts,
            is_person=is_person,
            counts=counts,
            may_stay_alone=may_stay_alone,
            family_size=family_size,
        )


def _holds_together(
    source: NDArray[np.int32], target: NDArray[np.int32], *, has_life: NDArray[np.bool_], family_size: int
) -> NDArray[np.bool_]:
    """Nodes of a graph without kinds that act as connectors.

    They have more neighbours than a family, and no fewer than any of their neighbours. A neighbour with no other link
    in the whole graph is not counted: that is somebody's own identifier.
    """
    n_nodes = len(has_life)
    n_links = np.bincount(source[has_life[target]], minlength=n_nodes)
    n_links += np.bincount(target[has_life[source]], minlength=n_nodes)
    most = np.zeros(n_nodes, dtype=np.int64)
    np.maximum.at(most, source, n_links[target])
    np.maximum.at(most, target, n_links[source])
    return np.asarray((n_links > family_size) & (n_links >= most), dtype=np.bool_)


def _pairs(
    hanging: NDArray[np.bool_], whole: NDArray[np.int32], labels: NDArray[np.int32], parts: NDArray[np.int32]
) -> tuple[tuple[int, int], ...]:
    """Position of each hanging node with the canonical number of the group it hangs on."""
    number = np.full(int(whole.max(initial=-1)) + 1, -1, dtype=np.int32)
    number[parts[parts >= 0]] = labels[parts >= 0]
    nodes = np.flatnonzero(hanging)
    return tuple(zip(nodes.tolist(), number[whole[nodes]].tolist(), strict=True))
