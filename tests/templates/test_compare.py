"""A letter beside its template: same, slot, changed, added."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ringfinder.templates.compare import compare_letters

PATTERN = (
    "本人〔姓名〕于〔日期〕购买保险一份,年缴〔金额〕元。业务员承诺三年返本,随时支取没有损失。请贵局责令其全额退款。"
)


def parts(pattern: str, text: str) -> list[tuple[str, str]]:
    shown = compare_letters(pattern, [("C1", text)])
    return [(p.kind, p.text) for s in shown.letters[0].sentences for p in s.parts]


def test_fillers_of_slots_are_told_from_constant_wording() -> None:
    found = parts(PATTERN, "本人王小明于2019年3月2日购买保险一份,年缴8000元。")
    assert [p for p in found if p[0] == "slot"] == [("slot", "〔姓名〕"), ("slot", "2019年3月2日"), ("slot", "8000")]
    assert not [p for p in found if p[0] in ("changed", "added")]


def test_a_name_that_fills_a_slot_is_never_shown() -> None:
    shown = compare_letters(PATTERN, [("C1", "本人王小明于2019年3月2日购买保险一份,年缴8000元。")])
    assert "王小明" not in str([s.parts for s in shown.letters[0].sentences]) + str(shown.slots)
    assert [s.fillers for s in shown.slots if s.name == "姓名"] == [()]
    assert [s.n_filled for s in shown.slots] == [1, 1, 1]


def test_a_homophone_is_a_change_of_one_character() -> None:
    found = parts(PATTERN, "业务员承诺叁年返本,随时支取没有损失。")
    assert ("changed", "叁") in found
    assert sum(len(text) for kind, text in found if kind != "same") == 1


def test_own_sentences_are_added_and_shuffled_ones_keep_their_place() -> None:
    text = "请贵局责令其全额退款。我的腿去年摔断了。业务员承诺三年返本,随时支取没有损失。"
    shown = compare_letters(PATTERN, [("C1", text)])
    assert [s.place for s in shown.letters[0].sentences] == [2, -1, 1]
    assert shown.letters[0].sentences[1].parts[0].kind == "added"


def test_commonest_fillers_come_first_with_their_counts() -> None:
    years = ["2019年", "2018年", "2019年"]
    letters = [(f"C{i}", f"本人某某于{y}购买保险一份,年缴800元。") for i, y in enumerate(years)]
    slot = compare_letters(PATTERN, letters).slots[1]
    assert (slot.name, slot.fillers) == ("日期", (("2019年", 2), ("2018年", 1)))


def test_english_letters_are_compared_too() -> None:
    pattern = "I bought a policy on 〔日期〕 from your agent. He promised that I could withdraw at any time."
    found = parts(pattern, "I bought a policy on 3/4/2019 from your agent. He swore that I could withdraw at any time.")
    assert ("slot", "3/4/2019") in found
    assert any(kind == "changed" for kind, _ in found)


def test_nothing_to_compare_is_no_error() -> None:
    assert compare_letters("", [("C1", "退保。")]).letters[0].share == 0.0
    assert compare_letters(PATTERN, [("C1", "")]).letters[0].sentences == ()
    assert compare_letters(PATTERN, []).letters == ()


@given(st.text(alphabet="本人于购买保险一份年缴元。承诺三年返本〔〕\x00ab 1,", max_size=60))
def test_no_character_of_a_letter_is_lost_or_made_up(text: str) -> None:
    shown = "".join(t for _, t in parts("于〔日期〕购买保险,年缴〔金额〕元。承诺三年返本。", text))
    # a stop that ends no sentence is left out, as are spaces
    assert shown.replace(" ", "").replace("。", "") == text.replace(" ", "").replace("。", "").replace("\x00", "")
