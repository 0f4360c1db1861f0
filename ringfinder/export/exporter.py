"""What an export is: a name and a function that turns a case into files, held as bytes.

In:  a case that answers with masked dossiers.   Out: `ExportFile`s, `write_files` puts them in place.
Exports never write: so that all of them are whole or not at all, `write_files` does it for them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ringfinder.errors import InputError, RefusedError
from ringfinder.model.dossier import Portfolio, RingDossier

Progress = Callable[[str, float], None]


class Source(Protocol):
    """What an export may ask: a saved case, or anything else that answers masked."""

    def ring_ids(self) -> tuple[str, ...]:
        """All ring ids, best first."""
        ...

    def dossier(self, ring_id: str) -> RingDossier:
        """One ring."""
        ...

    def portfolio(self) -> Portfolio:
        """All rings, without their people."""
        ...


@dataclass(frozen=True)
class Wanted:
    """What to export.

    Attributes
    ----------
    ring_ids : the rings, best first.
    is_whole : these are all rings, so an overview belongs to them.
    language : 'zh' or 'en'.
    """

    ring_ids: tuple[str, ...]
    is_whole: bool
    language: str = "zh"


@dataclass(frozen=True)
class ExportFile:
    """One file of an export; `ring_id` is '' for one that shows more than a ring, `is_private`: for its owner alone."""

    ring_id: str
    name: str
    content: bytes
    is_private: bool = False


@dataclass(frozen=True)
class Exporter:
    """An export.

    Attributes
    ----------
    name : what it is asked for by.
    files : its files, the one to open first in front. Same answers of the source, same bytes.
    """

    name: str
    files: Callable[[Source, Wanted], Iterator[ExportFile]]


def write_files(
    files: Iterator[ExportFile], out: Path, *, told: Callable[[ExportFile], None], replace: bool = True
) -> list[Path]:
    """Write all files into a folder, or none: they are made beside their place and moved when the last one is whole.

    `told` hears of each file when it is made. Raises `InputError` if the folder can't be written to, `RefusedError`
    if another file is there and `replace` is off; the same bytes are no other file.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=out) as part:
            names = []
            for file in files:
                place = Path(part) / file.name
                place.touch(mode=0o600 if file.is_private else 0o666)
                place.write_bytes(file.content)
                names.append(file.name)
                told(file)
            return _moved(names, Path(part), out, replace=replace)
    except OSError as error:
        raise InputError(
            f"can't write into folder {out.name}: {error.strerror}", hint="choose another --out"
        ) from error


def _is_other(new: Path, old: Path) -> bool:
    return old.exists() and new.read_bytes() != old.read_bytes()


def _moved(names: Sequence[str], part: Path, out: Path, *, replace: bool) -> list[Path]:
    """Move the files; the one in front last, for it may link to the others."""
    blocked = next((name for name in names if (out / name).is_dir()), None)
    if blocked is not None:
        raise InputError(f"{blocked} is a folder in {out.name}", hint="choose another --out")
    there = [] if replace else [name for name in names if _is_other(part / name, out / name)]
    if there:
        raise RefusedError(f"{there[0]} is in {out.name} already", hint="add --force to replace it")
    for name in reversed(names):
        os.replace(part / name, out / name)
    return [out / name for name in names]
