"""Which points are near one another, and what all the others weigh from afar.

In:  positions.   Out: pairs of neighbours, sums of repulsion.   Never moves a point.
Points are sorted into square cells: neighbours are met one by one, cells further off as one point at their middle
(Barnes & Hut 1986, with one level of cells). Work grows with n * sqrt(n), not with n * n. Sums run in a fixed order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: points in a cell, about
_CELL_POINTS = 8


def near_pairs(x: Floats, y: Floats, *, side: float) -> tuple[Ints, Ints]:
    """Pairs (a, b), both ways round and without (a, a), in the same or a neighbouring cell of `side`.

    All points closer than `side` are among them, some further off too; sorted by a within each direction.
    """
    cell = _cells(x, y, side)
    return _near(cell, *_counts(cell[2]))


def repulsion(x: Floats, y: Floats, *, k: float, far: float) -> tuple[Floats, Floats]:
    """Sum over all other points of (k*k) / (d*d * (1 + d*d / far)) * (dx, dy); d*d is 25 at least.

    Cells that do not touch a point's own count as one point at their middle.

    Returns
    -------
    Both of shape (n,).
    """
    n = len(x)
    wide = max(float(np.ptp(x)), float(np.ptp(y)), 1.0)
    side = max(wide / max(1.0, (n / _CELL_POINTS) ** 0.5), k)
    cell = _cells(x, y, side)
    names, counts = _counts(cell[2])
    place = np.searchsorted(names, cell[2])
    middle_x = np.bincount(place, x, len(names)) / counts
    middle_y = np.bincount(place, y, len(names)) / counts
    column = np.bincount(place, cell[0], len(names)) / counts
    row = np.bincount(place, cell[1], len(names)) / counts
    apart = np.maximum(np.abs(cell[0][:, None] - column[None, :]), np.abs(cell[1][:, None] - row[None, :])) > 1.5
    dx, dy = x[:, None] - middle_x[None, :], y[:, None] - middle_y[None, :]
    force = apart * counts[None, :] * _kernel(dx, dy, k, far)
    fx, fy = (force * dx).sum(axis=1), (force * dy).sum(axis=1)
    a, b = _near(cell, names, counts)
    dx, dy = x[a] - x[b], y[a] - y[b]
    force = _kernel(dx, dy, k, far)
    return fx + np.bincount(a, force * dx, n), fy + np.bincount(a, force * dy, n)


def _kernel(dx: Floats, dy: Floats, k: float, far: float) -> Floats:
    square = np.maximum(dx * dx + dy * dy, 25.0)
    out: Floats = (k * k) / (square * (1.0 + square / far))
    return out


def _cells(x: Floats, y: Floats, side: float) -> tuple[Ints, Ints, Ints]:
    """Column, row and number of each point's cell; an empty column lies on either side, so that rows stay apart."""
    column = np.floor((x - x.min()) / side).astype(np.int64) + 1
    row = np.floor((y - y.min()) / side).astype(np.int64) + 1
    return column, row, row * (int(column.max()) + 2) + column


def _counts(number: Ints) -> tuple[Ints, Ints]:
    names, counts = np.unique(number, return_counts=True)
    return names.astype(np.int64), counts.astype(np.int64)


def _near(cell: tuple[Ints, Ints, Ints], names: Ints, counts: Ints) -> tuple[Ints, Ints]:
    column, _, number = cell
    width = int(column.max()) + 2
    order = np.argsort(number, kind="stable")
    starts = np.cumsum(counts) - counts
    ones: list[Ints] = []
    others: list[Ints] = []
    for step in [dy * width + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1)]:
        at = np.minimum(np.searchsorted(names, number + step), len(names) - 1)
        met = np.where(names[at] == number + step, counts[at], 0)
        a = np.repeat(np.arange(len(number)), met)
        # the j-th of those a point meets: its cell's start plus j
        j = np.arange(int(met.sum())) - np.repeat(np.cumsum(met) - met, met)
        b = order[np.repeat(starts[at], met) + j]
        is_other = a != b
        ones.append(a[is_other])
        others.append(b[is_other])
    return np.concatenate(ones), np.concatenate(others)
