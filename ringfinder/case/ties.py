"""Who held which shared value, in the run before and in this one.

In:  the new report, the earlier book.   Out: `Ties`.   Never judges, never puts anything into words.
People are compared under their original ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from ringfinder.model.book import Book
from ringfinder.model.lineage import People
from ringfinder.model.ring import Ring, RingReport

Value = tuple[str, str]

#: person (original id) -> rows by which he holds a value or wrote a letter, each 'TABLE:ROW_KEY'
Holders = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class OldBook:
    """What the earlier case knew; people are original ids.

    rings : people of each ring.   tests : ring_id, status, q_value, stories.   links : policyholder_id, kind, value,
    verdict.   ties : ring_id, kind, value, masked of the evidence of each ring.
    """

    rings: Mapping[str, People] = field(repr=False)
    tests: pd.DataFrame = field(repr=False)
    links: pd.DataFrame = field(repr=False)
    ties: pd.DataFrame = field(repr=False)


class Ties:
    """The values that are, or were, evidence in a ring, with their holders then and now.

    Parameters
    ----------
    real : original id of each policyholder who has a number in place of it.
    old : the earlier book, if there is one.
    """

    def __init__(self, report: RingReport, *, real: Mapping[str, str], old: OldBook | None) -> None:
        self._report, self._real, self._old = report, real, old

    def originals(self, people: Iterable[str]) -> Iterable[str]:
        return (self._real.get(str(person), str(person)) for person in people)

    def of(self, ring: Ring) -> dict[Value, tuple[str, Holders]]:
        """Masked form and holders of the values that are evidence in a ring."""
        held = self._in_seller_book if ring.kind == "arbitrage" else self._in_book
        return {
            (i.kind, i.value): (i.masked, held.get((i.kind, i.value), {}))
            for i in ring.identifiers
            if i.role == "evidence"
        }

    def before(self, value: Value) -> Mapping[str, str]:
        """Who held a value in the earlier case, and what it counted for."""
        return self._before.get(value, {})

    def verdict_now(self, value: Value) -> str:
        """What a value counts for now, '' if nobody holds it; evidence in either channel is evidence."""
        return self._verdict_now.get(value, "")

    def lost(self, ring_id: str) -> list[tuple[Value, str]]:
        """Values, with their masked form, that were evidence in a ring of the earlier case and are evidence no more."""
        if self._old is None:
            return []
        ties = self._old.ties
        own = ties.loc[ties["ring_id"] == ring_id, ["kind", "value", "masked"]].drop_duplicates()
        values = [((str(kind), str(value)), str(masked)) for kind, value, masked in own.itertuples(index=False)]
        return [(value, masked) for value, masked in sorted(values) if self.verdict_now(value) != "evidence"]

    def letters(self, people: People) -> dict[str, Holders]:
        """Who among some people wrote a letter of which template."""
        letters = self._report.letters.letters
        linked = letters.loc[letters["verdict"] == "linked"].astype({"policyholder_id": "str", "template_id": "str"})
        linked["policyholder_id"] = list(self.originals(linked["policyholder_id"]))
        linked = linked.loc[linked["policyholder_id"].isin(people)]
        linked["row"] = "complaints:" + linked["complaint_id"].astype("str")
        return {str(name): _by_person(part) for name, part in linked.groupby("template_id", sort=True)}

    def cases(self, people: Iterable[str]) -> tuple[str, ...]:
        """Rows of the complaints and surrenders of some people."""
        book = self._report.book
        names = pd.Series(list(self.originals(book.holders)), dtype="str")
        events = book.events.loc[names.isin(list(people)).to_numpy()[book.events["holder"].to_numpy()]]
        return tuple(events["source_table"].astype("str") + ":" + events["row_key"].astype("str"))

    @cached_property
    def _told(self) -> pd.MultiIndex:
        """Kind and value of all that is, or was, evidence in a ring."""
        told = {(i.kind, i.value) for ring in self._report.rings for i in ring.identifiers if i.role == "evidence"}
        if self._old is not None:
            told |= set(zip(self._old.ties["kind"].astype(str), self._old.ties["value"].astype(str), strict=True))
        frame = pd.DataFrame(sorted(told), columns=["kind", "value"], dtype="str")
        return pd.MultiIndex.from_frame(frame)

    def _among_told(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.loc[pd.MultiIndex.from_frame(frame[["kind", "value"]]).isin(self._told)]

    @cached_property
    def _in_book(self) -> dict[Value, Holders]:
        return self._holders(self._report.book)

    @cached_property
    def _in_seller_book(self) -> dict[Value, Holders]:
        return self._holders(self._report.seller_book)

    def _holders(self, book: Book) -> dict[Value, Holders]:
        told = self._among_told(book.values)[["value_id", "kind", "value"]]
        links = book.links[["holder", "value_id", "source_table", "row_key"]].merge(told, on="value_id")
        links["policyholder_id"] = list(self.originals(book.holders[links["holder"].to_numpy()]))
        links["row"] = links["source_table"].astype("str") + ":" + links["row_key"].astype("str")
        groups = links.groupby(["kind", "value"], sort=True)
        return {(str(kind), str(value)): _by_person(part) for (kind, value), part in groups}

    @cached_property
    def _before(self) -> dict[Value, dict[str, str]]:
        out: dict[Value, dict[str, str]] = {}
        if self._old is not None:
            for person, kind, value, verdict in self._among_told(self._old.links).itertuples(index=False):
                out.setdefault((str(kind), str(value)), {})[str(person)] = str(verdict)
        return out

    @cached_property
    def _verdict_now(self) -> dict[Value, str]:
        books = (self._report.seller_book, self._report.book)
        values = pd.concat([self._among_told(book.values) for book in books], ignore_index=True)
        out: dict[Value, str] = {}
        for kind, value, verdict in values[["kind", "value", "verdict"]].itertuples(index=False):
            if out.get((str(kind), str(value))) != "evidence":
                out[str(kind), str(value)] = str(verdict)
        return out


def rows_of(held: Holders, people: Iterable[str]) -> tuple[str, ...]:
    """The rows by which some people hold a value."""
    return tuple(row for person in sorted(people) for row in held.get(person, ()))


def _by_person(part: pd.DataFrame) -> Holders:
    return {str(name): tuple(sorted(set(rows))) for name, rows in part.groupby("policyholder_id", sort=True)["row"]}
