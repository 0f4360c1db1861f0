"""A small group with the letter of flagged rings is flagged; a circulated letter and honest stories flag nobody."""

from __future__ import annotations

import numpy as np
import pytest

from ringfinder.construct import build_book
from ringfinder.model.odds import reference_population
from ringfinder.model.scored import ScoredGroup, Story
from ringfinder.score.network import with_network_letters

THIN = Story("thin", "证据不足", "too thin", "phones", ("1",))
SELLER = Story("seller", "同一销售人员", "one seller", "complaints", ("1",))


def _group(people, *, is_flagged=False, stories=(), kinds=("phone",)):
    people = np.array(people)
    return ScoredGroup(
        people=people,
        is_linked=np.ones(len(people), dtype=bool),
        likeness=np.zeros(len(people)),
        statistic=1.0,
        score=0.9 if is_flagged else 0.2,
        p_value=0.01 if is_flagged else 0.6,
        q_value=0.01 if is_flagged else 1.0,
        is_flagged=is_flagged,
        kinds=kinds,
        signals=(),
        stories=stories,
    )


def _tested(planted, *, writers, cell_writers=3, stories=(THIN,), kinds=("phone",), ring_flagged=True):
    """The planted ring, a cell of four honest people, and `writers` others who write the ring's letter."""
    book = build_book(planted())
    ring = np.flatnonzero([str(h).startswith("R") for h in book.holders])
    honest = np.flatnonzero([str(h).startswith("H") for h in book.holders])
    cell = honest[:4]
    template_of = np.full(book.n_holders, -1, dtype=np.int64)
    template_of[ring] = 0
    template_of[cell[:cell_writers]] = 0
    template_of[honest[50 : 50 + writers]] = 0
    groups = [_group(ring, is_flagged=ring_flagged), _group(cell, stories=stories, kinds=kinds)]
    result = with_network_letters(
        groups, book, template_of, reference_population(book.events), level=0.05, min_households=3
    )
    return next(g for g in result if len(g.people) == 4)


def test_the_letter_of_a_flagged_ring_flags_a_thin_cell_and_says_so(planted):
    cell = _tested(planted, writers=1)

    assert cell.is_flagged
    assert cell.stories == ()
    assert cell.kinds == ("phone", "template")
    assert cell.q_value <= 0.05
    assert [s.name for s in cell.signals] == ["network_letter"]


@pytest.mark.parametrize(
    "change",
    [
        {"writers": 40},
        {"writers": 1, "cell_writers": 1},
        {"writers": 1, "stories": (THIN, SELLER)},
        {"writers": 1, "kinds": ()},
        {"writers": 1, "ring_flagged": False},
    ],
    ids=["circulated", "one writer", "honest story", "no shared value", "no flagged ring"],
)
def test_otherwise_the_cell_stays_as_it_was(change, planted):
    cell = _tested(planted, **change)

    assert not cell.is_flagged
    assert cell.q_value == 1.0
    assert cell.stories == change.get("stories", (THIN,))
