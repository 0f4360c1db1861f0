"""Read a folder of texts: published letters, or the forms that stand in letters.

In:  a folder of .txt and .md files.   Out: their texts, in order of their names.   Never compares, never writes.
"""

from __future__ import annotations

from pathlib import Path

from ringfinder.errors import InputError
from ringfinder.ingest.decode import decode

_ENDINGS = (".txt", ".md")


def read_letter_files(folder: Path | str) -> tuple[str, ...]:
    """The texts of a folder and its subfolders, one a file, in order of path.

    Parameters
    ----------
    folder : holds UTF-8, UTF-16 or GB18030 files that end in .txt or .md; other files are passed over.

    Raises
    ------
    InputError : no such folder, no text in it, or a file that can't be read as text.
    """
    place = Path(folder)
    if not place.is_dir():
        raise InputError(f"no folder {place.name}", hint="name a folder that holds one text file a letter")
    files = sorted(p for p in place.rglob("*") if p.suffix.lower() in _ENDINGS and p.is_file())
    if not files:
        raise InputError(
            f"folder {place.name} holds no text files", hint="save each letter as a file that ends in .txt or .md"
        )
    return tuple(_read(path, path.relative_to(place).as_posix()) for path in files)


def _read(path: Path, name: str) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"can't read {name}: {error.strerror}") from error
    return decode(data, file=name)[0]
