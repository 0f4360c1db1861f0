"""New letters against the templates of a case."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ringfinder.model.letters import FormerTemplates
from ringfinder.templates import find_templates, link_new

sys.path.insert(0, str(Path(__file__).resolve().parent))
import letter_grammar as grammar


@pytest.fixture(scope="module")
def split() -> tuple[grammar.Book, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """A book; its table so far, the letters since, and what `link_new` says of them.

    Template 0 is known, of template 1 two letters are on file and three come in, template 2 is all new.
    """
    book = grammar.new_book(71)
    bodies = [book.ring(20, number=0), book.ring(2, number=1, levels="easy")]
    book.honest(500)
    n_old = len(book.rows)
    book.ring(15, number=0, body=bodies[0])
    book.ring(3, number=1, body=bodies[1], levels="easy medium")
    book.ring(6, number=2, levels="easy medium")
    book.honest(200)
    table = book.table()
    old, new = table.iloc[:n_old], table.iloc[n_old:]
    found = find_templates(old)
    named = found.letters.loc[found.letters["template_id"] != ""]
    former = FormerTemplates(dict(zip(named["complaint_id"], named["template_id"], strict=True)), 4)
    return book, old, new, link_new(old, former, new, threshold=found.null.threshold)


def test_new_letters_of_a_known_template_get_its_id(
    split: tuple[grammar.Book, pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    book, old, _, told = split
    truth = np.array(book.truth[len(old) :])
    assert (told["template_id"][truth == 0] == "T01").mean() > 0.85
    assert not told["is_new_template"][truth == 0].any()


def test_other_new_letters_are_pooled_into_new_templates_above_all_ids_ever_given(
    split: tuple[grammar.Book, pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    book, old, _, told = split
    truth = np.array(book.truth[len(old) :])
    pooled, fresh = set(told["template_id"][truth == 1]), set(told["template_id"][truth == 2])
    assert sorted([*pooled, *fresh]) == ["T05", "T06"]
    assert told["is_new_template"][truth > 0].all()


def test_honest_new_letters_are_linked_to_nothing_and_each_letter_has_one_row(
    split: tuple[grammar.Book, pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    book, old, new, told = split
    truth = np.array(book.truth[len(old) :])
    assert told["complaint_id"].tolist() == sorted(new["complaint_id"])
    assert (told["verdict"][truth < 0] != "linked").all()


def test_a_copy_of_a_short_template_and_letters_on_file_already() -> None:
    book = grammar.new_book(72)
    book.honest(300)
    text = str(min((r["text"] for r in book.rows if len(str(r["text"])) >= 120), key=len))
    book.add(text)
    book.add(text)
    old = book.table()
    found = find_templates(old)
    named = found.letters.loc[found.letters["verdict"] == "linked"]
    former = FormerTemplates(dict(zip(named["complaint_id"], named["template_id"], strict=True)), 1)
    book.add(text)
    told = link_new(old, former, book.table())
    assert told["complaint_id"].tolist() == [book.rows[-1]["complaint_id"]]
    assert told["template_id"].tolist() == ["T01"]
