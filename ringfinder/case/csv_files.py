"""The CSV files of a case: which columns, in which order, in which format.

In:  RingReport.   Out: frames by file name, and their bytes.
Never writes to disk. Scores carry 6 decimals, money 2, dates are ISO, lines end in a line feed, and a cell that a
spreadsheet would run gets an apostrophe, so equal reports give equal bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ringfinder.case.redact import LEAST_BUYERS, Redactor
from ringfinder.identifiers.clean import clean_column, guard_formulas
from ringfinder.model.dataset import REJECT_COLUMNS
from ringfinder.model.letters import LETTER_COLUMNS, template_number
from ringfinder.model.ring import EVIDENCE_COLUMNS, IDENTIFIER_COLUMNS, ROLES, Ring, RingReport

#: columns of templates.csv: those of `Letters.templates` and the rings whose people filed them
TEMPLATE_CSV_COLUMNS = (
    "template_id",
    "complaints",
    "policyholders",
    "rings",
    "pattern",
    "first_filed",
    "last_filed",
)

#: columns of money in yuan; every other fraction is a score, a share or a weight
MONEY_COLUMNS = frozenset({"overpaid", "overpaid_then", "overpaid_later", "cash_value", "amount_paid", "premiums_paid"})

_SOURCE_ROWS = ";"


def canonical_rings(report: RingReport) -> tuple[Ring, ...]:
    """Rings by rank, whatever order the report holds them in."""
    return tuple(sorted(report.rings, key=lambda r: (r.rank, r.ring_id)))


def member_frame(report: RingReport, *, language: str = "zh") -> pd.DataFrame:
    """members.csv: by ring, then role, strength and id."""
    frame = report.members_to_pandas(language)
    rank = {ring.ring_id: ring.rank for ring in report.rings}
    order = pd.DataFrame(
        {
            "rank": frame["ring_id"].map(rank),
            "role": frame["role"].map({role: i for i, role in enumerate(ROLES)}),
            "strength": -frame["strength"].astype("float64"),
            "id": frame["policyholder_id"].astype("str"),
        }
    ).sort_values(["rank", "role", "strength", "id"], kind="stable")
    return frame.loc[order.index].reset_index(drop=True)


def evidence_frame(report: RingReport, *, language: str = "zh") -> pd.DataFrame:
    """evidence.csv: by ring and evidence id; `source_rows` joined by ';'."""
    rows = [
        (
            ring.ring_id,
            e.evidence_id,
            e.channel,
            e.direction,
            e.statement(language),
            e.weight,
            e.source_table,
            _SOURCE_ROWS.join(sorted(e.source_rows)),
        )
        for ring in canonical_rings(report)
        for e in sorted(ring.evidence, key=lambda e: e.evidence_id)
    ]
    return pd.DataFrame(rows, columns=list(EVIDENCE_COLUMNS))


def template_frame(report: RingReport) -> pd.DataFrame:
    """templates.csv: the letter families and in how many rings people filed them."""
    templates = report.letters.templates.sort_values(
        "template_id", key=lambda ids: ids.map(template_number), kind="stable"
    )
    members = [(m.policyholder_id, ring.ring_id) for ring in report.rings for m in ring.members]
    people = pd.DataFrame(members, columns=["policyholder_id", "ring_id"]).astype("str")
    letters = report.letters.letters[["template_id", "policyholder_id"]].astype("str")
    rings = letters.merge(people, on="policyholder_id").groupby("template_id")["ring_id"].nunique()
    buyers = report.dataset["policies"].groupby("product")["policyholder_id"].nunique()
    redactor = Redactor.of(
        [*_names(report, "policyholders"), *_names(report, "intermediaries")],
        products=buyers.index[buyers >= LEAST_BUYERS].astype(str).tolist(),
    )
    frame = templates.assign(
        rings=templates["template_id"].map(rings).fillna(0).astype("int64"),
        # a slot hides what differs between letters; a name or a number they all share would stay
        pattern=templates["pattern"].astype("str").map(redactor.redact, na_action="ignore").astype("str"),
    )
    return frame[list(TEMPLATE_CSV_COLUMNS)].reset_index(drop=True)


def _names(report: RingReport, table: str) -> list[str]:
    names: list[str] = report.dataset[table]["name"].dropna().unique().tolist()
    return names


def reject_frame(report: RingReport) -> pd.DataFrame:
    """rejects.csv: rows and cells set aside, by place in the input."""
    frame = report.dataset.report.rejects[list(REJECT_COLUMNS)]
    return frame.sort_values(list(REJECT_COLUMNS), kind="stable", na_position="first").reset_index(drop=True)


def csv_frames(report: RingReport, identifiers: pd.DataFrame, *, language: str = "zh") -> Mapping[str, pd.DataFrame]:
    """All CSV files of a case by name; `identifiers` is the frame to show, masked or not (`IDENTIFIER_COLUMNS`)."""
    rings = report.to_pandas(language).sort_values(["rank", "ring_id"], kind="stable").reset_index(drop=True)
    letters = report.letters.letters[list(LETTER_COLUMNS)].sort_values("complaint_id", kind="stable")
    return {
        "rings.csv": rings,
        "members.csv": member_frame(report, language=language),
        "evidence.csv": evidence_frame(report, language=language),
        "identifiers.csv": identifiers[list(IDENTIFIER_COLUMNS)],
        "templates.csv": template_frame(report),
        "letters.csv": letters.reset_index(drop=True),
        "rejects.csv": reject_frame(report),
    }


def format_column(column: pd.Series) -> pd.Series[str]:
    """One column as the text of its cells: fixed decimals, ISO dates, cleaned text; '' where empty."""
    text: pd.Series[str]
    if pd.api.types.is_bool_dtype(column.dtype):
        text = column.map({True: "true", False: "false"}).astype("str")
    elif pd.api.types.is_datetime64_any_dtype(column.dtype):
        text = column.dt.strftime("%Y-%m-%d").astype("str")
    elif pd.api.types.is_integer_dtype(column.dtype):
        text = column.astype("str")
    elif pd.api.types.is_float_dtype(column.dtype):
        decimals = 2 if column.name in MONEY_COLUMNS else 6
        values = column.to_numpy(dtype="float64", na_value=np.nan)
        # adding 0 turns the negative zero of a rounded value into zero
        shown = np.char.mod(f"%.{decimals}f", np.round(values, decimals) + 0.0).astype(object)
        text = pd.Series(shown, index=column.index, dtype="str").where(~np.isnan(values), "")
    elif column.dtype == object and _holds_dates(column):
        text = format_column(pd.to_datetime(column))
    else:
        text = guard_formulas(clean_column(column))
    return text.fillna("")


def _holds_dates(column: pd.Series) -> bool:
    kinds = column.dropna().map(type)
    return bool(len(kinds)) and bool((kinds == pd.Timestamp).all())


def render_csv(frame: pd.DataFrame) -> bytes:
    """The bytes of one CSV file: UTF-8 without byte order mark, lines ending in a line feed."""
    text = pd.DataFrame({name: format_column(frame[name]) for name in frame.columns}, columns=frame.columns)
    return text.to_csv(index=False, lineterminator="\n").encode("utf-8")
