"""Each peer's best setting, chosen with the truth in view.

In:  `Record`s.   Out: `Line`s: a method at one setting, with its result on every book.
That is the kindest way to treat a peer: no user could choose so well. Ringfinder runs at its defaults and is not
chosen for. `recipe` is the method as people publish it: all shared values, everybody, no filter but group size;
`expert` adds what an investigator who knows these cases would try: which people and values to look at at all, and
a share of the group that was paid above cash value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.quality.books import BookKey
from benchmarks.quality.measure import Result
from benchmarks.quality.peers import PEERS
from benchmarks.quality.run import PRODUCT, Record

RECIPE, EXPERT = "recipe", "expert"


@dataclass(frozen=True)
class Line:
    """One line of the tables. `level`: recipe, expert, or '' for the product."""

    method: str
    title: str
    level: str
    results: tuple[tuple[BookKey, Result], ...]

    @property
    def settings(self) -> list[str]:
        return sorted({r.setting for _, r in self.results})


def choose(records: Sequence[Record], *, per_preset: bool) -> list[Line]:
    """The product's line, and two lines for each peer: one setting for all these books, or one for each preset.

    A book without rings can't choose (whoever flags nothing is best): with `per_preset` it takes the setting that is
    best over all books.
    """
    own = tuple((r.key, x) for r in records for x in r.results if x.method == PRODUCT)
    lines = [Line(PRODUCT, PRODUCT, "", own)]
    for peer in PEERS:
        if not any(peer.name in r.methods() for r in records):
            continue
        for level in (RECIPE, EXPERT):
            overall = _best(records, peer.name, level)
            picked = dict.fromkeys({r.key.kind for r in records}, overall)
            if per_preset:
                for kind in picked:
                    part = [r for r in records if r.key.kind == kind]
                    if any(x.n_true for r in part for x in r.results):
                        picked[kind] = _best(part, peer.name, level)
            results = tuple((r.key, _at(r, peer.name, picked[r.key.kind])) for r in records)
            lines.append(Line(peer.name, f"{peer.title}, {level}", level, results))
    return lines


def score(results: Iterable[Result]) -> tuple[float, float, float]:
    """What 'best' means, pooled over books: ring F1 (Jaccard >= .5) and member F1 alike, then fewer false rings."""
    found, rings, hit, people, false = 0, 0, 0, 0, 0
    for r in results:
        found, rings, false = found + r.found_50, rings + r.flagged + r.n_true, false + r.false
        hit, people = hit + r.people_hit, people + r.people_flagged + r.people_true
    f1 = 2 * found / max(rings, 1) + 2 * hit / max(people, 1)
    return f1, -float(false), float(found)


def _best(records: Sequence[Record], method: str, level: str) -> str:
    settings = dict.fromkeys(x.setting for r in records for x in r.results if x.method == method)
    allowed = [s for s in settings if level == EXPERT or is_recipe(s)]
    by_book = [{x.setting: x for x in r.results if x.method == method} for r in records]
    blanks = [_blank(r, method, "") for r in records]
    if not allowed:
        return ""
    return max(allowed, key=lambda s: score(b.get(s, blank) for b, blank in zip(by_book, blanks, strict=True)))


def is_recipe(setting: str) -> bool:
    """Is this the published method: all shared values, everybody, groups of a size?"""
    return setting.startswith("shared / everybody / ") and setting.endswith("+ people")


def _at(record: Record, method: str, setting: str) -> Result:
    found = [x for x in record.results if x.method == method and x.setting == setting]
    return found[0] if found else _blank(record, method, setting)


def _blank(record: Record, method: str, setting: str) -> Result:
    """Nothing flagged: a book in which a setting had no shared value to work on."""
    any_result = record.results[0]
    n_true = any_result.n_true
    nothing = None if not n_true else 0.0
    return Result(method, setting, n_true, 0, 0, nothing, 0, 0, {}, 0, any_result.people_true, 0, nothing, (), 0.0)
