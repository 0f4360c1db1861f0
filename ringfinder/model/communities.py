"""Groups of nodes, as a detector leaves them.

In:  nothing (definitions).   Out: `Communities`.   Never detects, never scores.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.errors import InputError
from ringfinder.model.graph import EntityGraph


def canonical_labels(labels: NDArray[np.integer]) -> NDArray[np.int32]:
    """Number groups 0, 1, 2 ... by size, largest first, then by their first node; negative labels become -1.

    Examples
    --------
    >>> canonical_labels(np.array([7, 3, 3, -1])).tolist()
    [1, 0, 0, -1]
    """
    out = np.full(len(labels), -1, dtype=np.int32)
    inside = np.flatnonzero(labels >= 0)
    if not len(inside):
        return out
    _, first, code, count = np.unique(labels[inside], return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -count))
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    out[inside] = rank[code]
    return out


@dataclass(frozen=True)
class Communities:
    """A partition of a graph's nodes; -1 marks nodes in no group.

    Attributes
    ----------
    graph : the graph that was grouped.
    labels : shape (n_nodes,), int32, canonical: 0 is the largest group.
    method, seed, engine : how it was made.
    record : settings and counts of the run (scale, hubs dropped, rounds ...).
    """

    graph: EntityGraph
    labels: NDArray[np.int32]
    method: str
    seed: int = 0
    engine: str = "local"
    record: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.labels) != self.graph.n_nodes:
            raise InputError("communities: one label a node is needed")

    def __len__(self) -> int:
        return int(self.labels.max()) + 1 if len(self.labels) else 0

    def __iter__(self) -> Iterator[NDArray[np.int64]]:
        """Positions of the nodes of each group, largest group first."""
        order = np.argsort(self.labels, kind="stable")
        bounds = np.searchsorted(self.labels[order], np.arange(len(self) + 1))
        for start, stop in itertools.pairwise(bounds):
            yield order[start:stop]

    def __repr__(self) -> str:
        return f"Communities({len(self)} groups of {self.graph.n_nodes:,} nodes, method {self.method!r})"

    def to_pandas(self) -> pd.DataFrame:
        """One row a grouped node: group, kind, name."""
        inside = np.flatnonzero(self.labels >= 0)
        inside = inside[np.argsort(self.labels[inside], kind="stable")]
        return pd.DataFrame(
            {
                "group": self.labels[inside],
                "kind": pd.Series(self.graph.kinds[inside], dtype="str"),
                "name": pd.Series(self.graph.names[inside], dtype="str"),
            }
        )
