"""Files for people: pictures, tables and reports of rings, masked.

In:  a case.   Out: files.   Never unmasks, never judges.
A new export is one new file and one line in `EXPORTERS`; `tests/export/test_export_contract.py` then tries it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ringfinder.errors import UnknownNameError
from ringfinder.export.exporter import Exporter, ExportFile, Progress, Source, Wanted, write_files
from ringfinder.export.figures.files import PICTURES
from ringfinder.export.html import HTML
from ringfinder.export.packs import PACKS

__all__ = ["EXPORTERS", "ExportFile", "Exporter", "Source", "Wanted", "export_case", "get_exporter"]

#: every export, by its `name`
EXPORTERS: tuple[Exporter, ...] = (HTML, PICTURES, *PACKS)


def get_exporter(name: str) -> Exporter:
    """The export of that name, or `UnknownNameError`.

    Examples
    --------
    >>> get_exporter("html").name
    'html'
    """
    for exporter in EXPORTERS:
        if exporter.name == name:
            return exporter
    raise UnknownNameError("export", name, (e.name for e in EXPORTERS))


def export_case(
    name: str,
    source: Source,
    out: Path,
    *,
    ring_ids: Sequence[str] | None = None,
    language: str = "zh",
    replace: bool = True,
    progress: Progress | None = None,
) -> tuple[tuple[str, Path], ...]:
    """Write an export of a case, or of some of its rings: all its files or none.

    Parameters
    ----------
    name : of the export.
    source : a case, as `open_case` gives it.
    out : folder to write into; made if missing, files of the same names are replaced.
    ring_ids : these rings only; all of them, with the overview, if None.
    replace : put files in the place of others of the same names; else refuse.

    Returns
    -------
    Ring id ('' for the overview) and path of each file, the one to open first in front.

    Raises
    ------
    UnknownNameError : no export of that name. RefusedError : a file is there and `replace` is off.
    InputError : another language, or `out` can't be written to.
    """
    exporter = get_exporter(name)
    rings = source.ring_ids() if ring_ids is None else tuple(ring_ids)
    wanted = Wanted(rings, is_whole=ring_ids is None, language=language)
    made: list[ExportFile] = []

    def told(file: ExportFile) -> None:
        made.append(file)
        if progress is not None:
            progress(f"view {file.ring_id}".strip(), len(made) / (len(rings) + 2))

    paths = write_files(exporter.files(source, wanted), out, told=told, replace=replace)
    if progress is not None:
        progress("views", 1.0)
    return tuple((file.ring_id, path) for file, path in zip(made, paths, strict=True))
