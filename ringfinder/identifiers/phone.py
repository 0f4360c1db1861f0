"""Phone numbers: mobiles, landlines and hotlines of mainland China, and foreign numbers with their country code.

In:  cells as typed.   Out: digits only ('059512345678'; '+85212345678' abroad).
Extensions are dropped: the switchboard is what people share. Hotlines (400, 95xxx, 12378) stay, because a hub that is
known is a hub that can be guarded; numbers of seven or eight digits without an area code name nobody.
"""

from __future__ import annotations

import re

import pandas as pd

from ringfinder.identifiers.folding import among, fold, is_placeholder, is_ruined, is_starred, matches, rewrite, settle
from ringfinder.identifiers.kind import IdentifierKind, Normalised
from ringfinder.identifiers.masking import HIDDEN, seal

_LABEL = r"^(?:tel|phone|mobile|mob|cell|联系电话|电话号码|手机号码|手机号|手机|电话|固话|座机|号码)[\s:.]*"
_NOTE = r"\([^()\d+*]*\)"
_EXTENSION = r"\s*-?\s*(?:转|分机号?|内线|ext(?:ension|n)?|x|#)\s*[:.]?\s*\d{1,6}$"
_WORDING = (
    (_LABEL, ""),
    (_NOTE, ""),
    (r"^(\d+)\.0+$", r"\1"),
    (_EXTENSION, ""),
    (r"[\s()\[\].·]", ""),
    (r"^(\+?(?:86-?)?0\d{2,3}-?\d{7,8})-\d{1,6}$", r"\1"),
    (r"^\+?(?:00)?-?86-?(?:0?(1\d{10}))$", r"\1"),
    (r"-", ""),
    (r"^(?:\+|00)?860?(1\d{10})$", r"\1"),
    (r"^(?:\+|00)86((?:400|800)\d{7}|95\d{3,6})$", r"\1"),
    (r"^(?:\+|00)86(0\d{9,11})$", r"\1"),
    (r"^(?:\+|00)86([2-9]\d{8,10}|10\d{8})$", r"0\1"),
    (r"^(?:17951|12593|17911)(1\d{10})$", r"\1"),
    (r"^0(1[1-9]\d{9})$", r"\1"),
    (r"^0\d{2,3}(95\d{3}|12\d{3})$", r"\1"),
    (r"^00([1-9]\d{8,13})$", r"+\1"),
)
_HOTLINE = r"400\d{7}|800\d{7}|95\d{3,6}|96\d{3,6}|1[02]\d{3}|1[12]\d"
_SPLITTERS = r"[/,;、|\\\n]|或|及|和"
_DIGITS = "0123456789" * 3
_RUNS = frozenset(run[i : i + n] for run in (_DIGITS, _DIGITS[::-1]) for n in range(7, 14) for i in range(10))
_REPEATS = frozenset(d * n for d in "0123456789" for n in range(3, 20))
#: numbers that clerks type when a field must not be empty
_FAMOUS = frozenset(("13800138000", "13800138001", "13800000000", "13900139000", "13812345678", "13912345678"))


def normalise_phone(series: pd.Series[str]) -> Normalised:
    """Phone numbers as bare digits; masked values and placeholders become NaN with their class.

    Examples
    --------
    >>> got = normalise_phone(pd.Series(["+86 142-0012-3456", "(0595)2212-3456转8", "142****3456", "不详", "95511"]))
    >>> got.values.tolist()
    ['14200123456', '059522123456', nan, nan, '95511']
    >>> got.value_class.tolist()
    ['', '', 'masked', 'placeholder', 'hotline']
    """
    folded = fold(series, lower=True, simplify=True).str.lstrip("'=\"").str.rstrip('"')
    number = _bare(folded)
    is_digits = matches(number, r"\+?\d+")
    digits = number.str.lstrip("+").where(is_digits, "")
    made_up = among(digits, _REPEATS | _RUNS | _FAMOUS) | (
        matches(digits, r"1\d{10}") & among(digits.str.slice(3), _REPEATS)
    )
    hotline = matches(number, _HOTLINE)
    known = matches(number, r"1\d{10}|14\d{11}|0\d{9,11}|\+\d{7,14}") | hotline
    return settle(
        number,
        ("ruined", is_ruined(folded)),
        ("masked", is_starred(folded) | folded.str.contains(r"\dx{2,}|x{2,}\d").fillna(False)),
        ("placeholder", is_placeholder(folded) | made_up | is_placeholder(number)),
        ("malformed", ~is_digits),
        ("too_short", ~known & (digits.str.len() < 11)),
        ("malformed", ~known),
        ("hotline", hotline),
    )


def _bare(folded: pd.Series[str]) -> pd.Series[str]:
    """Folded cells without labels, notes, extensions, separators and trunk or country prefixes."""
    plain = matches(folded, r"1\d{10}")
    number = folded.copy()
    number.loc[~plain] = rewrite(folded[~plain], _WORDING)
    return number


def split_phones(series: pd.Series[str]) -> pd.Series[list[str]]:
    """The numbers of each cell: parted by `/ , ; 、` or by a space after a whole number.

    Examples
    --------
    >>> split_phones(pd.Series(["14200123456/0595-22123456", "142 0012 3456", "14200123456 14300123456"])).tolist()
    [['14200123456', '0595-22123456'], ['142 0012 3456'], ['14200123456', '14300123456']]
    """
    text = series.astype("str").reset_index(drop=True)
    cells = text.map(lambda cell: [cell], na_action="ignore").astype("object")
    rest = text.loc[~matches(text, r"\d{1,15}")].pipe(rewrite, [(r"\r\n?", "\n")]).fillna("")
    wide = ~rest.str.isascii()
    rest = rest.mask(wide, rest[wide].str.normalize("NFKC"))
    whole = r"((?:\+?86[\s-]?)?1\d{10}|0\d{2,3}[\s-]?\d{7,8})"
    after_space = (whole + r"(?:\s+|\()(\+?\d)", r"\1,\2")
    # twice, for matches overlap: the end of one number begins the next
    parted = rewrite(rest, [after_space, after_space, (r"^(1\d{10})(1\d{10})$", r"\1,\2")])
    cells.loc[rest.index] = pd.Series(
        [_parts(parts, whole=cell) for parts, cell in zip(parted, rest, strict=True)], index=rest.index, dtype="object"
    )
    cells.index = series.index
    return cells


def _parts(text: str, *, whole: str) -> list[str]:
    numbers = [p.strip() for p in re.split(_SPLITTERS, text) if any(c.isdigit() for c in p)]
    if not numbers:
        return [whole] if whole else []
    return numbers


def mask_phone(series: pd.Series[str]) -> pd.Series[str]:
    """`142****3456`, `0595-****3456`; anything else shows its first characters at most.

    Examples
    --------
    >>> mask_phone(pd.Series(["14200123456", "059522123456", "95511", "4008001234", "hello"])).tolist()
    ['142****3456', '0595-****3456', '95***', '400****34', '***']
    """
    number = normalise_phone(series).values
    tail = number.str.slice(-4)
    three = matches(number, r"0(?:10|2\d)\d+")
    area = number.str.slice(0, 3).where(three, number.str.slice(0, 4))
    out = number.str.slice(0, 3) + "****" + number.str.slice(-2)
    out = out.where(number.str.len() >= 7, number.str.slice(0, 2) + HIDDEN)
    out = out.mask(matches(number, r"1\d{10,12}"), number.str.slice(0, 3) + "****" + tail)
    out = out.mask(matches(number, r"0\d{9,11}"), area + "-****" + tail)
    return seal(series, out)


PHONE = IdentifierKind(
    name="phone",
    zh="电话",
    en="phone",
    normalise=normalise_phone,
    mask=mask_phone,
    split=split_phones,
    aliases=("手机", "手机号", "手机号码", "电话号码", "联系电话", "座机", "mobile", "tel", "telephone", "phones"),
)
