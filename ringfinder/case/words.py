"""The sentences of a case in Chinese and English: verdicts, links, roles, and what the views say.

In:  code names.   Out: words.   Never judges. A ring is a lead, people are linked or suspected, never guilty.
"""

from __future__ import annotations

from collections.abc import Mapping

from ringfinder.identifiers import get_kind

Words = Mapping[str, tuple[str, str]]

#: what a shared value may do, as the book judged it
VERDICT: Words = {
    "evidence": ("计作证据", "counts as evidence"),
    "weak": ("弱关联", "weak link"),
    "guarded": ("公用号码,不计", "guarded hub, not counted"),
    "household": ("家庭共用,不计", "shared in a household, not counted"),
    "directory": ("在公共号码簿上,不计", "in the public directory, not counted"),
    "single": ("仅本人使用", "held by one person"),
}

ROLE: Words = {
    "core": ("核心", "core"),
    "member": ("成员", "member"),
    "associate": ("关联人", "associate"),
}

EVENT: Words = {
    "complaint": ("投诉", "complaint"),
    "normal": ("正常退保", "normal surrender"),
    "unknown": ("退保(类型不详)", "surrender (kind not on file)"),
    "early_surrender": ("早期退保", "early surrender"),
    "negotiated": ("协议退保", "negotiated surrender"),
    "cooling_off": ("犹豫期退保", "cooling-off surrender"),
}

LETTER: Words = {
    "linked": (
        "信件与模板 {template} 关联(相似度 {similarity:.2f})",
        "letter matches template {template} ({similarity:.2f})",
    ),
    "labelled": (
        "投诉件无正文,按保险公司自有标签归入模板 {template}",
        "no text on file; the insurer's own label puts the complaint with template {template}",
    ),
    "possible": (
        "信件可能出自模板 {template}(相似度 {similarity:.2f})",
        "letter may come from template {template} ({similarity:.2f})",
    ),
    "own_words": (
        "信件为本人措辞(与最近模板的相似度 {similarity:.2f})",
        "letter in own words ({similarity:.2f} like the nearest template)",
    ),
    "too_short": ("信件过短,无法比较", "letter too short to compare"),
    "known_public": ("信件抄自公开模板,不计", "letter follows a public text, not counted"),
    "duplicate": ("同一信件重复提交,不计", "the same letter filed again, not counted"),
}

#: what a person decided on somebody, or noted as said by them
DECISION: Words = {
    "confirm": ("确认", "confirmed"),
    "dismiss": ("排除", "dismissed"),
    "watch": ("关注", "to be watched"),
    "not_contacted": ("本人未联系", "not contacted"),
    "denies_authorship": ("本人否认撰写", "denies authorship"),
    "confirms_proxy": ("本人确认委托代理", "confirms a proxy"),
    "confirms_own": ("本人确认系自己提出", "confirms it as own"),
}

#: role of a link: how somebody came to a value
LINK_ROLE: Words = {
    "policy": ("保单留存", "on the policy"),
    "complaint": ("投诉联系", "in a complaint"),
    "surrender": ("退保留存", "at the surrender"),
    "service": ("服务来电", "in a service call"),
    "premium": ("缴费", "for premiums"),
    "payout": ("收款", "for the payout"),
    "fee": ("费用", "for fees"),
    "represented": ("代理", "represented by"),
    "advised": ("咨询", "advised by"),
    "": ("", ""),
}


def say(words: Words, key: str, language: str) -> str:
    """The word for `key`, or the key itself where there is none."""
    pair = words.get(key)
    if pair is None:
        return key
    return pair[1] if language == "en" else pair[0]


def kind_name(kind: str, language: str) -> str:
    """What an identifier kind is called."""
    found = get_kind(kind)
    return found.en if language == "en" else found.zh


def pick(language: str, zh: str, en: str) -> str:
    """The sentence in the language asked for."""
    return en if language == "en" else zh
