"""Tokens that stand for values in masked tables: a keyed hash, told by its '~'.

In:  values, letters as sets of numbers.   Out: tokens, and kinds that let tokens pass as they are.
Never makes a hash: that is the work of `ringfinder.mask`. Formats:
'~HASH' for a value one person holds, 'RANK~HASH' for records and values several hold, 'REGION市~HASH室' for an address,
'~letter:SIZE:CHARACTERS:HASH:NUMBERS' for a letter.
"""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.errors import InputError
from ringfinder.identifiers.kind import IdentifierKind, Normalised

MARK = "~"
HASH_CHARS = 16
KEYED = rf"(?:[0-9]*|[a-p]+市){MARK}[0-9a-f]{{{HASH_CHARS}}}室?"
LETTER_PREFIX = f"{MARK}letter:"


def is_keyed(values: pd.Series[str]) -> pd.Series[bool]:
    """Which values are tokens.

    Examples
    --------
    >>> is_keyed(pd.Series(["0012~00112233445566ff", "14200001234", None], dtype="str")).tolist()
    [True, False, False]
    """
    maybe = values.str.contains(MARK, regex=False).fillna(False).astype("bool")
    if not maybe.any():
        return maybe
    out = maybe.copy()
    out[maybe] = values[maybe].str.strip().str.fullmatch(KEYED).fillna(False).astype("bool")
    return out


def bare_hash(values: pd.Series[str]) -> pd.Series[str]:
    """The hash of each token, without rank, region and room: what is the same in every table made with one key.

    Examples
    --------
    >>> bare_hash(pd.Series(["0012~00112233445566ff", "abcd市~00112233445566ff室"])).tolist()
    ['~00112233445566ff', '~00112233445566ff']
    """
    return values.str.replace(r"^[^~]*", "", regex=True).str.replace("室", "", regex=False)


def keeping_keyed(kind: IdentifierKind) -> IdentifierKind:
    """The kind, with tokens as values that are normalised already and masked by shortening."""

    def normalise(series: pd.Series[str]) -> Normalised:
        keyed = is_keyed(series.astype("str"))
        if not keyed.any():
            return kind.normalise(series)
        got = kind.normalise(series.mask(keyed).astype("str"))
        return Normalised(got.values.where(~keyed, series.str.strip()).astype("str"), got.value_class)

    def mask(series: pd.Series[str]) -> pd.Series[str]:
        keyed = is_keyed(series.astype("str"))
        if not keyed.any():
            return kind.mask(series)
        return kind.mask(series.mask(keyed).astype("str")).where(~keyed, short(series)).astype("str")

    def split(series: pd.Series[str]) -> pd.Series[list[str]]:
        keyed = is_keyed(series.astype("str"))
        if not keyed.any():
            return kind.split(series)
        parts = kind.split(series.mask(keyed).astype("str")).astype("object")
        return pd.Series(
            [[cell] if own else part for cell, own, part in zip(series, keyed, parts, strict=True)],
            index=series.index,
            dtype="object",
        )

    def room_level(series: pd.Series[str]) -> pd.Series[bool]:
        keyed = is_keyed(series.astype("str"))
        if not keyed.any():
            return kind.room_level(series)
        is_room = series.str.endswith("室").fillna(False).astype("bool")
        return kind.room_level(series.mask(keyed).astype("str")).mask(keyed, is_room).astype("bool")

    return replace(kind, normalise=normalise, mask=mask, split=split, room_level=room_level)


def short(values: pd.Series[str]) -> pd.Series[str]:
    """How a token is shown: the first half of its hash.

    Examples
    --------
    >>> short(pd.Series(["0012~00112233445566ff"])).tolist()
    ['~00112233']
    """
    return bare_hash(values).str.slice(0, 1 + HASH_CHARS // 2)


def is_keyed_letter(text: str) -> bool:
    """Whether a text is a letter of masked tables, which no one can read.

    Examples
    --------
    >>> is_keyed_letter("本人要求退保"), is_keyed_letter(pack_letter(np.array([1, 2]), size=6, n_chars=8, digest="00"))
    (False, True)
    """
    return text.startswith(LETTER_PREFIX)


def pack_letter(numbers: NDArray[np.integer], *, size: int, n_chars: int, digest: str) -> str:
    """A letter as text: its shingle numbers (keyed, ascending), its length, and the keyed hash of its words.

    Parameters
    ----------
    size : tokens in a shingle. n_chars : characters. digest : equal for equal texts.
    """
    body = base64.b64encode(np.sort(numbers.astype("<u4")).tobytes()).decode("ascii")
    return f"{LETTER_PREFIX}{size}:{n_chars}:{digest}:{body}"


def letter_chars(text: str) -> int:
    """Characters of a letter, also of one of masked tables, which says how many it had.

    Examples
    --------
    >>> letter_chars("本人要求退保"), letter_chars(pack_letter(np.array([1, 2]), size=6, n_chars=8, digest="00"))
    (6, 8)
    """
    if not is_keyed_letter(text):
        return len(text)
    said = text.removeprefix(LETTER_PREFIX).split(":", 2)
    return int(said[1]) if len(said) == 3 and said[1].isdecimal() else 0


def unpack_letter(text: str, *, size: int) -> NDArray[np.uint32]:
    """The shingle numbers of `pack_letter`, ascending and unique.

    Raises
    ------
    InputError : it was made with another shingle size, or is damaged.

    Examples
    --------
    >>> unpack_letter(pack_letter(np.array([7, 3]), size=6, n_chars=8, digest="00"), size=6).tolist()
    [3, 7]
    """
    try:
        made_with, _, _, body = text.removeprefix(LETTER_PREFIX).split(":", 3)
        same, raw = int(made_with) == size, base64.b64decode(body, validate=True)
        numbers = np.unique(np.frombuffer(raw, dtype="<u4")).astype(np.uint32)
    except ValueError as error:
        raise InputError("a masked letter is damaged", hint="mask the tables again") from error
    if not same:
        raise InputError(
            f"letters were masked with shingles of {made_with} tokens, this run uses {size}",
            hint="mask with the same ringfinder.toml as the run",
        )
    return numbers
