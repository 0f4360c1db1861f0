"""Many versions of one sentence -> constant text and slots, by star alignment.

In:  sentences.   Out: segments, constant or slot.   Never names a slot, never shows a filler.
The most typical version is the centre; the others are aligned to it by edit operations, the majority of each column
makes a new centre, twice. A column is constant where that is the shorter description: a deviation costs log2 L + 11
bits, a slot 12 bits a letter. Works on characters, without word segmentation; a Latin word is never cut.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel, Levenshtein

_PASSES = 2
_LETTER_BITS = 11.0
_TOKEN = re.compile(r"[A-Za-z]+|.", re.DOTALL)


@dataclass(frozen=True)
class Segment:
    """A stretch of a sentence: constant text, or a slot with what its letters wrote there (personal data)."""

    text: str
    fillers: tuple[tuple[str, int], ...] = ()

    @property
    def is_slot(self) -> bool:
        return bool(self.fillers)

    def __repr__(self) -> str:
        return f"Segment(slot of {len(self.fillers)})" if self.is_slot else f"Segment({len(self.text)} characters)"


@dataclass(frozen=True)
class _Aligned:
    """One version against the centre: what stands at each column and before it, and how many letters wrote it."""

    columns: tuple[str, ...]
    before: tuple[str, ...]
    count: int


def align_sentences(sentences: Sequence[str]) -> list[Segment]:
    """Constant and variable stretches of one sentence in many letters.

    Examples
    --------
    >>> parts = align_sentences(["我于五月要求退保。", "我于六月要求退保。", "我于七月要求退保。"])
    >>> ["slot" if p.is_slot else p.text for p in parts]
    ['我于', 'slot', '月要求退保。']
    """
    versions = sorted((_TOKEN.findall(text), n) for text, n in Counter(sentences).items())
    centre = _centre(versions)
    for _ in range(_PASSES):
        improved = _majority(centre, [_align(centre, text, n) for text, n in versions])
        if improved == centre:
            break
        centre = improved
    return _segments(centre, [_align(centre, text, n) for text, n in versions])


def _centre(versions: list[tuple[list[str], int]]) -> list[str]:
    """The version nearest to all others."""
    texts = ["".join(t) for t, _ in versions]
    counts = np.array([n for _, n in versions], dtype=np.float64)
    closeness = process.cdist(texts, texts, scorer=Indel.normalized_similarity, dtype=np.float32)
    total = np.einsum("ij,j->i", closeness.astype(np.float64), counts)
    return versions[int(np.round(total, 6).argmax())][0]


def _align(centre: list[str], text: list[str], count: int) -> _Aligned:
    columns, before = [""] * len(centre), [""] * (len(centre) + 1)
    for step in Levenshtein.opcodes(centre, text):
        if step.tag in ("equal", "replace"):
            columns[step.src_start : step.src_end] = text[step.dest_start : step.dest_end]
        elif step.tag == "insert":
            before[step.src_start] += "".join(text[step.dest_start : step.dest_end])
    return _Aligned(tuple(columns), tuple(before), count)


def _count(words: Sequence[str], aligned: Sequence[_Aligned]) -> Counter[str]:
    tally: Counter[str] = Counter()
    for word, version in zip(words, aligned, strict=True):
        tally[word] += version.count
    return tally


def _top(tally: Counter[str]) -> tuple[str, int]:
    return min(tally.items(), key=lambda item: (-item[1], item[0]))


def _majority(centre: list[str], aligned: list[_Aligned]) -> list[str]:
    total = sum(a.count for a in aligned)
    out: list[str] = []
    for i in range(len(centre) + 1):
        word, n = _top(_count([a.before[i] for a in aligned], aligned))
        if 2 * n > total:
            out.append(word)
        if i < len(centre):
            out.append(_top(_count([a.columns[i] for a in aligned], aligned))[0])
    return _TOKEN.findall("".join(out))


def _segments(centre: list[str], aligned: list[_Aligned]) -> list[Segment]:
    total = sum(a.count for a in aligned)
    is_constant = _constant_columns(centre, aligned, total)
    inserts = [sum(a.count for a in aligned if a.before[i]) > 0.4 * total for i in range(len(centre) + 1)]
    segments: list[Segment] = []
    edges = [i for i in range(1, len(centre)) if is_constant[i] != is_constant[i - 1]]
    for start, stop in itertools.pairwise([0, *edges, len(centre)]):
        if not is_constant[start]:
            words = ["".join(a.before[x] + a.columns[x] for x in range(start, stop)) + a.before[stop] for a in aligned]
            segments.append(_slot(words, aligned))
            continue
        since = start
        for i in range(start, stop):
            follows_slot = i == start and i > 0  # the slot before took what was inserted here
            if inserts[i] and not follows_slot:
                if i > since:
                    segments.append(Segment("".join(centre[since:i])))
                segments.append(_slot([a.before[i] for a in aligned], aligned))
                since = i
        segments.append(Segment("".join(centre[since:stop])))
    return segments


def _slot(words: Sequence[str], aligned: Sequence[_Aligned]) -> Segment:
    return Segment("", tuple(sorted(_count(words, aligned).items())))


def _constant_columns(centre: list[str], aligned: list[_Aligned], total: int) -> list[bool]:
    bits = float(np.log2(max(2, len(centre)))) + _LETTER_BITS
    is_constant = []
    for i, token in enumerate(centre):
        share = sum(a.count for a in aligned if a.columns[i] == token) / total
        cheaper = (1 - share) * bits < (_LETTER_BITS + 1) * max(0.35, 1 - share)
        is_constant.append(share >= 0.55 and cheaper)
    joined = [
        kept and not (0 < i < len(centre) - 1 and not is_constant[i - 1] and not is_constant[i + 1])
        for i, kept in enumerate(is_constant)
    ]
    return _whole_numbers(centre, joined)


def _whole_numbers(centre: list[str], is_constant: list[bool]) -> list[bool]:
    """With slots extended over the digits beside them."""
    out = list(is_constant)
    last = len(centre) - 1
    for step, places in ((-1, range(1, len(centre))), (1, range(last - 1, -1, -1))):
        for i in places:
            if centre[i].isdigit() and not out[i + step]:
                out[i] = False
    return out
