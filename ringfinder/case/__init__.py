"""The saved case: write it whole, open it, ask it.

In:  RingReport.   Out: a folder, and `Case` to ask it with.   Never runs a stage, never reads the input.
"""

from __future__ import annotations

from ringfinder.case.csv_files import render_csv
from ringfinder.case.levels import LeveledCase
from ringfinder.case.lineage import PreviousRun, keep_ids, read_previous
from ringfinder.case.opened import Case
from ringfinder.case.opening import open_case
from ringfinder.case.restoring import restore_case
from ringfinder.case.writing import CASE_FILES, Unmask, check_free, is_case, write_case
from ringfinder.identifiers.clean import clean

__all__ = [
    "CASE_FILES",
    "Case",
    "LeveledCase",
    "PreviousRun",
    "Unmask",
    "check_free",
    "clean",
    "is_case",
    "keep_ids",
    "open_case",
    "read_previous",
    "render_csv",
    "restore_case",
    "write_case",
]
