"""A kind, a role or a relation is a category: what tells of a person is shown as 'other'."""

from __future__ import annotations

import pandas as pd
import pytest

from ringfinder.ingest.categories import without_remarks


def _read(column: str, words: list[str], table: str = "identifiers") -> list[str]:
    people = pd.DataFrame({"policyholder_id": ["KH0"], "name": ["尤少强"]}, dtype="str")
    rows = pd.DataFrame({"policyholder_id": [f"KH{i}" for i in range(len(words))], column: words}, dtype="str")
    return without_remarks({"policyholders": people, table: rows})[table][column].tolist()


@pytest.mark.parametrize(
    "word", ["尤少强本人寄", "寄件人电话13800001111", "zhang@mail.example", "尤少强", "业务员王小明代寄", "他说" * 20]
)
def test_a_role_that_tells_of_a_person_is_other_however_many_use_it(word: str) -> None:
    assert _read("role", [word] * 5) == ["其他"] * 5
    assert _read("kind", [word] * 5) == ["other"] * 5


def test_a_remark_about_one_or_two_is_other_and_a_word_of_many_is_kept() -> None:
    assert _read("role", ["老李家属代收", "老李家属代收", "代收", "代收", "代收"]) == [
        "其他",
        "其他",
        "代收",
        "代收",
        "代收",
    ]


def test_words_of_ours_and_plain_latin_words_are_kept_for_one_person_too() -> None:
    assert _read("role", ["complaint", "退保", "Sender"]) == ["complaint", "退保", "Sender"]
    assert _read("kind", ["wechat_group", "waybill", "voiceprint"]) == ["wechat_group", "waybill", "voiceprint"]


def test_a_rare_relation_is_kept_and_one_with_a_name_is_not() -> None:
    assert _read("relation", ["表弟", "尤少强之妻"], "relations") == ["表弟", "其他"]


def test_tokens_of_masked_tables_are_kept() -> None:
    assert _read("role", ["~00112233445566ff"]) == ["~00112233445566ff"]
