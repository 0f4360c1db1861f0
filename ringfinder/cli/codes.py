"""The contract's codes in Chinese words, for tables; every other format keeps the codes.

In:  a code, the column it stands in.   Out: words.   Never judges.
"""

from __future__ import annotations

from collections.abc import Mapping

_ROLES = {
    "core": "核心",
    "member": "成员",
    "associate": "关联人",
    "evidence": "证据",
    "guarded": "公用(不作证据)",
    "household": "家庭",
    "policy": "保单",
    "complaint": "投诉",
    "surrender": "退保",
    "service": "服务",
    "premium": "缴费",
    "payout": "收款",
    "fee": "费用",
    "sold": "销售",
    "serviced": "服务",
    "represented": "代理",
    "advised": "咨询",
    "accused": "被投诉",
}
_MEASURES = {
    "ring recall at Jaccard 0.5": "团伙召回率(Jaccard 0.5)",
    "ring recall at Jaccard 0.8": "团伙召回率(Jaccard 0.8)",
    "member precision": "成员精确率",
    "member recall": "成员召回率",
    "member F1": "成员 F1",
    "average precision": "平均精确率",
    "flagged rings": "疑似线索",
    "false flagged rings": "误列为疑似的线索",
}
_CODES: Mapping[str, Mapping[str, str]] = {
    "decision": {
        "confirm": "确认",
        "dismiss": "排除",
        "watch": "关注",
        "value confirm": "标识确认",
        "value dismiss": "标识排除",
        "value watch": "标识关注",
        "person confirm": "本人确认",
        "person dismiss": "本人排除",
        "person watch": "本人关注",
    },
    "holder_statement": {
        "not_contacted": "未联系",
        "denies_authorship": "否认撰写",
        "confirms_proxy": "确认委托代理",
        "confirms_own": "确认本人提出",
    },
    "status": {"flagged": "疑似", "listed": "线索", "merged": "并入", "gone": "消失"},
    "event": {
        "kept": "未变",
        "grown": "扩大",
        "shrunk": "缩小",
        "returned": "再现",
        "new": "新增",
        "flagged": "新列为疑似",
        "unflagged": "不再列为疑似",
        "split": "分裂",
        "merged": "合并",
        "gone": "消失",
        "complaint": "投诉",
        "normal": "正常退保",
        "negotiated": "协议退保",
        "cooling_off": "犹豫期退保",
        "early_surrender": "早期退保",
        "value_used": "启用标识",
    },
    "direction": {"for": "支持", "against": "反对"},
    "role": _ROLES,
    "ring_role": _ROLES,
    "verdict": {
        "evidence": "证据",
        "weak": "弱关联",
        "guarded": "公用(不作证据)",
        "household": "家庭",
        "directory": "公共号码",
        "single": "仅本人",
        "template": "模板",
        "linked": "出自模板",
        "possible": "可能出自模板",
        "own_words": "自述",
        "too_short": "过短",
        "known_public": "公开模板",
        "duplicate": "重复",
    },
    "topic": {
        "verdict": "判定",
        "decision": "人工",
        "event": "经过",
        "finding": "核查",
        "link": "标识",
        "letter": "信件",
        "household": "家庭",
        "missing": "缺失",
    },
    "part": {"input": "输入", "truth": "真值", "before": "之前", "out": "脱离", "new": "新增"},
    "measure": _MEASURES,
}


#: a yes or no, as Python prints it
_FLAGS = {"True": "是", "False": "否"}


def in_words(text: str, column: str) -> str:
    """A cell of a Chinese table: its codes as words, anything else as it is.

    Examples
    --------
    >>> in_words("core;member", "role"), in_words("phone money", "channels"), in_words("flagged", "summary")
    ('核心;成员', '电话 超现金价值支付', 'flagged')
    >>> in_words("on file: account", "hit"), in_words("member", "hit"), in_words("False", "is_new_template")
    ('在档银行账户', '本人在线索内', '否')
    """
    if column == "channels":
        return " ".join(channel_word(word) for word in text.split())
    if column == "kind":
        return channel_word(text)
    if column == "hit":
        kind = text.removeprefix("on file: ")
        known = {"member": "本人在线索内", "template": "投诉信模板"}
        return known.get(kind) or ("在档" if kind != text else "") + channel_word(kind)
    if text in _FLAGS:
        return _FLAGS[text]
    if column == "source_table":
        return ";".join(table_word(part) for part in text.split(";"))
    if column == "measure" and text.startswith("false: "):
        return "误标:" + text.removeprefix("false: ")
    words = _CODES.get(column)
    return ";".join(words.get(part, part) for part in text.split(";")) if words else text


def channel_word(kind: str) -> str:
    """What a kind of evidence or identifier is called."""
    from ringfinder.identifiers.channels import channel_words

    known = {"name": "姓名", "id_number": "证件号", "address": "住址", "": ""}
    return known[kind] if kind in known else channel_words(kind)[0]


def table_word(name: str) -> str:
    """What a table is called."""
    from ringfinder.model.dataset import TABLE_BY_NAME

    return TABLE_BY_NAME[name].zh if name in TABLE_BY_NAME else name
