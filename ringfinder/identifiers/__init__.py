"""What can link people: one file a kind, one line a kind in `IDENTIFIER_KINDS`.

In:  identifier values as typed.   Out: comparable values, display masks.   Never judges whether a shared value means
anything: that is the work of `construct`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from ringfinder.identifiers.address import ADDRESS
from ringfinder.identifiers.bank_account import ACCOUNT
from ringfinder.identifiers.device import DEVICE
from ringfinder.identifiers.generic import GENERIC
from ringfinder.identifiers.intermediary import INTERMEDIARY
from ringfinder.identifiers.keyed import keeping_keyed
from ringfinder.identifiers.kind import VALUE_CLASSES, IdentifierKind, Normalised
from ringfinder.identifiers.mail import EMAIL, MAIL_SENDER, WAYBILL, WECHAT
from ringfinder.identifiers.phone import PHONE
from ringfinder.identifiers.script import simplify

#: every kind the package knows; `get_kind` makes a generic one of any other word
IDENTIFIER_KINDS: tuple[IdentifierKind, ...] = tuple(
    keeping_keyed(kind)
    for kind in (
        PHONE,
        ACCOUNT,
        ADDRESS,
        INTERMEDIARY,
        DEVICE,
        MAIL_SENDER,
        WAYBILL,
        EMAIL,
        WECHAT,
        GENERIC,
    )
)

__all__ = ["IDENTIFIER_KINDS", "VALUE_CLASSES", "IdentifierKind", "Normalised", "fold_word", "get_kind"]


def fold_word(word: str) -> str:
    """A name as typed, folded for comparison: half-width, simplified, lower case, without spaces and `_ - . *`.

    Examples
    --------
    >>> fold_word(" Mail＿Sender "), fold_word("運單號*")
    ('mailsender', '运单号')
    """
    text = simplify(unicodedata.normalize("NFKC", word)).casefold()
    return "".join(c for c in text if not c.isspace() and c not in "_-.*\ufeff\u200b")


_KIND_BY_WORD = {
    fold_word(word): kind for kind in IDENTIFIER_KINDS for word in (kind.name, kind.zh, kind.en, *kind.aliases)
}


def get_kind(name: str) -> IdentifierKind:
    """The kind of that name or alias; any other word becomes a generic kind of that name.

    Examples
    --------
    >>> get_kind("运单号").name, get_kind("Voiceprint").name, get_kind("").name
    ('waybill', 'voiceprint', 'other')
    """
    known = _KIND_BY_WORD.get(fold_word(name))
    if known is not None:
        return known
    word = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    other = _KIND_BY_WORD[GENERIC.name]
    return replace(other, name=word, zh=word, en=word) if word else other
