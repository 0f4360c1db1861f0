"""Positions of a ring's nodes: clusters apart, nothing on top of anything, the same picture everywhere.

In:  ends, strengths and lengths of the springs, node sizes.   Out: positions.   Never reads frames.
Stress majorisation from a pivot start (Gansner, Koren & North 2004) keeps the ring's shape; Fruchterman & Reingold
(1991) forces open it; then nodes are pushed apart until none touches another. Hubs (templates) are weak, long springs.
Parts of many nodes take `layout_large` and `near` for the same steps, so that 2,000 nodes cost seconds.
Only + - * / sqrt and sums in a fixed order are used, no BLAS, and positions are rounded after every step, so that
neither the number of cores nor the maths library shows in the result.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from ringfinder.export.layout_large import pivot_layout
from ringfinder.export.near import near_pairs, repulsion

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_DECIMALS = 3


@dataclass(frozen=True)
class LayoutParams:
    """How a ring is laid out; lengths in picture units (about a pixel at full size).

    spacing : length of a spring of length 1. gap : free space kept between two nodes. aspect : width over height aimed
    at. stress_rounds, force_rounds : work of the two phases. reach : how many spacings repulsion carries at full
    strength. max_stretch : how far the picture may be widened. starts : pictures tried for a part of up to
    `many_nodes` nodes and `many_links` links; the one with the fewest crossing links is kept. Larger parts get one,
    of many nodes with approximate forces.
    """

    spacing: float = 27.0
    gap: float = 7.0
    aspect: float = 1.5
    stress_rounds: int = 200
    force_rounds: int = 240
    reach: float = 9.0
    max_stretch: float = 1.4
    starts: int = 8
    many_nodes: int = 400
    many_links: int = 3000


@dataclass(frozen=True)
class Springs:
    """What holds a picture together.

    Attributes
    ----------
    ends : shape (n_springs, 2), node numbers. strength, length : shape (n_springs,), 1.0 is an ordinary link.
    """

    ends: Ints
    strength: Floats
    length: Floats


def layout_graph(sizes: Floats, springs: Springs, *, params: LayoutParams = LayoutParams()) -> Floats:
    """Positions for nodes of the given radii; parts that hang together are packed side by side, largest first.

    Parameters
    ----------
    sizes : shape (n_nodes,), radius of each node.
    springs : links between nodes; a node without one goes to the end of the picture.

    Returns
    -------
    Shape (n_nodes, 2), x to the right and y down, centred on the origin, rounded to 0.1.
    """
    n = len(sizes)
    if not n:
        return np.zeros((0, 2))
    graph = _distance_graph(n, springs)
    _, label = connected_components(graph, directed=False)
    first = np.unique(label, return_index=True)[1]
    counts = np.bincount(label)
    order = sorted(range(len(counts)), key=lambda c: (-int(counts[c]), int(first[c])))
    boxes: list[Floats] = []
    members = [np.flatnonzero(label == part) for part in order]
    for nodes in members:
        boxes.append(_layout_part(nodes, sizes, springs, graph, params))
    positions = np.zeros((n, 2))
    corners = _pack([b.max(axis=0) - b.min(axis=0) for b in boxes], aspect=params.aspect, gap=params.spacing)
    for nodes, box, corner in zip(members, boxes, corners, strict=True):
        positions[nodes] = box - box.min(axis=0) + corner
    positions = push_apart(positions, sizes, gap=params.gap)
    middle = (positions.max(axis=0) + positions.min(axis=0)) / 2
    centred: Floats = np.round(positions - middle, 1)
    return centred


def push_apart(positions: Floats, sizes: Floats, *, gap: float) -> Floats:
    """Move nodes as little as needed until every two are `gap` apart, edge to edge."""
    out: Floats = np.asarray(np.round(positions.astype(np.float64), _DECIMALS), dtype=np.float64)
    n = len(out)
    if n < 2:
        return out
    # two nodes on one spot are parted along a direction of their own
    turn = np.arange(n, dtype=np.float64)
    reach = 2 * float(sizes.max()) + gap + 0.3
    for round_ in range(600):
        a, b = near_pairs(out[:, 0], out[:, 1], side=reach)
        dx, dy = out[a, 0] - out[b, 0], out[a, 1] - out[b, 1]
        far = np.sqrt(dx * dx + dy * dy)
        overlap = sizes[a] + sizes[b] + gap + 0.3 - far
        if not (overlap > 0.15).any():
            break
        if round_ % 150 == 149:
            out = np.asarray(np.round(out * 1.08, _DECIMALS), dtype=np.float64)
            continue
        same = far < 1e-6
        dx = np.where(same, np.where(a < b, -1.0, 1.0), dx)
        dy = np.where(same, (turn[a] - turn[b]) / n, dy)
        push = np.where(overlap > 0, overlap / np.maximum(np.where(same, 1.0, far), 1e-6), 0.0) * 0.5
        out[:, 0] += np.bincount(a, push * dx, n)
        out[:, 1] += np.bincount(a, push * dy, n)
        out = np.round(out, _DECIMALS)
    return out


def _distance_graph(n: int, springs: Springs) -> csr_matrix:
    a, b = springs.ends[:, 0], springs.ends[:, 1]
    graph = coo_matrix((springs.length, (a, b)), shape=(n, n)).tocsr()
    graph.sum_duplicates()
    return graph


def _layout_part(nodes: Ints, sizes: Floats, springs: Springs, graph: csr_matrix, params: LayoutParams) -> Floats:
    """Positions of one connected part, its long side across."""
    if len(nodes) == 1:
        return np.zeros((1, 2))
    inside = np.flatnonzero(np.isin(springs.ends[:, 0], nodes))
    place = np.zeros(graph.shape[0], dtype=np.int64)
    place[nodes] = np.arange(len(nodes))
    part = Springs(place[springs.ends[inside]], springs.strength[inside], springs.length[inside])
    own = graph[nodes][:, nodes]
    if len(nodes) > params.many_nodes:
        shape = pivot_layout(own, rounds=params.stress_rounds // 2) * params.spacing
        best = _forces(shape, part, params)
        return push_apart(_across(best, params), sizes[nodes], gap=params.gap)
    distance = np.asarray(dijkstra(own, directed=False), dtype=np.float64)
    best, fewest = np.zeros((len(nodes), 2)), -1
    # counting crossings is quadratic in the links: a thicket gets one start
    starts = params.starts if len(part.ends) <= params.many_links else 1
    for variant in range(starts):
        start = _pivot_start(distance, variant=variant)
        positions = _stress(distance, start, rounds=params.stress_rounds) * params.spacing
        positions = _forces(positions, part, params)
        crossings = count_crossings(positions, part.ends[part.length <= 1.0]) if starts > 1 else 0
        if fewest < 0 or crossings < fewest:
            best, fewest = positions, crossings
    return push_apart(_across(best, params), sizes[nodes], gap=params.gap)


def count_crossings(positions: Floats, ends: Ints) -> int:
    """How many pairs of straight links cross, links at one node left out: what makes a picture hard to read."""
    total = 0
    start, stop = positions[ends[:, 0]], positions[ends[:, 1]]
    for first in range(0, len(ends), 256):
        one = slice(first, first + 256)
        a, b = start[one, None], stop[one, None]
        c, d = start[None], stop[None]
        cross = (_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0)
        shared = (ends[one, None, :, None] == ends[None, :, None, :]).any(axis=(2, 3))
        total += int((cross & ~shared).sum())
    return total // 2


def _side(p: Floats, q: Floats, r: Floats) -> Floats:
    """Positive where r lies left of the line from p to q."""
    out: Floats = (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])
    return out


def _pivot_start(distance: Floats, *, variant: int) -> Floats:
    """Classical scaling of the distances onto their two main directions, by power iteration.

    Each `variant` shakes the picture in its own fixed way.
    """
    n = len(distance)
    square = distance * distance
    centred = -(square - square.mean(axis=0)[None, :] - square.mean(axis=1)[:, None] + square.mean()) / 2
    axes: list[Floats] = []
    for axis in range(2):
        vector = np.round(np.arange(n, dtype=np.float64) % (7 + axis) - 3.0 + np.arange(n) / (n + 1.0), _DECIMALS)
        for _ in range(40):
            for other in axes:
                vector = vector - other * ((vector * other).sum() / max(float((other * other).sum()), 1e-9))
            vector = (centred * vector[None, :]).sum(axis=1)
            vector = np.round(vector / max(float(np.abs(vector).max()), 1e-9), 6)
        axes.append(vector)
    spread = float(distance.max()) / 2
    shake = np.arange(n, dtype=np.int64) * (7919 + 104 * variant) % 1009 / 1009.0 - 0.5
    turned = np.arange(n, dtype=np.int64) * (6007 + 58 * variant) % 997 / 997.0 - 0.5
    reach = 0.02 + 0.35 * variant
    x, y = axes[0] * spread + shake * reach, axes[1] * spread + turned * reach
    return np.column_stack([np.round(x, _DECIMALS), np.round(y, _DECIMALS)])


def _stress(distance: Floats, start: Floats, *, rounds: int) -> Floats:
    """Positions whose distances follow the graph's, near ones first."""
    weight = 1.0 / np.maximum(distance * distance, 0.25)
    np.fill_diagonal(weight, 0.0)
    total = weight.sum(axis=1)
    x, y = start[:, 0].copy(), start[:, 1].copy()
    for _ in range(rounds):
        dx = x[:, None] - x[None, :]
        dy = y[:, None] - y[None, :]
        scale = distance / np.maximum(np.sqrt(dx * dx + dy * dy), 1e-3)
        new_x = (weight * (x[None, :] + scale * dx)).sum(axis=1) / total
        new_y = (weight * (y[None, :] + scale * dy)).sum(axis=1) / total
        x, y = np.round((x + 2 * new_x) / 3, _DECIMALS), np.round((y + 2 * new_y) / 3, _DECIMALS)
    return np.column_stack([x, y])


def _forces(positions: Floats, springs: Springs, params: LayoutParams) -> Floats:
    """Attraction along springs, repulsion between all, with a step that shrinks to nothing."""
    n = len(positions)
    a, b = springs.ends[:, 0], springs.ends[:, 1]
    k = params.spacing
    rest = k * springs.length
    far = (params.reach * k) ** 2
    x, y = positions[:, 0].copy(), positions[:, 1].copy()
    is_large = n > params.many_nodes
    rounds = params.force_rounds // 2 if is_large else params.force_rounds
    for step in range(rounds):
        if is_large:
            fx, fy = repulsion(x, y, k=k, far=far)
        else:
            dx = x[:, None] - x[None, :]
            dy = y[:, None] - y[None, :]
            square = np.maximum(dx * dx + dy * dy, 25.0)
            inverse = (k * k) / (square * (1.0 + square / far))
            fx, fy = (inverse * dx).sum(axis=1), (inverse * dy).sum(axis=1)
        sx, sy = x[a] - x[b], y[a] - y[b]
        pull = springs.strength * np.sqrt(sx * sx + sy * sy) / rest
        fx += np.bincount(b, pull * sx, n) - np.bincount(a, pull * sx, n)
        fy += np.bincount(b, pull * sy, n) - np.bincount(a, pull * sy, n)
        fx -= 0.012 * x
        fy -= 0.02 * y
        force = np.maximum(np.sqrt(fx * fx + fy * fy), 1e-6)
        reach = np.minimum(force, 1.1 * k * (1.0 - step / rounds)) / force
        x, y = np.round(x + fx * reach * 0.5, _DECIMALS), np.round(y + fy * reach * 0.5, _DECIMALS)
    return np.column_stack([x, y])


def _across(positions: Floats, params: LayoutParams) -> Floats:
    """Turn the long side across the page and widen it a little towards the page's shape."""
    x, y = (positions - positions.mean(axis=0)).T
    xx, yy, xy = float((x * x).sum()), float((y * y).sum()), float((x * y).sum())
    angle = round(0.5 * math.atan2(2 * xy, xx - yy), 6)
    cos, sin = round(math.cos(angle), 9), round(math.sin(angle), 9)
    x, y = x * cos + y * sin, y * cos - x * sin
    # the side with more nodes goes left and up, whatever way the start happened to point
    x = -x if float(np.sign(np.round(x, 0)).sum()) > 0 else x
    y = -y if float(np.sign(np.round(y, 0)).sum()) > 0 else y
    wide, high = float(np.ptp(x)), float(np.ptp(y))
    if wide > 0 and high > 0:
        stretch = (params.aspect * high / wide) ** 0.5
        stretch = round(min(max(stretch, 1 / params.max_stretch), params.max_stretch), 3)
        x, y = x * stretch, y / stretch
    return np.round(np.column_stack([x, y]), _DECIMALS)


def _pack(boxes: list[Floats], *, aspect: float, gap: float) -> list[Floats]:
    """Upper left corners of boxes set in rows, in the order given."""
    area = sum(float((b[0] + gap) * (b[1] + gap)) for b in boxes)
    width = max(float(boxes[0][0]) + gap, math.sqrt(area * aspect))
    corners: list[Floats] = []
    x = y = row = 0.0
    for box in boxes:
        wide, high = float(box[0]) + gap, float(box[1]) + gap
        if x and x + wide > width + 1e-6:
            x, y, row = 0.0, y + row, 0.0
        corners.append(np.array([x, y]))
        x, row = x + wide, max(row, high)
    return corners
