"""Masked forms of values and names, as the registry of identifier kinds makes them.

In:  frames with kinds and values.   Out: columns of masked text.   Never keeps a value, never writes.
"""

from __future__ import annotations

import pandas as pd

from ringfinder.identifiers import get_kind, masking


def mask_by_kind(kinds: pd.Series[str], values: pd.Series[str]) -> pd.Series[str]:
    """Each value masked the way its own kind is; aligned with `values`."""
    out = pd.Series("", index=values.index, dtype="str")
    for kind in sorted(kinds.dropna().unique().tolist()):
        rows = kinds == kind
        out[rows] = get_kind(kind).mask(values[rows]).astype("str")
    return out.fillna("")


def mask_names(names: pd.Series[str]) -> pd.Series[str]:
    """Names with all but the first character hidden; empty where unknown."""
    distinct = names.dropna().unique()
    masked = {name: masking.mask_name(str(name)) for name in distinct}
    return names.map(masked).astype("str").fillna("")
