"""Find pairs of letters worth comparing, in time linear in the number of letters.

In:  sparse rows.   Out: sketches, candidate pairs, their shared mass, connected components.   Never decides.
One-permutation weighted MinHash: every feature has a bin and, within it, a rank drawn by the race -ln(u) / weight; a
letter's sketch holds its first feature of each bin. As the rank is the feature's own, one order of the columns serves
all letters. Sorted-neighbour search compares a letter with its next few in each bin, so that boilerplate, however
common, costs no more than anything else.
Source: Shrivastava 2016 (weighted sampling), Ertl 2022 (ProbMinHash), Hernandez and Stolfo 1995 (sorted neighbours).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from ringfinder.templates.shingles import blocks, mix, sorted_unique

_PAIR_BLOCK = 20_000
_ROW_BLOCK = 10_000
_FOLD_AFTER = 20_000_000


def weighted_sketch(weighted: csr_matrix, draws: NDArray[np.uint64], n_bins: int) -> NDArray[np.uint32]:
    """Sketch of weighted rows; shape (n_letters, n_bins), 0 where a letter has nothing in a bin."""
    used = np.zeros(weighted.shape[1], dtype=np.float64)
    used[weighted.indices] = weighted.data
    drawn = mix(draws + np.uint64(0x9E3779B97F4A7C15))
    feature_bin = (drawn % np.uint64(n_bins)).astype(np.int64)
    uniform = ((drawn >> np.uint64(11)).astype(np.float64) + 1.0) / 2.0**53
    race = np.where(used > 0, -np.log(uniform) / np.maximum(used, 1e-9), np.inf)
    order = np.lexsort((draws, race, feature_bin))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    column_of = np.append(order + 1, 0).astype(np.uint32)
    signature = np.zeros((weighted.shape[0], n_bins), dtype=np.uint32)
    for block in blocks(weighted.shape[0], _ROW_BLOCK):
        indptr = weighted.indptr[block.start : block.stop + 1]
        columns = weighted.indices[indptr[0] : indptr[-1]]
        row = np.repeat(np.arange(len(indptr) - 1, dtype=np.int64), np.diff(indptr))
        first = np.full((len(indptr) - 1) * n_bins, len(order), dtype=np.int64)
        np.minimum.at(first, row * n_bins + feature_bin[columns], rank[columns])
        signature[block] = column_of[first].reshape(-1, n_bins)
    return signature


def sketch(
    indptr: NDArray[np.integer], columns: NDArray[np.int32], column_bin: NDArray[np.int64], n_bins: int
) -> NDArray[np.uint32]:
    """First column of each bin in every row; columns ascend within a row and bins ascend with columns."""
    signature = np.zeros((len(indptr) - 1, n_bins), dtype=np.uint32)
    for block in blocks(len(signature), _ROW_BLOCK):
        own = indptr[block.start : block.stop + 1]
        signature[block] = _first_columns(own - own[0], columns[own[0] : own[-1]], column_bin, n_bins)
    return signature


def _first_columns(
    indptr: NDArray[np.integer], columns: NDArray[np.int32], column_bin: NDArray[np.int64], n_bins: int
) -> NDArray[np.uint32]:
    n = len(indptr) - 1
    row = np.repeat(np.arange(n, dtype=np.int64), np.diff(indptr))
    cell = row * n_bins + column_bin[columns]
    is_first = np.ones(len(cell), dtype=np.bool_)
    is_first[1:] = cell[1:] != cell[:-1]
    signature = np.zeros(n * n_bins, dtype=np.uint32)
    signature[cell[is_first]] = columns[is_first].astype(np.uint32) + np.uint32(1)
    return signature.reshape(n, n_bins)


def agreeing_pairs(
    signature: NDArray[np.uint32], lag: int, least: int, *, best: int | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of letters worth comparing.

    Parameters
    ----------
    lag : two letters are a pair if they share a bin and are that near when sorted by it and by the next.
    least : bins their sketches must agree in. best : of each letter's pairs, how many stay, those that agree most (a
        pair stays if it is among the best of either letter).
    """
    # sixteen bits tell two features apart well enough to choose whom to compare, and are quicker to fetch
    short = np.maximum((signature * np.uint32(0x9E3779B1)) >> np.uint32(16), 2).astype(np.uint16)
    mine, theirs = (np.where(signature == 0, np.uint16(empty), short) for empty in (0, 1))
    del short
    found: list[NDArray[np.uint64]] = []
    agreed = [np.zeros(0, dtype=np.uint64)]
    size, n_bins = 0, signature.shape[1]
    for j in range(n_bins):
        found += _neighbours(signature[:, j], signature[:, (j + 1) % n_bins], lag)
        size += sum(map(len, found[-lag:]))
        if size > _FOLD_AFTER or j == n_bins - 1:
            packed = sorted_unique(np.concatenate(found))
            found.clear()  # most pairs share one bin by chance and are forgotten before the next bins are looked at
            agreed.append(packed[_agreement(mine, theirs, packed) >= least])
            size = 0
    packed = sorted_unique(np.concatenate(agreed))
    left, right = _unpacked(packed)
    if best is None or not len(left):
        return left, right
    lacking = np.uint64(n_bins) - _agreement(mine, theirs, packed).astype(np.uint64)
    is_best = _is_among_first(left, lacking, best) | _is_among_first(right, lacking, best)
    return left[is_best], right[is_best]


def _neighbours(own: NDArray[np.uint32], after: NDArray[np.uint32], lag: int) -> list[NDArray[np.uint64]]:
    """Pairs of letters with the same entry of one bin, near each other when sorted by it and by the next bin's."""
    order = np.argsort((own.astype(np.uint64) << np.uint64(32)) | after, kind="stable").astype(np.uint64)
    value = own[order]
    pairs = []
    for step in range(1, lag + 1):
        hit = np.flatnonzero((value[step:] == value[:-step]) & (value[step:] != 0))
        a, b = order[hit], order[hit + step]
        pairs.append((np.minimum(a, b) << np.uint64(32)) | np.maximum(a, b))
    return pairs


def _unpacked(packed: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return (packed >> np.uint64(32)).astype(np.int64), (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _agreement(mine: NDArray[np.uint16], theirs: NDArray[np.uint16], packed: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """In how many bins the sketches of each pair agree."""
    agree = np.zeros(len(packed), dtype=np.uint8)
    for block in blocks(len(packed), _PAIR_BLOCK):
        left, right = _unpacked(packed[block])
        agree[block] = np.count_nonzero(mine[left] == theirs[right], axis=1)
    return agree


def _is_among_first(letter: NDArray[np.int64], lacking: NDArray[np.uint64], best: int) -> NDArray[np.bool_]:
    """Whether a pair is among the `best` of its letter, by what it lacks; all of those that lack the same."""
    key = (letter.astype(np.uint64) << np.uint64(8)) | lacking
    ordered = np.sort(key)
    owner = ordered >> np.uint64(8)
    starts = np.flatnonzero(np.diff(owner, prepend=owner[0] + np.uint64(1)) != 0)
    last = np.minimum(starts + best, np.append(starts[1:], len(owner))) - 1
    most = np.zeros(int(letter.max()) + 1, dtype=np.uint64)
    most[owner[starts].astype(np.int64)] = ordered[last] & np.uint64(0xFF)
    return np.asarray(lacking <= most[letter], dtype=np.bool_)


def shared_mass(
    rows: csr_matrix, left: NDArray[np.int64], right: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each pair: the sum of products of shared entries, and the sum of their roots (shared weight)."""
    product = np.zeros(len(left))
    root = np.zeros(len(left))
    for block in blocks(len(left), _PAIR_BLOCK):
        both = rows[left[block]].multiply(rows[right[block]]).tocsr()
        pair = np.repeat(np.arange(both.shape[0]), np.diff(both.indptr))
        data = both.data.astype(np.float64)
        product[block] = np.bincount(pair, weights=data, minlength=both.shape[0])
        root[block] = np.bincount(pair, weights=np.sqrt(data), minlength=both.shape[0])
    return product, root


def connected(n: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Component number of each of n nodes, numbered by first node."""
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(n, n))
    label = connected_components(graph, directed=False)[1]
    _, first, code = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[code]
