"""What an identifier kind is: a name, a normaliser, a display mask and a splitter.

In:  nothing (definitions).   Out: `IdentifierKind`, `Normalised`.   Never reads files, never judges a value.
A new kind is one new file that makes an `IdentifierKind` and one line in the registry of `__init__`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

#: why a value can't be used ('' = usable); 'hotline' is usable and only noted
VALUE_CLASSES = ("", "masked", "placeholder", "ruined", "too_short", "malformed", "hotline")


@dataclass(frozen=True)
class Normalised:
    """Values made comparable, with what was wrong with the others.

    Attributes
    ----------
    values : str, same index as the input; NaN where the cell was empty or must not join anybody.
    value_class : str, one of `VALUE_CLASSES`; '' for a good value and for an empty cell.
    """

    values: pd.Series[str]
    value_class: pd.Series[str]


def one_value_a_cell(series: pd.Series[str]) -> pd.Series[list[str]]:
    """The splitter of kinds that never share a cell: each cell is a list of one.

    Examples
    --------
    >>> one_value_a_cell(pd.Series(["a", None], dtype="str")).tolist()
    [['a'], []]
    """
    cells = [[cell] if isinstance(cell, str) else [] for cell in series]
    return pd.Series(cells, index=series.index, dtype="object")


def reaches_no_room(series: pd.Series[str]) -> pd.Series[bool]:
    """`room_level` of kinds that are no address: never.

    Examples
    --------
    >>> reaches_no_room(pd.Series(["a"], dtype="str")).tolist()
    [False]
    """
    return pd.Series(False, index=series.index, dtype="bool")


@dataclass(frozen=True)
class IdentifierKind:
    """One kind of thing that can link people.

    Attributes
    ----------
    name : code name, as it stands in `Book.links`.
    zh, en : names for people.
    normalise : vectorised; applying it to its own output changes nothing.
    mask : display mask of each value (NaN stays NaN); never contains the whole value, the insurer's own codes apart.
    split : the values of each cell, in writing order.
    room_level : does an address reach one home? False for every other kind.
    case_only : exists only inside a case (a letter's sender, a waybill), so its freshness says nothing.
    aliases : other words for it, in any spelling.
    """

    name: str
    zh: str
    en: str
    normalise: Callable[[pd.Series[str]], Normalised]
    mask: Callable[[pd.Series[str]], pd.Series[str]]
    split: Callable[[pd.Series[str]], pd.Series[list[str]]] = one_value_a_cell
    room_level: Callable[[pd.Series[str]], pd.Series[bool]] = reaches_no_room
    case_only: bool = False
    aliases: tuple[str, ...] = ()
