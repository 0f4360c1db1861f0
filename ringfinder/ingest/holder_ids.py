"""Policyholder ids that a spreadsheet stripped of their leading zeros: mended where that can join nobody to another.

In:  typed tables.   Out: the same tables, ids written as the policyholders table writes them; notes and warnings.
`00117` read as a number is `117`. The two are one id only if ids have one width: so the side that kept its zeros must
have digits of one width alone, and the side that lost them must have no id that begins with a zero. Then padding (or
stripping) is one to one, and it is done only where it meets a policyholder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ringfinder.identifiers.folding import among, matches

ID_COLUMNS = ("policyholder_id", "related_policyholder_id")

#: of the numbers of a width, at most this share may be in use, or a chance meeting is no longer out of the question
_SPARSE = 0.01


@dataclass(frozen=True)
class Mended:
    """Tables with mended ids, and what was done."""

    frames: dict[str, pd.DataFrame]
    notes: tuple[str, ...]


def mend_holder_ids(frames: Mapping[str, pd.DataFrame]) -> Mended:
    """Write ids that lost (or alone kept) their leading zeros as the policyholders table has them."""
    holders = frames["policyholders"]["policyholder_id"].drop_duplicates()
    out, notes = dict(frames), []
    for name, frame in frames.items():
        for column in ID_COLUMNS if name != "policyholders" else ():
            if column not in frame:
                continue
            cure = cures(frame[column], holders)
            if cure.mends and cure.is_safe:
                out[name] = out[name].assign(**{column: frame[column].map(cure.mends).fillna(frame[column])})
                n = int(frame[column].isin(list(cure.mends)).sum())
                what = "lost leading zeros and were padded" if cure.is_padding else "were stripped of leading zeros"
                notes.append(
                    f"{name}: {n} cells of {column} {what} to meet policyholders (编号前导零不一致,已按投保人表补正)"
                )
    return Mended(out, tuple(notes))


@dataclass(frozen=True)
class Cure:
    """Id as found -> id of the policyholders table; whether it was padded; whether it can join nobody to another."""

    mends: Mapping[str, str]
    is_padding: bool
    is_safe: bool


def cures(column: pd.Series[str], holders: pd.Series[str]) -> Cure:
    """What leading zeros could do for the ids of a column that meet nobody.

    Examples
    --------
    >>> holders = pd.Series(["0017", "0245", "1300"], dtype="str")
    >>> cure = cures(pd.Series(["17", "245", "1300"], dtype="str"), holders)
    >>> cure.mends, cure.is_safe
    ({'17': '0017', '245': '0245'}, True)
    >>> cures(pd.Series(["17", "017"], dtype="str"), holders).is_safe
    False
    """
    ids = column.dropna().drop_duplicates()
    lost = ids[~among(ids, holders)]
    digits = lost[matches(lost, r"\d+")]
    widths = holders.str.len()
    width = int(widths.max()) if len(holders) else 0
    padded = digits.str.zfill(width)
    stripped = digits.str.lstrip("0")
    to_padded = (digits.str.len() < width) & among(padded, holders)
    to_stripped = digits.str.startswith("0") & among(stripped, holders)
    is_padding = int(to_padded.sum()) >= int(to_stripped.sum())
    meets, written = (to_padded, padded) if is_padding else (to_stripped, stripped)
    mends = dict(zip(digits[meets], written[meets], strict=True))
    with_zeros, without = (holders, digits) if is_padding else (ids[matches(ids, r"\d+")], holders)
    is_one_to_one = (
        bool(matches(holders, r"\d+").all())
        and len(with_zeros) > 0
        and bool((with_zeros.str.len() == len(with_zeros.iloc[0])).all())
        and not bool(without.str.startswith("0").any())
    )
    return Cure(mends, is_padding, is_one_to_one and _beyond_chance(digits, meets, holders))


def _beyond_chance(digits: pd.Series[str], meets: pd.Series[bool], holders: pd.Series[str]) -> bool:
    """Whether so many ids meet a policyholder that they are no other numbering: all of them; or most, among sparse ids.

    Numbers of another kind (1, 2, 3 ...) would also meet ids without their zeros if nearly all numbers are in use.
    """
    if not len(digits) or bool(meets.all()):
        return bool(len(digits))
    numbers = holders.str.lstrip("0")
    short = numbers.str.len() <= int(digits.str.lstrip("0").str.len().max())
    in_use = int(short.sum()) / 10 ** int(digits.str.lstrip("0").str.len().max())
    return bool(meets.mean() > 0.5 and in_use <= _SPARSE)


def stranger_warning(name: str, column: pd.Series[str], holders: pd.Series[str]) -> list[str]:
    """A warning of a table most of whose rows are about people who are not in the policyholders table."""
    strange = ~among(column, holders)
    n, n_all = int(strange.sum()), len(column)
    if n * 2 <= n_all:
        return []
    cure = cures(column, holders)
    n_cured = int(among(column, sorted(cure.mends)).sum())
    how = "do both come from the same system and the same customers? (核对客户号是否同一套编号)"
    if n_cured:
        how = (
            f"{n_cured:,} would be with leading zeros {'added' if cure.is_padding else 'taken off'}, which is not "
            "safe to do here: export the ids as text, of one width, in every table (客户号请等宽按文本导出)"
        )
    return [
        f"{name}: {n:,} of {n_all:,} rows are about people who are NOT in policyholders and were set aside "
        f"(绝大多数行在投保人表里没有此人,已搁置): {how}"
    ]


def twin_warning(holders: pd.Series[str]) -> list[str]:
    """A warning of policyholders whose ids differ by leading zeros only: one person may stand there twice."""
    digits = holders[matches(holders, r"\d+")].drop_duplicates()
    n = int(digits.str.lstrip("0").duplicated().sum())
    if not n:
        return []
    return [
        f"policyholders: {n:,} ids differ from another by leading zeros only; is it one person twice? export the ids "
        "as text, of one width (编号仅前导零不同,疑为同一人)"
    ]
