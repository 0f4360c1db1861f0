"""How strong a group is: outcomes or repeated complaints, redundancy of its ties, mutual likeness.

In:  linked members of a group, their ties.   Out: nats.   Never compares groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ringfinder.model.odds import ValueParams, outcome_nats


@dataclass(frozen=True)
class Strength:
    """The parts of the statistic, in nats, and their sum.

    A ring is paid, or it files again and again, paid or not: what its people did counts by whichever says more.
    """

    outcome: float
    repeats: float
    redundancy: float
    mutual: float

    @property
    def total(self) -> float:
        return max(self.outcome, self.repeats) + self.redundancy + self.mutual


def outcome_strength(home: NDArray[np.int64], is_good: NDArray[np.bool_], *, base: float, params: ValueParams) -> float:
    """Log odds of the households' outcomes: a broker's against the book's; a household is good if one member is."""
    homes, code = np.unique(home, return_inverse=True)
    good = np.bincount(code, weights=is_good, minlength=len(homes)) > 0
    n_good, n = np.array([int(good.sum())]), np.array([len(homes)])
    return float(outcome_nats(n_good, n, base=base, params=params)[0])


def repeats_strength(
    home: NDArray[np.int64], is_serial: NDArray[np.bool_], *, rate: float, params: ValueParams
) -> float:
    """Log odds of the households' filing again and again: a serial ring's against the book's.

    Parameters
    ----------
    is_serial : per person. rate : share of complainants who do. params : its `omega` stands for a serial ring's share.
    """
    return outcome_strength(home, is_serial, base=rate, params=params)


def redundancy_strength(home: NDArray[np.int64], value: NDArray[np.int64], *, n_reference: int) -> float:
    """Independent cycles over shared values, each worth the log rarity of meeting somebody of the group by chance.

    One tie a person holds a group together; every further tie inside it is a coincidence that chance rarely makes.

    Parameters
    ----------
    home, value : one entry a tie (household, linking value). n_reference : people chance could have drawn.
    """
    if not len(home):
        return 0.0
    ties = np.unique(np.stack([home, value], axis=1), axis=0)
    homes, h = np.unique(ties[:, 0], return_inverse=True)
    v = np.unique(ties[:, 1], return_inverse=True)[1]
    held_by = np.bincount(v)
    shared = held_by[v] >= 2
    h, v = h[shared], v[shared]
    if not len(h):
        return 0.0
    n_held, n_homes = len(np.unique(v)), len(np.unique(h))
    cycles = len(h) - n_held - n_homes + _n_parts(h.tolist(), v.tolist())
    return cycles * max(0.0, float(np.log(max(1, n_reference) / max(1, len(homes)))))


def _n_parts(left: Sequence[int], right: Sequence[int]) -> int:
    """Connected parts of a bipartite graph without lone nodes; most have a few edges, so no matrix is made."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while parent.setdefault(node, node) != node:
            parent[node] = node = parent[parent[node]]
        return node

    for a, b in zip(left, right, strict=True):
        parent[root(a)] = root(-1 - b)
    return sum(node == above for node, above in parent.items())


def mutual_strength(left_out: NDArray[np.float64]) -> float:
    """Mean left-out likeness of the linked members times the square root of their number, never negative."""
    if not len(left_out):
        return 0.0
    return max(0.0, float(np.mean(left_out))) * float(np.sqrt(len(left_out)))
