"""Redactor: takes names and numbers out of letters and leaves the wording."""

from __future__ import annotations

import pytest

from ringfinder.case.redact import Redactor, redact_shapes
from ringfinder.identifiers.clean import clean


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话14200120001。", "电话[电话]。"),
        ("电话１４２００１２０００１。", "电话[电话]。"),
        ("+86 142-0012-0001", "[电话]"),
        ("座机010-55550000", "座机[电话]"),
        ("身份证990101199001011234", "身份证[证件号]"),
        ("卡号9991 2300 0000 0000 011", "卡号[账号]"),
        ("邮箱 a.b@example.com", "邮箱 [邮箱]"),
        ("一四二零零一二零零零一", "[号码]"),
        ("微信号:wx_someone1", "微信[微信]"),
        ("2021年3月5日交12000.00元,2021-03-05", "2021年3月5日交12000.00元,2021-03-05"),
        ("拨打12378、95519", "拨打12378、95519"),
    ],
)
def test_shapes_go_and_dates_and_amounts_stay(text: str, shown: str) -> None:
    assert redact_shapes(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我叫测甲子,", "我叫[姓名],"),
        ("我叫 测 甲 子,", "我叫 [姓名],"),
        ("测甲子丑", "[姓名]"),
        ("投诉人测甲子", "投诉人[姓名]"),
        ("I am Test  Person, yes", "I am [姓名], yes"),
        ("测试产品", "测试产品"),
    ],
)
def test_names_on_file_go_the_longest_first(text: str, shown: str) -> None:
    redactor = Redactor.of(["测甲子", "测甲子丑", "test person", "测"])
    assert redactor.redact(text) == shown


def test_values_on_file_go_whatever_their_shape() -> None:
    redactor = Redactor.of([], values=["wx-abcdef", "abc"])
    assert redactor.redact("找 wx-abcdef 或 abc") == "找 [号码] 或 abc"


def test_control_and_bidirectional_characters_go() -> None:
    assert clean("a\x1b[2J\x00\x9b\u202eb\u200b\ud800c") == "a[2Jb\ufffdc"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("是代理人王某国说的", "是代理人[姓名]说的"),
        ("经手人是彭某秋,一年一交", "经手人是[姓名],一年一交"),
        ("后来找王经理和李老师", "后来找[姓名]经理和[姓名]老师"),
        ("家在此,明德花园3号楼2单元501室", "家在此,[地址]"),
        ("家住东坪村6组", "[地址]"),
        ("寄到12栋3单元402室", "寄到[地址]"),
    ],
)
def test_people_and_homes_that_are_not_on_file_go_too(text: str, shown: str) -> None:
    assert Redactor.of([]).redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "对方律师也在,客户经理没有说明",
        "业务员马上说可以退,有个经理来电",
        "一楼大厅说明会上,10月5号交了3000元",
        "我住在三楼,孩子上初二",
        "第3层意思是全村人都知道",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert Redactor.of([]).redact(text) == text


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("业务员欧阳明哲上门推销", "欧阳明哲"),
        ("我爱人刘秀兰签的字", "刘秀兰"),
        ("儿子赵德柱也买了", "赵德柱"),
        ("护照E99887705在附件", "E99887705"),
    ],
)
def test_names_of_kin_and_papers_go_though_nobody_of_that_name_is_on_file(text, gone):
    assert gone not in Redactor.of([]).redact(text)


@pytest.mark.parametrize("text", ["业务员马上说可以退", "经理向我承诺三年回本", "由于公司没有回访"])
def test_ordinary_words_after_an_introduction_stay(text):
    assert Redactor.of([]).redact(text) == text


ON_FILE = Redactor.of(
    ["范文", "金玉", "正平", "范文静", "甲州正平律师事务所", "不详"], products=["金玉满堂两全", "康乐重疾"]
)


@pytest.mark.parametrize(
    "text",
    [
        "保险退保投诉信范文:尊敬的领导",
        "网上的投诉范文如下",
        "甲州正平律师事务所就其与贵公司人身保险合同纠纷一事致函",
        "乙州市正平律师事务所致函",
        "购买金玉满堂两全一份,又买金玉满堂",
        "地址不详",
    ],
)
def test_titles_firms_and_products_stay_though_a_name_on_file_is_part_of_them(text: str) -> None:
    assert ON_FILE.redact(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("投诉人范文,投诉信范文", "投诉人[姓名],投诉信范文"),
        ("我找范文谈过", "我找[姓名]谈过"),
        ("投诉信范文静写的", "投诉信[姓名]写的"),
        ("金玉满意", "[姓名]满意"),
        ("正平公司上班", "[姓名]公司上班"),
    ],
)
def test_in_doubt_the_name_goes(text: str, shown: str) -> None:
    assert ON_FILE.redact(text) == shown


def test_a_signs_of_a_place_that_stays_can_not_be_typed_in() -> None:
    assert ON_FILE.redact("\ue0007\ue001,金玉满堂") == "7,金玉满堂"


def test_policy_numbers_are_called_so() -> None:
    redactor = Redactor.of([]).with_secrets(["wx-abcdef"], ["P5962336938", "869633956995"])
    assert redactor.redact("单P5962336938和869633956995,wx-abcdef") == "单[保单号]和[保单号],[号码]"
    assert redactor.redact("保单号码862176949905,卡号862176949905") == "保单[保单号],卡号[账号]"


@pytest.mark.parametrize("text", ["住丁海市新城区和平里9号", "家住丁海市新城区和平里9号2栋301室"])
def test_an_address_in_a_lane_goes_with_its_town(text: str) -> None:
    assert redact_shapes(text) == "[地址]"


def test_a_day_of_a_month_is_no_address() -> None:
    assert redact_shapes("这个月里9号交的钱") == "这个月里9号交的钱"
