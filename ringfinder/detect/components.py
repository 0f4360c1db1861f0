"""Connected components: everybody who is linked, however far.

In:  EntityGraph.   Out: Communities, one group a component.
Never cuts: one hotline joins the whole book. It is the floor other detectors are measured against, and the splitter
they use to keep their own groups connected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ringfinder.model.communities import Communities, canonical_labels
from ringfinder.model.graph import EntityGraph


def connected_parts(source: NDArray[np.int32], target: NDArray[np.int32], n_nodes: int) -> NDArray[np.int32]:
    """Number the connected parts of a graph given by its link ends.

    Parameters
    ----------
    source, target : shape (n_edges,), node positions in 0 .. n_nodes - 1, any order.
    n_nodes : nodes in all; one without links is a part of its own.

    Returns
    -------
    Shape (n_nodes,), part of each node, in no canonical order.

    Examples
    --------
    >>> connected_parts(np.array([0, 3], np.int32), np.array([1, 2], np.int32), 5).tolist()
    [0, 0, 1, 1, 2]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    matrix = coo_array((np.ones(len(source), dtype=np.int8), (source, target)), shape=(n_nodes, n_nodes))
    return np.asarray(connected_components(matrix.tocsr(), directed=False)[1], dtype=np.int32)


def split_by_connection(graph: EntityGraph, labels: NDArray[np.integer]) -> NDArray[np.int32]:
    """Split every group that is not connected into its connected parts, and number the result canonically.

    Parameters
    ----------
    labels : shape (n_nodes,), any numbering; -1 stays -1.
    """
    same = (labels[graph.source] == labels[graph.target]) & (labels[graph.source] >= 0)
    parts = connected_parts(graph.source[same], graph.target[same], graph.n_nodes)
    return canonical_labels(np.where(labels >= 0, parts, -1))


@dataclass(frozen=True)
class Components:
    """Connected components of the whole graph.

    Examples
    --------
    >>> import pandas as pd
    >>> links = pd.DataFrame({"source": ["a", "b", "x"], "target": ["b", "c", "y"]})
    >>> Components().run(EntityGraph.from_links(links)).labels.tolist()
    [0, 0, 0, 1, 1]
    """

    name: ClassVar[str] = "components"

    def run(self, graph: EntityGraph) -> Communities:
        """Group the nodes of `graph` by reachability."""
        labels = canonical_labels(connected_parts(graph.source, graph.target, graph.n_nodes))
        return Communities(graph=graph, labels=labels, method=self.name)
