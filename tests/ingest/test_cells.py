"""Dates, money, choices and flags as people type them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.ingest import cells, words
from ringfinder.model.dataset import TABLES


def one_date(cell: object) -> tuple[str | None, str]:
    values, classes = cells.dates(pd.Series([cell], dtype="str" if isinstance(cell, str) else "object"))
    day = values.iloc[0]
    return (None if pd.isna(day) else day.strftime("%Y-%m-%d")), classes.iloc[0]


@pytest.mark.parametrize(
    "typed",
    [
        "2021-03-05", "2021/3/5", "20210305", "2021年3月5日", "2021.3.5", "２０２１－０３－０５", "2021-03-05 13:45:00",
        "2021-03-05T13:45:00", "2021/3/5 13:45", "20210305134500", "44260", "44260.0", "44260.57", "5-Mar-2021",
        "2021年03月05日 13时45分",
        " 2021-3-5 ", "20210305.0", dt.datetime(2021, 3, 5, 9), dt.date(2021, 3, 5), 44260, 44260.5,
        20210305,
    ],
)  # fmt: skip
def test_every_spelling_of_a_day_is_that_day(typed: object) -> None:
    assert one_date(typed) == ("2021-03-05", "")


@pytest.mark.parametrize(
    ("typed", "value_class"),
    [
        ("2021-02-30", "impossible_date"),
        ("2021-13-01", "impossible_date"),
        ("20210231", "impossible_date"),
        ("1850-01-01", "date_out_of_range"),
        ("2101-01-01", "date_out_of_range"),
        ("0000-00-00", "placeholder"),
        ("9999-12-31", "placeholder"),
        ("1900-01-01", "placeholder"),
        ("不详", "placeholder"),
        ("-", "placeholder"),
        ("去年春天", "not_a_date"),
        ("03/05/2021", "not_a_date"),
        ("2021年3月", "not_a_date"),
        ("20000", "not_a_date"),
        ("99999", "not_a_date"),
    ],
)
def test_what_is_no_day_says_why(typed: str, value_class: str) -> None:
    assert one_date(typed) == (None, value_class)


def test_an_empty_date_is_no_reject() -> None:
    assert one_date("") == one_date("NULL") == one_date(None) == (None, "")


def test_typed_days_are_taken_as_they_are() -> None:
    typed = pd.Series(np.array(["2021-03-05T10:00", "NaT", "1850-01-01"], dtype="datetime64[s]"))
    values, classes = cells.dates(typed)
    assert values.dtype == "datetime64[s]"
    assert values.dt.strftime("%Y-%m-%d").tolist()[0] == "2021-03-05"
    assert classes.tolist() == ["", "", "date_out_of_range"]


def test_a_time_stamp_with_a_zone_is_read_on_the_clock_of_beijing() -> None:
    values, _ = cells.dates(pd.Series(pd.to_datetime(["2021-03-04T20:00:00Z"])))
    assert values.dt.strftime("%Y-%m-%d").tolist() == ["2021-03-05"]


@settings(deadline=None, max_examples=60)
@given(st.dates(min_value=dt.date(1901, 1, 1), max_value=dt.date(2100, 12, 30)))
def test_any_day_survives_every_spelling(day: dt.date) -> None:
    spellings = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
    ]
    values, classes = cells.dates(pd.Series(spellings, dtype="str"))
    assert set(values.dt.date) == {day} and set(classes) == {""}


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("1234.56", 1234.56), ("1,234.56", 1234.56), ("￥1,234.56", 1234.56), ("¥1234.56元", 1234.56),
        ("1234.56 元", 1234.56),
        ("１２３４．５６", 1234.56), ("1.2万元", 12000.0), ("1.2万", 12000.0), ("-300", -300.0), ("(300.00)", -300.0),
        ("0", 0.0), ("1234.567", 1234.57), ("RMB 1234", 1234.0), ("5000元整", 5000.0), ("1,234,567", 1234567.0),
    ],
)  # fmt: skip
def test_every_spelling_of_an_amount_is_that_amount(typed: str, yuan: float) -> None:
    values, classes = cells.money(pd.Series([typed], dtype="str"))
    assert values.tolist() == [yuan] and classes.tolist() == [""]


@pytest.mark.parametrize(
    ("typed", "value_class"),
    [
        ("一千元", "not_money"),
        ("1.234,56", "not_money"),
        ("12,34", "not_money"),
        ("1.2E+05", "ruined"),
        ("-", "placeholder"),
        ("inf", "not_money"),
    ],
)
def test_what_is_no_amount_says_why(typed: str, value_class: str) -> None:
    values, classes = cells.money(pd.Series([typed], dtype="str"))
    assert values.isna().all() and classes.tolist() == [value_class]


def test_typed_numbers_are_rounded_to_fen() -> None:
    values, classes = cells.money(pd.Series([1.005, 2.344999, np.nan, np.inf]))
    assert values.tolist()[1] == 2.34
    assert classes.tolist() == ["", "", "", "not_money"]


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_choice_names_itself(table) -> None:
    for column in table.columns:
        for choice in column.choices:
            values, classes = words.choose(table.name, column.name, pd.Series([choice.upper()], dtype="str"))
            assert values.tolist() == [choice] and classes.tolist() == [""]


@pytest.mark.parametrize(
    ("place", "typed", "choice"),
    [
        (("phones", "role"), "投诉", "complaint"),
        (("phones", "role"), "退保", "surrender"),
        (("phones", "role"), "保單", "policy"),
        (("phones", "role"), "服务", "service"),
        (("surrenders", "kind"), "正常退保", "normal"),
        (("surrenders", "kind"), "犹豫期退保", "cooling_off"),
        (("surrenders", "kind"), "协议退保", "negotiated"),
        (("surrenders", "kind"), "ct", "normal"),
        (("surrenders", "kind"), "WT", "cooling_off"),
        (("surrenders", "kind"), "ＸＴ", "negotiated"),
        (("intermediaries", "kind"), "离职业务员", "ex_agent"),
        (("intermediaries", "kind"), "律师事务所", "law_firm"),
        (("engagements", "role"), "销售", "sold"),
        (("engagements", "role"), "咨询", "advised"),
        (("bank_accounts", "role"), "收款", "payout"),
        (("directory", "kind"), "账户", "account"),
    ],
)
def test_choices_in_chinese_are_known(place: tuple[str, str], typed: str, choice: str) -> None:
    values, _ = words.choose(*place, pd.Series([typed], dtype="str"))
    assert values.tolist() == [choice]


@pytest.mark.parametrize("typed", ["是", "成立", "Y", "yes", "1", "true", "TRUE", "1.0", "属实"])
def test_yes_in_every_spelling(typed: str) -> None:
    assert words.flag(pd.Series([typed], dtype="str"))[0].tolist() == [True]


@pytest.mark.parametrize("typed", ["否", "不成立", "N", "no", "0", "false", "0.0", "不属实", "查无实据"])
def test_no_in_every_spelling(typed: str) -> None:
    assert words.flag(pd.Series([typed], dtype="str"))[0].tolist() == [False]


def test_an_unknown_word_is_told_from_an_empty_cell() -> None:
    _, classes = words.flag(pd.Series(["转办", None], dtype="str"))
    assert classes.tolist() == ["unknown_word", ""]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("投诉成立", True),
        ("部分成立", True),
        ("不成立", False),
        ("投诉不成立", False),
        ("撤诉", pd.NA),
        ("处理中", pd.NA),
        ("协商解决", pd.NA),
        ("查有实据", True),
    ],
)
def test_the_words_of_a_complaints_outcome_are_known(word: str, value: object) -> None:
    values, classes = words.flag(pd.Series([word], dtype="str"))
    assert values.tolist() == [value]
    assert classes.tolist() == [""]


@pytest.mark.parametrize(
    ("table", "column", "word", "choice"),
    [
        ("surrenders", "kind", "协商退保", "negotiated"), ("surrenders", "kind", "犹豫期退保", "cooling_off"),
        ("surrenders", "kind", "正常退保", "normal"), ("phones", "role", "监管转办", "complaint"),
        ("phones", "role", "银保监转办", "complaint"), ("phones", "role", "12378", "complaint"),
        ("phones", "role", "信访", "complaint"), ("phones", "role", "来访", "complaint"),
        ("phones", "role", "热线", "service"),
    ],
)  # fmt: skip
def test_the_words_insurers_use_are_choices_of_the_contract(table: str, column: str, word: str, choice: str) -> None:
    values, _ = words.choose(table, column, pd.Series([word], dtype="str"))
    assert values.tolist() == [choice]


@pytest.mark.parametrize(
    "cell",
    [
        "14200123456",
        "工号20231",
        "１４２００１",
        "本人要求贵公司全额退还全部保费",
        "a@b.cn",
        "甲\n乙",
        "1 2 3 4 5 6",
        "<b>",
    ],
)
def test_a_cell_that_may_be_personal_is_never_quoted(cell: str) -> None:
    assert words.quotable(pd.Series([cell], dtype="str")) == [("(长文本)", "(long text)")]


def test_a_column_of_many_different_words_is_none_of_choices_and_quotes_none() -> None:
    names = pd.Series([f"林{chr(0x4E00 + i)}" for i in range(40)], dtype="str")
    assert {shown for shown, _ in words.quotable(names)} == {"(长文本)"}
