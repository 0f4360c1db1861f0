"""The contract's choices and flags in the words of real exports.

In:  words as typed.   Out: the contract's words.   `_CHOICES` is the only home of these aliases.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import pandas as pd

from ringfinder.errors import ConfigError
from ringfinder.identifiers import fold_word
from ringfinder.ingest.headers import column_named
from ringfinder.model.dataset import TABLE_BY_NAME

_CHOICES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("phones", "role"): {
        "policy": "保单 投保 承保 预留 保单预留 投保预留 投保时 契约 新契约 登记 投保电话 保单电话 保单登记 issue",
        "complaint": (
            "投诉 投诉件 投诉电话 来电 信访 来信 来访 投诉联系 投诉热线 监管转办 银保监转办 银保监会转办 金监局转办 "
            "监管投诉 12378 12378转办 12378热线 12345 转办 转办件 complaints"
        ),
        "surrender": "退保 解约 退保申请 退保电话",
        "service": "服务 回访 保全 售后 客服 热线 客服热线 服务热线 客服来电 变更 callback servicing",
    },
    ("bank_accounts", "role"): {
        "premium": "缴费 交费 扣款 续期 保费 首期 缴费账户 交费账户 扣款账户 保费账户 续期扣款",
        "payout": "收款 给付 退款 退保金 领取 退费 理赔 收款账户 退保 退保收款 给付账户 领款 payee refund",
        "fee": "手续费 服务费 咨询费 代理费 费用 佣金 中介费",
    },
    ("surrenders", "kind"): {
        "normal": "正常退保 普通退保 一般退保 标准退保 正常 普通 一般 退保 正常解约 解约 CT",
        "cooling_off": (
            "犹豫期退保 犹豫期 犹退 犹豫期解约 犹豫期撤保 冷静期退保 犹豫期撤单 犹豫期内退保 "
            "WT cooling_off_period free_look"
        ),
        "negotiated": "协议退保 协商退保 协议 协商 特殊退保 通融退保 协商解约 协议解约 投诉退保 协解 XT agreed",
    },
    ("intermediaries", "kind"): {
        "agent": "业务员 代理人 个险代理人 个人代理人 营销员 保险代理人 在职 在职业务员 保险营销员 客户经理",
        "ex_agent": "离职业务员 前业务员 离职 已离职 离司 脱落 离职代理人 前代理人 former_agent",
        "agency": "代理公司 保险代理公司 代理机构 专业代理 保险代理 专代 兼业代理",
        "broker": "经纪公司 保险经纪公司 经纪 保险经纪 经纪人 保险经纪人",
        "consultancy": "咨询公司 信息咨询公司 咨询 法务公司 法律咨询公司 退保公司 中介公司 法律信息咨询公司",
        "law_firm": "律所 律师事务所 律师 lawyer",
        "social_account": "社交账号 社交媒体 短视频账号 自媒体 公众号 抖音号 网络账号 微信号 直播账号",
    },
    ("engagements", "role"): {
        "sold": "销售 出单 签单 承揽 售出 销售业务员 sale seller",
        "serviced": "服务 保全服务 续期服务 维护 服务业务员 service servicing",
        "represented": "代理 代办 受托 委托 委托代理 受托人 代理投诉 代理退保 proxy represent",
        "advised": "咨询 指导 建议 顾问 advice adviser advisor",
    },
    ("directory", "kind"): {
        "phone": "电话 号码 手机 热线 固话 电话号码 tel hotline",
        "account": "账户 账号 银行账户 银行账号 对公账户 bank_account",
        "address": "地址 网点地址 职场地址 办公地址",
    },
}
_TRUE = (
    "是 成立 属实 有效 基本属实 已成立 投诉成立 投诉属实 有责 查实 已查实 查有实据 情况属实 经查属实 "
    "y yes true t 1 upheld"
)
#: found right in part: a finding for the customer, and so upheld; counted in a note, for it is a choice of ours
_PARTLY = "部分成立 部分属实 投诉部分成立 部分有效 部分查实 partly partly_upheld partially_upheld"
_FALSE = (
    "否 不成立 不属实 无效 未成立 投诉不成立 投诉不属实 未属实 不予支持 无责 "
    "查无实据 未查实 无实据 不实 情况不实 情况不属实 经查不属实 证据不足 无事实依据 "
    "n no false f 0 rejected not_upheld dismissed"
)
#: words that say that nothing was found either way: an empty cell, and nothing to set aside
_OPEN = (
    "撤诉 已撤诉 撤回 已撤回 撤销 已撤销 撤案 投诉人撤诉 处理中 办理中 调查中 核查中 待核查 待处理 "
    "协商解决 已协商 协商一致 和解 已和解 达成和解 调解 已调解 调解结案 不予受理 未受理 "
    "withdrawn pending open"
)

#: folded word -> choice of the contract; for a flag True or False
Words = Mapping[str, str | bool]
#: column -> the user's own words
Said = Mapping[str, Words]

#: more different unknown words than this in one column are no choices but something else: none is shown
_MOST_WORDS = 30
_LONG = ("(长文本)", "(long text)")


def _words(table: str, column: str) -> dict[str, str]:
    out = {fold_word(w): choice for choice, words in _CHOICES[table, column].items() for w in words.split()}
    return out | {fold_word(choice): choice for choice in TABLE_BY_NAME[table][column].choices}


_CHOICE_BY_WORD = {place: _words(*place) for place in _CHOICES}
_PARTLY_WORDS = frozenset(fold_word(w) for w in _PARTLY.split())
_FLAG_BY_WORD = {fold_word(w): True for w in (_TRUE + " " + _PARTLY).split()} | {
    fold_word(w): False for w in _FALSE.split()
}
_OPEN_WORDS = frozenset(fold_word(w) for w in _OPEN.split())


def check_words(table: str, column: str, said: Words) -> None:
    """Refuse the user's own words where their table, column or choice does not exist.

    Raises
    ------
    ConfigError : names the section and the choices.
    """
    if table not in TABLE_BY_NAME:
        raise ConfigError(f"values: no table named {table!r}", hint=f"known: {', '.join(TABLE_BY_NAME)}")
    known = {c.name: c for c in TABLE_BY_NAME[table].columns if c.type in ("choice", "flag")}
    name = column_named(table, column)
    if name not in known:
        choices = f"columns of choices: {', '.join(known)}" if known else f"table {table} has no column of choices"
        raise ConfigError(f"values.{table}: no column of choices named {column!r}", hint=choices)
    for word, choice in said.items():
        if _meant(table, known[name].name, choice) is None:
            choices = "true, false" if known[name].type == "flag" else ", ".join(known[name].choices)
            raise ConfigError(f'values.{table}.{column}."{word}": no choice {choice!r}', hint=f"known: {choices}")


def user_words(said: Mapping[str, Words], table: str) -> dict[str, dict[str, str | bool]]:
    """The user's own words of a table by the contract's columns, folded; they must have been checked.

    Examples
    --------
    >>> user_words({"outcome": {"已 处理": "upheld"}}, "complaints")
    {'upheld': {'已处理': True}}
    """
    out: dict[str, dict[str, str | bool]] = {}
    for header, words in said.items():
        column = column_named(table, header) or header
        meant = {fold_word(word): _meant(table, column, choice) for word, choice in words.items()}
        out.setdefault(column, {}).update({w: c for w, c in meant.items() if c is not None})
    return out


def _meant(table: str, column: str, choice: str | bool) -> str | bool | None:
    if TABLE_BY_NAME[table][column].type == "flag":
        return choice if isinstance(choice, bool) else _FLAG_BY_WORD.get(fold_word(choice))
    return None if isinstance(choice, bool) else _CHOICE_BY_WORD[table, column].get(fold_word(choice))


def quotable(text: pd.Series[str]) -> list[tuple[str, str]]:
    """What may be shown of unknown words, in Chinese and English: short words that can't be a number or an address.

    Examples
    --------
    >>> quotable(pd.Series(["投诉转办", "14200123456", "本人要求贵公司全额退还保费"], dtype="str"))
    [('投诉转办', '投诉转办'), ('(长文本)', '(long text)'), ('(长文本)', '(long text)')]
    """
    if text.nunique() > _MOST_WORDS:
        return [_LONG] * len(text)
    shown = {word: _quoted(word) for word in text.dropna().unique().tolist()}
    return [shown.get(word, ("", "")) for word in text]


def _quoted(word: str) -> tuple[str, str]:
    plain = unicodedata.normalize("NFKC", word)
    is_short = len(plain) <= 12 and sum(c.isdigit() for c in plain) < 4
    is_safe = plain.isprintable() and not any(c in plain for c in "@*·<>=")
    return (plain, plain) if is_short and is_safe else _LONG


def choose(
    table: str, column: str, text: pd.Series[str], *, said: Words | None = None
) -> tuple[pd.Series[str], pd.Series[str]]:
    """Words of a choice column as the contract has them; (values, value class), an unknown word is 'unknown_word'.

    `said` holds the user's own words, folded.

    Examples
    --------
    >>> values, classes = choose("surrenders", "kind", pd.Series(["协议退保", "CT", "别的", None], dtype="str"))
    >>> values.tolist(), classes.tolist()
    (['negotiated', 'normal', nan, nan], ['', '', 'unknown_word', ''])
    """
    known: dict[str, str | bool] = {**_CHOICE_BY_WORD[table, column], **(said or {})}
    distinct = {w: known.get(fold_word(w)) for w in text.dropna().unique().tolist()}
    values = text.map(distinct).astype("str")
    return values, _unknown(text, values.isna())


def flag(text: pd.Series[str], *, said: Words | None = None) -> tuple[pd.Series[bool], pd.Series[str]]:
    """Yes and no as pandas `boolean`; (values, value class). `said` holds the user's own words, folded.

    Examples
    --------
    >>> values, classes = flag(pd.Series(["成立", "N", "1.0", "撤诉", "转办", None], dtype="str"))
    >>> values.tolist(), classes.tolist()
    ([True, False, True, <NA>, <NA>, <NA>], ['', '', '', '', 'unknown_word', ''])
    """
    plain = text.str.strip().str.replace(r"^([01])\.0+$", r"\1", regex=True)
    known: dict[str, str | bool] = {**_FLAG_BY_WORD, **(said or {})}
    seen = {w: fold_word(w) for w in plain.dropna().unique().tolist()}
    values = plain.map({w: known.get(folded) for w, folded in seen.items()}).astype("boolean")
    is_open = plain.map({w: folded in _OPEN_WORDS for w, folded in seen.items()}) == True  # noqa: E712
    return values, _unknown(text, values.isna() & ~is_open)


def partly_upheld(file: str, text: pd.Series[str], *, said: Words | None = None) -> tuple[str, ...]:
    """A note of how many findings are for the customer in part only, unless the user says what such words mean.

    Examples
    --------
    >>> partly_upheld("投诉.csv", pd.Series(["部分属实", "属实", None], dtype="str"))[0].partition(" (")[0]
    '投诉.csv: 1 complaints are upheld in part and count as upheld'
    """
    partly = {w for w in text.dropna().unique().tolist() if fold_word(w) in _PARTLY_WORDS.difference(said or {})}
    n = int(text.isin(partly).sum())
    if not n:
        return ()
    how = "部分属实计作成立,可在 [values.complaints.upheld] 中改"
    return (f"{file}: {n:,} complaints are upheld in part and count as upheld ({how})",)


def _unknown(text: pd.Series[str], missing: pd.Series[bool]) -> pd.Series[str]:
    classes = pd.Series("", index=text.index, dtype="str")
    return classes.mask(missing & text.notna(), "unknown_word")


def choice_words(column: str) -> set[str]:
    """Every word that stands for a choice of a column of that name, in whatever table."""
    return {
        word
        for (_, name), said in _CHOICES.items()
        if name == column
        for text in said.values()
        for word in text.split()
    }
