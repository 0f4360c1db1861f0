"""How much a candidate resembles a group: the columns the likeness is learned from.

In:  Traits, a partition of candidates into groups.   Out: one row a pair of candidate and group.
Never learns, never groups. All pairs are worked out together, so the cost is that of the pairs asked for, whatever the
size of the book.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ringfinder.detect.traits import DAY_SPAN, NEAR_DAYS, Traits

ITEM_KINDS = ("family", "seller", "weak", "region")
# the group's size is no feature: members are left out of theirs, so it would tell them from strangers by itself
FEATURES = ("letter_nearest", "letter_all", "letter_relative", *ITEM_KINDS, "date", "outcome", "upheld")

#: similar letters looked at in one piece
_LETTERS_AT_ONCE = 4_000_000


def labels_of(groups: list[NDArray[np.int64]], n: int) -> NDArray[np.int64]:
    """Group of each of n candidates, -1 for none; the groups don't overlap.

    Examples
    --------
    >>> labels_of([np.array([1, 3]), np.array([0])], 4).tolist()
    [1, 0, -1, 0]
    """
    labels = np.full(n, -1, dtype=np.int64)
    for k, members in enumerate(groups):
        labels[members] = k
    return labels


def features(
    traits: Traits, labels: NDArray[np.int64], asked: NDArray[np.int64], group: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Likeness of candidates to groups, shape (n_pairs, len(FEATURES)); a member is left out of his own group.

    Parameters
    ----------
    labels : shape (n_candidates,), group of each candidate, -1 for none. asked, group : shape (n_pairs,), the pairs.
    """
    size = np.bincount(labels[labels >= 0], minlength=int(group.max(initial=0)) + 1)
    inside = labels[asked] == group
    others = np.maximum(1.0, size[group] - inside.astype(np.float64))
    columns = list(_letter_features(traits, labels, asked, group, others))
    columns += [_item_feature(traits, kind, labels, asked, group, inside, others) for kind in ITEM_KINDS]
    columns += [
        _date_feature(traits, labels, asked, group, inside),
        traits.is_good[asked].astype(np.float64),
        traits.upheld[asked],
    ]
    return np.stack(columns, axis=1)


def own_evidence(
    x: NDArray[np.float64], *, by: tuple[str, ...] = ("letter_nearest", "family", "weak")
) -> NDArray[np.bool_]:
    """Which pairs have evidence of their own: a letter like the group's letters, or a weak shared value.

    Place, seller, dates and outcome are common to too many honest people to name anybody by them alone.

    Parameters
    ----------
    x : rows of `features`.
    """
    return np.asarray((x[:, [FEATURES.index(name) for name in by]] > 0).any(axis=1), dtype=np.bool_)


def kindred(traits: Traits, labels: NDArray[np.int64]) -> csr_matrix:
    """Who may have evidence of their own toward which group, binary, shape (n_candidates, n_groups).

    Everybody for whom `own_evidence` holds is among them.
    """
    members = np.flatnonzero(labels >= 0)
    n_groups = int(labels.max(initial=-1)) + 1
    of_group = csr_matrix((np.ones(len(members)), (members, labels[members])), shape=(traits.n, n_groups))
    pairs = traits.pairs
    letters = csr_matrix((np.ones(len(pairs.right)), pairs.right, traits.letter_offsets), shape=(traits.n, traits.n))
    near = letters @ of_group
    for kind in ("family", "weak"):
        held = traits.items[kind]
        near = near + held @ (held.T @ of_group)
    near = near.tocsr()
    near.sort_indices()
    near.data = np.ones(len(near.data))
    return near


def slices(start: NDArray[np.int64], stop: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The positions start[i] ... stop[i] - 1 of every slice, one after the other, and the slice each belongs to.

    Examples
    --------
    >>> position, row = slices(np.array([3, 8]), np.array([5, 9]))
    >>> position.tolist(), row.tolist()
    ([3, 4, 8], [0, 0, 1])
    """
    length = stop - start
    row = np.repeat(np.arange(len(start)), length)
    before = np.cumsum(length) - length
    return np.arange(len(row)) - before[row] + start[row], row


def _letter_features(
    traits: Traits,
    labels: NDArray[np.int64],
    asked: NDArray[np.int64],
    group: NDArray[np.int64],
    others: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    n = len(asked)
    best_in, best_out, total = np.zeros(n), np.zeros(n), np.zeros(n)
    start, stop = traits.letter_offsets[asked], traits.letter_offsets[asked + 1]
    for part in _parts(stop - start):
        pair, row = slices(start[part], stop[part])
        surprise, hit = traits.pairs.surprise[pair], labels[traits.pairs.right[pair]] == group[part][row]
        np.maximum.at(best_in[part], row[hit], surprise[hit])
        np.maximum.at(best_out[part], row[~hit], surprise[~hit])
        total[part] = np.bincount(row[hit], weights=np.maximum(0.0, surprise[hit] - 3.0), minlength=len(start[part]))
    return np.maximum(0.0, best_in - np.log(others)), total / np.sqrt(others), best_in - best_out


def _parts(length: NDArray[np.int64]) -> Iterator[slice]:
    """Runs of rows with no more than `_LETTERS_AT_ONCE` letters together."""
    ends = np.cumsum(length)
    start = 0
    while start < len(length):
        done = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + _LETTERS_AT_ONCE, side="right")))
        yield slice(start, stop)
        start = stop


def _item_feature(
    traits: Traits,
    kind: str,
    labels: NDArray[np.int64],
    asked: NDArray[np.int64],
    group: NDArray[np.int64],
    inside: NDArray[np.bool_],
    others: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Best shared item: ln of (share in the group, shrunk by one pseudo-member) / (share among candidates)."""
    matrix = traits.items[kind]
    width = matrix.shape[1]
    offsets = matrix.indptr.astype(np.int64)
    members = np.flatnonzero(labels >= 0)
    place, member = slices(offsets[members], offsets[members + 1])
    keys, counts = np.unique(labels[members][member] * width + matrix.indices[place], return_counts=True)
    item, row = slices(offsets[asked], offsets[asked + 1])
    column = matrix.indices[item]
    held = _looked_up(keys, counts, group[row] * width + column) - inside[row]
    share = traits.item_share[kind][column]
    lift = np.log((held + share) / ((others[row] + 1.0) * share))
    out = np.full(len(asked), -np.inf)
    np.maximum.at(out, row, lift)
    return np.where(np.isfinite(out), out, 0.0)


def _looked_up(keys: NDArray[np.int64], counts: NDArray[np.int64], asked: NDArray[np.int64]) -> NDArray[np.int64]:
    """The count of each key asked for, 0 where there is none."""
    if not len(keys):
        return np.zeros(len(asked), dtype=np.int64)
    at = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where(keys[at] == asked, counts[at], 0)


def _date_feature(
    traits: Traits,
    labels: NDArray[np.int64],
    asked: NDArray[np.int64],
    group: NDArray[np.int64],
    inside: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """ln of (share of group events near the candidate's) / (share of all events there), best event."""
    offsets, days = traits.event_offsets, traits.event_days
    of_event = labels[np.repeat(np.arange(traits.n), np.diff(offsets))]
    keys = np.sort(of_event[of_event >= 0] * DAY_SPAN + days[of_event >= 0])
    n_events = np.bincount(of_event[of_event >= 0], minlength=int(group.max(initial=0)) + 1)
    event, row = slices(offsets[asked], offsets[asked + 1])
    key = group[row] * DAY_SPAN + days[event]
    near = np.searchsorted(keys, key + NEAR_DAYS, side="right") - np.searchsorted(keys, key - NEAR_DAYS)
    own, is_own = traits.near_own[event], inside[row]
    in_group = near - np.where(is_own, own, 0.0)
    n_group = np.maximum(0.0, n_events[group][row] - np.where(is_own, np.diff(offsets)[asked][row], 0))
    share = np.maximum(1.0, traits.near_all[event] - own) / max(1, len(days))
    lift = np.log((in_group + share) / ((n_group + 1.0) * share))
    out = np.full(len(asked), -np.inf)
    np.maximum.at(out, row, lift)
    return np.where(np.isfinite(out), out, 0.0)
