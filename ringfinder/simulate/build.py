"""The world while it is being built: people, policies, intermediaries, cases, and the rows written so far.

In:  seeds and sizes.   Out: `Build` and its parts.   Private to `simulate`; people are row numbers here and get their
ids, in random order, only when the world is finished.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.simulate.letters import Letter
from ringfinder.simulate.numbers import Issuer

PERIOD = ("2019-07-01", "2023-06-30")


def day(iso: str) -> int:
    """Days since 1970-01-01.

    Examples
    --------
    >>> day("1970-01-03")
    2
    """
    return int(np.datetime64(iso, "D").astype(np.int64))


FIRST_DAY, LAST_DAY = day(PERIOD[0]), day(PERIOD[1])

#: eighteen years, rounded up
ADULT_DAYS = 18 * 366


def iso(days: NDArray[np.int64] | Sequence[int]) -> NDArray[np.str_]:
    """ISO dates of days since 1970-01-01.

    Examples
    --------
    >>> iso([0, 31]).tolist()
    ['1970-01-01', '1970-02-01']
    """
    return np.datetime_as_string(np.asarray(days, dtype=np.int64).astype("datetime64[D]"), unit="D")


@dataclass
class People:
    """Policyholders in columns; row number = person."""

    city: NDArray[np.int64]
    household: NDArray[np.int64]
    place_in_household: NDArray[np.int64]
    male: NDArray[np.bool_]
    birth: NDArray[np.datetime64]
    name: list[str]
    address: list[str]
    employer: list[str]
    phone: list[str]
    account: list[str]
    has_account: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.name)


@dataclass
class Intermediaries:
    """Agents, outlets, brokers, firms; row number = intermediary."""

    name: list[str] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    city: list[int] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)  # -1: still there
    phone: list[str] = field(default_factory=list)

    def add(self, name: str, kind: str, *, city: int, joined: int = 0, left: int = -1, phone: str = "") -> int:
        """Append one and return its row number."""
        for column, value in zip(
            (self.name, self.kind, self.city, self.joined, self.left, self.phone),
            (name, kind, city, joined, left, phone),
            strict=True,
        ):
            column.append(value)  # type: ignore[attr-defined]
        return len(self.name) - 1


@dataclass
class Tie:
    """One more identifier recorded about a person: table `identifiers`."""

    kind: str
    value: str
    role: str = ""
    since: int = -1


@dataclass
class Case:
    """One person's complaint and / or surrender, before it is written down.

    `contact` '' means the own phone, `payout` '' the own account, `outcome` '' no surrender, `day` -1 no complaint
    (then `surrender_day` counts). `overpaid_fen` is paid above cash value. Every case, honest or not, is written by
    the same function with the same losses on the way.
    """

    holder: int
    day: int
    letter: Letter | None = None
    source: str = ""
    contact: str = ""
    payout: str = ""
    policy: int = -1
    accused: int = -1
    upheld: int = -1
    outcome: str = ""
    surrender_day: int = -1
    share: float = 0.0
    overpaid_fen: int = -1
    ties: tuple[Tie, ...] = ()
    writes_phone: float = 0.7
    repeats: int = 0
    repeat_days: int = 240
    forwards: int = 0
    forward_text: str = ""
    has_text: bool = True
    until: int = LAST_DAY


@dataclass
class Build:
    """Everything a planter needs, and the place where it leaves its work."""

    n: int
    rng: np.random.Generator
    words: random.Random
    issuer: Issuer
    people: People
    agents: Intermediaries
    policies: pd.DataFrame
    used: NDArray[np.bool_]
    rows: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    groups: list[tuple[str, list[int]]] = field(default_factory=list)
    rings: list[tuple[str, list[tuple[int, str]]]] = field(default_factory=list)
    first_policy: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def add(self, table: str, **columns: object) -> None:
        """Append rows to a table; scalars are repeated. People are given as row numbers."""
        frame = pd.DataFrame(columns)
        if len(frame):
            self.rows.setdefault(table, []).append(frame)

    def scaled(self, at_20_000: float, *, least: int = 1) -> int:
        """A count that grows with the book."""
        return max(least, round(at_20_000 * self.n / 20_000))

    def pick(self, candidates: NDArray[np.bool_], count: int, *, mark: bool = True) -> NDArray[np.int64]:
        """Draw up to `count` people of `candidates` who have no planted case yet."""
        pool = np.flatnonzero(candidates & ~self.used)
        chosen = np.sort(self.rng.choice(pool, size=min(count, len(pool)), replace=False))
        if mark:
            self.used[chosen] = True
        return chosen

    def adults(self, on: int) -> NDArray[np.bool_]:
        """Who is of age on a day, and so can take out a policy."""
        return self.people.birth.astype(np.int64) + ADULT_DAYS <= on

    def days(self, first: int, last: int, count: int) -> NDArray[np.int64]:
        """Random days in [first, last]."""
        return self.rng.integers(first, last + 1, size=count)

    def group(self, kind: str, holders: Sequence[int] | NDArray[np.int64]) -> None:
        """Remember a planted look-alike."""
        self.groups.append((kind, [int(h) for h in holders]))
