"""What folds to the same tokens, and what does not."""

from __future__ import annotations

import numpy as np
import pytest

from ringfinder.templates.fold import fold, fold_table
from ringfinder.templates.shingles import shingle


def tokens(text: str) -> list[int]:
    return fold([text])[0].tolist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("退保", "蜕葆"),
        ("退保", "tui bao"),
        ("退保", "退 保!"),
        ("保險", "保险"),
        ("2021年", "1年"),
        ("1,000.50元", "9元"),
        ("\uff11\uff12\uff13\uff21\uff22", "1ab"),
        ("Café POLICY", "cafe policy"),
    ],
)
def test_variants_of_one_wording_fold_alike(one: str, other: str) -> None:
    assert tokens(one) == tokens(other)


@pytest.mark.parametrize(("one", "other"), [("退保", "投保"), ("policy", "police"), ("我", "你"), ("退1保", "退保")])
def test_different_wordings_fold_apart(one: str, other: str) -> None:
    assert tokens(one) != tokens(other)


def test_a_word_does_not_run_on_into_the_next_text() -> None:
    joined, text = fold(["refu", "nd"])
    assert joined[text == 0].tolist() == tokens("refu")
    assert joined[text == 1].tolist() == tokens("nd")


def test_digits_do_not_run_on_into_the_next_text() -> None:
    assert len(fold(["12", "34"])[0]) == 2


def test_a_latin_word_has_a_token_for_every_four_letters() -> None:
    assert [len(tokens(w)) for w in ("bank", "agent", "insurance", "x")] == [1, 2, 3, 1]


def test_the_table_covers_the_common_characters() -> None:
    table = fold_table().table
    assert (table[0x4E00:0x9FA6] > 0).all()
    assert (table[ord("0") : ord("9") + 1] == 1).all()
    assert (table[[ord(c) for c in " 。,!?()《》\n\x00"]] == 0).all()


def test_shingles_are_the_same_however_the_texts_are_chunked() -> None:
    texts = ["我要求退还全部保费并解除合同" * 3, "", "短", "业务员说可以随时取出来没有损失"]
    together = shingle(texts, 6)
    apart = [shingle([t], 6).hashes for t in texts]
    assert np.array_equal(together.hashes, np.concatenate(apart))
