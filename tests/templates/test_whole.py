"""Corpora so large that templates are sought by a share of the shingles: letters are still judged by all of them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ringfinder.model.letters import FormerTemplates, Letters
from ringfinder.templates import TemplateParams, find_templates, link_new

sys.path.insert(0, str(Path(__file__).resolve().parent))
import letter_grammar as grammar

SHARE = 0.25


def sampled(table: pd.DataFrame) -> TemplateParams:
    """Settings that hold a corpus by a quarter of its shingles, as one of four times the most characters is."""
    return TemplateParams(most_chars=int(SHARE * table["text"].str.len().sum()))


@pytest.fixture(scope="module")
def both() -> tuple[grammar.Book, Letters, Letters]:
    """A book, what is found by all shingles and what by a quarter."""
    book = grammar.mixed_book(3000, seed=91)
    table = book.table()
    return book, find_templates(table), find_templates(table, sampled(table))


def linked(found: Letters) -> np.ndarray:
    return (found.letters["verdict"] == "linked").to_numpy()


def test_letters_of_a_sampled_corpus_are_linked_as_in_a_small_one(both: tuple[grammar.Book, Letters, Letters]) -> None:
    book, whole, part = both
    truth, level = np.array(book.truth), np.array(book.level)
    assert linked(part)[level == "honest"].mean() <= 0.0005
    for name, lost in (("easy", 0.03), ("medium", 0.03), ("hard", 0.06)):
        mine = (level == name) & (truth >= 0)
        assert linked(part)[mine].mean() >= linked(whole)[mine].mean() - lost


def test_similarities_are_those_of_whole_letters(both: tuple[grammar.Book, Letters, Letters]) -> None:
    _, whole, part = both
    either = linked(whole) & linked(part)
    apart = np.abs(part.letters["similarity"] - whole.letters["similarity"])[either]
    assert apart.median() < 0.01  # measured .001; where a quarter of the shingles tells, .024
    assert abs(part.null.threshold - whole.null.threshold) < 0.03


def test_patterns_of_a_sampled_corpus_read_the_same(both: tuple[grammar.Book, Letters, Letters]) -> None:
    _, whole, part = both
    assert len(part.templates) >= 0.9 * len(whole.templates)
    assert part.templates["pattern"].str.len().median() >= 0.9 * whole.templates["pattern"].str.len().median()


def test_a_form_and_a_published_letter_link_nobody_in_a_sampled_corpus() -> None:
    book = grammar.new_book(92)
    body = [grammar._draw(book.rng) for _ in range(10)]
    book.ring(20, number=0, body=body, levels="easy medium")
    book.honest(1500)
    stock = "以下内容由系统自动生成," + "".join(chr(0x4E00 + 37 * i % 5000) for i in range(200)) + "。"
    carriers = [i for i in range(len(book.rows)) if i % 25 == 0 and book.truth[i] < 0]
    for i in carriers:
        book.rows[i]["text"] = stock + str(book.rows[i]["text"])
    table = book.table()
    found = find_templates(table, sampled(table))
    assert not linked(found)[np.array(book.truth) < 0].any()
    assert linked(found)[np.array(book.truth) == 0].mean() >= 0.9
    published = str(table["text"].iloc[0])
    known = find_templates(table, sampled(table), known_letters=[published])
    assert not linked(known)[np.array(book.truth) < 0].any()
    assert known.letters["verdict"].iloc[0] == "known_public"


def test_order_of_the_rows_does_not_show_in_a_sampled_corpus(both: tuple[grammar.Book, Letters, Letters]) -> None:
    book, _, part = both
    table = book.table()
    turned = table.sample(frac=1, random_state=3).reset_index(drop=True)
    again = find_templates(turned, sampled(table))
    pd.testing.assert_frame_equal(again.letters, part.letters)
    pd.testing.assert_frame_equal(again.templates, part.templates)


def test_new_letters_are_held_against_whole_templates_of_a_sampled_case() -> None:
    book = grammar.new_book(93)
    body = book.ring(24, number=0)
    book.honest(800)
    n_old = len(book.rows)
    book.ring(30, number=0, body=body)
    book.honest(400)
    table = book.table()
    old, new = table.iloc[:n_old], table.iloc[n_old:]
    params = sampled(table)
    found = find_templates(old, params)
    named = found.letters.loc[found.letters["template_id"] != ""]
    former = FormerTemplates(dict(zip(named["complaint_id"], named["template_id"], strict=True)), 1)
    told = link_new(old, former, new, params, threshold=found.null.threshold)
    truth = np.array(book.truth[n_old:])
    is_linked = (told["verdict"] == "linked").to_numpy()
    assert is_linked[truth == 0].mean() >= 0.85
    assert not is_linked[truth < 0].any()
