"""Consensus with slots: what is shown and what never is."""

from __future__ import annotations

import numpy as np
import pytest

from ringfinder.templates.alignment import align_sentences
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.pattern import build_pattern, mask_personal
from ringfinder.templates.shingles import shingle

NAMES = ("王小明", "李芳", "张建国", "刘洋", "陈静怡", "杨帆")


def letters() -> list[str]:
    return [
        f"本人{name},于20{10 + i}年{i + 1}月{i + 3}日在贵公司购买了两全保险一份,每年缴费{(i + 2) * 1000}元。"
        f"业务员承诺三年即可返本且随时可以支取没有任何损失。联系电话1420000{i:04d}。今天天气{'晴雨雪风云雾'[i]}。"
        for i, name in enumerate(NAMES)
    ]


def pattern(texts: list[str]) -> str:
    core = np.unique(shingle(texts, 6).hashes)
    return build_pattern(texts, core, TemplateParams())


def test_what_differs_becomes_a_slot_and_what_is_shared_stays() -> None:
    text = pattern(letters())
    assert "业务员承诺三年即可返本且随时可以支取没有任何损失" in text
    assert "〔日期〕" in text
    assert "〔金额〕元" in text
    assert "〔姓名〕" in text


def test_no_filler_is_shown() -> None:
    text = pattern(letters())
    assert not any(name in text for name in NAMES)
    assert "1420000" not in text


def test_a_number_that_all_letters_share_is_masked() -> None:
    text = pattern([t.replace("联系电话1420000", "请联系代办电话14200001111转") for t in letters()])
    assert "14200001111" not in text
    assert "〔号码〕" in text


def test_sentences_outside_the_core_are_dropped() -> None:
    texts = letters()
    core = np.unique(shingle(["业务员承诺三年即可返本且随时可以支取没有任何损失。"], 6).hashes)
    assert build_pattern(texts, core, TemplateParams()) == "业务员承诺三年即可返本且随时可以支取没有任何损失。"


def test_sentences_keep_their_usual_order_though_some_letters_shuffle_them() -> None:
    first, second = "业务员说三年就能连本带利全部拿回来。", "我要求贵公司立即解除合同退还保费。"
    texts = [first + second] * 5 + [second + first]
    assert pattern(texts) == first + second


def test_a_slot_keeps_all_fillers_with_their_counts() -> None:
    parts = align_sentences(["我买了福满保险。", "我买了福满保险。", "我买了金瑞保险。", "我买了安享保险。"])
    slot = next(p for p in parts if p.is_slot)
    assert dict(slot.fillers) == {"福满": 2, "金瑞": 1, "安享": 1}
    assert "福满" not in repr(parts)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("20〔数字〕年〔数字〕月〔数字〕日", "〔日期〕"),
        ("2022年〔日期〕于某市", "〔日期〕于某市"),
        ("二〇二二年〔日期〕", "〔日期〕"),
        ("缴满10年〔日期〕到期", "缴满10年〔日期〕到期"),
        ("交了1〔数字〕00元", "交了〔金额〕元"),
        ("身份证110101000000000000", "身份证〔号码〕"),
        ("\uff11\uff14\uff12\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff10打来", "〔号码〕打来"),
        ("根据保险法第116条", "根据保险法第116条"),
        ("我叫王某某,今年", "我叫〔姓名〕,今年"),
    ],
)
def test_shared_personal_values_are_masked(raw: str, shown: str) -> None:
    assert mask_personal(raw) == shown


def test_no_sentence_no_pattern() -> None:
    assert build_pattern([], np.zeros(0, dtype=np.uint32), TemplateParams()) == ""
    assert pattern(["短", "短"]) == ""


def test_the_name_of_an_agent_whom_all_letters_accuse_is_masked() -> None:
    texts = [t.replace("业务员承诺", "经办人:童某川;童某川当面承诺") for t in letters()]
    assert "童某川" not in pattern(texts)
    assert "当面承诺三年即可返本" in pattern(texts)


def test_two_alike_sentences_of_one_letter_are_two_sentences_of_the_text() -> None:
    first, second = "听说菜棚的二舅也心酸得很,专程来找我问这件事。", "听说车站的大伯也心酸得很,专程来找我问这件事。"
    assert pattern([first + second] * 5) == first + second


def test_sentences_stand_as_most_letters_have_them_however_many_were_put_between() -> None:
    parts = [f"{c}天业务员到我家里来讲这份保险的各种好处{c * 8}。" for c in "甲乙丙丁戊"]
    texts = ["".join(parts)] * 4 + ["".join(reversed(parts))] * 2 + ["".join([*parts[3:], *parts[:3]])]
    assert pattern(texts) == "".join(parts)


def test_a_latin_word_is_never_cut_and_an_english_date_is_one_slot() -> None:
    months = ("March", "June", "October", "January", "May")
    texts = [
        f"Some time in {month} {2010 + 2 * i}, a teller stopped {who} beside the cash machine."
        for i, (month, who) in enumerate(zip(months, ("my aunt", "my uncle", "me", "us", "them"), strict=True))
    ]
    text = pattern(texts)
    assert text.startswith("Some time in 〔日期〕, a teller stopped 〔…〕 beside the cash machine.")


def test_a_slot_takes_the_digits_beside_it() -> None:
    parts = align_sentences([f"一共交了{n}元保费。" for n in ("12000", "15000", "27000", "36000", "94000")])
    assert [p.text for p in parts] == ["一共交了", "", "元保费。"]
    slot = next(p for p in parts if p.is_slot)
    assert "12000" in dict(slot.fillers)
