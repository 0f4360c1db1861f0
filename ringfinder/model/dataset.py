"""The insurer's tables after reading: names, columns, types, and the frames themselves.

In:  nothing (definitions).   Out: `TABLES`, `Table`, `Column`, `Dataset`, `IngestReport`.
Never reads files. `TABLES` is the only home of the contract's table and column names; readers, the simulator and
the saved case iterate over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

ColumnType = Literal["id", "text", "choice", "date", "money", "flag", "phone", "account", "value"]

#: columns every frame carries besides its own: where the row came from
PROVENANCE = ("row_key", "source_file", "source_line")
#: `source_file` of directory rows that a decision put there, not the input
DECIDED = "decisions"


@dataclass(frozen=True)
class Column:
    """One column of an input table.

    `type` fixes the dtype after reading: `date` is datetime64[s]; `money` is float64 yuan; `flag` is pandas
    `boolean`; everything else is pandas `str` with NaN where the cell is empty. A `choice` keeps only `choices`.
    """

    name: str
    type: ColumnType
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One input table. `key` is the column that identifies a row, or '' for link tables."""

    name: str
    zh: str
    columns: tuple[Column, ...]
    key: str = ""

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.required)

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def empty(self) -> pd.DataFrame:
        """An empty frame with the right columns and dtypes."""
        return pd.DataFrame(
            {c.name: pd.Series(dtype=DTYPES[c.type]) for c in self.columns}
            | {"row_key": pd.Series(dtype="str"), "source_file": pd.Series(dtype="str")}
            | {"source_line": pd.Series(dtype="int64")}
        )


DTYPES: Mapping[str, str] = {
    "id": "str",
    "text": "str",
    "choice": "str",
    "date": "datetime64[s]",
    "money": "float64",
    "flag": "boolean",
    "phone": "str",
    "account": "str",
    "value": "str",
}


def _holder() -> Column:
    return Column("policyholder_id", "id", required=True)


TABLES: tuple[Table, ...] = (
    Table(
        "policyholders",
        "投保人",
        (
            _holder(),
            Column("name", "text"),
            Column("id_number", "text"),
            Column("birth_date", "date"),
            Column("gender", "text"),
            Column("address", "text"),
            Column("employer", "text"),
        ),
        key="policyholder_id",
    ),
    Table(
        "policies",
        "保单",
        (
            Column("policy_id", "id", required=True),
            _holder(),
            Column("product", "text"),
            Column("channel", "text"),
            Column("issued_on", "date"),
            Column("premiums_paid", "money"),
            Column("agent_id", "id"),
        ),
        key="policy_id",
    ),
    Table(
        "phones",
        "电话",
        (
            _holder(),
            Column("phone", "phone", required=True),
            Column("role", "choice", choices=("policy", "complaint", "surrender", "service")),
            Column("since", "date"),
        ),
    ),
    Table(
        "bank_accounts",
        "银行账户",
        (
            _holder(),
            Column("account", "account", required=True),
            Column("role", "choice", choices=("premium", "payout", "fee")),
            Column("since", "date"),
        ),
    ),
    Table(
        "complaints",
        "投诉件",
        (
            Column("complaint_id", "id", required=True),
            _holder(),
            Column("filed_on", "date", required=True),
            Column("source", "text"),
            Column("text", "text"),
            Column("contact_phone", "phone"),
            Column("accused_agent_id", "id"),
            Column("upheld", "flag"),
            Column("template_id", "id"),
        ),
        key="complaint_id",
    ),
    Table(
        "surrenders",
        "退保",
        (
            Column("surrender_id", "id", required=True),
            _holder(),
            Column("policy_id", "id"),
            Column("kind", "choice", choices=("normal", "cooling_off", "negotiated")),
            Column("surrendered_on", "date", required=True),
            Column("cash_value", "money"),
            Column("amount_paid", "money"),
            Column("payout_account", "account"),
        ),
        key="surrender_id",
    ),
    Table(
        "intermediaries",
        "中介与业务员",
        (
            Column("intermediary_id", "id", required=True),
            Column("name", "text"),
            Column(
                "kind",
                "choice",
                choices=("agent", "ex_agent", "agency", "broker", "consultancy", "law_firm", "social_account"),
            ),
            Column("left_on", "date"),
        ),
        key="intermediary_id",
    ),
    Table(
        "engagements",
        "代理关系",
        (
            _holder(),
            Column("intermediary_id", "id", required=True),
            Column("role", "choice", choices=("sold", "serviced", "represented", "advised")),
            Column("since", "date"),
        ),
    ),
    Table(
        "relations",
        "亲属关系",
        (_holder(), Column("related_policyholder_id", "id", required=True), Column("relation", "text")),
    ),
    Table(
        "directory",
        "公共号码簿",
        (
            Column("kind", "choice", choices=("phone", "account", "address")),
            Column("value", "value", required=True),
            Column("owner", "text"),
        ),
    ),
    Table(
        "identifiers",
        "其他标识",
        (
            _holder(),
            Column("kind", "text"),
            Column("value", "value", required=True),
            Column("role", "text"),
            Column("since", "date"),
        ),
    ),
)

TABLE_BY_NAME: Mapping[str, Table] = {t.name: t for t in TABLES}

#: tables of which at least one must be there, or nobody is linked to anybody
LINKING_TABLES = ("phones", "bank_accounts", "complaints", "surrenders", "engagements", "identifiers")

#: columns of `IngestReport.rejects`, which is also rejects.csv
REJECT_COLUMNS = ("table", "file", "line", "column", "value_class", "reason")


@dataclass(frozen=True)
class InputFile:
    """One file or sheet that was read: its table, hash and row counts; a table may come in several."""

    name: str
    table: str
    sha256: str
    encoding: str
    n_rows: int
    n_kept: int
    n_rejected: int
    n_duplicates: int


@dataclass(frozen=True)
class IngestReport:
    """What reading did: files, rows set aside, and what was left out of the run.

    `warnings` tell what the run can't see, and settings that meet nothing; `notes` what else is worth knowing.
    `rejects` has `REJECT_COLUMNS`, one row for each row or cell set aside. A cell set aside (a masked phone in a
    complaint, say) leaves its row in the run. `pseudonyms` holds `policyholder_id`, `original_id` of the people whose
    id was itself a resident id or a phone number, also of those an earlier case knew: personal data. `likely_tables`
    holds, of `unknown_tables`, the table that the columns of each fit best, '' where none does.
    """

    files: tuple[InputFile, ...] = ()
    rejects: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({c: [] for c in REJECT_COLUMNS}))
    unknown_columns: tuple[tuple[str, str], ...] = ()
    unknown_tables: tuple[str, ...] = ()
    likely_tables: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    pseudonyms: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame({"policyholder_id": [], "original_id": []}, dtype="str")
    )

    def __repr__(self) -> str:
        return f"IngestReport({len(self.files)} files, {len(self.rejects)} rejects)"


@dataclass(frozen=True)
class Dataset:
    """All tables of one insurer, normalised, in canonical order.

    Every table of `TABLES` is present (empty when the input had none), holds all its columns with the dtypes of
    `DTYPES` plus `PROVENANCE`, and is sorted by `row_key`, so equal input in any row order gives equal frames.
    `row_key` names a row without its position: the table's own id, or for link tables
    'POLICYHOLDER:role:since' with '#2' where that is not unique. `source_file` and `source_line` point into the
    file. Frames must not be modified.
    """

    tables: Mapping[str, pd.DataFrame]
    report: IngestReport = field(default_factory=IngestReport)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    @property
    def n_policyholders(self) -> int:
        return len(self.tables["policyholders"])

    def __repr__(self) -> str:
        filled = ", ".join(f"{n} {len(t):,}" for n, t in self.tables.items() if len(t))
        return f"Dataset({filled})"
