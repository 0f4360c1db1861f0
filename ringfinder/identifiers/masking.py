"""Display masks: enough to recognise a value one already holds, too little to learn one.

In:  values.   Out: masked text.   Never returns a whole value; a form it does not know is hidden altogether.
The table is the court and industry habit: surname and 某, first three and last four of a phone, six and four of a
card, the district of an address.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

HIDDEN = "***"
_SURNAMES = (
    "欧阳 司马 上官 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐 司徒 东方 独孤 南宫 端木 长孙 宇文 轩辕 闻人 淳于 单于 "
    "太史 申屠 公羊 澹台 赫连 钟离 万俟 鲜于 司空 呼延 百里 东郭 南门 西门 第五 歐陽 司馬 諸葛"
)
_COMPOUND_SURNAMES = frozenset(_SURNAMES.split())
_COMPANY_WORDS = (
    ("律师事务所", "某律师事务所"),
    ("法务", "某法务公司"),
    ("咨询", "某咨询公司"),
    ("经纪", "某保险经纪公司"),
    ("代理", "某保险代理公司"),
    ("银行", "某银行"),
    ("公司", "某公司"),
    ("集团", "某集团"),
    ("事务所", "某事务所"),
    ("工作室", "某工作室"),
    ("中心", "某中心"),
)


def mask_name(name: str) -> str:
    """Surname and 某; a company keeps only what it is.

    Examples
    --------
    >>> [mask_name(n) for n in ("林小明", "欧阳小明", "李明", "Alex Doe", "诚达法务咨询有限公司", "林")]
    ['林某某', '欧阳某某', '李某', 'A***', '某法务公司', '某']
    """
    text = name.strip()
    company = next((shown for word, shown in _COMPANY_WORDS if word in text and len(text) > len(word)), "")
    if company:
        return company if text not in company else "某机构"
    if len(text) < 2:
        return "某" if text else ""
    if text[0].isascii():
        return text[0] + HIDDEN
    if "·" in text or len(text) > 4:
        return text[0] + "某某"
    kept = text[:2] if len(text) > 2 and text[:2] in _COMPOUND_SURNAMES else text[:1]
    return kept + ("某某" if len(text) > 2 else "某")


def mask_id_number(number: str) -> str:
    """Area and last four of a resident id; birth date and order stay hidden.

    Examples
    --------
    >>> [mask_id_number(n) for n in ("990101199001010019", "990101900101001", "E12345678", "12")]
    ['990101********0019', '990101******001', 'E***8', '***']
    """
    text = number.strip()
    if len(text) == 18 and text[:17].isdigit():
        return f"{text[:6]}{'*' * 8}{text[-4:]}"
    if len(text) == 15 and text.isdigit():
        return f"{text[:6]}{'*' * 6}{text[-3:]}"
    return keep_ends(text)


def mask_policy(policy_id: str) -> str:
    """Last four characters of a policy number (last two of a short one).

    Examples
    --------
    >>> [mask_policy(p) for p in ("P20210456789", "P0123", "12")]
    ['*****6789', '*****23', '*****']
    """
    text = policy_id.strip()
    shown = 4 if len(text) >= 8 else 2 if len(text) >= 4 else 0
    return "*****" + text[len(text) - shown :]


def keep_ends(text: str, *, shown: int = 1) -> str:
    """First and last `shown` characters of a value at least four times as long plus one; else nothing.

    Examples
    --------
    >>> [keep_ends(t) for t in ("wx_abc8", "abcd", "")]
    ['w***8', '***', '***']
    """
    if len(text) < 4 * shown + 1:
        return HIDDEN
    return f"{text[:shown]}{HIDDEN}{text[-shown:]}"


def mask_ends(series: pd.Series[str]) -> pd.Series[str]:
    """`keep_ends` of a column; NaN stays NaN.

    Examples
    --------
    >>> mask_ends(pd.Series(["wx_abc8", None], dtype="str")).tolist()
    ['w***8', nan]
    """
    text = series.astype("str").str.strip()
    shown = (text.str.slice(0, 1) + HIDDEN + text.str.slice(-1)).where(text.str.len() >= 5, HIDDEN)
    return seal(series, shown)


def seal(series: pd.Series[str], masked: pd.Series[str]) -> pd.Series[str]:
    """Last guard of every mask: NaN stays NaN, an unknown form is hidden, nothing shows its whole value.

    Examples
    --------
    >>> seal(pd.Series(["ab", "c", None], dtype="str"), pd.Series(["xaby", "d", None], dtype="str")).tolist()
    ['***', 'd', nan]
    """
    leaks = np.array(
        [
            isinstance(whole, str) and isinstance(shown, str) and bool(whole.strip()) and whole.strip() in shown
            for whole, shown in zip(series, masked, strict=True)
        ],
        dtype=np.bool_,
    )
    out: pd.Series[str] = masked.astype("str").fillna(HIDDEN).mask(leaks, HIDDEN)
    out = out.where(series.notna())
    return out.astype("str")


def number_alike(values: pd.Series[str], masked: pd.Series[str]) -> pd.Series[str]:
    """Tell different values with one mask apart: '林某某1', '林某某2', by sorted value; run it over a whole case.

    Examples
    --------
    >>> number_alike(pd.Series(["b", "a", "c", "b"]), pd.Series(["林某", "林某", "王某", "林某"])).tolist()
    ['林某2', '林某1', '王某', '林某2']
    """
    pairs = pd.DataFrame({"value": values.astype("str"), "mask": masked.astype("str")})
    distinct = pairs.dropna().drop_duplicates().sort_values(["mask", "value"], kind="stable")
    distinct["n"] = distinct.groupby("mask").cumcount() + 1
    distinct["alike"] = distinct.groupby("mask")["value"].transform("size")
    numbered = pairs.merge(distinct, on=["value", "mask"], how="left")
    suffix = numbered["n"].astype("Int64").astype("str").where(numbered["alike"] > 1, "")
    out = (numbered["mask"] + suffix.fillna("")).astype("str")
    out.index = values.index
    return out
