"""Honest stories: what else could explain a group.

In:  linked members of a group, Dataset.   Out: `Story`s, each with the rows it rests on.
A group with a story is listed, never flagged, and says why. Two-sided concentration is the main discriminator: real
mis-selling is concentrated on the seller side and dispersed on the complaint side, a ring is the reverse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom

from ringfinder.model.book import LICENSED_KINDS, Book
from ringfinder.model.dataset import Dataset
from ringfinder.model.odds import good_holders
from ringfinder.model.repeats import serial_chance, serial_complaints
from ringfinder.model.scored import Story
from ringfinder.model.settings import check_settings


@dataclass(frozen=True)
class StoryParams:
    """Bounds of the honest stories, shares of the linked members.

    accused_share : of those who accuse anybody, one agent. seller_share : one seller of record. founded_share :
    findings against the insurer. founded_p : and chance makes as many of the book's rate with at most this probability;
    scattered_p : with at most this one where no seller is common to half of the people, for of twenty rings one has
    findings at one in twenty. licensed_share : represented by one licensed body. employer_share : of all people, staff
    of one employer. unusual_p : a group whose good outcomes chance reaches with more than this probability is nothing
    unusual, nor is one whose outcomes the book's rate explains better than a broker's. serial_p : people of three
    households who file again and again are unusual, paid or not, if chance gathers as many with at most this
    probability.
    """

    accused_share: float = 0.7
    seller_share: float = 0.9
    founded_share: float = 0.5
    founded_p: float = 0.05
    scattered_p: float = 0.01
    licensed_share: float = 0.5
    employer_share: float = 0.5
    unusual_p: float = 0.2
    serial_p: float = 0.001

    def __post_init__(self) -> None:
        shares = ("accused_share", "seller_share", "founded_share", "licensed_share", "employer_share")
        chances = ("founded_p", "scattered_p", "unusual_p", "serial_p")
        check_settings("[score.stories]", self, dict.fromkeys((*shares, *chances), (0, 1, "open")))


@dataclass(frozen=True)
class GroupFacts:
    """What the stories and signals look at: the tables' rows of one group's linked members."""

    complaints: pd.DataFrame
    policies: pd.DataFrame
    engagements: pd.DataFrame
    employers: pd.Series
    n_people: int
    n_homes: int
    n_good_homes: int
    n_serial_homes: int


def group_facts(dataset: Dataset, book: Book, people: NDArray[np.int64]) -> GroupFacts:
    """Collect the rows of `people` (positions in the book)."""
    ids = book.holders[people]
    home = book.household

    def rows(table: str) -> pd.DataFrame:
        frame = dataset[table]
        return frame.loc[frame["policyholder_id"].isin(ids)]

    complaints = rows("complaints")
    serial = people[np.isin(ids, serial_complaints(complaints)["policyholder_id"].unique())]
    return GroupFacts(
        complaints=complaints,
        policies=rows("policies"),
        engagements=rows("engagements"),
        employers=rows("policyholders").set_index("policyholder_id")["employer"].dropna(),
        n_people=len(people),
        n_homes=len(np.unique(home[people])),
        n_good_homes=len(np.unique(home[people[np.isin(people, good_holders(book.events))]])),
        n_serial_homes=len(np.unique(home[serial])),
    )


def restricted(dataset: Dataset, book: Book, people: NDArray[np.int64]) -> Dataset:
    """The dataset with only these people's rows of the tables that `group_facts` reads."""
    ids = book.holders[people]
    names = ("policyholders", "complaints", "policies", "engagements")
    own = {name: dataset[name].loc[dataset[name]["policyholder_id"].isin(ids)] for name in names}
    return replace(dataset, tables={**dataset.tables, **own})


def find_stories(
    facts: GroupFacts,
    facts_of_all: GroupFacts,
    dataset: Dataset,
    *,
    upheld_rate: float,
    outcome_chance: float,
    outcome_nats: float,
    serial_share: float,
    params: StoryParams = StoryParams(),
) -> tuple[Story, ...]:
    """All honest stories that fit.

    Parameters
    ----------
    facts : of the linked members. facts_of_all : of everybody in the group; a seller's victims who share nothing on
        file still tell whose victims they are.
    upheld_rate : share of people with a finding in the whole book who had a complaint upheld.
    outcome_chance : probability that as many of the linked members are paid if they are paid as their peers are.
    outcome_nats : log odds of the payments at a broker's against the book's; at 0 and below they speak for the book.
    serial_share : share of complainants who file again and again.
    """
    is_usual = outcome_chance > params.unusual_p or outcome_nats <= 0
    found = [
        _seller(facts, dataset, upheld_rate, params) or _seller(facts_of_all, dataset, upheld_rate, params),
        _founded(facts, upheld_rate, params) or _founded(facts_of_all, upheld_rate, params),
        _licensed(facts, dataset, params) or _licensed(facts_of_all, dataset, params),
        one_employer(facts.employers, facts.n_people, dataset, params),
        _usual_outcome(facts) if is_usual and not is_serial(facts, serial_share, params) else None,
    ]
    return tuple(s for s in found if s is not None)


def is_serial(facts: GroupFacts, share: float, params: StoryParams = StoryParams()) -> bool:
    """Whether three households and more file again and again, and chance gathers no such group."""
    chance = serial_chance(facts.n_serial_homes, facts.n_homes, rate=share)
    return facts.n_serial_homes >= 3 and chance <= params.serial_p


def findings(complaints: pd.DataFrame) -> pd.DataFrame:
    """One decided complaint a person: an upheld one where there is any, else the first by id.

    Somebody who complains five times and is turned down four times has one grievance, and it was found justified.
    """
    decided = complaints.dropna(subset=["upheld"])
    order = decided.assign(rejected=~decided["upheld"].astype("bool")).sort_values(["rejected", "complaint_id"])
    return order.drop_duplicates("policyholder_id").sort_values("complaint_id")


def upheld_rate(complaints: pd.DataFrame) -> float:
    """Share of complainants with a decided complaint who had one upheld; one pseudo-complainant at one half."""
    decided = findings(complaints)["upheld"]
    return (float(decided.sum()) + 0.5) / (len(decided) + 1.0)


def _seller(facts: GroupFacts, dataset: Dataset, rate: float, params: StoryParams) -> Story | None:
    """One seller and findings at least as often upheld as elsewhere: real mis-selling."""
    complaints = facts.complaints
    accusing = complaints.dropna(subset=["accused_agent_id"]).drop_duplicates(["policyholder_id", "accused_agent_id"])
    n_accusing = accusing["policyholder_id"].nunique()
    if n_accusing >= facts.n_people / 2:
        agent, count = _commonest(accusing["accused_agent_id"])
        share_upheld = _upheld_share(facts, dataset, agent, rate)
        if count >= params.accused_share * n_accusing and share_upheld >= rate:
            rows = tuple(accusing.loc[accusing["accused_agent_id"] == agent, "row_key"])
            return _seller_story(count, n_accusing, share_upheld, "complaints", rows)
    sold = facts.policies.dropna(subset=["agent_id"]).drop_duplicates(["policyholder_id", "agent_id"])
    n_sold = sold["policyholder_id"].nunique()
    if n_sold:
        agent, count = _commonest(sold["agent_id"])
        share_upheld = _upheld_share(facts, dataset, agent, rate)
        if count >= params.seller_share * n_sold and count >= facts.n_people / 2 and share_upheld >= rate:
            rows = tuple(sold.loc[sold["agent_id"] == agent, "row_key"])
            return _seller_story(count, n_sold, share_upheld, "policies", rows)
    return None


def _upheld_share(facts: GroupFacts, dataset: Dataset, agent: str, rate: float) -> float:
    """Share upheld of the findings on the group and on everybody else who accuses the agent, shrunk to `rate`.

    A handful of an agent's victims may have been turned down while most of his victims were right. 0 without findings.
    """
    others = dataset["complaints"]
    others = others.loc[(others["accused_agent_id"] == agent) & ~others["row_key"].isin(facts.complaints["row_key"])]
    decided = findings(pd.concat([facts.complaints, others], ignore_index=True))["upheld"]
    return (float(decided.sum()) + 0.5 * rate) / (len(decided) + 0.5) if len(decided) else 0.0


def _seller_story(count: int, n: int, share_upheld: float, table: str, rows: tuple[str, ...]) -> Story:
    return Story(
        "seller",
        f"{n} 人中 {count} 人指向同一业务员,这些人及其他投诉该业务员者的投诉成立率 {share_upheld:.0%} 不低于全体:"
        "可能是真实销售误导",
        f"{count} of {n} point to one agent; {share_upheld:.0%} of their complaints and of other complaints about the "
        "agent were upheld, no less than elsewhere: may be real mis-selling",
        table,
        tuple(sorted(rows)),
    )


def _founded(facts: GroupFacts, rate: float, params: StoryParams) -> Story | None:
    """Findings against the insurer in half of the cases and significantly above the book's rate.

    Real wrongs have a seller in common. Where there is none, the findings alone must be out of chance's reach.
    """
    decided = findings(facts.complaints)
    n, upheld = len(decided), int(decided["upheld"].sum())
    most = params.founded_p if _has_common_seller(facts) else params.scattered_p
    if n < 3 or upheld < params.founded_share * n or float(binom.sf(upheld - 1, n, rate)) > most:
        return None
    rows = tuple(sorted(decided.loc[decided["upheld"].astype("bool"), "row_key"]))
    return Story(
        "founded",
        f"投诉已定性的 {n} 人中 {upheld} 人投诉成立,明显高于全体的 {rate:.0%}",
        f"complaints of {upheld} of {n} people with a finding were upheld, clearly above the book's {rate:.0%}",
        "complaints",
        rows,
    )


def _has_common_seller(facts: GroupFacts) -> bool:
    """Whether one agent sold to half of the people or is accused by them."""
    sold = facts.policies[["policyholder_id", "agent_id"]]
    accused = facts.complaints[["policyholder_id", "accused_agent_id"]].set_axis(sold.columns, axis=1)
    both = pd.concat([sold, accused], ignore_index=True).dropna().drop_duplicates()
    return len(both) > 0 and 2 * _commonest(both["agent_id"])[1] >= facts.n_people


def _licensed(facts: GroupFacts, dataset: Dataset, params: StoryParams) -> Story | None:
    """Half or more represented by one licensed body, of the group or of those for whom any such record is kept."""
    bodies = dataset["intermediaries"]
    licensed = bodies.loc[bodies["kind"].isin(LICENSED_KINDS), "intermediary_id"]
    by = facts.engagements
    by = by.loc[by["role"].isin(["represented", "advised"])]
    n_engaged = by["policyholder_id"].nunique()
    by = by.loc[by["intermediary_id"].isin(licensed)]
    by = by.drop_duplicates(["policyholder_id", "intermediary_id"])
    if by.empty:
        return None
    body, count = _commonest(by["intermediary_id"])
    # records of representation have gaps: where few have one, those few speak, if they are a quarter of the group
    n_asked = min(facts.n_people, max(n_engaged, 0.25 * facts.n_people / params.licensed_share))
    if count < params.licensed_share * n_asked:
        return None
    rows = tuple(sorted(by.loc[by["intermediary_id"] == body, "row_key"]))
    return Story(
        "licensed",
        f"{facts.n_people} 人中 {count} 人由同一持牌机构代理;授权合法有效即属正当维权,须核验资质",
        f"{count} of {facts.n_people} are represented by one licensed body; lawful if authorised: verify it",
        "engagements",
        rows,
    )


def one_employer(
    employers: pd.Series, n_people: int, dataset: Dataset, params: StoryParams = StoryParams(), *, max_p: float = 0.01
) -> Story | None:
    """An employer that insured its people and closed, or settled for them all: one account, one phone, one letter.

    Parameters
    ----------
    employers : of those of the people whose employer is on file, indexed by policyholder id. n_people : how many the
        group has. max_p : words that so many people of the book give as employer (farmer, self-employed) that chance
        puts as many into the group with more than this probability name no employer.
    """
    if employers.empty:
        return None
    name, n = _commonest(employers)
    if n < max(2, params.employer_share * n_people):
        return None
    share = float((dataset["policyholders"]["employer"] == name).fillna(False).mean())
    if float(binom.sf(n - 1, n_people, share)) > max_p:
        return None
    return Story(
        "one_employer",
        f"{n_people} 人中 {n} 人为同一单位员工:可能是单位统一投保后停业、改制或集体协商退保",
        f"{n} of {n_people} work for one employer: may have insured its people, and closed or settled for them all",
        "policyholders",
        tuple(sorted(employers.index[employers == name].astype("str"))),
    )


def _usual_outcome(facts: GroupFacts) -> Story | None:
    """Payments above cash value no more frequent than among others with a case, or too few for a broker's clients."""
    table = facts.complaints if len(facts.complaints) else facts.policies
    name = "complaints" if len(facts.complaints) else "policies"
    rows = tuple(sorted(table["row_key"]))
    if not rows:
        return None
    return Story(
        "usual_outcome",
        f"{facts.n_homes} 户中 {facts.n_good_homes} 户获超现金价值支付,属正常水平",
        f"{facts.n_good_homes} of {facts.n_homes} households were paid above cash value, nothing unusual",
        name,
        rows,
    )


def _commonest(values: pd.Series) -> tuple[str, int]:
    """Most frequent value and its count; the smallest of equals."""
    counts = values.value_counts()
    top = counts.loc[counts == counts.max()]
    name = min(top.index)
    return str(name), int(counts[name])
