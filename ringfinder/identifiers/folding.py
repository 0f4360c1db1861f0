"""Bring typed text to one form, and tell values that name nobody: masked, placeholder, ruined by a spreadsheet.

In:  text columns.   Out: folded columns and boolean masks.   Never decides what a value means for its kind.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.identifiers.kind import Normalised
from ringfinder.identifiers.script import TO_SIMPLIFIED

#: zero-width, bidi and control characters that copy and paste leaves behind
_INVISIBLE = r"[\x00-\x08\x0e-\x1f\x7f\x{ad}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}\x{feff}]"
_ODD = {ord(c): "-" for c in "‐‑‒–—―−﹣"} | {ord(c): "*" for c in "•●○×✱✳█■□◆※∗⁎"}
_ODD_AND_TRADITIONAL = _ODD | TO_SIMPLIFIED
_ODD_CLASS = "[" + "".join(map(chr, _ODD)) + "]"
_ODD_SCRIPT = "[" + "".join(map(chr, _ODD_AND_TRADITIONAL)) + "]"
_MAX_ROUNDS = 5

#: words people type into a field they want to leave empty, folded and lower-case
_EMPTY_WORDS = (
    "无 没有 没 不详 未知 不知道 不明 未提供 未填 未填写 未登记 未留 暂无 空 空白 保密 拒绝 拒绝提供 不提供 不愿提供 "
    "不便提供 同上 待补 待补充 待定 待查 测试 匿名 不适用 缺失 无电话 无手机 无号码 无账号 无账户 无地址 无固定电话 "
    "地址不详 电话不详 无法联系 联系不上 n/a na nil null none nan nat unknown unk test xxx xx x tbd missing "
    "undefined anonymous \\n (null) <na> <null> #n/a #ref! #value! #name? #null! #num! #div/0! "
    "無 沒有 不詳 暫無 拒絕 測試 無電話"
)
PLACEHOLDER_WORDS = frozenset(_EMPTY_WORDS.split())


def rewrite(series: pd.Series[str], rules: Iterable[tuple[str, str]]) -> pd.Series[str]:
    r"""Apply (pattern, replacement) rules in turn, in RE2 syntax: no look-around, `\d` and `\s` are ASCII.

    Examples
    --------
    >>> rewrite(pd.Series(["3幢", None], dtype="str"), [("幢", "栋"), (r"(\d)", r"<\1>")]).tolist()
    ['<3>栋', nan]
    """
    text = pa.array(series.astype("str"), from_pandas=True)
    for pattern, replacement in rules:
        text = pc.replace_substring_regex(text, pattern=pattern, replacement=replacement)
    return pd.Series(pd.array(text, dtype="str"), index=series.index)


def matches(series: pd.Series[str], pattern: str) -> pd.Series[bool]:
    """Which values match a pattern as a whole, in RE2 syntax; NaN does not.

    Examples
    --------
    >>> matches(pd.Series(["12", "1a", None], dtype="str"), "[0-9]+").tolist()
    [True, False, False]
    """
    text = pa.array(series.astype("str"), from_pandas=True)
    found = pc.match_substring_regex(text, pattern=f"^(?:{pattern})$").fill_null(False)
    return pd.Series(found.to_numpy(zero_copy_only=False), index=series.index, dtype="bool")


def among(series: pd.Series[str], values: pd.Series[str] | Collection[str]) -> pd.Series[bool]:
    """Which values are among others; NaN never is. `Series.isin` without its detour over Python objects.

    Examples
    --------
    >>> among(pd.Series(["a", "b", None], dtype="str"), ["b", "c"]).tolist()
    [False, True, False]
    """
    known = values if isinstance(values, pd.Series) else pd.Series(sorted(values), dtype="str")
    found = pc.is_in(
        pa.array(series.astype("str"), from_pandas=True),
        value_set=pa.array(known.dropna().astype("str"), from_pandas=True),
    )
    return pd.Series(found.to_numpy(zero_copy_only=False), index=series.index, dtype="bool")


def to_fixpoint(series: pd.Series[str], step: Callable[[pd.Series[str]], pd.Series[str]]) -> pd.Series[str]:
    """Apply `step` until it changes nothing: one rewriting can open the way to another.

    A value that never comes to rest becomes NaN. The index must be unique.

    Examples
    --------
    >>> to_fixpoint(pd.Series(["aaa", "b"], dtype="str"), lambda s: s.str.replace("aa", "a")).tolist()
    ['a', 'b']
    """
    out = step(series)
    rest = out.loc[out.fillna("") != series.fillna("")]
    for _ in range(_MAX_ROUNDS):
        if not len(rest):
            return out
        again = step(rest)
        rest = again.loc[again.fillna("") != rest.fillna("")]
        out.loc[again.index] = again
    out.loc[rest.index] = None
    return out


def fold(series: pd.Series[str], *, lower: bool = False, simplify: bool = False, drop: str = "") -> pd.Series[str]:
    """Half-width forms, plain dashes and stars, no invisible characters, one space where there was any white space.

    Parameters
    ----------
    series : text; NaN stays NaN, an empty result becomes NaN.
    lower, simplify : also lower-case, also write in simplified characters.
    drop : regular expression of characters to leave out.

    Examples
    --------
    >>> fold(pd.Series([" １３８－ＡＢ\u3000c ", "  "], dtype="str"), lower=True).tolist()
    ['138-ab c', nan]
    """

    table, odd = (_ODD_AND_TRADITIONAL, _ODD_SCRIPT) if simplify else (_ODD, _ODD_CLASS)

    def step(text: pd.Series[str]) -> pd.Series[str]:
        text = rewrite(text, [(_INVISIBLE, "")])
        wide = text.loc[text.notna() & ~text.fillna("").str.isascii()]
        if len(wide):
            unfolded = np.array([not unicodedata.is_normalized("NFKC", t) for t in wide], dtype=bool)
            folded = wide.where(~unfolded, wide[unfolded].str.normalize("NFKC")) if unfolded.any() else wide
            strange = matches(folded, f"(?s).*{odd}.*")
            text.loc[wide.index] = folded.mask(strange, folded[strange].str.translate(table))
        if lower:
            text = text.str.lower()
        return rewrite(text, [(drop, ""), (r"\s+", " ")] if drop else [(r"\s+", " ")]).str.strip()

    index = series.index
    plain = series.astype("str").reset_index(drop=True)
    out = to_fixpoint(plain, step)
    out = out.where(out != "")
    out.index = index
    return out


def is_placeholder(folded: pd.Series[str]) -> pd.Series[bool]:
    """Words and bare punctuation that stand for nothing, in a folded lower-case column.

    Examples
    --------
    >>> is_placeholder(pd.Series(["不详", "--", "a1", None], dtype="str")).tolist()
    [True, True, False, False]
    """
    return among(folded, PLACEHOLDER_WORDS) | matches(folded, r"[!-)+-/:-@\[-`{-~、。·…\s]+")


def is_starred(folded: pd.Series[str]) -> pd.Series[bool]:
    """Values of which a part is hidden by stars or dots.

    Examples
    --------
    >>> is_starred(pd.Series(["138****1234", "138....1234", "a.b"], dtype="str")).tolist()
    [True, True, False]
    """
    return folded.str.contains(r"\*|\w(?:\.{3,}|_{3,}|-{3,}|\?{2,}|#{2,})(?:\w|$)").fillna(False).astype("bool")


def is_ruined(folded: pd.Series[str]) -> pd.Series[bool]:
    """Long numbers that a spreadsheet turned into `6.22202E+18`.

    Examples
    --------
    >>> is_ruined(pd.Series(["6.22202e+18", "1.5E+17", "12e4"], dtype="str")).tolist()
    [True, True, False]
    """
    return matches(folded, r"\d(?:\.\d+)?[eE]\+\d{2,}")


def settle(values: pd.Series[str], *verdicts: tuple[str, pd.Series[bool]]) -> Normalised:
    """Blank the values that a verdict rules out; the first verdict that holds names the class.

    A 'hotline' verdict keeps its value.

    Examples
    --------
    >>> s = pd.Series(["a", "b*"], dtype="str")
    >>> settle(s, ("masked", is_starred(s))).value_class.tolist()
    ['', 'masked']
    """
    value_class = pd.Series("", index=values.index, dtype="str")
    blank = pd.Series(False, index=values.index, dtype="bool")
    for name, holds in verdicts:
        fresh = holds.astype("bool") & (value_class == "") & values.notna()
        value_class = value_class.mask(fresh, name)
        if name != "hotline":
            blank |= fresh
    return Normalised(values.mask(blank).astype("str"), value_class.astype("str"))
