"""Any word of the user's own (ip, payer, voiceprint ...): compared as text.

In:  cells as typed.   Out: folded lower-case text.   Knows nothing of the value but that it names nobody when it is
masked, a placeholder, ruined or a single character.
"""

from __future__ import annotations

import pandas as pd

from ringfinder.identifiers.folding import fold, is_placeholder, is_ruined, is_starred, matches, rewrite, settle
from ringfinder.identifiers.kind import IdentifierKind, Normalised
from ringfinder.identifiers.masking import mask_ends


def normalise_text(series: pd.Series[str]) -> Normalised:
    """Text in one spelling.

    Examples
    --------
    >>> got = normalise_text(pd.Series([" Ｉp-10.0.0.1", "a***b", "n/a", "7"]))
    >>> got.values.tolist(), got.value_class.tolist()
    (['ip-10.0.0.1', nan, nan, nan], ['', 'masked', 'placeholder', 'too_short'])
    """
    value = fold(series, lower=True).pipe(rewrite, [(r"^(\d+)\.0+$", r"\1")])
    return settle(
        value,
        ("masked", is_starred(value)),
        ("placeholder", is_placeholder(value) | matches(value, r"0{4,}")),
        ("ruined", is_ruined(value)),
        ("too_short", value.str.len() < 2),
    )


GENERIC = IdentifierKind(name="other", zh="其他", en="other", normalise=normalise_text, mask=mask_ends)
