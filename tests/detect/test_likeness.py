"""The likeness of a candidate to a group."""

from __future__ import annotations

import numpy as np
import pytest

from ringfinder.construct import build_book
from ringfinder.detect.likeness import FitParams, features, fit_likeness
from ringfinder.detect.traits import build_traits
from ringfinder.ingest import read_tables
from ringfinder.simulate import simulate, write_world
from ringfinder.templates import find_templates


@pytest.fixture(scope="module")
def traits(tmp_path_factory):
    folder = tmp_path_factory.mktemp("likeness") / "world"
    write_world(simulate("lin_ma", n_policyholders=3_000, seed=5), folder)
    data = read_tables(folder / "input")
    book = build_book(data)
    events = book.strong_events()
    return build_traits(book, find_templates(data["complaints"]), data, np.unique(events["holder"]), events)


def test_features_of_some_are_those_rows_of_everybodys(traits):
    members = np.array([3, 11, 40, 41, 97])
    asked = np.array([97, 0, 11, 60])
    np.testing.assert_allclose(features(traits, members, of=asked), features(traits, members)[asked])


def test_own_scores_are_the_members_of_all_scores(traits):
    groups = [np.arange(0, 40), np.arange(50, 90)]
    likeness = fit_likeness(traits, groups)
    np.testing.assert_allclose(likeness.own_scores(groups[1]), likeness.scores(groups[1])[groups[1]])


def test_score_of_a_candidate_hardly_moves_when_he_joins_the_group(traits):
    group = np.arange(0, 60)
    likeness = fit_likeness(traits, [group, np.arange(70, 110)])
    outside = likeness.scores(group)[65]
    inside = likeness.scores(np.append(group, 65))[65]
    assert abs(outside - inside) < 0.5


def test_a_part_of_the_strangers_teaches_the_same_model(planted):
    data = planted(n_honest=2400)
    book = build_book(data)
    events = book.strong_events()
    people = np.unique(events["holder"].to_numpy(dtype=np.int64))
    traits = build_traits(book, find_templates(data["complaints"]), data, people, events)
    group = np.flatnonzero([str(i).startswith("R") for i in book.holders[people]])
    whole, part = (fit_likeness(traits, [group], FitParams(max_open=n)).scores(group) for n in (100_000, 1200))

    assert not np.array_equal(whole, part), "the part must be smaller than the whole, or nothing is tested"
    outside = np.setdiff1d(np.arange(traits.n), group)
    gap = [(score[group].mean() - score[outside].mean()) / score[outside].std() for score in (whole, part)]
    assert gap[0] > 1, "the ring must stand out, or nothing is tested"
    assert gap[1] == pytest.approx(gap[0], rel=0.2)
