"""Sides of nodes where labels hide least.

In:  positions, node and label sizes.   Out: one side a node.   Never moves a node.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: where a label may stand: below, above, right, left (as shares of node radius plus label size)
LABEL_SIDES = ("b", "t", "r", "l")


def place_labels(positions: Floats, sizes: Floats, label_sizes: Floats, *, first: Ints, gap: float = 3.0) -> list[str]:
    """Side of each node where its label covers the fewest nodes and labels.

    Parameters
    ----------
    label_sizes : shape (n_nodes, 2), width and height; zero width for a node without label.
    first : nodes in the order in which they choose.

    Returns
    -------
    One of `LABEL_SIDES` for each node.
    """
    sides = ["b"] * len(positions)
    taken: list[tuple[float, float, float, float]] = []
    for node in first.tolist():
        width, height = label_sizes[node]
        if width <= 0:
            continue
        x, y = positions[node]
        reach = float(sizes[node]) + gap
        options = {
            "b": (x - width / 2, y + reach, x + width / 2, y + reach + height),
            "t": (x - width / 2, y - reach - height, x + width / 2, y - reach),
            "r": (x + reach, y - height / 2, x + reach + width, y + height / 2),
            "l": (x - reach - width, y - height / 2, x - reach, y + height / 2),
        }
        costs = [_covered(box, positions, sizes, taken) + 0.3 * i for i, box in enumerate(options.values())]
        side = LABEL_SIDES[costs.index(min(costs))]
        sides[node] = side
        taken.append(options[side])
    return sides


def _covered(
    box: tuple[float, float, float, float],
    positions: Floats,
    sizes: Floats,
    taken: list[tuple[float, float, float, float]],
) -> float:
    """How much a label would hide, in units of free space."""
    left, top, right, bottom = box
    dx = np.maximum(np.maximum(left - positions[:, 0], positions[:, 0] - right), 0.0)
    dy = np.maximum(np.maximum(top - positions[:, 1], positions[:, 1] - bottom), 0.0)
    hidden = np.maximum(sizes + 1.0 - np.sqrt(dx * dx + dy * dy), 0.0).sum()
    labels = sum(left < r and l < right and top < b and t < bottom for l, t, r, b in taken)  # noqa: E741
    return float(hidden) + 12.0 * labels
