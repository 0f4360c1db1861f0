"""Headers and table names in Chinese, English and the user's own words."""

from __future__ import annotations

import pytest

from ringfinder.errors import ConfigError, TableError
from ringfinder.identifiers import fold_word
from ringfinder.ingest.headers import _COLUMNS, _TABLES, column_named, match_headers, table_like, table_named
from ringfinder.model.dataset import TABLE_BY_NAME, TABLES


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_table_and_column_has_its_own_names_and_a_chinese_one(table) -> None:
    assert table_named(table.name) == table_named(table.zh) == table.name
    assert set(_COLUMNS[table.name]) == set(table.column_names)
    for column in table.column_names:
        assert column_named(table.name, column) == column
        assert any("\u4e00" <= c <= "\u9fff" for c in _COLUMNS[table.name][column])


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_no_alias_means_two_columns(table) -> None:
    seen: dict[str, str] = {}
    for column, aliases in _COLUMNS[table.name].items():
        for word in (column, *aliases.split()):
            assert seen.setdefault(fold_word(word), column) == column, word


def test_no_alias_means_two_tables() -> None:
    seen: dict[str, str] = {}
    for name, aliases in _TABLES.items():
        for word in (name, TABLE_BY_NAME[name].zh, *aliases.split()):
            assert seen.setdefault(fold_word(word), name) == name, word


@pytest.mark.parametrize(
    ("table", "header", "column"),
    [
        ("policies", "保单号", "policy_id"), ("policies", "个人保单号", "policy_id"),
        ("policies", "合同号", "policy_id"),
        ("policies", "ContNo", "policy_id"), ("policies", "销售渠道", "channel"),
        ("policies", "已交保费", "premiums_paid"),
        ("policies", "工号", "agent_id"), ("policies", "AgentCode", "agent_id"), ("policies", "業務員代碼", "agent_id"),
        ("surrenders", "现金价值（元）", "cash_value"), ("surrenders", "协议退保金额", "amount_paid"),
        ("intermediaries", "离职日期", "left_on"), ("complaints", "工单号", "complaint_id"),
        ("complaints", "投诉是否成立", "upheld"), ("phones", "Policyholder ID", "policyholder_id"),
        ("phones", "ＰＨＯＮＥ", "phone"), ("phones", "手机号*", "phone"),
    ],
)  # fmt: skip
def test_headers_of_real_systems_are_known(table: str, header: str, column: str) -> None:
    assert column_named(table, header) == column


def test_the_users_mapping_beats_the_alias_table() -> None:
    table = TABLE_BY_NAME["phones"]
    got = match_headers(table, ["客户号", "电话", "备用"], mapping={"备用": "phone", "缺": "role"}, file="phones.csv")
    assert got.position == {"policyholder_id": 0, "phone": 2}
    assert got.unknown == ("电话",)
    assert got.unused_mapping == ("缺",)


def test_two_headers_for_one_column_are_an_error_with_a_cure() -> None:
    with pytest.raises(TableError, match="two headers mean 'phone'") as error:
        match_headers(TABLE_BY_NAME["phones"], ["客户号", "电话", "手机"], mapping={}, file="phones.csv")
    assert '[mapping.phones]\n"手机" = ""' in error.value.hint


def test_a_header_mapped_to_nothing_is_left_out() -> None:
    got = match_headers(TABLE_BY_NAME["phones"], ["客户号", "电话", "手机"], mapping={"手机": ""}, file="phones.csv")
    assert got.position == {"policyholder_id": 0, "phone": 1}


def test_a_missing_column_names_what_was_found_and_how_to_map_it() -> None:
    with pytest.raises(TableError) as error:
        match_headers(TABLE_BY_NAME["phones"], ["客户号", "phon_nr"], mapping={}, file="phones.csv")
    assert error.value.column == "phone" and error.value.file == "phones.csv"
    assert "phon_nr" in str(error.value)
    assert error.value.hint.endswith('[mapping.phones]\n"phon_nr" = "phone"')


def test_a_first_line_of_data_is_not_shown() -> None:
    with pytest.raises(TableError) as error:
        match_headers(TABLE_BY_NAME["phones"], ["P1", "14200123456"], mapping={}, file="phones.csv")
    assert "14200123456" not in str(error.value) + error.value.hint


def test_a_mapping_to_a_column_that_is_none_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match="no column named 'fone'") as error:
        match_headers(TABLE_BY_NAME["phones"], ["a"], mapping={"a": "fone"}, file="phones.csv")
    assert "did you mean 'phone'" in error.value.hint


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("联系方式", "phones"), ("手机号码", "phones"), ("客户信息表", "policyholders"), ("投诉工单2024", "complaints"),
        ("2023年投诉件", "complaints"), ("退保清单_20240131", "surrenders"), ("亲属关系表", "relations"),
        ("银行账户(导出)", "bank_accounts"), ("代理人", "intermediaries"), ("关系", "relations"),
        ("policies_v2", "policies"), ("phones final", "phones"), ("清单", None), ("2024", None), ("说明", None),
    ],
)  # fmt: skip
def test_file_names_of_real_exports_are_known(name: str, table: str | None) -> None:
    assert table_like(name) == table


@pytest.mark.parametrize("header", ["收款账号", "收款账户", "银行卡号"])
def test_accounts_are_known_by_what_they_are_for(header: str) -> None:
    assert column_named("bank_accounts", header) == "account"


def test_a_missing_column_says_where_the_mapping_goes() -> None:
    with pytest.raises(TableError) as error:
        match_headers(TABLE_BY_NAME["phones"], ["客户号", "phon_nr"], mapping={}, file="phones.csv")
    assert "ringfinder.toml in the folder of your tables" in error.value.hint
    assert "--config" in error.value.hint


def test_a_header_with_control_characters_is_shown_without_them() -> None:
    with pytest.raises(TableError) as error:
        match_headers(TABLE_BY_NAME["phones"], ["客户号", "a\nb\x1b[2J"], mapping={}, file="phones.csv")
    assert "\x1b" not in str(error.value) + error.value.hint
    assert '"a b [2J"' in error.value.hint or "a b" in str(error.value)
