"""What a user would pick instead: MinHash-LSH of datasketch and of rensa, tf-idf cosine; all on our folded shingles.

In:  a complaints table.   Out: for every letter a group, -1 for none.   Never sees the truth.
Every peer gets the folding, frequent shingles taken out, an exact check of its candidates and the rule of three
policyholders; without these all of them are far worse. Thresholds are swept by the caller.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ringfinder.templates.shingles import blocks, shingle
from ringfinder.templates.sketch import connected

_PERMUTATIONS = 128
_BLOCK = 500


def rows_of(table: pd.DataFrame, *, size: int, most: float) -> csr_matrix:
    """Binary rows of shingles that two letters and at most the share `most` of all hold."""
    shingles = shingle(table["text"].tolist(), size)
    _, column, count = np.unique(shingles.hashes, return_inverse=True, return_counts=True)
    is_kept = (count >= 2) & (count <= most * len(table))
    number = np.cumsum(is_kept) - 1
    kept = is_kept[column]
    shape = (len(table), int(is_kept.sum()))
    return csr_matrix(
        (np.ones(int(kept.sum()), np.float32), (shingles.letter[kept], number[column[kept]])), shape=shape
    )


def groups_of(
    table: pd.DataFrame, left: NDArray[np.int64], right: NDArray[np.int64], least: int = 3
) -> NDArray[np.int64]:
    """Components of similar pairs with at least `least` policyholders; -1 for all other letters."""
    label = connected(len(table), left, right)
    holders = pd.DataFrame({"label": label, "holder": table["policyholder_id"].to_numpy()}).groupby("label").nunique()
    return np.where(holders["holder"].reindex(label).to_numpy() >= least, label, -1)


def jaccard(rows: csr_matrix, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
    """Exact Jaccard similarity of pairs."""
    size = np.diff(rows.indptr).astype(np.float64)
    shared = np.zeros(len(left))
    for block in blocks(len(left), 50_000):
        shared[block] = np.asarray(rows[left[block]].multiply(rows[right[block]]).sum(axis=1)).ravel()
    return shared / np.maximum(size[left] + size[right] - shared, 1)


def rensa_pairs(rows: csr_matrix, *, bands: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Candidate pairs of rensa's MinHash-LSH."""
    import rensa

    index = rensa.RMinHashLSH(threshold=0.0, num_perm=_PERMUTATIONS, num_bands=bands)
    sketches = []
    for letter, words in _words(rows):
        sketch = rensa.RMinHash(num_perm=_PERMUTATIONS, seed=1)
        sketch.update([str(w) for w in words])
        index.insert(letter, sketch)
        sketches.append((letter, sketch))
    return _pairs((letter, index.query(sketch)) for letter, sketch in sketches)


def datasketch_pairs(rows: csr_matrix, *, bands: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Candidate pairs of datasketch's MinHash-LSH."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=_PERMUTATIONS, params=(bands, _PERMUTATIONS // bands))
    sketches = []
    for letter, words in _words(rows):
        sketch = MinHash(num_perm=_PERMUTATIONS, seed=1)
        sketch.update_batch([int(w).to_bytes(4, "little") for w in words])
        index.insert(letter, sketch)
        sketches.append((letter, sketch))
    return _pairs((letter, index.query(sketch)) for letter, sketch in sketches)


def cosine_pairs(rows: csr_matrix, *, least: float) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Every pair of letters with a tf-idf cosine of at least `least`, and the cosine."""
    frequency = np.bincount(rows.indices, minlength=rows.shape[1])
    weighted = rows.copy()
    weighted.data = np.log(rows.shape[0] / frequency[rows.indices]).astype(np.float32)
    norm = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    weighted.data /= np.repeat(np.maximum(norm, 1e-9), np.diff(weighted.indptr)).astype(np.float32)
    turned = weighted.T.tocsr()
    found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
    for block in blocks(rows.shape[0], _BLOCK):
        part = (weighted[block] @ turned).tocoo()
        left = part.row.astype(np.int64) + block.start
        keep = (part.data >= least) & (left < part.col)
        found.append((left[keep], part.col[keep].astype(np.int64), part.data[keep].astype(np.float64)))
    left, right, value = (np.concatenate(x) for x in zip(*found, strict=True))
    return left, right, value


def _words(rows: csr_matrix) -> Iterator[tuple[int, NDArray[np.int32]]]:
    for letter in range(rows.shape[0]):
        words = rows.indices[rows.indptr[letter] : rows.indptr[letter + 1]]
        if len(words):
            yield letter, words


def _pairs(found: Iterator[tuple[int, list[int]]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    left, right = [], []
    for letter, others in found:
        near = np.array([o for o in others if o > letter], dtype=np.int64)
        left.append(np.full(len(near), letter, dtype=np.int64))
        right.append(near)
    return np.concatenate(left), np.concatenate(right)
