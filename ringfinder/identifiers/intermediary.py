"""Agents, agencies, brokers and consultancies, by their code.

In:  codes as typed.   Out: the code, half-width and trimmed, in its own case: the tables share one name space.
A code of the insurer's own is a record number, shown as policyholder ids are; a name or a phone in its place is masked.
"""

from __future__ import annotations

import pandas as pd

from ringfinder.identifiers.folding import fold, is_placeholder, is_ruined, is_starred, rewrite, settle
from ringfinder.identifiers.kind import IdentifierKind, Normalised
from ringfinder.identifiers.masking import mask_ends

#: a code as an insurer gives them: letters and at most nine digits, too short for a phone or a paper
RECORD_CODE = r"[A-Za-z]{0,6}[-_]?[0-9]{1,9}"


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


def mask_code(series: pd.Series[str]) -> pd.Series[str]:
    """Codes as they are; whatever does not look like one keeps its ends only.

    Examples
    --------
    >>> mask_code(pd.Series(["A811848", "16400001234", "某某法务工作室"])).tolist()
    ['A811848', '1***4', '某***室']
    """
    is_code = series.str.fullmatch(RECORD_CODE).fillna(False).astype("bool")
    return series.where(is_code, mask_ends(series)).astype("str")


INTERMEDIARY = IdentifierKind(
    name="intermediary",
    zh="中介与业务员",
    en="intermediary",
    normalise=normalise_code,
    mask=mask_code,
    aliases=("中介", "业务员", "代理人", "工号", "agent", "intermediaries"),
)
