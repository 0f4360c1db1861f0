"""FRAUDAR: the densest blocks of a bipartite graph, hub columns counting less.

In:  people by values.   Out: blocks of people, densest first.
Source: Hooi et al., FRAUDAR: Bounding Graph Fraud in the Face of Camouflage, KDD 2016: a link weighs 1 / ln(d + 5), d
the holders of the value in the whole graph; nodes are taken away one by one, always the one whose links weigh least;
of all the sets on the way the one of largest (weight of links) / (number of nodes) is the block. Further blocks: again
without the people of the blocks found.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from benchmarks.quality.links import part_of

Block = tuple[float, list[int]]


def fraudar(matrix: csr_matrix, n_blocks: int, *, min_people: int = 3) -> list[tuple[float, NDArray[np.int64]]]:
    """The `n_blocks` densest blocks of at least `min_people` people: (density, rows of the matrix).

    Connected parts are peeled apart. That is never worse than peeling all at once: a set's density is an average over
    the parts it touches, so the best part of it is at least as dense.
    """
    weight = 1.0 / np.log(np.asarray(matrix.getnnz(axis=0)) + 5.0)
    rows = [matrix.indices[a:b].tolist() for a, b in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)]
    waiting: list[tuple[float, list[int], list[int]]] = []

    def peel_parts(people: list[int]) -> None:
        for part in _parts(matrix, people):
            if len(part) >= min_people:
                density, block = _peel(rows, part, weight)
                heapq.heappush(waiting, (-density, block, part))

    peel_parts(list(range(matrix.shape[0])))
    out: list[tuple[float, NDArray[np.int64]]] = []
    while waiting and len(out) < n_blocks:
        negative, block, part = heapq.heappop(waiting)
        if len(block) >= min_people:
            out.append((-negative, np.array(block, dtype=np.int64)))
        taken = set(block)
        peel_parts([p for p in part if p not in taken])
    return out


def _parts(matrix: csr_matrix, people: list[int]) -> Iterator[list[int]]:
    """Connected parts of what these people hold."""
    if not people:
        return
    labels = part_of(matrix[people])
    order = np.argsort(labels, kind="stable")
    for chunk in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        yield [people[i] for i in chunk]


def _peel(rows: list[list[int]], people: list[int], weight: NDArray[np.float64]) -> Block:
    """The densest set met while the lightest node is taken away again and again; its people, sorted."""
    held: dict[int, list[int]] = {}
    for person in people:
        for value in rows[person]:
            held.setdefault(value, []).append(person)
    # one key space: people as they are, values as -1 - value
    light = {person: float(sum(weight[v] for v in rows[person])) for person in people}
    light |= {-1 - v: float(weight[v]) * len(who) for v, who in held.items()}
    total, alive = sum(light[p] for p in people), len(light)
    heap = [(w, node) for node, w in light.items()]
    heapq.heapify(heap)
    best, best_alive, gone = total / alive, alive, []
    while heap:
        w, node = heapq.heappop(heap)
        if node not in light or w != light[node]:
            continue
        del light[node]
        gone.append(node)
        total, alive = total - w, alive - 1
        for other in held[-1 - node] if node < 0 else [-1 - v for v in rows[node]]:
            if other in light:
                light[other] -= float(weight[-1 - node if node < 0 else -1 - other])
                heapq.heappush(heap, (light[other], other))
        if alive and total / alive > best + 1e-12:
            best, best_alive = total / alive, alive
    dropped = set(gone[: len(gone) - best_alive])
    return best, sorted(p for p in people if p not in dropped)
