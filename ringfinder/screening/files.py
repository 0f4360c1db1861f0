"""Screen a file: its hits, and what of it could not be screened.

In:  Case, a file or bytes of CSV.   Out: `Screened`.   Never changes a case.
No hit on a row that could not be read, or on a cell that is needed and could not be read, says nothing. So each such
row is named with the column and the reason, beside the hits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ringfinder.case import Case
from ringfinder.config import RunConfig
from ringfinder.ingest.one_table import read_one_table, read_one_text
from ringfinder.screening import HIT_COLUMNS, screen

UNSCREENED = "unscreened"

#: in place of a row's id where a whole column is missing
EVERY_ROW = "*"

#: columns a hit can come from; of these the file must have, and each row must fill
_USED: Mapping[str, tuple[str, ...]] = {
    "complaints": ("policyholder_id", "contact_phone", "accused_agent_id", "text"),
    "surrenders": ("policyholder_id", "payout_account"),
}
_EXPECTED: Mapping[str, tuple[str, ...]] = {
    "complaints": ("contact_phone", "text"),
    "surrenders": ("payout_account",),
}
_FILLED: Mapping[str, tuple[str, ...]] = {"complaints": (), "surrenders": ("payout_account",)}

_NO_COLUMN = (
    "文件里没有这一列或列名未识别,各行均未比对 · no such column, or its header is not understood; no row was compared"
)
_BLANK = "该格为空,未比对 · the cell is blank; not compared"
_STRANGER = "案卷的投保人表里没有此人,其在档信息未比对 · not a policyholder of the case; nothing on file to compare"


@dataclass(frozen=True)
class Screened:
    """What came of a file.

    Attributes
    ----------
    frame : `HIT_COLUMNS`: the hits, then a row for each cell or row that could not be screened, under the status
        'unscreened': `row` is its id, its line where the id can't be read, or '*' for all; `hit` is the column.
    n_rows : rows of the file that are no repeats, read or not. n_unscreened : of these, not screened in full.
    unread : headers that no column was found for.
    """

    frame: pd.DataFrame
    n_rows: int
    n_unscreened: int
    unread: tuple[str, ...]

    @property
    def hits(self) -> pd.DataFrame:
        """The hits alone."""
        return self.frame.loc[self.frame["status"] != UNSCREENED]

    @property
    def unscreened(self) -> pd.DataFrame:
        """What could not be screened alone."""
        return self.frame.loc[self.frame["status"] == UNSCREENED]


def screen_file(case: Case, table: str, file: Path | bytes, *, config: RunConfig | None = None) -> Screened:
    """Screen the rows of a file of new complaints or surrenders.

    Parameters
    ----------
    table : 'complaints' or 'surrenders'. file : its path, or CSV as bytes.
    config : how the headers are to be read; that of the case if not given.

    Raises
    ------
    InputError : the file can't be read, or is not that table.
    """
    settings = config or case_config(case)
    options, known_ids = settings.read_options(), known_numbers(case)
    if isinstance(file, bytes):
        rows, rejects = read_one_text(file, table, options=options, known_ids=known_ids)
    else:
        rows, rejects = read_one_table(file, table, options=options, known_ids=known_ids)
    lacks = _unscreened(case, table, rows, rejects)
    hits = screen(case, table, rows, params=settings.templates)
    lost = set(rejects["line"]) - set(rows["source_line"])
    n_rows = len(rows) + len(lost)
    n_lacking = n_rows if (lacks["row"] == EVERY_ROW).any() else lacks["line"].nunique()
    both = pd.concat([hits, lacks[list(HIT_COLUMNS)]], ignore_index=True)
    return Screened(both, n_rows, int(n_lacking), tuple(rows.attrs["unknown_columns"]))


def case_config(case: Case) -> RunConfig:
    """The settings a case was made with, without the texts of published letters and forms."""
    return RunConfig.from_dict({**case.manifest["config"], "known_letters": [], "boilerplate": []})


def known_numbers(case: Case) -> dict[str, str]:
    """The number that stands in a case for each personal number."""
    numbers = case.fetch("SELECT original_id, policyholder_id FROM pseudonyms")
    return dict(zip(numbers["original_id"].astype(str), numbers["policyholder_id"].astype(str), strict=True))


def _unscreened(case: Case, table: str, rows: pd.DataFrame, rejects: pd.DataFrame) -> pd.DataFrame:
    """`HIT_COLUMNS` and `line` of what can't be screened, in the order of the file."""
    key = "complaint_id" if table == "complaints" else "surrender_id"
    is_lost = ~rejects["line"].isin(rows["source_line"])
    told = rejects.loc[is_lost | rejects["column"].isin(_USED[table])]
    parts = [
        told.rename(columns={"record": "row", "column": "hit"})[["line", "row", "policyholder_id", "hit", "reason"]]
    ]
    whose = rows.rename(columns={key: "row", "source_line": "line"})
    known = case.fetch("SELECT policyholder_id FROM policyholders")["policyholder_id"]
    lacking = [("policyholder_id", ~whose["policyholder_id"].isin(known), _STRANGER)]
    there = rows.attrs["columns"]
    lacking += [(c, whose[c].isna(), _BLANK) for c in _FILLED[table] if c in there]
    for column, where, why in lacking:
        lost = whose.loc[where & ~whose["line"].isin(told.loc[told["column"] == column, "line"])]
        parts.append(lost[["line", "row", "policyholder_id"]].assign(hit=column, reason=why))
    absent = [c for c in _EXPECTED[table] if c not in there]
    parts.append(
        pd.DataFrame(
            {"line": 0, "row": EVERY_ROW, "policyholder_id": "", "hit": absent, "reason": _NO_COLUMN},
            index=range(len(absent)),
        )
    )
    found = pd.concat(parts, ignore_index=True).sort_values(["line", "hit"], kind="stable", ignore_index=True)
    found["row"] = found["row"].where(found["row"] != "", "line " + found["line"].astype("str"))
    texts = dict.fromkeys(("row", "policyholder_id", "hit", "reason"), "str")
    blank = found.assign(ring_id="", status=UNSCREENED, decision="", value="", node_id="", similarity=np.nan)
    return blank.astype(texts | dict.fromkeys(("ring_id", "status", "decision", "value", "node_id"), "str"))
