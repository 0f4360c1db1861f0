"""What reading tells beside the tables: what the run can't see without a table or a column, and what was done.

In:  typed tables.   Out: sentences, English with the Chinese gist.   Counts and names only, no values.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ringfinder.identifiers.folding import among
from ringfinder.identifiers.keyed import is_keyed
from ringfinder.ingest.pseudonyms import RECORD_PREFIX
from ringfinder.model.dataset import TABLE_BY_NAME, Table

#: table -> what is lost without it, in the order in which it is told
_WITHOUT_TABLE: Mapping[str, str] = {
    "complaints": (
        "no complaints (没有投诉件): people without a case of their own can't be told from a ring's, upheld findings "
        "can't clear anybody, letters can't be compared (无法区分未投诉的人,无法以成立的投诉排除,无法比对信件)"
    ),
    "surrenders": (
        "no surrenders (没有退保记录): who was paid above cash value is unknown, and a ring is hardly told without"
    ),
    "intermediaries": (
        "no intermediaries (没有中介与业务员): representation by a law firm can't be told, and a lawyer's clients may "
        "look like a ring (无法识别律所代理)"
    ),
}

#: table and column -> what is lost where most of its cells are blank
_WITHOUT_COLUMN: Mapping[tuple[str, str], str] = {
    ("surrenders", "kind"): "negotiated surrenders are told from the amounts (是否协议退保只能由金额推断)",
    ("surrenders", "cash_value"): "payments above cash value can't be worked out (无法计算超现金价值支付)",
    ("surrenders", "amount_paid"): "payments above cash value can't be worked out (无法计算超现金价值支付)",
    ("complaints", "text"): "letters can't be compared (无法比对投诉信)",
    ("complaints", "upheld"): "upheld findings can't clear anybody (无法以成立的投诉排除)",
    ("intermediaries", "kind"): "representation by a law firm can't be told (无法识别律所代理)",
    **dict.fromkeys(
        (("phones", "since"), ("bank_accounts", "since"), ("identifiers", "since")),
        "whether a shared value came with the case or long before is unknown, and most of it can't count as evidence "
        "(共用值何时登记不明,大多不能计作证据)",
    ),
}


def blind_spots(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """A sentence for each table and column without which a run sees less, or can clear fewer people."""
    out = [cost for name, cost in _WITHOUT_TABLE.items() if not len(tables[name])]
    for (name, column), cost in _WITHOUT_COLUMN.items():
        n_all = len(tables[name])
        n = int(tables[name][column].isna().sum())
        if n > n_all / 2:
            out.append(f"{name}.{column} is blank in {n:,} of {n_all:,} rows: {cost}")
    return out


def reading_notes(read: Mapping[str, pd.DataFrame], tables: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """What else is worth knowing of the tables: those that are empty, odd amounts, ids that meet nothing.

    Parameters
    ----------
    read : the tables as they came. tables : as the run has them, complaints' further phones among the phones.
    """
    notes = [f"table '{name}' is empty, no usable row (没有可用的行)" for name, frame in read.items() if not len(frame)]
    for name in read:
        notes += _negative_money(TABLE_BY_NAME[name], tables[name])
    if "surrenders" in read and "policies" in read:
        policy = tables["surrenders"]["policy_id"].dropna()
        count = int((~among(policy, tables["policies"]["policy_id"])).sum())
        if count:
            notes.append(f"surrenders: {count} policy_id not in policies table, rows kept (保单表里没有的保单号)")
    if "complaints" in read:
        before = len(read["phones"]) if "phones" in read else 0
        count = len(tables["phones"]) - before
        if count > 0:
            notes.append(f"complaints: {count} further contact phones added to phones (投诉件中多出的电话并入电话表)")
    return tuple(notes)


def conflict_note(table: Table, kept: pd.DataFrame, lost: pd.DataFrame) -> tuple[str, ...]:
    """A note of records that stand in several files with different content."""
    if not len(lost):
        return ()
    files = kept.set_index(table.key)["source_file"]
    n = int((lost["source_file"] != lost[table.key].map(files)).sum())
    if not n:
        return ()
    return (
        f"{table.name}: {n} records stand in two files with different content, the fuller one is kept "
        "(同一编号在两个文件中内容不同,保留较全的一条)",
    )


def renamed_note(people: pd.DataFrame, pseudonyms: pd.DataFrame) -> tuple[str, ...]:
    """Notes of numbers that were, or held, a paper or a phone number: policyholders' own, and other records'."""
    own = pseudonyms.loc[~is_keyed(pseudonyms["policyholder_id"]), "policyholder_id"]
    n = int(own.isin(people["policyholder_id"]).sum())
    n_records = int(own.str.contains(RECORD_PREFIX, regex=False).sum())
    kept = "table 'pseudonyms' of case.duckdb holds the list"
    notes = [
        f"policyholders: {n} ids are resident ids or phone numbers and were replaced by PH- numbers; {kept} "
        "(客户号为证件号或手机号,已替换为 PH- 编号)",
        f"{n_records} record numbers hold a resident id or a phone number, which was replaced by an NR- number; {kept} "
        "(单号中含证件号或手机号,该部分已替换为 NR- 编号)",
    ]
    return tuple(note for note, count in zip(notes, (n, n_records), strict=True) if count)


def _negative_money(table: Table, frame: pd.DataFrame) -> list[str]:
    counts = {c.name: int((frame[c.name] < 0).sum()) for c in table.columns if c.type == "money"}
    return [f"{table.name}: {n} negative amounts in '{c}', kept (负数金额)" for c, n in counts.items() if n]
