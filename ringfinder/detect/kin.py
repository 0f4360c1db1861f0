"""Trim from a group the people who hang on it through one member only.

In:  links inside groups, labels.   Out: labels with the branches set to -1.
Never splits a group and never drops a whole one. The graph can't tell kin from accomplices, but structure says how
much a tie is worth: a family, or a chain of families joined by a recycled number, hangs on a ring through the one
member it belongs to, while the ring itself is held together by something no single member carries.
Blocks after Tarjan 1972, SIAM J. Comput. 1, 146.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ringfinder.detect.components import connected_parts
from ringfinder.detect.hub_guard import link_counts


def trim_branches(
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    labels: NDArray[np.int32],
    *,
    is_person: NDArray[np.bool_],
    counts: NDArray[np.int64],
    may_stay_alone: NDArray[np.bool_],
    family_size: int,
) -> NDArray[np.int32]:
    """Cut family-sized branches off each group at the single member they hang on.

    A block is a set of people whom no single person's leaving disconnects (the holders of one identifier are a block).
    A group's core blocks have more than `family_size` people. Blocks that are not core and touch the rest of their
    group in one person are cut, from the outside in. A group without a core block stays as it is.

    Parameters
    ----------
    source, target : shape (n_edges,), links whose two ends carry the same label >= 0, sorted.
    labels : shape (n_nodes,), group of each node, -1 for none. Not modified.
    is_person : shape (n_nodes,), nodes a branch can be cut at; the others hold their links together.
    counts : shape (n_nodes,), how much each node adds to the size of a block: 1 for a person.
    may_stay_alone : shape (n_nodes,), nodes that stay where their only link leads to a node that stays: a member's own
        identifiers are no branch.
    family_size : most people of a block that is taken for a family, >= 1.

    Returns
    -------
    Shape (n_nodes,), `labels` with -1 for the nodes cut off.
    """
    if not len(source):
        return labels
    n_nodes = len(labels)
    block = _blocks(source, target, is_person)
    n_blocks = int(block.max()) + 1
    key = np.unique(np.concatenate([block, block]) * n_nodes + np.concatenate([source, target]))
    of_block, node = key // n_nodes, key % n_nodes
    people = np.bincount(of_block, weights=counts[node], minlength=n_blocks)
    is_core = people > family_size
    group = np.empty(n_blocks, dtype=np.int64)
    group[of_block] = labels[node]
    has_core = np.zeros(int(labels.max()) + 1, dtype=np.bool_)
    has_core[group[is_core]] = True
    alive = np.ones(n_blocks, dtype=np.bool_)
    may_cut = ~is_core & has_core[group]
    while True:
        held = alive[of_block]
        shared = np.bincount(node[held], minlength=n_nodes) > 1
        ties = np.bincount(of_block[held & shared[node]], minlength=n_blocks)
        cut = alive & may_cut & (ties <= 1)
        if not cut.any():
            break
        alive &= ~cut
    stays = np.zeros(n_nodes, dtype=np.bool_)
    stays[node[alive[of_block]]] = True
    n_links = link_counts(source, target, n_nodes)
    for end, other in ((source, target), (target, source)):
        alone = may_stay_alone[end] & (n_links[end] == 1) & stays[other] & is_person[other]
        stays[end[alone]] = True
    return np.where(stays, labels, -1).astype(np.int32)


def _blocks(source: NDArray[np.int32], target: NDArray[np.int32], is_person: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Block of each link: 2-connected components, joined wherever they meet in a node that is not a person."""
    import networkx as nx

    n_nodes = len(is_person)
    view: nx.Graph[int] = nx.Graph()
    view.add_edges_from(zip(source.tolist(), target.tolist(), strict=True))
    sizes, low, high = [], [], []
    for edges in nx.biconnected_component_edges(view):
        sizes.append(len(edges))
        low.extend([min(edge) for edge in edges])
        high.extend([max(edge) for edge in edges])
    block = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    ends = np.array(low, dtype=np.int64), np.array(high, dtype=np.int64)
    order = np.lexsort((ends[1], ends[0]))
    back = np.empty(len(source), dtype=np.int64)
    back[np.lexsort((target, source))] = block[order]
    # a graph of blocks and the nodes that hold them together; its parts are the joined blocks
    ties = np.concatenate([back, back]), np.concatenate([source, target]).astype(np.int64)
    firm = ~is_person[ties[1]]
    n_all = len(sizes) + n_nodes
    joined = connected_parts(ties[0][firm].astype(np.int32), (ties[1][firm] + len(sizes)).astype(np.int32), n_all)
    return np.unique(joined[back], return_inverse=True)[1].astype(np.int64)
