"""Read an insurer's tables, with a bar for whoever wants one.

In:  a folder.   Out: Dataset.   Never reads by itself: see `ringfinder.ingest.read_tables`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ringfinder.display import progress_of
from ringfinder.ingest import ReadOptions
from ringfinder.ingest import read_tables as read
from ringfinder.model.dataset import Dataset

if TYPE_CHECKING:
    from ringfinder.display.progress import Progress


def read_tables(
    path: str | os.PathLike[str],
    *,
    options: ReadOptions | None = None,
    known_ids: Mapping[str, str] | None = None,
    progress: Progress | bool | None = None,
) -> Dataset:
    """Read, clean and order all tables of one insurer; see `ringfinder.ingest.read_tables`.

    Parameters
    ----------
    path : folder with one file a table, a workbook with one sheet a table, or a DuckDB file.
    options : the user's own names of files, headers and words; encoding, delimiter.
    known_ids : original policyholder id -> the 'PH-' number it has in an earlier case (`PreviousRun.known_ids`).
    progress : called with the table's name and the share done; True shows a bar.

    Raises
    ------
    InputError : nothing to read, no policyholders table, no table that links people. TableError : one table can't be
        used at all; names the file, the column and the cure. ConfigError : the options name what does not exist.
    """
    return read(path, options=options, known_ids=known_ids, progress=progress_of(progress, "read_tables"))
