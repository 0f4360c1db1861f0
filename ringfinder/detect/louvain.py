"""Louvain communities by modularity.

In:  EntityGraph.   Out: Communities, a partition of all nodes.
The well-known yardstick, through networkx: minutes on a graph of a million links, where Leiden takes seconds. Louvain
can leave a group in pieces; pieces are groups of their own here.
Source: Blondel, Guillaume, Lambiotte, Lefebvre 2008, J. Stat. Mech. P10008.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar

import numpy as np

from ringfinder.detect.components import split_by_connection
from ringfinder.model.communities import Communities
from ringfinder.model.graph import EntityGraph
from ringfinder.model.settings import check_seed, check_setting


@dataclass(frozen=True)
class Louvain:
    """Louvain communities of the graph as it is, links weighed by `graph.weights`.

    Attributes
    ----------
    resolution : > 0; larger gives smaller groups (modularity's, see `Leiden`).

    Examples
    --------
    >>> import pandas as pd
    >>> links = pd.DataFrame({"source": list("aabxxyb"), "target": list("bccyzzx")})
    >>> Louvain().run(EntityGraph.from_links(links)).labels.tolist()
    [0, 0, 0, 1, 1, 1]
    """

    name: ClassVar[str] = "louvain"

    resolution: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_setting(f"detector {self.name}", "resolution", self.resolution, low=0, leave_out="open")
        check_seed(f"detector {self.name}", self.seed)

    def run(self, graph: EntityGraph) -> Communities:
        """Partition the nodes of `graph`."""
        import networkx as nx

        view: nx.Graph[int] = nx.Graph()
        # nodes by position and links in sorted order: the result depends on nothing else
        view.add_nodes_from(range(graph.n_nodes))
        ends = (graph.source.tolist(), graph.target.tolist(), graph.weights.tolist())
        view.add_weighted_edges_from(zip(*ends, strict=True))
        found = np.arange(graph.n_nodes, dtype=np.int64)
        if graph.n_edges:
            groups = nx.community.louvain_communities(view, resolution=self.resolution, seed=self.seed)
            for label, group in enumerate(groups):
                found[list(group)] = label
        labels = split_by_connection(graph, found)
        return Communities(graph=graph, labels=labels, method=self.name, seed=self.seed, record=asdict(self))
