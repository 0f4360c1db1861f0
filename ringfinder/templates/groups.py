"""Group letters that share too much rare wording to have been written apart.

In:  `Corpus`.   Out: `Group`s, each one suspected template.   Never names, never shows.
Edges need a weighted cosine and an absolute floor of shared evidence. Groups that fit no single profile are split by
raising the threshold; siblings and chains by description length: two core profiles that describe the letters in fewer
bits than one.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ringfinder.templates.corpus import Corpus
from ringfinder.templates.large import large_templates
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.profiles import Clan, contains, core_profile, make_clan, sample
from ringfinder.templates.sketch import agreeing_pairs, connected, neighbour_pairs, shared_mass, weighted_sketch

_STEP = 0.06
_FITS_ONE_PROFILE = 0.45
_MAX_DEPTH = 7
_SAME_CLAN = 0.5
_SAME_TEMPLATE = 0.92
_RARE_CORE = 0.05


@dataclass(frozen=True)
class Group:
    """Letters of one suspected template, and the clan whose letters are no background to it."""

    letters: NDArray[np.int64]
    clan: int


@dataclass(frozen=True)
class Edges:
    """Similar pairs of letters."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    cosine: NDArray[np.float64]

    def where(self, mask: NDArray[np.bool_]) -> Edges:
        return Edges(self.left[mask], self.right[mask], self.cosine[mask])


def similar_pairs(corpus: Corpus, params: TemplateParams) -> Edges:
    """Pairs above the cosine threshold and the evidence floor."""
    weighted = corpus.weighted()
    signature = weighted_sketch(weighted, corpus.hashes, params.bins)
    left, right = neighbour_pairs(signature, params.lag)
    left, right = agreeing_pairs(signature, left, right, params.min_agree)
    norm = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1), dtype=np.float64).ravel())
    product, evidence = shared_mass(weighted, left, right)
    cosine = product / np.maximum(norm[left] * norm[right], 1e-9)
    is_edge = (cosine >= params.edge_cosine) & (evidence >= corpus.floor)
    return Edges(left[is_edge], right[is_edge], cosine[is_edge])


def first_groups(corpus: Corpus, params: TemplateParams) -> tuple[list[Group], list[Clan]]:
    """Suspected templates before any letter is scored, and their clans."""
    edges = similar_pairs(corpus, params)
    label = connected(corpus.n_letters, edges.left, edges.right)
    order = np.argsort(label, kind="stable")
    bounds = np.searchsorted(label[order], np.arange(label.max() + 2 if len(label) else 1))
    members = [
        order[a:b]
        for a, b in itertools.pairwise(bounds)
        if b - a >= params.min_policyholders and corpus.n_holders(order[a:b]) >= params.min_policyholders
    ]
    large = large_templates(corpus, params)
    kin = [*members, *(t.kin for t in large)]
    clan_of, clans = _clans(corpus, [*members, *(t.letters for t in large)], kin, params)
    edge_order = np.argsort(label[edges.left], kind="stable")
    edge_label = label[edges.left][edge_order]
    groups: list[Group] = []
    for letters, clan in zip(members, clan_of[: len(members)], strict=True):
        own = label[letters[0]]
        picked = edge_order[np.searchsorted(edge_label, own) : np.searchsorted(edge_label, own, side="right")]
        inside = Edges(edges.left[picked], edges.right[picked], edges.cosine[picked])
        parts = _tighten(corpus, letters, inside, clans[clan], params)
        for part in parts:
            groups += [Group(g, clan) for g in split_siblings(corpus, part, clans[clan], params)]
    for template, clan in zip(large, clan_of[len(members) :], strict=True):
        groups += [Group(g, clan) for g in split_siblings(corpus, template.letters, clans[clan], params)]
    return [g for g in groups if corpus.n_holders(g.letters) >= params.min_policyholders], clans


def _clans(
    corpus: Corpus, members: list[NDArray[np.int64]], kin: list[NDArray[np.int64]], params: TemplateParams
) -> tuple[NDArray[np.int64], list[Clan]]:
    """Groups whose frequent wording overlaps, boilerplate included, are one clan: pieces of one large template."""
    if not members:
        return np.zeros(0, dtype=np.int64), []
    columns, owner = [], []
    for i, letters in enumerate(members):
        rows = corpus.rows[corpus.one_each(sample(letters, 400))]
        column, count = np.unique(rows.indices, return_counts=True)
        column = column[count >= max(2.0, params.core_share * rows.shape[0])]
        columns.append(column)
        owner.append(np.full(len(column), i))
    flat = np.concatenate(columns)
    common = csr_matrix(
        (np.ones(len(flat), dtype=np.float32), (np.concatenate(owner), flat)),
        shape=(len(members), corpus.rows.shape[1]),
    )
    overlap = (common @ common.T).tocoo()
    size = np.maximum(np.asarray(common.sum(axis=1)).ravel(), 1)
    close = overlap.data >= _SAME_CLAN * np.minimum(size[overlap.row], size[overlap.col])
    label = connected(len(members), overlap.row[close].astype(np.int64), overlap.col[close].astype(np.int64))
    clans = [
        make_clan(corpus, np.concatenate([kin[i] for i in np.flatnonzero(label == c)]))
        for c in range(int(label.max()) + 1)
    ]
    return label, clans


def _tighten(
    corpus: Corpus, letters: NDArray[np.int64], edges: Edges, clan: Clan, params: TemplateParams
) -> list[NDArray[np.int64]]:
    """Raise the edge threshold inside a group until its letters fit one profile."""
    done: list[NDArray[np.int64]] = []
    todo = [(letters, edges, params.edge_cosine, 0)]
    while todo:
        letters, edges, threshold, depth = todo.pop()
        profile = core_profile(corpus, letters, clan, params)
        fit = np.median(profile.score(corpus.rows[letters[:400]])) if len(profile.columns) else 0.0
        if fit >= _FITS_ONE_PROFILE or depth > _MAX_DEPTH or len(letters) < 2 * params.min_policyholders:
            done.append(letters)
            continue
        kept = edges.where(edges.cosine >= threshold + _STEP)
        local = connected(len(letters), np.searchsorted(letters, kept.left), np.searchsorted(letters, kept.right))
        edge_local = local[np.searchsorted(letters, kept.left)]
        for part in np.flatnonzero(np.bincount(local) >= params.min_policyholders):
            inside = letters[local == part]
            if corpus.n_holders(inside) >= params.min_policyholders:
                todo.append((inside, kept.where(edge_local == part), threshold + _STEP, depth + 1))
    return done


def split_siblings(
    corpus: Corpus, letters: NDArray[np.int64], clan: Clan, params: TemplateParams
) -> list[NDArray[np.int64]]:
    """Split a group in two, again and again, while two core profiles are the shorter description."""
    done: list[NDArray[np.int64]] = []
    todo = [(letters, 0)]
    while todo:
        letters, depth = todo.pop()
        halves = _best_halves(corpus, letters, clan, params) if depth < _MAX_DEPTH else None
        if halves is None:
            done.append(letters)
        else:
            todo += [(half, depth + 1) for half in halves]
    return done


def _best_halves(
    corpus: Corpus, letters: NDArray[np.int64], clan: Clan, params: TemplateParams
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    if len(letters) < 2 * params.min_policyholders:
        return None
    seen = sample(letters, 200)
    profile = core_profile(corpus, seen, clan, params, share=_RARE_CORE)
    if len(profile.columns) < 15:
        return None
    held = contains(corpus.rows[seen], profile.columns)
    side = _two_means(held, profile.weight)
    if side is None or min(side.sum(), (~side).sum()) < params.min_policyholders:
        return None
    if not is_shorter_apart(held, side, profile.weight, params):
        return None
    if len(seen) < len(letters):
        every = contains(corpus.rows[letters], profile.columns)
        side = _nearer(every, held[side].mean(axis=0), held[~side].mean(axis=0), profile.weight)
    return letters[side], letters[~side]


def is_shorter_apart(
    held: NDArray[np.float32], side: NDArray[np.bool_], weight: NDArray[np.float64], params: TemplateParams
) -> bool:
    """Whether two profiles describe the letters in fewer bits than one, and are not the same template after all."""
    n, n_columns = held.shape
    saved = _bits(held) - _bits(held[side]) - _bits(held[~side]) - n_columns * 0.5 * np.log2(n)
    if saved / params.shingle - n <= 0:
        return False
    one, other = held[side].mean(axis=0), held[~side].mean(axis=0)
    common = float((weight * np.minimum(one, other)).sum())
    least = min(float((weight * one).sum()), float((weight * other).sum()))
    return common <= _SAME_TEMPLATE * max(least, 1e-9)


def _bits(held: NDArray[np.float32]) -> float:
    share = (held.sum(axis=0, dtype=np.float64) + 0.5) / (len(held) + 1)
    return float(len(held) * -(share * np.log2(share) + (1 - share) * np.log2(1 - share)).sum())


def _nearer(
    held: NDArray[np.float32], one: NDArray[np.float32], other: NDArray[np.float32], weight: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Letters nearer to the first centre; no BLAS, whose rounding depends on the number of cores."""
    return np.asarray(np.einsum("ij,j->i", (held - one) ** 2 - (held - other) ** 2, weight) < 0, dtype=np.bool_)


def _two_means(held: NDArray[np.float32], weight: NDArray[np.float64]) -> NDArray[np.bool_] | None:
    """Two clusters of letters, started on the first principal direction."""
    centred = (held - held.mean(axis=0)) * np.sqrt(weight / weight.max())
    direction = np.random.default_rng(0).standard_normal(centred.shape[1])
    for _ in range(25):
        along = np.einsum("ij,j->i", centred, direction)
        direction = np.einsum("i,ij->j", along, centred)
        length = float(np.sqrt((direction**2).sum()))
        if length < 1e-12:
            return None
        direction /= length
    side = np.einsum("ij,j->i", centred, direction) > 0
    for _ in range(8):
        if side.all() or not side.any():
            return None
        moved = _nearer(held, held[side].mean(axis=0), held[~side].mean(axis=0), weight)
        if (moved == side).all():
            break
        side = moved
    return None if side.all() or not side.any() else side
