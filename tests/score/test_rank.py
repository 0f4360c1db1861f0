"""Ranking: who is flagged, what counts as a kind of evidence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import ringfinder as rf
from ringfinder.config import DetectParams, RunConfig
from ringfinder.construct import build_book
from ringfinder.score.null import p_and_q
from ringfinder.score.rank import corroborating_kinds, evidence_kinds, linking_ties
from ringfinder.score.statistic import redundancy_strength


def test_kinds_need_a_value_of_two_households(planted):
    book = build_book(planted())
    ring = np.flatnonzero([str(h).startswith("R") for h in book.holders])
    no_template = np.full(book.n_holders, -1, dtype=np.int64)
    assert evidence_kinds(book, ring, linking_ties(book), no_template) == ("account", "phone")
    assert evidence_kinds(book, ring[:1], linking_ties(book), no_template) == ()


def test_template_counts_only_where_a_third_of_its_writers_are_linked(planted):
    book = build_book(planted())
    ring = np.flatnonzero([str(h).startswith("R") for h in book.holders])
    honest = np.flatnonzero([str(h).startswith("H") for h in book.holders])
    written = np.full(book.n_holders, -1, dtype=np.int64)
    written[ring] = 0
    assert "template" in evidence_kinds(book, ring, linking_ties(book), written)
    written[honest[:100]] = 0  # the same letter in many honest hands: a circulated one
    assert "template" not in evidence_kinds(book, ring, linking_ties(book), written)


def test_flagged_come_first_then_by_score(planted):
    rings = rf.detect_rings(planted()).rings
    keys = [(r.status != "flagged", -r.score) for r in rings]
    assert keys == sorted(keys)
    assert [r.rank for r in rings] == list(range(1, len(rings) + 1))


@pytest.mark.parametrize("detector", ["components", "louvain", "leiden", "label_propagation"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_detector_flags_a_book_without_rings(planted, detector, seed):
    config = replace(RunConfig(), detect=DetectParams(detector))
    assert rf.detect_rings(planted(n_ring=0, seed=seed), config).flagged == ()


def test_q_is_smaller_where_more_groups_are_as_strong():
    null = [[1.0], [], [3.0], []]
    _, alone = p_and_q(np.array([5.0]), np.array([True]), null)
    _, both = p_and_q(np.array([5.0, 6.0]), np.array([True, True]), null)
    assert alone.tolist() == [0.2]
    assert both.max() < 0.2


def test_explained_groups_do_not_make_the_others_look_better():
    null = [[1.0], [], [3.0], []]
    _, q = p_and_q(np.array([5.0, 6.0]), np.array([True, False]), null)
    assert q[0] == 0.2


def test_redundancy_counts_cycles_not_ties():
    star = redundancy_strength(np.array([0, 1, 2, 3]), np.array([7, 7, 7, 7]), n_reference=1000)
    double = redundancy_strength(np.array([0, 1, 2, 0, 1, 2]), np.array([7, 7, 7, 8, 8, 8]), n_reference=1000)
    assert star == 0.0
    assert double == pytest.approx(2 * np.log(1000 / 3))


def test_two_fragments_tied_by_one_value_each_are_not_corroborated(planted):
    book = build_book(planted())
    ties = linking_ties(book)
    ring = np.flatnonzero([str(h).startswith("R") for h in book.holders])
    kinds = ("account", "phone")
    assert corroborating_kinds(book, ring, ties, kinds) == kinds
    by_phone = ties.loc[(ties["kind"] == "phone") & ties["holder"].isin(ring[:7])]
    by_account = ties.loc[(ties["kind"] == "account") & ties["holder"].isin(ring[7:])]
    apart = pd.concat([by_phone, by_account])
    assert len(corroborating_kinds(book, ring, apart, kinds)) == 1
    assert corroborating_kinds(book, ring, apart, (*kinds, "template"))[-1] == "template"
