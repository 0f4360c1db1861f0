"""Learn from the linked members what membership looks like, and score anybody against any group.

In:  Traits, groups of linked members.   Out: `GroupLikeness` (log odds of belonging).
Never groups. Each linked member, scored against his own group with himself left out, is a free positive example; no
labels, no hand-set weights. Source of the idea: co-training on structure and text; ridge logistic regression by Newton.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ringfinder.detect.traits import NEAR_DAYS, Traits
from ringfinder.model.settings import check_settings

ITEM_KINDS = ("family", "seller", "weak", "region")
# the group's size is no feature: members are left out of theirs, so it would tell them from strangers by itself
FEATURES = ("letter_nearest", "letter_all", "letter_relative", *ITEM_KINDS, "date", "outcome", "upheld")


@dataclass(frozen=True)
class GroupLikeness:
    """A fitted model: `traits`, `weights` shape (n_features + 1,), `scale` shape (n_features,)."""

    traits: Traits
    weights: NDArray[np.float64]
    scale: NDArray[np.float64]

    def scores(self, members: NDArray[np.int64], *, of: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
        """Log odds of everybody, shape (n_candidates,), or of some, in their order; members are left out of theirs."""
        return self._log_odds(features(self.traits, members, of=of))

    def own_scores(self, members: NDArray[np.int64]) -> NDArray[np.float64]:
        """Log odds of the members only, each left out; shape (n_members,), in the order of `members`."""
        return self.scores(members, of=members)

    def _log_odds(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(x / self.scale @ self.weights[:-1] + self.weights[-1], dtype=np.float64)


def own_evidence(
    traits: Traits,
    members: NDArray[np.int64],
    *,
    of: NDArray[np.int64] | None = None,
    by: tuple[str, ...] = ("letter_nearest", "family", "weak"),
) -> NDArray[np.bool_]:
    """Who has evidence of their own that ties them to the group: a letter like its letters, or a weak shared value.

    Place, seller, dates and outcome are common to too many honest people to name anybody by them alone.
    """
    x = features(traits, members, of=of)
    return np.asarray((x[:, [FEATURES.index(name) for name in by]] > 0).any(axis=1), dtype=np.bool_)


def similar_letter(traits: Traits, members: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Who writes a letter like one of the others', shape (n_candidates,)."""
    return features(traits, members)[:, FEATURES.index("letter_nearest")] > 0


def features(traits: Traits, members: NDArray[np.int64], *, of: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
    """Likeness of candidates to a group, shape (n, len(FEATURES)), candidates left out of the group.

    Parameters
    ----------
    of : candidate numbers to look at, in any order; everybody where not given.
    """
    n = traits.n
    inside = np.zeros(n, dtype=np.bool_)
    inside[members] = True
    asked = np.arange(n) if of is None else of
    others = np.maximum(1.0, len(members) - inside[asked].astype(np.float64))
    columns = list(_letter_features(traits, inside, asked, others))
    columns += [_item_feature(traits, kind, inside, asked, others) for kind in ITEM_KINDS]
    columns += [_date_feature(traits, inside, asked), traits.is_good[asked].astype(np.float64), traits.upheld[asked]]
    return np.stack(columns, axis=1)


def _letter_features(
    traits: Traits, inside: NDArray[np.bool_], asked: NDArray[np.int64], others: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    pairs, n = traits.pairs, len(asked)
    pair, row = _slices(np.searchsorted(pairs.left, asked), np.searchsorted(pairs.left, asked, side="right"))
    surprise, hit = pairs.surprise[pair], inside[pairs.right[pair]]
    best_in, best_out = np.zeros(n), np.zeros(n)
    np.maximum.at(best_in, row[hit], surprise[hit])
    np.maximum.at(best_out, row[~hit], surprise[~hit])
    total = np.bincount(row[hit], weights=np.maximum(0.0, surprise[hit] - 3.0), minlength=n)
    return np.maximum(0.0, best_in - np.log(others)), total / np.sqrt(others), best_in - best_out


def _slices(start: NDArray[np.int64], stop: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The positions start[i] ... stop[i] - 1 of every slice, one after the other, and the slice each belongs to."""
    length = stop - start
    row = np.repeat(np.arange(len(start)), length)
    before = np.cumsum(length) - length
    return np.arange(len(row)) - before[row] + start[row], row


def _item_feature(
    traits: Traits, kind: str, inside: NDArray[np.bool_], asked: NDArray[np.int64], others: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Best shared item: ln of (share in the group, shrunk by one pseudo-member) / (share among candidates)."""
    matrix = traits.items[kind]
    n = len(asked)
    offsets = matrix.indptr.astype(np.int64)
    share = traits.item_share[kind]
    among = np.flatnonzero(inside)
    held_inside, _ = _slices(offsets[among], offsets[among + 1])
    count = np.bincount(matrix.indices[held_inside], minlength=matrix.shape[1])
    item, row = _slices(offsets[asked], offsets[asked + 1])
    column = matrix.indices[item]
    held = count[column] - inside[asked][row]
    lift = np.log((held + share[column]) / ((others[row] + 1.0) * share[column]))
    out = np.full(n, -np.inf)
    np.maximum.at(out, row, lift)
    return np.where(np.isfinite(out), out, 0.0)


def _date_feature(traits: Traits, inside: NDArray[np.bool_], asked: NDArray[np.int64]) -> NDArray[np.float64]:
    """ln of (share of group events near the candidate's) / (share of all events there), best event."""
    everywhere, owner = traits.event_days, np.repeat(np.arange(traits.n), np.diff(traits.event_offsets))
    group = np.sort(everywhere[inside[owner]])
    event, row = _slices(traits.event_offsets[asked], traits.event_offsets[asked + 1])
    days, person = everywhere[event], asked[row]

    def near(sorted_days: NDArray[np.int64]) -> NDArray[np.float64]:
        high = np.searchsorted(sorted_days, days + NEAR_DAYS, side="right")
        return (high - np.searchsorted(sorted_days, days - NEAR_DAYS)).astype(np.float64)

    own, is_own = traits.near_own[event], inside[person]
    in_group = near(group) - np.where(is_own, own, 0.0)
    n_group = np.maximum(0.0, len(group) - np.where(is_own, np.diff(traits.event_offsets)[person], 0))
    share = np.maximum(1.0, near(traits.sorted_days) - own) / max(1, len(everywhere))
    lift = np.log((in_group + share) / ((n_group + 1.0) * share))
    out = np.full(len(asked), -np.inf)
    np.maximum.at(out, row, lift)
    return np.where(np.isfinite(out), out, 0.0)


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
    groups: Sequence[NDArray[np.int64]],
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
    groups : candidate numbers of each group, three or more people each, not overlapping.
    """
    linked = np.zeros(traits.n, dtype=np.bool_)
    for members in groups:
        linked[members] = True
    own, rival, unlinked = [], [], []
    in_groups = _thinned(np.flatnonzero(linked), len(groups), params.max_open)
    outside = _thinned(np.flatnonzero(~linked), len(groups), params.max_open)
    for members in groups:
        others = in_groups[~np.isin(in_groups, members)]
        x = features(traits, members, of=np.concatenate([members, others, outside]))
        parts = np.split(x, np.cumsum([len(members), len(others)]))
        own.append(parts[0])
        rival.append(parts[1])
        unlinked.append(parts[2])
    x_own, x_rival, x_open = np.concatenate(own), np.concatenate(rival), np.concatenate(unlinked)
    x = np.concatenate([x_own, x_rival, x_open])
    if not use_size:
        x[:, FEATURES.index("outcome") :] = 0.0
    scale = np.maximum(x.std(axis=0), 0.05)
    x = x / scale
    n_own, n_rival, n_open = len(x_own), len(x_rival), len(x_open)
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


def _thinned(people: NDArray[np.int64], n_groups: int, max_pairs: int) -> NDArray[np.int64]:
    """Every k-th of the people, so that there are no more than `max_pairs` pairs with a group."""
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
