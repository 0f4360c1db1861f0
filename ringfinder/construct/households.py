"""Who lives together, so that a family counts once wherever people are counted.

In:  Dataset, links.   Out: household number of each policyholder.
Recorded kin, a room-level address held by a handful, or a policy-side phone or premium account shared by a handful
of one surname. What a case brings together is not a family: values taken up around one prove nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.construct.events import holder_position
from ringfinder.construct.links import CASE_ROLES
from ringfinder.identifiers import get_kind
from ringfinder.model.dataset import Dataset


def find_households(
    dataset: Dataset,
    links: pd.DataFrame,
    holders: NDArray[np.object_],
    *,
    max_people: int = 6,
) -> NDArray[np.int32]:
    """Household number of each holder, numbered by first holder.

    Parameters
    ----------
    links : from `build_links`, with `is_fresh`.
    max_people : a home, phone or account with more people than this is no family's.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    relations = dataset["relations"]
    left = holder_position(relations["policyholder_id"], holders).astype(np.int64)
    right = holder_position(relations["related_policyholder_id"], holders).astype(np.int64)
    known = (left >= 0) & (right >= 0)
    pairs = [(left[known], right[known])]
    people = dataset["policyholders"].set_index("policyholder_id").reindex(holders)
    pairs.append(_same_home(people["address"].reset_index(drop=True), max_people))
    surname = people["name"].str.slice(0, 1).reset_index(drop=True)
    pairs.append(same_surname(links, surname, max_people))
    a = np.concatenate([p[0] for p in pairs]).astype(np.int64)
    b = np.concatenate([p[1] for p in pairs]).astype(np.int64)
    n = len(holders)
    joined = coo_matrix((np.ones(len(a), dtype=np.int8), (a, b)), shape=(n, n))
    labels = connected_components(joined, directed=False)[1]
    _, first, code = np.unique(labels, return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.int32)
    order[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return order[code] if n else np.zeros(0, dtype=np.int32)


def _chain(
    key: NDArray[np.int64], holder: NDArray[np.int64], max_people: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Join each key's holders in a chain where they are 2 to max_people."""
    pairs = np.unique(np.stack([key, holder], axis=1), axis=0) if len(key) else np.zeros((0, 2), dtype=np.int64)
    _, code, count = np.unique(pairs[:, 0], return_inverse=True, return_counts=True)
    small = count[code] <= max_people
    pairs = pairs[small]
    same = pairs[1:, 0] == pairs[:-1, 0]
    return pairs[:-1][same, 1], pairs[1:][same, 1]


def _same_home(address: pd.Series, max_people: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    # two spellings of one home agree in their digits: only addresses that share them need the full normalising
    digits = address.str.normalize("NFKC").str.replace(r"[^0-9]+", "-", regex=True)
    some = np.flatnonzero((address.notna() & digits.duplicated(keep=False)).to_numpy())
    kind = get_kind("address")
    value = kind.normalise(address.iloc[some]).values
    usable = (value.notna() & kind.room_level(value)).to_numpy()
    code = pd.factorize(value[usable], sort=True)[0].astype(np.int64)
    return _chain(code, some[usable].astype(np.int64), max_people)


def family_links(links: pd.DataFrame, max_people: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(value, holder) of the phones and accounts that may be a family's: of a policy, and held by a handful."""
    own = links.loc[links["kind"].isin(["phone", "account"]) & ~links["role"].isin(CASE_ROLES) & ~links["is_fresh"]]
    holder = own["holder"].to_numpy(dtype=np.int64)
    value = pd.factorize(own["kind"] + ":" + own["value"], sort=True)[0].astype(np.int64)
    if not len(holder):
        return value, holder
    pairs = np.unique(np.stack([value, holder], axis=1), axis=0)
    # a number that many hold is no family's, whatever their surnames
    few = np.bincount(pairs[:, 0]) <= max_people
    pairs = pairs[few[pairs[:, 0]]]
    return pairs[:, 0], pairs[:, 1]


def same_surname(
    links: pd.DataFrame, surname: pd.Series, max_people: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of holders who share a family's value and the first character of their names."""
    value, holder = family_links(links, max_people)
    name = surname.to_numpy(dtype=object)[holder] if len(holder) else np.zeros(0, dtype=object)
    named = pd.notna(name)
    name_code = pd.factorize(pd.Series(name[named]), sort=True)[0].astype(np.int64)
    return _chain(value[named] * 100_000 + name_code, holder[named], max_people)
