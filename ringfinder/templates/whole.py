"""Letters by all of their shingles, for what the templates of a very large corpus say.

In:  a `Corpus` held by a share of the shingles, letters of suspected templates, how to read letters again.   Out: a
`Corpus` of the features that these templates may have in their cores.   Never groups, never links.
A share of the shingles is enough to find templates by, but a letter's similarity to a core of a few dozen shingles is
half chance: the similarities of honest letters spread, and the threshold above them shuts out freely retold copies. So
letters are read again, some at a time, and only what may be in a core stays in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ringfinder.templates.corpus import Corpus, sorted_rows
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.profiles import core_background, core_letters, how_many, sample
from ringfinder.templates.shingles import Shingles, blocks, shingle

_AT_ONCE, _SEEN = 40_000, 20_000
_TABLE_BITS = 26
#: how much rarer a shingle may be among all letters than in a sample of them
_MARGIN = 1.5
#: a letter that holds so much of the known part of a form holds all of it; what so many of these hold is the form
_HOLDS_FORM, _NEARLY_ALL = 0.9, 0.9
_FORM_LETTERS = 400


@dataclass(frozen=True)
class Reader:
    """The words of the letters of a corpus.

    Attributes
    ----------
    texts : of all letters. letters : shape (n_letters,), where in `texts` each letter of the corpus is.
    never : hashes that are no evidence (of published letters, of forms that were given).
    """

    texts: pd.Series
    letters: NDArray[np.int64]
    never: NDArray[np.uint32]

    def read(self, letters: NDArray[np.int64], params: TemplateParams) -> Shingles:
        """All shingles of some letters of the corpus, in their order."""
        return shingle(self.texts.iloc[self.letters[letters]], params.shingle, max_chars=params.max_chars)


def whole_corpus(
    corpus: Corpus,
    members: Sequence[NDArray[np.int64]],
    forms: Sequence[NDArray[np.int64]],
    reader: Reader,
    params: TemplateParams,
) -> Corpus:
    """The corpus by every shingle that is frequent in a template; weights and families are not told.

    Parameters
    ----------
    members : letters of each template. forms : what is known of each form that was found, as columns.
    """
    never = np.concatenate([reader.never, *(_form_hashes(corpus, form, reader, params) for form in forms)])
    hashes = np.setdiff1d(_core_like(corpus, members, reader, params), never)
    rows = _rows(np.arange(corpus.n_letters), hashes, reader, params)
    none = np.zeros(len(hashes), dtype=np.int64)
    return replace(
        corpus,
        rows=rows,
        hashes=hashes,
        draws=none.astype(np.uint64),
        frequency=np.bincount(rows.indices, minlength=len(hashes)).astype(np.int64),
        weight=none.astype(np.float32),
        is_muted=none.astype(np.bool_),
        share=1.0,
        floor=corpus.floor / corpus.share,
        family_frequency=none,
    )


def _rows(letters: NDArray[np.int64], hashes: NDArray[np.uint32], reader: Reader, params: TemplateParams) -> csr_matrix:
    """Which of some hashes (ascending, at least one) the letters hold."""
    may_be = np.zeros(1 << _TABLE_BITS, dtype=np.bool_)  # most shingles are none of these, which is quickly told
    may_be[hashes >> np.uint32(32 - _TABLE_BITS)] = True
    columns: list[NDArray[np.int32]] = []
    counts = [np.zeros(1, dtype=np.int64)]
    for block in blocks(len(letters), _AT_ONCE):
        shingles = reader.read(letters[block], params)
        spot = np.flatnonzero(may_be[shingles.hashes >> np.uint32(32 - _TABLE_BITS)])
        value = shingles.hashes[spot]
        place = np.minimum(np.searchsorted(hashes, value), len(hashes) - 1)
        is_one = hashes[place] == value
        columns.append(place[is_one].astype(np.int32))
        counts.append(np.diff(np.searchsorted(spot[is_one], shingles.offsets)))
    bounds = np.cumsum(np.concatenate(counts))
    indices = np.empty(bounds[-1], dtype=np.int32)
    for end in range(len(columns), 0, -1):  # block after block, so that no two copies of all stand in memory
        part = columns.pop()
        stop = bounds[min(end * _AT_ONCE, len(letters))]
        indices[stop - len(part) : stop] = part
    return sorted_rows(np.ones(len(indices), dtype=np.int8), indices, bounds, len(hashes))


def _core_like(
    corpus: Corpus, members: Sequence[NDArray[np.int64]], reader: Reader, params: TemplateParams
) -> NDArray[np.uint32]:
    """Hashes that are frequent in a template and, in a sample of all letters, not far too frequent; ascending."""
    found = [_frequent(core_letters(corpus, letters), reader, params) for letters in members]
    hashes = np.unique(np.concatenate([value for value, _ in found]))
    seen = sample(np.arange(corpus.n_letters), _SEEN)
    overall = np.bincount(_rows(seen, hashes, reader, params).indices, minlength=len(hashes)) / len(seen)
    is_kept = np.zeros(len(hashes), dtype=np.bool_)
    for letters, (value, inside) in zip(members, found, strict=True):
        place = np.searchsorted(hashes, value)
        of_all = len(letters) / corpus.n_letters
        outside = (overall[place] - of_all * inside) / _MARGIN
        is_kept[place] |= (inside > params.core_lift * outside) & (outside < core_background(of_all, params))
    return hashes[is_kept]


def _frequent(
    letters: NDArray[np.int64], reader: Reader, params: TemplateParams
) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
    """Hashes of the shingles that are in a core's share of some letters, and the share of letters that hold them."""
    value, count = np.unique(reader.read(letters, params).hashes, return_counts=True)
    is_core = count >= max(2.0, params.core_share * len(letters))
    return value[is_core], count[is_core] / max(len(letters), 1)


def _form_hashes(corpus: Corpus, form: NDArray[np.int64], reader: Reader, params: TemplateParams) -> NDArray[np.uint32]:
    """Hashes of all shingles of a form, ascending: what nearly all letters hold that hold its known part."""
    seen = sample(np.flatnonzero(how_many(corpus.rows, form) >= _HOLDS_FORM * len(form)), _FORM_LETTERS)
    value, count = np.unique(reader.read(seen, params).hashes, return_counts=True)
    hashes: NDArray[np.uint32] = value[count >= _NEARLY_ALL * len(seen)]
    return hashes
