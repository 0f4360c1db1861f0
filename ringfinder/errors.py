"""Every error a user can meet, in one tree.

RingfinderError                 carries a message, a hint (the cure) and an exit code
├── InputError          (2)     a table, a file or an argument can't be used
│   ├── TableError      (2)     one input table: names the file, the line and the column
│   └── UnknownNameError(2)     no ring, person, detector ... of that name; offers the nearest
├── ConfigError         (2)     ringfinder.toml or a parameter
├── MissingExtraError   (2)     an optional library is not installed; names the command that installs it
├── RefusedError        (2)     policy says no (unmasking without a reason, overwriting without --force)
└── EngineError         (3)     a server or an engine can't be reached

Messages may hold record ids, file names, columns and counts, never a personal value.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class RingfinderError(Exception):
    """Base of every expected error.

    Parameters
    ----------
    message : what went wrong and where, without personal values.
    hint : what to do about it; may be empty.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(RingfinderError):
    """The input can't be used as it is."""


class TableError(InputError):
    """One input table can't be used.

    Parameters
    ----------
    message : what is wrong.
    file : file name as the user knows it, relative to the input folder.
    line : 1-based line in that file, if one line is to blame.
    column : header as found in the file, if one column is to blame.
    """

    def __init__(self, message: str, *, file: str, line: int | None = None, column: str = "", hint: str = "") -> None:
        where = file + (f", line {line}" if line is not None else "") + (f", column '{column}'" if column else "")
        super().__init__(f"{where}: {message}", hint=hint)
        self.file = file
        self.line = line
        self.column = column


class UnknownNameError(InputError):
    """Nothing of that name exists; the hint offers the nearest names."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        close = get_close_matches(name, names, n=1)
        guess = f"did you mean {close[0]!r}? " if close else ""
        shown = ", ".join(names[:12]) + (f" ... ({len(names)} in all)" if len(names) > 12 else "")
        super().__init__(f"no {what} named {name!r}", hint=f"{guess}known: {shown or 'none'}")


class ConfigError(RingfinderError):
    """A setting is unknown or out of range."""


class MissingExtraError(RingfinderError):
    """An optional library is missing."""

    def __init__(self, library: str, *, extra: str = "", install: str = "") -> None:
        super().__init__(f"{library} is not installed", hint=install or f'pip install "ringfinder[{extra}]"')


class RefusedError(RingfinderError):
    """Policy refuses the request as it stands."""


class EngineError(RingfinderError):
    """A server or an engine can't be reached or failed."""

    exit_code = 3
