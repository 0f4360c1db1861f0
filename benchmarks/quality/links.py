"""The graph a user would build from the same tables: who shares which value.

In:  Dataset.   Out: `Links`, people by values, for one of `LAYERS`.
Nothing of ringfinder's judgement goes in, with one gift: letters come as the template ringfinder found, which a
user without a template finder would not have. Values of the insurer's own directory are left out, as any user would.
Postal addresses and employers are left out too: they link families and colleagues, and only lower every peer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from ringfinder.model.dataset import Dataset
from ringfinder.templates import find_templates

#: which values link x which people are asked about; every peer is tried on each
LAYERS = (
    ("shared", "everybody"),
    ("shared", "people with a case"),
    ("shared", "people paid above cash value"),
    ("shared in a case", "people with a case"),
    ("shared, letters, advisers", "people with a case"),
    ("shared, letters, advisers", "people paid above cash value"),
    ("shared, sellers", "people with a case"),
    ("shared, sellers", "people who left early"),
)
#: roles of a value that was written down for a complaint or a surrender
CASE_ROLES = ("complaint", "surrender", "payout", "fee")
#: a surrender this soon after issue is early: within the months in which commission vests
EARLY_DAYS = 548


@dataclass(frozen=True)
class Links:
    """Who holds which shared value.

    Attributes
    ----------
    people : ids, sorted. matrix : shape (people, values), 1 where held; every value has two holders or more.
    has_case, was_paid : by person: a complaint or surrender; a negotiated surrender paid above cash value.
    seconds : CPU seconds it took to make.
    """

    values: str
    asked: str
    people: NDArray[np.str_]
    matrix: csr_matrix
    has_case: NDArray[np.bool_]
    was_paid: NDArray[np.bool_]
    seconds: float

    @property
    def holders(self) -> NDArray[np.int64]:
        """How many people hold each value."""
        return np.asarray(self.matrix.getnnz(axis=0), dtype=np.int64)

    def capped(self, cap: int | None) -> csr_matrix:
        """The values held by at most `cap` people; None for all."""
        return self.matrix if cap is None else self.matrix[:, np.flatnonzero(self.holders <= cap)].tocsr()


def build_links(dataset: Dataset) -> Iterator[Links]:
    """Every layer of one book."""
    start = time.process_time()
    shared = _shared(dataset)
    case = _case(dataset)
    paid = _paid(dataset)
    base_s = time.process_time() - start
    start = time.process_time()
    letters = find_templates(dataset["complaints"]).letters
    letters = letters[letters["template_id"] != ""]
    engaged = dataset["engagements"]
    advisers = engaged[engaged["role"].isin(["represented", "advised"])]
    extra = {
        "shared, letters, advisers": pd.concat(
            [
                _rows("letter", letters["policyholder_id"], letters["template_id"]),
                _rows("adviser", advisers["policyholder_id"], advisers["intermediary_id"]),
            ]
        )
    }
    letters_s = time.process_time() - start
    sold = dataset["policies"]
    extra["shared, sellers"] = _rows("seller", sold["policyholder_id"], sold["agent_id"])
    asked = {
        "everybody": None,
        "people with a case": case,
        "people paid above cash value": paid,
        "people who left early": _early(dataset),
    }
    for values, people in LAYERS:
        start = time.process_time()
        if values == "shared in a case":
            rows = shared[shared["in_case"]]
        else:
            rows = pd.concat([shared, extra[values]]) if values in extra else shared
        who = asked[people]
        rows = rows if who is None else rows[rows["person"].isin(who)]
        names, matrix = _matrix(rows)
        seconds = base_s + time.process_time() - start + (letters_s if "letters" in values else 0.0)
        yield Links(values, people, names, matrix, np.isin(names, case), np.isin(names, paid), seconds)


def _rows(kind: str, person: pd.Series, value: pd.Series, *, in_case: pd.Series | bool = True) -> pd.DataFrame:
    out = pd.DataFrame({"person": person.astype("str"), "value": kind + ":" + value.astype("str"), "in_case": in_case})
    return out[value.notna().to_numpy() & person.notna().to_numpy()]


def _shared(dataset: Dataset) -> pd.DataFrame:
    """Phones, accounts and other identifiers, on the policy or in a case, without the directory's."""
    phones, accounts, other = dataset["phones"], dataset["bank_accounts"], dataset["identifiers"]
    complaints, surrenders, directory = dataset["complaints"], dataset["surrenders"], dataset["directory"]
    frames = [
        _rows("phone", phones["policyholder_id"], phones["phone"], in_case=phones["role"].isin(CASE_ROLES)),
        _rows("phone", complaints["policyholder_id"], complaints["contact_phone"]),
        _rows("account", accounts["policyholder_id"], accounts["account"], in_case=accounts["role"].isin(CASE_ROLES)),
        _rows("account", surrenders["policyholder_id"], surrenders["payout_account"]),
    ]
    for kind, part in other.groupby("kind"):
        in_case = part["role"].isin(CASE_ROLES)
        frames.append(_rows(str(kind), part["policyholder_id"], part["value"], in_case=in_case))
    public = set(directory["value"].dropna().astype("str"))
    rows = pd.concat(frames)
    return rows[~rows["value"].str.split(":", n=1).str[1].isin(public)]


def _case(dataset: Dataset) -> NDArray[np.str_]:
    surrenders = dataset["surrenders"]
    left = surrenders.loc[surrenders["kind"] != "cooling_off", "policyholder_id"]
    return _ids(pd.concat([dataset["complaints"]["policyholder_id"], left]))


def _paid(dataset: Dataset) -> NDArray[np.str_]:
    surrenders = dataset["surrenders"]
    above = (surrenders["kind"] == "negotiated") & (surrenders["amount_paid"] > surrenders["cash_value"])
    return _ids(surrenders.loc[above, "policyholder_id"])


def _early(dataset: Dataset) -> NDArray[np.str_]:
    surrenders = dataset["surrenders"]
    left = surrenders[surrenders["kind"] != "cooling_off"].merge(
        dataset["policies"][["policy_id", "issued_on"]], on="policy_id", how="inner"
    )
    kept = (left["surrendered_on"] - left["issued_on"]).dt.days
    return _ids(left.loc[kept <= EARLY_DAYS, "policyholder_id"])


def _ids(people: pd.Series) -> NDArray[np.str_]:
    return np.unique(people.dropna().to_numpy(dtype=np.str_))


def _matrix(rows: pd.DataFrame) -> tuple[NDArray[np.str_], csr_matrix]:
    """People by values of two holders or more; people without any are left out."""
    rows = rows[["person", "value"]].drop_duplicates()
    rows = rows[rows.groupby("value")["person"].transform("size") >= 2]
    person, people = pd.factorize(rows["person"], sort=True)
    value, values = pd.factorize(rows["value"], sort=True)
    ones = np.ones(len(rows), dtype=np.float64)
    matrix = csr_matrix((ones, (person, value)), shape=(len(people), len(values)))
    return np.asarray(people, dtype=np.str_), matrix


def part_of(matrix: csr_matrix) -> NDArray[np.int64]:
    """The connected part each person is in, of people by values."""
    n, m = matrix.shape
    pairs = matrix.tocoo()
    square = csr_matrix((pairs.data, (pairs.row, pairs.col + n)), shape=(n + m, n + m))
    return np.asarray(connected_components(square, directed=False)[1][:n], dtype=np.int64)
