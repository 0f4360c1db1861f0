"""Letters as a sparse matrix of shingles, and how much each shingle says.

In:  `Shingles`, policyholders.   Out: `Corpus`.   Never groups.
A shingle's weight is max(0, ln(share * families / frequency)): frequency is counted over families of letters that agree
word for word, so that a large ring's own phrases do not count as background, while statutes and forms do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ringfinder.templates.params import TemplateParams
from ringfinder.templates.shingles import Shingles
from ringfinder.templates.sketch import agreeing_pairs, connected, neighbour_pairs, shared_mass, sketch

_FAMILY_BINS = 24
_FAMILY_AGREE = 10
_FAMILY_LAG = 2


@dataclass(frozen=True)
class Corpus:
    """Letters that may start or join a template.

    Attributes
    ----------
    rows : shape (n_letters, n_features), float32 ones; features ascend by hash; shingles of one letter are left out.
    hashes : shape (n_features,), ascending.
    holder : shape (n_letters,), policyholder number.
    frequency : shape (n_features,), letters that hold the feature.
    weight : shape (n_features,), float32. is_muted : features of published letters, which never count.
    sizes : shape (n_letters,), shingles with those of one letter only.
    floor : least shared weight of an edge.
    rare_weight : weight of a feature in two letters, the most there is.
    speakers : first letter of every family of equal letters, ascending. family_frequency : of those, how many hold
        each feature.
    """

    rows: csr_matrix
    hashes: NDArray[np.uint32]
    holder: NDArray[np.int64]
    frequency: NDArray[np.int64]
    weight: NDArray[np.float32]
    is_muted: NDArray[np.bool_]
    sizes: NDArray[np.int64]
    floor: float
    rare_weight: float
    speakers: NDArray[np.int64]
    family_frequency: NDArray[np.int64]

    @property
    def n_families(self) -> int:
        return len(self.speakers)

    @property
    def n_letters(self) -> int:
        return int(self.rows.shape[0])

    def n_holders(self, letters: NDArray[np.int64]) -> int:
        """Distinct policyholders of some letters."""
        return len(np.unique(self.holder[letters]))

    def one_each(self, letters: NDArray[np.int64]) -> NDArray[np.int64]:
        """The first letter of every policyholder, so that a diligent writer counts once."""
        _, first = np.unique(self.holder[letters], return_index=True)
        return letters[np.sort(first)]

    def weighted(self) -> csr_matrix:
        """Rows times weights, without features of weight 0."""
        rows = self.rows
        data = self.weight[rows.indices]
        is_kept = data > 0
        cumulative = np.concatenate([[0], np.cumsum(is_kept)])
        return sorted_rows(data[is_kept], rows.indices[is_kept], cumulative[rows.indptr], rows.shape[1])

    def muting(self, columns: NDArray[np.int64]) -> Corpus:
        """The corpus with some features that never count any more."""
        if not len(columns):
            return self
        is_muted, weight = self.is_muted.copy(), self.weight.copy()
        is_muted[columns] = True
        weight[columns] = 0
        return replace(self, is_muted=is_muted, weight=weight)

    def reach(self) -> NDArray[np.float64]:
        """Weight each letter could share at most, its own unique phrases counted as rare."""
        own = np.asarray(self.rows @ self.weight, dtype=np.float64)
        return own + (self.sizes - np.diff(self.rows.indptr)) * self.rare_weight


def sorted_rows(
    data: NDArray[np.float32], indices: NDArray[np.int32], indptr: NDArray[np.int64], n_columns: int
) -> csr_matrix:
    """A csr matrix whose rows are known to be sorted and free of repeats."""
    matrix = csr_matrix((data, indices, indptr), shape=(len(indptr) - 1, n_columns))
    matrix.has_sorted_indices = True
    matrix.has_canonical_format = True
    return matrix


def build_corpus(
    shingles: Shingles, holder: NDArray[np.int64], params: TemplateParams, *, muted: NDArray[np.uint32]
) -> Corpus:
    """Number the shingles, find families of equal letters, weigh.

    Parameters
    ----------
    shingles, holder : one entry a letter.
    muted : hashes that never carry weight (published letters).
    """
    rows, hashes = _feature_rows(shingles)
    sizes = shingles.counts
    speakers = _representatives(rows, sizes, params)
    n_families = len(speakers)
    in_families = np.bincount(rows[speakers].indices, minlength=len(hashes)).astype(np.int64)
    scale = max(params.background_share * n_families, 1.0)
    weight = np.maximum(0.0, np.log(scale / np.maximum(in_families, 2))).astype(np.float32)
    is_muted = np.isin(hashes, muted)
    weight[is_muted] = 0
    frequency = np.bincount(rows.indices, minlength=len(hashes)).astype(np.int64)
    floor = params.evidence * float(np.log(max(scale, np.e))) * params.shingle
    rarest = float(np.log(max(scale / 2, 1.0)))
    return Corpus(rows, hashes, holder, frequency, weight, is_muted, sizes, floor, rarest, speakers, in_families)


def _feature_rows(shingles: Shingles) -> tuple[csr_matrix, NDArray[np.uint32]]:
    """Indicator rows over the shingles that two letters hold; one sort numbers and counts them."""
    n = len(shingles.hashes)
    packed = (shingles.hashes.astype(np.uint64) << np.uint64(32)) | np.arange(n, dtype=np.uint64)
    packed.sort()
    ordered = (packed >> np.uint64(32)).astype(np.uint32)
    position = (packed & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    del packed
    differs = ordered[1:] != ordered[:-1]
    is_shared = np.zeros(n, dtype=np.bool_)
    is_shared[1:] = ~differs
    is_shared[:-1] |= ~differs
    ordered, position = ordered[is_shared], position[is_shared]
    starts = np.ones(len(ordered), dtype=np.bool_)
    starts[1:] = ordered[1:] != ordered[:-1]
    number = np.full(n, -1, dtype=np.int32)
    number[position] = np.cumsum(starts, dtype=np.int32) - 1
    cumulative = np.concatenate([[0], np.cumsum(number >= 0)])
    indices = number[number >= 0]
    hashes = ordered[starts]
    ones = np.ones(len(indices), dtype=np.float32)
    return sorted_rows(ones, indices, cumulative[shingles.offsets], len(hashes)), hashes


def _representatives(rows: csr_matrix, sizes: NDArray[np.int64], params: TemplateParams) -> NDArray[np.int64]:
    """First letter of every family of letters that agree word for word."""
    n, n_features = rows.shape
    bins = (np.arange(n_features, dtype=np.int64) * _FAMILY_BINS) // max(1, n_features)
    signature = sketch(rows.indptr, rows.indices, bins, _FAMILY_BINS)
    left, right = neighbour_pairs(signature, _FAMILY_LAG)
    left, right = agreeing_pairs(signature, left, right, _FAMILY_AGREE)
    shared, _ = shared_mass(rows, left, right)
    alike = shared >= params.family_cosine * np.sqrt(sizes[left] * sizes[right])
    label = connected(n, left[alike], right[alike])
    return np.unique(label, return_index=True)[1].astype(np.int64)
