"""Learn from the linked members what membership looks like, and score anybody against any group.

In:  Traits, groups of linked members.   Out: `GroupLikeness` (log odds of belonging).
Never groups. Each linked member, scored against his own group with himself left out, is a free positive example; no
labels, no hand-set weights. Source of the idea: co-training on structure and text; ridge logistic regression by Newton.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ringfinder.detect.features import FEATURES, features
from ringfinder.detect.traits import Traits
from ringfinder.model.settings import check_settings


@dataclass(frozen=True)
class GroupLikeness:
    """A fitted model: `traits`, `weights` shape (n_features + 1,), `scale` shape (n_features,)."""

    traits: Traits
    weights: NDArray[np.float64]
    scale: NDArray[np.float64]

    def scores(
        self, labels: NDArray[np.int64], asked: NDArray[np.int64], group: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Log odds of pairs of candidate and group, shape (n_pairs,); a member is left out of his own group.

        Parameters
        ----------
        labels : shape (n_candidates,), group of each candidate, -1 for none.
        """
        return self.log_odds(features(self.traits, labels, asked, group))

    def own_scores(self, labels: NDArray[np.int64]) -> NDArray[np.float64]:
        """Log odds of everybody in a group against it, left out of it; shape (n_candidates,), 0 for the others."""
        members = np.flatnonzero(labels >= 0)
        out = np.zeros(len(labels))
        out[members] = self.scores(labels, members, labels[members])
        return out

    def log_odds(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log odds of rows of `features`."""
        return np.asarray(x / self.scale @ self.weights[:-1] + self.weights[-1], dtype=np.float64)


@dataclass(frozen=True)
class FitParams:
    """Settings of the fit.

    ridge : penalty on standardised weights. rounds : expectation-maximisation rounds over the unlinked.
    rival_weight : total weight of members of other groups, relative to the positives'; max_rival : cap for each.
    max_open : pairs of a group and an unlinked candidate to learn from, and of a group and a rival; in a big book
        every k-th person stands for all.
    """

    ridge: float = 1.0
    rounds: int = 4
    rival_weight: float = 0.3
    max_rival: float = 0.5
    max_open: int = 100_000

    def __post_init__(self) -> None:
        bounds = {"rounds": (0, 100), "rival_weight": (0, 1000), "max_rival": (0, 1000), "max_open": (100, 1e9)}
        check_settings("[group] likeness", self, {"ridge": (0, 1e6, "open"), **bounds})


def fit_likeness(
    traits: Traits,
    labels: NDArray[np.int64],
    params: FitParams = FitParams(),
    *,
    use_size: bool = True,
) -> GroupLikeness:
    """Fit the model to the groups.

    Positives: members against their own group, left out. Rivals: members of other groups, negatives. Everybody
    unlinked against every group: an unlabelled mixture, re-weighted by expectation maximisation, because some of
    them belong.

    Parameters
    ----------
    labels : shape (n_candidates,), group of each linked candidate, -1 for the others.
    """
    groups = np.unique(labels[labels >= 0])
    members = np.flatnonzero(labels >= 0)
    in_groups = np.repeat(thinned(members, len(groups), params.max_open), len(groups))
    outside = np.repeat(thinned(np.flatnonzero(labels < 0), len(groups), params.max_open), len(groups))
    rival = np.tile(groups, len(in_groups) // max(1, len(groups)))
    in_groups, rival = in_groups[labels[in_groups] != rival], rival[labels[in_groups] != rival]
    wanted = np.tile(groups, len(outside) // max(1, len(groups)))
    x = features(
        traits, labels, np.concatenate([members, in_groups, outside]), np.concatenate([labels[members], rival, wanted])
    )
    n_own, n_rival, n_open = len(members), len(in_groups), len(outside)
    if not use_size:
        x[:, FEATURES.index("outcome") :] = 0.0
    scale = np.maximum(x.std(axis=0), 0.05)
    x = x / scale
    w_rival = min(params.max_rival, params.rival_weight * n_own / max(1, n_rival))
    w_open = n_own / max(1, n_open)  # balanced classes: the share of members is calibrated later, on the book
    posterior = np.zeros(n_open)
    weights = np.zeros(x.shape[1] + 1)
    for _ in range(params.rounds):
        target = np.concatenate([np.ones(n_own), np.zeros(n_rival), np.zeros(n_open), np.ones(n_open)])
        weight = np.concatenate(
            [np.ones(n_own), np.full(n_rival, w_rival), w_open * (1 - posterior), w_open * posterior]
        )
        design = np.concatenate([x, x[n_own + n_rival :]])
        weights = _newton(design, target, weight, ridge=params.ridge, start=weights)
        logit = x[n_own + n_rival :] @ weights[:-1] + weights[-1]
        posterior = membership(logit)
    return GroupLikeness(traits=traits, weights=np.asarray(np.round(weights, 9), dtype=np.float64), scale=scale)


def membership(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability that an unlinked candidate of this score belongs; shape as `score`.

    The fit is balanced and overstates membership by the ratio of classes; a member share of one in fifty undoes that.

    Examples
    --------
    >>> membership(np.array([0.0, np.log(50)])).round(2).tolist()
    [0.02, 0.5]
    """
    return np.asarray(1.0 / (1.0 + 50.0 * np.exp(-np.clip(score, -30, 30))), dtype=np.float64)


def thinned(people: NDArray[np.int64], n_groups: int, max_pairs: int) -> NDArray[np.int64]:
    """Every k-th of the people, so that there are no more than `max_pairs` pairs with a group.

    Examples
    --------
    >>> thinned(np.arange(10), 2, 10).tolist()
    [0, 2, 4, 6, 8]
    """
    return people[:: max(1, -(-len(people) * n_groups // max_pairs))]


def _newton(
    x: NDArray[np.float64],
    target: NDArray[np.float64],
    weight: NDArray[np.float64],
    *,
    ridge: float,
    start: NDArray[np.float64],
    steps: int = 25,
) -> NDArray[np.float64]:
    design = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    penalty = np.full(design.shape[1], ridge)
    penalty[-1] = 1e-3
    beta = start.copy()
    for _ in range(steps):
        p = 1.0 / (1.0 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (weight * (target - p)) - penalty * beta
        hessian = (design * (weight * p * (1 - p))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        beta = beta + step
        if float(np.abs(step).max()) < 1e-7:
            break
    return beta
