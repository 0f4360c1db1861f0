"""A case of tables that were kept elsewhere, as on a graph server, without a run.

In:  the tables that are known, the manifest with the block `PULLED`.   Out: every table of case.duckdb.
Never judges. What was not kept is empty: a case that was restored tells what it found, and can't find it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ringfinder.case.database import manifest_table
from ringfinder.case.history import lineage_tables
from ringfinder.case.writing import check_free, write_tables
from ringfinder.model.dataset import REJECT_COLUMNS, TABLES
from ringfinder.model.lineage import Lineage

_TEXT_TABLES: Mapping[str, tuple[str, ...]] = {
    "pseudonyms": ("policyholder_id", "original_id"),
    "letter_texts": ("role", "text"),
    "rejects": REJECT_COLUMNS,
}


def restore_case(
    tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, object], out: Path, *, force: bool = False
) -> Path:
    """Write a case folder of the tables that are known.

    Raises
    ------
    RefusedError : `out` is there, and is not a case or `force` is off. InputError : the folder can't be made.
    """
    check_free(out, force=force)
    known = {
        **{table.name: table.empty() for table in TABLES},
        **{name: pd.DataFrame(columns=list(columns), dtype="str") for name, columns in _TEXT_TABLES.items()},
        **lineage_tables(Lineage(), tables["ring_identifiers"]),
        "manifest": manifest_table(manifest),
        **tables,
    }
    write_tables(known, manifest, out, force=force)
    return out
