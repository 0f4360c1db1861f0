"""Agents, agencies, brokers and consultancies, by their code.

In:  codes as typed.   Out: the code, half-width and trimmed, in its own case: the tables share one name space.
"""

from __future__ import annotations

import pandas as pd

from ringfinder.identifiers.folding import fold, is_placeholder, is_ruined, is_starred, rewrite, settle
from ringfinder.identifiers.kind import IdentifierKind, Normalised
from ringfinder.identifiers.masking import mask_ends


def normalise_code(series: pd.Series[str]) -> Normalised:
    """Record ids and agent codes, trimmed; `.0` left by a spreadsheet goes, ruined and masked ones become NaN.

    Examples
    --------
    >>> got = normalise_code(pd.Series([" Ａ001", "1001.0", "A**1", "无", "1.5E+17"]))
    >>> got.values.tolist(), got.value_class.tolist()
    (['A001', '1001', nan, nan, nan], ['', '', 'masked', 'placeholder', 'ruined'])
    """
    value = fold(series).pipe(rewrite, [(r"^(\d+)\.0+$", r"\1")])
    return settle(
        value,
        ("masked", is_starred(value)),
        ("placeholder", is_placeholder(value.str.lower())),
        ("ruined", is_ruined(value)),
        ("malformed", value.str.contains("\ufffd").fillna(False)),
    )


INTERMEDIARY = IdentifierKind(
    name="intermediary",
    zh="中介与业务员",
    en="intermediary",
    normalise=normalise_code,
    mask=mask_ends,
    aliases=("中介", "业务员", "代理人", "工号", "agent", "intermediaries"),
)
