"""Small cells of a network: too few or too poor to be flagged alone, but they write the letter of flagged rings.

In:  `ScoredGroup`s, Book, templates of the letters.   Out: `ScoredGroup`s, some of them flagged now.   Never groups.
A head sells one letter to many cells (domain C04). A cell of four, tied by one phone, with one case paid so far, looks
like nothing; but hardly anybody outside the flagged rings writes that letter, and two of the four do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from ringfinder.model.book import Book
from ringfinder.model.odds import Reference
from ringfinder.model.ring import Signal
from ringfinder.model.scored import THIN, ScoredGroup, list_order

#: what the letter answers: too little evidence of its own, outcomes not unusual; never a seller, findings or a lawyer
_ANSWERED = frozenset({THIN, "usual_outcome"})


def with_network_letters(
    groups: Sequence[ScoredGroup],
    book: Book,
    template_of: NDArray[np.int64],
    reference: Reference,
    *,
    level: float,
    min_households: int,
) -> tuple[ScoredGroup, ...]:
    """Flag groups that share values among themselves and a letter with flagged rings.

    Chance: each household of the group writes the letter as often as people outside the flagged rings do. As the
    group has been tested by its own strength before, and all open groups are tested, p is doubled and q multiplied by
    their number (Bonferroni).

    Parameters
    ----------
    template_of : shape (n_holders,), template number of each person, -1 for none. reference : complainants.
    """
    flagged = [g.people for g in groups if g.is_flagged]
    rest = [g for g in groups if not g.is_flagged and {s.name for s in g.stories} <= _ANSWERED]
    if not flagged or not rest:
        return tuple(groups)
    in_ring = np.zeros(book.n_holders, dtype=np.bool_)
    in_ring[np.concatenate(flagged)] = True
    out = []
    for group in groups:
        p = (
            _letter_p(group, book, template_of, reference, in_ring, min_households)
            if any(group is g for g in rest)
            else 1.0
        )
        q = min(1.0, 2 * p * len(rest))
        if q > level:
            out.append(group)
            continue
        out.append(
            replace(
                group,
                # six digits are kept, and no probability is 0
                p_value=max(1e-6, round(min(group.p_value, 2 * p), 6)),
                q_value=max(1e-6, round(q, 6)),
                is_flagged=True,
                kinds=tuple(sorted({*group.kinds, "template"})),
                signals=(
                    *group.signals,
                    Signal("network_letter", "complaint", round(p, 6), round(-float(np.log(p)), 4)),
                ),
                stories=(),
            )
        )
    return tuple(sorted(out, key=list_order))


def _letter_p(
    group: ScoredGroup,
    book: Book,
    template_of: NDArray[np.int64],
    reference: Reference,
    in_ring: NDArray[np.bool_],
    min_households: int,
) -> float:
    """Smallest p of the letters that flagged rings write; 1 where the group is too small or shares no value."""
    people = group.people[group.is_linked]
    homes = book.household[people]
    n = len(np.unique(homes))
    if n < min_households or not set(group.kinds) - {"template"}:
        return 1.0
    others = np.setdiff1d(reference.holders, group.people)
    best, tried = 1.0, 0
    for template in np.unique(template_of[people][template_of[people] >= 0]):
        k = len(np.unique(homes[template_of[people] == template]))
        writers = others[template_of[others] == template]
        n_ring = int(in_ring[writers].sum())
        if k < 2 or n_ring < min_households or n_ring < len(writers) / 2:
            continue
        tried += 1
        outside = others[~in_ring[others]]
        rate = (len(writers) - n_ring + 1) / (len(outside) + 1)
        best = min(best, float(binom.sf(k - 1, n, min(1.0, rate))))
    return min(1.0, best * tried) if tried else 1.0
