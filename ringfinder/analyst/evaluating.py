"""A saved case against the truth of a simulated world.

In:  Case, a truth folder.   Out: `Evaluation`.   Never writes.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ringfinder.case import Case
from ringfinder.errors import InputError
from ringfinder.evaluate import Evaluation, evaluate


def read_truth(case: Case, folder: Path) -> dict[str, pd.DataFrame]:
    """True rings and look-alikes under the policyholder numbers of the case.

    Raises
    ------
    InputError : a file is missing or can't be read.
    """
    tables = {name: _table(folder, name) for name in ("rings", "lookalikes")}
    renamed = case.fetch("SELECT original_id, policyholder_id FROM pseudonyms")
    new_id = dict(zip(renamed["original_id"], renamed["policyholder_id"], strict=True))
    for table in tables.values():
        table["policyholder_id"] = table["policyholder_id"].replace(new_id)
    return tables


def evaluate_case(case: Case, truth: dict[str, pd.DataFrame]) -> Evaluation:
    """How well the rings of a case meet the true ones (`truth` as `read_truth` gives it)."""
    flagged = case.rings(status="flagged")["ring_id"].tolist()
    return evaluate(case.all_members(), flagged, truth["rings"], truth["lookalikes"])


def is_of_other_people(case: Case, truth: dict[str, pd.DataFrame]) -> bool:
    """Whether the truth knows people and none of them is in the case: then it belongs to other data."""
    known = {str(name) for table in truth.values() for name in table["policyholder_id"]}
    people = case.fetch("SELECT policyholder_id FROM policyholders")
    return bool(known) and known.isdisjoint(people["policyholder_id"])


def _table(folder: Path, name: str) -> pd.DataFrame:
    path = folder / f"{name}.csv"
    if not path.is_file():
        raise InputError(
            f"no {name}.csv in {folder.name}",
            hint="give the truth folder of a simulated world, for example WORLD/truth",
        )
    try:
        return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
    except (ValueError, OSError) as error:
        raise InputError(f"{name}.csv can't be read as a table ({type(error).__name__})") from error
