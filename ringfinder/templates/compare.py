"""Lay letters beside their template: what is the same, fills a slot, was changed or added.

In:  a template's pattern, masked letter texts.   Out: `ComparedTemplate`.   Never links, never masks.
Sentences are matched one by one, because writers shuffle them. Characters are matched by their sound, so that 葆费
stands against 保费 as a changed character and does not push the rest out of line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel, Levenshtein

from ringfinder.model.compared import ComparedLetter, ComparedSentence, ComparedTemplate, Kind, Part, Slot
from ringfinder.templates.fold import sounds
from ringfinder.templates.pattern import PERSON_SLOT, split_sentences

_SLOT = re.compile("〔([^〔〕]*)〕")
_HOLE = "\x00"
#: least likeness of a letter's sentence to the template's (fillers count against it, so it is low)
_ALIKE = 0.5
_TOP_FILLERS = 5
#: so many matching characters between a slot and a difference are chance
_CHANCE = 1
_MAX_CHARS = 20_000


@dataclass(frozen=True)
class _Pattern:
    """A sentence of the template: shown text, characters with a hole for each slot, their sounds, the slots' names."""

    shown: str
    plain: str
    sound: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class _Filled:
    place: int
    slot: int
    text: str


def compare_letters(pattern: str, letters: Sequence[tuple[str, str]]) -> ComparedTemplate:
    """A template beside its letters.

    An investigator sees at a glance which words of a letter its writer brought, and what stands in each slot.

    Parameters
    ----------
    pattern : as in templates.csv, slots as 〔日期〕. letters : (complaint_id, masked text), in the order to show.

    Returns
    -------
    The letters in the same order. The same for the same texts; what a name slot holds is replaced by 〔姓名〕.

    Examples
    --------
    >>> shown = compare_letters("我于〔日期〕投保,要求退保费。", [("C1", "我于5月2日投保,要求退葆费。急!")])
    >>> [p.kind + " " + p.text for s in shown.letters[0].sentences for p in s.parts]
    ['same 我于', 'slot 5月2日', 'same 投保,要求退', 'changed 葆', 'same 费。', 'added 急!']
    """
    template = [_read(sentence) for sentence in split_sentences(pattern)]
    compared, filled = [], []
    for complaint_id, text in letters:
        letter, found = _compare(complaint_id, text[:_MAX_CHARS].replace(_HOLE, ""), template)
        compared.append(letter)
        filled += found
    return ComparedTemplate(tuple(t.shown for t in template), _slots(template, filled), tuple(compared))


def _read(sentence: str) -> _Pattern:
    plain = _SLOT.sub(_HOLE, sentence)
    return _Pattern(sentence, plain, sounds(plain), tuple(_SLOT.findall(sentence)))


def _compare(complaint_id: str, text: str, template: Sequence[_Pattern]) -> tuple[ComparedLetter, list[_Filled]]:
    parts = split_sentences(text)
    place = _places([sounds(part) for part in parts], template)
    sentences, filled = [], []
    for part, at in zip(parts, place, strict=True):
        if at < 0:
            sentences.append(ComparedSentence(-1, (Part("added", part),)))
            continue
        marked, found = _mark(template[at], part)
        sentences.append(ComparedSentence(at, marked))
        filled += [_Filled(at, slot, filler) for slot, filler in found]
    size = sum(len(p.text) for s in sentences for p in s.parts)
    same = sum(len(p.text) for s in sentences for p in s.parts if p.kind == "same")
    return ComparedLetter(complaint_id, tuple(sentences), round(same / max(size, 1), 4)), filled


def _places(parts: Sequence[str], template: Sequence[_Pattern]) -> list[int]:
    """The template's sentence each sentence is nearest to, -1 for none."""
    if not parts or not template:
        return [-1] * len(parts)
    solid = [t.sound.replace(_HOLE, "") for t in template]
    alike = process.cdist(parts, solid, scorer=Indel.normalized_similarity, dtype=np.float32)
    # a long filler makes a sentence unlike: how much of the template's constant words it holds counts as well
    sizes = np.array([[len(s) for s in solid]], dtype=np.float64)
    own = np.array([[len(p)] for p in parts], dtype=np.float64)
    common = alike * (sizes + own) / 2
    holds = np.where(sizes >= 8, common / np.maximum(sizes, 1) - 0.25, 0.0)
    reach = np.round(np.maximum(alike, holds), 6)
    best = reach.argmax(axis=1)
    return [int(b) if reach[i, b] >= _ALIKE else -1 for i, b in enumerate(best)]


def _mark(template: _Pattern, text: str) -> tuple[tuple[Part, ...], list[tuple[int, str]]]:
    """The parts of one sentence, and (slot, filler) of the slots it fills."""
    kinds: list[tuple[Kind, str]] = []
    filled: list[tuple[int, str]] = []
    for gap in _gaps(template.sound, sounds(text)):
        source, piece = template.plain[gap.start : gap.stop], text[gap.since : gap.until]
        if gap.is_equal:
            kinds += [("same" if a == b else "changed", b) for a, b in zip(source, piece, strict=True)]
            continue
        holes = source.count(_HOLE)
        if holes and piece:
            first = template.plain[: gap.start].count(_HOLE)
            names = set(template.names[first : first + holes])
            filler = f"〔{PERSON_SLOT}〕" if PERSON_SLOT in names else piece.strip()
            before, after = piece[: len(piece) - len(piece.lstrip())], piece[len(piece.rstrip()) :]
            kinds += [("same", before), ("slot", filler), ("same", after if filler else "")]
            if holes == 1 and filler:
                filled.append((first, filler))
        elif piece:
            kinds.append(("changed" if source else "added", piece))
    return _joined(kinds), filled


@dataclass
class _Gap:
    """Characters start..stop of the template against since..until of the letter."""

    is_equal: bool
    start: int
    stop: int
    since: int
    until: int


def _gaps(template: str, text: str) -> list[_Gap]:
    """Equal and differing stretches in turn; a lone equal character between a slot and a difference is chance."""
    gaps: list[_Gap] = []
    steps = Levenshtein.opcodes(template, text)
    for number, step in enumerate(steps):
        is_equal = step.tag == "equal"
        inner = 0 < number < len(steps) - 1
        if is_equal and inner and step.src_end - step.src_start <= _CHANCE and gaps and not gaps[-1].is_equal:
            after = steps[number + 1]
            near = template[gaps[-1].start : gaps[-1].stop] + template[after.src_start : after.src_end]
            is_equal = near.count(_HOLE) != 1 or near == _HOLE
        if gaps and gaps[-1].is_equal == is_equal:
            gaps[-1].stop, gaps[-1].until = step.src_end, step.dest_end
        else:
            gaps.append(_Gap(is_equal, step.src_start, step.src_end, step.dest_start, step.dest_end))
    return gaps


def _joined(kinds: Sequence[tuple[Kind, str]]) -> tuple[Part, ...]:
    """Neighbours of one kind as one part; neighbouring slots stay two."""
    out: list[Part] = []
    for kind, text in kinds:
        if not text:
            continue
        if out and out[-1].kind == kind and kind != "slot":
            out[-1] = Part(kind, out[-1].text + text)
        else:
            out.append(Part(kind, text))
    return tuple(out)


def _slots(template: Sequence[_Pattern], filled: Sequence[_Filled]) -> tuple[Slot, ...]:
    tally: dict[tuple[int, int], Counter[str]] = {}
    for one in filled:
        tally.setdefault((one.place, one.slot), Counter())[one.text.strip()] += 1
    slots = []
    for place, sentence in enumerate(template):
        for number, name in enumerate(sentence.names):
            counts = tally.get((place, number), Counter())
            top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_TOP_FILLERS]
            fillers = () if name == PERSON_SLOT else tuple(top)
            slots.append(Slot(place, name, sum(counts.values()), fillers))
    return tuple(slots)
