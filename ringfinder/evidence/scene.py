"""What the statements about groups look at: the rows near the groups, and the totals they are compared with.

In:  groups, Book, Letters, Dataset.   Out: `Scene`, made once a channel.   Never says anything about a group.
A big book has millions of rows and a handful of groups; cutting once is what keeps a statement cheap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ringfinder.identifiers import get_kind
from ringfinder.model.book import Book
from ringfinder.model.dataset import Dataset
from ringfinder.model.letters import Letters
from ringfinder.model.repeats import serial_rate
from ringfinder.model.scored import ScoredGroup

#: tables whose rows statements count
_TABLES = ("complaints", "engagements", "policies")
#: roles of an intermediary that works a case
CASE_ROLES = ("represented", "advised")


@dataclass(frozen=True)
class Scene:
    """The rows near the groups of one channel, and what is compared with the whole book.

    Attributes
    ----------
    book : the book the groups were judged in; of its links, those of values that somebody in a group holds.
    dataset : complaints, engagements and policies of people in groups; other tables whole.
    letters : `LETTER_COLUMNS` of people in groups, and holder, their position in the book.
    masked : masked text by value id, of the values in `book.links`.
    n_letters, template_users : letters of the whole book; people by template.
    serial_rate : share of all complainants who file again and again.
    former_share : share of all policyholders who bought from a former agent, by agent.
    clients : people an intermediary represents or advises, by intermediary.
    """

    book: Book
    dataset: Dataset
    letters: pd.DataFrame
    masked: pd.Series
    n_letters: int
    template_users: pd.Series
    serial_rate: float
    former_share: pd.Series
    clients: pd.Series


def set_scene(groups: Sequence[ScoredGroup], book: Book, letters: Letters, dataset: Dataset) -> Scene:
    """Cut the tables to the groups and work out the totals."""
    people = np.unique(np.concatenate([group.people for group in groups])) if groups else np.zeros(0, dtype=np.int64)
    ids = book.holders[people]
    held = np.unique(book.links.loc[book.links["holder"].isin(people), "value_id"].to_numpy())
    links = book.links.loc[book.links["value_id"].isin(held)]
    table = letters.letters
    own = table.loc[table["policyholder_id"].isin(ids)]
    linked = table.loc[table["verdict"] == "linked"]
    engaged = dataset["engagements"]
    near = {name: dataset[name].loc[dataset[name]["policyholder_id"].isin(ids)] for name in _TABLES}
    return Scene(
        book=replace(book, links=links),
        dataset=replace(dataset, tables={**dataset.tables, **near}),
        letters=own.assign(holder=people[pd.Index(ids).get_indexer(pd.Index(own["policyholder_id"]))]),
        masked=_masked(book.values.iloc[held]),
        n_letters=len(table),
        template_users=linked.groupby("template_id")["policyholder_id"].nunique(),
        serial_rate=serial_rate(dataset["complaints"]),
        former_share=_former_share(book, dataset),
        clients=engaged.loc[engaged["role"].isin(CASE_ROLES)].groupby("intermediary_id")["policyholder_id"].nunique(),
    )


def _masked(values: pd.DataFrame) -> pd.Series:
    parts = [
        pd.Series(get_kind(str(kind)).mask(part["value"]).to_numpy(), index=part["value_id"].to_numpy())
        for kind, part in values.groupby("kind", sort=True)
    ]
    return pd.concat(parts) if parts else pd.Series(dtype="str")


def _former_share(book: Book, dataset: Dataset) -> pd.Series:
    bodies, policies = dataset["intermediaries"], dataset["policies"]
    left = bodies.loc[(bodies["kind"] == "ex_agent") | bodies["left_on"].notna(), "intermediary_id"]
    sold = policies.loc[policies["agent_id"].isin(left)]
    return sold.groupby("agent_id")["policyholder_id"].nunique() / max(1, book.n_holders)
