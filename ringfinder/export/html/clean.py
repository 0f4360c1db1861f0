"""Text from an insurer's tables, safe to stand in a page.

In:  any value that JSON knows.   Out: the same without characters that act instead of being read.
Letters and names are hostile input. All data of a page pass through here.
"""

from __future__ import annotations

from collections.abc import Mapping

from ringfinder.identifiers.clean import clean


def tidy(value: object) -> object:
    """`clean` for every text in a nest of mappings and lists, keys included."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): tidy(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [tidy(item) for item in value]
    return value
