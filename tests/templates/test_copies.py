"""Copies of whole letters whose sentences are everybody's, and forms that look like copies."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np
import pytest

from ringfinder.model.letters import Letters
from ringfinder.templates import find_templates

sys.path.insert(0, str(Path(__file__).resolve().parent))
import letter_grammar as grammar

PORTAL = (
    "【网上投诉平台】投诉人已阅读并知晓投诉须知,承诺所填写内容真实有效,并同意将投诉材料转送被投诉机构核查处理。"
    "投诉类别:人身保险;投诉事项:销售行为;诉求类型:其他;是否曾向机构投诉:是;是否同意调解:同意;"
    "本件由系统自动生成,请被投诉机构自收到之日起十五日内作出处理决定并告知投诉人,逾期未告知的应当说明理由。"
)
_ENGLISH = (
    ("the agent", "a bank clerk", "my manager", "her colleague", "an old friend", "the lecturer", "that lady"),
    ("twice", "often", "never", "already", "then", "quietly", "simply", "finally"),
    ("promised", "explained", "mentioned", "denied", "described", "hid", "repeated", "invented"),
    ("the surrender charge", "a bonus", "every fee", "the exclusions", "my signature", "a yearly return"),
    ("in the branch", "over tea", "on the phone", "at our home", "during lunch", "by message", "near the market"),
    ("so I agreed", "while mother slept", "and left", "before paying", "which hurt us", "as others watched"),
)


def english_letter(rng: random.Random) -> str:
    """Sentences of one mould."""
    made = (" ".join(rng.choice(part) for part in _ENGLISH) for _ in range(rng.randint(2, 10)))
    return " ".join(f"{sentence.capitalize()}." for sentence in made)


def linked(found: Letters) -> np.ndarray:
    return (found.letters["verdict"] == "linked").to_numpy()


def copied(book: grammar.Book, most: int) -> None:
    """Two more people sign each of the shortest letters of 120 characters and more."""
    long = [i for i, row in enumerate(book.rows) if len(str(row["text"])) >= 120 and book.level[i] == "honest"]
    for number, i in enumerate(sorted(long, key=lambda i: (len(str(book.rows[i]["text"])), i))[:most]):
        book.truth[i] = number
        for _ in range(2):
            book.add(str(book.rows[i]["text"]), truth=number, level="easy")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_letter_that_three_people_copied_whole_is_a_template_however_common_its_sentences(language: str) -> None:
    book = grammar.new_book(51)
    if language == "zh":
        book.honest(1200)
    else:
        for _ in range(1200):
            book.add(english_letter(book.rng))
    copied(book, 60)
    found = find_templates(book.table())
    assert linked(found)[np.array(book.truth) >= 0].mean() >= 0.99
    writers = np.array(book.truth) >= 0
    writers |= np.array(book.level) == "repeat"  # who copied an earlier letter of the same person's
    assert linked(found)[~writers].mean() < 0.002


def test_two_copyists_are_too_few() -> None:
    book = grammar.new_book(52)
    book.honest(400)
    text = str(min((r["text"] for r in book.rows if len(str(r["text"])) >= 120), key=len))
    book.add(text)
    assert not linked(find_templates(book.table())).any()


def test_short_stock_letters_link_nobody() -> None:
    book = grammar.new_book(53)
    book.honest(400)
    for _ in range(12):
        book.add("本人要求全额退保,请贵公司尽快退还我所交的全部保费,谢谢领导。")
    assert not linked(find_templates(book.table())).any()


@pytest.mark.parametrize("alone", [3, 30])
def test_a_form_sent_without_a_word_of_ones_own_links_nobody(alone: int) -> None:
    book = grammar.new_book(54)
    book.honest(700)
    for row in book.rows[::8]:
        row["text"] = f"{PORTAL}{row['text']}"
    for i in range(alone):
        book.add(f"{PORTAL}本人{'王李张刘'[i % 4]}某,请处理。")
    assert not linked(find_templates(book.table())).any()


def test_copies_of_a_known_letter_stay_known() -> None:
    book = grammar.new_book(55)
    book.honest(300)
    text = str(min((r["text"] for r in book.rows if len(str(r["text"])) >= 120), key=len))
    for _ in range(4):
        book.add(text)
    assert linked(find_templates(book.table()))[-4:].all()
    found = find_templates(book.table(), known_letters=[text])
    assert (found.letters["verdict"].tail(4) == "known_public").all()
