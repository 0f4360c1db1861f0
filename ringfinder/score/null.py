"""Null books: what chance makes of the same values.

In:  Book, Groups, reference population.   Out: strengths of the groups in each null book.
Every link to a shared value goes to a random member of the reference population (people with a complaint). What stays:
how many took each value up, and how purely around their cases, so the timing of a value is given and only *who* meets
on it, with which outcomes and letters, is tested. Drawing among holders of shared values instead would make the null of
rings, where most such holders are ring members, and nothing would ever be significant. The dealt ties are grouped by
the detector that grouped the real ones; merging, which no chance group ever earned, is left out.
The values of one ring make every null book strong and would hide a smaller ring beside it, so the test steps down: what
was flagged leaves the book (`without`), and the rest is tested against the chance that remains.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ringfinder.model.book import Book
from ringfinder.model.communities import Communities
from ringfinder.model.graph import POLICYHOLDER, EntityGraph
from ringfinder.model.groups import Groups
from ringfinder.model.odds import Reference, ValueParams, fits_broker, good_holders, outcome_nats
from ringfinder.score.statistic import (
    Strength,
    mutual_strength,
    outcome_strength,
    redundancy_strength,
    repeats_strength,
)

_NOBODY = np.zeros(0, dtype=np.int64)

#: groups a graph of ties: the `run` of the detector that grouped the real ones
Regroup = Callable[[EntityGraph], Communities]


def null_strengths(
    book: Book,
    groups: Groups,
    reference: Reference,
    is_serial: NDArray[np.bool_],
    *,
    base: float,
    serial_share: float,
    params: ValueParams,
    regroup: Regroup,
    n_books: int,
    min_households: int,
    seed: int,
    without: NDArray[np.int64] = _NOBODY,
) -> list[list[float]]:
    """Strengths of all groups of each null book.

    Parameters
    ----------
    reference : whom links are dealt to. is_serial : shape (n_holders,), who files again and again. base : rate of
        payments above cash value outside all groups. serial_share : of complainants who file again and again.
    without : people who are no longer dealt to, nor the values that are mostly theirs.
    """
    values = book.values
    dealt = values.loc[
        (values["n_households"] >= 2)
        & (values["n_fresh"] >= 2)
        & ~values["verdict"].isin(["directory"])
        & ~values["value_id"].isin(values_of(book, without))
    ]
    holders = reference.holders[~np.isin(reference.holders, without)]
    size = dealt["n_fresh"].to_numpy(dtype=np.int64)
    purity = dealt["purity"].to_numpy(dtype=np.float64)
    value = np.repeat(np.arange(len(size)), size)
    is_good = np.zeros(book.n_holders, dtype=np.bool_)
    is_good[good_holders(book.events)] = True
    out: list[list[float]] = []
    for k in range(n_books):
        rng = np.random.default_rng([seed, k])
        if not len(value) or len(holders) < 3:
            out.append([])
            continue
        holder = holders[rng.integers(0, len(holders), len(value))]
        good = np.bincount(value, weights=is_good[holder], minlength=len(size)).astype(np.int64)
        odds = purity + outcome_nats(good, size, base=base, params=params) + params.log_prior
        links = (odds > 0) & fits_broker(good, size, params)
        tie = links[value]
        out.append(
            _strengths(
                book,
                groups,
                holder[tie],
                value[tie],
                odds[value[tie]] / np.maximum(1, size[value[tie]]),
                is_good,
                is_serial,
                base=base,
                serial_share=serial_share,
                params=params,
                regroup=regroup,
                n_reference=len(reference.holders),
                min_households=min_households,
            )
        )
    return out


def values_of(book: Book, people: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ids of the values at least half of whose fresh holders are these people."""
    fresh = book.links.loc[book.links["is_fresh"], ["holder", "value_id"]].drop_duplicates()
    share = fresh["holder"].isin(people).groupby(fresh["value_id"]).mean()
    return np.asarray(share.index[share >= 0.5], dtype=np.int64) if len(people) else _NOBODY


def _strengths(
    book: Book,
    groups: Groups,
    holder: NDArray[np.int64],
    value: NDArray[np.int64],
    weight: NDArray[np.float64],
    is_good: NDArray[np.bool_],
    is_serial: NDArray[np.bool_],
    *,
    base: float,
    serial_share: float,
    params: ValueParams,
    regroup: Regroup,
    n_reference: int,
    min_households: int,
) -> list[float]:
    """Strength of each group of the dealt ties, as the real groups are measured."""
    dealt = regroup_ties(holder, value, weight, regroup)
    of_holder = np.full(book.n_holders, -1, dtype=np.int64)
    for k, members in enumerate(dealt):
        of_holder[members] = k
    left_out = groups.likeness.own_scores(of_holder[groups.candidates])
    tie_of = of_holder[holder]
    by_group = np.argsort(tie_of, kind="stable")
    bounds = np.searchsorted(tie_of[by_group], np.arange(len(dealt) + 1))
    out = []
    for k, members in enumerate(dealt):
        home = book.household[members].astype(np.int64)
        if len(np.unique(home)) < min_households:
            continue
        tie = by_group[bounds[k] : bounds[k + 1]]
        number = _numbers_in(groups.candidates, members)
        # one group on file is scored by no model of others, so chance's are not either
        is_scored = len(groups) >= 2 and len(number) >= 2
        strength = Strength(
            outcome=outcome_strength(home, is_good[members], base=base, params=params),
            repeats=repeats_strength(home, is_serial[members], rate=serial_share, params=params),
            redundancy=redundancy_strength(
                book.household[holder[tie]].astype(np.int64), value[tie], n_reference=n_reference
            ),
            mutual=mutual_strength(left_out[number] if is_scored else np.zeros(0)),
        )
        out.append(strength.total)
    return out


def _numbers_in(candidates: NDArray[np.int64], people: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers of those of the people who are candidates; both sorted."""
    number = np.searchsorted(candidates, people)
    number = np.minimum(number, len(candidates) - 1)
    return np.asarray(number[candidates[number] == people], dtype=np.int64)


def regroup_ties(
    holder: NDArray[np.int64], value: NDArray[np.int64], weight: NDArray[np.float64], regroup: Regroup
) -> list[NDArray[np.int64]]:
    """Positions of the people of each group of the dealt ties."""
    if not len(holder):
        return []
    people, person = np.unique(holder, return_inverse=True)
    values, place = np.unique(value, return_inverse=True)
    # a value dealt to one person twice is one edge of twice the weight
    width = len(values)
    pair, edge = np.unique(person * width + place, return_inverse=True)
    found = regroup(
        EntityGraph(
            names=np.array([f"{number:09d}" for number in (*people.tolist(), *values.tolist())], dtype=object),
            kinds=np.repeat(np.array([POLICYHOLDER, "value"], dtype=object), [len(people), width]),
            source=(pair // width).astype(np.int32),
            target=(pair % width + len(people)).astype(np.int32),
            weights=np.bincount(edge, weights=weight).astype(np.float64),
            at=np.full(len(pair), np.datetime64("NaT"), dtype="datetime64[s]"),
        )
    )
    is_person = found.graph.kinds == POLICYHOLDER
    return [found.graph.names[nodes[is_person[nodes]]].astype(np.int64) for nodes in found]


def p_and_q(
    strengths: NDArray[np.float64], is_open: NDArray[np.bool_], null: list[list[float]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """p- and q-value of each group.

    p = share of null books with any group as strong. q = null groups as strong a book over groups as strong,
    monotone; only groups without an honest story (`is_open`) count below the line, so explained groups can't make
    the others look better. Both count the observed book once, so neither is ever 0.

    Examples
    --------
    >>> p, q = p_and_q(np.array([9.0, 1.0]), np.array([True, True]), [[2.0], [], [0.5]])
    >>> p.tolist(), q.tolist()
    ([0.25, 0.5], [0.25, 0.25])
    """
    n_books = len(null)
    strongest = np.array([max(book, default=-np.inf) for book in null])
    every = np.sort(np.array([s for book in null for s in book], dtype=np.float64))
    p = np.array([(1 + int((strongest >= s).sum())) / (n_books + 1) for s in strengths])
    expected = np.array([(1 + len(every) - np.searchsorted(every, s, side="left")) / (n_books + 1) for s in strengths])
    as_strong = np.array([max(1, int((is_open & (strengths >= s)).sum())) for s in strengths])
    raw = np.minimum(1.0, expected / as_strong)
    order = np.argsort(strengths, kind="stable")
    q = np.empty(len(strengths))
    q[order] = np.minimum.accumulate(raw[order])
    return p, q
