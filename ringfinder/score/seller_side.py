"""Test the groups of the arbitrage channel.

In:  the seller's-side Book, groups, the detector's `run`.   Out: `ScoredGroup`s of kind 'arbitrage', best first.
The statistic is the evidence of the values that hold a group together, plus its redundant ties. Chance hands the early
surrenders of the book out at random among its people.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.model.book import Book
from ringfinder.model.dataset import Dataset
from ringfinder.model.odds import ValueParams, fits_broker, kind_rates, purity_nats
from ringfinder.model.ring import Signal
from ringfinder.model.scored import ScoredGroup, Story
from ringfinder.score.kinds import linking_ties
from ringfinder.score.null import Regroup, regroup_ties, values_of
from ringfinder.score.rank import ScoreParams
from ringfinder.score.ranked import Measured, ranked
from ringfinder.score.statistic import redundancy_strength
from ringfinder.score.stories import one_employer

#: value kind of the seller's own code in the seller's-side book
CODE = "intermediary"


class StrawGroup(Protocol):
    """People tied by sellers and payers; `is_linked` marks those who left early."""

    @property
    def people(self) -> NDArray[np.int64]: ...

    @property
    def is_linked(self) -> NDArray[np.bool_]: ...


def score_seller_groups(
    book: Book,
    groups: Sequence[StrawGroup],
    dataset: Dataset,
    params: ScoreParams = ScoreParams(),
    *,
    regroup: Regroup,
    values: ValueParams = ValueParams(),
    seed: int = 0,
) -> tuple[ScoredGroup, ...]:
    """Score, test and rank; only those who left early speak in the test. Groups tied by one kind of value are left out.

    Parameters
    ----------
    book : from `build_seller_book`. regroup : the `run` of the detector that made the groups.
    """
    ties = linking_ties(book)
    groups = [g for g in groups if len(_kinds(book, g.people[g.is_linked], ties)) >= params.min_kinds]
    if not groups:
        return ()
    strengths = [_strength(book, g.people[g.is_linked], ties) for g in groups]
    employer = dataset["policyholders"].set_index("policyholder_id")["employer"].reindex(book.holders)
    parts = []
    for g, strength in zip(groups, strengths, strict=True):
        people = g.people[g.is_linked]
        parts.append(
            Measured(
                people=g.people,
                is_linked=g.is_linked,
                likeness=np.zeros(len(g.people)),
                statistic=sum(strength),
                kinds=_kinds(book, people, ties),
                signals=_signals(book, people, ties, strength),
                stories=_stories(book, people, ties, dataset, employer.iloc[people].dropna(), params),
            )
        )

    def deal(without: NDArray[np.int64]) -> list[list[float]]:
        return _null_strengths(book, params, regroup=regroup, values=values, seed=seed, without=without)

    return ranked(parts, deal, level=params.level, kind="arbitrage")


def without_overlap(
    arbitrage: Sequence[ScoredGroup], refund: Sequence[ScoredGroup], *, max_share: float = 0.5
) -> tuple[ScoredGroup, ...]:
    """Arbitrage groups of other people than the refund groups: one lead a group of people, money never mixed."""
    taken = {person for g in refund if g.is_flagged for person in g.people.tolist()}
    return tuple(g for g in arbitrage if len(taken & set(g.people.tolist())) <= max_share * len(g.people))


def _inside(book: Book, people: NDArray[np.int64], ties: pd.DataFrame) -> pd.DataFrame:
    """Ties of the people to values of two or more of their households, with `home`."""
    own = ties.loc[ties["holder"].isin(people)]
    own = own.assign(home=book.household[own["holder"].to_numpy()])
    return own.loc[own.groupby("value_id")["home"].transform("nunique") >= 2] if len(own) else own


def _strength(book: Book, people: NDArray[np.int64], ties: pd.DataFrame) -> tuple[float, float]:
    own = _inside(book, people, ties)
    score = book.values["score"].to_numpy()
    n_early = book.events["holder"].nunique()
    return (
        float(score[own["value_id"].unique()].sum()),
        redundancy_strength(
            own["home"].to_numpy(dtype=np.int64), own["value_id"].to_numpy(dtype=np.int64), n_reference=n_early
        ),
    )


def _null_strengths(
    book: Book,
    params: ScoreParams,
    *,
    regroup: Regroup,
    values: ValueParams,
    seed: int,
    without: NDArray[np.int64],
) -> list[list[float]]:
    """Strengths of all groups where the same number of random people left early, `without` some and their values.

    A link of somebody who left early is fresh as often as it is in the book, kind by kind.
    """
    links = book.links.drop_duplicates(["holder", "value_id"])
    shared = ((book.values["n_households"] >= 2) & ~book.values["verdict"].isin(["directory"])).to_numpy(copy=True)
    shared[values_of(book, without)] = False
    links = links.loc[shared[links["value_id"].to_numpy()] & ~links["holder"].isin(without)]
    is_early = np.zeros(book.n_holders, dtype=np.bool_)
    is_early[book.events["holder"].to_numpy()] = True
    is_early[without] = False
    holder, value = links["holder"].to_numpy(dtype=np.int64), links["value_id"].to_numpy(dtype=np.int64)
    fresh = links["is_fresh"].to_numpy(dtype=np.bool_)
    rate = pd.Series(fresh[is_early[holder]]).groupby(links["kind"].to_numpy()[is_early[holder]]).mean()
    take_up = links["kind"].map(rate).fillna(0.0).to_numpy(dtype=np.float64)
    insured = np.unique(book.links.loc[book.links["role"] == "sold", "holder"].to_numpy(dtype=np.int64))
    insured = insured[~np.isin(insured, without)]
    n_homes = book.values["n_households"].to_numpy(dtype=np.int64)
    base = kind_rates(book.values, values, min_households=1, least=0.01)
    out: list[list[float]] = []
    for k in range(params.null_books):
        rng = np.random.default_rng([seed, 7, k])
        drawn = np.zeros(book.n_holders, dtype=np.bool_)
        drawn[rng.choice(insured, size=min(len(insured), int(is_early.sum())), replace=False)] = True
        chosen = drawn[holder] & (rng.random(len(holder)) < take_up)
        h, v = holder[chosen], value[chosen]
        home = book.household[h].astype(np.int64)
        pairs = np.unique(np.stack([v, home], axis=1), axis=0)
        a = np.bincount(pairs[:, 0], minlength=len(n_homes)).astype(np.int64)
        score = purity_nats(a, n_homes, base, params=values) + values.log_prior
        is_link = shared & (a >= 2) & (score > 0) & fits_broker(a, n_homes, values, share=values.rho)
        tie = is_link[v]
        strengths = []
        for people in regroup_ties(h[tie], v[tie], (score / np.maximum(1, a))[v[tie]], regroup):
            here = np.isin(h, people) & tie
            if len(np.unique(book.household[people])) < params.min_households:
                continue
            own = float(score[np.unique(v[here])].sum())
            strengths.append(own + redundancy_strength(home[here], v[here], n_reference=int(is_early.sum())))
        out.append(strengths)
    return out


def _kinds(book: Book, people: NDArray[np.int64], ties: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted(_inside(book, people, ties)["kind"].unique()))


def _signals(
    book: Book, people: NDArray[np.int64], ties: pd.DataFrame, strength: tuple[float, float]
) -> tuple[Signal, ...]:
    own = _inside(book, people, ties)
    codes = own.loc[own["kind"] == CODE].groupby("value_id")["holder"].nunique()
    share = float(codes.max() / max(1, len(people))) if len(codes) else 0.0
    return (
        Signal("early_surrender", "seller", float(len(people)), round(float(strength[0]), 4)),
        Signal("redundancy", "structure", round(float(strength[1]), 4), round(float(strength[1]), 4)),
        Signal("seller_concentration", "seller", round(share, 4), 0.0),
    )


def bridging_values(book: Book, people: NDArray[np.int64], ties: pd.DataFrame) -> NDArray[np.int64]:
    """Payers, devices and phones that tie clients of two or more evidence codes together.

    A closed employer's account ties the clients of many codes; but those codes have other clients too, who stay.
    """
    early_rows = book.events.loc[book.events["holder"].isin(people), "row_key"]
    is_evidence = (book.values["verdict"] == "evidence").to_numpy()[book.links["value_id"].to_numpy()]
    sold = book.links.loc[is_evidence & (book.links["role"] == "sold") & book.links["row_key"].isin(early_rows)]
    codes = sold[["holder", "value_id"]].rename(columns={"value_id": "code"}).drop_duplicates()
    own = _inside(book, people, ties)
    both = own.loc[own["kind"] != CODE].merge(codes, on="holder")
    n_codes = both.groupby("value_id", sort=True)["code"].nunique()
    return np.asarray(n_codes.index[n_codes >= 2], dtype=np.int64)


def _stories(
    book: Book,
    people: NDArray[np.int64],
    ties: pd.DataFrame,
    dataset: Dataset,
    employers: pd.Series,
    params: ScoreParams,
) -> tuple[Story, ...]:
    together = one_employer(employers, len(people), dataset, params.stories)
    return (() if together is None else (together,)) + _one_seller(book, people, ties, params)


def _one_seller(book: Book, people: NDArray[np.int64], ties: pd.DataFrame, params: ScoreParams) -> tuple[Story, ...]:
    """A seller who failed and his own family share one code and one payer: that is no ring.

    What ties clients of different sellers together is the dealer: two payers or devices, or one besides two codes and
    a second payer.
    """
    own = _inside(book, people, ties)
    bridges = bridging_values(book, people, ties)
    n_codes = own.loc[own["kind"] == CODE, "value_id"].nunique()
    n_payers = own.loc[own["kind"] != CODE, "value_id"].nunique()
    n_homes = len(np.unique(book.household[people]))
    n_kinds = own["kind"].nunique()
    is_wide = len(bridges) >= 2 or (len(bridges) == 1 and n_codes >= 2 and n_payers >= 2)
    if is_wide and n_homes >= params.min_households and n_kinds >= params.min_kinds:
        return ()
    rows = tuple(sorted(book.events.loc[book.events["holder"].isin(people), "row_key"].unique()))
    return (
        Story(
            "one_seller",
            f"共用的付款账户或设备中,{len(bridges)} 个同时连接多名高早退率业务员的客户:"
            "可能是同一业务员或单位的客户集中退保",
            f"{len(bridges)} of the shared payers or devices tie clients of several sellers whose clients leave "
            "early: may be one seller's or one employer's people",
            "policies",
            rows,
        ),
    )
