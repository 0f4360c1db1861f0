"""Resident ids and other papers: read and masked, but no kind of link (one person, one number).

In:  cells as typed.   Out: upper case without separators; masked, made-up and ruined ones become NaN.
No check digit is required: old files hold 15-digit forms, passports and typing errors that still tell people apart.
"""

from __future__ import annotations

import pandas as pd

from ringfinder.identifiers.folding import fold, is_placeholder, is_ruined, is_starred, matches, rewrite, settle
from ringfinder.identifiers.keyed import is_keyed
from ringfinder.identifiers.kind import Normalised


def normalise_id_number(series: pd.Series[str]) -> Normalised:
    """Numbers of identity papers in one spelling.

    Examples
    --------
    >>> got = normalise_id_number(pd.Series(["990101 19900101 001x", "990101********0019", "9.90101E+17"]))
    >>> got.values.tolist(), got.value_class.tolist()
    (['99010119900101001X', nan, nan], ['', 'masked', 'ruined'])
    """
    keyed = is_keyed(series.astype("str"))
    if keyed.any():
        got = normalise_id_number(series.mask(keyed).astype("str"))
        return Normalised(got.values.where(~keyed, series.str.strip()).astype("str"), got.value_class)
    text = fold(series, lower=True).str.lstrip("'=\"`").str.rstrip('"')
    value = text.pipe(rewrite, [(r"[\s\-]", "")]).pipe(rewrite, [(r"^(\d+)\.0+$", r"\1")]).str.upper()
    return settle(
        value,
        ("masked", is_starred(text) | value.str.contains("X{2,}").fillna(False)),
        ("placeholder", is_placeholder(text) | matches(value, r"0+|1+|9+")),
        ("ruined", is_ruined(text)),
        ("too_short", value.str.len() < 5),
    )
