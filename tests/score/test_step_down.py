"""The test steps down: a strong ring's values no longer hide a smaller ring once it is flagged."""

from __future__ import annotations

import numpy as np

from ringfinder.construct import build_book
from ringfinder.model.scored import Story
from ringfinder.score.null import values_of
from ringfinder.score.ranked import Measured, ranked

CLEARED = (Story("seller", "同一销售人员", "one seller", "complaints", ("C1",)),)


def _measured(statistic, people, stories=()):
    people = np.array(people)
    return Measured(
        people=people,
        is_linked=np.ones(len(people), dtype=bool),
        likeness=np.zeros(len(people)),
        statistic=statistic,
        kinds=("phone", "account"),
        signals=(),
        stories=stories,
    )


def test_what_is_flagged_leaves_the_book_and_the_rest_is_tested_again():
    dealt_without = []

    def deal(without):
        dealt_without.append(without.tolist())
        # with the large ring's values in the book chance reaches 9, without them 2
        return [[9.0]] * 100 if 0 not in without else [[2.0]] * 100

    result = ranked([_measured(50.0, [0, 1]), _measured(5.0, [2, 3]), _measured(1.0, [4])], deal, level=0.05)

    assert [(g.people.tolist(), g.is_flagged) for g in result] == [([0, 1], True), ([2, 3], True), ([4], False)]
    assert dealt_without == [[], [0, 1], [0, 1, 2, 3]]
    assert result[2].p_value > 0.9


def test_a_book_without_flags_is_tested_once_and_explained_groups_never_leave_it():
    calls = []

    def deal(without):
        calls.append(without.tolist())
        return [[9.0]] * 100

    result = ranked([_measured(50.0, [0, 1], CLEARED), _measured(5.0, [2, 3])], deal, level=0.05)

    assert [g.is_flagged for g in result] == [False, False]
    assert [g.people.tolist() for g in result] == [[2, 3], [0, 1]], "an explained group comes last"
    assert calls == [[]]


def test_values_leave_with_the_people_who_mostly_hold_them(planted):
    book = build_book(planted())
    ring = np.flatnonzero([str(h).startswith("R") for h in book.holders])

    gone = book.values.loc[values_of(book, ring)]

    assert set(book.values.loc[book.values["verdict"] == "evidence", "value_id"]) <= set(gone["value_id"])
    assert "05990000000" not in set(gone["value"]), "a hotline stays"
    assert len(values_of(book, np.zeros(0, dtype=np.int64))) == 0
