"""The first two steps of a large part's layout, with work that grows with the nodes and not with their pairs.

In:  a part's links.   Out: positions that keep its shape.   Never pushes nodes apart.
Pivots stand for all nodes: distances to them give a start (Brandes & Pich 2007), then a stress of links and pivots
(Ortmann, Klimenta & Brandes 2016). Only + - * / sqrt and sums in a fixed order, rounded after every step.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_DECIMALS = 3
_PIVOTS = 60


def pivot_layout(graph: csr_matrix, *, rounds: int) -> Floats:
    """Positions of a connected graph whose weights are lengths, near its own distances; shape (n, 2)."""
    pivots, distance = _pivots(graph)
    return _sparse_stress(graph, distance, _start(distance), _weights(pivots, distance), rounds=rounds)


def _pivots(graph: csr_matrix) -> tuple[Ints, Floats]:
    """Nodes as far from one another as can be, and the distances from each, shape (n_pivots, n)."""
    n = graph.shape[0]
    chosen: list[int] = [int(np.argmax(np.diff((graph + graph.T).tocsr().indptr)))]
    rows: list[Floats] = []
    nearest = np.full(n, np.inf)
    while True:
        one = np.array(chosen[-1:], dtype=np.int64)
        row = np.asarray(dijkstra(graph, directed=False, indices=one), dtype=np.float64)[0]
        rows.append(row)
        nearest = np.minimum(nearest, np.round(row, _DECIMALS))
        if len(chosen) == min(_PIVOTS, n):
            return np.array(chosen, dtype=np.int64), np.array(rows)
        chosen.append(int(np.argmax(nearest)))


def _start(distance: Floats) -> Floats:
    """Both main directions of the centred squared distances to the pivots, by power iteration."""
    n = distance.shape[1]
    square = distance * distance
    centred = -(square - square.mean(axis=0)[None, :] - square.mean(axis=1)[:, None] + square.mean()) / 2
    axes: list[Floats] = []
    for axis in range(2):
        vector = np.round(np.arange(n, dtype=np.float64) % (7 + axis) - 3.0 + np.arange(n) / (n + 1.0), _DECIMALS)
        for _ in range(40):
            for other in axes:
                vector = vector - other * ((vector * other).sum() / max(float((other * other).sum()), 1e-9))
            vector = (centred * (centred * vector[None, :]).sum(axis=1)[:, None]).sum(axis=0)
            vector = np.round(vector / max(float(np.abs(vector).max()), 1e-9), 6)
        axes.append(vector)
    spread = float(distance.max()) / 2
    number = np.arange(n, dtype=np.int64)
    shake, turned = number * 7919 % 1009 / 1009.0 - 0.5, number * 6007 % 997 / 997.0 - 0.5
    x, y = axes[0] * spread + 0.3 * shake, axes[1] * spread + 0.3 * turned
    return np.column_stack([np.round(x, _DECIMALS), np.round(y, _DECIMALS)])


def _weights(pivots: Ints, distance: Floats) -> Floats:
    """What a pivot weighs for a node: the nodes of its own region that lie within half the way."""
    region = np.argmin(np.round(distance, _DECIMALS), axis=0)
    within = np.zeros_like(distance)
    for place in range(len(pivots)):
        own = np.sort(distance[place, region == place])
        within[place] = np.searchsorted(own, distance[place] / 2, side="right")
    return within / np.maximum(distance * distance, 0.25) * (distance > 0)


def _sparse_stress(graph: csr_matrix, distance: Floats, start: Floats, weight: Floats, *, rounds: int) -> Floats:
    links = coo_matrix(graph)
    one, two = np.concatenate([links.row, links.col]), np.concatenate([links.col, links.row])
    length = np.concatenate([links.data, links.data]).astype(np.float64)
    pull = 1.0 / np.maximum(length * length, 0.25)
    n = len(start)
    nearest = np.argmin(np.round(distance, _DECIMALS), axis=1)
    total = np.maximum(weight.sum(axis=0) + np.bincount(one, pull, n), 1e-9)
    x, y = start[:, 0].copy(), start[:, 1].copy()
    for _ in range(rounds):
        px, py = x[nearest], y[nearest]
        dx, dy = x[None, :] - px[:, None], y[None, :] - py[:, None]
        scale = distance / np.maximum(np.sqrt(dx * dx + dy * dy), 1e-3)
        new_x = (weight * (px[:, None] + scale * dx)).sum(axis=0)
        new_y = (weight * (py[:, None] + scale * dy)).sum(axis=0)
        lx, ly = x[one] - x[two], y[one] - y[two]
        ratio = length / np.maximum(np.sqrt(lx * lx + ly * ly), 1e-3)
        new_x = (new_x + np.bincount(one, pull * (x[two] + ratio * lx), n)) / total
        new_y = (new_y + np.bincount(one, pull * (y[two] + ratio * ly), n)) / total
        x, y = np.round((x + 2 * new_x) / 3, _DECIMALS), np.round((y + 2 * new_y) / 3, _DECIMALS)
    return np.column_stack([x, y])
