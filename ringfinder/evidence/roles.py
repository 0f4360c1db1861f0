"""Who plays which part in a ring: organiser, intermediary, former agent; everybody else is an induced policyholder.

In:  a tested group, Book, Dataset.   Out: `Draft`s, one a part.   Never judges a group.
A part is a lead as well: policyholders are witnesses or victims first.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ringfinder.evidence.draft import Draft, cited, rows_of
from ringfinder.evidence.members import shared_ties
from ringfinder.evidence.scene import CASE_ROLES, Scene
from ringfinder.identifiers import get_kind
from ringfinder.model.book import LICENSED_KINDS
from ringfinder.model.scored import ScoredGroup

#: roles of a value that is a person's own by contract, not taken up for a case
_OWN_ROLES = ("policy", "premium")


def organisers(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Policyholders whose own phone or account, on file from their policy, serves the cases of other households."""
    book = scene.book
    ties = shared_ties(book, group.people)
    links = book.links
    own = links.loc[
        links["value_id"].isin(ties["value_id"]) & links["role"].isin(_OWN_ROLES) & ~links["is_fresh"], :
    ].drop_duplicates(["holder", "value_id"])
    # a number of a whole family, or of many by contract, is nobody's own
    own = own.loc[own.groupby("value_id")["holder"].transform("nunique") == 1] if len(own) else own
    for person, values in own.groupby("holder", sort=True):
        served = ties.loc[ties["value_id"].isin(values["value_id"])]
        served = served.loc[book.household[served["holder"].to_numpy()] != book.household[int(str(person))]]
        n = len(np.unique(book.household[served["holder"].to_numpy()]))
        if n < 2:
            continue
        who = str(book.holders[int(str(person))])
        table = str(served["source_table"].min())
        part = served.loc[served["source_table"] == table]
        yield Draft(
            "organiser",
            "for",
            f"投保人 {who} 的本人登记号码或账户被其他 {n} 户用于投诉退保:可能是组织者或联系人,须核实",
            f"the own number or account of policyholder {who} serves the cases of {n} other households: "
            "possibly an organiser or a contact; verify",
            float(n),
            table,
            cited(part),
        )


def intermediaries(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Unlicensed intermediaries that represent or advise several of the group and are no shared value already."""
    rows, book = rows_of(scene, "engagements", group), scene.book
    bodies = scene.dataset["intermediaries"]
    licensed = bodies.loc[bodies["kind"].isin(LICENSED_KINDS), "intermediary_id"]
    said = book.values.loc[(book.values["kind"] == "intermediary") & (book.values["verdict"] == "evidence"), "value"]
    rows = rows.loc[rows["role"].isin(CASE_ROLES)]
    rows = rows.loc[~rows["intermediary_id"].isin(licensed) & ~rows["intermediary_id"].isin(said)]
    for intermediary, part in rows.groupby("intermediary_id", sort=True):
        n = part["policyholder_id"].nunique()
        if n < 2:
            continue
        clients = int(scene.clients[intermediary])
        shown = str(get_kind("intermediary").mask(pd.Series([intermediary], dtype="str")).iloc[0])
        yield Draft(
            "intermediary",
            "for",
            f"{n} 人由中介 {shown} 代理或咨询(全体共 {clients} 人)",
            f"{n} people are represented or advised by intermediary {shown} ({clients} in the whole book)",
            float(n / clients),
            "engagements",
            cited(part),
        )


def former_agents(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Former agents whose client books feed the group: seller side and complaint side meet."""
    sold = rows_of(scene, "policies", group)
    own = sold.loc[sold["agent_id"].isin(scene.former_share.index)]
    n_people, share_all = len(group.people), scene.former_share
    for agent, part in own.groupby("agent_id", sort=True):
        n = part["policyholder_id"].nunique()
        lift = float(np.log((n / n_people) / float(share_all.loc[agent])))
        if n < 3 or lift < 1.0:
            continue
        shown = str(get_kind("intermediary").mask(pd.Series([agent], dtype="str")).iloc[0])
        yield Draft(
            "seller",
            "for",
            f"{n} 人的保单由离职业务员 {shown} 销售,占本组 {n / n_people:.0%},全体仅 {share_all.loc[agent]:.1%}",
            f"{n} people bought from former agent {shown}: {n / n_people:.0%} of the group, "
            f"{share_all.loc[agent]:.1%} of the book",
            lift,
            "policies",
            cited(part),
        )
