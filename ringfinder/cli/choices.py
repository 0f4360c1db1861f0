"""A wrong word where there is a choice: offer the nearest.

In:  the error of the parser.   Out: the same error with a guess.   Never corrects by itself.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperGroup

_WRONG = re.compile(r"'(?P<said>.*?)' is not one of (?P<known>.*)$", re.DOTALL)


class GuessingGroup(TyperGroup):
    """The commands, with the nearest of the choices named in the error on a word that is none of them."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = with_guess(error.message)
            raise


def with_guess(message: str) -> str:
    """The parser's message, with the nearest choice at the end if one is near.

    Examples
    --------
    >>> with_guess("'overpid' is not one of 'rank', 'overpaid', 'size'.")
    "'overpid' is not one of 'rank', 'overpaid', 'size'. Did you mean 'overpaid'?"
    """
    found = _WRONG.search(message)
    close = get_close_matches(found["said"], re.findall(r"'([^']*)'", found["known"]), n=1) if found else []
    return f"{message} Did you mean {close[0]!r}?" if close else message
