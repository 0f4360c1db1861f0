"""What links were judged against, and sibling templates."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ringfinder.model.letters import Letters
from ringfinder.templates import find_templates

sys.path.insert(0, str(Path(__file__).resolve().parent))
import letter_grammar as grammar


@pytest.fixture(scope="module")
def found() -> Letters:
    return find_templates(grammar.mixed_book(1500, seed=77).table())


def test_null_is_of_the_unlinked_letters_and_ends_below_most_links(found: Letters) -> None:
    verdict = found.letters["verdict"]
    unlinked = found.letters.loc[verdict.isin(["own_words", "possible"]), "similarity"]
    assert found.null.n == len(unlinked)
    shares, values = zip(*found.null.quantiles, strict=True)
    assert list(values) == sorted(values)
    assert dict(found.null.quantiles)[1.0] == unlinked.max()
    assert shares[-1] == 1.0
    linked = found.letters.loc[verdict == "linked", "similarity"]
    assert linked.min() >= found.null.threshold > 0


def test_a_sibling_is_a_variant_of_the_larger_template_and_a_stranger_is_not() -> None:
    book = grammar.new_book(8)
    body = book.ring(40, number=0)
    other = [*body[: len(body) // 2], *(grammar._draw(book.rng) for _ in range(len(body) - len(body) // 2))]
    book.ring(25, number=1, body=other)
    book.ring(15, number=2)
    book.honest(600)
    found = find_templates(book.table())
    assert found.templates["complaints"].tolist() == sorted(found.templates["complaints"], reverse=True)
    assert [(v.template_id, v.of) for v in found.variants] == [("T02", "T01")]
    assert 0.2 <= found.variants[0].shared <= 1


def test_no_templates_give_an_empty_null() -> None:
    book = grammar.new_book(3)
    book.honest(60)
    alone = find_templates(book.table())
    assert (alone.null.quantiles, alone.null.threshold, alone.variants) == ((), 0.0, ())
