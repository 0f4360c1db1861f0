"""Who belongs to a ring, in which role, since when and why.

In:  `ScoredGroup`, Book, Letters.   Out: `Member`s.
Every member needs evidence of their own: core holds two ties or one and the ring's letter; a member holds one tie or
resembles the group; an associate holds a value of the ring without a case of their own and is never counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.evidence.scene import Scene
from ringfinder.identifiers.channels import channel_words
from ringfinder.model.book import Book
from ringfinder.model.ring import Member
from ringfinder.model.scored import ScoredGroup

#: why somebody without a tie of the group's is in it, by channel
_BY_LETTER = (
    "无登记共用标识,仅凭该模板关联,须人工核实",
    "no shared identifier on file: linked by that letter alone; verify by hand",
)
_WITHOUT_TIE = {
    "refund": (
        "无登记共用标识,凭信件、地区、时间与结果相似纳入,须人工核实",
        "no shared identifier on file: included for likeness of letter, place, dates and outcome; verify by hand",
    ),
    "arbitrage": (
        "保单尚未退保,与组内多数人同一业务员代码或付款账户,须人工核实",
        "still insured, through a seller or payer most of whose clients are in the group; verify by hand",
    ),
}

#: what an associate lacks, by channel
_WITHOUT_CASE = {
    "refund": ("无对应投诉或协议退保", "a matching case"),
    "arbitrage": ("无对应早期退保", "an early surrender"),
}


def group_ties(book: Book, people: NDArray[np.int64]) -> pd.DataFrame:
    """Links of `people` to linking values, taken up around a case: `Book.links` columns, sorted."""
    verdict = (book.values["verdict"] == "evidence").to_numpy()
    links = book.links
    keep = verdict[links["value_id"].to_numpy()] & links["is_fresh"].to_numpy() & np.isin(links["holder"], people)
    ties: pd.DataFrame = links.loc[keep]
    return ties


def shared_ties(book: Book, people: NDArray[np.int64]) -> pd.DataFrame:
    """The ties whose value at least two households of the group hold."""
    ties = group_ties(book, people)
    home = pd.Series(book.household[ties["holder"].to_numpy()], index=ties.index)
    n_homes = home.groupby(ties["value_id"]).transform("nunique") if len(ties) else home
    return ties.loc[n_homes >= 2]


def ring_templates(scene: Scene, people: NDArray[np.int64], *, min_households: int = 3) -> pd.DataFrame:
    """Letters of the group linked to a template that `min_households` or more of its households use."""
    table = scene.letters
    own = table.loc[(table["verdict"] == "linked") & table["holder"].isin(people)]
    home = pd.Series(scene.book.household[own["holder"].to_numpy()], index=own.index)
    n_homes = home.groupby(own["template_id"]).transform("nunique") if len(own) else home
    return own.loc[n_homes >= min_households]


def build_members(
    group: ScoredGroup, scene: Scene, ring_of: Mapping[int, str] = MappingProxyType({})
) -> tuple[Member, ...]:
    """Members of a group, core first, strongest first, then by id; associates last.

    Parameters
    ----------
    ring_of : ring id of people (positions in the book) in a ring of the channel: an associate may be in another.
    """
    book = scene.book
    ties = shared_ties(book, group.people)
    written = ring_templates(scene, group.people)
    score = book.values["score"].to_numpy()
    n_fresh = np.maximum(1, book.values["n_fresh"].to_numpy())
    distinct = ties.drop_duplicates(["holder", "value_id"])
    nats = pd.Series((score / n_fresh)[distinct["value_id"].to_numpy()], index=distinct["holder"].to_numpy())
    tie_nats = nats.groupby(level=0).sum()
    tie_count = nats.groupby(level=0).size()
    joined = _joined(book, group.people, ties)
    by_kind = {int(str(h)): tuple(sorted(rows["kind"])) for h, rows in distinct.groupby("holder", sort=True)}
    template_of = written.drop_duplicates("holder").set_index("holder")["template_id"]
    members = []
    for number, person in enumerate(group.people.tolist()):
        n_ties = int(tie_count.get(person, 0))
        template = str(template_of.get(person, ""))
        likeness = float(group.likeness[number])
        strength = 1.0 - float(np.exp(-(float(tie_nats.get(person, 0.0)) + max(0.0, likeness) / 2) / 2))
        is_core = n_ties >= 2 or (n_ties == 1 and template != "")
        by_letter = bool(group.is_linked[number]) and template != ""
        zh, en = _reason(by_kind.get(person, ()), template, *(_BY_LETTER if by_letter else _WITHOUT_TIE[group.kind]))
        members.append(
            Member(
                policyholder_id=str(book.holders[person]),
                role="core" if is_core else "member",
                strength=round(strength, 6),
                joined_on=joined.get(person),
                zh=zh,
                en=en,
            )
        )
    order = {"core": 0, "member": 1, "associate": 2}
    members += _associates(group, book, ties, ring_of)
    return tuple(sorted(members, key=lambda m: (order[m.role], -m.strength, m.policyholder_id)))


def _joined(book: Book, people: NDArray[np.int64], ties: pd.DataFrame) -> dict[int, pd.Timestamp]:
    """First date of each person with the ring: first tie, or first case where no tie has a date."""
    first_tie = ties.groupby("holder")["since"].min()
    events = book.events.loc[book.events["holder"].isin(people) & (book.events["kind"] != "cooling_off")]
    first_case = events.groupby("holder")["day"].min()
    both = first_tie.combine_first(first_case)
    return {int(str(holder)): day for holder, day in both.items() if not pd.isna(day)}


def _reason(kinds: tuple[str, ...], template: str, no_tie_zh: str, no_tie_en: str) -> tuple[str, str]:
    zh, en = [], []
    for kind in sorted(set(kinds)):
        word_zh, word_en = channel_words(kind)
        count = kinds.count(kind)
        zh.append(f"与组内他人共用{word_zh} {count} 个")
        en.append(f"shares {count} {word_en}{'s' if count > 1 else ''} with others of the group")
    if template:
        zh.append(f"投诉信与模板 {template} 关联")
        en.append(f"letter linked to template {template}")
    if not kinds:
        zh.append(no_tie_zh)
        en.append(no_tie_en)
    return ";".join(zh), "; ".join(en)


def _associates(group: ScoredGroup, book: Book, ties: pd.DataFrame, ring_of: Mapping[int, str]) -> list[Member]:
    """Others who hold a value of the ring: linked, without a case of their own, or with one in another ring."""
    links = book.links
    no_case_zh, no_case_en = _WITHOUT_CASE[group.kind]
    near = links.loc[
        links["value_id"].isin(ties["value_id"].unique()) & ~links["holder"].isin(group.people)
    ].drop_duplicates(["holder", "value_id"])
    out = []
    for holder, rows in near.groupby("holder", sort=True):
        zh, en = zip(*(channel_words(kind) for kind in sorted(set(rows["kind"]))), strict=True)
        since, elsewhere = rows["since"].min(), ring_of.get(int(str(holder)))
        lack_zh = f"案件属线索 {elsewhere}" if elsewhere else no_case_zh
        lack_en = f"with a case in {elsewhere}" if elsewhere else f"without {no_case_en}"
        out.append(
            Member(
                policyholder_id=str(book.holders[int(str(holder))]),
                role="associate",
                strength=0.0,
                joined_on=None if pd.isna(since) else since,
                zh=f"持有组内共用的{'、'.join(zh)},但{lack_zh},仅作关联人",
                en=f"holds a {', '.join(en)} of the group {lack_en}: linked person only",
            )
        )
    return out
