"""Find templates so common that their own wording looks like background.

In:  `Corpus`.   Out: sets of letters that seem to follow one large template.   Never links a letter by itself.
Frequent shingles are grouped by which letters hold them. A block of shingles is a template when its letters consist of
it to a good part and hold it to varying degrees; a form, however common, is held whole or not at all, and the rest of
the letter differs; stock phrases come and go by themselves and make no block.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ringfinder.templates.corpus import Corpus
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.profiles import contains, how_many, sample
from ringfinder.templates.sketch import connected

_LEAST_SHARE, _MOST_SHARE = 0.03, 0.65
_MAX_SHINGLES = 1500
_MAX_LETTERS = 2500
_LEAST_PHI = 0.3
_LEAST_LETTERS = 10
_LEAST_BLOCK = 25
_HOLDS, _KIN = 0.4, 0.15
_LEAST_COVERAGE = 0.35
_WHOLE = 0.95


@dataclass(frozen=True)
class LargeTemplate:
    """Letters that hold much of a block, and all that hold some of it (`kin`: no background to the template)."""

    letters: NDArray[np.int64]
    kin: NDArray[np.int64]


@dataclass(frozen=True)
class _Frequent:
    """Frequent shingles out of one range of draws."""

    columns: NDArray[np.int64]
    drawn_share: float


def large_templates(corpus: Corpus, params: TemplateParams) -> list[LargeTemplate]:
    """Suspected large templates, letters ascending; at most a few."""
    frequent = _frequent(corpus)
    if len(frequent.columns) < _LEAST_BLOCK * corpus.share:
        return []
    found = []
    for block in _blocks(corpus, frequent.columns):
        held = how_many(corpus.rows, block)
        is_member = held >= _HOLDS * len(block)
        letters = np.flatnonzero(is_member)
        if len(letters) < _LEAST_LETTERS or corpus.n_holders(letters) < params.min_policyholders:
            continue
        in_range = np.maximum(corpus.sizes[letters] * frequent.drawn_share, 1.0)
        coverage = float(np.median(held[letters] / in_range))
        if coverage >= _LEAST_COVERAGE and np.median(held[letters]) < _WHOLE * len(block):
            own = _own(corpus, letters, block, params)
            kin = np.flatnonzero(how_many(corpus.rows, own) >= max(_KIN * len(own), 1))
            found.append(LargeTemplate(letters, np.union1d(letters, kin)))
    return found


def _own(
    corpus: Corpus, letters: NDArray[np.int64], block: NDArray[np.int64], params: TemplateParams
) -> NDArray[np.int64]:
    """What of a block others seldom say: a statute may be chained to it, and whoever quotes that is no kin."""
    inside = contains(corpus.rows[letters], block).sum(axis=0, dtype=np.float64)
    outside = (corpus.frequency[block] - inside + 0.5) / (corpus.n_letters - len(letters) + 1)
    is_own = np.asarray(inside > params.core_lift * outside * len(letters), dtype=np.bool_)
    own: NDArray[np.int64] = block[is_own]
    return own


def _frequent(corpus: Corpus) -> _Frequent:
    share = corpus.family_frequency / max(corpus.n_families, 1)
    is_frequent = (share >= _LEAST_SHARE) & (share <= _MOST_SHARE) & ~corpus.is_muted
    is_frequent &= corpus.family_frequency >= _LEAST_LETTERS
    columns = np.flatnonzero(is_frequent)
    if len(columns) <= _MAX_SHINGLES:
        return _Frequent(columns, 1.0)
    columns = columns[:_MAX_SHINGLES]
    return _Frequent(columns, float(corpus.draws[columns[-1]]) / 2.0**64)


def _blocks(corpus: Corpus, columns: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Groups of shingles whose letters are much the same (correlation of 0.3 and more, chained)."""
    seen = sample(corpus.speakers, _MAX_LETTERS)
    held = contains(corpus.rows[seen], columns)
    share = held.mean(axis=0, dtype=np.float64)
    both = (held.T @ held).astype(np.float64) / len(seen)  # whole numbers: exact on any number of cores
    spread = np.sqrt(np.maximum(share * (1 - share), 1e-9))
    phi = (both - np.outer(share, share)) / np.outer(spread, spread)
    left, right = np.nonzero(np.triu(phi >= _LEAST_PHI, k=1))
    label = connected(len(columns), left, right)
    return [columns[label == b] for b in np.flatnonzero(np.bincount(label) >= _LEAST_BLOCK * corpus.share)]
