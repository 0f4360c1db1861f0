"""Customer numbers that are papers or phones: replaced, because they would stand in every output.

In:  typed tables.   Out: the same tables, and who is behind each new number.
Old systems number customers by resident id or mobile number. Such an id can't be masked (two people would be one) and
can't be hashed (a short number is found by trying all), so it gets a running number; the case database keeps the list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import count

import pandas as pd

from ringfinder.identifiers.keyed import MARK, bare_hash, is_keyed

_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_RESIDENT_18 = rf"\d{{6}}(?:19|20)\d\d{_DAY}\d{{3}}[\dXx]"
_RESIDENT_15 = rf"\d{{8}}{_DAY}\d{{3}}"
_MOBILE = r"(?:\+?86[- ]?)?1[3-9]\d{9}"

#: a resident id, told by the birthday in it, or a mobile number; either may stand behind a few letters
_PERSONAL = rf"(?:[A-Za-z]{{1,4}}[-_]?)?(?:{_RESIDENT_18}|{_RESIDENT_15}|{_MOBILE})"
_COLUMNS = ("policyholder_id", "related_policyholder_id")

_PREFIX = "PH-"

PSEUDONYM_COLUMNS = ("policyholder_id", "original_id")


def replace_personal_ids(
    frames: Mapping[str, pd.DataFrame], known_ids: Mapping[str, str] | None = None
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Give every policyholder whose id is a resident id or a mobile number a running number instead.

    The numbers follow the digests of the ids, so neither their order nor their values say anything of the ids, and
    the same set of ids gets the same numbers; one more customer with such an id shifts them, unless they are known.

    Parameters
    ----------
    known_ids : number of each original id in an earlier case. Who has one keeps it; a new number lies above them all.

    Returns
    -------
    The tables, and a frame of `PSEUDONYM_COLUMNS` sorted by the new id. Who stands in masked tables by rank and
    keyed hash is listed by the hash, which is the same in every run. It also lists who is known and has no row any
    more, so that no number ever stands for two people.
    """
    ids = frames["policyholders"]["policyholder_id"]
    personal = sorted(
        ids.loc[ids.str.fullmatch(_PERSONAL).fillna(False).astype("bool")].unique().tolist(),
        key=lambda text: hashlib.sha256(str(text).encode()).digest(),
    )
    taken = set(ids)
    known = {o: name for o, name in (known_ids or {}).items() if name not in taken and not o.startswith(MARK)}
    first = 1 + max((int(name.removeprefix(_PREFIX)) for name in known.values()), default=0)
    free = (name for i in count(first) if (name := f"{_PREFIX}{i:07d}") not in taken)
    known |= {original: next(free) for original in personal if original not in known}
    rows = sorted((name, original) for original, name in known.items())
    keyed = ids.loc[is_keyed(ids)]
    rows += zip(keyed.tolist(), bare_hash(keyed).tolist(), strict=True)
    table = pd.DataFrame(sorted(rows), columns=list(PSEUDONYM_COLUMNS), dtype="str")
    if not known:
        return dict(frames), table
    out = {}
    for name, frame in frames.items():
        here = {c: frame[c].map(known).fillna(frame[c]).astype(frame[c].dtype) for c in _COLUMNS if c in frame}
        out[name] = frame.assign(**here)
    return out, table
