"""Say what the links of a corpus were judged against: the unlinked letters' similarities, and sibling templates.

In:  `Linked`.   Out: `NullScores`, `Variant`s.   Never links.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from ringfinder.model.letters import NullScores, Variant
from ringfinder.templates.linking import Linked

_NULL_SHARES = (0.5, 0.9, 0.99, 0.999, 1.0)
#: share of the smaller core that two templates have in common, from which one is a variant of the other; in made-up
#: letters unrelated ones share up to .12, siblings that keep 40 % of the sentences .23 and more
_VARIANT = 0.2


def null_scores(letters: pd.DataFrame, linked: Linked) -> NullScores:
    """The similarities of the letters that were judged and not linked."""
    scores = letters.loc[letters["verdict"].isin(["own_words", "possible"]), "similarity"].to_numpy(dtype=np.float64)
    if not len(scores) or not linked.cores:
        return NullScores(len(scores))
    values = np.quantile(scores, _NULL_SHARES, method="higher")
    pairs = tuple((share, round(float(v), 4)) for share, v in zip(_NULL_SHARES, values, strict=True))
    return NullScores(len(scores), round(linked.threshold, 4), pairs)


def variants(linked: Linked, order: list[int]) -> tuple[Variant, ...]:
    """Templates that hold a good part of a larger one's core (or it of theirs), with the nearest of those."""
    width = max(2, len(str(len(order))))
    names = [f"T{place + 1:0{width}d}" for place in range(len(order))]
    cores = [linked.cores[t] for t in order]
    said = np.unique(np.concatenate(cores)) if cores else np.zeros(0, dtype=np.uint32)
    flat = np.searchsorted(said, np.concatenate(cores)) if cores else np.zeros(0, dtype=np.int64)
    bounds = np.concatenate([[0], np.cumsum([len(c) for c in cores])]).astype(np.int64)
    ones = np.ones(len(flat), dtype=np.float32)
    held = csr_matrix((ones, flat, bounds), shape=(len(cores), len(said)))
    both = (held @ held.T).tocsr()
    found = []
    for place in range(1, len(order)):
        row = both[place]
        larger = row.indices < place
        if not larger.any():
            continue
        others = row.indices[larger]
        least = np.minimum(len(cores[place]), bounds[others + 1] - bounds[others])
        shared = row.data[larger] / np.maximum(least, 1)
        best = np.lexsort((others, -shared))[0]
        if shared[best] >= _VARIANT:
            found.append(Variant(names[place], names[int(others[best])], round(float(shared[best]), 2)))
    return tuple(found)
