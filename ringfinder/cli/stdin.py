"""Values from stdin in place of '-', so that they stay out of the shell's history.

In:  arguments.   Out: values.   Never prints them.
"""

from __future__ import annotations

import sys

from ringfinder.errors import InputError


def from_stdin(*values: str) -> tuple[str, ...]:
    """The values, each '-' replaced by the next line on stdin; empty lines are skipped.

    Raises
    ------
    InputError : there are fewer or more lines than places for them.
    """
    places = values.count("-")
    if not places:
        return values
    lines = [line.strip() for line in sys.stdin if line.strip()]
    if len(lines) != places:
        raise InputError(f"{len(lines)} lines on stdin for {places} arguments '-'", hint="one value a line")
    rest = iter(lines)
    return tuple(next(rest) if value == "-" else value for value in values)
