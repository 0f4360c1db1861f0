"""One row a group: how large it is and what holds it together.

In:  Communities.   Out: a frame to rank by.   Never scores: the numbers are counts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.model.communities import Communities
from ringfinder.model.graph import EntityGraph

#: columns of `group_table`
GROUP_COLUMNS = ("group", "size", "asked_about", "largest_connector", "internal_links", "external_links")


def largest_connectors(graph: EntityGraph, labels: NDArray[np.int32]) -> NDArray[np.int64]:
    """Asked-about members of each group that its largest connector holds, shape (n_groups,).

    Without kinds any node is a connector of its neighbours. A group without a connector has 0.
    """
    is_asked = graph.is_asked_about
    is_connector = ~is_asked if graph.has_kinds else np.ones(graph.n_nodes, dtype=np.bool_)
    inside = (labels[graph.source] == labels[graph.target]) & (labels[graph.source] >= 0)
    source, target = graph.source[inside], graph.target[inside]
    held = np.bincount(source[is_asked[target]], minlength=graph.n_nodes)
    held += np.bincount(target[is_asked[source]], minlength=graph.n_nodes)
    largest = np.zeros(int(labels.max(initial=-1)) + 1, dtype=np.int64)
    holds = is_connector & (labels >= 0)
    np.maximum.at(largest, labels[holds], held[holds])
    return largest


def group_table(communities: Communities) -> pd.DataFrame:
    """Count what each group is made of, the likelier groups first.

    Most false groups of a bare graph are families chained by a recycled number: their largest connector holds two to
    five people. Read from the top: the groups come by `largest_connector`, largest first. On planted books nearly all
    groups below 6 were false, and about three in four from 6 on were true.

    Returns
    -------
    One row a group, by largest connector, then in canonical order (`GROUP_COLUMNS`): nodes in all, asked-about nodes,
    members held by the group's largest connector, links with both ends inside, links with one end inside.

    Examples
    --------
    >>> from ringfinder.detect.components import Components
    >>> links = pd.DataFrame({"source": ["a", "b"], "target": ["tel", "tel"], "kind": "phone"})
    >>> group_table(Components().run(EntityGraph.from_links(links))).iloc[0].tolist()
    [0, 3, 2, 2, 2, 0]
    """
    graph, labels = communities.graph, communities.labels
    n_groups = len(communities)
    left, right = labels[graph.source], labels[graph.target]
    same = (left == right) & (left >= 0)
    crossing = left != right
    external = np.bincount(left[crossing & (left >= 0)], minlength=n_groups)
    external += np.bincount(right[crossing & (right >= 0)], minlength=n_groups)
    columns = (
        np.arange(n_groups, dtype=np.int64),
        np.bincount(labels[labels >= 0], minlength=n_groups),
        np.bincount(labels[(labels >= 0) & graph.is_asked_about], minlength=n_groups),
        largest_connectors(graph, labels),
        np.bincount(left[same], minlength=n_groups),
        external,
    )
    table = pd.DataFrame(dict(zip(GROUP_COLUMNS, columns, strict=True)))
    return table.sort_values("largest_connector", ascending=False, kind="stable", ignore_index=True)
