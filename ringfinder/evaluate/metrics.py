"""Measure found rings against the truth: recall by ring, precision by member, false alarms by look-alike.

In:  members of found rings, flagged ring ids, true rings, planted look-alikes.   Out: `Evaluation`.
Never reads files. Members are rows of role core or member; `associate` rows are leads beside a ring and never count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    _need(truth_rings, ("ring_id", "kind", "policyholder_id"), "truth_rings")
    _need(truth_lookalikes, ("group_id", "kind", "policyholder_id"), "truth_lookalikes")
    if "role" in found:
        found = found[found["role"] != "associate"]
    ranked = _sets(found, "ring_id")
    truth = _sets(truth_rings, "ring_id")
    kinds = dict(zip(truth_rings["ring_id"].astype(str), truth_rings["kind"].astype(str), strict=True))
    alarm = {r: ranked[r] for r in dict.fromkeys(map(str, flagged)) if r in ranked}
    flagged_people = set().union(*alarm.values())
    true_people = set().union(*truth.values())
    rows = [_best(name, kinds[name], people, ranked, alarm, flagged_people) for name, people in truth.items()]
    per_ring = pd.DataFrame(rows, columns=list(PER_RING_COLUMNS))
    top = [max((_jaccard(f, people) for f in alarm.values()), default=0.0) for people in truth.values()]
    hits = len(flagged_people & true_people)
    precision, recall = _ratio(hits, len(flagged_people)), _ratio(hits, len(true_people))
    false = [people for people in alarm.values() if 2 * len(people & true_people) <= len(people)]
    return Evaluation(
        per_ring=per_ring,
        ring_recall_50=_ratio(sum(j >= 0.5 for j in top), len(top)),
        ring_recall_80=_ratio(sum(j >= 0.8 for j in top), len(top)),
        member_precision=precision,
        member_recall=recall,
        member_f1=_ratio(2 * hits, len(flagged_people) + len(true_people)),
        n_flagged=len(alarm),
        n_false=len(false),
        false_by_lookalike=_blame(false, truth_lookalikes),
        average_precision=_average_precision(list(ranked.values()), list(truth.values())),
    )


def _need(frame: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    missing = [c for c in columns if c not in frame]
    if missing:
        raise InputError(f"{name} lacks the column '{missing[0]}'", hint="needed: " + ", ".join(columns))


def _sets(frame: pd.DataFrame, key: str) -> dict[str, set[str]]:
    """Members by group, groups in order of first occurrence."""
    clean = frame.dropna(subset=[key, "policyholder_id"])
    return {str(name): set(part.astype(str)) for name, part in clean.groupby(key, sort=False)["policyholder_id"]}


def _jaccard(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b) if a or b else 0.0


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _best(
    name: str,
    kind: str,
    people: set[str],
    ranked: Mapping[str, set[str]],
    alarm: Mapping[str, set[str]],
    flagged_people: set[str],
) -> tuple[object, ...]:
    best, jaccard = "", 0.0
    for ring, members in ranked.items():
        value = _jaccard(members, people)
        if value > jaccard:
            best, jaccard = ring, value
    members = ranked.get(best, set())
    coverage = len(people & flagged_people) / len(people)
    return name, kind, len(people), best, len(members), len(members & people), jaccard, coverage, best in alarm


def _blame(false: Sequence[set[str]], truth_lookalikes: pd.DataFrame) -> dict[str, int]:
    groups = _sets(truth_lookalikes, "group_id")
    kinds = dict(zip(truth_lookalikes["group_id"].astype(str), truth_lookalikes["kind"].astype(str), strict=True))
    out: dict[str, int] = {}
    for people in false:
        share = [(len(people & members), -i, kinds[g]) for i, (g, members) in enumerate(groups.items())]
        count, _, kind = max(share, default=(0, 0, "none"))
        name = kind if 3 * count >= len(people) and count > 0 else "none"
        out[name] = out.get(name, 0) + 1
    return out


def _average_precision(ranked: Sequence[set[str]], truth: Sequence[set[str]]) -> float:
    if not truth:
        return float("nan")
    open_rings, precision_at_hits, hits = set(range(len(truth))), [], 0
    for rank, members in enumerate(ranked, start=1):
        near = [(_jaccard(members, truth[i]), -i) for i in sorted(open_rings)]
        jaccard, place = max(near, default=(0.0, 0))
        if jaccard >= 0.5:
            hits += 1
            open_rings.discard(-place)
            precision_at_hits.append(hits / rank)
    return float(np.sum(precision_at_hits)) / len(truth)
