"""Measure found rings against the truth: recall by ring, precision by member, false alarms by look-alike.

In:  members of found rings, flagged ring ids, true rings, planted look-alikes.   Out: `Evaluation`.
Never reads files. Members are rows of role core or member; `associate` rows are leads beside a ring and never count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ringfinder.errors import InputError

#: columns of `Evaluation.per_ring`
PER_RING_COLUMNS = ("true_ring", "kind", "size", "found_ring", "found_size", "common", "jaccard", "coverage", "flagged")


@dataclass(frozen=True)
class Evaluation:
    """How well found rings meet the true ones.

    Attributes
    ----------
    per_ring : one row a true ring (`PER_RING_COLUMNS`). `found_ring` is the found ring with the largest Jaccard index
        |found & true| / |found | true|, flagged or only listed; `coverage` the share of the true ring's people in any
        flagged ring.
    ring_recall_50, ring_recall_80 : share of true rings with a *flagged* ring of Jaccard >= 0.5, >= 0.8; NaN if there
        are no true rings.
    member_precision, member_recall, member_f1 : over people: those in any flagged ring against those in any true ring.
        Precision is NaN if nobody is flagged, recall if there is nobody to find.
    n_flagged, n_false : flagged rings with members, and those of which at most half are in true rings.
    false_by_lookalike : false flagged rings by the planted look-alike that holds most of their people ('none' where
        none holds at least a third).
    average_precision : area under precision and recall over the ranking of all found rings (first occurrence in
        `found` is best): a found ring is a hit if its Jaccard with a true ring not yet hit is >= 0.5; NaN if there is
        nothing to find.
    """

    per_ring: pd.DataFrame
    ring_recall_50: float
    ring_recall_80: float
    member_precision: float
    member_recall: float
    member_f1: float
    n_flagged: int
    n_false: int
    false_by_lookalike: Mapping[str, int]
    average_precision: float

    def to_frame(self) -> pd.DataFrame:
        """The numbers in one table: columns measure, value."""
        rows: list[tuple[str, float | int]] = [
            ("ring recall at Jaccard 0.5", self.ring_recall_50),
            ("ring recall at Jaccard 0.8", self.ring_recall_80),
            ("member precision", self.member_precision),
            ("member recall", self.member_recall),
            ("member F1", self.member_f1),
            ("average precision", self.average_precision),
            ("flagged rings", self.n_flagged),
            ("false flagged rings", self.n_false),
        ]
        rows += [(f"false: {kind}", count) for kind, count in sorted(self.false_by_lookalike.items())]
        # shares and counts side by side: a column of objects keeps a count a whole number
        return pd.DataFrame(rows, columns=["measure", "value"], dtype="object")


def evaluate(
    found: pd.DataFrame,
    flagged: Sequence[str],
    truth_rings: pd.DataFrame,
    truth_lookalikes: pd.DataFrame,
) -> Evaluation:
    """Compare found rings with the planted ones.

    An investigator asks two things of a tool: does it find the ring whole, and does it leave honest people alone.

    Parameters
    ----------
    found : ring_id, policyholder_id and, if there, role; rings in order of rank. Not modified.
    flagged : ids of the rings the run would act on; the others are only listed.
    truth_rings : ring_id, kind, policyholder_id. A person may be in several.
    truth_lookalikes : group_id, kind, policyholder_id.

    Raises
    ------
    InputError : a needed column is missing.

    Examples
    --------
    >>> found = pd.DataFrame({"ring_id": ["a", "a"], "policyholder_id": ["p", "q"]})
    >>> truth = pd.DataFrame({"ring_id": "R1", "kind": "x", "policyholder_id": ["p", "q", "r"]})
    >>> none = pd.DataFrame({"group_id": [], "kind": [], "policyholder_id": []})
    >>> evaluate(found, ["a"], truth, none).member_recall
    0.6666666666666666
    """
    _need(found, ("ring_id", "policyholder_id"), "found")
    if "role" in found:
        found = found[found["role"] != "associate"]
    return Truth(truth_rings, truth_lookalikes).evaluate(_sets(found, "ring_id"), flagged)


class Truth:
    """True rings and look-alikes, indexed by person once, so that many results of one book are measured quickly.

    A comparison of methods measures hundreds of results of a book, most of them with thousands of groups; a group is
    only ever compared with what shares a person with it.

    Parameters
    ----------
    truth_rings, truth_lookalikes : as for `evaluate`.
    """

    def __init__(self, truth_rings: pd.DataFrame, truth_lookalikes: pd.DataFrame) -> None:
        _need(truth_rings, ("ring_id", "kind", "policyholder_id"), "truth_rings")
        _need(truth_lookalikes, ("group_id", "kind", "policyholder_id"), "truth_lookalikes")
        self._rings = _sets(truth_rings, "ring_id")
        self._ring_kind = dict(zip(truth_rings["ring_id"].astype(str), truth_rings["kind"].astype(str), strict=True))
        groups = _sets(truth_lookalikes, "group_id")
        kinds = dict(zip(truth_lookalikes["group_id"].astype(str), truth_lookalikes["kind"].astype(str), strict=True))
        self._lookalike_kind = [kinds[name] for name in groups]
        self._people = set().union(*self._rings.values())
        self._rings_of = _places(self._rings.values())
        self._lookalikes_of = _places(groups.values())

    @property
    def rings(self) -> Mapping[str, Set[str]]:
        """People of each true ring."""
        return self._rings

    def evaluate(self, ranked: Mapping[str, Set[str]], flagged: Sequence[str]) -> Evaluation:
        """As the function `evaluate`, from people by ring, best first."""
        ranked = {name: people for name, people in ranked.items() if people}
        alarm = {r: ranked[r] for r in dict.fromkeys(map(str, flagged)) if r in ranked}
        flagged_people: set[str] = set().union(*alarm.values())
        sizes = [len(people) for people in self._rings.values()]
        best = dict.fromkeys(range(len(sizes)), ("", 0.0, 0))
        top = [0.0] * len(sizes)
        hit_lists = []
        for name, members in ranked.items():
            common = _overlaps(members, self._rings_of)
            near = {i: n / (len(members) + sizes[i] - n) for i, n in common.items()}
            hit_lists.append(near)
            for i, jaccard in near.items():
                if jaccard > best[i][1]:
                    best[i] = name, jaccard, common[i]
                if name in alarm:
                    top[i] = max(top[i], jaccard)
        rows = []
        for i, (true, people) in enumerate(self._rings.items()):
            found, jaccard, n = best[i]
            coverage = len(people & flagged_people) / len(people)
            found_size = len(ranked.get(found, ()))
            kind = self._ring_kind[true]
            rows.append((true, kind, len(people), found, found_size, n, jaccard, coverage, found in alarm))
        hits = len(flagged_people & self._people)
        false = self.false_rings(alarm)
        return Evaluation(
            per_ring=pd.DataFrame(rows, columns=list(PER_RING_COLUMNS)),
            ring_recall_50=_ratio(sum(j >= 0.5 for j in top), len(top)),
            ring_recall_80=_ratio(sum(j >= 0.8 for j in top), len(top)),
            member_precision=_ratio(hits, len(flagged_people)),
            member_recall=_ratio(hits, len(self._people)),
            member_f1=_ratio(2 * hits, len(flagged_people) + len(self._people)),
            n_flagged=len(alarm),
            n_false=len(false),
            false_by_lookalike=self._blame([alarm[name] for name in false]),
            average_precision=_average_precision(hit_lists, len(sizes)),
        )

    def false_rings(self, rings: Mapping[str, Set[str]]) -> list[str]:
        """Those of which at most half of the people are in true rings."""
        return [name for name, people in rings.items() if 2 * len(people & self._people) <= len(people)]

    def _blame(self, false: Sequence[Set[str]]) -> dict[str, int]:
        out: dict[str, int] = {}
        for people in false:
            common = _overlaps(people, self._lookalikes_of)
            count, place = max(((n, -i) for i, n in common.items()), default=(0, 0))
            name = self._lookalike_kind[-place] if 3 * count >= len(people) and count > 0 else "none"
            out[name] = out.get(name, 0) + 1
        return out


def _need(frame: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    missing = [c for c in columns if c not in frame]
    if missing:
        raise InputError(f"{name} lacks the column '{missing[0]}'", hint="needed: " + ", ".join(columns))


def _sets(frame: pd.DataFrame, key: str) -> dict[str, set[str]]:
    """Members by group, groups in order of first occurrence."""
    clean = frame.dropna(subset=[key, "policyholder_id"])
    return {str(name): set(part.astype(str)) for name, part in clean.groupby(key, sort=False)["policyholder_id"]}


def _places(groups: Iterable[Set[str]]) -> dict[str, list[int]]:
    """The places of the groups a person is in."""
    out: dict[str, list[int]] = {}
    for place, people in enumerate(groups):
        for person in people:
            out.setdefault(person, []).append(place)
    return out


def _overlaps(people: Set[str], places: Mapping[str, Sequence[int]]) -> Counter[int]:
    """How many of these people each group holds that holds any of them."""
    return Counter(place for person in people for place in places.get(person, ()))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _average_precision(hit_lists: Sequence[Mapping[int, float]], n_true: int) -> float:
    """`hit_lists`: by rank, the Jaccard index with each true ring that shares anybody."""
    if not n_true:
        return float("nan")
    hit: set[int] = set()
    precision_at_hits = []
    for rank, near in enumerate(hit_lists, start=1):
        jaccard, place = max(((j, -i) for i, j in near.items() if i not in hit), default=(0.0, 0))
        if jaccard >= 0.5:
            hit.add(-place)
            precision_at_hits.append(len(hit) / rank)
    return float(np.sum(precision_at_hits)) / n_true
