"""Label propagation: every node takes the label most of its neighbours carry.

In:  EntityGraph.   Out: Communities, a partition of all nodes.
Without a setting, hence without a dial: it can flood a large component. Through networkx; not for a million links.
Source: Raghavan, Albert, Kumara 2007, Phys. Rev. E 76, 036106 (asynchronous).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar

import numpy as np

from ringfinder.detect.components import split_by_connection
from ringfinder.model.communities import Communities
from ringfinder.model.graph import EntityGraph
from ringfinder.model.settings import check_seed


@dataclass(frozen=True)
class LabelPropagation:
    """Asynchronous label propagation, links weighed by `graph.weights`, ties drawn by `seed`.

    Examples
    --------
    >>> import pandas as pd
    >>> links = pd.DataFrame({"source": list("aabxxy"), "target": list("bccyzz")})
    >>> LabelPropagation().run(EntityGraph.from_links(links)).labels.tolist()
    [0, 0, 0, 1, 1, 1]
    """

    name: ClassVar[str] = "label_propagation"

    seed: int = 0

    def __post_init__(self) -> None:
        check_seed(f"detector {self.name}", self.seed)

    def run(self, graph: EntityGraph) -> Communities:
        """Partition the nodes of `graph`."""
        import networkx as nx

        view: nx.Graph[int] = nx.Graph()
        view.add_nodes_from(range(graph.n_nodes))
        ends = (graph.source.tolist(), graph.target.tolist(), graph.weights.tolist())
        view.add_weighted_edges_from(zip(*ends, strict=True))
        found = np.arange(graph.n_nodes, dtype=np.int64)
        for label, group in enumerate(nx.community.asyn_lpa_communities(view, weight="weight", seed=self.seed)):
            found[list(group)] = label
        labels = split_by_connection(graph, found)
        return Communities(graph=graph, labels=labels, method=self.name, seed=self.seed, record=asdict(self))
