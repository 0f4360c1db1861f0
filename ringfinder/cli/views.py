"""Write the HTML pages of a case: one a ring, and an index.

In:  a case.   Out: files.   Never draws: `export` does.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ringfinder.case import Case, open_case
from ringfinder.cli.output import Format, emit
from ringfinder.cli.talk import Talk

INDEX = "index.html"


def view(talk: Talk, path: Path, *, ring: str | None, out: Path | None, language: str | None, fmt: Format) -> None:
    case = open_case(path)
    written = write_views(talk, case, out=out or path, ring=ring, language=language or case.language)
    if fmt is Format.table:
        # one path a line: a table would cut long ones
        for _, file in written:
            print(file)
        return
    emit(pd.DataFrame([(ring_id, str(file)) for ring_id, file in written], columns=["ring_id", "file"]), fmt, talk=talk)


def write_views(
    talk: Talk, case: Case, *, out: Path, language: str, ring: str | None = None
) -> tuple[tuple[str, Path], ...]:
    """Write the pages; returns (ring id, page), the page to open first in front: the index has no ring."""
    from ringfinder.errors import InputError
    from ringfinder.export.html import write_index, write_ring

    ring_ids = case.ring_ids() if ring is None else (case.check_ring(ring),)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"can't make folder {out.name}: {error.strerror}", hint="choose another --out") from error
    files = {ring_id: f"{ring_id}.html" for ring_id in ring_ids}
    for number, (ring_id, name) in enumerate(files.items(), start=1):
        write_ring(case.dossier(ring_id), out / name, language=language)
        talk.progress(f"view {ring_id}", number / (len(files) + 1))
    written = tuple((ring_id, out / name) for ring_id, name in files.items())
    if ring is None:
        write_index(case.portfolio(), out / INDEX, language=language, ring_files=files)
        written = (("", out / INDEX), *written)
    talk.progress("views", 1.0)
    return written
