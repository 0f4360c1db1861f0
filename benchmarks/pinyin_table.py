"""Build ringfinder/templates/pinyin.npz: what every character of the basic plane folds to.

    python benchmarks/pinyin_table.py      (needs pypinyin, MIT; nothing at run time does)

Codes: 0 dropped (space, punctuation, symbols), 1 digit, 2-1023 letters of words (Latin, Greek, Cyrillic, without case
or accents), 1024-4095 toneless Mandarin syllables, 4096 up every other letter by itself. `syllable_words` holds, for
the syllables of at most four letters, the code of the Latin word that spells them, `syllable_codes` their own code.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
from pypinyin import lazy_pinyin

TARGET = Path(__file__).resolve().parents[1] / "ringfinder" / "templates" / "pinyin.npz"
FIRST_WORD, FIRST_SYLLABLE, FIRST_OTHER = 2, 1024, 4096
WORD_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")


def base_character(character: str) -> str:
    """The plain lower-case character a form stands for: half width, no accent; '' for none."""
    for form in unicodedata.normalize("NFKD", character).casefold():
        if unicodedata.category(form)[0] in "LN":
            return form
    return ""


def build_table() -> tuple[np.ndarray, dict[str, int]]:
    """Code of every character, and the syllables' codes."""
    table = np.zeros(0x10000, dtype=np.uint16)
    words = {chr(ord("a") + i): FIRST_WORD + i for i in range(26)}
    syllables: dict[str, int] = {}
    others: dict[str, int] = {}
    for point in range(0x21, 0x10000):
        if 0xD800 <= point < 0xF900:
            continue  # surrogates and private use
        base = base_character(chr(point))
        if not base or ord(base) > 0xFFFF:
            continue
        name = unicodedata.name(base, "")
        if unicodedata.category(base) == "Nd":
            table[point] = 1
        elif name.startswith(WORD_SCRIPTS):
            table[point] = words.setdefault(base, FIRST_WORD + len(words))
        elif name.startswith("CJK UNIFIED"):
            sound = lazy_pinyin(base)[0]
            if sound != base:
                table[point] = syllables.setdefault(sound, FIRST_SYLLABLE + len(syllables))
            else:
                table[point] = others.setdefault(base, FIRST_OTHER + len(others))
        else:
            table[point] = others.setdefault(base, FIRST_OTHER + len(others))
    assert len(words) + FIRST_WORD <= FIRST_SYLLABLE
    assert len(syllables) + FIRST_SYLLABLE <= FIRST_OTHER
    assert len(others) + FIRST_OTHER < 0x10000
    return table, syllables


def main() -> None:
    table, syllables = build_table()
    spelt = []
    for sound, code in syllables.items():
        if len(sound) <= 4 and sound.isascii():
            spelt.append((sum(int(table[ord(c)]) << (10 * i) for i, c in enumerate(sound)), code))
    spelt.sort()
    np.savez_compressed(
        TARGET,
        table=table,
        syllable_words=np.array([w for w, _ in spelt], dtype=np.uint64),
        syllable_codes=np.array([c for _, c in spelt], dtype=np.uint64),
    )
    print(f"{TARGET.name}: {len(syllables)} syllables, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
