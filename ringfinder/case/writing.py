"""Write a case: the whole folder or nothing.

In:  RingReport, a folder name.   Out: the folder of the data contract, section 2.
The folder is made beside its place under another name and moved in when complete, so that a run that fails leaves
nothing behind, and what was there before stays until then. Never touches a folder that isn't a case.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from ringfinder.case.audit import HEAD
from ringfinder.case.csv_files import csv_frames, render_csv
from ringfinder.case.database import case_tables, write_database
from ringfinder.case.manifest import FORMAT_NAME, make_manifest, render_manifest
from ringfinder.errors import InputError, RefusedError
from ringfinder.model.ring import RingReport

MANIFEST = "manifest.json"
DATABASE = "case.duckdb"
CSV_FILES = (
    "rings.csv",
    "members.csv",
    "evidence.csv",
    "identifiers.csv",
    "templates.csv",
    "letters.csv",
    "rejects.csv",
)
CASE_FILES = (*CSV_FILES, MANIFEST, DATABASE)

#: files beside `CASE_FILES` that a case may be replaced with: they can be made again from it
_REMADE = (".html",)


@dataclass(frozen=True)
class Unmask:
    """Leave to write real values into identifiers.csv; the reason goes into the manifest."""

    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise RefusedError("real values are written only for a stated reason", hint="give the reason")


def write_case(
    report: RingReport,
    out: Path | str,
    *,
    language: str = "zh",
    unmask: Unmask | None = None,
    force: bool = False,
) -> Path:
    """Write a report as a case folder that every later question reads.

    Parameters
    ----------
    report : what a run found.
    out : folder to make; its parents are made too. An empty folder may be there already.
    language : of the sentences in the CSV files, 'zh' or 'en'; case.duckdb holds both.
    unmask : leave to write real values into identifiers.csv; masked without it.
    force : replace a case that is there.

    Returns
    -------
    The folder.

    Raises
    ------
    RefusedError : `out` is there, and is not a case or `force` is off, or holds files of the user's own.
    InputError : the folder can't be made.
    """
    out = Path(os.path.abspath(out))
    check_free(out, force=force)
    manifest = make_manifest(report, language=language, unmask_reason=unmask.reason.strip() if unmask else "")
    write_tables(case_tables(report, manifest), manifest, out, timings=report.timings, force=force)
    return out


def write_tables(
    tables: Mapping[str, pd.DataFrame],
    manifest: Mapping[str, object],
    out: Path,
    *,
    timings: Mapping[str, float] = MappingProxyType({}),
    force: bool = False,
) -> None:
    """Write a case folder of the tables of its database; `check_free` comes before."""
    is_masked, language = bool(manifest["masked"]), str(manifest["language"])
    with _whole_folder(out, force=force) as folder:
        for name, frame in csv_frames(tables, language=language, masked=is_masked).items():
            (folder / name).write_bytes(render_csv(frame))
        write_database(tables, folder / DATABASE)
        if (out / HEAD).is_file():  # the log goes on
            shutil.copyfile(out / HEAD, folder / HEAD)
        # last: a folder with a manifest is a whole case
        (folder / MANIFEST).write_bytes(render_manifest(manifest, timings))


def check_free(out: Path, *, force: bool = False) -> None:
    """Say no early if a case can't be written to `out`, before a long run."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise RefusedError(f"{out.name} is there and is not a folder", hint="choose another --out")
    if not out.exists() or not any(out.iterdir()):
        return
    if not is_case(out):
        raise RefusedError(
            f"folder {out.name} is not empty and not a case, so it is left alone", hint="choose another --out"
        )
    own = sorted(p.name for p in out.iterdir() if p.name not in (*CASE_FILES, HEAD) and p.suffix not in _REMADE)
    if force and own:
        raise RefusedError(
            f"case {out.name} holds files that ringfinder did not write: {', '.join(own[:5])}",
            hint="move them elsewhere first, or choose another --out",
        )
    if not force:
        raise RefusedError(f"case {out.name} is there already", hint="add --force to replace it whole")


def is_case(folder: Path) -> bool:
    """True for a folder whose manifest says that it is a case of ours, of any version."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("format") == FORMAT_NAME


@contextmanager
def _whole_folder(out: Path, *, force: bool) -> Iterator[Path]:
    """A folder to fill that takes the place of `out` when all went well, and vanishes when not."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
    except OSError as error:
        raise InputError(f"can't make folder {out.name}: {error.strerror}", hint="choose another --out") from error
    try:
        yield work
        umask = os.umask(0)
        os.umask(umask)
        work.chmod(0o777 & ~umask)
        # another run may have written its case there meanwhile
        check_free(out, force=force)
        _put_in_place(work, out)
    except OSError as error:
        raise InputError(f"can't write case {out.name}: {error.strerror}", hint="choose another --out") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _put_in_place(work: Path, out: Path) -> None:
    if not out.exists():
        work.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".old", dir=out.parent))
    kept = old / out.name
    try:
        out.rename(kept)
    except OSError:
        old.rmdir()
        raise
    try:
        work.rename(out)
    except OSError:
        kept.rename(out)
        old.rmdir()
        raise
    shutil.rmtree(old, ignore_errors=True)
