"""Word-for-word copies of whole letters whose sentences are too common to be evidence one by one.

In:  `Corpus`, `Linked`, how long the letters are.   Out: `Linked` with the copied letters as further templates.
Everybody's sentences in the same choice and order, from end to end, are no chance. Forms are told by who else holds
them: a form stands in letters that are otherwise unlike each other, a copied letter as a whole does not.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ringfinder.templates.corpus import Corpus
from ringfinder.templates.linking import Linked
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.shingles import blocks
from ringfinder.templates.sketch import connected

#: share of a copied letter that makes another letter one that holds it, and such people for each copyist
_HOLDS, _OTHERS = 0.8, 0.5
_LEAST_COLUMNS = 12
_CELLS = 8_000_000


def with_copies(corpus: Corpus, linked: Linked, n_chars: NDArray[np.float64], params: TemplateParams) -> Linked:
    """Link the letters that three or more people copied whole and that no template holds yet.

    Parameters
    ----------
    corpus : without forms and published letters (`muting`). n_chars : shape (n_letters,), characters of each letter
        that are no boilerplate.
    """
    families = _families(corpus, linked, n_chars, params)
    if not families:
        return linked
    cores = [_core(corpus, letters) for letters in families]
    is_own = _is_no_form(corpus, families, cores)
    best, score = linked.best.copy(), linked.score.copy()
    is_linked, is_possible, is_copy = linked.is_linked.copy(), linked.is_possible.copy(), linked.is_copy.copy()
    kept = list(linked.cores)
    for letters, core, is_kept in zip(families, cores, is_own, strict=True):
        if not is_kept:
            continue
        held = np.isin(corpus.rows[letters].indices, core)
        row = np.repeat(np.arange(len(letters)), np.diff(corpus.rows.indptr)[letters])
        best[letters] = len(kept)
        score[letters] = np.bincount(row[held], minlength=len(letters)) / len(core)
        is_linked[letters], is_possible[letters], is_copy[letters] = True, False, True
        kept.append(corpus.hashes[core])
    return replace(
        linked,
        best=best,
        score=score,
        is_linked=is_linked,
        is_possible=is_possible,
        cores=tuple(kept),
        is_copy=is_copy,
    )


def _families(
    corpus: Corpus, linked: Linked, n_chars: NDArray[np.float64], params: TemplateParams
) -> list[NDArray[np.int64]]:
    """Long unlinked letters that are copies of each other, by enough people; letters ascend."""
    muted = np.asarray(corpus.rows @ corpus.is_muted.astype(np.float32), dtype=np.float64)
    is_long = n_chars * (1 - muted / np.maximum(corpus.sizes, 1)) >= params.copy_chars
    is_open = is_long & ~linked.is_linked
    left, right = corpus.copies
    is_kept = is_open[left] & is_open[right]
    left, right = left[is_kept], right[is_kept]
    label = connected(corpus.n_letters, left, right)
    letters = np.unique(np.concatenate([left, right]))
    letters = letters[np.argsort(label[letters], kind="stable")]
    starts = np.flatnonzero(np.diff(label[letters], prepend=-1, append=-1)) if len(letters) else np.zeros(0, np.int64)
    parts = [letters[a:b] for a, b in itertools.pairwise(starts)]
    return [part for part in parts if corpus.n_holders(part) >= params.min_policyholders]


def _core(corpus: Corpus, letters: NDArray[np.int64]) -> NDArray[np.int64]:
    """What more than half of the copies hold and is no form, ascending."""
    rows = corpus.rows[letters]
    column, count = np.unique(rows.indices, return_counts=True)
    columns = column[2 * count > len(letters)].astype(np.int64)
    return columns[~corpus.is_muted[columns]]


def _is_no_form(corpus: Corpus, families: list[NDArray[np.int64]], cores: list[NDArray[np.int64]]) -> NDArray[np.bool_]:
    """Whether few people outside a family hold most of its text."""
    counts = np.array([len(c) for c in cores], dtype=np.int64)
    owner = np.repeat(np.arange(len(cores)), counts)
    shape = (len(cores), corpus.rows.shape[1])
    core = csr_matrix((np.ones(len(owner), dtype=np.float32), (owner, np.concatenate(cores))), shape=shape).T.tocsr()
    family_of = np.full(corpus.n_letters, -1, dtype=np.int64)
    for number, letters in enumerate(families):
        family_of[letters] = number
    holding: list[NDArray[np.int64]] = []
    for block in blocks(corpus.n_letters, max(1, _CELLS // len(cores))):
        dense = (corpus.rows[block] @ core).toarray()
        letter, family = np.nonzero(dense >= _HOLDS * np.maximum(counts, 1))
        letter = letter + block.start
        is_outside = family_of[letter] != family
        holding.append(np.stack([family[is_outside], corpus.holder[letter[is_outside]]], axis=1))
    people = np.unique(np.concatenate(holding), axis=0)
    others = np.bincount(people[:, 0], minlength=len(cores)).astype(np.int64)
    copyists = np.array([corpus.n_holders(letters) for letters in families], dtype=np.int64)
    return np.asarray((others <= _OTHERS * copyists) & (counts >= _LEAST_COLUMNS * corpus.share), dtype=np.bool_)
