"""Write masked tables to a folder, whole or not at all.

In:  frames, masked letters of `--known-letters` and `--boilerplate`.   Out: MASKED/*.parquet, masked.json.
Never writes the key.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from ringfinder.errors import InputError, RefusedError
from ringfinder.mask.keys import MaskKey
from ringfinder.version import __version__

_NOTE = "masked.json"


def check_out(out: Path, key: Path, *, force: bool) -> None:
    """Refuse a place that holds something else, or the key.

    Raises
    ------
    RefusedError : `out` is there and `force` is off, is no folder of masked tables, or the key would lie in it.
    """
    if key.resolve().is_relative_to(out.resolve()):
        raise RefusedError("the key would lie among the masked tables", hint="keep it elsewhere: --key FILE")
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not (out / _NOTE).is_file():
        raise RefusedError(f"'{out.name}' holds something else", hint="choose another --out")
    if not force:
        raise RefusedError(f"'{out.name}' is there already", hint="add --force to replace it")


def write_masked(
    tables: Mapping[str, pd.DataFrame], out: Path, key: MaskKey, *, texts: Mapping[str, Sequence[str]] | None = None
) -> list[Path]:
    """Write one Parquet file a table, and a note with the key's public name; what was there is replaced.

    Parameters
    ----------
    texts : folder name -> masked letters, one file each, for `detect --known-letters` and `--boilerplate`.

    Raises
    ------
    InputError : the folder can't be written.
    """
    note = {
        "format": "ringfinder-masked",
        "key": key.name,
        "rows": {name: len(frame) for name, frame in tables.items()},
        "version": __version__,
    }
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".masked-", dir=out.parent) as part:
            made = Path(part) / "masked"
            made.mkdir()
            for name, frame in tables.items():
                frame.to_parquet(made / f"{name}.parquet", index=False, compression="zstd")
            for folder, letters in (texts or {}).items():
                (made / folder).mkdir()
                for number, text in enumerate(letters, start=1):
                    (made / folder / f"{number:04d}.txt").write_text(text, encoding="ascii")
            (made / _NOTE).write_text(json.dumps(note, indent=1, sort_keys=True) + "\n", encoding="utf-8")
            if out.is_dir():
                shutil.rmtree(out)
            made.rename(out)
    except OSError as error:
        raise InputError(f"can't write {out.name}: {error.strerror}", hint="choose another --out") from error
    return sorted(path for path in out.rglob("*") if path.is_file())
