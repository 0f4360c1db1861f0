"""Own words for a kind of value, a role or a relation: kept if they are categories, else 'other'.

In:  typed tables.   Out: the same tables with 'other' in place of words that may tell of a person.
Such words stand in every output and in the numbers of source rows: a remark about somebody ('尤少强本人寄') must not
pass for one. A category has many holders: a word used for one or two people is kept only if it is one of ours, a plain
word in Latin letters (wechat_group) or, for a kind, a short one that begins as no name does (声纹). No word is kept
that holds a name on file or a run of digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from ringfinder.identifiers import IDENTIFIER_KINDS, fold_word, get_kind
from ringfinder.identifiers.keyed import is_keyed
from ringfinder.identifiers.person_names import SURNAMES, names_in
from ringfinder.ingest.words import choice_words
from ringfinder.model.dataset import TABLES

#: (table, column) -> what stands in place of a word
_OWN_WORDS: Mapping[tuple[str, str], str] = {
    ("identifiers", "kind"): get_kind("").name,
    ("identifiers", "role"): "其他",
    ("relations", "relation"): "其他",
}
#: a relation is one of two people by its nature: a rare one tells of nobody
_RARE_IS_KEPT = frozenset({("relations", "relation")})

_LEAST_HOLDERS = 3
_LONGEST = 24
_SHORT = 4
_LATIN = re.compile(r"[A-Za-z][A-Za-z_ \-]*")
_DIGITS = re.compile(r"\d{5}|[@＠]")
_LONGEST_NAME = 12


def without_remarks(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with a category in place of each remark.

    Examples
    --------
    >>> frame = pd.DataFrame({"policyholder_id": ["A", "B"], "kind": "wechat_group", "role": ["尤少强本人寄", "退保"]})
    >>> without_remarks({"identifiers": frame})["identifiers"]["role"].tolist()
    ['其他', '退保']
    """
    out = dict(frames)
    known = _known_words()
    names = _names(frames)
    for (table, column), other in _OWN_WORDS.items():
        frame = out.get(table)
        if frame is None or column not in frame:
            continue
        # tokens of masked tables are the hashes of words that were judged here
        holders = frame.loc[~is_keyed(frame[column])].groupby(column)["policyholder_id"].nunique()
        lost = [
            word
            for word, n in zip(holders.index.astype(str), holders, strict=True)
            if fold_word(word) not in known
            and not (
                _tells_nobody(word, names)
                and (n >= _LEAST_HOLDERS or (table, column) in _RARE_IS_KEPT or _is_plain(word, column))
            )
        ]
        if lost:
            cells = frame[column]
            out[table] = frame.assign(**{column: cells.mask(cells.isin(lost), other).astype(cells.dtype)})
    return out


def _is_plain(word: str, column: str) -> bool:
    is_short = column == "kind" and len(word) <= _SHORT and word[0] not in SURNAMES
    return is_short or _LATIN.fullmatch(word) is not None


def _known_words() -> frozenset[str]:
    """Kinds and roles of ours, in every spelling that is understood."""
    kinds = {word for kind in IDENTIFIER_KINDS for word in (kind.name, kind.zh, kind.en, *kind.aliases)}
    roles = {word for table in TABLES for column in table.columns for word in column.choices}
    return frozenset(map(fold_word, kinds | roles | choice_words("role")))


def _names(frames: Mapping[str, pd.DataFrame]) -> frozenset[str]:
    """Names on file, folded; of one sign they tell nobody."""
    columns = [frames[t]["name"] for t in ("policyholders", "intermediaries") if t in frames and "name" in frames[t]]
    return frozenset(
        name for column in columns for text in column.dropna().unique() if len(name := fold_word(str(text))) >= 2
    )


def _tells_nobody(word: str, names: frozenset[str]) -> bool:
    text = fold_word(word)
    if len(text) > _LONGEST or _DIGITS.search(text) or names_in([word]):
        return False
    sizes = range(2, min(len(text), _LONGEST_NAME) + 1)
    return not any(text[at : at + size] in names for size in sizes for at in range(len(text) - size + 1))
