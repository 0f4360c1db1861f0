"""Which ring of a new run is which ring of an earlier one, and what became of each.

In:  people of the earlier rings and of the new ones.   Out: an id for each new ring, and `Change`s.
Never reads a case, never looks for causes. The answer depends on sets of people and on the new rings' ranks alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import pandas as pd

Event = Literal["kept", "grown", "shrunk", "returned", "new", "flagged", "unflagged", "split", "merged", "gone"]

#: what can become of a ring, in the order in which the events of one ring are told
EVENTS: tuple[Event, ...] = get_args(Event)

People = frozenset[str]


@dataclass(frozen=True)
class Change:
    """What became of one ring between two runs.

    Attributes
    ----------
    event : kept (the same people), grown (more joined than left), shrunk, returned (gone in an earlier run, found
        again), new, split (`others`: the pieces that got an id of their own), merged (`others`: the rings that went
        into it), gone (`others`: the ring it went into).
    before, after : its people in the run before and in this run; of a split those of all pieces after, of a merger
        those of all its rings before.
    """

    ring_id: str
    event: Event
    before: People
    after: People
    others: tuple[str, ...] = ()

    @property
    def common(self) -> People:
        return self.before & self.after

    @property
    def joined(self) -> People:
        return self.after - self.before

    @property
    def left(self) -> People:
        return self.before - self.after


@dataclass(frozen=True)
class Matching:
    """Ids of the new rings, in their order, and what became of every ring, by id."""

    ids: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class LineageEvent:
    """One line of a case's history: a `Change` in numbers, with its cause in words.

    `run` counts the runs of one chain of cases; `until` is the last complaint or surrender the run knew; `status` is
    the ring's in that run, '' if it was gone. `rows` are the rows that brought people in or tie a merger together,
    each 'TABLE:ROW_KEY'.
    """

    run: int
    until: pd.Timestamp | None
    ring_id: str
    event: str
    before: int
    after: int
    common: int
    joined: int
    left: int
    others: tuple[str, ...]
    status: str
    zh: str
    en: str
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Lineage:
    """The history of a chain of cases.

    Attributes
    ----------
    events : all so far.   gone : last known people of the rings that are gone.   nodes : ring id, kind and value ->
        pseudonym of the value in that ring ('P07'), as earlier cases gave it.
    """

    events: tuple[LineageEvent, ...] = ()
    gone: Mapping[str, People] = field(default_factory=dict, repr=False)
    nodes: Mapping[tuple[str, str, str], str] = field(default_factory=dict, repr=False)

    @property
    def last_run(self) -> int:
        return max((event.run for event in self.events), default=0)


def is_same_ring(before: People, after: People) -> bool:
    """Whether two sets of people may be one ring: they share half of the smaller set or more.

    Examples
    --------
    >>> is_same_ring(frozenset("abcd"), frozenset("abxyz")), is_same_ring(frozenset("abcd"), frozenset("axyz"))
    (True, False)
    """
    common = len(before & after)
    return common > 0 and 2 * common >= min(len(before), len(after))


def match_rings(
    previous: Mapping[str, People],
    current: Sequence[People],
    *,
    gone: Mapping[str, People] | None = None,
) -> Matching:
    """Give every new ring the id of the ring it continues, or a fresh one.

    An investigator writes 'R-0003' into a file; next month it must mean the same people, or those they have become.

    Two rings may be one if they share half of the *smaller* one or more: a ring of 7 that has grown to 114 is the same
    ring, though their Jaccard index is .06. Among the pairs that may be one the largest Jaccard index goes first, so
    the largest piece of a split and the largest part of a merger keep the id. Each id goes to one ring. An id that is
    gone comes back only to a ring that no ring of the run before has a claim on. Ties go to the smaller number, then to
    the people who come first in the alphabet.

    Parameters
    ----------
    previous : people of the rings of the run before, by id.
    current : people of the new rings, best rank first; fresh ids follow this order, nothing else does.
    gone : last known people of all rings of earlier runs that the run before no longer had. A fresh id lies above them.

    Returns
    -------
    One id for each of `current`, and the changes by id, then in the order of `EVENTS`.

    Examples
    --------
    >>> old = {"R-0001": frozenset("abcd"), "R-0002": frozenset("xyz")}
    >>> made = match_rings(old, [frozenset("uvw"), frozenset("abcdefghijk")])
    >>> made.ids
    ('R-0003', 'R-0001')
    >>> [(c.ring_id, c.event, len(c.joined), len(c.left)) for c in made.changes]
    [('R-0001', 'grown', 7, 0), ('R-0002', 'gone', 0, 3), ('R-0003', 'new', 3, 0)]
    """
    gone = {name: people for name, people in (gone or {}).items() if name not in previous}
    heir = _assign(previous, current, taken=())
    returned = _assign(gone, current, taken=heir.values())
    number = max(map(ring_number, (*previous, *gone)), default=0)
    by_place = {place: name for name, place in (*heir.items(), *returned.items())}
    ids: list[str] = []
    for place in range(len(current)):
        if place not in by_place:
            number += 1
        ids.append(by_place.get(place, f"R-{number:04d}"))
    changes = [
        *(_own(ids[place], people, previous, gone) for place, people in enumerate(current)),
        *_split(previous, current, heir, ids),
        *_merged_and_gone(previous, current, heir, ids),
    ]
    return Matching(ids=tuple(ids), changes=tuple(sorted(changes, key=told_order)))


def ring_number(ring_id: str) -> int:
    """The number in a ring id, 0 where there is none.

    Examples
    --------
    >>> ring_number("R-0042"), ring_number("lead")
    (42, 0)
    """
    found = re.search(r"(\d+)$", ring_id)
    return int(found[1]) if found else 0


def _assign(old: Mapping[str, People], current: Sequence[People], *, taken: Iterable[int]) -> dict[str, int]:
    """Place in `current` of the ring that continues each old ring, one to one, the most alike first."""
    places: dict[str, list[int]] = {}
    for place, people in enumerate(current):
        for person in people:
            places.setdefault(person, []).append(place)
    pairs = []
    for name, before in old.items():
        for place in {at for person in before for at in places.get(person, ())}:
            after = current[place]
            if is_same_ring(before, after):
                likeness = len(before & after) / len(before | after)
                pairs.append((-likeness, ring_number(name), name, sorted(after), place))
    out: dict[str, int] = {}
    busy = set(taken)
    for _, _, name, _, place in sorted(pairs):
        if name not in out and place not in busy:
            out[name] = place
            busy.add(place)
    return out


def _own(ring_id: str, people: People, previous: Mapping[str, People], gone: Mapping[str, People]) -> Change:
    """What a ring of this run is to the ring of that id."""
    if ring_id not in previous:
        return Change(ring_id, "returned" if ring_id in gone else "new", gone.get(ring_id, frozenset()), people)
    before = previous[ring_id]
    joined, left = len(people - before), len(before - people)
    event: Event = "kept" if not joined and not left else "grown" if joined >= left else "shrunk"
    return Change(ring_id, event, before, people)


def _split(
    previous: Mapping[str, People], current: Sequence[People], heir: Mapping[str, int], ids: Sequence[str]
) -> list[Change]:
    """Rings of which another piece, that continues no ring of the run before, is now a ring too."""
    strangers = sorted(set(range(len(current))) - set(heir.values()))
    out = []
    for name, place in heir.items():
        pieces = [at for at in strangers if is_same_ring(previous[name], current[at])]
        if pieces:
            after = current[place].union(*(current[at] for at in pieces))
            out.append(Change(name, "split", previous[name], after, _by_number(ids[at] for at in pieces)))
    return out


def _merged_and_gone(
    previous: Mapping[str, People], current: Sequence[People], heir: Mapping[str, int], ids: Sequence[str]
) -> list[Change]:
    """Rings that nobody continues, and the rings that took them in."""
    out = []
    taken_in: dict[int, list[str]] = {}
    owner = {place: name for name, place in heir.items()}
    for name in previous:
        if name in heir:
            continue
        into = [at for at in owner if is_same_ring(previous[name], current[at])]
        into.sort(key=lambda at: (-len(previous[name] & current[at]), ring_number(ids[at])))
        for at in into[:1]:
            taken_in.setdefault(at, []).append(name)
        out.append(Change(name, "gone", previous[name], frozenset(), tuple(ids[at] for at in into[:1])))
    for at, names in taken_in.items():
        before = previous[owner[at]].union(*(previous[name] for name in names))
        out.append(Change(ids[at], "merged", before, current[at], _by_number(names)))
    return out


def _by_number(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (ring_number(name), name)))


def told_order(change: Change) -> tuple[int, str, int]:
    """The order in which changes are told: by id, then as `EVENTS`."""
    return ring_number(change.ring_id), change.ring_id, EVENTS.index(change.event)
