"""Merge fragments of one ring, attach candidates without a link on file: the group stage in one function.

In:  Book, Letters, Dataset, Communities of the evidence graph.   Out: `Groups`.
Never tests significance. Both steps are calibrated on the book itself, because raw log odds differ several-fold
between books: merging between 'two different groups' and 'two halves of one group', attaching between the strangers'
scores and the linked members' own left-out scores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from ringfinder.detect.fragments import find_fragments, n_households, public_families
from ringfinder.detect.letter_fragments import LetterLinks, LetterParams, find_letter_links, with_letter_links
from ringfinder.detect.likeness import FitParams, GroupLikeness, fit_likeness, membership, own_evidence
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
        likeness = fit_likeness(traits, large, params.attach_fit)
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
    """Join groups that are as alike as two halves of one group; best pair first, then look again."""
    n_merged = 0
    while len(groups) > 1:
        large = [k for k, g in enumerate(groups) if n_households(book, traits.candidates[g]) >= params.min_households]
        likeness = fit_likeness(traits, [groups[k] for k in large], params.merge_fit, use_size=False)
        mutual, is_pair = _mutual_evidence(likeness, groups, large)
        if not is_pair.any():
            break
        low = float(np.median(mutual[is_pair]))
        high = _halves_evidence(likeness, [groups[k] for k in large], halves=params.halves, seed=seed)
        if high is None or high <= low:
            break
        # spread of the pairs, from their median absolute deviation
        spread = 1.4826 * float(np.median(np.abs(mutual[is_pair] - low)))
        next_best = _next_best(mutual, is_pair, [len(g) for g in groups])
        outstanding = is_pair & (mutual - np.maximum(low, next_best) >= params.merge_z * spread)
        scaled = np.where(outstanding, (mutual - low) / (high - low), -np.inf)
        pair = _best_bridged(traits, groups, scaled, params.merge_at)
        if pair is None:
            break
        i, j = pair
        joined = np.sort(np.concatenate([groups[i], groups[j]]))
        groups = [g for k, g in enumerate(groups) if k not in (i, j)] + [joined]
        groups.sort(key=lambda g: (-len(g), int(g[0])))
        n_merged += 1
    return groups, n_merged


def _next_best(mutual: NDArray[np.float64], is_pair: NDArray[np.bool_], sizes: Sequence[int]) -> NDArray[np.float64]:
    """For each pair, the evidence of the smaller group's best other partner; low where it has none."""
    either = np.where(is_pair | is_pair.T, mutual, -np.inf)
    order = np.sort(either, axis=1)[:, ::-1]
    first, second = order[:, 0], order[:, 1] if len(mutual) > 1 else order[:, 0]
    size = np.asarray(sizes)
    smaller = np.where(size[:, None] < size[None, :], np.arange(len(size))[:, None], np.arange(len(size))[None, :])
    return np.asarray(np.where(mutual >= first[smaller], second[smaller], first[smaller]), dtype=np.float64)


def _best_bridged(
    traits: Traits, groups: list[NDArray[np.int64]], scaled: NDArray[np.float64], merge_at: float
) -> tuple[int, int] | None:
    """The most alike pair above the bar whose likeness does not rest on place, seller and dates alone."""
    above = np.argwhere(scaled >= merge_at)
    order = np.argsort(-scaled[above[:, 0], above[:, 1]], kind="stable")
    for i, j in above[order].tolist():
        if _bridged(traits, groups[i], groups[j]):
            return int(i), int(j)
    return None


def _mutual_evidence(
    likeness: GroupLikeness, groups: list[NDArray[np.int64]], large: list[int]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Mean score of f's members against g and of g's against f; pairs with at least one large group."""
    n = len(groups)
    toward = np.zeros((n, n))
    everybody = np.concatenate(groups)
    ends = np.cumsum([len(members) for members in groups])[:-1]
    for g, members in enumerate(groups):
        score = likeness.scores(members, of=everybody)
        toward[:, g] = [float(part.mean()) for part in np.split(score, ends)]
    mutual = np.round((toward + toward.T) / 2, 9)
    is_large = np.zeros(n, dtype=np.bool_)
    is_large[large] = True
    is_pair = np.triu(is_large[:, None] | is_large[None, :], k=1)
    return mutual, is_pair


def _bridged(traits: Traits, left: NDArray[np.int64], right: NDArray[np.int64], *, min_share: float = 1 / 3) -> bool:
    """Whether a third of the smaller group has evidence of its own that ties it to the larger one."""
    small, large = (left, right) if len(left) <= len(right) else (right, left)
    return bool(own_evidence(traits, large, of=small).mean() >= min_share)


def _halves_evidence(
    likeness: GroupLikeness, groups: list[NDArray[np.int64]], *, halves: int, seed: int
) -> float | None:
    """What two random halves of one group score against each other: mean over groups of six and more."""
    rng = np.random.default_rng(seed)
    found = []
    for members in groups:
        if len(members) < 6:
            continue
        for _ in range(halves):
            order = rng.permutation(members)
            left, right = np.sort(order[: len(order) // 2]), np.sort(order[len(order) // 2 :])
            toward = likeness.scores(left, of=right).mean() + likeness.scores(right, of=left).mean()
            found.append(float(toward) / 2)
    return float(np.mean(found)) if found else None


def _attach(
    traits: Traits,
    groups: list[NDArray[np.int64]],
    large: list[NDArray[np.int64]],
    linked: NDArray[np.bool_],
    likeness: GroupLikeness,
    params: GroupParams,
) -> NDArray[np.int64]:
    """Group of each unlinked candidate that is likelier a member than a stranger, -1 for the rest.

    Likelier by the book's own scores; and by the model's too, where he doesn't write the group's template.
    """
    attached = np.full(traits.n, -1, dtype=np.int64)
    keys = [g.tobytes() for g in groups]
    number = np.array([keys.index(g.tobytes()) for g in large])
    scores = np.round(np.stack([likeness.scores(g) for g in large]), 9)
    own = np.concatenate([scores[k, g] for k, g in enumerate(large)])
    open_people = np.flatnonzero(~linked)
    if len(open_people) < 20 or len(own) < 3:
        return attached
    best = scores[:, open_people].argmax(axis=0)
    score = scores[best, open_people]
    threshold = member_threshold(score, own, params.min_attach_share * len(own) / len(open_people))
    column = np.arange(len(open_people))
    personal = np.stack([own_evidence(traits, g) for g in large])[:, open_people][best, column]
    writes_theirs = np.stack([own_evidence(traits, g, by=("family",)) for g in large])[:, open_people][best, column]
    chosen = (score >= threshold) & personal & (writes_theirs | (membership(score) >= params.min_membership))
    attached[open_people[chosen]] = number[best[chosen]]
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
    from ringfinder.detect.likeness import FEATURES

    return GroupLikeness(traits, np.zeros(len(FEATURES) + 1), np.ones(len(FEATURES)))


def _unseen_scores(
    traits: Traits, cores: list[NDArray[np.int64]], fit: FitParams, *, folds: int = 8
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Each group's linked members scored by a model of the other folds' groups; nothing where there is no other."""
    cores = [core for core in cores if len(core) >= 2]
    for fold in range(min(folds, len(cores))):
        others = [core for k, core in enumerate(cores) if k % folds != fold]
        if not others:
            return
        model = fit_likeness(traits, others, fit)
        for core in cores[fold::folds]:
            yield core, model.own_scores(core)


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
    labels = np.full(traits.n, -1, dtype=np.int64)
    score, unseen = np.zeros(traits.n), np.zeros(traits.n)
    for k, members in enumerate(groups):
        labels[members] = k
        score[members] = likeness.own_scores(members)
    for core, own in _unseen_scores(traits, [g[linked[g]] for g in groups], fit):
        unseen[core] = own
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
