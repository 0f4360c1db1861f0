"""The letter grammar: own words differ, retold letters stay close."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import pytest

from ringfinder.simulate import letter_frames, letters
from ringfinder.simulate.letter_topics import TOPICS

FACTS = {
    "name": "陈某", "date": "2019年3月5日", "year": "2019", "month": "3", "agent": "林某", "product": "两全保险",
    "premium": "4200", "paid_years": "5", "total": "21000", "term": "20", "city": "泉州市", "place": "亲戚家",
    "age": "52", "relative": "我母亲", "small": "800", "big": "6万", "cash": "9800", "gap": "11200",
    "insurer": "贵公司", "filed": "2022年1月3日", "filed_month": "1",
}  # fmt: skip


def _shingles(text: str) -> set[str]:
    return {a + b + c for (a, b), (_, c) in pairwise(pairwise(text))}


def _likeness(a: str, b: str) -> float:
    x, y = _shingles(a), _shingles(b)
    return len(x & y) / len(x | y)


def test_every_pattern_of_the_banks_has_balanced_choices() -> None:
    patterns = [p for bank in TOPICS.values() for p in bank] + [*letter_frames.HARDSHIP, *letter_frames.REMARK]

    assert len(TOPICS) >= 10
    for pattern in patterns:
        assert pattern.count("[") == pattern.count("]"), pattern


def test_own_words_are_200_to_800_characters_and_never_twice_the_same() -> None:
    texts = [letters.render(letters.compose(random.Random(i)), FACTS) for i in range(300)]

    assert len(set(texts)) == 300
    inside = [180 <= len(t) <= 800 for t in texts]
    assert sum(inside) >= 295


def test_retold_letters_stay_closer_than_letters_in_own_words() -> None:
    rng = random.Random(1)
    template = letters.compose(rng)
    style = letters.Style(0.3, 0.1, 0.03, 0.1)

    retold = [letters.render(letters.retell(rng, template, style), FACTS) for _ in range(12)]
    own = [letters.render(letters.compose(rng), FACTS) for _ in range(12)]

    near = sorted(_likeness(a, b) for a, b in combinations(retold, 2))
    far = sorted(_likeness(a, b) for a, b in combinations(own, 2))
    assert len(set(retold)) == 12
    assert near[len(near) // 2] > far[-1]


def test_a_letter_retold_without_freedom_is_the_same_letter() -> None:
    letter = letters.compose(random.Random(4))

    again = letters.retell(random.Random(5), letter, letters.Style())

    assert again == letter


def test_the_portal_puts_the_same_words_around_every_letter() -> None:
    a, b = (letters.render(letters.compose(random.Random(i)), FACTS, portal=True) for i in (1, 2))

    assert a.startswith(letter_frames.PORTAL_HEAD) and b.startswith(letter_frames.PORTAL_HEAD)
    assert a.endswith(letter_frames.PORTAL_TAIL) and b.endswith(letter_frames.PORTAL_TAIL)


@pytest.mark.parametrize("seed", range(5))
def test_equal_seeds_write_equal_letters(seed: int) -> None:
    assert letters.compose(random.Random(seed)) == letters.compose(random.Random(seed))
