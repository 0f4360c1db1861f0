"""One method on one book: counts that add up over books.

In:  groups by name, best first, and which of them are flagged.   Out: `Result`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from benchmarks.quality.books import BenchBook
from ringfinder.model.ring import RingReport

#: the name of a setting nobody chose
DEFAULT = "default"


@dataclass(frozen=True)
class Result:
    """What a method did on a book.

    Attributes
    ----------
    method, setting : 'louvain', 'shared values of people with a case, cap 20 ...'; the product has the setting
        'default'.
    n_true, found_50, found_80 : true rings, and those with a flagged ring of Jaccard >= .5, >= .8.
    jaccard : mean best Jaccard index of a true ring with any ring, flagged or listed; None without true rings.
    flagged, false : flagged rings; those of which at most half of the people are in true rings.
    false_kinds : false flagged rings by the honest crowd that holds most of their people.
    people_flagged, people_true, people_hit : people in flagged rings, in true rings, in both.
    average_precision : over the ranked list; None without true rings.
    stated_q : (stated q-value, is false) of each flagged ring; empty for methods that state none.
    seconds : CPU seconds from the tables in memory to the groups.
    """

    method: str
    setting: str
    n_true: int
    found_50: int
    found_80: int
    jaccard: float | None
    flagged: int
    false: int
    false_kinds: Mapping[str, int]
    people_flagged: int
    people_true: int
    people_hit: int
    average_precision: float | None
    stated_q: tuple[tuple[float, bool], ...]
    seconds: float

    def to_dict(self) -> dict[str, object]:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Result:
        out = cls(**data)  # type: ignore[arg-type]
        return dataclasses.replace(out, stated_q=tuple((float(q), bool(f)) for q, f in out.stated_q))


def measure_report(book: BenchBook, report: RingReport, *, method: str, seconds: float) -> Result:
    """What the product found, at the setting it was run with."""
    ranked = {
        ring.ring_id: frozenset(m.policyholder_id for m in ring.members if m.role != "associate")
        for ring in report.rings
    }
    return measure(
        book,
        ranked,
        [ring.ring_id for ring in report.flagged],
        method=method,
        setting=DEFAULT,
        seconds=round(seconds, 3),
        stated={ring.ring_id: ring.q_value for ring in report.rings},
    )


def measure(
    book: BenchBook,
    ranked: Mapping[str, Set[str]],
    flagged: Sequence[str],
    *,
    method: str,
    setting: str,
    seconds: float,
    stated: Mapping[str, float] | None = None,
) -> Result:
    """Compare one method's groups with the truth of the book."""
    found = book.truth.evaluate(ranked, flagged)
    alarm = {name: ranked[name] for name in flagged}
    people: set[str] = set().union(*alarm.values())
    n_true = len(found.per_ring)
    wrong = set(book.truth.false_rings(alarm)) if stated else set()
    return Result(
        method=method,
        setting=setting,
        n_true=n_true,
        found_50=round(found.ring_recall_50 * n_true) if n_true else 0,
        found_80=round(found.ring_recall_80 * n_true) if n_true else 0,
        jaccard=float(found.per_ring["jaccard"].mean()) if n_true else None,
        flagged=found.n_flagged,
        false=found.n_false,
        false_kinds=dict(sorted(found.false_by_lookalike.items())),
        people_flagged=len(people),
        people_true=len(book.true_people),
        people_hit=len(people & book.true_people),
        average_precision=found.average_precision if n_true else None,
        stated_q=tuple((stated[name], name in wrong) for name in flagged) if stated else (),
        seconds=seconds,
    )
