"""Postal addresses: one wording for one home.

In:  addresses as typed.   Out: simplified, without spaces, province or punctuation, with one word for building (栋)
and room (室).   Never looks a place up: two spellings of one street stay two.
"""

from __future__ import annotations

import re

import pandas as pd

from ringfinder.identifiers.folding import fold, is_placeholder, is_starred, rewrite, settle, to_fixpoint
from ringfinder.identifiers.kind import IdentifierKind, Normalised
from ringfinder.identifiers.masking import HIDDEN, seal

_NUMERAL = r"[一二三四五六七八九十〇零]+(?=号楼|单元|[栋幢座室号层楼组队])"
_VALUE = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0}
_WORDING = (
    (r"[\s,.;:、。·'\"_]+", ""),
    (r"^(?:中国|中华人民共和国)", ""),
    (r"^[^\d市县区]{2,7}?(?:省|(?:壮族|回族|维吾尔)?自治区)(.{2,})$", r"\1"),
    (r"^(北京市|上海市|天津市|重庆市)(?:北京市|上海市|天津市|重庆市)", r"\1"),
    (r"市市辖区", "市"),
    (r"#楼?|号楼|楼栋|[幢座]", "栋"),
    (r"(\d)(?:号房|房间|房|户)$", r"\1室"),
    (r"(\d)号(?:之|-)(\d+)$", r"\1号\2室"),
    (r"栋(\d+)-(\d{3,4})室?$", r"栋\1单元\2室"),
    (r"([^\d-])(\d+)-(\d+)-(\d{3,4})室?$", r"\1\2栋\3单元\4室"),
    (r"([^\d-])(\d+)-(\d{3,4})室?$", r"\1\2栋\3室"),
    (r"(\d)梯(\d)", r"\1单元\2"),
    (r"(\d)楼(\d{3,4})", r"\1层\2"),
    (r"(栋|单元|层|号)(\d{2,4})$", r"\1\2室"),
)
_HOME = r"\d[a-z]?室|室$|[村组队社屯寨厝坡岭坑][^路街道]{0,4}?\d+号?$|[村社屯寨厝巷里][^路街道]{0,6}\d+号$"
_DISTRICT = re.compile(
    r"^(?:[^\d]{2,7}?(?:省|自治区))?(?:[^\d]{1,8}?(?:市|自治州|盟|地区))?(?:[^\d]{1,8}?(?:(?<!小)(?<!社)区|县|旗|市))?"
)


def _digits(match: re.Match[str]) -> str:
    word = match[0]
    if "十" not in word:
        return "".join(str(_VALUE[c]) for c in word)
    tens, _, ones = word.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return word
    return str(_VALUE.get(tens, 1) * 10 + _VALUE.get(ones, 0))


def _reword(text: pd.Series[str]) -> pd.Series[str]:
    numeral = (
        text.str.contains("[一二三四五六七八九十〇零](?:号楼|单元|[栋幢座室号层楼组队])").fillna(False).astype("bool")
    )
    if numeral.any():
        text = text.copy()
        text.loc[numeral] = text[numeral].str.replace(_NUMERAL, _digits, regex=True)
    return fold(rewrite(text, _WORDING), lower=True, simplify=True)


def normalise_address(series: pd.Series[str]) -> Normalised:
    """Addresses in one wording; masked and placeholder ones become NaN, as do those too short to tell a place.

    Examples
    --------
    >>> cells = ["福建省 某市東坪區明德路12號3幢502", "某市东坪区明德路12号3栋502室", "某市***", "不详", "某市"]
    >>> got = normalise_address(pd.Series(cells))
    >>> got.values.tolist()
    ['某市东坪区明德路12号3栋502室', '某市东坪区明德路12号3栋502室', nan, nan, nan]
    >>> got.value_class.tolist()
    ['', '', 'masked', 'placeholder', 'too_short']
    """
    folded = fold(series, lower=True, simplify=True)
    rested = to_fixpoint(folded.reset_index(drop=True), _reword)
    rested.index = folded.index
    value = rested.fillna(folded)  # a value that never rests keeps its class below
    return settle(
        value,
        ("placeholder", is_placeholder(folded)),
        ("masked", is_starred(folded) | folded.str.contains(r"\dx{2,}|x{2,}[号室栋楼]").fillna(False)),
        ("placeholder", is_placeholder(value)),
        ("malformed", rested.isna()),
        ("too_short", value.str.len() < 5),
    )


def room_level(series: pd.Series[str]) -> pd.Series[bool]:
    """Does the address reach one home: a room, or a numbered house in a village or lane?

    A street number alone is a building: a dormitory, a courier shop or an office may stand behind it.

    Examples
    --------
    >>> room_level(pd.Series(["某市明德路12号3栋502室", "某县上林村18号", "某市明德路12号"])).tolist()
    [True, True, False]
    """
    value = normalise_address(series).values
    return value.str.contains(_HOME).fillna(False).astype("bool")


def mask_address(series: pd.Series[str]) -> pd.Series[str]:
    """The address to its district.

    Examples
    --------
    >>> mask_address(pd.Series(["福建省某某市东坪区明德路12号502室", "明德路12号", "某某市东坪区"])).tolist()
    ['福建省某某市东坪区***', '***', '***']
    """
    folded = fold(series, simplify=True, drop=r"\s")
    distinct = pd.Series(folded.dropna().unique(), dtype="str")
    shown = {text: match[0] + HIDDEN if (match := _DISTRICT.match(text)) else HIDDEN for text in distinct}
    masked = folded.map(shown).astype("str")
    whole = masked.str.slice(0, -len(HIDDEN)) == folded
    return seal(series, masked.mask(whole, HIDDEN))


ADDRESS = IdentifierKind(
    name="address",
    zh="地址",
    en="address",
    normalise=normalise_address,
    mask=mask_address,
    room_level=room_level,
    aliases=("住址", "联系地址", "通讯地址", "家庭住址", "addresses"),
)
