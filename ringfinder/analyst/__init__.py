"""The objects an analyst asks in a notebook: an opened case with every question of the command line.

In:  a case folder, or tables.   Out: `Case`, `CaseRing`, Dataset.   Never writes.
Never a second way: each method calls what the command calls.
"""

from __future__ import annotations

from ringfinder.analyst.asked import Case, CaseRing, open_case
from ringfinder.analyst.tables import read_tables

__all__ = ["Case", "CaseRing", "open_case", "read_tables"]
