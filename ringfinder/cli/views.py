"""Write the HTML pages of a case: one a ring, and an index.

In:  a case.   Out: files.   Never draws: `export` does.
"""

from __future__ import annotations

from pathlib import Path

from ringfinder.case import Case, open_case
from ringfinder.cli.talk import Talk

INDEX = "index.html"


def view(talk: Talk, path: Path, *, ring: str | None, out: Path | None, language: str | None) -> None:
    case = open_case(path)
    written = write_views(talk, case, out=out or path, ring=ring, language=language or case.language)
    print(written)


def write_views(talk: Talk, case: Case, *, out: Path, language: str, ring: str | None = None) -> Path:
    """Write the pages; returns the page to open first."""
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
    if ring is not None:
        talk.progress("views", 1.0)
        return out / files[ring_ids[0]]
    write_index(case.portfolio(), out / INDEX, language=language, ring_files=files)
    talk.progress("views", 1.0)
    return out / INDEX
