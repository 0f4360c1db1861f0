"""A table as read, before anything in it is understood; rows set aside on the way, and files that were not read.

In:  nothing (definitions).   Out: `Source`, `RawTable`, `Rejects`, `files_lines`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.model.dataset import REJECT_COLUMNS

#: value class -> why, in Chinese and English
REASONS: Mapping[str, tuple[str, str]] = {
    "masked": ("打码值不参与关联", "masked value, joins nobody"),
    "placeholder": ("占位值,等于没填", "placeholder, names nobody"),
    "ruined": ("被电子表格改成科学计数,原值已失", "rounded by a spreadsheet, the number is lost"),
    "too_short": ("位数不足,指不到人", "too short to name anybody"),
    "malformed": ("格式不对", "not of this kind"),
    "empty": ("必填项为空", "required cell is empty"),
    "unknown_word": ("选项不认识", "word not among the choices"),
    "not_a_date": ("不是日期", "not a date"),
    "impossible_date": ("日期不存在", "no such day"),
    "date_out_of_range": ("日期早于1900年或晚于2100年", "date before 1900 or after 2100"),
    "not_money": ("不是金额", "not an amount of money"),
    "implausible_amount": (
        "远超本表其他金额和所交保费,疑为录入错误",
        "far above the table's other amounts and the premiums paid, likely mis-keyed",
    ),
    "ragged": ("格数与表头不符", "number of cells differs from the header"),
    "bad_quote": ("引号不成对", "quotes do not pair"),
    "duplicate_id": ("编号重复而内容不同,保留一条", "same id with other content, one kept"),
    "unknown_holder": ("投保人表里没有此人", "policyholder not in policyholders table"),
    "self_relation": ("亲属是本人", "related to oneself"),
}
ROW, CELL = (",整行搁置", "; row set aside"), (",该格留空", "; cell left empty")


def reason(value_class: str, what: tuple[str, str], *, word: tuple[str, str] = ("", "")) -> str:
    """Why a row or a cell was set aside, in both languages; `word` is what may be shown of the cell.

    Examples
    --------
    >>> reason("masked", ROW)
    '打码值不参与关联,整行搁置 · masked value, joins nobody; row set aside'
    >>> reason("unknown_word", CELL, word=("转办", "转办"))
    '选项不认识:转办,该格留空 · word not among the choices: 转办; cell left empty'
    """
    zh, en = (text + (": " if i else ":") * bool(word[i]) + word[i] for i, text in enumerate(REASONS[value_class]))
    return f"{zh}{what[0]} · {en}{what[1]}"


Format = Literal["text", "parquet", "workbook", "duckdb"]


@dataclass(frozen=True)
class Source:
    """The place of a table or of a part of one: a file, and a sheet or database table inside it.

    A workbook without `inner` stands for its sheets that are the table or parts of it: surely those `named` by the
    user, and never `others`.
    """

    table: str
    path: Path
    format: Format
    inner: str = ""
    named: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class RawTable:
    """One table, or one part of it, as found.

    Attributes
    ----------
    table, file : contract's table; bare file name, with ':SHEET' where a line number alone would not say where.
    headers : as found, in order.
    columns : one raw column a header, all of one length.
    lines : shape (n_rows,), line in the file of each row.
    header_line : line of the header.
    broken : (line, value class) of rows that are no rows.
    notes, warnings : what else is to be told of the reading; a warning where something may be missing.
    """

    table: str
    file: str
    headers: tuple[str, ...]
    columns: tuple[pd.Series, ...]
    lines: NDArray[np.int64]
    encoding: str
    sha256: str = ""
    header_line: int = 1
    broken: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def files_lines(unread: Mapping[str, str]) -> list[str]:
    """Lines for `[files]` of the settings, one a file that was not read; '' leaves a file out for good.

    Examples
    --------
    >>> files_lines({"新建文件.csv": "phones", "说明.csv": ""})
    ['"新建文件.csv" = "phones"', '"说明.csv" = ""']
    """
    return [f'"{name}" = "{table}"' for name, table in unread.items()]


@dataclass
class Rejects:
    """Collects what is set aside, column by column; local to one reading."""

    parts: list[pd.DataFrame] = field(default_factory=list)

    def add(
        self,
        table: str,
        files: Sequence[str] | str,
        *,
        lines: pd.Series[int] | Sequence[int],
        column: str,
        classes: pd.Series[str] | str,
        what: tuple[str, str],
        words: Sequence[tuple[str, str]] | None = None,
    ) -> None:
        """Set aside one cell or row for each of `lines`; `words` is what may be shown of each cell."""
        count = len(lines)
        if not count:
            return
        value_class = [classes] * count if isinstance(classes, str) else [str(c) for c in classes]
        why = list(zip(value_class, words or [("", "")] * count, strict=True))
        reasons = {pair: reason(pair[0], what, word=pair[1]) for pair in dict.fromkeys(why)}
        self.parts.append(
            pd.DataFrame(
                {
                    "table": pd.Series([table] * count, dtype="str"),
                    "file": pd.Series([files] * count if isinstance(files, str) else list(files), dtype="str"),
                    "line": pd.Series(list(lines), dtype="int64"),
                    "column": pd.Series([column] * count, dtype="str"),
                    "value_class": pd.Series(value_class, dtype="str"),
                    "reason": pd.Series([reasons[pair] for pair in why], dtype="str"),
                }
            )
        )

    def to_frame(self) -> pd.DataFrame:
        """Everything set aside, sorted by table, file, line and column."""
        empty = pd.DataFrame({c: pd.Series(dtype="int64" if c == "line" else "str") for c in REJECT_COLUMNS})
        frame = pd.concat([empty, *self.parts], ignore_index=True)
        return frame.sort_values(["table", "file", "line", "column", "value_class"], kind="stable", ignore_index=True)
