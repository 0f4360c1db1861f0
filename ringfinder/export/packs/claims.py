"""What a letter claims, and which record would confirm or refute it.

In:  letters.   Out: rows of the contradiction table.   Never decides: every row is a task until a person fills it.
Call-backs, signatures and receipts are not among the tables a case is made from. What is on file is told beside the
task: the company's own decision on the complaint, and of the person's policies the channel and the first day.
Claims are told by the words of the stock list that complaint letters draw on; a claim in other words is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ringfinder.export.html.frames import Row, text

_CLAIMS: Mapping[str, re.Pattern[str]] = {
    "signature": re.compile(
        r"代签|替签|代写|代抄|签名[^。;]{0,8}不是|不是[^。;]{0,6}(?:笔迹|签名|抄的)|帮我签|他自己点的"
    ),
    "callback": re.compile(r"回访"),
    "recording": re.compile(r"双录|录像"),
    "receipt": re.compile(r"回执|送达回证|(?:没有?|未)(?:收到|见到|拿到)[^。;]{0,8}(?:合同|保单)"),
    "return": re.compile(
        r"保本|保息|高收益|高息|稳赚|固定返还|翻倍|翻一倍|连本带利|随时(?:能|可)?取|取本取息|夸大收益"
    ),
    "rebate": re.compile(r"返佣|返现|返点|回扣|垫(?:付|钱|交|缴)|送(?:了)?(?:礼|米|油|鸡蛋)"),
    "loss": re.compile(r"退保损失|损失大半|现金价值|犹豫期"),
    "deposit": re.compile(r"存款|存单|理财(?:产品|名义)"),
    "phone": re.compile(r"电话(?:销售|推销)|电销|打电话(?:来)?推销"),
}


#: what on file bears on a claim, beside the company's decision on the complaint
_POLICY_FACTS: Mapping[str, str] = {"deposit": "channels", "phone": "channels", "loss": "issued_on"}


def claims_of(letter: str) -> tuple[str, ...]:
    """Kinds of claims that a letter makes, in a fixed order.

    Examples
    --------
    >>> claims_of("业务员代签名,回访时教我都说清楚。")
    ('signature', 'callback')
    """
    return tuple(kind for kind, shape in _CLAIMS.items() if shape.search(letter))


def contradiction_rows(letters: list[Row]) -> list[Row]:
    """One row a letter and claim: complaint_id, policyholder_id, filed_on, claim (its kind), on_file.

    `on_file` has a (fact, value, source rows) for each of 'upheld' or 'not_upheld', 'channels', 'issued_on' that is.
    """
    return [
        {
            "complaint_id": letter["complaint_id"],
            "policyholder_id": letter["policyholder_id"],
            "filed_on": letter["filed_on"],
            "claim": kind,
            "on_file": _on_file(letter, kind),
        }
        for letter in letters
        for kind in claims_of(text(letter["text"]))
    ]


def _on_file(letter: Row, kind: str) -> list[tuple[str, str, str]]:
    facts = []
    if isinstance(letter["upheld"], bool):
        facts.append(("upheld" if letter["upheld"] else "not_upheld", "", f"complaints {text(letter['complaint_id'])}"))
    fact = _POLICY_FACTS.get(kind, "")
    if fact and text(letter[fact]):
        facts.append((fact, text(letter[fact]), f"policies {text(letter['policy_rows'])}"))
    return facts
