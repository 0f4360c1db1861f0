"""Accounts, addresses, mail and papers as people type them; display masks."""

from __future__ import annotations

import pandas as pd
import pytest

from ringfinder.identifiers import get_kind
from ringfinder.identifiers.id_number import normalise_id_number
from ringfinder.identifiers.masking import mask_id_number, mask_name, mask_policy, number_alike
from ringfinder.identifiers.script import simplify


def one(kind: str, cell: str) -> tuple[str | None, str]:
    got = get_kind(kind).normalise(pd.Series([cell], dtype="str"))
    value = got.values.iloc[0]
    return (value if isinstance(value, str) else None), got.value_class.iloc[0]


@pytest.mark.parametrize(
    "typed",
    [
        "6222021234567890123",
        "6222 0212 3456 7890 123",
        "６２２２０２１２３４５６７８９０１２３",
        "6222-0212-3456-7890-123",
        "'6222021234567890123",
    ],
)
def test_every_spelling_of_a_card_is_one_account(typed: str) -> None:
    assert one("account", typed) == ("6222021234567890123", "")


@pytest.mark.parametrize(
    ("typed", "value_class"),
    [
        ("6.22202E+18", "ruined"),
        ("6.22202e18", "ruined"),
        ("6222021234567890000", "ruined"),
        ("6222****0123", "masked"),
        ("6222xxxx0123", "masked"),
        ("1234567", "placeholder"),
        ("7654019", "too_short"),
        ("0" * 16, "placeholder"),
        ("工商银行", "malformed"),
        ("9" * 15 + "1" * 20, "malformed"),
    ],
)
def test_an_unusable_account_says_why(typed: str, value_class: str) -> None:
    assert one("account", typed) == (None, value_class)


def test_an_account_read_as_float_loses_its_decimal() -> None:
    assert one("account", "98700123456.0") == ("98700123456", "")


@pytest.mark.parametrize(
    "typed",
    [
        "福建省某某市东坪区明德路12号3幢2单元502室",
        "某某市東坪區明德路12號3棟2單元502室",
        "某某市东坪区明德路１２号３栋２单元５０２",
        "某某市 东坪区 明德路12号 3号楼 2单元 502房",
        "中国福建省某某市东坪区明德路12号三栋二单元502室",
        "某某市东坪区明德路12号3-2-502",
        "某某市东坪区明德路12号3#2单元502",
    ],
)
def test_every_spelling_of_a_home_is_one_address(typed: str) -> None:
    assert one("address", typed) == ("某某市东坪区明德路12号3栋2单元502室", "")


def test_two_rooms_stay_two_addresses() -> None:
    assert one("address", "某市明德路12号3栋502室") != one("address", "某市明德路12号3栋503室")


@pytest.mark.parametrize(
    ("typed", "home"),
    [
        ("某市明德路12号祥和花园3栋502室", True),
        ("某市明德路12号3-502", True),
        ("某县上林村18号", True),
        ("某县上林村3组18号", True),
        ("某市榕树巷7号", True),
        ("某市明德路12号", False),
        ("某市东坪区", False),
        ("某县上林村", False),
        ("不详", False),
    ],
)
def test_only_a_room_or_a_village_house_is_a_home(typed: str, home: bool) -> None:
    assert get_kind("address").room_level(pd.Series([typed], dtype="str")).tolist() == [home]


def test_address_mask_stops_at_the_district() -> None:
    shown = get_kind("address").mask(
        pd.Series(["福建省某某市东坪区明德路12号502室", "某县东门小区8栋502室", "明德路12号"])
    )
    assert shown.tolist() == ["福建省某某市东坪区***", "某县***", "***"]


def test_a_sender_may_be_an_address_a_phone_or_a_code() -> None:
    assert one("mail_sender", "某市明德路12号3幢502") == ("某市明德路12号3栋502室", "")
    assert one("mail_sender", "+86 142-0012-3456") == ("14200123456", "")
    assert one("mail_sender", "S-0017") == ("s-0017", "")
    assert one("mail_sender", "142****3456") == (None, "masked")


def test_mail_and_wechat_know_no_case() -> None:
    assert one("email", " U1@Example.COM ") == ("u1@example.com", "")
    assert one("wechat", "Wx_AB12") == ("wx_ab12", "")
    assert one("email", "u1example.com") == (None, "malformed")


def test_a_device_id_every_phone_reports_joins_nobody() -> None:
    assert one("device", "02:00:00:00:00:00") == (None, "placeholder")
    assert one("device", "00000000-0000-0000-0000-000000000000") == (None, "placeholder")
    assert one("device", "AA-BB-CC-DD-EE-01") == one("device", "aa:bb:cc:dd:ee:01") == ("aabbccddee01", "")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("林小明", "林某某"),
        ("李明", "李某"),
        ("欧阳小明", "欧阳某某"),
        ("阿依·古丽", "阿某某"),
        ("正和法律咨询有限公司", "某咨询公司"),
    ],
)
def test_a_name_keeps_its_surname_only(name: str, shown: str) -> None:
    assert mask_name(name) == shown


def test_id_card_policy_and_card_masks_follow_the_house_table() -> None:
    assert mask_id_number("990101199001010019") == "990101********0019"
    assert mask_policy("P20210456789") == "*****6789"
    assert get_kind("account").mask(pd.Series(["6222021234567890123"])).tolist() == ["622202*********0123"]
    assert get_kind("wechat").mask(pd.Series(["wx_abc8"])).tolist() == ["w***8"]
    assert get_kind("email").mask(pd.Series(["lin@example.com"])).tolist() == ["l***@example.com"]


def test_the_birth_date_is_never_in_an_id_mask() -> None:
    assert "1990" not in mask_id_number("990101199001010019")
    assert "900101" not in mask_id_number("990101900101001")[6:]


def test_alike_masks_are_numbered_the_same_way_in_any_row_order() -> None:
    names = pd.Series(["林小明", "林小红", "王小明"])
    forward = number_alike(names, names.map(mask_name))
    backward = number_alike(names[::-1], names[::-1].map(mask_name))
    assert forward.tolist() == backward[::-1].tolist() == ["林某某1", "林某某2", "王某某"]


def test_masked_and_ruined_papers_join_nobody() -> None:
    got = normalise_id_number(pd.Series(["990101********0019", "9.90101E+17", "990101 19900101 001x", "无"]))
    assert got.values.tolist()[2] == "99010119900101001X"
    assert got.value_class.tolist() == ["masked", "ruined", "", "placeholder"]


def test_traditional_script_folds() -> None:
    assert simplify("豐澤區開發路3號樓投訴") == "丰泽区开发路3号楼投诉"
