"""The list: who comes first, and what a group with a story may count for."""

from __future__ import annotations

import numpy as np
import pytest

from ringfinder.model.scored import THIN, Story
from ringfinder.score.ranked import Measured, ranked

SELLER = Story("seller", "同一业务员", "one agent", "complaints", ("C1",))
TOO_THIN = Story(THIN, "证据不足", "not enough", "phones", ("p1",))


def _measured(statistic, people, *stories):
    people = np.array(people)
    return Measured(
        people=people,
        is_linked=np.ones(len(people), dtype=bool),
        likeness=np.zeros(len(people)),
        statistic=statistic,
        kinds=("account", "phone"),
        signals=(),
        stories=stories,
    )


def _people(groups):
    return [g.people.tolist() for g in groups]


def _deal(*books):
    return lambda without: [list(book) for book in books]


#: chance reaches 10 in every fifth book
SELDOM = _deal(*([[10.0]] * 20 + [[]] * 80))


def test_flagged_come_first_then_those_too_thin_then_the_explained():
    groups = [
        _measured(90.0, [0, 1], SELLER),
        _measured(80.0, [2, 3], TOO_THIN, SELLER),
        _measured(70.0, [4, 5], TOO_THIN),
        _measured(5.0, [6, 7]),
        _measured(40.0, [8, 9]),
        _measured(50.0, [10, 11]),
    ]
    first = ranked(groups, SELDOM, level=0.05)
    assert [g.is_flagged for g in first] == [True, True, False, False, False, False]
    assert _people(first) == [[10, 11], [8, 9], [4, 5], [6, 7], [0, 1], [2, 3]]
    assert _people(ranked(groups[::-1], SELDOM, level=0.05)) == _people(first)


def test_of_equals_the_larger_comes_first_then_the_one_with_the_first_person():
    groups = [_measured(5.0, [3, 4]), _measured(5.0, [7, 8, 9]), _measured(5.0, [1, 2]), _measured(6.0, [10])]
    assert _people(ranked(groups, SELDOM, level=0.05)) == [[10], [7, 8, 9], [1, 2], [3, 4]]


@pytest.mark.parametrize("story", [SELLER, TOO_THIN], ids=["explained", "thin"])
def test_group_with_a_story_is_never_flagged_and_keeps_its_p_value(story):
    told = ranked([_measured(50.0, [0, 1], story)], SELDOM, level=0.05)[0]
    plain = ranked([_measured(50.0, [0, 1])], SELDOM, level=0.05)[0]
    assert (told.q_value, told.is_flagged) == (1.0, False)
    assert (plain.is_flagged, plain.q_value < 0.05) == (True, True)
    assert told.p_value == plain.p_value == round(1 / 101, 6)


@pytest.mark.parametrize("story", [SELLER, TOO_THIN], ids=["explained", "thin"])
def test_groups_with_a_story_do_not_improve_the_q_of_the_others(story):
    told = [_measured(50.0 + k, [2 * k + 2, 2 * k + 3], story) for k in range(5)]
    alone = ranked([_measured(10.0, [0, 1])], SELDOM, level=0.05)
    beside = ranked([_measured(10.0, [0, 1]), *told], SELDOM, level=0.05)
    assert alone[0].q_value == round(21 / 101, 6)
    assert {g.q_value for g in beside if g.people[0] == 0} == {alone[0].q_value}
    assert not any(g.is_flagged for g in beside)


def test_open_groups_as_strong_do_improve_it():
    open_groups = [_measured(10.0 + k, [2 * k, 2 * k + 1]) for k in range(6)]
    assert all(g.is_flagged for g in ranked(open_groups, SELDOM, level=0.05))
    assert not ranked(open_groups[:1], SELDOM, level=0.05)[0].is_flagged


def test_score_is_one_half_where_a_typical_book_of_chance_is_as_strong():
    typical = _deal([8.0, 3.0], [12.0], [1.0])
    scores = {
        g.statistic: g.score for g in ranked([_measured(s, [0, 1]) for s in (-2.0, 8.0, 24.0)], typical, level=0.05)
    }
    assert scores == {-2.0: 0.0, 8.0: 0.5, 24.0: 0.75}


def test_group_exactly_as_strong_as_chance_in_every_book_has_p_one():
    strength = 2 / 3
    group = ranked([_measured(strength, [0, 1])], _deal(*[[strength]] * 99), level=0.05)[0]
    assert group.p_value == 1.0


def test_no_groups_make_an_empty_list():
    assert ranked([], SELDOM, level=0.05) == ()
