"""Test every group and put the list in order.

In:  Book, Groups, Letters, Dataset.   Out: `ScoredGroup`s, best first.
Only linked members speak in the tests; those attached by likeness may speak for a group, never against it. A flag needs
a false-discovery rate within the level, no honest story, three households, and two independent kinds of evidence. A
group that is explained, or too thin to claim, gets q = 1 and keeps its p-value.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.model.book import Book
from ringfinder.model.dataset import Dataset
from ringfinder.model.groups import Groups
from ringfinder.model.letters import Letters
from ringfinder.model.odds import ValueParams, good_holders, reference_population
from ringfinder.model.peers import find_peers
from ringfinder.model.repeats import serial_complaints, serial_rate
from ringfinder.model.scored import THIN, ScoredGroup, Story
from ringfinder.model.settings import check_settings
from ringfinder.score.kinds import corroborating_kinds, evidence_kinds, linking_ties
from ringfinder.score.network import with_network_letters
from ringfinder.score.null import Regroup, null_strengths
from ringfinder.score.ranked import Measured, ranked
from ringfinder.score.signals import group_signals, letter_template_of
from ringfinder.score.statistic import (
    Strength,
    mutual_strength,
    outcome_strength,
    redundancy_strength,
    repeats_strength,
)
from ringfinder.score.stories import StoryParams, find_stories, group_facts, restricted, upheld_rate


@dataclass(frozen=True)
class ScoreParams:
    """Settings of the score stage.

    level : a group is flagged where its q-value is at most this. null_books : books chance deals. min_households,
    min_kinds : a group needs as many households and independent kinds of evidence. min_nats : and, where no letter
    template is among them, one shared value that is by so many nats likelier a broker's than not (3: twenty to one).
    """

    level: float = 0.05
    null_books: int = 100
    min_households: int = 3
    min_kinds: int = 2
    min_nats: float = 3.0
    stories: StoryParams = field(default_factory=StoryParams)

    def __post_init__(self) -> None:
        bounds = {"null_books": (1, 100_000), "min_households": (2, 1e6), "min_kinds": (1, 10), "min_nats": (0, 100)}
        check_settings("[score]", self, {"level": (0, 1, "inside"), **bounds})


def score_groups(
    book: Book,
    groups: Groups,
    letters: Letters,
    dataset: Dataset,
    params: ScoreParams = ScoreParams(),
    *,
    regroup: Regroup,
    values: ValueParams = ValueParams(),
    seed: int = 0,
) -> tuple[ScoredGroup, ...]:
    """Score, test and rank the groups.

    Parameters
    ----------
    regroup : the `run` of the detector that grouped the evidence; it groups the null books too, or groups cut finer
        than chance's would look strong. values : the beliefs the values were judged by.
    """
    everybody = [groups.candidates[g] for g in groups]
    inside = np.concatenate(everybody) if everybody else np.zeros(0, dtype=np.int64)
    reference = reference_population(book.events, without=inside)
    peers = find_peers(book.events, book.household, without=inside)
    linked = [groups.candidates[g[groups.is_linked[g]]] for g in groups]
    ties = linking_ties(book)
    rate = upheld_rate(dataset["complaints"])
    serial_share = serial_rate(dataset["complaints"])
    is_serial = np.isin(book.holders, serial_complaints(dataset["complaints"])["policyholder_id"].unique())
    strengths = [
        _strength(
            book,
            groups,
            g,
            ties,
            is_serial,
            base=reference.good_rate,
            serial_share=serial_share,
            n_reference=len(reference.holders),
            values=values,
        )
        for g in groups
    ]
    template_of = letter_template_of(letters, book)
    near = restricted(dataset, book, inside)
    parts = []
    for g, people, everyone, strength in zip(groups, linked, everybody, strengths, strict=True):
        facts = group_facts(near, book, people)
        kinds = evidence_kinds(book, people, ties, template_of, linking_templates=groups.linking_templates)
        told = find_stories(
            facts,
            group_facts(near, book, everyone),
            dataset,
            upheld_rate=rate,
            outcome_chance=peers.chance(people),
            outcome_nats=strength.outcome,
            serial_share=serial_share,
            params=params.stories,
        )
        borne = corroborating_kinds(book, people, ties, kinds, template_of=template_of, among=groups.candidates)
        parts.append(
            Measured(
                people=everyone,
                is_linked=groups.is_linked[g],
                likeness=groups.likeness_score[g],
                statistic=strength.total,
                kinds=kinds,
                signals=group_signals(facts, strength, rate=rate),
                stories=told + _thin(book, people, ties, borne, params),
            )
        )

    def deal(without: NDArray[np.int64]) -> list[list[float]]:
        return null_strengths(
            book,
            groups,
            reference_population(book.events),
            is_serial,
            base=reference.good_rate,
            serial_share=serial_share,
            params=values,
            regroup=regroup,
            n_books=params.null_books,
            min_households=params.min_households,
            seed=seed,
            without=without,
        )

    return with_network_letters(
        ranked(parts, deal, level=params.level),
        book,
        template_of,
        reference_population(book.events),
        level=params.level,
        min_households=params.min_households,
    )


def _strength(
    book: Book,
    groups: Groups,
    members: NDArray[np.int64],
    ties: pd.DataFrame,
    is_serial: NDArray[np.bool_],
    *,
    base: float,
    serial_share: float,
    n_reference: int,
    values: ValueParams,
) -> Strength:
    core = members[groups.is_linked[members]]
    people = groups.candidates[core]
    own = ties.loc[ties["holder"].isin(people)]
    is_good = np.isin(people, good_holders(book.events))
    home = book.household[people].astype(np.int64)
    return Strength(
        outcome=outcome_strength(home, is_good, base=base, params=values),
        repeats=repeats_strength(home, is_serial[people], rate=serial_share, params=values),
        redundancy=redundancy_strength(
            book.household[own["holder"].to_numpy()].astype(np.int64),
            own["value_id"].to_numpy(dtype=np.int64),
            n_reference=n_reference,
        ),
        mutual=mutual_strength(groups.unseen_score[core]),
    )


def _thin(
    book: Book, people: NDArray[np.int64], ties: pd.DataFrame, kinds: tuple[str, ...], params: ScoreParams
) -> tuple[Story, ...]:
    """Too little independent evidence: not an honest story, but as good a reason not to flag."""
    n_homes = len(np.unique(book.household[people]))
    is_faint = "template" not in kinds and _surest_nats(book, people, ties) < params.min_nats
    if n_homes >= params.min_households and len(kinds) >= params.min_kinds and not is_faint:
        return ()
    own = book.links.loc[book.links["holder"].isin(people) & book.links["value_id"].isin(ties["value_id"])]
    # a group that its letters alone make has no shared value to cite
    cited = own if len(own) else book.events.loc[book.events["holder"].isin(people)]
    table = str(cited["source_table"].min())
    rows = tuple(sorted(cited.loc[cited["source_table"] == table, "row_key"].unique()))
    return (
        Story(
            THIN,
            f"仅 {n_homes} 户、{len(kinds)} 类独立证据{',且各共用标识单独看均不明确' if is_faint else ''},"
            "不足以列为疑似",
            f"only {n_homes} households and {len(kinds)} independent kinds of evidence"
            f"{', none of the shared values clear by itself' if is_faint else ''}: not enough for a flag",
            table,
            rows,
        ),
    )


def _surest_nats(book: Book, people: NDArray[np.int64], ties: pd.DataFrame) -> float:
    """Evidence of the strongest value that two households of the group share; 0 where there is none."""
    own = ties.loc[ties["holder"].isin(people)]
    homes = pd.Series(book.household[own["holder"].to_numpy()]).groupby(own["value_id"].to_numpy()).nunique()
    shared = homes.index[homes >= 2].to_numpy()
    return float(book.values["score"].to_numpy()[shared].max(initial=0.0))
