"""The CSV files of a case: which columns, in which order, in which format.

In:  RingReport, the tables of a case.   Out: frames by file name, and their bytes.
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
from ringfinder.model.ring import (
    EVIDENCE_COLUMNS,
    IDENTIFIER_COLUMNS,
    MEMBER_COLUMNS,
    RING_COLUMNS,
    ROLES,
    Ring,
    RingReport,
)

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


def canonical_rings(report: RingReport) -> tuple[Ring, ...]:
    """Rings by rank, whatever order the report holds them in."""
    return tuple(sorted(report.rings, key=lambda r: (r.rank, r.ring_id)))


def _member_frame(tables: Mapping[str, pd.DataFrame], language: str) -> pd.DataFrame:
    """members.csv: by ring, then role, strength and id."""
    frame = tables["members"]
    order = pd.DataFrame(
        {
            "rank": frame["ring_id"].map(_ranks(tables)),
            "role": frame["role"].map({role: i for i, role in enumerate(ROLES)}),
            "strength": -frame["strength"].astype("float64"),
            "id": frame["policyholder_id"].astype("str"),
        }
    ).sort_values(["rank", "role", "strength", "id"], kind="stable")
    return frame.assign(reason=frame[f"reason_{language}"]).loc[order.index, list(MEMBER_COLUMNS)]


def _evidence_frame(tables: Mapping[str, pd.DataFrame], language: str) -> pd.DataFrame:
    """evidence.csv: by ring and evidence id; `source_rows` joined by ';'."""
    frame = tables["evidence"]
    frame = frame.assign(rank=frame["ring_id"].map(_ranks(tables)), statement=frame[f"statement_{language}"])
    return frame.sort_values(["rank", "ring_id", "evidence_id"], kind="stable")[list(EVIDENCE_COLUMNS)]


def _ranks(tables: Mapping[str, pd.DataFrame]) -> pd.Series[int]:
    rank: pd.Series[int] = tables["rings"].set_index("ring_id")["rank"]
    return rank


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


def csv_frames(
    tables: Mapping[str, pd.DataFrame], *, language: str = "zh", masked: bool = True
) -> Mapping[str, pd.DataFrame]:
    """All CSV files of a case by name, from the tables of its database."""
    rings, shared = tables["rings"], tables["ring_identifiers"]
    rings = rings.assign(summary=rings[f"summary_{language}"]).sort_values(["rank", "ring_id"], kind="stable")
    if masked:
        shared = shared.assign(value=shared["masked"])
    frames = {
        "rings.csv": rings[list(RING_COLUMNS)],
        "members.csv": _member_frame(tables, language),
        "evidence.csv": _evidence_frame(tables, language),
        "identifiers.csv": shared[list(IDENTIFIER_COLUMNS)],
        "templates.csv": tables["templates"],
        "letters.csv": tables["letters"].sort_values("complaint_id", kind="stable")[list(LETTER_COLUMNS)],
        "rejects.csv": tables["rejects"],
    }
    return {name: frame.reset_index(drop=True) for name, frame in frames.items()}


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
