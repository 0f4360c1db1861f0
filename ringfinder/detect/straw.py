"""Groups of the arbitrage channel: components of early leavers, completed by those still insured.

In:  the seller's-side Book, Communities of its evidence graph.   Out: `SellerGroup`s.
Nobody is attached by likeness here: codes and payers complete a group by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ringfinder.detect.fragments import n_households
from ringfinder.model.book import Book
from ringfinder.model.communities import Communities
from ringfinder.model.graph import POLICYHOLDER


@dataclass(frozen=True)
class SellerGroup:
    """People tied by sellers, payers and devices.

    people : positions in the book, sorted. is_linked : shape (n_people,), left early through a value of the group;
        the others hold a value most of whose holders are in the group, and are still insured.
    """

    people: NDArray[np.int64]
    is_linked: NDArray[np.bool_]


def group_straw_holders(
    book: Book, communities: Communities, *, min_households: int = 3, min_share: float = 0.5
) -> tuple[SellerGroup, ...]:
    """Groups of at least `min_households` households, largest first.

    Parameters
    ----------
    book : from `build_seller_book`; communities : of `evidence_graph(book)`.
    min_share : the remaining holders of a payer or a code join where the group is at least this part of its households.
    """
    graph = communities.graph
    found = []
    for nodes in communities:
        names = graph.names[nodes[graph.kinds[nodes] == POLICYHOLDER]]
        linked = np.sort(np.searchsorted(book.holders, names)).astype(np.int64)
        if n_households(book, linked) >= min_households:
            people = _completed(book, linked, min_share)
            found.append(SellerGroup(people, np.isin(people, linked)))
    found.sort(key=lambda g: (-len(g.people), int(g.people[0])))
    return tuple(found)


def _completed(book: Book, linked: NDArray[np.int64], min_share: float) -> NDArray[np.int64]:
    links = book.links
    verdict = (book.values["verdict"] == "evidence").to_numpy()[links["value_id"].to_numpy()]
    ties = links.loc[verdict & links["role"].isin(["sold", "premium"]).to_numpy()]
    ours = ties.loc[ties["holder"].isin(linked) & ties["is_fresh"], "value_id"].unique()
    ties = ties.loc[ties["value_id"].isin(ours)]
    home = book.household[ties["holder"].to_numpy()]
    inside = np.isin(home, book.household[linked])
    share = ties.assign(home=home, inside=inside).drop_duplicates(["value_id", "home"]).groupby("value_id")["inside"]
    kept = share.mean()
    chosen = kept.index[kept >= min_share]
    return np.unique(np.concatenate([linked, ties.loc[ties["value_id"].isin(chosen), "holder"].to_numpy(np.int64)]))
