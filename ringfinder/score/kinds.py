"""Which independent kinds of evidence tie a group, and which of them bear on the same people.

In:  Book, people, ties to linking values, templates.   Out: names of kinds: value kinds, and 'template'.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.special import pdtrc

from ringfinder.model.book import Book


def linking_ties(book: Book) -> pd.DataFrame:
    """Fresh ties to linking values: columns holder, value_id, kind."""
    verdict = (book.values["verdict"] == "evidence").to_numpy()
    links = book.links
    used = links.loc[verdict[links["value_id"].to_numpy()] & links["is_fresh"].to_numpy()]
    ties: pd.DataFrame = used.drop_duplicates(["holder", "value_id"])[["holder", "value_id", "kind"]]
    return ties


def evidence_kinds(
    book: Book,
    people: NDArray[np.int64],
    ties: pd.DataFrame,
    template_of: NDArray[np.int64],
    *,
    linking_templates: Collection[int] | NDArray[np.int64] = (),
    min_template_share: float = 1 / 3,
) -> tuple[str, ...]:
    """Independent kinds of evidence that tie at least two households of the group: value kinds, and 'template'.

    A template counts where three households of the group write it and at least `min_template_share` of all its
    writers share values that speak for a broker: victims of one seller pass a letter on too, but to people who share
    nothing else. A template that links its writers in its own right (`linking_templates`) counts as well.
    """
    own = ties.loc[ties["holder"].isin(people)]
    home = book.household[own["holder"].to_numpy()] if len(own) else np.zeros(0, dtype=np.int32)
    n_homes = own.assign(home=home).groupby(["kind", "value_id"], sort=True)["home"].nunique()
    kinds = set(n_homes.loc[n_homes >= 2].index.get_level_values("kind")) if len(n_homes) else set()
    written = template_of[people]
    homes = book.household[people]
    is_linked = np.isin(np.arange(book.n_holders), ties["holder"].to_numpy())
    for template in np.unique(written[written >= 0]):
        share = float(is_linked[template_of == template].mean())
        is_known = share >= min_template_share or template in linking_templates
        if len(np.unique(homes[written == template])) >= 3 and is_known:
            kinds.add("template")
    return tuple(sorted(kinds))


def corroborating_kinds(
    book: Book,
    people: NDArray[np.int64],
    ties: pd.DataFrame,
    kinds: tuple[str, ...],
    *,
    template_of: NDArray[np.int64],
    among: NDArray[np.int64],
    min_tied_share: float = 1 / 5,
    max_p: float = 0.01,
) -> tuple[str, ...]:
    """The kinds that bear on the same people: those of the fragment with most kinds, and 'template'.

    Two fragments that likeness joined, each tied by one value, are two thin claims and no claim twice proven. Nor do a
    few of the writers of one letter who share a value prove the letter: any sixty people have a pair among them who
    went to one courier shop. They do where chance puts so many shared values among as many people hardly ever.

    Parameters
    ----------
    kinds : of the whole group, from `evidence_kinds`. template_of : shape (n_holders,), -1 for none. among : the
        people chance draws from. min_tied_share, max_p : values that tie fewer of the group's households corroborate
        nothing, unless chance gives its letter writers as many shared values with at most this probability.
    """
    own = ties.loc[ties["holder"].isin(people)]
    if own.empty:
        return kinds
    person, value = pd.factorize(own["holder"])[0], pd.factorize(own["value_id"])[0]
    n = int(person.max()) + int(value.max()) + 2
    graph = coo_matrix((np.ones(len(own)), (person, value + int(person.max()) + 1)), shape=(n, n))
    part = connected_components(graph, directed=False)[1][person]
    home = book.household[own["holder"].to_numpy()]
    homes = own.assign(part=part, home=home).groupby(["part", "kind", "value_id"], sort=True)["home"].nunique()
    shared = homes.loc[homes >= 2].reset_index()
    tied = np.unique(home[own["value_id"].isin(shared["value_id"])])
    is_few = len(tied) < min_tied_share * len(np.unique(book.household[people]))
    writers = people[template_of[people] >= 0]
    if is_few and sharing_chance(book, writers, ties, among=among) > max_p:
        return ("template",) if "template" in kinds else ()
    best = max((tuple(sorted(rows["kind"].unique())) for _, rows in shared.groupby("part")), key=len, default=())
    return (*best, "template") if "template" in kinds else best


def sharing_chance(book: Book, people: NDArray[np.int64], ties: pd.DataFrame, *, among: NDArray[np.int64]) -> float:
    """Probability that people drawn at random share as many linking values as these do.

    The values that tie a ring are among those chance draws from, so the probability is stated too high, not too low.

    Parameters
    ----------
    people : positions in the book. ties : from `linking_ties`. among : positions they are drawn from.

    Returns
    -------
    Upper tail of a Poisson distribution, whose mean is the sum over values of the chance that two households or more
    of as many as hold it are drawn. 1 where nothing is shared.
    """
    n_homes, n_all = len(np.unique(book.household[people])), len(np.unique(book.household[among]))
    homes = pd.DataFrame({"value_id": ties["value_id"], "home": book.household[ties["holder"].to_numpy()]})
    is_own = ties["holder"].isin(people)
    held = homes.loc[ties["holder"].isin(among)].drop_duplicates().groupby("value_id", sort=True).size().to_numpy()
    shared = int((homes.loc[is_own].drop_duplicates().groupby("value_id").size() >= 2).sum())
    if not shared:
        return 1.0
    share = n_homes / max(1, n_all)
    two_or_more = 1.0 - (1.0 - share) ** held - held * share * (1.0 - share) ** np.maximum(held - 1, 0)
    return round(float(pdtrc(shared - 1, float(two_or_more.sum()))), 12)
