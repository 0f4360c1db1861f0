"""How early each method would have spoken: every quarter, with only what was known then.

In:  books, methods as functions of a dataset.   Out: `Lead`s, a true ring and method.
A ring is seen on the first day on which a flagged group has Jaccard >= .5 with those of its people who have a case by
then. The methods keep the settings they have in the other tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

import ringfinder as rf
from benchmarks.quality.books import BenchBook, BookKey, make_book
from benchmarks.quality.choose import EXPERT, Line
from benchmarks.quality.grid import groups_at
from benchmarks.quality.links import build_links
from benchmarks.quality.peers import PEERS
from benchmarks.quality.run import PRODUCT, Progress
from ringfinder.evaluate.replay import step_days
from ringfinder.model.dataset import Dataset
from ringfinder.model.known import known_on

Flagged = Callable[[Dataset], Iterable[frozenset[str]]]

#: a ring is one from so many people on
_MIN_PEOPLE = 3
_DAYS_A_MONTH = 30.44


@dataclass(frozen=True)
class Lead:
    """When one method saw one ring.

    Attributes
    ----------
    months : from the first day on which it was flagged to the last case of its people; 0 where it never was.
    to_come : share of what its people were paid above cash value that was paid after that day, in [0, 1].
    """

    title: str
    key: BookKey
    ring_id: str
    seen: bool
    months: float
    to_come: float


def lead_times(keys: Sequence[BookKey], lines: Sequence[Line], progress: Progress) -> list[Lead]:
    """Leads of the product and of each peer at its expert setting, on each book."""
    out: list[Lead] = []
    for number, key in enumerate(keys, start=1):
        book = make_book(key)
        found = leads_of(book, {line.title: _method(line, key) for line in lines if line.level in ("", EXPERT)})
        out += found
        own = [lead for lead in found if lead.title == PRODUCT]
        progress(f"[{number}/{len(keys)}] {key}: {sum(x.seen for x in own)} of {len(own)} rings seen in time")
    return out


def leads_of(book: BenchBook, methods: Mapping[str, Flagged]) -> list[Lead]:
    """When each method saw each true ring of a book."""
    cases, paid = _cases(book.dataset), _paid(book.dataset)
    rings = {ring: frozenset(people) for ring, people in book.truth.rings.items()}
    first: dict[tuple[str, str], pd.Timestamp] = {}
    for day in step_days(book.dataset, every="quarter"):
        known = known_on(book.dataset, day)
        active = frozenset(cases.loc[cases["day"] <= day, "policyholder_id"])
        so_far = {ring: people & active for ring, people in rings.items() if len(people & active) >= _MIN_PEOPLE}
        for title, method in methods.items():
            open_rings = [ring for ring in so_far if (title, ring) not in first]
            groups = list(method(known)) if open_rings else []
            for ring in open_rings:
                if any(2 * len(g & so_far[ring]) >= len(g | so_far[ring]) for g in groups):
                    first[title, ring] = day
    return [
        _lead(title, book.key, ring, first.get((title, ring)), cases, paid, rings[ring])
        for title in methods
        for ring in sorted(rings)
    ]


def lead_table(leads: Sequence[Lead]) -> pd.DataFrame:
    """One row a method: rings, seen, median months of lead, share of the money that was still to come."""
    rows = []
    for title in dict.fromkeys(lead.title for lead in leads):
        own = [lead for lead in leads if lead.title == title]
        rows.append(
            {
                "method": title,
                "true": len(own),
                "seen": sum(lead.seen for lead in own),
                "median months of lead": f"{np.median([lead.months for lead in own]):.1f}",
                "money still to come": f"{np.mean([lead.to_come for lead in own]):.2f}",
            }
        )
    return pd.DataFrame(rows)


def _method(line: Line, key: BookKey) -> Flagged:
    if not line.level:
        return _product
    peer = next(p for p in PEERS if p.name == line.method)
    setting = next(r.setting for k, r in line.results if k == key)
    return lambda dataset: groups_at(peer, build_links(dataset), setting)


def _product(dataset: Dataset) -> list[frozenset[str]]:
    flagged = rf.detect_rings(dataset).flagged
    return [frozenset(m.policyholder_id for m in ring.members if m.role != "associate") for ring in flagged]


def _cases(dataset: Dataset) -> pd.DataFrame:
    """Columns policyholder_id, day: every dated complaint and surrender."""
    dated = (("complaints", "filed_on"), ("surrenders", "surrendered_on"))
    parts = [dataset[t][["policyholder_id", day]].set_axis(["policyholder_id", "day"], axis=1) for t, day in dated]
    return pd.concat(parts, ignore_index=True).dropna()


def _paid(dataset: Dataset) -> pd.DataFrame:
    """Columns policyholder_id, day, yuan: what was paid above cash value."""
    rows = dataset["surrenders"]
    above = (rows["amount_paid"].astype("float64") - rows["cash_value"].astype("float64")).clip(lower=0).fillna(0.0)
    return pd.DataFrame({"policyholder_id": rows["policyholder_id"], "day": rows["surrendered_on"], "yuan": above})


def _lead(
    title: str,
    key: BookKey,
    ring: str,
    day: pd.Timestamp | None,
    cases: pd.DataFrame,
    paid: pd.DataFrame,
    people: frozenset[str],
) -> Lead:
    if day is None:
        return Lead(title, key, ring, False, 0.0, 0.0)
    last = cases.loc[cases["policyholder_id"].isin(people), "day"].max()
    own = paid.loc[paid["policyholder_id"].isin(people)]
    total = float(own["yuan"].sum())
    later = float(own.loc[own["day"] > day, "yuan"].sum())
    months = max(0.0, (last - day).days / _DAYS_A_MONTH)
    return Lead(title, key, ring, True, round(months, 2), round(later / total, 4) if total else 0.0)
