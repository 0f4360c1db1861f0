"""Numbers that are papers or phones, or hold one: replaced, because they would stand in every output.

In:  typed tables.   Out: the same tables, and what is behind each new number.
Old systems number customers by resident id or mobile number, and records by adding one to a serial number. Such a
number can't be masked (two would be one) and can't be hashed (a short number is found by trying all), so a running
number takes its place; of a record's number only the personal part goes. The case database keeps the list.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from itertools import count

import pandas as pd

from ringfinder.identifiers.intermediary import INTERMEDIARY
from ringfinder.identifiers.keyed import MARK, bare_hash, is_keyed

_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_RESIDENT_18 = rf"\d{{6}}(?:19|20)\d\d{_DAY}\d{{3}}[\dXx]"
_RESIDENT_15 = rf"\d{{8}}{_DAY}\d{{3}}"
_MOBILE = r"(?:\+?86[- ]?)?1[3-9]\d{9}"

#: a resident id, told by the birthday in it, or a mobile number; either may stand behind a few letters
_PERSONAL = rf"(?:[A-Za-z]{{1,4}}[-_]?)?(?:{_RESIDENT_18}|{_RESIDENT_15}|{_MOBILE})"
_COLUMNS = ("policyholder_id", "related_policyholder_id")

#: numbers of records and of sellers
_RECORD_COLUMNS = ("complaint_id", "surrender_id", "policy_id", "intermediary_id", "agent_id", "accused_agent_id")
#: a personal number with other signs around it; digits alone are a serial number unless a person on file has them
_PART = re.compile(rf"(?<!\d)(?:{_RESIDENT_18}|1[3-9]\d{{9}})(?![\dXx])")
_ON_FILE = ("phone", "contact_phone", "id_number")
_LENGTHS = (18, 15, 11)
#: of a record's number, so much is looked at
_LONGEST = 64

_PREFIX = "PH-"
RECORD_PREFIX = "NR-"

PSEUDONYM_COLUMNS = ("policyholder_id", "original_id")


def replace_personal_ids(
    frames: Mapping[str, pd.DataFrame], known_ids: Mapping[str, str] | None = None
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Give every policyholder whose id is a resident id or a mobile number a running number instead.

    In the number of a record (complaint, surrender, policy, seller) the part that is one gives way to a running number:
    'TB7008-15480154259' becomes 'TB7008-NR-0000001'. Digits without other signs count only if they are on file as
    somebody's phone or paper.

    The numbers follow the digests of the ids, so neither their order nor their values say anything of the ids, and
    the same set of ids gets the same numbers; one more customer with such an id shifts them, unless they are known.

    Parameters
    ----------
    known_ids : number of each original id, of people and records, in an earlier case. Who has one keeps it; a new
        number lies above them all.

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
    first = 1 + max((int(n.removeprefix(_PREFIX)) for n in known.values() if n.startswith(_PREFIX)), default=0)
    free = (name for i in count(first) if (name := f"{_PREFIX}{i:07d}") not in taken)
    known |= {original: next(free) for original in personal if original not in known}
    known |= _record_numbers(frames, known)
    rows = sorted((name, original) for original, name in known.items())
    keyed = ids.loc[is_keyed(ids)]
    rows += zip(keyed.tolist(), bare_hash(keyed).tolist(), strict=True)
    table = pd.DataFrame(sorted(rows), columns=list(PSEUDONYM_COLUMNS), dtype="str")
    if not known:
        return dict(frames), table
    out = {}
    for name, frame in frames.items():
        there = [c for c in (*_COLUMNS, *_RECORD_COLUMNS) if c in frame]
        here = {c: frame[c].map(known).fillna(frame[c]).astype(frame[c].dtype) for c in there}
        if name == "identifiers":
            seller = frame["value"].where(frame["kind"] == INTERMEDIARY.name)
            here["value"] = seller.map(known).fillna(frame["value"]).astype(frame["value"].dtype)
        out[name] = frame.assign(**here)
    return out, table


def _record_numbers(frames: Mapping[str, pd.DataFrame], known: Mapping[str, str]) -> dict[str, str]:
    """The new number of each number of a record that holds a personal one and has none yet."""
    ids = _distinct(frames, _RECORD_COLUMNS)
    ids = ids.loc[ids.str.contains(r"\d{11}").astype("bool") & ~is_keyed(ids)]
    on_file = _distinct(frames, _ON_FILE).str.upper()
    on_file = on_file.loc[on_file.str.fullmatch(rf"{_RESIDENT_18}|{_RESIDENT_15}|{_MOBILE}").astype("bool")]
    held = ids.str.slice(0, _LONGEST).str.upper()
    is_held = pd.Series(False, index=ids.index)
    for length in _LENGTHS:
        values = on_file.loc[on_file.str.len() == length]
        for at in range(int(held.str.len().max()) - length + 1 if len(held) and len(values) else 0):
            is_held |= held.str.slice(at, at + length).isin(values)
    is_dressed = ~ids.str.fullmatch(r"\d+[Xx]?").astype("bool") & ids.str.contains(_PART).astype("bool")
    found = [str(text) for text in ids.loc[is_held | is_dressed].tolist() if text not in known]
    used = [int(n) for name in (*known.values(), *ids.tolist()) for n in re.findall(rf"{RECORD_PREFIX}(\d{{7}})", name)]
    papers = set(on_file.tolist())
    order = sorted(found, key=lambda text: hashlib.sha256(text.encode()).digest())
    return {
        text: _without_parts(text, papers, f"{RECORD_PREFIX}{number:07d}")
        for number, text in enumerate(order, start=1 + max(used, default=0))
    }


def _without_parts(text: str, on_file: set[str], token: str) -> str:
    """The number with the token in place of each personal part, those on file first."""
    for length in _LENGTHS:
        for at in range(min(len(text), _LONGEST) - length, -1, -1):
            if text[at : at + length].upper() in on_file:
                text = text[:at] + token + text[at + length :]
                break
    return _PART.sub(token, text)


def _distinct(frames: Mapping[str, pd.DataFrame], columns: tuple[str, ...]) -> pd.Series[str]:
    parts = [frame[c].dropna() for frame in frames.values() for c in columns if c in frame]
    every = pd.concat(parts) if parts else pd.Series(dtype="str")
    return pd.Series(every.unique(), dtype="str")
