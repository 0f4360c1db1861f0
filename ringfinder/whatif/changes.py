"""What is to be different: read from the question, done to the tables.

In:  Case, words of the question; Dataset.   Out: `Changes`; a changed Dataset.   Never changes what it was given.
A value that does not count is gone from the tables wherever it links somebody; that an agent was accused is no link and
stays. A template that does not count leaves its letters without text: the complaints stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.case import words
from ringfinder.case.who import find_person, find_values
from ringfinder.errors import InputError, UnknownNameError
from ringfinder.model.dataset import Dataset

if TYPE_CHECKING:
    from ringfinder.case import Case

TEMPLATE = "template"

#: kind of value -> (table, column, whether the row goes with the value)
_HOMES = {
    "phone": (("phones", "phone", True), ("complaints", "contact_phone", False)),
    "account": (("bank_accounts", "account", True), ("surrenders", "payout_account", False)),
    "intermediary": (("engagements", "intermediary_id", True), ("policies", "agent_id", False)),
}

_PREFIX = re.compile(r"^\s*(?P<kind>[A-Za-z_]\w*)\s*[::]\s*(?P<value>.*)$", re.DOTALL)


@dataclass(frozen=True)
class Changes:
    """What is to be different.

    Attributes
    ----------
    values : (kind, value), personal data. letters : complaint ids whose text does not count. households : policyholder
        ids. people : everybody who holds, wrote or is one of these. zh, en : all of it in words, masked.
    """

    values: tuple[tuple[str, str], ...] = field(repr=False)
    letters: tuple[str, ...]
    households: tuple[tuple[str, ...], ...]
    people: frozenset[str]
    zh: tuple[str, ...]
    en: tuple[str, ...]


def read_changes(case: Case, drop: Sequence[str], household: Sequence[Sequence[str]]) -> Changes:
    """Look everything up in the case.

    Raises
    ------
    InputError : nothing is asked, or a part can't be read. UnknownNameError : no such value, template or person.
    """
    if not drop and not household:
        raise InputError(
            "nothing is to be different",
            hint="give a value that is not to count (--drop phone:14200001234, --drop template:T03) or people who are "
            "one household (--household A,B)",
        )
    values: list[tuple[str, str]] = []
    letters: list[str] = []
    people: set[str] = set()
    zh: list[str] = []
    en: list[str] = []
    for text in drop:
        kind, value = _split(case, text)
        if kind == TEMPLATE:
            template = _template(case, value)
            written = case.letters(template)
            letters += written["complaint_id"].tolist()
            people.update(written["policyholder_id"])
            zh.append(f"不计信件模板 {template}")
            en.append(f"letter template {template} not counted")
            continue
        rows = find_values(case, value, kind=kind)
        values += list(zip(rows["kind"], rows["value"], strict=True))
        people.update(_holders(case, rows))
        for row_kind, masked in zip(rows["kind"], rows["masked"], strict=True):
            zh.append(f"不计{words.kind_name(row_kind, 'zh')} {masked}")
            en.append(f"{words.kind_name(row_kind, 'en')} {masked} not counted")
    homes = tuple(_household(case, names) for names in household)
    zh += [f"{'、'.join(home)} 视为一户" for home in homes]
    en += [f"{', '.join(home)} one household" for home in homes]
    return Changes(
        values=tuple(sorted(set(values))),
        letters=tuple(sorted(set(letters))),
        households=homes,
        people=frozenset(people.union(*homes)),
        zh=tuple(dict.fromkeys(zh)),
        en=tuple(dict.fromkeys(en)),
    )


def _holders(case: Case, rows: pd.DataFrame) -> pd.Series[str]:
    return case.fetch(
        "SELECT DISTINCT policyholder_id FROM book_links WHERE value_id IN (SELECT unnest($values))",
        {"values": [int(v) for v in rows["value_id"]]},
    )["policyholder_id"]


def _split(case: Case, text: str) -> tuple[str | None, str]:
    """Kind and value; no kind for a pseudonym or a value that stands alone. T01 is the template of that name."""
    if not text.strip():
        raise InputError("a value that is not to count is empty", hint="for example --drop phone:14200001234")
    match = _PREFIX.match(text)
    if not match:
        return (TEMPLATE if text.strip().upper() in _templates(case) else None), text
    kind, value = match["kind"].lower(), match["value"]
    known = [*case.fetch("SELECT DISTINCT kind FROM book_values ORDER BY kind")["kind"], TEMPLATE]
    if kind not in known:
        raise UnknownNameError("kind of value", kind, known)
    if not value.strip():
        raise InputError(f"{kind}: no value", hint=f"for example --drop {kind}:{'T03' if kind == TEMPLATE else '...'}")
    return kind, value


def _template(case: Case, name: str) -> str:
    known = _templates(case)
    wanted = name.strip().upper()
    if wanted not in known:
        raise UnknownNameError(TEMPLATE, name.strip()[:40], known)
    return wanted


def _templates(case: Case) -> list[str]:
    return case.fetch("SELECT template_id FROM templates ORDER BY template_id")["template_id"].astype(str).tolist()


def _household(case: Case, people: Sequence[str]) -> tuple[str, ...]:
    found = tuple(sorted({find_person(case, name) for name in people if name.strip()}))
    if len(found) < 2:
        raise InputError(
            "a household needs two different people or more", hint="for example --household KH0001234,KH0009876"
        )
    return found


def changed(dataset: Dataset, changes: Changes) -> Dataset:
    """The tables as if it had been so."""
    tables = dict(dataset.tables)
    for kind, value in changes.values:
        for table, column, is_whole_row in _HOMES.get(kind, ()):
            frame = tables[table]
            here = (frame[column] == value).fillna(False).to_numpy(dtype=np.bool_)
            tables[table] = _without(frame, here) if is_whole_row else _emptied(frame, column, here)
        frame = tables["identifiers"]
        here = ((frame["kind"].fillna("other") == kind) & (frame["value"] == value)).to_numpy(dtype=np.bool_)
        tables["identifiers"] = _without(frame, here)
    if changes.letters:
        frame = tables["complaints"]
        here = frame["complaint_id"].isin(changes.letters).to_numpy(dtype=np.bool_)
        tables["complaints"] = _emptied(frame, "text", here)
    if changes.households:
        tables["relations"] = _related(tables["relations"], changes.households)
    return Dataset(tables, dataset.report)


def _without(frame: pd.DataFrame, here: NDArray[np.bool_]) -> pd.DataFrame:
    return frame.loc[~here].reset_index(drop=True)


def _emptied(frame: pd.DataFrame, column: str, here: NDArray[np.bool_]) -> pd.DataFrame:
    return frame.assign(**{column: frame[column].mask(here)})


def _related(frame: pd.DataFrame, households: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    """Relations with a chain through each household."""
    pairs = [pair for people in households for pair in pairwise(people)]
    more = pd.DataFrame(
        [(a, b, "what-if", f"{a}:what-if:{b}", "", 0) for a, b in pairs],
        columns=["policyholder_id", "related_policyholder_id", "relation", "row_key", "source_file", "source_line"],
    )
    both = pd.concat([frame, more.astype(frame.dtypes.to_dict())], ignore_index=True)
    return both.sort_values("row_key", kind="stable", ignore_index=True)
