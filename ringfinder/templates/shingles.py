"""Letters as sets of hashed shingles.

In:  texts.   Out: `Shingles` (32-bit hashes, sorted and unique per letter).   Never weighs or compares.
Works in chunks, so that only four bytes a shingle stay in memory. Neighbouring shingles overlap, so a share of them,
drawn by their hashes, stands for all where a corpus is large: every phrase keeps one or two.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.identifiers.keyed import is_keyed_letter, unpack_letter
from ringfinder.templates.fold import fold

_CHUNK_CHARS = 1_000_000
_PART = 4096

Texts = Sequence[str] | pd.Series


@dataclass(frozen=True)
class Shingles:
    """Shingle sets of letters.

    Attributes
    ----------
    hashes : flat, ascending within a letter. offsets : shape (n_letters + 1,), where each letter starts.
    """

    hashes: NDArray[np.uint32]
    offsets: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.int64]:
        return np.diff(self.offsets)

    @property
    def letter(self) -> NDArray[np.int64]:
        """Letter of each shingle."""
        return np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int64), self.counts)

    def without(self, dropped: NDArray[np.uint32]) -> Shingles:
        """The same letters without some shingles."""
        if not len(dropped):
            return self
        is_kept = ~np.isin(self.hashes, dropped)
        cumulative = np.concatenate([[0], np.cumsum(is_kept)])
        return Shingles(self.hashes[is_kept], cumulative[self.offsets])

    def digests(self) -> NDArray[np.uint64]:
        """One number a letter, equal for equal sets of shingles."""
        running = np.zeros(len(self.hashes) + 1, dtype=np.uint64)
        np.cumsum(mix(self.hashes.astype(np.uint64)), out=running[1:])
        return running[self.offsets[1:]] - running[self.offsets[:-1]]


def mix(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble 64-bit numbers (the finaliser of MurmurHash3, public domain)."""
    out = value ^ (value >> np.uint64(33))
    out *= np.uint64(0xFF51AFD7ED558CCD)
    out ^= out >> np.uint64(33)
    out *= np.uint64(0xC4CEB9FE1A85EC53)
    out ^= out >> np.uint64(33)
    return out


def shingle(texts: Texts, size: int, *, max_chars: int = 20_000, share: float = 1.0) -> Shingles:
    """Hashed shingles of every text; a letter of masked tables holds its own (`InputError` if of another size).

    Parameters
    ----------
    share : of all shingles there are, those that are kept, the same in every text.

    Examples
    --------
    >>> shingle(["我要求全额退保", "我要求全额退葆!", "退保"], 6).counts.tolist()
    [2, 2, 0]
    """
    hashes: list[NDArray[np.uint32]] = [np.zeros(0, dtype=np.uint32)]
    counts: list[NDArray[np.int64]] = [np.zeros(1, dtype=np.int64)]
    for part in text_parts(texts):
        keyed = {i: unpack_letter(text, size=size) for i, text in enumerate(part) if is_keyed_letter(text)}
        for chunk in _chunks(["" if i in keyed else text for i, text in enumerate(part)] if keyed else part, max_chars):
            packed = _packed(chunk, size, share)
            hashes.append((packed & np.uint64(0xFFFFFFFF)).astype(np.uint32))
            counts.append(np.bincount((packed >> np.uint64(32)).astype(np.int64), minlength=len(chunk)))
        if keyed:
            hashes, counts = _with_keyed(hashes, counts, len(part), keyed, share)
    return Shingles(np.concatenate(hashes), np.cumsum(np.concatenate(counts)).astype(np.int64))


def text_parts(texts: Texts) -> Iterator[list[str]]:
    """The texts, some thousands at a time, so that a long column is never a list as a whole."""
    for part in blocks(len(texts), _PART):
        own = texts[part]
        yield list(own) if isinstance(own, Sequence) else own.tolist()


def _drawn(hashes: NDArray[np.uint32], share: float) -> NDArray[np.bool_]:
    """Which hashes are among the share that is kept."""
    return np.asarray(hashes * np.uint32(0x9E3779B1) < np.uint32(share * 0xFFFFFFFF), dtype=np.bool_)


def _with_keyed(
    hashes: list[NDArray[np.uint32]],
    counts: list[NDArray[np.int64]],
    n_part: int,
    keyed: dict[int, NDArray[np.uint32]],
    share: float,
) -> tuple[list[NDArray[np.uint32]], list[NDArray[np.int64]]]:
    """With the shingles of those of the last `n_part` letters that brought their own."""
    every = np.concatenate(counts)
    before, own = every[: len(every) - n_part], every[len(every) - n_part :]
    flat = np.concatenate(hashes)
    start = int(before.sum())
    bounds = (start + np.concatenate([[0], np.cumsum(own)])).tolist()
    kept = {i: values[_drawn(values, share)] if share < 1 else values for i, values in keyed.items()}
    parts = [kept.get(i, flat[a:b]) for i, (a, b) in enumerate(itertools.pairwise(bounds))]
    return [flat[:start], *parts], [before, np.array([len(part) for part in parts], dtype=np.int64)]


def _chunks(texts: Sequence[str], max_chars: int) -> Iterator[list[str]]:
    chunk: list[str] = []
    size = 0
    for text in texts:
        chunk.append(text[:max_chars])
        size += len(chunk[-1])
        if size >= _CHUNK_CHARS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _packed(texts: list[str], size: int, share: float) -> NDArray[np.uint64]:
    """(text << 32 | hash), ascending and unique."""
    token, text = fold(texts)
    n = len(token) - size + 1
    if n <= 0:
        return np.zeros(0, dtype=np.uint64)
    rolled = np.zeros(n, dtype=np.uint64)
    for j in range(size):
        rolled *= np.uint64(0x9E3779B97F4A7C15)
        rolled += token[j : n + j]
        rolled += np.uint64(1)
    is_inside = text[:n] == text[size - 1 :]
    hashes = (mix(rolled) >> np.uint64(32)).astype(np.uint32)
    if share < 1:
        is_inside &= _drawn(hashes, share)
    return sorted_unique((text[:n][is_inside].astype(np.uint64) << np.uint64(32)) | hashes[is_inside])


def sorted_unique(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Ascending, each once; sorts, because a hash table is slower here."""
    values = np.sort(values)
    is_first = np.ones(len(values), dtype=np.bool_)
    is_first[1:] = values[1:] != values[:-1]
    return values[is_first]


def blocks(n: int, size: int) -> Iterator[slice]:
    """Slices that cover 0..n in steps of `size`."""
    edges = [*range(0, n, size), n]
    return (slice(a, b) for a, b in itertools.pairwise(edges))
