"""Which header is which column, and which file or sheet is which table.

In:  names as found.   Out: names of the contract.   `_TABLES` and `_COLUMNS` are the only home of aliases; names are
compared folded (half-width, simplified, lower case, without spaces and `_ - . *`).
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ringfinder.errors import ConfigError, TableError
from ringfinder.identifiers import fold_word
from ringfinder.model.dataset import TABLE_BY_NAME, TABLES, Table

_TABLES: Mapping[str, str] = {
    "policyholders": (
        "投保人信息 客户 客户信息 客户资料 客户档案 投保客户 投保人资料 投保人基本信息 客户基本信息 "
        "policyholder customers customer clients applicants"
    ),
    "policies": "保单信息 个人保单 承保 承保信息 保险合同 合同 合同信息 policy contracts contract",
    "phones": (
        "联系电话 客户电话 手机 手机号 手机号码 电话号码 联系方式 客户联系方式 联系方法 通讯录 客户手机 "
        "phone phone_numbers mobile mobiles telephone telephones contacts"
    ),
    "bank_accounts": (
        "账户 账号 账户信息 银行卡 银行卡号 银行账号 客户账户 客户账号 银行信息 收付费账户 收款账户 收款账号 付款账户 "
        "bank_account accounts account bank_cards"
    ),
    "complaints": (
        "投诉 投诉工单 工单 投诉信 投诉信件 投诉案件 投诉信访 信访件 信访 投诉台账 投诉登记 投诉处理 complaint tickets"
    ),
    "surrenders": "退保信息 退保件 退保申请 退保登记 退保数据 解约 解约信息 退保给付 surrender cancellations",
    "intermediaries": (
        "中介 业务员 业务员信息 代理人 代理人信息 营销员 营销员信息 中介机构 中介信息 中介及业务员 保险代理人 "
        "业务人员 销售人员 intermediary agents agent brokers"
    ),
    "engagements": "服务关系 销售关系 委托关系 代理委托 委托 客户业务员关系 engagement representations",
    "relations": "亲属 家庭关系 亲属信息 家庭 家庭成员 亲属名单 关系 家属 家属关系 relation kinship relatives family",
    "directory": (
        "公共号码 号码簿 白名单 公共电话 公用号码 公用电话 热线 热线号码 网点 directories whitelist hotlines"
    ),
    "identifiers": "标识 其它标识 标识信息 identifier",
}
#: what people hang on a name that says nothing about the table: a period, a part, "list", "export"
_PERIOD = (
    r"^(?:[\d年月日季度第至~()\[\]]+|导出)"
    r"|(?:表|明细|清单|数据|记录|列表|台账|导出|上半年|下半年|全年|h[12]|q[1-4]|part|export|list|table|data)$"
    r"|[\d年月日季度第至~()\[\]]+$"
)
#: what makes a name another state of the same rows, and not a part of them: "newest", "masked", "copy"
_STATE = r"^(?:全量|全部|最新)|(?:汇总|全量|最新|脱敏|终版|最终版|副本|final|v)$"
_OF_PERIOD, _OF_STATE = re.compile(_PERIOD), re.compile(f"{_PERIOD}|{_STATE}")
_HOLDER = (
    "投保人编号 投保人ID 投保人代码 投保人客户号 投保人号 客户号 客户编号 客户ID 客户代码 客户号码 holder_id "
    "customer_id customer_no customer_number applicant_id person_id appnt_no client_id"
)
_SINCE = "起始日期 开始日期 登记日期 生效日期 变更日期 日期 start_date date from_date valid_from"
_POLICY = "保单号 保单编号 保单号码 个人保单号 合同号 保险合同号 保单ID policy_no policy_number cont_no contract_no"
_AGENT = "工号 业务员代码 业务员工号 业务员编号 代理人编号 代理人代码 营销员代码 agent_code agent_no"
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "policyholders": {
        "policyholder_id": _HOLDER + " id 编号",
        "name": "姓名 投保人 投保人姓名 客户姓名 名称 holder_name customer_name",
        "id_number": "证件号 证件号码 身份证号 身份证号码 身份证 投保人证件号 投保人证件号码 id_no id_card",
        "birth_date": "出生日期 生日 投保人出生日期 birthday dob birthdate",
        "gender": "性别 投保人性别 sex",
        "address": "地址 住址 联系地址 通讯地址 家庭地址 家庭住址 投保人地址 addr",
        "employer": "单位 工作单位 投保人单位 雇主 company",
    },
    "policies": {
        "policy_id": _POLICY + " id",
        "policyholder_id": _HOLDER,
        "product": "产品 产品名称 险种 险种名称 主险名称 产品代码 险种代码 product_name product_code",
        "channel": "渠道 销售渠道 sales_channel",
        "issued_on": "承保日期 签单日期 出单日期 投保日期 生效日期 保单生效日 issue_date issued effective_date",
        "premiums_paid": "已交保费 累计已交保费 已缴保费 累计保费 实交保费 保费 premium_paid premiums premium",
        "agent_id": _AGENT + " 销售业务员 保单归属业务员 归属业务员 agent_id_at_sale agent",
    },
    "phones": {
        "policyholder_id": _HOLDER,
        "phone": "电话 电话号码 联系电话 手机 手机号 手机号码 号码 联系方式 mobile tel telephone phone_number phone_no",
        "role": "用途 电话用途 类型 电话类型 角色 来源 phone_type usage type",
        "since": _SINCE,
    },
    "bank_accounts": {
        "policyholder_id": _HOLDER,
        "account": (
            "账号 账户 银行账号 银行账户 银行卡号 卡号 银行卡 收款账号 收款账户 收款卡号 收款银行账号 领款账号 "
            "给付账号 account_no account_number card_no payee_account"
        ),
        "role": "用途 账户用途 类型 账户类型 角色 account_type usage type",
        "since": _SINCE,
    },
    "complaints": {
        "complaint_id": (
            "投诉编号 投诉件号 投诉件编号 投诉单号 工单号 工单编号 件号 ticket_no ticket_id complaint_no id"
        ),
        "policyholder_id": _HOLDER,
        "filed_on": (
            "投诉日期 投诉时间 受理日期 受理时间 收件日期 来件日期 登记日期 received_at filed_at complaint_date date"
        ),
        "source": "来源 投诉来源 投诉渠道 渠道 channel",
        "text": "内容 投诉内容 投诉文本 投诉信 信件内容 正文 诉求内容 投诉事由 letter content",
        "contact_phone": "联系电话 电话 投诉电话 来电号码 投诉人电话 联系手机 手机号 手机 caller_no phone contact_no",
        "accused_agent_id": "被投诉业务员 被投诉人工号 被投诉业务员工号 被投诉业务员代码 被投诉人 accused_agent "
        + _AGENT,
        "upheld": (
            "是否成立 投诉是否成立 投诉成立 是否属实 成立 核查结果 核查结论 处理结论 处理结果 投诉结论 投诉结果 "
            "认定结果 valid_flag valid outcome"
        ),
        "template_id": "模板编号 模板 模板号 template",
    },
    "surrenders": {
        "surrender_id": "退保编号 退保号 退保申请号 退保流水号 退保单号 批单号 surrender_no id",
        "policyholder_id": _HOLDER,
        "policy_id": _POLICY,
        "kind": "退保类型 退保种类 类型 业务类型 退保方式 surrender_type type",
        "surrendered_on": "退保日期 退保时间 申请日期 退保申请日期 生效日期 apply_date surrender_date date",
        "cash_value": "现金价值 保单现金价值 cv",
        "amount_paid": (
            "实付金额 退保金额 给付金额 实际支付 支付金额 退费金额 协议退保金额 agreed_amount paid_amount amount"
        ),
        "payout_account": (
            "收款账号 收款账户 退保账号 领款账号 给付账号 退款账号 银行账号 账号 payee_account account_no account"
        ),
    },
    "intermediaries": {
        "intermediary_id": _AGENT + " 中介编号 中介代码 编号 代码 agent_id id",
        "name": "姓名 名称 业务员姓名 中介名称 机构名称 agent_name",
        "kind": "类型 类别 种类 中介类型 人员类型 type",
        "left_on": "离职日期 离司日期 解约日期 leave_date left_date termination_date",
    },
    "engagements": {
        "policyholder_id": _HOLDER,
        "intermediary_id": _AGENT + " 中介编号 中介代码 业务员 agent_id agent",
        "role": "关系 角色 代理关系 服务类型 类型 type",
        "since": _SINCE,
    },
    "relations": {
        "policyholder_id": _HOLDER,
        "related_policyholder_id": (
            "亲属编号 亲属客户号 关联客户号 关联投保人编号 关系人编号 关系人客户号 related_id related_customer_id"
        ),
        "relation": "关系 亲属关系 与投保人关系 kinship relationship",
    },
    "directory": {
        "kind": "类型 类别 种类 type",
        "value": "号码 值 内容 电话 地址 账号 number",
        "owner": "所有者 归属 单位 名称 机构 归属单位 name",
    },
    "identifiers": {
        "policyholder_id": _HOLDER,
        "kind": "类型 类别 种类 标识类型 type",
        "value": "值 标识 标识值 号码 内容 identifier",
        "role": "用途 角色 usage",
        "since": _SINCE,
    },
}


#: where the cure of an unknown header goes; the lines after it can be copied there
CURE = "write it into ringfinder.toml in the folder of your tables (or name that file with --config):"


def _table_words() -> dict[str, str]:
    return {fold_word(w): t.name for t in TABLES for w in (t.name, t.zh, *_TABLES[t.name].split())}


def _column_words(table: str) -> dict[str, str]:
    words: dict[str, str] = {}
    for column, aliases in _COLUMNS[table].items():
        for word in (column, *aliases.split()):
            words.setdefault(fold_word(word), column)
    for column in TABLE_BY_NAME[table].column_names:
        words[fold_word(column)] = column
    return words


_TABLE_BY_WORD = _table_words()
_COLUMN_BY_WORD = {t.name: _column_words(t.name) for t in TABLES}


def table_named(name: str) -> str | None:
    """The table of that name in Chinese or English, or None.

    Examples
    --------
    >>> table_named("投訴件"), table_named("Bank Accounts"), table_named("notes")
    ('complaints', 'bank_accounts', None)
    """
    return _TABLE_BY_WORD.get(fold_word(name))


def table_in_parts(name: str) -> str | None:
    """As `table_named`, for a name with a period or a word such as 清单 hung on: one of several files of a table.

    Examples
    --------
    >>> table_in_parts("退保2022"), table_in_parts("2024年投诉件清单_20240131"), table_in_parts("投保人表(脱敏)")
    ('surrenders', 'complaints', None)
    """
    return _trimmed(name, _OF_PERIOD)


def table_like(name: str) -> str | None:
    """As `table_in_parts`, also for a name that says which state of the table it is: masked, newest, a copy.

    Examples
    --------
    >>> table_like("2024年投诉件清单_20240131"), table_like("投保人表(脱敏)"), table_like("清单")
    ('complaints', 'policyholders', None)
    """
    return _trimmed(name, _OF_STATE)


def names_a_part(table: str, sheet: str) -> bool:
    """Does a sheet's name say that it is the table or a part of it: the table's name, a period, or both?

    Examples
    --------
    >>> [names_a_part("complaints", sheet) for sheet in ("2022年", "投诉2022", "退保2022", "说明")]
    [True, True, False, False]
    """
    return table_in_parts(sheet) == table or not _bare(sheet, _OF_PERIOD)


def _trimmed(name: str, hung_on: re.Pattern[str]) -> str | None:
    return _TABLE_BY_WORD.get(_bare(name, hung_on))


def _bare(name: str, hung_on: re.Pattern[str]) -> str:
    """A name without what is hung on, as far as needed to know it."""
    word = fold_word(name)
    while word and word not in _TABLE_BY_WORD:
        shorter = hung_on.sub("", word, count=1)
        if shorter == word:
            break
        word = shorter
    return word


def column_named(table: str, header: str) -> str | None:
    """The contract's column for a header of a table, or None; a unit in brackets is left aside.

    Examples
    --------
    >>> [column_named("policies", header) for header in ("累计已交保费（元）", "Policy No.", "x")]
    ['premiums_paid', 'policy_id', None]
    """
    words = _COLUMN_BY_WORD[table]
    whole = words.get(fold_word(header))
    if whole is not None:
        return whole
    return words.get(fold_word(re.sub(r"[(\[].*?[)\]]", "", unicodedata.normalize("NFKC", header))))


def is_in_ten_thousands(header: str) -> bool:
    """Does the header say that its money is in 万元?

    Examples
    --------
    >>> is_in_ten_thousands("保费（万元）"), is_in_ten_thousands("保费")
    (True, False)
    """
    return "万元" in header or "萬元" in header


@dataclass(frozen=True)
class HeaderMatch:
    """Column -> position of its header; what was left over; headers the user mapped but the file lacks."""

    position: Mapping[str, int]
    unknown: tuple[str, ...]
    unused_mapping: tuple[str, ...]


def user_columns(table: Table, mapping: Mapping[str, str]) -> dict[str, str]:
    """The user's mapping of one table, headers folded, columns checked.

    Raises
    ------
    ConfigError : a column that the table does not have.
    """
    out: dict[str, str] = {}
    for header, column in mapping.items():
        if column and column not in table.column_names:
            close = difflib.get_close_matches(column, table.column_names, n=1)
            guess = f"did you mean {close[0]!r}? " if close else ""
            raise ConfigError(
                f"mapping.{table.name}: no column named {column!r}",
                hint=f"{guess}known: {', '.join(table.column_names)}",
            )
        out[fold_word(header)] = column
    return out


def match_headers(
    table: Table, headers: Sequence[str], *, mapping: Mapping[str, str], file: str, line: int = 1
) -> HeaderMatch:
    """Find the contract's columns among the headers of one table.

    Raises
    ------
    TableError : a required column is missing, or two headers mean one column.
    """
    own = user_columns(table, mapping)
    found: dict[str, list[int]] = {}
    unknown: list[str] = []
    by_user: set[str] = set()
    for i, header in enumerate(headers):
        folded = fold_word(header)
        column: str | None = own[folded] if folded in own else column_named(table.name, header)
        if column:
            found.setdefault(column, []).append(i)
        if own.get(folded):
            by_user.add(own[folded])
        if not column and header.strip():
            unknown.append(header.strip())
    for column, where in found.items():
        if column in by_user:
            mine = [i for i in where if own.get(fold_word(headers[i])) == column]
            unknown += [headers[i].strip() for i in where if i not in mine]
            found[column] = mine
    _refuse_twins(table, headers, found, file=file, line=line)
    missing = [c for c in table.required if c not in found]
    if missing:
        _refuse_missing(table, headers, missing, unknown, file=file, line=line)
    present = {fold_word(h) for h in headers}
    return HeaderMatch(
        position={c: where[0] for c, where in found.items()},
        unknown=tuple(showable(h) for h in unknown),
        unused_mapping=tuple(h for h in mapping if fold_word(h) not in present),
    )


def missing_columns(table: Table, headers: Sequence[str], *, mapping: Mapping[str, str]) -> list[str]:
    """The required columns of a table that no header means.

    Examples
    --------
    >>> missing_columns(TABLE_BY_NAME["phones"], ["客户号", "说明"], mapping={})
    ['phone']
    """
    own = user_columns(table, mapping)
    folded = {fold_word(h): h for h in headers}
    found = {own[word] if word in own else column_named(table.name, header) for word, header in folded.items()}
    return [c for c in table.required if c not in found]


def showable(header: str) -> str:
    """A header as it may be shown: one that looks like data (digits, an e-mail address, a sentence) is hidden.

    Examples
    --------
    >>> showable("联系电话"), showable("14200123456")
    ('联系电话', '(data?)')
    """
    looks_like_data = bool(re.search(r"\d{4,}|@|\*", header)) or len(header) > 30
    return "(data?)" if looks_like_data else "".join(c if c.isprintable() else " " for c in header).strip()


def _refuse_twins(
    table: Table, headers: Sequence[str], found: Mapping[str, Sequence[int]], *, file: str, line: int
) -> None:
    for column, where in found.items():
        if len(where) > 1:
            names = [showable(headers[i]) for i in where]
            raise TableError(
                f"two headers mean '{column}': {', '.join(names)} (两个表头对应同一列)",
                file=file,
                line=line,
                column=names[1],
                hint=f'{CURE}\n[mapping.{table.name}]\n"{names[1]}" = ""',
            )


def _refuse_missing(
    table: Table, headers: Sequence[str], missing: Sequence[str], unknown: Sequence[str], *, file: str, line: int
) -> None:
    shown = [showable(h) for h in headers if h.strip()]
    known = len(shown) - len(unknown)
    spare = [s for s in (showable(h) for h in unknown) if s != "(data?)"]
    lines = []
    for column in missing:
        words = {fold_word(w): w for w in spare}
        only = list(words) if len(words) == len(missing) == 1 else []
        close = only or difflib.get_close_matches(fold_word(column), list(words), n=1, cutoff=0.5)
        lines.append(f'"{words[close[0]] if close else "YOUR HEADER"}" = "{column}"')
    if not known:
        what = f"no known column name in its first line; required: {', '.join(missing)} (首行不是表头?)"
        seen = "" if "(data?)" in shown else f"; found: {', '.join(shown)}"
    else:
        zh = [_COLUMNS[table.name][c].split()[0] for c in missing]
        what = f"required column missing: {', '.join(missing)} (缺少必填列: {'、'.join(zh)})"
        seen = f"; found: {', '.join(shown)}"
    if table.key in missing and table.name != "policyholders":
        lines.append(f"# no such number in your export? number its rows in a column of its own ({table.key})")
    snippet = "\n".join(lines)
    raise TableError(
        what + seen,
        file=file,
        line=line,
        column=missing[0],
        hint=f"{CURE}\n[mapping.{table.name}]\n{snippet}",
    )
