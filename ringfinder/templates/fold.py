"""Fold letters to tokens that survive homophones, width, spacing and other people's numbers.

In:  texts.   Out: flat token codes and where each text starts.   Never compares letters.
A Chinese character becomes its toneless syllable (保 = 葆 = bao), a run of digits one token, a Latin word one token per
four letters (case and accents dropped; a word that spells a syllable becomes it: tui保 = 退保). Punctuation, spaces and
symbols are dropped. The table is made by benchmarks/pinyin_table.py from pypinyin (MIT).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

_DIGIT = 1
_FIRST_WORD, _FIRST_SYLLABLE = 2, 1024
_PIECE = 4  # letters of a Latin word in one token: six tokens are then three to four English words
_WORD_TAG = np.uint64(1 << 42)


@dataclass(frozen=True)
class FoldTable:
    """Code of every character of the basic plane; see benchmarks/pinyin_table.py."""

    table: NDArray[np.uint16]
    syllable_words: NDArray[np.uint64]
    syllable_codes: NDArray[np.uint64]


@cache
def fold_table() -> FoldTable:
    """The packaged table, read once."""
    with files(__package__).joinpath("pinyin.npz").open("rb") as stream, np.load(stream) as data:
        return FoldTable(data["table"], data["syllable_words"], data["syllable_codes"])


def fold(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Tokens of all texts in one array, and the text each token belongs to.

    Examples
    --------
    >>> tokens, text = fold(["我要退保,10,000元", "我要tui葆 9 元", "Refund"])
    >>> np.array_equal(tokens[text == 0], tokens[text == 1])
    True
    >>> int((text == 2).sum())
    2
    """
    lookup = fold_table()
    lengths = np.fromiter((len(t) for t in texts), dtype=np.int64, count=len(texts))
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    text = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    code = lookup.table[np.minimum(points, 0xFFFF)]
    token = code.astype(np.uint64)
    is_kept = code > 0
    is_word = (code >= _FIRST_WORD) & (code < _FIRST_SYLLABLE)
    if is_word.any():
        _join_words(token, is_kept, np.flatnonzero(is_word), code, text, lookup)
    token, text = token[is_kept], text[is_kept]
    repeated = np.zeros(len(token), dtype=np.bool_)
    repeated[1:] = (token[1:] == _DIGIT) & (token[:-1] == _DIGIT) & (text[1:] == text[:-1])
    return token[~repeated], text[~repeated]


def sounds(text: str) -> str:
    """The text with each Chinese character replaced by a mark for its toneless syllable; its length stays.

    Examples
    --------
    >>> sounds("葆费") == sounds("保费"), sounds("A1,") == sounds("a1,")
    (True, True)
    """
    lookup = fold_table()
    lowered = [c.lower() if len(c.lower()) == 1 else c for c in text]
    points = np.array([ord(c) for c in lowered], dtype=np.int64)
    code = lookup.table[np.minimum(points, 0xFFFF)].astype(np.int64)
    marks = np.where((code >= _FIRST_SYLLABLE) & (points < 0x10000), 0xF0000 + code, points)
    return "".join(map(chr, marks.tolist()))


def _join_words(
    token: NDArray[np.uint64],
    is_kept: NDArray[np.bool_],
    at: NDArray[np.int64],
    code: NDArray[np.uint16],
    text: NDArray[np.int64],
    lookup: FoldTable,
) -> None:
    """Write one token for every four letters of a word at the piece's first letter; un-keep the other letters."""
    starts = np.ones(len(at), dtype=np.bool_)
    starts[1:] = (np.diff(at) != 1) | (text[at[1:]] != text[at[:-1]])
    first = np.maximum.accumulate(np.where(starts, np.arange(len(at)), 0))
    place = np.arange(len(at)) - first
    is_piece = place % _PIECE == 0
    shifted = code[at].astype(np.uint64) << (10 * (place % _PIECE)).astype(np.uint64)
    pieces = np.flatnonzero(is_piece)
    value = np.add.reduceat(shifted, pieces)
    opens = place[pieces] == 0
    is_whole = opens & np.append(opens[1:], True)
    spot = np.minimum(np.searchsorted(lookup.syllable_words, value), len(lookup.syllable_words) - 1)
    is_syllable = is_whole & (lookup.syllable_words[spot] == value)
    is_kept[at[~is_piece]] = False
    token[at[pieces]] = np.where(is_syllable, lookup.syllable_codes[spot], value + _WORD_TAG)
