"""Link letters to templates: score, threshold from the null, regroup, repeat.

In:  `Corpus`.   Out: `Linked` (a template number and a similarity for every letter).   Never names, never shows.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ringfinder.templates.corpus import Corpus
from ringfinder.templates.forms import form_features
from ringfinder.templates.groups import Group, first_groups, is_shorter_apart
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.profiles import (
    Clan,
    Profile,
    close_profiles,
    contains,
    core_profile,
    make_clan,
    sample,
    score_letters,
)
from ringfinder.templates.sketch import connected

log = logging.getLogger(__name__)

_MERGE_OVERLAP = 0.6
_RARE_CORE = 0.05
_FORM_PASSES = 4
_NULL_QUANTILE = 0.999
_NULL_MARGIN = 0.02
_TAU_RANGE = (0.9, 1.5)  # of params.link
_MASS_FLOORS = 1.3
#: evidence of a linked letter, in floors: while templates still form and siblings could draw each other's letters, and
#: in the last round
_FORM_FLOORS, _LINK_FLOORS = 0.5, 0.4


@dataclass(frozen=True)
class Linked:
    """Letters and templates.

    Attributes
    ----------
    best : shape (n_letters,), template each letter is nearest to, -1 for none.
    score : similarity to it. is_linked, is_possible : by threshold and evidence.
    cores : feature columns of each template's core, ascending.
    muted : features that count for nothing: of published letters and of forms.
    threshold, null : similarity of a link; what 99.9 % of the unlinked letters stay below.
    """

    best: NDArray[np.int64]
    score: NDArray[np.float64]
    is_linked: NDArray[np.bool_]
    is_possible: NDArray[np.bool_]
    cores: tuple[NDArray[np.int64], ...]
    threshold: float
    null: float
    muted: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def letters_of(self, template: int) -> NDArray[np.int64]:
        return np.flatnonzero(self.is_linked & (self.best == template))


def link_letters(corpus: Corpus, params: TemplateParams) -> Linked:
    """Find the templates of a corpus and the letters that follow them."""
    corpus, groups, clans = _without_forms(corpus, params)
    linked = _nothing(corpus)
    for turn in range(params.rounds):
        groups, profiles = _profiled(corpus, groups, clans, params)
        if profiles:
            groups, profiles = _merged(corpus, groups, profiles, clans, params)
        if not profiles:
            return replace(_nothing(corpus), muted=np.flatnonzero(corpus.is_muted))
        is_last = turn == params.rounds - 1
        linked = _score(corpus, profiles, params, floors=_LINK_FLOORS if is_last else _FORM_FLOORS)
        clan_of = [g.clan for g in groups]
        groups = [Group(linked.letters_of(t), c) for t, c in enumerate(clan_of)]
        clans = _grown(corpus, groups, clans)
        log.info("round %d: %d templates, %d letters linked", turn + 1, len(profiles), int(linked.is_linked.sum()))
    return replace(_few_dropped(corpus, linked, params), muted=np.flatnonzero(corpus.is_muted))


def _without_forms(corpus: Corpus, params: TemplateParams) -> tuple[Corpus, list[Group], list[Clan]]:
    """The first groups once the forms among them no longer count; letters of a template may all carry one form."""
    groups, clans = first_groups(corpus, params)
    for _ in range(_FORM_PASSES):
        kept, profiles = _profiled(corpus, groups, clans, params)
        forms = [form_features(corpus, g.letters, p, params) for g, p in zip(kept, profiles, strict=True)]
        columns = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *forms]))
        if not len(columns):
            break
        log.info("%d forms, %d shingles taken out", sum(map(bool, map(len, forms))), len(columns))
        corpus = corpus.muting(columns)
        groups, clans = first_groups(corpus, params)
    return corpus, groups, clans


def _nothing(corpus: Corpus) -> Linked:
    n = corpus.n_letters
    none = np.zeros(n, dtype=np.bool_)
    return Linked(np.full(n, -1, dtype=np.int64), np.zeros(n), none, none, (), 0.0, 0.0)


def _profiled(
    corpus: Corpus, groups: list[Group], clans: list[Clan], params: TemplateParams
) -> tuple[list[Group], list[Profile]]:
    """Core profiles of the groups that have enough people and enough to go by."""
    kept, profiles = [], []
    for group in groups:
        if corpus.n_holders(group.letters) < params.min_policyholders:
            continue
        profile = core_profile(corpus, group.letters, clans[group.clan], params)
        if profile.mass >= _MASS_FLOORS * corpus.floor:
            kept.append(group)
            profiles.append(profile)
    return kept, profiles


def _merged(
    corpus: Corpus, groups: list[Group], profiles: list[Profile], clans: list[Clan], params: TemplateParams
) -> tuple[list[Group], list[Profile]]:
    """Join groups with near-equal profiles, unless two profiles are still the shorter description (siblings)."""
    joined = [
        (i, j)
        for i, j in close_profiles(profiles, corpus.rows.shape[1], _MERGE_OVERLAP)
        if groups[i].clan == groups[j].clan and _is_one_template(corpus, groups[i], groups[j], clans, params)
    ]
    if not joined:
        return groups, profiles
    left, right = np.array(joined, dtype=np.int64).T
    label = connected(len(groups), left, right)
    merged = [
        Group(np.unique(np.concatenate([groups[i].letters for i in same])), groups[same[0]].clan)
        for same in (np.flatnonzero(label == c) for c in range(int(label.max()) + 1))
    ]
    return _profiled(corpus, merged, clans, params)


def _is_one_template(corpus: Corpus, one: Group, other: Group, clans: list[Clan], params: TemplateParams) -> bool:
    """Whether one profile describes both groups in no more bits than two."""
    a, b = sample(one.letters, 100), sample(other.letters, 100)
    both = np.unique(np.concatenate([a, b]))
    profile = core_profile(corpus, both, clans[one.clan], params, share=_RARE_CORE)
    if not len(profile.columns):
        return True
    held = contains(corpus.rows[both], profile.columns)
    return not is_shorter_apart(held, np.isin(both, a), profile.weight, params)


def _grown(corpus: Corpus, groups: list[Group], clans: list[Clan]) -> list[Clan]:
    """Clans with the letters that were linked to their templates."""
    grown = list(clans)
    for number in sorted({g.clan for g in groups}):
        joined = [g.letters for g in groups if g.clan == number]
        grown[number] = make_clan(corpus, np.concatenate([clans[number].letters, *joined]))
    return grown


def _score(corpus: Corpus, profiles: list[Profile], params: TemplateParams, *, floors: float) -> Linked:
    """Score all letters; the threshold is the unlinked letters' 99.9 % point and a margin, within a range."""
    best, score = score_letters(corpus, profiles)
    mass = np.array([p.mass for p in profiles])
    has_evidence = (best >= 0) & (score * mass[np.maximum(best, 0)] >= floors * corpus.floor)
    # a score without enough evidence behind it can't link, so it says nothing about where to draw the line
    unlinked = np.where(has_evidence, score, 0.0)[~(has_evidence & (score >= params.link))]
    null = float(np.quantile(unlinked, _NULL_QUANTILE)) if len(unlinked) else 0.0
    threshold = float(np.clip(null + _NULL_MARGIN, _TAU_RANGE[0] * params.link, _TAU_RANGE[1] * params.link))
    is_linked = has_evidence & (score >= threshold)
    is_possible = has_evidence & ~is_linked & (score >= threshold - params.possible)
    return Linked(best, score, is_linked, is_possible, tuple(p.columns for p in profiles), threshold, null)


def _few_dropped(corpus: Corpus, linked: Linked, params: TemplateParams) -> Linked:
    """Without the templates that too few people follow in the end."""
    stays = np.array(
        [corpus.n_holders(linked.letters_of(t)) >= params.min_policyholders for t in range(len(linked.cores))],
        dtype=np.bool_,
    )
    number = np.where(stays, np.cumsum(stays) - 1, -1)
    best = np.where(linked.best >= 0, number[linked.best], -1)
    is_linked, is_possible = linked.is_linked & (best >= 0), linked.is_possible & (best >= 0)
    unlinked = linked.score[~is_linked]
    null = float(np.quantile(unlinked, _NULL_QUANTILE)) if len(unlinked) and stays.any() else 0.0
    cores = tuple(c for c, s in zip(linked.cores, stays, strict=True) if s)
    score = np.where(best >= 0, linked.score, 0.0)
    return Linked(best, score, is_linked, is_possible, cores, linked.threshold, null)
