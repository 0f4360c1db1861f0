"""Merge fragments of one ring, attach candidates without a link on file: the group stage in one function.

In:  Book, Letters, Dataset, Communities of the evidence graph.   Out: `Groups`.
Never tests significance. Both steps are calibrated on the book itself, because raw log odds differ several-fold
between books: merging between 'two different groups' and 'two halves of one group', attaching between the strangers'
scores and the linked members' own left-out scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from ringfinder.detect.features import FEATURES, features, kindred, labels_of, own_evidence, slices
from ringfinder.detect.fragments import find_fragments, n_households, public_families, working_families
from ringfinder.detect.letter_fragments import LetterLinks, LetterParams, find_letter_links, with_letter_links
from ringfinder.detect.likeness import FitParams, GroupLikeness, fit_likeness, membership, thinned
from ringfinder.detect.traits import Traits, build_traits, without_families
from ringfinder.detect.vetting import guarded, kept_apart, stray_values, without_stray
from ringfinder.model.book import Book
from ringfinder.model.communities import Communities, canonical_labels
from ringfinder.model.dataset import Dataset
from ringfinder.model.groups import Groups
from ringfinder.model.letters import Letters
from ringfinder.model.odds import ValueParams
from ringfinder.model.peers import find_peers
from ringfinder.model.settings import check_settings


@dataclass(frozen=True)
class GroupParams:
    """Settings of merging and attaching.

    min_households : a group needs as many. merge_at : join two groups from this calibrated mutual evidence on
        (0 = two different groups, 1 = two halves of one). merge_z : and only if it stands as many deviations above the
        other pairs, and above the smaller group's next best partner: the best of many pairs is high by chance, and
        cells under one letter all resemble each other.
    min_attach_share : the share of members without a link on file is never taken for less than this part of the linked
        ones. min_membership : who writes no letter of the group's template is attached only if he belongs with this
        probability; a book's own scores tell little where its groups are few and small. rounds : merge and attach at
        most this often. halves : times each group is cut in two to see how alike halves are. letters : when a letter
        makes a group.
    """

    min_households: int = 3
    merge_at: float = 0.8
    merge_z: float = 2.0
    min_attach_share: float = 0.2
    min_membership: float = 0.8
    rounds: int = 5
    halves: int = 8
    letters: LetterParams = LetterParams()
    attach_fit: FitParams = field(default_factory=FitParams)
    merge_fit: FitParams = field(default_factory=lambda: FitParams(rival_weight=2.0, max_rival=2.0))

    def __post_init__(self) -> None:
        check_settings(
            "[group]",
            self,
            {
                "min_households": (2, 1e6),
                "merge_at": (0, 1),
                "merge_z": (0, 100),
                "min_attach_share": (0, 1),
                "min_membership": (0, 1),
                "rounds": (0, 100),
                "halves": (1, 1000),
            },
        )


def group_candidates(
    book: Book,
    letters: Letters,
    dataset: Dataset,
    communities: Communities,
    params: GroupParams = GroupParams(),
    *,
    values: ValueParams = ValueParams(),
    seed: int = 0,
) -> Groups:
    """Turn communities of the evidence graph into groups of candidates.

    Parameters
    ----------
    communities : of `evidence_graph(book)`, by any detector. values : the beliefs the values were judged by.
    """
    events = book.strong_events()
    candidates = np.unique(events["holder"].to_numpy(dtype=np.int64))
    traits = build_traits(book, letters, dataset, candidates, events)
    fragments = find_fragments(book, communities, candidates)
    grouped = [candidates[f] for f in fragments if n_households(book, candidates[f]) >= params.min_households]
    suspects = np.concatenate([np.zeros(0, dtype=np.int64), *grouped])
    peers = find_peers(book.events, book.household, without=suspects)
    public = public_families(traits, fragments, peers)
    working = np.isin(traits.family, working_families(traits, peers))
    peers = peers.without(candidates[working])
    traits = without_families(traits, public)
    stray = stray_values(book, traits, fragments)
    book, fragments = guarded(book, stray), without_stray(book, traits, fragments, stray)
    fragments = kept_apart(book, traits, fragments)
    letter_links = find_letter_links(
        book,
        traits,
        fragments,
        peers=peers,
        min_households=params.min_households,
        values=values,
        params=params.letters,
    )
    fragments = with_letter_links(book, traits, fragments, letter_links, params.letters)
    linked = np.zeros(traits.n, dtype=np.bool_)
    for fragment in fragments:
        linked[fragment] = True
    usable = [f for f in fragments if n_households(book, candidates[f]) >= params.min_households]
    record: dict[str, object] = {
        "candidates": traits.n,
        "fragments": len(fragments),
        "public_letter_families": len(public),
        "linking_letter_families": len(letter_links.families),
        "stray_values": len(stray),
        "merges": 0,
        "attached": 0,
    }
    if not usable:
        return _finish(traits, [], linked, _null_likeness(traits), record, letter_links, stray, fit=params.attach_fit)
    groups = list(fragments)
    attached = np.full(traits.n, -1, dtype=np.int64)
    for _ in range(params.rounds):
        before = _signature(groups, attached)
        groups, n_merged = _merge(book, traits, groups, params, seed=seed)
        record["merges"] = int(str(record["merges"])) + n_merged
        large = [g for g in groups if n_households(book, candidates[g]) >= params.min_households]
        likeness = fit_likeness(traits, labels_of(large, traits.n), params.attach_fit)
        attached = _attach(traits, groups, large, linked, likeness, params)
        if _signature(groups, attached) == before:
            break
    full = [np.sort(np.concatenate([g, np.flatnonzero(attached == k)])) for k, g in enumerate(groups)]
    full = [g for g in full if n_households(book, candidates[g]) >= params.min_households]
    record["attached"] = int((attached >= 0).sum())
    return _finish(traits, full, linked, likeness, record, letter_links, stray, fit=params.attach_fit)


def _signature(groups: Sequence[NDArray[np.int64]], attached: NDArray[np.int64]) -> tuple[bytes, bytes]:
    return b"|".join(g.tobytes() for g in groups), attached.tobytes()


def _merge(
    book: Book,
    traits: Traits,
    groups: list[NDArray[np.int64]],
    params: GroupParams,
    *,
    seed: int,
) -> tuple[list[NDArray[np.int64]], int]:
    """Join groups that are as alike as two halves of one group; best pairs first, then look again."""
    n_merged = 0
    while len(groups) > 1:
        is_large = np.array([n_households(book, traits.candidates[g]) >= params.min_households for g in groups])
        labels = labels_of(groups, traits.n)
        of_large = np.where((labels >= 0) & is_large[labels], labels, -1)
        likeness = fit_likeness(traits, of_large, params.merge_fit, use_size=False)
        mutual, is_usual = _mutual_evidence(likeness, labels, is_large, params.merge_fit.max_open)
        if not is_usual.any():
            break
        low = float(np.median(mutual[is_usual]))
        high = _halves_evidence(likeness, of_large, halves=params.halves, seed=seed)
        if high is None or high <= low:
            break
        # spread of the pairs, from their median absolute deviation
        spread = 1.4826 * float(np.median(np.abs(mutual[is_usual] - low)))
        next_best = _next_best(mutual, [len(g) for g in groups])
        outstanding = mutual - np.maximum(low, next_best) >= params.merge_z * spread
        scaled = np.where(outstanding, (mutual - low) / (high - low), -np.inf)
        pairs = _best_bridged(traits, labels, groups, scaled, params.merge_at)
        if not pairs:
            break
        gone = {k for pair in pairs for k in pair}
        joined = [np.sort(np.concatenate([groups[i], groups[j]])) for i, j in pairs]
        groups = [g for k, g in enumerate(groups) if k not in gone] + joined
        groups.sort(key=lambda g: (-len(g), int(g[0])))
        n_merged += len(pairs)
    return groups, n_merged


def _next_best(mutual: NDArray[np.float64], sizes: Sequence[int]) -> NDArray[np.float64]:
    """For each pair, the evidence of the smaller group's best other partner; -inf where it has none.

    Parameters
    ----------
    mutual : shape (n_groups, n_groups), upper triangle, -inf for pairs that weren't looked at.
    """
    order = np.sort(np.maximum(mutual, mutual.T), axis=1)[:, ::-1]
    first, second = order[:, 0], order[:, 1] if len(mutual) > 1 else order[:, 0]
    size = np.asarray(sizes)
    smaller = np.where(size[:, None] < size[None, :], np.arange(len(size))[:, None], np.arange(len(size))[None, :])
    return np.asarray(np.where(mutual >= first[smaller], second[smaller], first[smaller]), dtype=np.float64)


def _best_bridged(
    traits: Traits,
    labels: NDArray[np.int64],
    groups: list[NDArray[np.int64]],
    scaled: NDArray[np.float64],
    merge_at: float,
) -> list[tuple[int, int]]:
    """The most alike pairs above the bar whose likeness does not rest on place, seller and dates alone; disjoint."""
    above = np.argwhere(scaled >= merge_at)
    order = np.argsort(-scaled[above[:, 0], above[:, 1]], kind="stable")
    pairs: list[tuple[int, int]] = []
    taken: set[int] = set()
    for i, j in above[order].tolist():
        if not taken & {i, j} and _bridged(traits, labels, groups, i, j):
            pairs.append((i, j))
            taken |= {i, j}
    return pairs


def _mutual_evidence(
    likeness: GroupLikeness, labels: NDArray[np.int64], is_large: NDArray[np.bool_], max_pairs: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Mean score of f's members against g and of g's against f, where f < g and one at least is large.

    Looked at are pairs that a member's own evidence may tie, and pairs picked blindly, to see what is usual: all of
    them in a small book, those of every k-th group in a big one.

    Returns
    -------
    Evidence, shape (n_groups, n_groups), -inf for pairs that weren't looked at; the blindly picked pairs.
    """
    n = len(is_large)
    members = np.flatnonzero(labels >= 0)
    to_person = kindred(likeness.traits, labels)[members]
    person, group = to_person.nonzero()
    looked_at = np.zeros((n, n), dtype=np.bool_)
    looked_at[labels[members][person], group] = True
    step = max(1, int(np.ceil(np.sqrt(len(members) * n / max_pairs))))
    is_picked = np.arange(n) % step == 0
    is_pair = np.triu(is_large[:, None] | is_large[None, :], k=1)
    is_usual = is_pair & is_picked[:, None] & is_picked[None, :]
    upper = is_pair & (looked_at | looked_at.T | is_usual)
    left, right = np.nonzero(upper | upper.T)
    by_group = members[np.argsort(labels[members], kind="stable")]
    ends = np.cumsum(np.bincount(labels[members], minlength=n))
    place, pair = slices((ends - np.diff(ends, prepend=0))[left], ends[left])
    score = likeness.scores(labels, by_group[place], right[pair])
    toward = np.zeros((n, n))
    toward[left, right] = np.bincount(pair, weights=score, minlength=len(left)) / np.bincount(pair)
    return np.where(upper, np.round((toward + toward.T) / 2, 9), -np.inf), is_usual


def _bridged(
    traits: Traits,
    labels: NDArray[np.int64],
    groups: list[NDArray[np.int64]],
    i: int,
    j: int,
    *,
    min_share: float = 1 / 3,
) -> bool:
    """Whether a third of the smaller group has evidence of its own that ties it to the larger one."""
    small, large = (i, j) if len(groups[i]) <= len(groups[j]) else (j, i)
    x = features(traits, labels, groups[small], np.full(len(groups[small]), large))
    return bool(own_evidence(x).mean() >= min_share)


def _halves_evidence(likeness: GroupLikeness, labels: NDArray[np.int64], *, halves: int, seed: int) -> float | None:
    """What two random halves of one group score against each other: mean over groups of six and more."""
    rng = np.random.default_rng(seed)
    large = np.flatnonzero(np.bincount(labels[labels >= 0]) >= 6)
    members = np.flatnonzero(np.isin(labels, large))
    if not len(large):
        return None
    found = []
    for _ in range(halves):
        shuffled = rng.permutation(members)
        shuffled = shuffled[np.argsort(labels[shuffled], kind="stable")]
        first = np.searchsorted(labels[shuffled], labels[shuffled])
        size = np.searchsorted(labels[shuffled], labels[shuffled], side="right") - first
        is_right = np.arange(len(shuffled)) - first >= size // 2
        half = 2 * np.searchsorted(large, labels[shuffled]) + is_right
        of_half = np.full(len(labels), -1, dtype=np.int64)
        of_half[shuffled] = half
        toward = np.bincount(half, weights=likeness.scores(of_half, shuffled, half ^ 1)) / np.bincount(half)
        found.append(float(toward.mean()))
    return float(np.mean(found))


def _attach(
    traits: Traits,
    groups: list[NDArray[np.int64]],
    large: list[NDArray[np.int64]],
    linked: NDArray[np.bool_],
    likeness: GroupLikeness,
    params: GroupParams,
) -> NDArray[np.int64]:
    """Group of each unlinked candidate that is likelier a member than a stranger, -1 for the rest.

    Likelier by the book's own scores; and by the model's too, where he doesn't write the group's template. Of the
    groups that his own evidence ties him to, the likeliest; what strangers score is seen in all groups.
    """
    attached = np.full(traits.n, -1, dtype=np.int64)
    labels = labels_of(large, traits.n)
    own = likeness.own_scores(labels)[labels >= 0]
    strangers = np.flatnonzero(~linked)
    if len(strangers) < 20 or len(own) < 3:
        return attached
    some = thinned(strangers, len(large), params.attach_fit.max_open)
    n_groups = len(large)
    usual = likeness.scores(labels, np.repeat(some, n_groups), np.tile(np.arange(n_groups), len(some)))
    usual = np.round(usual, 9).reshape(len(some), n_groups).max(axis=1)
    threshold = member_threshold(usual, own, params.min_attach_share * len(own) / len(strangers))
    row, column = kindred(traits, labels)[strangers].nonzero()
    person, group = strangers[row], column.astype(np.int64)
    x = features(traits, labels, person, group)
    score = np.round(likeness.log_odds(x), 9)
    is_likely = own_evidence(x, by=("family",)) | (membership(score) >= params.min_membership)
    chosen = np.flatnonzero((score >= threshold) & own_evidence(x) & is_likely)
    best = chosen[np.lexsort((group[chosen], -score[chosen], person[chosen]))]
    who, first = np.unique(person[best], return_index=True)
    number = {g.tobytes(): k for k, g in enumerate(groups)}
    attached[who] = np.array([number[g.tobytes()] for g in large])[group[best[first]]]
    return attached


def member_threshold(strangers: NDArray[np.float64], own: NDArray[np.float64], min_share: float) -> float:
    """Score from which membership is likelier than being a stranger.

    Strangers: normal density fitted to the bulk by median and upper quantiles (Efron's empirical null, 2004); members:
    normal density of the linked members' own left-out scores.

    Parameters
    ----------
    strangers : scores of the unlinked, some of which belong. own : scores of the linked. min_share : least prior
        share of members among the unlinked.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> t = member_threshold(rng.normal(0, 1, 1000), rng.normal(8, 1, 100), 0.02)
    >>> bool(3 < t < 6)
    True
    """
    center = float(np.median(strangers))
    upper = np.quantile(strangers, [0.75, 0.841])
    spread = max(1e-6, float((upper[0] - center) / 0.6745 + (upper[1] - center)) / 2)
    mean, deviation = float(np.mean(own)), max(1e-6, float(np.std(own)))
    grid = np.linspace(center, max(mean, center), 2001)
    share = min_share
    threshold = float(grid[-1])
    for _ in range(10):
        gap = np.log(share) + norm.logpdf(grid, mean, deviation) - np.log1p(-share) - norm.logpdf(grid, center, spread)
        above = np.flatnonzero(gap > 0)
        threshold = float(grid[above[0]]) if len(above) else float(grid[-1])
        new_share = min(0.5, max(min_share, float((strangers >= threshold).mean())))
        if abs(new_share - share) < 1e-9:
            break
        share = new_share
    return round(threshold, 9)


def _null_likeness(traits: Traits) -> GroupLikeness:
    return GroupLikeness(traits, np.zeros(len(FEATURES) + 1), np.ones(len(FEATURES)))


def _unseen_scores(traits: Traits, labels: NDArray[np.int64], fit: FitParams, *, folds: int = 8) -> NDArray[np.float64]:
    """Each group's linked members scored by a model of the other folds' groups; 0 where there is no other."""
    out = np.zeros(traits.n)
    groups = np.flatnonzero(np.bincount(labels[labels >= 0]) >= 2)
    for fold in range(min(folds, len(groups))):
        held_out = np.isin(labels, groups[fold::folds])
        others = np.where(np.isin(labels, groups) & ~held_out, labels, -1)
        if not (others >= 0).any():
            break
        own = fit_likeness(traits, others, fit).own_scores(np.where(held_out, labels, -1))
        out[held_out] = own[held_out]
    return out


def _finish(
    traits: Traits,
    groups: Sequence[NDArray[np.int64]],
    linked: NDArray[np.bool_],
    likeness: GroupLikeness,
    record: dict[str, object],
    letter_links: LetterLinks,
    stray: NDArray[np.int64],
    *,
    fit: FitParams,
) -> Groups:
    labels = labels_of(list(groups), traits.n)
    score = likeness.own_scores(labels)
    unseen = _unseen_scores(traits, np.where(linked, labels, -1), fit)
    return Groups(
        candidates=traits.candidates,
        labels=canonical_labels(labels),
        is_linked=linked,
        likeness_score=np.round(score, 6),
        likeness=likeness,
        unseen_score=np.round(unseen, 6),
        linking_templates=letter_links.families,
        vouched_values=letter_links.value_ids,
        stray_values=stray,
        record=record,
    )
