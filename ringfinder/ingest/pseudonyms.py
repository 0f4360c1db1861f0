"""Customer numbers that are papers or phones: replaced, because they would stand in every output.

In:  typed tables.   Out: the same tables, and who is behind each new number.
Old systems number customers by resident id or mobile number. Such an id can't be masked (two people would be one) and
can't be hashed (a short number is found by trying all), so it gets a running number; the case database keeps the list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pandas as pd

_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_RESIDENT_18 = rf"\d{{6}}(?:19|20)\d\d{_DAY}\d{{3}}[\dXx]"
_RESIDENT_15 = rf"\d{{8}}{_DAY}\d{{3}}"
_MOBILE = r"(?:\+?86[- ]?)?1[3-9]\d{9}"

#: a resident id, told by the birthday in it, or a mobile number; either may stand behind a few letters
_PERSONAL = rf"(?:[A-Za-z]{{1,4}}[-_]?)?(?:{_RESIDENT_18}|{_RESIDENT_15}|{_MOBILE})"
_COLUMNS = ("policyholder_id", "related_policyholder_id")

PSEUDONYM_COLUMNS = ("policyholder_id", "original_id")


def replace_personal_ids(frames: Mapping[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Give every policyholder whose id is a resident id or a mobile number a running number instead.

    The numbers follow the digests of the ids, so neither their order nor their values say anything of the ids, and
    the same set of ids gets the same numbers; one more customer with such an id shifts them.

    Returns
    -------
    The tables, and a frame of `PSEUDONYM_COLUMNS` sorted by the new id.
    """
    ids = frames["policyholders"]["policyholder_id"]
    personal = sorted(
        ids.loc[ids.str.fullmatch(_PERSONAL).fillna(False).astype("bool")].unique().tolist(),
        key=lambda text: hashlib.sha256(str(text).encode()).digest(),
    )
    taken = set(ids)
    free = (name for i in range(1, len(ids) + len(personal) + 1) if (name := f"PH-{i:07d}") not in taken)
    known = dict(zip(personal, free, strict=False))
    table = pd.DataFrame({"policyholder_id": list(known.values()), "original_id": list(known)}, dtype="str")
    if not known:
        return dict(frames), table
    out = {}
    for name, frame in frames.items():
        here = {c: frame[c].map(known).fillna(frame[c]).astype(frame[c].dtype) for c in _COLUMNS if c in frame}
        out[name] = frame.assign(**here)
    return out, table
