"""Groups of candidates on their way from detecting to scoring.

In:  nothing (definitions).   Out: `Groups`, `Likeness`.   Never detects, never scores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Likeness(Protocol):
    """How much candidates resemble a group, as learned from the book itself."""

    def own_scores(self, labels: NDArray[np.int64]) -> NDArray[np.float64]:
        """Log odds of belonging to the own group, with oneself left out; shape (n_candidates,), 0 without a group.

        Parameters
        ----------
        labels : shape (n_candidates,), group of each candidate, -1 for none; any groups, not only those on file.
        """
        ...


@dataclass(frozen=True)
class Groups:
    """Suspected groups among the candidates (people with a complaint or a negotiated surrender).

    Attributes
    ----------
    candidates : shape (n_candidates,), positions in `Book.holders`, sorted.
    labels : shape (n_candidates,), group of each candidate, -1 for none; 0 is the largest group.
    is_linked : shape (n_candidates,), holds a linking value, or writes a linking template. Only these speak in the
        tests: attached members were picked for their likeness, and counting them would prove a group with its own
        selection.
    likeness_score : shape (n_candidates,), left-out log odds against the own group, 0 for none.
    likeness : scores any set of candidates.
    unseen_score : shape (n_candidates,), left-out log odds of the linked against the own group under a model that was
        fitted to other groups only; 0 where there are none. A model that has seen a group flatters it, and chance's
        groups, which no model has seen, would lose to any group on file.
    linking_templates : numbers of the letter templates that link their writers as a value would.
    vouched_values : value ids that were weak alone and count because most of their holders write one such template.
    stray_values : value ids that link nobody after all: nothing else ties their holders to the group.
    record : what was merged and attached.
    """

    candidates: NDArray[np.int64]
    labels: NDArray[np.int32]
    is_linked: NDArray[np.bool_]
    likeness_score: NDArray[np.float64]
    likeness: Likeness
    unseen_score: NDArray[np.float64]
    linking_templates: NDArray[np.int64]
    vouched_values: NDArray[np.int64]
    stray_values: NDArray[np.int64]
    record: Mapping[str, object] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.labels.max()) + 1 if len(self.labels) else 0

    def __iter__(self) -> Iterator[NDArray[np.int64]]:
        """Candidate numbers (not positions in the book) of each group."""
        for label in range(len(self)):
            yield np.flatnonzero(self.labels == label)

    def __repr__(self) -> str:
        return f"Groups({len(self)} groups, {int((self.labels >= 0).sum())} of {len(self.candidates)} candidates)"
