"""Bank accounts and cards: digits only, 8 to 30 of them.

In:  cells as typed.   Out: digits.   No Luhn check: passbook accounts have none, and sources disagree on cards.
A number that a spreadsheet rounded (6.22202E+18, or 19 digits ending in zeros beyond the 15th) names nobody.
"""

from __future__ import annotations

import pandas as pd

from ringfinder.identifiers.folding import among, fold, is_placeholder, is_starred, matches, rewrite, settle
from ringfinder.identifiers.kind import IdentifierKind, Normalised
from ringfinder.identifiers.masking import seal

_DIGITS = "0123456789" * 5
_RUNS = frozenset(run[i : i + n] for run in (_DIGITS, _DIGITS[::-1]) for n in range(6, 31) for i in range(10))
_REPEATS = frozenset(d * n for d in "0123456789" for n in range(1, 31))


def normalise_account(series: pd.Series[str]) -> Normalised:
    """Account numbers as bare digits; masked, ruined and made-up ones become NaN with their class.

    Examples
    --------
    >>> got = normalise_account(pd.Series(["6222 0200 1234 5678", "6.22202E+18", "6222****5678", "无", "1234"]))
    >>> got.values.tolist()
    ['6222020012345678', nan, nan, nan, nan]
    >>> got.value_class.tolist()
    ['', 'ruined', 'masked', 'placeholder', 'too_short']
    """
    folded = fold(series, lower=True, simplify=True).str.lstrip("'=\"`").str.rstrip('"')
    number = folded.pipe(rewrite, [(r"[\s\-]", "")]).pipe(rewrite, [(r"^(\d+)\.0+$", r"\1")])
    is_digits = matches(number, r"\d+")
    ruined = matches(number, r"\d+(?:\.\d+)?e\+?\d+|\d{15}0{4,}")
    return settle(
        number,
        ("placeholder", is_placeholder(folded) | among(number, _REPEATS | _RUNS)),
        ("ruined", ruined),
        ("masked", is_starred(folded) | folded.str.contains(r"\dx{2,}|x{2,}\d").fillna(False)),
        ("malformed", ~is_digits),
        ("too_short", number.str.len() < 8),
        ("malformed", number.str.len() > 30),
    )


def mask_account(series: pd.Series[str]) -> pd.Series[str]:
    """First six and last four of a card, last four of a shorter account.

    Examples
    --------
    >>> mask_account(pd.Series(["6222020000000000123", "987001234", "x"])).tolist()
    ['622202*********0123', '*****1234', '***']
    """
    number = normalise_account(series).values
    stars = (number.str.len().fillna(10).astype("int64") - 10).clip(lower=0)
    middle = pd.Series(["*" * n for n in stars], index=series.index, dtype="str")
    long = number.str.slice(0, 6) + middle + number.str.slice(-4)
    short = "*****" + number.str.slice(-4)
    return seal(series, long.where(number.str.len() >= 14, short))


ACCOUNT = IdentifierKind(
    name="account",
    zh="银行账户",
    en="bank account",
    normalise=normalise_account,
    mask=mask_account,
    aliases=("账户", "账号", "银行账号", "银行卡", "银行卡号", "卡号", "收款账号", "bank_accounts", "card"),
)
