"""Scoring: what counts as a kind of evidence, and that books without rings are left alone."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import ringfinder as rf
from ringfinder.config import DetectParams, RunConfig
from ringfinder.construct import build_book
from ringfinder.score.kinds import corroborating_kinds, evidence_kinds, linking_ties, sharing_chance
from ringfinder.score.rank import ScoreParams, _thin


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


def test_ranks_number_the_list_as_it_stands(planted):
    rings = rf.detect_rings(planted()).rings
    assert rings
    assert [(r.rank, r.ring_id) for r in rings] == [(k, f"R-{k:04d}") for k in range(1, len(rings) + 1)]


@pytest.mark.parametrize("detector", ["components", "louvain", "leiden", "label_propagation"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_detector_flags_a_book_without_rings(planted, detector, seed):
    config = replace(RunConfig(), detect=DetectParams(detector))
    assert rf.detect_rings(planted(n_ring=0, seed=seed), config).flagged == ()


def test_two_fragments_tied_by_one_value_each_are_not_corroborated(planted):
    book = build_book(planted())
    ties = linking_ties(book)
    ring = np.flatnonzero([str(h).startswith("R") for h in book.holders])
    kinds = ("account", "phone")
    drawn = {"template_of": np.full(book.n_holders, -1, dtype=np.int64), "among": np.arange(book.n_holders)}
    assert corroborating_kinds(book, ring, ties, kinds, **drawn) == kinds
    by_phone = ties.loc[(ties["kind"] == "phone") & ties["holder"].isin(ring[:7])]
    by_account = ties.loc[(ties["kind"] == "account") & ties["holder"].isin(ring[7:])]
    apart = pd.concat([by_phone, by_account])
    assert len(corroborating_kinds(book, ring, apart, kinds, **drawn)) == 1
    assert corroborating_kinds(book, ring, apart, (*kinds, "template"), **drawn)[-1] == "template"


@pytest.mark.parametrize(("n_writers", "corroborated"), [(40, True), (60, True), (80, False)])
def test_a_few_who_share_a_value_do_not_prove_the_letter_of_many(planted, n_writers, corroborated):
    # 14 of the ring share values; the others of the group write its letter, which the 14 do not
    book = build_book(planted())
    ties = linking_ties(book)
    ring = np.flatnonzero([str(h).startswith("R") for h in book.holders])
    writers = np.flatnonzero([str(h).startswith("H") for h in book.holders])[: n_writers - 14]
    template_of = np.full(book.n_holders, -1, dtype=np.int64)
    template_of[writers] = 0
    everybody = np.sort(np.concatenate([ring, writers]))

    found = corroborating_kinds(
        book,
        everybody,
        ties,
        ("account", "phone", "template"),
        template_of=template_of,
        among=np.arange(book.n_holders),
    )
    assert found == (("account", "phone", "template") if corroborated else ("template",))


@pytest.mark.parametrize(("n_pairs", "corroborated"), [(1, False), (3, True)])
def test_more_shared_values_than_chance_gives_as_many_writers_prove_their_letter(planted, n_pairs, corroborated):
    # of forty writers in a large book three of eight pairs share a phone each: hardly by chance
    book = build_book(planted())
    writers = np.flatnonzero([str(h).startswith("H") for h in book.holders])[:40]
    others = np.setdiff1d(np.arange(book.n_holders), writers)
    pairs = [*writers.reshape(-1, 2)[:n_pairs], *others.reshape(-1, 2)[: 8 - n_pairs]]
    ties = pd.DataFrame(
        {"holder": np.concatenate(pairs), "value_id": np.repeat(np.arange(len(pairs)), 2), "kind": "phone"}
    )
    template_of = np.full(book.n_holders, -1, dtype=np.int64)
    template_of[writers] = 0
    everybody = np.arange(book.n_holders)

    chance = sharing_chance(book, writers, ties, among=everybody)
    assert (chance <= 0.01) is corroborated
    found = corroborating_kinds(book, writers, ties, ("phone", "template"), template_of=template_of, among=everybody)
    assert found == (("phone", "template") if corroborated else ("template",))


@pytest.mark.parametrize(
    ("scores", "kinds", "is_thin"),
    [
        ((0.8, 0.1), ("device", "phone"), True),
        ((0.8, 3.1), ("device", "phone"), False),
        ((0.8, 0.1), ("phone", "template"), False),
    ],
)
def test_values_none_of_which_is_clear_by_itself_are_too_thin(scores, kinds, is_thin):
    links = pd.DataFrame(
        {
            "holder": [0, 1, 2, 0, 1],
            "value_id": [0, 0, 0, 1, 1],
            "source_table": "phones",
            "row_key": [f"r{i}" for i in range(5)],
        }
    )
    book = SimpleNamespace(
        household=np.arange(3), links=links, values=pd.DataFrame({"score": scores}), events=links.iloc[:0]
    )
    story = _thin(book, np.arange(3), links, kinds, ScoreParams())

    assert bool(story) is is_thin
    if is_thin:
        assert "均不明确" in story[0].zh
        assert "clear by itself" in story[0].en
