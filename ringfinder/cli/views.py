"""Write the HTML pages of a case, and still pictures: one a ring, and of the whole run.

In:  a case.   Out: files, a line in CASE.audit.log on those that lie in the case.   Never draws: `export` does.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ringfinder.case import Case, open_case
from ringfinder.cli.log import note_pages
from ringfinder.cli.output import Format, emit
from ringfinder.cli.talk import Talk


def view(
    talk: Talk,
    path: Path,
    *,
    ring: str | None,
    out: Path | None,
    language: str | None,
    fmt: Format,
    pictures: bool = False,
) -> None:
    case = open_case(path)
    language = language or case.language
    written = write_views(talk, case, out=out or path, ring=ring, language=language)
    if pictures:
        written += write_views(talk, case, out=out or path, ring=ring, language=language, name="pictures")
    if fmt is Format.table:
        # one path a line: a table would cut long ones
        for _, file in written:
            print(file)
        return
    emit(pd.DataFrame([(ring_id, str(file)) for ring_id, file in written], columns=["ring_id", "file"]), fmt, talk=talk)


def write_views(
    talk: Talk, case: Case, *, out: Path, language: str, ring: str | None = None, name: str = "html"
) -> tuple[tuple[str, Path], ...]:
    """Write the pages; returns (ring id, page), the page to open first in front: the index has no ring."""
    from ringfinder.export import Source, export_case

    ring_ids = None if ring is None else (case.check_ring(ring),)
    source: Source = case
    if ring is None and name == "html":
        from ringfinder.analyst.letters import SlottedCase

        source = SlottedCase(case)
    written = export_case(name, source, out, ring_ids=ring_ids, language=language, progress=talk.progress)
    note_pages(case.folder, [file for _, file in written])
    return written
