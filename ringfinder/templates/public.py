"""How much of a published letter each complaint copies.

In:  letters and published letters as shingles.   Out: a share per letter.   Never decides.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from ringfinder.templates.corpus import Corpus
from ringfinder.templates.shingles import Shingles


def known_scores(corpus: Corpus, letters: Shingles, known: Shingles, *, least: float = 12) -> NDArray[np.float64]:
    """Largest share of a published letter found in each complaint, or of a complaint found in it (from a half on)."""
    score = np.zeros(corpus.n_letters)
    owner = letters.letter
    for start, stop in itertools.pairwise(known.offsets.tolist()):
        published = known.hashes[start:stop]
        if len(published) < least:
            continue
        shared = np.bincount(owner[np.isin(letters.hashes, published)], minlength=corpus.n_letters)
        of_published = shared / len(published)
        of_letter = np.where(shared >= least, shared / np.maximum(letters.counts, 1), 0.0)
        score = np.maximum(score, np.maximum(of_published, np.where(of_letter >= 0.5, of_letter, 0.0)))
    return np.minimum(score, 1.0)
