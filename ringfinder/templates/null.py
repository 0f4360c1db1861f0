"""How near to a template letters come that follow none: where chance ends.

In:  the similarities of unlinked letters.   Out: a point that chance passes as rarely as asked.   Never links.
The highest of these similarities can't tell: free copies that are not linked yet are among them. Their bulk can: a
letter's similarity is the largest of its similarities to many templates, so it is near a Gumbel distribution, and the
middle and the upper fifth give its tail.
Source: Gumbel 1958 (Statistics of Extremes).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: honest letters that chance may link
FALSE_LINKS = 1e-4
_LEAST_LETTERS = 30
_UPPER = 0.2


def tail_point(values: NDArray[np.float64], *, share: float = FALSE_LINKS, fallback: float) -> float:
    """Value that a share of letters passes by chance; `fallback` where too few letters share anything or are there.

    Examples
    --------
    >>> chance = np.random.default_rng(0).gumbel(0.05, 0.01, 20_000)
    >>> bool(abs(tail_point(chance, share=0.001, fallback=0) / np.quantile(chance, 0.999) - 1) < 0.1)
    True
    """
    if len(values) < _LEAST_LETTERS:
        return fallback
    middle, upper = np.quantile(values, [0.5, 1 - _UPPER])
    if upper <= 0:
        return fallback
    scale = (upper - middle) / (_reduced(_UPPER) - _reduced(0.5))
    return float(middle + scale * (_reduced(share) - _reduced(0.5)))


def _reduced(share: float) -> float:
    """The standard Gumbel variable that a share lies above."""
    return float(-np.log(-np.log1p(-share)))
