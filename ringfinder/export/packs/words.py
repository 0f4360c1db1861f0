"""The packs' texts in two languages.

In:  a section and a key of assets/packs.json.   Out: text.   Never judges.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from ringfinder.export.html.page import asset, page_words
from ringfinder.identifiers import get_kind

#: (sheet, column) of a code -> the family it has in the pages' catalogue
_FAMILIES: Mapping[tuple[str, str], str] = {
    ("members", "role"): "role",
    ("schedule", "role"): "role",
    ("schedule", "kind"): "event",
    ("timeline", "kind"): "event",
    ("identifiers", "role"): "use",
    ("links", "link_role"): "link",
    ("letters", "verdict"): "verdict",
    ("intermediaries", "kind"): "broker",
    ("intermediaries", "role"): "link",
}
#: columns that hold a kind of identifier
_KINDS = (("identifiers", "kind"), ("links", "kind"))


@cache
def _book() -> dict[str, dict[str, list[str]]]:
    book: dict[str, dict[str, list[str]]] = json.loads(asset("packs.json"))
    return book


def say(section: str, key: str, language: str) -> str:
    """One text; the key itself if it has none (a word of the user's own)."""
    pair = _book()[section].get(key)
    return key if pair is None else pair[language == "en"]


def in_words(family: str, code: str, language: str) -> str:
    """A code of the data contract in words, 'role' and 'core' as '核心'; the code itself if it has none."""
    pair = page_words("codes").get(f"{family}.{code}")
    return code if pair is None else pair[language == "en"]


def code_in_words(sheet: str, column: str, value: object, language: str) -> object:
    """A cell for people: its code in words if its column holds codes, else as it is."""
    if not isinstance(value, str) or not value:
        return value
    if (sheet, column) in _KINDS:
        kind = get_kind(value)
        return kind.en if language == "en" else kind.zh
    if column == "holder_statement":
        return say("words", value, language)
    if column == "decision":
        return say("decisions", value, language)
    family = _FAMILIES.get((sheet, column))
    return value if family is None else in_words(family, value, language)
