"""Phones as people type them."""

from __future__ import annotations

import pandas as pd
import pytest

from ringfinder.identifiers.phone import mask_phone, normalise_phone, split_phones


def one(cell: str) -> tuple[str | None, str]:
    got = normalise_phone(pd.Series([cell], dtype="str"))
    value = got.values.iloc[0]
    return (value if isinstance(value, str) else None), got.value_class.iloc[0]


@pytest.mark.parametrize(
    "typed",
    [
        "14200123456",
        "１４２００１２３４５６",
        "+8614200123456",
        "+86 142 0012 3456",
        "0086-142-0012-3456",
        "(+86)14200123456",
        "86 14200123456",
        "8614200123456",
        "+86-014200123456",
        "014200123456",
        "142-0012-3456",
        "142.0012.3456",
        "14200123456.0",
        "14200123456(本人)",
        "手机：14200123456",
        "手機號:14200123456",
        "14200123456转8",
        "14200123456 ext.12",
        "14200123456#3",
        "\ufeff14200\u200b123456\t",
        "'14200123456",
        '="14200123456"',
        "142—0012—3456",
        "1795114200123456",
    ],
)
def test_every_spelling_of_a_mobile_is_one_number(typed: str) -> None:
    assert one(typed) == ("14200123456", "")


@pytest.mark.parametrize(
    "typed",
    [
        "0595-22123456",
        "(0595)22123456",
        "（０５９５）２２１２ ３４５６",
        "059522123456",
        "+86 595 22123456",
        "+86-0595-22123456",
        "0595-22123456-801",
        "0595-22123456转801",
        "0595-22123456 轉 801",
        "0595-22123456 ext 801",
        "0595-22123456x801",
    ],
)
def test_every_spelling_of_a_landline_is_one_number(typed: str) -> None:
    assert one(typed) == ("059522123456", "")


def test_a_beijing_landline_with_country_code_gets_its_area_code_back() -> None:
    assert one("+86 10 6212 3457") == ("01062123457", "")


@pytest.mark.parametrize("typed", ["95511", "0595-95511", "400-800-1234", "12378", "10086"])
def test_a_hotline_stays_and_is_noted(typed: str) -> None:
    value, value_class = one(typed)
    assert value is not None and value.isdigit()
    assert value_class == "hotline"


def test_a_foreign_number_keeps_its_country_code() -> None:
    assert one("+852 9123 4567") == one("00852-91234567") == ("+85291234567", "")


@pytest.mark.parametrize(
    "typed", ["142****3456", "142xxxx3456", "142XXXX3456", "142＊＊＊＊3456", "142....3456", "142---3456"]
)
def test_a_masked_number_joins_nobody(typed: str) -> None:
    assert one(typed) == (None, "masked")


@pytest.mark.parametrize(
    "typed",
    ["无", "不详", "-", "0" * 11, "1" * 11, "13800138000", "12345678901", "18888888888", "999", "xxx"],
)
def test_a_placeholder_number_joins_nobody(typed: str) -> None:
    assert one(typed) == (None, "placeholder")


@pytest.mark.parametrize(
    ("typed", "value_class"),
    [
        ("1.42001E+10", "ruined"),
        ("22123456", "too_short"),
        ("1420012", "too_short"),
        ("142001234567890123", "malformed"),
        ("儿子的手机", "malformed"),
        ("a@example.com", "malformed"),
    ],
)
def test_what_is_no_number_says_why(typed: str, value_class: str) -> None:
    assert one(typed) == (None, value_class)


@pytest.mark.parametrize("prefix", ["142", "143", "154", "161", "164", "194"])
def test_synthetic_prefixes_pass(prefix: str) -> None:
    assert one(prefix + "00123456") == (prefix + "00123456", "")


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("14200123456/14300123456", ["14200123456", "14300123456"]),
        ("14200123456，14300123456", ["14200123456", "14300123456"]),
        ("14200123456；0595-22123456", ["14200123456", "0595-22123456"]),
        ("14200123456、14300123456", ["14200123456", "14300123456"]),
        ("14200123456 14300123456 15400123456", ["14200123456", "14300123456", "15400123456"]),
        ("14200123456\n14300123456", ["14200123456", "14300123456"]),
        ("1420012345614300123456", ["14200123456", "14300123456"]),
        ("14200123456或14300123456", ["14200123456", "14300123456"]),
        ("142 0012 3456", ["142 0012 3456"]),
        ("0595 22123456", ["0595 22123456"]),
        ("N/A", ["N/A"]),
        ("", []),
    ],
)
def test_several_numbers_in_a_cell_part(cell: str, numbers: list[str]) -> None:
    assert split_phones(pd.Series([cell], dtype="str")).tolist() == [numbers]


def test_masks_follow_the_house_table() -> None:
    typed = pd.Series(["142-0012-3456", "0595-22123456", "010-62123457", "95511", "142****3456", None], dtype="str")
    shown = ["142****3456", "0595-****3456", "010-****3457", "95***", "***"]
    assert mask_phone(typed).tolist()[:5] == shown
    assert mask_phone(typed).isna().tolist() == [False] * 5 + [True]
