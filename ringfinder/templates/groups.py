"""Group letters that share too much rare wording to have been written apart.

In:  `Corpus`.   Out: `Group`s, each one suspected template.   Never names, never shows.
Edges need a weighted cosine and an absolute floor of shared evidence. Groups that fit no single profile are split by
raising the threshold; siblings and chains by description length (`siblings.py`).
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
from ringfinder.templates.profiles import Clan, core_profile, make_clan, sample
from ringfinder.templates.siblings import split_siblings
from ringfinder.templates.sketch import agreeing_pairs, connected, shared_mass, weighted_sketch

_STEP = 0.06
_BEST_PAIRS = 6
_FITS_ONE_PROFILE = 0.45
_MAX_DEPTH = 7
_SAME_CLAN = 0.5


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
    signature = weighted_sketch(weighted, corpus.draws, params.bins)
    left, right = agreeing_pairs(signature, params.lag, params.min_agree, best=_BEST_PAIRS)
    del signature
    norm = np.sqrt(np.asarray(corpus.rows @ corpus.weight**2, dtype=np.float64))
    product, evidence = shared_mass(weighted, left, right)
    cosine = product / np.maximum(norm[left] * norm[right], 1e-9)
    is_edge = (cosine >= params.edge_cosine) & (evidence >= corpus.floor)
    return Edges(left[is_edge], right[is_edge], cosine[is_edge])


def first_groups(corpus: Corpus, params: TemplateParams, *, has_large: bool = True) -> tuple[list[Group], list[Clan]]:
    """Suspected templates before any letter is scored, those too common to have rare wording too, and their clans."""
    edges = similar_pairs(corpus, params)
    label = connected(corpus.n_letters, edges.left, edges.right)
    order = np.argsort(label, kind="stable")
    bounds = np.searchsorted(label[order], np.arange(label.max() + 2 if len(label) else 1))
    members = [
        order[a:b]
        for a, b in itertools.pairwise(bounds)
        if b - a >= params.min_policyholders and corpus.n_holders(order[a:b]) >= params.min_policyholders
    ]
    large = large_templates(corpus, params) if has_large else []
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
