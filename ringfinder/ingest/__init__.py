"""Tables to `Dataset`: readers, header aliases, cleaning, rejects.

In:  a folder, workbook or DuckDB file.   Out: `Dataset`.   Never changes what it reads, never drops a row in silence.
"""

from ringfinder.ingest.options import ReadOptions
from ringfinder.ingest.reading import read_complaints, read_tables
from ringfinder.ingest.summary import describe

__all__ = ["ReadOptions", "describe", "read_complaints", "read_tables"]
