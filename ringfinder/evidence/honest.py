"""What speaks for a group's people: the two sides compared, the benign explanation that fits best, long custom.

In:  a tested group, Book, Dataset.   Out: `Draft`s.   Never tests: the stories that clear a group are the score's.
Real mis-selling is concentrated on the seller's side and scattered on the complaint side; a ring is the reverse; a
former agent who works his client book is concentrated on both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from ringfinder.evidence.draft import Draft, cited, rows_of
from ringfinder.evidence.members import ring_templates, shared_ties
from ringfinder.evidence.scene import CASE_ROLES, Scene
from ringfinder.model.book import LICENSED_KINDS
from ringfinder.model.ring import Direction
from ringfinder.model.scored import THIN, ScoredGroup

#: a side is concentrated from this share on
_HALF = 0.5
_LONG_YEARS = 10

#: (complaint side concentrated, seller side concentrated) -> direction and words
_READINGS: Mapping[tuple[bool, bool], tuple[Direction, str, str]] = {
    (True, False): (
        "for",
        "投诉侧集中、销售侧分散,形态近于团伙(同一律师的委托人亦如此)",
        "together in complaining, scattered in buying: as in a ring, or among one lawyer's clients",
    ),
    (True, True): (
        "against",
        "两侧均集中:可能是离职业务员经营其客户,也可能是同一业务员的客户相互转告",
        "together on both sides: a former agent working his clients, or one agent's clients who told each other",
    ),
    (False, True): (
        "against",
        "投诉侧分散、销售侧集中,形态近于真实销售误导",
        "scattered in complaining, together in buying: as in real mis-selling",
    ),
    (False, False): ("against", "两侧均不集中,关联较弱", "together on neither side: a weak tie"),
}


def two_sides(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """How concentrated the group is on the complaint side and on the seller's side, each by itself."""
    rows, table = _about(group, scene)
    if rows.empty:
        return
    book = scene.book
    tied = np.union1d(shared_ties(book, group.people)["holder"], ring_templates(scene, group.people)["holder"])
    n, n_homes = len(np.unique(book.household[tied.astype(np.int64)])), len(np.unique(book.household[group.people]))
    complaint, seller = n / n_homes, _seller_share(group)
    direction, zh, en = _READINGS[complaint >= _HALF, seller >= _HALF]
    yield Draft(
        "sides",
        direction,
        f"投诉侧集中度 {complaint:.0%}({n_homes} 户中 {n} 户共用投诉退保所用标识或投诉信模板),"
        f"销售侧集中度 {seller:.0%}(指向同一业务员):{zh}",
        f"complaint side {complaint:.0%} ({n} of {n_homes} households share values used in cases or a template), "
        f"seller side {seller:.0%} (point to one agent): {en}",
        0.0,
        table,
        cited(rows),
    )


def best_explanation(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """The benign explanation that comes nearest, and how near, for a group that none explains."""
    rows, table = _about(group, scene)
    if rows.empty or any(story.name != THIN for story in group.stories):
        return
    fit, zh, en = max(_fits(group, scene), key=lambda told: told[0])
    if fit <= 0:
        return
    yield Draft(
        "benign",
        "against",
        f"最接近的合理解释:{zh};符合程度 {fit:.0%},不足以解释全组,仍须核实",
        f"the benign explanation that fits best: {en}; it fits to {fit:.0%}, not the whole group: verify it",
        fit,
        table,
        cited(rows),
    )


def long_custom(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """People insured for many years before their first case: old customers with something to lose."""
    events = scene.book.events
    first_case = events.loc[events["holder"].isin(group.people)].groupby("holder")["day"].min()
    policies = rows_of(scene, "policies", group).dropna(subset=["issued_on"])
    oldest = policies.sort_values(["issued_on", "row_key"]).drop_duplicates("policyholder_id")
    holder = np.searchsorted(scene.book.holders, oldest["policyholder_id"].to_numpy(dtype=object))
    case = first_case.reindex(holder).to_numpy()
    is_long = case - oldest["issued_on"].to_numpy() >= np.timedelta64(round(_LONG_YEARS * 365.25), "D")
    n = int(is_long.sum())
    if n:
        yield Draft(
            "tenure",
            "against",
            f"{n} 人在首次投诉或退保前投保已满 {_LONG_YEARS} 年",
            f"{n} {'person' if n == 1 else 'people'} insured for {_LONG_YEARS} years or more before a first case",
            n / len(group.people),
            "policies",
            cited(oldest.loc[is_long]),
        )


def _about(group: ScoredGroup, scene: Scene) -> tuple[pd.DataFrame, str]:
    """The rows that say whom people accuse, else those that say who sold to them."""
    complaints = rows_of(scene, "complaints", group)
    return (complaints, "complaints") if len(complaints) else (rows_of(scene, "policies", group), "policies")


def _seller_share(group: ScoredGroup) -> float:
    names = ("accused_concentration", "seller_concentration")
    return max((s.value for s in group.signals if s.name in names), default=0.0)


def _fits(group: ScoredGroup, scene: Scene) -> Iterator[tuple[float, str, str]]:
    """Share of the group that each benign explanation accounts for, with its words."""
    lift = next((s.value for s in group.signals if s.name == "upheld_lift"), 0.0)
    seller = _seller_share(group)
    yield (
        seller * min(1.0, lift),
        f"同一业务员的真实受害人({seller:.0%} 指向同一业务员,投诉成立率为全体的 {lift:.1f} 倍)",
        f"one agent's real victims ({seller:.0%} point to one agent, upheld {lift:.1f} times as often as elsewhere)",
    )
    bodies = scene.dataset["intermediaries"]
    licensed = bodies.loc[bodies["kind"].isin(LICENSED_KINDS), "intermediary_id"]
    engaged = rows_of(scene, "engagements", group)
    engaged = engaged.loc[engaged["role"].isin(CASE_ROLES) & engaged["intermediary_id"].isin(licensed)]
    clients = int(engaged.groupby("intermediary_id")["policyholder_id"].nunique().max()) if len(engaged) else 0
    yield (
        clients / len(group.people),
        f"同一持牌机构合法代理({clients} 人)",
        f"one licensed body that represents them ({clients} people)",
    )
    home = scene.book.household[group.people]
    kin = len(home) - len(np.unique(home))
    yield (
        kin / len(group.people),
        f"家庭成员一同办理(除每户一人外另有 {kin} 人)",
        f"families acting together ({kin} people beside one of each household)",
    )
    written = rows_of(scene, "complaints", group)
    own = scene.letters.loc[scene.letters["holder"].isin(group.people)]
    alone = own.loc[own["verdict"] == "own_words", "holder"].nunique()
    yield (
        alone / len(group.people) if len(written) else 0.0,
        f"各自独立投诉({alone} 人的来信未见模板痕迹)",
        f"people who complain each by themselves (letters of {alone} show no template)",
    )
