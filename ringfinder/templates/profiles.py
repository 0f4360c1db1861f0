"""Core profiles: what a template's letters say that other letters do not.

In:  `Corpus`, letters of a group.   Out: `Profile`s and every letter's score against each.   Never groups.
Two freely retold letters share little with each other, yet each shares a third to a half with the profile. The
background is the letters outside the template's clan, so that a ring that wrote a third of all letters is not its own
background.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ringfinder.templates.corpus import Corpus
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.shingles import blocks

_UNLINKED_SHARE = 0.35
_SAMPLE = 800
_CELLS = 8_000_000
#: a letter's second template competes with its best from so much of its score; two share wording from so much of a core
_CLOSE, _KIN = 0.5, 0.15


@dataclass(frozen=True)
class Clan:
    """Letters that are no background to each other, and how many of them hold each feature."""

    letters: NDArray[np.int64]
    columns: NDArray[np.int64]
    count: NDArray[np.int64]

    def outside(self, corpus: Corpus, columns: NDArray[np.int64]) -> NDArray[np.float64]:
        """Share of the letters outside the clan that hold each column, by the rule of half a letter more."""
        spot = np.minimum(np.searchsorted(self.columns, columns), max(len(self.columns) - 1, 0))
        inside = np.where(self.columns[spot] == columns, self.count[spot], 0) if len(self.columns) else 0
        n_outside = corpus.n_letters - len(self.letters)
        share = (np.maximum(corpus.frequency[columns] - inside, 0) + 0.5) / (n_outside + 1)
        return np.asarray(share, dtype=np.float64)


@dataclass(frozen=True)
class Profile:
    """Core features of a template, ascending; `weight` sums to `mass`; `share` of its letters hold each."""

    columns: NDArray[np.int64]
    weight: NDArray[np.float64]
    share: NDArray[np.float64]

    @property
    def mass(self) -> float:
        return float(self.weight.sum())

    def score(self, rows: csr_matrix) -> NDArray[np.float64]:
        """Weighted share of the core in each row, 0 to 1."""
        held = contains(rows, self.columns)
        return np.asarray(np.einsum("ij,j->i", held, self.weight) / max(self.mass, 1e-9), dtype=np.float64)


def make_clan(corpus: Corpus, letters: NDArray[np.int64]) -> Clan:
    """Count the features of a clan's letters."""
    letters = np.unique(letters)
    columns, count = np.unique(corpus.rows[letters].indices, return_counts=True)
    return Clan(letters, columns.astype(np.int64), count)


def sample(letters: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most `most` of the letters, evenly drawn, ascending."""
    if len(letters) <= most:
        return letters
    return np.sort(np.random.default_rng(0).choice(letters, most, replace=False))


def contains(rows: csr_matrix, columns: NDArray[np.int64]) -> NDArray[np.float32]:
    """1 where a row holds a column (columns ascend), else 0; shape (n_rows, n_columns)."""
    held = np.zeros((rows.shape[0], len(columns)), dtype=np.float32)
    if not len(columns):
        return held
    place = np.full(rows.shape[1], -1, dtype=np.int32)
    place[columns] = np.arange(len(columns), dtype=np.int32)
    spot = place[rows.indices]
    hit = spot >= 0
    row = np.repeat(np.arange(rows.shape[0], dtype=np.int32), np.diff(rows.indptr))
    held[row[hit], spot[hit]] = 1
    return held


def how_many(rows: csr_matrix, columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many of some columns each row holds."""
    is_one = np.zeros(rows.shape[1], dtype=np.float32)
    is_one[columns] = 1
    return np.asarray(rows @ is_one, dtype=np.int64)


def core_letters(corpus: Corpus, letters: NDArray[np.int64]) -> NDArray[np.int64]:
    """The letters of a group that its core is made from: some hundreds, one a policyholder."""
    return corpus.one_each(sample(letters, _SAMPLE))


def core_background(clan_share: float, params: TemplateParams) -> float:
    """Share of the letters outside a clan that may hold its core; of a large one's, some are not linked yet."""
    return max(params.core_background, _UNLINKED_SHARE * clan_share)


def core_profile(
    corpus: Corpus, letters: NDArray[np.int64], clan: Clan, params: TemplateParams, *, share: float | None = None
) -> Profile:
    """Features frequent in a group and rare outside its clan, weighted p ln(p / q); one letter a policyholder."""
    least = params.core_share if share is None else share
    rows = corpus.rows[core_letters(corpus, letters)]
    column, count = np.unique(rows.indices, return_counts=True)
    columns = column.astype(np.int64)
    inside = count / max(rows.shape[0], 1)
    outside = clan.outside(corpus, columns)
    is_core = (count >= max(2.0, least * rows.shape[0])) & (inside > params.core_lift * outside)
    most = core_background(len(clan.letters) / max(corpus.n_letters, 1), params)
    is_core &= (outside < most) & ~corpus.is_muted[columns]
    weight = inside * np.log(inside / outside)
    return Profile(columns[is_core], weight[is_core], inside[is_core])


def score_letters(
    corpus: Corpus, profiles: Sequence[Profile]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Best profile of each letter (first on ties), its score, and the second best; (-1, 0) where nothing is shared."""
    n = corpus.n_letters
    best, second = np.full((2, n), -1, dtype=np.int64)
    score, next_score = np.zeros((2, n))
    if not profiles:
        return best, score, second, next_score
    core = profile_matrix(profiles, corpus.rows.shape[1]).T.tocsr()
    for block in blocks(n, max(1, _CELLS // len(profiles))):
        dense = (corpus.rows[block] @ core).toarray()
        every = np.arange(len(dense))
        for who, value in ((best, score), (second, next_score)):
            top = dense.argmax(axis=1)
            value[block] = dense[every, top]
            who[block] = np.where(value[block] > 0, top, -1)
            dense[every, top] = 0
    return best, np.minimum(score, 1.0), second, np.minimum(next_score, 1.0)


def told_apart(
    corpus: Corpus,
    profiles: Sequence[Profile],
    best: NDArray[np.int64],
    score: NDArray[np.float64],
    second: NDArray[np.int64],
    next_score: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Best profile and score of each letter, where two share much of their wording by what only one of them says."""
    best, score = best.copy(), score.copy()
    letters = np.flatnonzero((second >= 0) & (next_score >= _CLOSE * score))
    pair = np.minimum(best, second)[letters] * len(profiles) + np.maximum(best, second)[letters]
    order = np.argsort(pair, kind="stable")
    letters, pair = letters[order], pair[order]
    for own in np.split(letters, np.flatnonzero(np.diff(pair)) + 1) if len(letters) else []:
        one, other = sorted((int(best[own[0]]), int(second[own[0]])))
        a, b = profiles[one], profiles[other]
        common = np.intersect1d(a.columns, b.columns, assume_unique=True)
        if len(common) < _KIN * min(len(a.columns), len(b.columns)):
            continue
        says_one, says_other = (_only(p, common).score(corpus.rows[own]) for p in (a, b))
        better = np.where(says_one > says_other, one, np.where(says_other > says_one, other, best[own]))
        moved = better != best[own]
        best[own[moved]], score[own[moved]] = better[moved], next_score[own[moved]]
    return best, score


def _only(profile: Profile, common: NDArray[np.int64]) -> Profile:
    """What a profile does not share with another."""
    is_own = ~np.isin(profile.columns, common, assume_unique=True)
    return Profile(profile.columns[is_own], profile.weight[is_own], profile.share[is_own])


def profile_matrix(profiles: Sequence[Profile], n_features: int) -> csr_matrix:
    """Shape (n_profiles, n_features), each row's weights sum to 1."""
    data = np.concatenate([p.weight / max(p.mass, 1e-9) for p in profiles])
    row = np.repeat(np.arange(len(profiles)), [len(p.columns) for p in profiles])
    column = np.concatenate([p.columns for p in profiles])
    return csr_matrix((data, (row, column)), shape=(len(profiles), n_features))


def close_profiles(profiles: Sequence[Profile], n_features: int, least: float) -> list[tuple[int, int]]:
    """Pairs of profiles that each hold at least `least` of the other's weight."""
    matrix = profile_matrix(profiles, n_features)
    pattern = matrix.copy()
    pattern.data[:] = 1
    held = (pattern @ matrix.T).toarray()
    mutual = np.triu(np.minimum(held, held.T), k=1)
    left, right = np.nonzero(mutual > least)
    return list(zip(left.tolist(), right.tolist(), strict=True))
