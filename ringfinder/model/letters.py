"""What the template stage says about complaint letters.

In:  nothing (definitions).   Out: `Letters`.   Never reads files, never clusters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LETTER_COLUMNS = ("complaint_id", "policyholder_id", "template_id", "similarity", "verdict")
TEMPLATE_COLUMNS = ("template_id", "complaints", "policyholders", "pattern", "first_filed", "last_filed")
VERDICTS = ("linked", "possible", "own_words", "too_short", "known_public", "duplicate")


@dataclass(frozen=True)
class NullScores:
    """Similarity of the letters that are linked to no template to their nearest one: what a link was judged against.

    Attributes
    ----------
    n : letters in it. threshold : least similarity of a linked letter, 0 where no template was found.
    quantiles : (share, similarity) pairs, ascending.
    """

    n: int = 0
    threshold: float = 0.0
    quantiles: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Variant:
    """A template that shares much of its core wording with a larger one."""

    template_id: str
    of: str
    shared: float


@dataclass(frozen=True)
class FormerTemplates:
    """The templates of an earlier case: complaint id -> template id, and the highest number ever given.

    Whoever writes T03 into a file must find the same letter under T03 next month.
    """

    of: Mapping[str, str] = field(default_factory=dict, repr=False)
    highest: int = 0


def template_number(template_id: str) -> int:
    """3 of 'T03'; 0 of a word that is no template id."""
    digits = template_id.removeprefix("T")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def by_template(letters: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each `template_id`, T99 before T100.

    Examples
    --------
    >>> [name for name, _ in by_template(pd.DataFrame({"template_id": ["T100", "T99", "T100"]}))]
    ['T99', 'T100']
    """
    groups = ((str(name), rows) for name, rows in letters.groupby("template_id", sort=True, observed=True))
    yield from sorted(groups, key=lambda group: template_number(group[0]))


@dataclass(frozen=True)
class Letters:
    """Complaint letters, their templates, and vectors to compare any two of them.

    Attributes
    ----------
    letters : `LETTER_COLUMNS`, one row a complaint with text, or without it but with a label of the insurer's that
        stands for a template (similarity missing); sorted by complaint_id; template_id '' for own words.
    templates : `TEMPLATE_COLUMNS`, sorted by number: 'T01' is the largest, unless ids live on from an earlier case.
    vectors : shape (n_letters, n_features), rows aligned with `letters`, L2-normalised rarity-weighted shingles of
        the letters (boilerplate carries next to no weight), so `vectors @ vectors.T` is the weighted cosine.
        A too short letter or a duplicate has an empty row.
    null_p999 : similarity that 99.9 % of the letters linked to no template stay below.
    known, boilerplate : the published letters and forms they were compared with.
    null : the whole distribution. variants : sibling templates, each with the larger one it is nearest to.
    highest_template : highest number ever given, also to templates that are gone.
    unread : templates known by the insurer's own label alone; nobody could compare their letters.
    """

    letters: pd.DataFrame
    templates: pd.DataFrame
    vectors: csr_matrix
    null_p999: float
    known: tuple[str, ...] = field(default=(), repr=False)
    boilerplate: tuple[str, ...] = field(default=(), repr=False)
    unread: tuple[str, ...] = ()
    null: NullScores = NullScores()
    variants: tuple[Variant, ...] = ()
    highest_template: int = 0

    def judged_by(self) -> dict[str, object]:
        """What the letters were judged by, for the manifest: plain values."""
        return {
            "threshold": self.null.threshold,
            "unlinked": self.null.n,
            "null_quantiles": [list(pair) for pair in self.null.quantiles],
            "highest_template": self.highest_template,
            "variants": [[v.template_id, v.of, v.shared] for v in self.variants],
        }

    def __repr__(self) -> str:
        return f"Letters({len(self.letters):,} letters, {len(self.templates)} templates)"
