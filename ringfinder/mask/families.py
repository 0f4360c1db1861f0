"""Surnames without the names: who may be one family, and nothing else.

In:  Dataset, key.   Out: one character for each policyholder.   Never keeps a surname.
People who share a family's phone or account and a surname get one character, all others get their own: so a frequent
surname does not stand out.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.construct.book import ConstructParams
from ringfinder.construct.events import build_events
from ringfinder.construct.households import family_links, same_surname
from ringfinder.construct.links import build_links, mark_fresh
from ringfinder.mask.keys import MaskKey
from ringfinder.model.dataset import Dataset

#: rare characters of the supplementary plane (CJK extension B): text to every program, a name to nobody
_FIRST, _COUNT = 0x20000, 42_711
_MOST_TURNS = 200


def family_marks(dataset: Dataset, key: MaskKey, params: ConstructParams = ConstructParams()) -> pd.Series[str]:
    """The character of each policyholder, in the order of the table; NaN without a name."""
    people = dataset["policyholders"].set_index("policyholder_id")["name"]
    holders = np.sort(people.index.to_numpy(dtype=object))
    events = build_events(dataset, holders)
    links = build_links(dataset, holders)
    links["is_fresh"] = mark_fresh(
        links, events, before_days=params.fresh_before_days, after_days=params.fresh_after_days
    )
    surname = people.reindex(holders).str.slice(0, 1).reset_index(drop=True)
    left, right = same_surname(links, surname, params.household_max_people)
    family = _families(len(holders), left, right)
    marks = _marks(family, family_links(links, params.household_max_people), holders, key)
    named = pd.Series(marks, index=holders, dtype="str").where(people.reindex(holders).notna())
    return named.reindex(people.index).reset_index(drop=True).astype("str")


def _families(n: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """First holder of each holder's family."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(n, n))
    label = connected_components(graph, directed=False)[1]
    first = np.full(n, n, dtype=np.int64)
    np.minimum.at(first, label, np.arange(n, dtype=np.int64))
    return np.asarray(first[label], dtype=np.int64)


def _marks(
    family: NDArray[np.int64],
    shared: tuple[NDArray[np.int64], NDArray[np.int64]],
    holders: NDArray[np.object_],
    key: MaskKey,
) -> list[str]:
    """A character for each holder: of two families that hold one value, never the same."""
    value, holder = shared
    salt = np.zeros(len(holders), dtype=np.int64)
    code = np.zeros(len(holders), dtype=np.int64)
    roots = np.unique(family)
    for _ in range(_MOST_TURNS):
        drawn = [int(key.digest("family", f"{salt[r]} {holders[r]}"), 16) % _COUNT for r in roots.tolist()]
        code[roots] = drawn
        cells = pd.DataFrame({"value": value, "code": code[family[holder]], "family": family[holder]})
        cells = cells.drop_duplicates().sort_values(["value", "code", "family"], kind="stable")
        clash = np.unique(cells.loc[cells.duplicated(["value", "code"]), "family"].to_numpy(dtype=np.int64))
        if not len(clash):
            break
        salt[clash] += 1
        roots = clash
    return [chr(_FIRST + c) for c in code[family].tolist()]
