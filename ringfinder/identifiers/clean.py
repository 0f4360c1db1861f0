"""Make text from an insurer's tables safe to write and to show.

In:  any text or column of text.   Out: the same text without control, bidirectional and invisible characters.
Never shortens, never masks. Every output (page, table, CSV, terminal) has its text cleaned here. Letters and names are
hostile input: a terminal, a spreadsheet and a browser each run something that hides in them (escape sequences,
formulas, text that turns around).
"""

from __future__ import annotations

import re

import pandas as pd

#: C0 and C1 controls (the line feed excepted), zero-width and bidirectional controls, line and paragraph separators
_INVISIBLE = (
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f"
    "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_INVISIBLE_RE = re.compile(_INVISIBLE)
_SURROGATE_RE = re.compile("[\ud800-\udfff]")

#: a spreadsheet runs a cell that starts so; full-width forms count in East Asian editions
_FORMULA = r"^(\s*[=+\-@＝＋－＠])"


def clean(text: str, *, one_line: bool = False) -> str:
    """Text without characters that act instead of being read.

    Carriage returns and tabs become a space, lone surrogates the replacement character, the rest goes.

    Examples
    --------
    >>> clean("a\\x1b]0;x\\x07b\\u202ec")
    'a]0;xbc'
    >>> clean("a\\nb\\tc", one_line=True)
    'a b c'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _INVISIBLE_RE.sub("", _SURROGATE_RE.sub("\ufffd", text))
    return text.replace("\n", " ") if one_line else text


def clean_column(column: pd.Series[str]) -> pd.Series[str]:
    """`clean` for a whole column; empty cells stay empty."""
    if column.dtype == object:
        # Python objects may hold lone surrogates, which no other form can
        column = column.map(lambda cell: _SURROGATE_RE.sub("\ufffd", str(cell)), na_action="ignore").astype("str")
    text = column.astype("str").str.replace("\r\n", "\n", regex=False)
    text = text.str.replace("\r", "\n", regex=False).str.replace("\t", " ", regex=False)
    return text.str.replace(_INVISIBLE, "", regex=True)


def guard_formulas(column: pd.Series[str]) -> pd.Series[str]:
    """Put an apostrophe before cells that a spreadsheet would run.

    Examples
    --------
    >>> guard_formulas(pd.Series(["=1+1", "a"], dtype="str")).tolist()
    ["'=1+1", 'a']
    """
    return column.str.replace(_FORMULA, r"'\1", regex=True)
