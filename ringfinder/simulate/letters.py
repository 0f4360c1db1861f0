"""Write complaint letters: own words, or one author's letter retold again and again.

In:  a `random.Random`, a `Case`'s facts.   Out: Chinese text of some 200 to 800 characters.
Every voice uses the same banks and the same noise. A template is nothing but a letter somebody wrote once; a ring,
a newspaper, a lawyer and a victim who lends out her letter differ only in who retells it and how freely.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

from ringfinder.simulate import letter_frames as frames
from ringfinder.simulate.letter_topics import TOPICS

_CHOICE = re.compile(r"\[([^\]]*)\]")
_PARTS: dict[str, tuple[str, ...]] = {
    "address": frames.ADDRESS,
    "facts": frames.FACTS,
    "when": frames.SCENE_WHEN,
    "what": frames.SCENE_WHAT,
    "end": frames.SCENE_END,
    "hardship": frames.HARDSHIP,
    "law": frames.LAW,
    "remark": frames.REMARK,
    "demand": frames.DEMAND,
    "pressure": frames.PRESSURE,
    "closing": frames.CLOSING,
    "call": frames.CALL_NOTE,
} | {f"topic:{k}": v for k, v in TOPICS.items()}


def _parse(pattern: str) -> tuple[tuple[str, ...], ...]:
    pieces = _CHOICE.split(pattern)
    return tuple(tuple(p.split("|")) if i % 2 else (p,) for i, p in enumerate(pieces))


_PARSED = {part: tuple(_parse(p) for p in patterns) for part, patterns in _PARTS.items()}
_TOPIC_PARTS = tuple(sorted(p for p in _PARTS if p.startswith("topic:")))
_NO_FILLER = ("address", "when", "what", "end", "demand", "closing", "call")


@dataclass(frozen=True)
class Sentence:
    """One sentence of a letter: where it came from and its words, slots still open."""

    part: str
    pattern: int
    text: str


Letter = tuple[Sentence, ...]


@dataclass(frozen=True)
class Style:
    """How freely a letter is retold.

    Attributes
    ----------
    reword : share of sentences told in other words, replaced, dropped or joined by a new one.
    noise : chance that a word with a synonym is swapped for it, per occurrence in a sentence.
    slips : chance of a slip of the pen in a sentence.
    shuffle : chance that two neighbouring sentences of a part change places.
    """

    reword: float = 0.0
    noise: float = 0.0
    slips: float = 0.0
    shuffle: float = 0.0


def _sentence(rng: random.Random, part: str, taken: Set[tuple[str, int]] = frozenset()) -> Sentence:
    """A new sentence for `part`, not of a `taken` pattern if that can be helped."""
    bank = _PARSED[part]
    pattern = rng.randrange(len(bank))
    for _ in range(6):
        if (part, pattern) not in taken:
            break
        pattern = rng.randrange(len(bank))
    return Sentence(part, pattern, "".join(rng.choice(piece) for piece in bank[pattern]))


def _respell(rng: random.Random, part: str, text: str, style: Style) -> str:
    """Synonyms, slips and filler words, drawn anew for each sentence."""
    if style.noise > 0:
        for words in frames.SYNONYMS:
            if words[0] in text and rng.random() < style.noise:
                text = text.replace(words[0], rng.choice(words[1:]), 1)
        if part not in _NO_FILLER and rng.random() < style.noise * 0.5:
            text = rng.choice(frames.FILLERS) + "," + text
    if style.slips > 0 and rng.random() < style.slips:
        right, wrong = rng.choice(frames.SLIPS)
        text = text.replace(right, wrong, 1)
    return text


def _several(rng: random.Random, part: str, count: int) -> list[Sentence]:
    bank = _PARSED[part]
    picked = rng.sample(range(len(bank)), min(count, len(bank)))
    return [Sentence(part, p, "".join(rng.choice(piece) for piece in bank[p])) for p in picked]


def compose(rng: random.Random) -> Letter:
    """A new letter in somebody's own words, slots open.

    Topics, their number and order, the scene, hardship, law, demand and closing are all drawn; the length aims at a
    target between 220 and 700 characters.
    """
    target = min(700.0, max(220.0, rng.lognormvariate(5.95, 0.32)))
    topics = rng.sample(_TOPIC_PARTS, rng.choice((1, 2, 2, 3, 3, 4)))
    body: list[Sentence] = []
    for topic in topics:
        body += _several(rng, topic, rng.choice((1, 2, 2, 3, 4)))
    if rng.random() < 0.6:
        scene = _sentence(rng, "when"), _sentence(rng, "what"), _sentence(rng, "end")
        body[rng.randrange(len(body) + 1) : 0] = [s for s in scene if rng.random() < 0.85]
    extra = [
        *_several(rng, "hardship", rng.choice((0, 0, 1, 1, 2))),
        *_several(rng, "remark", rng.choice((0, 1, 1, 2))),
    ]
    rng.shuffle(extra)
    law = _several(rng, "law", rng.choice((0, 0, 0, 1, 1, 2)))
    head = [_sentence(rng, "address")] if rng.random() < 0.75 else []
    head += _several(rng, "facts", 1 if rng.random() < 0.8 else 2)
    tail = _several(rng, "demand", rng.choice((1, 1, 2)))
    tail += _several(rng, "pressure", rng.choice((0, 0, 1)))
    tail += [_sentence(rng, "closing")] if rng.random() < 0.8 else []
    middle = [body, extra, law]
    if rng.random() < 0.3:
        rng.shuffle(middle)
    letter = head + [s for block in middle for s in block] + tail
    slots = len(head)
    for _ in range(12):
        if sum(len(s.text) for s in letter) >= target:
            break
        part = rng.choice((*topics, "remark", "hardship", rng.choice(_TOPIC_PARTS)))
        fresh = _sentence(rng, part)
        if all((fresh.part, fresh.pattern) != (s.part, s.pattern) for s in letter):
            letter.insert(rng.randint(slots, max(slots, len(letter) - len(tail))), fresh)
    habits = Style(noise=rng.uniform(0.0, 0.25), slips=rng.choice((0.0, 0.0, 0.05, 0.12)))
    return tuple(Sentence(s.part, s.pattern, _respell(rng, s.part, s.text, habits)) for s in letter)


def call_note(rng: random.Random) -> Letter:
    """A call centre's short note of a complaint by phone."""
    return (_sentence(rng, "call"),)


def retell(rng: random.Random, letter: Letter, style: Style) -> Letter:
    """The letter as the next person hands it in: partly reworded, shuffled, misspelt; slots still open."""
    out: list[Sentence] = []
    taken = {(s.part, s.pattern) for s in letter}
    for sentence in letter:
        if rng.random() >= style.reword:
            out.append(sentence)
            continue
        draw = rng.random()
        if draw < 0.45:
            bank = _PARSED[sentence.part][sentence.pattern]
            out.append(Sentence(sentence.part, sentence.pattern, "".join(rng.choice(piece) for piece in bank)))
        elif draw < 0.75:
            out.append(_sentence(rng, sentence.part, taken))
            taken.add((out[-1].part, out[-1].pattern))
        elif draw < 0.9 and sentence.part not in ("facts", "demand"):
            continue
        else:
            part = sentence.part if sentence.part.startswith("topic:") else rng.choice(_TOPIC_PARTS)
            out += [sentence, _sentence(rng, part, taken)]
            taken.add((out[-1].part, out[-1].pattern))
    for i in range(len(out) - 1):
        fixed = out[i].part in ("address", "when", "what") or out[i + 1].part in ("closing", "what", "end")
        if not fixed and rng.random() < style.shuffle:
            out[i], out[i + 1] = out[i + 1], out[i]
    return tuple(Sentence(s.part, s.pattern, _respell(rng, s.part, s.text, style)) for s in out)


def render(letter: Letter, facts: Mapping[str, str], *, portal: bool = False) -> str:
    """Fill the slots and join the sentences; `portal` adds the web form's own words before and after."""
    text = "".join(s.text for s in letter).format_map(facts)
    return frames.PORTAL_HEAD + text + frames.PORTAL_TAIL if portal else text


def money_words(rng: random.Random, yuan: float) -> str:
    """A sum as people write it.

    Examples
    --------
    >>> money_words(random.Random(0), 12000)
    '12000'
    """
    whole = round(yuan)
    draw = rng.random()
    if whole >= 10_000 and draw < 0.35:
        return f"{whole / 10_000:.1f}".rstrip("0").rstrip(".") + "万"
    return f"{whole:,}" if draw > 0.9 else str(whole)


def date_words(rng: random.Random, iso: str) -> str:
    """A date as people write it.

    Examples
    --------
    >>> date_words(random.Random(1), "2021-03-05")
    '2021年3月5日'
    """
    year, month, day = iso.split("-")
    draw = rng.random()
    if draw < 0.6:
        return f"{year}年{int(month)}月{int(day)}日"
    if draw < 0.75:
        return f"{year}年{int(month)}月"
    return f"{year}.{int(month)}.{int(day)}" if draw < 0.9 else f"{year[2:]}年{int(month)}月{int(day)}号"
