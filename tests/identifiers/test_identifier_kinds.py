"""Contract of every identifier kind in the registry."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringfinder.identifiers import IDENTIFIER_KINDS, VALUE_CLASSES, IdentifierKind, get_kind
from ringfinder.identifiers.intermediary import RECORD_CODE

KINDS = pytest.mark.parametrize("kind", IDENTIFIER_KINDS, ids=lambda k: k.name)
SOME_VALUES = {
    "phone": "142 0012 3456",
    "account": "6222 0212 3456 7890 123",
    "address": "福建省某某市东坪区明德路12号3幢502室",
    "intermediary": "AG00123",
    "device": "dev-7xk2ab",
    "mail_sender": "某某市东坪区明德路12号",
    "waybill": "YD001234567899",
    "email": "u7xk2ab@example.com",
    "wechat": "wx_7xk2ab",
    "other": "10.20.30.40",
}
TYPED = st.lists(
    st.one_of(
        st.text(max_size=24),
        st.text(alphabet="0123456789+-() /,*xX.转无E室号栋幢村", max_size=24),
        st.text(alphabet="福建省市区县路街巷村组栋幢座单元楼层号室房户之#-一二三十百05A ", max_size=24),
    ),
    max_size=25,
)


def column(*cells: str | None) -> pd.Series:
    return pd.Series(list(cells), dtype="str")


@KINDS
def test_every_kind_has_names_and_a_sample(kind: IdentifierKind) -> None:
    assert kind.name and kind.zh and kind.en
    assert kind.name in SOME_VALUES


@KINDS
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells=TYPED)
def test_normalising_twice_changes_nothing(kind: IdentifierKind, cells: list[str]) -> None:
    once = kind.normalise(column(*cells)).values
    twice = kind.normalise(once)
    pd.testing.assert_series_equal(twice.values, once)
    assert set(twice.value_class) <= {"", "hotline"}


@KINDS
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells=TYPED)
def test_a_mask_never_holds_the_whole_value(kind: IdentifierKind, cells: list[str]) -> None:
    raw = column(*cells)
    for values in (raw, kind.normalise(raw).values):
        for value, shown in zip(values, kind.mask(values), strict=True):
            if kind.name == "intermediary" and isinstance(value, str) and re.fullmatch(RECORD_CODE, value):
                assert shown == value
            elif isinstance(value, str) and value.strip() and "*" not in value:
                assert value.strip() not in shown


@KINDS
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells=TYPED)
def test_unusable_means_a_class_and_usable_means_none(kind: IdentifierKind, cells: list[str]) -> None:
    got = kind.normalise(column(*cells))
    assert set(got.value_class) <= set(VALUE_CLASSES)
    unusable = ~got.value_class.isin(["", "hotline"])
    assert got.values[unusable].isna().all()
    assert not got.values.eq("").any()


@KINDS
@pytest.mark.parametrize("typed", ["无", "不详", "-", "--", "/", "null", "N/A", "暂无", "＃N/A", "無"])
def test_a_placeholder_joins_nobody(kind: IdentifierKind, typed: str) -> None:
    got = kind.normalise(column(typed))
    assert got.values.isna().all()
    assert got.value_class.tolist() == ["placeholder"]


@KINDS
@pytest.mark.parametrize("typed", ["142****3456", "a***b", "＊＊＊＊12345", "6222●●●●5678"])
def test_a_masked_value_joins_nobody(kind: IdentifierKind, typed: str) -> None:
    got = kind.normalise(column(typed))
    assert got.values.isna().all()
    assert got.value_class.tolist() == ["masked"]


@KINDS
def test_an_empty_cell_is_no_reject(kind: IdentifierKind) -> None:
    got = kind.normalise(column(None, "", "  \u3000"))
    assert got.values.isna().all()
    assert got.value_class.tolist() == ["", "", ""]


@KINDS
def test_the_sample_is_usable_and_its_mask_shows_something(kind: IdentifierKind) -> None:
    got = kind.normalise(column(SOME_VALUES[kind.name]))
    assert got.value_class.tolist() == [""]
    assert kind.mask(got.values).tolist() != ["***"]


@KINDS
def test_index_and_dtype_survive(kind: IdentifierKind) -> None:
    raw = pd.Series([SOME_VALUES[kind.name], None], index=[7, 3], dtype="str")
    got = kind.normalise(raw)
    for series in (got.values, got.value_class, kind.mask(raw), kind.split(raw), kind.room_level(raw)):
        assert series.index.tolist() == [7, 3]
    assert got.values.dtype == "str" and got.value_class.dtype == "str" and kind.mask(raw).dtype == "str"


@KINDS
def test_an_empty_column_passes(kind: IdentifierKind) -> None:
    empty = pd.Series([], dtype="str")
    assert len(kind.normalise(empty).values) == len(kind.mask(empty)) == len(kind.split(empty)) == 0
    assert len(kind.room_level(empty)) == 0


def test_only_sender_and_waybill_live_inside_a_case() -> None:
    assert {k.name for k in IDENTIFIER_KINDS if k.case_only} == {"mail_sender", "waybill"}


def test_a_kind_answers_to_its_chinese_and_english_names() -> None:
    assert get_kind("微信").name == get_kind("WeChat").name == get_kind(" we_chat ").name == "wechat"
    assert get_kind("運單號").name == "waybill"
    assert get_kind("银行卡号").name == "account"


def test_no_alias_belongs_to_two_kinds() -> None:
    from ringfinder.identifiers import fold_word

    words: dict[str, str] = {}
    for kind in IDENTIFIER_KINDS:
        for word in (kind.name, kind.zh, kind.en, *kind.aliases):
            assert words.setdefault(fold_word(word), kind.name) == kind.name


def test_a_word_of_the_users_own_is_a_generic_kind_of_that_name() -> None:
    kind = get_kind(" VoicePrint ")
    assert kind.name == "voiceprint" and not kind.case_only
    assert kind.normalise(column("VP-001")).values.tolist() == ["vp-001"]
