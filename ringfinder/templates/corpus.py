"""Letters as a sparse matrix of shingles, and how much each shingle says.

In:  `Shingles`, policyholders.   Out: `Corpus`.   Never groups.
A shingle's weight is max(0, ln(share * families / frequency)): frequency is counted over families of letters that agree
word for word, so that a large ring's own phrases do not count as background, while statutes and forms do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix

from ringfinder.templates.params import TemplateParams
from ringfinder.templates.shingles import Shingles, blocks, mix
from ringfinder.templates.sketch import agreeing_pairs, connected, shared_mass, sketch

_FAMILY_BINS = 24
_FAMILY_AGREE = 10
_FAMILY_LAG = 2
_SORTED_AT_ONCE = 1 << 23
_FEATURE_BLOCK = 1 << 18


@dataclass(frozen=True)
class Corpus:
    """Letters that may start or join a template.

    Attributes
    ----------
    rows : shape (n_letters, n_features), ones; features ascend by draw; shingles of one letter are left out.
    hashes : shape (n_features,), of what each feature says. draws : shape (n_features,), uint64, ascending: random
        numbers that hang on which letters hold a feature and not on its words, so that masked letters draw the same.
    holder : shape (n_letters,), policyholder number.
    frequency : shape (n_features,), letters that hold the feature.
    weight : shape (n_features,), float32. is_muted : features of published letters, which never count.
    sizes : shape (n_letters,), shingles with those of one letter only.
    share : of all shingles, those the letters are held by (1, but for very large corpora).
    floor : least shared weight of an edge.
    rare_weight : weight of a feature in two letters, the most there is.
    speakers : first letter of every family of equal letters, ascending. family_frequency : of those, how many hold
        each feature.
    copies : letters that are the same nearly word for word, as pairs (first, second); not every pair of a family.
    """

    rows: csr_matrix
    hashes: NDArray[np.uint32]
    draws: NDArray[np.uint64]
    holder: NDArray[np.int64]
    frequency: NDArray[np.int64]
    weight: NDArray[np.float32]
    is_muted: NDArray[np.bool_]
    sizes: NDArray[np.int64]
    share: float
    floor: float
    rare_weight: float
    speakers: NDArray[np.int64]
    family_frequency: NDArray[np.int64]
    copies: tuple[NDArray[np.int64], NDArray[np.int64]]

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
        is_heavy = self.weight > 0
        counts = np.asarray(rows @ is_heavy.astype(np.float32), dtype=np.int64)
        indices = rows.indices[is_heavy[rows.indices]]
        return sorted_rows(self.weight[indices], indices, np.concatenate([[0], np.cumsum(counts)]), rows.shape[1])

    def muting(self, columns: NDArray[np.int64]) -> Corpus:
        """The corpus with some features that never count any more."""
        if not len(columns):
            return self
        is_muted, weight = self.is_muted.copy(), self.weight.copy()
        is_muted[columns] = True
        weight[columns] = 0
        return replace(self, is_muted=is_muted, weight=weight)

    def part(self, letters: NDArray[np.int64]) -> Corpus:
        """Some of the letters, ascending; what each feature weighs stays as it is among all."""
        rows = self.rows[letters]
        spot = np.minimum(np.searchsorted(letters, self.speakers), len(letters) - 1)
        speakers = spot[letters[spot] == self.speakers]
        none = np.zeros(0, dtype=np.int64)
        return replace(
            self,
            rows=rows,
            holder=self.holder[letters],
            frequency=np.bincount(rows.indices, minlength=rows.shape[1]).astype(np.int64),
            sizes=self.sizes[letters],
            speakers=speakers,
            family_frequency=np.bincount(rows[speakers].indices, minlength=rows.shape[1]).astype(np.int64),
            copies=(none, none),
        )

    def reach(self) -> NDArray[np.float64]:
        """Weight each letter could share at most, its own unique phrases counted as rare."""
        own = np.asarray(self.rows @ self.weight, dtype=np.float64)
        return own + (self.sizes - np.diff(self.rows.indptr)) * self.rare_weight


def sorted_rows(
    data: NDArray[np.float32] | NDArray[np.int8], indices: NDArray[np.int32], indptr: NDArray[np.int64], n_columns: int
) -> csr_matrix:
    """A csr matrix whose rows are known to be sorted and free of repeats."""
    matrix = csr_matrix((data, indices, indptr), shape=(len(indptr) - 1, n_columns))
    matrix.has_sorted_indices = True
    matrix.has_canonical_format = True
    return matrix


def share_kept(n_chars: float, params: TemplateParams) -> float:
    """Of all shingles, those by which letters of so many characters in all are held."""
    return min(1.0, params.most_chars / max(n_chars, 1.0))


def build_corpus(
    shingles: Shingles,
    holder: NDArray[np.int64],
    params: TemplateParams,
    *,
    muted: NDArray[np.uint32],
    share: float = 1.0,
) -> Corpus:
    """Number the shingles, find families of equal letters, weigh.

    Parameters
    ----------
    shingles, holder : one entry a letter.
    muted : hashes that never carry weight (published letters). share : of all shingles, those that were kept.
    """
    rows, hashes, draws = _feature_rows(shingles)
    sizes = shingles.counts
    speakers, copies = _representatives(rows, sizes, params)
    n_families = len(speakers)
    in_families = np.bincount(rows[speakers].indices, minlength=len(hashes)).astype(np.int64)
    scale = max(params.background_share * n_families, 1.0)
    weight = np.maximum(0.0, np.log(scale / np.maximum(in_families, 2))).astype(np.float32)
    is_muted = np.isin(hashes, muted)
    weight[is_muted] = 0
    frequency = np.bincount(rows.indices, minlength=len(hashes)).astype(np.int64)
    floor = params.evidence * float(np.log(max(scale, np.e))) * params.shingle * share
    rarest = float(np.log(max(scale / 2, 1.0)))
    return Corpus(
        rows,
        hashes,
        draws,
        holder,
        frequency,
        weight,
        is_muted,
        sizes,
        share,
        floor,
        rarest,
        speakers,
        in_families,
        copies,
    )


def _feature_rows(shingles: Shingles) -> tuple[csr_matrix, NDArray[np.uint32], NDArray[np.uint64]]:
    """Indicator rows over the shingles that two letters hold; one range of hashes after another."""
    n_letters = len(shingles.offsets) - 1
    letter = np.repeat(np.arange(n_letters, dtype=np.int32), shingles.counts)
    bits = max(0, int(len(letter) // _SORTED_AT_ONCE).bit_length())
    hashes, draws, counts, letters = [], [], [], []
    for part in range(1 << bits):
        in_part = (shingles.hashes >> np.uint32(32 - bits)) == part if bits else slice(None)
        packed = (shingles.hashes[in_part].astype(np.uint64) << np.uint64(32)) | letter[in_part].astype(np.uint64)
        packed.sort()
        value = (packed >> np.uint64(32)).astype(np.uint32)
        differs = value[1:] != value[:-1]
        is_shared = np.zeros(len(value), dtype=np.bool_)
        is_shared[1:] = ~differs
        is_shared[:-1] |= ~differs
        value, packed = value[is_shared], packed[is_shared] & np.uint64(0xFFFFFFFF)
        starts = np.ones(len(value), dtype=np.bool_)
        starts[1:] = value[1:] != value[:-1]
        first = np.flatnonzero(starts)
        hashes.append(value[first])
        draws.append(_digests(packed, first))
        counts.append(np.diff(np.append(first, len(value))))
        letters.append(packed.astype(np.int32))
    del letter
    return _turned(np.concatenate(hashes), np.concatenate(draws), np.concatenate(counts), letters, n_letters)


def _turned(
    hashes: NDArray[np.uint32],
    digests: NDArray[np.uint64],
    counts: NDArray[np.int64],
    letters: list[NDArray[np.int32]],
    n_letters: int,
) -> tuple[csr_matrix, NDArray[np.uint32], NDArray[np.uint64]]:
    """Rows, hashes and draws, from the letters of each feature in turn."""
    draws = _draws(digests)
    order = np.argsort(draws, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(counts) else counts
    counts, starts = counts[order], starts[order]
    bounds = np.concatenate([[0], np.cumsum(counts)])
    flat = np.concatenate(letters)
    letters.clear()
    row = np.empty(len(flat), dtype=np.int32)
    for block in blocks(len(order), _FEATURE_BLOCK):
        first, last = bounds[block.start], bounds[block.stop]
        offset = np.repeat(starts[block] - bounds[block], counts[block])
        row[first:last] = flat[offset + np.arange(first, last)]
    del flat
    by_feature = csc_matrix((np.ones(len(row), dtype=np.int8), row, bounds), shape=(n_letters, len(order)))
    by_letter: csr_matrix = by_feature.tocsr()
    del by_feature, row
    ones = np.ones(len(by_letter.indices), dtype=np.float32)
    bounds = by_letter.indptr.astype(np.int64)
    return sorted_rows(ones, by_letter.indices, bounds, len(order)), hashes[order], draws[order]


def _digests(letter: NDArray[np.uint64], first: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A number for each feature, from the letters that hold it: its run in `letter`."""
    if not len(first):
        return np.zeros(0, dtype=np.uint64)
    return np.add.reduceat(mix(letter + np.uint64(1)), first)


def _draws(digest: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A random number for each feature; features of the very same letters are exchangeable, and each gets its own."""
    if not len(digest):
        return digest
    order = np.argsort(digest, kind="stable")
    alike = digest[order]
    first = np.ones(len(alike), dtype=np.bool_)
    first[1:] = alike[1:] != alike[:-1]
    at = np.arange(len(alike))
    nth = np.empty(len(alike), dtype=np.uint64)
    nth[order] = at - np.maximum.accumulate(np.where(first, at, 0))
    return mix(digest + (nth + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15))


def _representatives(
    rows: csr_matrix, sizes: NDArray[np.int64], params: TemplateParams
) -> tuple[NDArray[np.int64], tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """First letter of every family of letters that agree word for word, and the pairs that are copies."""
    n, n_features = rows.shape
    bins = (np.arange(n_features, dtype=np.int64) * _FAMILY_BINS) // max(1, n_features)
    signature = sketch(rows.indptr, rows.indices, bins, _FAMILY_BINS)
    left, right = agreeing_pairs(signature, _FAMILY_LAG, _FAMILY_AGREE)
    del signature
    shared, _ = shared_mass(rows, left, right)
    alike = shared >= params.family_cosine * np.sqrt(sizes[left] * sizes[right])
    label = connected(n, left[alike], right[alike])
    is_copy = shared >= params.copy_cosine * np.maximum(sizes[left], sizes[right])
    return np.unique(label, return_index=True)[1].astype(np.int64), (left[is_copy], right[is_copy])
