"""Sides of nodes where labels hide least.

In:  positions, node and label sizes.   Out: one side a node.   Never moves a node.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: left, top, right, bottom
Box = tuple[float, float, float, float]

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
    taken: dict[int, Box] = {}
    order = [node for node in first.tolist() if label_sizes[node][0] > 0]
    # those who chose early choose once more: a later label may have come to stand in their way
    for node in [*order, *order]:
        taken.pop(node, None)
        boxes = _around(positions[node], label_sizes[node], reach=float(sizes[node]) + gap)
        costs = [_covered(box, positions, sizes, taken) + 0.3 * i for i, box in enumerate(boxes)]
        best = costs.index(min(costs))
        sides[node] = LABEL_SIDES[best]
        taken[node] = boxes[best]
    return sides


def _around(at: Floats, label: Floats, *, reach: float) -> tuple[Box, ...]:
    """A label's box on each of `LABEL_SIDES`."""
    (x, y), (width, height) = at.tolist(), label.tolist()
    return (
        (x - width / 2, y + reach, x + width / 2, y + reach + height),
        (x - width / 2, y - reach - height, x + width / 2, y - reach),
        (x + reach, y - height / 2, x + reach + width, y + height / 2),
        (x - reach - width, y - height / 2, x - reach, y + height / 2),
    )


def _covered(
    box: Box,
    positions: Floats,
    sizes: Floats,
    taken: Mapping[int, Box],
) -> float:
    """How much a label would hide, in units of free space."""
    left, top, right, bottom = box
    dx = np.maximum(np.maximum(left - positions[:, 0], positions[:, 0] - right), 0.0)
    dy = np.maximum(np.maximum(top - positions[:, 1], positions[:, 1] - bottom), 0.0)
    hidden = np.maximum(sizes + 1.0 - np.sqrt(dx * dx + dy * dy), 0.0).sum()
    labels = sum(left < r and l < right and top < b and t < bottom for l, t, r, b in taken.values())  # noqa: E741
    return float(hidden) + 25.0 * labels
