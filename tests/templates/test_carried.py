"""Template ids that live on when the same letters, or more of them, are read again."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

from ringfinder.model.letters import FormerTemplates, Letters, template_number
from ringfinder.templates import find_templates

sys.path.insert(0, str(Path(__file__).resolve().parent))
import letter_grammar as grammar


def former(found: Letters) -> FormerTemplates:
    named = found.letters.loc[found.letters["template_id"] != ""]
    return FormerTemplates(
        dict(zip(named["complaint_id"], named["template_id"], strict=True)), max(1, found.highest_template)
    )


@pytest.fixture(scope="module")
def two() -> tuple[grammar.Book, Letters]:
    """T01 has 14 letters, T02 has 8."""
    book = grammar.new_book(61)
    for number, n in ((0, 14), (1, 8)):
        book.ring(n, number=number, levels="easy medium")
    book.honest(400)
    return book, find_templates(book.table())


def test_the_same_letters_keep_their_ids(two: tuple[grammar.Book, Letters]) -> None:
    book, found = two
    assert found.templates["template_id"].tolist() == ["T01", "T02"]
    again = find_templates(book.table(), former=former(found))
    pd.testing.assert_frame_equal(again.letters, found.letters)
    pd.testing.assert_frame_equal(again.templates, found.templates)


def test_ids_stay_when_sizes_change_places_and_a_fresh_id_lies_above(two: tuple[grammar.Book, Letters]) -> None:
    book, found = two
    grown = grammar.Book(book.rng, list(book.rows), list(book.truth), list(book.level))
    for row in [r for r, truth in zip(book.rows, book.truth, strict=True) if truth == 1] * 2:
        grown.add(f"{row['text']}另外补充。", truth=1, level="easy")
    grown.ring(40, number=2, levels="easy medium")
    anew = find_templates(grown.table())
    kept = find_templates(grown.table(), former=former(found))
    id_of = kept.letters.set_index("complaint_id")["template_id"]
    assert id_of["C000000"] == "T01"
    assert id_of["C000014"] == "T02"
    assert id_of[f"C{len(grown.rows) - 1:06d}"] == "T03"
    assert anew.letters["template_id"].iloc[-1] == "T01"  # by size, without the former case
    assert kept.templates["template_id"].tolist() == ["T01", "T02", "T03"]
    assert sorted(kept.templates["complaints"]) == sorted(anew.templates["complaints"])


def test_an_id_that_is_gone_is_given_to_no_other_template(two: tuple[grammar.Book, Letters]) -> None:
    book, found = two
    rest = book.table().loc[[truth != 1 for truth in book.truth]]
    fewer = find_templates(rest, former=former(found))
    assert fewer.templates["template_id"].tolist() == ["T01"]
    assert fewer.highest_template == 2
    other = grammar.new_book(62)
    other.ring(9, number=0, levels="easy")
    other.honest(200)
    table = other.table().assign(complaint_id=lambda t: "N" + t["complaint_id"])
    assert find_templates(table, former=former(fewer)).templates["template_id"].tolist() == ["T03"]


def test_numbers_of_template_ids() -> None:
    assert [template_number(name) for name in ("T03", "T117", "label x", "")] == [3, 117, 0, 0]
