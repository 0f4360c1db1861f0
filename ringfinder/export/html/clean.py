"""Text from an insurer's tables, safe to stand in a page.

In:  any value that JSON knows.   Out: the same without characters that act instead of being read.
Letters and names are hostile input. This is the only place of the HTML export where text is cleaned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: C0 and C1 controls but the line feed, bidirectional and zero-width controls, separators, noncharacters
_ACTING = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f"
    "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def visible(text: str) -> str:
    """Text without control, bidirectional and invisible characters; lone surrogates become the replacement sign.

    Examples
    --------
    >>> visible("a\\x00b\\u202ec\\td\\r\\ne")
    'abc d\\ne'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _ACTING.sub("", _SURROGATE.sub("\ufffd", text))


def tidy(value: object) -> object:
    """`visible` for every text in a nest of mappings and lists, keys included."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {visible(str(key)): tidy(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [tidy(item) for item in value]
    return value
