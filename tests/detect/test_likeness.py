"""The likeness of a candidate to a group."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ringfinder.construct import build_book
from ringfinder.detect.features import FEATURES, features, kindred, labels_of, own_evidence
from ringfinder.detect.likeness import FitParams, fit_likeness
from ringfinder.detect.traits import build_traits, letter_pairs
from ringfinder.ingest import read_tables
from ringfinder.simulate import simulate, write_world
from ringfinder.templates import find_templates


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("likeness") / "world"
    write_world(simulate("lin_ma", n_policyholders=3_000, seed=5), folder)
    return read_tables(folder / "input")


@pytest.fixture(scope="module")
def traits(data):
    book = build_book(data)
    events = book.strong_events()
    return build_traits(book, find_templates(data["complaints"]), data, np.unique(events["holder"]), events)


@pytest.fixture(scope="module")
def world(data):
    """The letters and all policyholders."""
    return find_templates(data["complaints"]), pd.Index(np.sort(data["complaints"]["policyholder_id"].unique()))


def _all_pairs(n, n_groups):
    return np.repeat(np.arange(n), n_groups), np.tile(np.arange(n_groups), n)


def test_pairs_worked_out_together_are_those_worked_out_one_by_one(traits):
    groups = [np.array([3, 11, 40, 41, 97]), np.array([5, 60, 61]), np.arange(120, 150)]
    labels = labels_of(groups, traits.n)
    asked, group = _all_pairs(traits.n, 3)
    together = features(traits, labels, asked, group)
    for k, members in enumerate(groups):
        alone = features(traits, labels_of([members], traits.n), np.arange(traits.n), np.zeros(traits.n, dtype=int))
        np.testing.assert_allclose(together[group == k], alone)


def test_letters_looked_at_in_pieces_are_those_looked_at_at_once(traits, monkeypatch):
    labels = labels_of([np.arange(0, 40), np.arange(50, 90)], traits.n)
    asked, group = _all_pairs(traits.n, 2)
    at_once = features(traits, labels, asked, group)
    assert at_once[:, FEATURES.index("letter_nearest")].any(), "somebody writes alike, or nothing is tested"
    monkeypatch.setattr("ringfinder.detect.features._LETTERS_AT_ONCE", 7)
    np.testing.assert_array_equal(features(traits, labels, asked, group), at_once)


def test_whoever_has_evidence_of_their_own_is_kindred(traits):
    labels = labels_of([np.arange(0, 40), np.arange(50, 90)], traits.n)
    asked, group = _all_pairs(traits.n, 2)
    has = own_evidence(features(traits, labels, asked, group)).reshape(traits.n, 2)
    near = kindred(traits, labels).toarray() > 0
    assert has.any()
    assert not (has & ~near).any()
    assert near.sum() < near.size, "and not everybody is"


def test_own_scores_are_the_members_scores_of_their_groups(traits):
    labels = labels_of([np.arange(0, 40), np.arange(50, 90)], traits.n)
    likeness = fit_likeness(traits, labels)
    asked, group = _all_pairs(traits.n, 2)
    scores = likeness.scores(labels, asked, group).reshape(traits.n, 2)
    own = likeness.own_scores(labels)
    np.testing.assert_allclose(own[labels == 1], scores[labels == 1, 1])
    assert not own[labels < 0].any()


def test_score_of_a_candidate_hardly_moves_when_he_joins_the_group(traits):
    likeness = fit_likeness(traits, labels_of([np.arange(0, 60), np.arange(70, 110)], traits.n))
    outside, inside = (
        likeness.scores(labels_of([m], traits.n), np.array([65]), np.array([0]))[0]
        for m in (np.arange(0, 60), np.append(np.arange(0, 60), 65))
    )
    assert abs(outside - inside) < 0.5


def test_a_writer_keeps_the_most_similar_letters_and_all_pairs_are_counted(world, monkeypatch):
    letters, ids = world
    whole = letter_pairs(letters, ids)
    monkeypatch.setattr("ringfinder.detect.traits.MOST_LETTERS", 5)
    part = letter_pairs(letters, ids, chunk=50)
    per_writer = np.bincount(part.left)
    assert per_writer.max() == 5
    assert np.bincount(whole.left).max() > 5
    surprise = dict(zip(zip(whole.left.tolist(), whole.right.tolist(), strict=True), whole.surprise, strict=True))
    kept = list(zip(part.left.tolist(), part.right.tolist(), strict=True))
    assert [surprise[pair] for pair in kept] == part.surprise.tolist()
    for writer in np.unique(part.left)[:20]:
        best = np.sort(whole.surprise[whole.left == writer])[::-1][:5]
        np.testing.assert_array_equal(np.sort(part.surprise[part.left == writer])[::-1], best)


def test_a_part_of_the_strangers_teaches_the_same_model(planted):
    data = planted(n_honest=2400)
    book = build_book(data)
    events = book.strong_events()
    people = np.unique(events["holder"].to_numpy(dtype=np.int64))
    traits = build_traits(book, find_templates(data["complaints"]), data, people, events)
    group = np.flatnonzero([str(i).startswith("R") for i in book.holders[people]])
    labels = labels_of([group], traits.n)
    everybody, only = np.arange(traits.n), np.zeros(traits.n, dtype=np.int64)
    whole, part = (
        fit_likeness(traits, labels, FitParams(max_open=n)).scores(labels, everybody, only) for n in (100_000, 1200)
    )

    assert not np.array_equal(whole, part), "the part must be smaller than the whole, or nothing is tested"
    outside = np.setdiff1d(np.arange(traits.n), group)
    gap = [(score[group].mean() - score[outside].mean()) / score[outside].std() for score in (whole, part)]
    assert gap[0] > 1, "the ring must stand out, or nothing is tested"
    assert gap[1] == pytest.approx(gap[0], rel=0.2)
