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
from ringfinder.templates.groups import Group, first_groups
from ringfinder.templates.null import tail_point
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.profiles import (
    Clan,
    Profile,
    close_profiles,
    contains,
    core_profile,
    how_many,
    make_clan,
    sample,
    score_letters,
    told_apart,
)
from ringfinder.templates.siblings import RARE_CORE, is_shorter_apart
from ringfinder.templates.sketch import connected
from ringfinder.templates.whole import Reader, whole_corpus

log = logging.getLogger(__name__)

_MERGE_OVERLAP = 0.6
_FORM_PASSES = 4
_FORM_LETTERS = 20_000
#: share of a form that makes a letter one that carries it; share of all letters that is few
_HOLDS_FORM, _FEW = 0.3, 0.1
_NULL_QUANTILE = 0.999
_TAU_RANGE = (0.75, 1.5)  # of params.link
_MASS_FLOORS = 1.3
#: evidence of a linked letter, in floors: while templates still form and siblings could draw each other's letters, and
#: in the last round
_FORM_FLOORS, LINK_FLOORS = 0.5, 0.4
#: a letter shares at least so much with a template, measured by what the template's middle letter shares: who holds a
#: quarter of a letter that all others copied word for word has said the same sentence, no more; or more than chance
OF_TYPICAL = 0.3


@dataclass(frozen=True)
class Linked:
    """Letters and templates.

    Attributes
    ----------
    best : shape (n_letters,), template each letter is nearest to, -1 for none.
    score : similarity to it. is_linked, is_possible : by threshold and evidence.
    cores : hashes of each template's core, in no order that tells anything.
    muted : features that count for nothing: of published letters and of forms.
    is_copy : linked as a copy of a whole letter.
    threshold, null : similarity of a link; what 99.9 % of the unlinked letters stay below.
    """

    best: NDArray[np.int64]
    score: NDArray[np.float64]
    is_linked: NDArray[np.bool_]
    is_possible: NDArray[np.bool_]
    cores: tuple[NDArray[np.uint32], ...]
    threshold: float
    null: float
    muted: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    is_copy: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))

    def letters_of(self, template: int) -> NDArray[np.int64]:
        return np.flatnonzero(self.is_linked & (self.best == template))


def link_letters(corpus: Corpus, params: TemplateParams, reader: Reader) -> Linked:
    """Find the templates of a corpus and the letters that follow them."""
    corpus, groups, clans, forms = _without_forms(corpus, params)
    linked, muted = _nothing(corpus), np.flatnonzero(corpus.is_muted)
    for turn in range(params.rounds):
        is_last = turn == params.rounds - 1
        is_whole = is_last and corpus.share < 1
        if is_whole:
            corpus = whole_corpus(corpus, [g.letters for g in groups], forms, reader, params)
            clans = [make_clan(corpus, c.letters) for c in clans]
        floors = LINK_FLOORS if is_last else _FORM_FLOORS
        drawn = _drawn(corpus, groups, clans, params, floors=floors, is_whole=is_whole)
        corpus, linked, groups, clans = drawn.corpus, drawn.linked, drawn.groups, drawn.clans
        forms += drawn.forms
        if not is_whole:  # which has other columns
            muted = np.flatnonzero(corpus.is_muted)
        if not groups:
            return replace(linked, muted=muted)
        log.info("round %d: %d templates, %d letters linked", turn + 1, len(groups), int(linked.is_linked.sum()))
    return replace(_few_dropped(corpus, linked, params), muted=muted)


@dataclass(frozen=True)
class _Drawn:
    """What one round links, the groups and clans that grew by it, and the forms that no longer count in `corpus`."""

    corpus: Corpus
    linked: Linked
    groups: list[Group]
    clans: list[Clan]
    forms: list[NDArray[np.int64]]


def _drawn(
    corpus: Corpus, groups: list[Group], clans: list[Clan], params: TemplateParams, *, floors: float, is_whole: bool
) -> _Drawn:
    """Score the letters; where a group drew them in by a form alone, the form no longer counts and all is scored anew.

    Too few letters show no form: three that carry one may be neighbours by what else they say, and draw in all who do.
    """
    forms: list[NDArray[np.int64]] = []
    while True:
        kept, profiles = _profiled(corpus, groups, clans, params)
        if profiles and not is_whole:  # which needs the rare wording too
            kept, profiles = _merged(corpus, kept, profiles, clans, params)
        if not profiles:
            return _Drawn(corpus, _nothing(corpus), [], clans, forms)
        linked = _score(corpus, kept, profiles, params, floors=floors)
        grown = [Group(linked.letters_of(t), g.clan) for t, g in enumerate(kept)]
        grown_clans = _grown(corpus, grown, clans)
        found = [] if is_whole else _forms(corpus, grown, grown_clans, params)  # by all that letters say
        if not found:
            return _Drawn(corpus, linked, grown, grown_clans, forms)
        forms += found
        log.info("%d more forms taken out of what groups drew in", len(found))
        corpus = corpus.muting(np.concatenate(found))


def _without_forms(
    corpus: Corpus, params: TemplateParams
) -> tuple[Corpus, list[Group], list[Clan], list[NDArray[np.int64]]]:
    """The first groups once the forms among them, told too, no longer count; letters of a template may all carry one.

    Most forms show in a part of a large corpus already; the whole is then gone through once.
    """
    every: list[NDArray[np.int64]] = []
    if corpus.n_letters > 2 * _FORM_LETTERS:
        seen = sample(np.arange(corpus.n_letters), _FORM_LETTERS)
        part = corpus.part(seen)
        for _ in range(_FORM_PASSES):
            groups, clans = first_groups(part, params)
            forms = _forms(part, groups, clans, params)
            if not forms:
                break
            every += forms
            columns = np.concatenate(forms)
            part, corpus = part.muting(columns), corpus.muting(columns)
    groups, clans = first_groups(corpus, params)
    for _ in range(_FORM_PASSES):
        forms = _forms(corpus, groups, clans, params)
        if not forms:
            break
        every += forms
        log.info("%d more forms taken out", len(forms))
        is_touched = np.zeros(corpus.n_letters, dtype=np.bool_)
        for form in forms:
            is_touched |= how_many(corpus.rows, form) >= _HOLDS_FORM * len(form)
        corpus = corpus.muting(np.concatenate(forms))
        groups, clans = _grouped_anew(corpus, groups, clans, is_touched, params)
    return corpus, groups, clans, every


def _grouped_anew(
    corpus: Corpus, groups: list[Group], clans: list[Clan], is_touched: NDArray[np.bool_], params: TemplateParams
) -> tuple[list[Group], list[Clan]]:
    """The groups after some features were muted; where few letters held them, only what they were in is sought anew."""
    stays = [not is_touched[g.letters].any() for g in groups]
    for group, stay in zip(groups, stays, strict=True):
        if not stay:
            is_touched[group.letters] = True
    letters = np.flatnonzero(is_touched)
    if len(letters) > _FEW * corpus.n_letters:
        return first_groups(corpus, params)
    found, found_clans = first_groups(corpus.part(letters), params, has_large=False)
    kept = [g for g, stay in zip(groups, stays, strict=True) if stay]
    kept += [Group(letters[g.letters], g.clan + len(clans)) for g in found]
    return kept, [*clans, *(make_clan(corpus, letters[c.letters]) for c in found_clans)]


def _forms(corpus: Corpus, groups: list[Group], clans: list[Clan], params: TemplateParams) -> list[NDArray[np.int64]]:
    """The features of each form that a group has in common, ascending."""
    kept, profiles = _profiled(corpus, groups, clans, params)
    forms = [form_features(corpus, g.letters, p, params) for g, p in zip(kept, profiles, strict=True)]
    return [form for form in forms if len(form)]


def _nothing(corpus: Corpus) -> Linked:
    n = corpus.n_letters
    none = np.zeros(n, dtype=np.bool_)
    return Linked(np.full(n, -1, dtype=np.int64), np.zeros(n), none, none, (), 0.0, 0.0, is_copy=none)


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
    profile = core_profile(corpus, both, clans[one.clan], params, share=RARE_CORE)
    if not len(profile.columns):
        return True
    held = contains(corpus.rows[both], profile.columns)
    return not is_shorter_apart(held, np.isin(both, a), profile.weight, params.shingle * corpus.share)


def _grown(corpus: Corpus, groups: list[Group], clans: list[Clan]) -> list[Clan]:
    """Clans with the letters that were linked to their templates."""
    grown = list(clans)
    for number in sorted({g.clan for g in groups}):
        joined = [g.letters for g in groups if g.clan == number]
        grown[number] = make_clan(corpus, np.concatenate([clans[number].letters, *joined]))
    return grown


def _score(
    corpus: Corpus, groups: list[Group], profiles: list[Profile], params: TemplateParams, *, floors: float
) -> Linked:
    """Score all letters; the threshold is the point that chance hardly ever passes, within a range."""
    best, score = told_apart(corpus, profiles, *score_letters(corpus, profiles))
    mass = np.array([p.mass for p in profiles])
    nearest = np.maximum(best, 0)
    evidence = score * mass[nearest] / corpus.floor
    typical = np.array([_typical(g.letters, t, best, score) for t, g in enumerate(groups)])
    is_alike = score >= OF_TYPICAL * typical[nearest]
    unlinked = ~((evidence >= floors) & (score >= params.link) & is_alike)
    low, high = (factor * params.link for factor in _TAU_RANGE)
    threshold = float(np.clip(tail_point(score[unlinked], fallback=params.link), low, high))
    beyond_chance = max(tail_point(evidence[unlinked], fallback=np.inf), floors)
    has_evidence = (best >= 0) & (evidence >= floors) & (is_alike | (evidence >= beyond_chance))
    is_linked = has_evidence & (score >= threshold)
    is_possible = has_evidence & ~is_linked & (score >= threshold - params.possible)
    left = score[~is_linked]
    null = float(np.quantile(left, _NULL_QUANTILE)) if len(left) else 0.0
    cores = tuple(corpus.hashes[p.columns] for p in profiles)
    return Linked(best, score, is_linked, is_possible, cores, threshold, null, is_copy=np.zeros_like(is_linked))


def _typical(letters: NDArray[np.int64], template: int, best: NDArray[np.int64], score: NDArray[np.float64]) -> float:
    """Median score of the letters that a template was made from."""
    own = letters[best[letters] == template]
    return float(np.median(score[own])) if len(own) else 0.0


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
    return replace(linked, best=best, score=score, is_linked=is_linked, is_possible=is_possible, cores=cores, null=null)
