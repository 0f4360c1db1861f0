"""Leiden communities by modularity or the constant Potts model (CPM).

In:  EntityGraph.   Out: Communities, a partition of all nodes.
Never drops a hub, never scores. Source: Traag, Waltman, van Eck 2019, Scientific Reports 9, 5233. The only home of the
Leiden library.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ringfinder.detect.components import split_by_connection
from ringfinder.errors import UnknownNameError
from ringfinder.model.communities import Communities
from ringfinder.model.graph import EntityGraph
from ringfinder.model.settings import check_seed, check_setting

Objective = Literal["modularity", "cpm"]
OBJECTIVES = ("cpm", "modularity")


def leiden_labels(
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    *,
    n_nodes: int,
    resolution: float,
    weights: NDArray[np.float64] | None = None,
    objective: Objective = "modularity",
    seed: int = 0,
    iterations: int = 1,
    trials: int = 1,
) -> NDArray[np.int64]:
    """Partition a graph given by its link ends; the bare call, without checks.

    Parameters
    ----------
    source, target : shape (n_edges,), each link once, in a reproducible order.
    weights : shape (n_edges,), > 0; None weighs every link 1.

    Returns
    -------
    Shape (n_nodes,), labels >= 0 in no canonical order; a node without links is alone.
    """
    if not len(source):
        # the library stops the process on an empty graph
        return np.arange(n_nodes, dtype=np.int64)
    import graspologic_native
    from scipy.sparse import coo_array

    weight = np.ones(len(source)) if weights is None else weights
    ends = (np.concatenate([source, target]), np.concatenate([target, source]))
    matrix = coo_array((np.concatenate([weight, weight]), ends), shape=(n_nodes, n_nodes)).tocsr()
    matrix.sort_indices()
    _, found = graspologic_native.leiden_csr(
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float64),
        n_nodes,
        resolution=resolution,
        iterations=iterations,
        use_modularity=objective == "modularity",
        seed=seed,
        trials=trials,
    )
    nodes = np.fromiter(found.keys(), dtype=np.int64, count=len(found))
    labels = np.arange(n_nodes, dtype=np.int64) + n_nodes
    labels[nodes] = np.fromiter(found.values(), dtype=np.int64, count=len(found))
    return labels


@dataclass(frozen=True)
class Leiden:
    """Leiden communities of the graph as it is, links weighed by `graph.weights`.

    Modularity: maximise `sum over groups c of e_c - resolution * K_c^2 / 4m`, with e_c the weight of the links inside
    c, K_c the sum of weighted degrees in c and m the weight of all links. Two nodes attract each other when their link
    weighs more than `resolution * d_u * d_v / 2m`, so the right resolution grows with the graph.
    CPM: maximise `sum over c of e_c - resolution * n_c (n_c - 1) / 2`, with n_c nodes in c: the resolution is a density
    and means the same on a graph of any size.

    Attributes
    ----------
    objective : 'modularity' or 'cpm'.
    resolution : > 0; larger gives smaller groups.
    iterations : full passes, each starting from the last partition, >= 1.
    trials : independent runs, the best is kept, >= 1.

    References
    ----------
    Traag, Waltman, van Eck 2019, From Louvain to Leiden: guaranteeing well-connected communities, Sci. Rep. 9, 5233.

    Examples
    --------
    >>> import pandas as pd
    >>> links = pd.DataFrame({"source": list("aabxxyb"), "target": list("bccyzzx")})
    >>> Leiden().run(EntityGraph.from_links(links)).labels.tolist()
    [0, 0, 0, 1, 1, 1]
    """

    name: ClassVar[str] = "leiden"

    objective: Objective = "modularity"
    resolution: float = 1.0
    seed: int = 0
    iterations: int = 2
    trials: int = 1

    def __post_init__(self) -> None:
        if self.objective not in OBJECTIVES:
            raise UnknownNameError("Leiden objective", str(self.objective), OBJECTIVES)
        check_setting(f"detector {self.name}", "resolution", self.resolution, low=0, leave_out="open")
        check_setting(f"detector {self.name}", "iterations", self.iterations, low=1)
        check_setting(f"detector {self.name}", "trials", self.trials, low=1)
        check_seed(f"detector {self.name}", self.seed)

    def run(self, graph: EntityGraph) -> Communities:
        """Partition the nodes of `graph`."""
        found = leiden_labels(
            graph.source,
            graph.target,
            n_nodes=graph.n_nodes,
            weights=graph.weights,
            **asdict(self),
        )
        labels = split_by_connection(graph, found)
        return Communities(graph=graph, labels=labels, method=self.name, seed=self.seed, record=asdict(self))
