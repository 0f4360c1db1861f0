"""What kinds of evidence are called, in Chinese and English.

In:  a kind.   Out: its words.   Wording: lead, suspected, linked (线索, 疑似, 关联), never guilty.
"""

from __future__ import annotations

from collections.abc import Mapping

from ringfinder.identifiers import get_kind

#: kinds of evidence that are not identifier kinds
CHANNEL_WORDS: Mapping[str, tuple[str, str]] = {
    "template": ("投诉信模板", "letter template"),
    "money": ("超现金价值支付", "payment above cash value"),
    "timing": ("时间", "timing"),
    "seller": ("销售方", "seller side"),
    "likeness": ("相似特征", "likeness"),
    "household": ("家庭", "household"),
    "upheld": ("投诉成立", "complaint upheld"),
    "early_surrender": ("早期退保", "early surrender"),
    "own_words": ("自述", "own words"),
    "bridge": ("与其他线索的关联", "tie to other leads"),
    "repeats": ("反复投诉", "repeated complaints"),
    "organiser": ("组织者线索", "organiser lead"),
    "sides": ("两侧对比", "the two sides"),
    "benign": ("合理解释", "benign explanation"),
    "tenure": ("投保年限", "years insured"),
    "fragility": ("稳固程度", "robustness"),
}


def channel_words(channel: str) -> tuple[str, str]:
    """Chinese and English word for a kind of evidence."""
    if channel in CHANNEL_WORDS:
        return CHANNEL_WORDS[channel]
    kind = get_kind(channel)
    return kind.zh, kind.en
