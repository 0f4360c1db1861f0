"""Templates in small corpora made by a grammar of our own (letter_grammar.py)."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.letter_books import new_book
from ringfinder.errors import ConfigError
from ringfinder.model.letters import LETTER_COLUMNS, TEMPLATE_COLUMNS, VERDICTS, Letters
from ringfinder.templates import TemplateParams, find_templates

sys.path.insert(0, str(Path(__file__).resolve().parent))
import letter_grammar as grammar

PUBLIC = (
    "致各位领导:我在某某公司办理的保险存在严重的销售误导,业务人员把长期的保障产品说成短期的理财,夸大利益又隐瞒风险。"
    "我曾经多次到柜面沟通,工作人员均以制度为由敷衍了事,既不出示当时的双录视频,也不提供经我本人确认的投保资料。"
    "现依照有关法律法规提出三点诉求:其一,撤销合同并返还全部费用;其二,追究相关人员的责任;其三,以书面形式给我答复。"
)


def linked(found: Letters) -> np.ndarray:
    return (found.letters["verdict"] == "linked").to_numpy()


@pytest.fixture(scope="module")
def mixed() -> tuple[grammar.Book, Letters]:
    book = grammar.mixed_book(800, seed=5)
    return book, find_templates(book.table())


def test_ring_letters_are_linked_and_honest_letters_are_not(mixed: tuple[grammar.Book, Letters]) -> None:
    book, found = mixed
    is_ring = np.array(book.truth) >= 0
    assert linked(found)[is_ring].mean() > 0.9
    assert linked(found)[~is_ring].mean() < 0.005
    assert 0 < found.null_p999 < 0.3


def test_a_template_holds_the_letters_of_one_author(mixed: tuple[grammar.Book, Letters]) -> None:
    book, found = mixed
    authors = pd.Series(book.truth)[linked(found)].groupby(found.letters["template_id"][linked(found)].to_numpy())
    assert (authors.agg(lambda truth: truth.value_counts(normalize=True).iloc[0]) > 0.9).all()


def test_frames_have_the_contract_columns_and_verdicts(mixed: tuple[grammar.Book, Letters]) -> None:
    _, found = mixed
    assert tuple(found.letters.columns) == LETTER_COLUMNS
    assert tuple(found.templates.columns) == TEMPLATE_COLUMNS
    assert found.letters["complaint_id"].is_monotonic_increasing
    assert set(found.letters["verdict"]) <= set(VERDICTS)
    assert found.letters["similarity"].between(0, 1).all()
    assert (found.letters["template_id"] == "")[found.letters["verdict"] == "own_words"].all()


def test_templates_are_numbered_by_size_and_counts_agree_with_the_letters(mixed: tuple[grammar.Book, Letters]) -> None:
    _, found = mixed
    counts = found.letters[linked(found)].groupby("template_id").agg(n=("complaint_id", "size"))
    assert found.templates["template_id"].tolist() == sorted(found.templates["template_id"])
    assert found.templates["complaints"].is_monotonic_decreasing
    assert counts["n"].tolist() == found.templates["complaints"].tolist()
    assert found.templates["template_id"].iloc[0] == "T01"


def test_vectors_are_aligned_and_have_length_one_or_nothing(mixed: tuple[grammar.Book, Letters]) -> None:
    _, found = mixed
    norms = np.sqrt(np.asarray(found.vectors.multiply(found.vectors).sum(axis=1)).ravel())
    assert found.vectors.shape[0] == len(found.letters)
    assert found.vectors.dtype == np.float32
    assert np.all(np.isclose(norms, 1, atol=1e-4) | (norms == 0))
    members = np.flatnonzero((found.letters["template_id"] == "T01").to_numpy())[:10]
    inside = (found.vectors[members] @ found.vectors[members].T).toarray()
    assert inside[np.triu_indices(len(members), 1)].mean() > 0.1


def test_patterns_show_shared_sentences_with_slots_and_no_fillers(mixed: tuple[grammar.Book, Letters]) -> None:
    _, found = mixed
    big = found.templates[found.templates["complaints"] >= 10]
    assert (big["pattern"].str.len() > 60).all()
    assert big["pattern"].str.contains("〔日期〕|〔金额〕|〔数字〕").any()
    assert not found.templates["pattern"].str.contains(r"\d{7}").any()


def test_a_corpus_without_rings_has_no_templates() -> None:
    book = grammar.new_book(8)
    book.honest(900)
    found = find_templates(book.table())
    assert len(found.templates) == 0
    assert not linked(found).any()
    assert found.null_p999 == 0.0
    assert found.templates["first_filed"].dtype == "datetime64[s]"


def test_letters_that_share_only_a_form_never_link() -> None:
    book = grammar.new_book(9)
    book.honest(300)
    table = book.table()
    table["text"] = grammar.FORM + table["text"] + "".join(grammar._LAW)
    assert len(find_templates(table).templates) == 0


def test_order_of_the_rows_does_not_show(mixed: tuple[grammar.Book, Letters]) -> None:
    book, found = mixed
    shuffled = find_templates(book.table().sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(shuffled.letters, found.letters)
    pd.testing.assert_frame_equal(shuffled.templates, found.templates)
    assert (shuffled.vectors != found.vectors).nnz == 0
    assert shuffled.null_p999 == found.null_p999


@pytest.mark.parametrize("size", [3, 5, 10])
def test_a_small_template_is_found(size: int) -> None:
    book = grammar.new_book(20 + size)
    book.ring(size, number=0, levels="easy medium")
    book.honest(400)
    found = find_templates(book.table())
    is_ring = np.array(book.truth) == 0
    assert len(found.templates) == 1
    assert linked(found)[is_ring].all()
    assert not linked(found)[~is_ring].any()


@pytest.mark.parametrize("share", [0.1, 0.3, 0.4])
def test_a_template_that_writes_much_of_the_book_is_found(share: float) -> None:
    book = grammar.new_book(31)
    book.ring(int(600 * share), number=0)
    book.honest(600 - len(book.rows))
    found = find_templates(book.table())
    is_ring = np.array(book.truth) == 0
    assert len(found.templates) == 1
    assert linked(found)[is_ring].mean() > 0.85
    assert linked(found)[~is_ring].mean() < 0.01


def test_siblings_stay_two_templates() -> None:
    book = grammar.new_book(33)
    parent = book.ring(20, number=0, levels="easy medium")
    child = [s if i % 5 < 2 else grammar._draw(book.rng) for i, s in enumerate(parent)]
    book.ring(20, number=1, body=child, levels="easy medium")
    book.honest(500)
    found = find_templates(book.table())
    truth = np.array(book.truth)
    assert len(found.templates) == 2
    ids = [set(found.letters["template_id"][truth == number]) for number in (0, 1)]
    assert sorted(ids, key=min) == [{"T01"}, {"T02"}]


def test_a_repeat_writer_is_no_template() -> None:
    book = grammar.new_book(34)
    book.honest(300)
    body = [grammar._draw(book.rng) for _ in range(12)]
    for who in ("P-A", "P-B"):
        for _ in range(8):
            book.add(grammar._letter(book.rng, grammar._retell(book.rng, body, "medium")), holder=who)
    assert len(find_templates(book.table()).templates) == 0


def test_the_same_letter_forwarded_twice_counts_once() -> None:
    book = grammar.new_book(35)
    book.ring(6, number=0, levels="easy")
    book.honest(200)
    table = book.table()
    again = table.iloc[[0]].assign(complaint_id="D000001", filed_on=pd.Timestamp("2024-01-01"))
    found = find_templates(pd.concat([table, again], ignore_index=True))
    letters = found.letters.set_index("complaint_id")
    assert letters.loc["D000001", "verdict"] == "duplicate"
    assert letters.loc["D000001", "template_id"] == letters.loc["C000000", "template_id"] == "T01"
    assert found.templates["complaints"].tolist() == [6]
    assert found.vectors[int(np.flatnonzero(found.letters["complaint_id"] == "D000001")[0])].nnz == 0


def evade_nothing(text: str) -> str:
    return text


def evade_by_homophones(text: str) -> str:
    return text.translate(str.maketrans("保费退钱我说的", "葆废蜕前沃硕得"))


def evade_by_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def evade_by_spaces(text: str) -> str:
    return "* ".join(text)


@pytest.mark.parametrize("evade", [evade_nothing, evade_by_homophones, evade_by_width, evade_by_spaces])
def test_spelling_tricks_do_not_hide_a_letter(evade: object) -> None:
    book = grammar.new_book(36)
    book.ring(12, number=0, levels="easy")
    book.honest(250)
    table = book.table()
    assert callable(evade)
    table.loc[:5, "text"] = table.loc[:5, "text"].map(evade)
    assert linked(find_templates(table))[:12].all()


def test_shuffled_sentences_do_not_hide_a_letter() -> None:
    book = grammar.new_book(37)
    body = book.ring(6, number=0, levels="easy")
    for _ in range(6):
        book.rng.shuffle(body)
        book.ring(1, number=0, body=list(body), levels="easy")
    book.honest(250)
    assert linked(find_templates(book.table()))[:12].all()


def test_empty_and_very_short_letters_are_too_short_to_judge() -> None:
    book = grammar.new_book(38)
    book.honest(100)
    for text in ("", " 。", "我要求全额退保谢谢", "我要求全额退保谢谢"):
        book.add(text)
    table = book.table()
    table.loc[0, "text"] = None
    found = find_templates(table)
    assert len(found.letters) == len(table) - 1
    assert found.letters["verdict"].tolist()[-4:] == ["too_short"] * 4
    assert found.vectors[-4:].nnz == 0


def test_no_text_at_all_gives_empty_frames_of_the_right_types() -> None:
    table = grammar.mixed_book(30, seed=1).table().assign(text=pd.Series(dtype="str"))
    for frame in (table, table.iloc[:0]):
        found = find_templates(frame)
        assert tuple(found.letters.columns) == LETTER_COLUMNS
        assert tuple(found.templates.columns) == TEMPLATE_COLUMNS
        assert found.letters["template_id"].dtype == "str"
        assert found.letters["similarity"].dtype == "float64"
        assert found.vectors.shape[0] == len(found.letters) == 0


def test_copies_of_a_published_letter_are_known_and_no_template() -> None:
    book = grammar.new_book(39)
    book.honest(250)
    for i in range(12):
        book.add(f"本人{'王李张刘'[i % 4]}某," + PUBLIC.replace("三点", f"{i}点"))
    unknown, known = find_templates(book.table()), find_templates(book.table(), known_letters=[PUBLIC])
    assert len(unknown.templates) == 1
    assert len(known.templates) == 0
    assert (known.letters["verdict"][-12:] == "known_public").all()
    assert (known.letters["verdict"] == "known_public").sum() == 12


def test_forms_given_as_boilerplate_are_no_evidence() -> None:
    book = grammar.new_book(40)
    book.honest(120)
    form = PUBLIC + PUBLIC[::-1]
    for _ in range(4):
        book.add(form + f"我叫{book.rng.choice('王李张')}某。")
    assert len(find_templates(book.table()).templates) == 1
    found = find_templates(book.table(), boilerplate=[form])
    assert len(found.templates) == 0
    assert (found.letters["verdict"][-4:] == "too_short").all()


def english_letter(rng: np.random.Generator, sentences: list[str]) -> str:
    return f"On {rng.integers(1, 28)} May {rng.integers(2012, 2023)} I paid {rng.integers(1000, 9000)}. " + " ".join(
        sentences
    )


def test_english_letters_work() -> None:
    rng = np.random.default_rng(2)
    parts = [
        ["the agent", "a bank clerk", "my manager", "her colleague", "an old friend", "the lecturer", "that lady"],
        ["twice", "often", "never", "already", "then", "quietly", "simply", "finally"],
        ["promised", "explained", "mentioned", "denied", "described", "hid", "repeated", "invented"],
        ["the surrender charge", "a bonus", "every fee", "the exclusions", "my signature", "a yearly return"],
        ["in the branch", "over tea", "on the phone", "at our home", "during lunch", "by message", "near the market"],
        ["so I agreed", "while mother slept", "and left", "before paying", "which hurt us", "as others watched"],
    ]

    def sentence() -> str:
        return " ".join(str(rng.choice(p)) for p in parts).capitalize() + "."

    body = [sentence() for _ in range(14)]
    texts = [english_letter(rng, [sentence() for _ in range(12)]) for _ in range(200)]
    texts += [english_letter(rng, [s if rng.random() < 0.8 else sentence() for s in body]) for _ in range(8)]
    table = pd.DataFrame(
        {
            "complaint_id": [f"C{i:04d}" for i in range(208)],
            "policyholder_id": [f"P{i:04d}" for i in range(208)],
            "filed_on": pd.Timestamp("2021-03-05"),
            "text": texts,
        }
    )
    found = find_templates(table)
    assert linked(found)[200:].all()
    assert not linked(found)[:200].any()
    assert sum(s in found.templates["pattern"][0] for s in body) >= 3


def test_hostile_text_does_not_crash() -> None:
    book = grammar.new_book(41)
    book.ring(5, number=0, levels="easy")
    book.honest(80)
    table = book.table()
    hostile = [
        "\x00" * 50,
        "退保\x00" * 30,
        "\ud800\udfff退保" * 40,
        "骗" * 100_000,
        "\U0001f600" * 300,
        "〔日期〕" * 60,
        "1" * 5000,
    ]
    extra = table.iloc[: len(hostile)].astype({"text": "object"})
    extra = extra.assign(complaint_id=[f"X{i}" for i in range(len(hostile))], text=pd.Series(hostile, dtype="object"))
    both = pd.concat([table.astype({"text": "object"}), extra], ignore_index=True)
    found = find_templates(both)
    assert len(found.letters) == len(both)
    assert linked(found)[:5].all()


def test_missing_filing_dates_do_not_crash() -> None:
    book = grammar.new_book(42)
    book.ring(5, number=0, levels="easy")
    book.honest(80)
    table = book.table()
    table.loc[:4, "filed_on"] = pd.NaT
    found = find_templates(table)
    assert found.templates["first_filed"].isna().all()


def test_adding_honest_letters_changes_no_link() -> None:
    book = grammar.new_book(43)
    book.ring(10, number=0)
    book.honest(150)
    few = find_templates(book.table())
    book.honest(1500)
    many = find_templates(book.table())
    assert linked(few)[:10].tolist() == linked(many)[:10].tolist()
    assert linked(many).sum() == linked(many)[:10].sum()


@pytest.mark.parametrize("wrong", [{"shingle": 0}, {"link": 0.0}, {"bins": 1}, {"min_policyholders": 1}])
def test_a_setting_out_of_range_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=f"templates.{next(iter(wrong))}"):
        TemplateParams(**wrong)  # type: ignore[arg-type]


PORTAL = (
    "【网上投诉平台】投诉人已阅读并知晓投诉须知,承诺所填写内容真实有效,并同意将投诉材料转送被投诉机构核查处理。"
    "投诉类别:人身保险;投诉事项:销售行为;诉求类型:其他;是否曾向机构投诉:是;是否同意调解:同意;"
    "本件由系统自动生成,请被投诉机构自收到之日起十五日内作出处理决定并告知投诉人,逾期未告知的应当说明理由。"
)


@pytest.mark.parametrize("every", [3, 10, 50])
def test_a_form_of_a_portal_links_nobody_however_many_letters_carry_it(every: int) -> None:
    book = grammar.new_book(21)
    book.honest(900)
    for row in book.rows[::every]:
        row["text"] = f"{PORTAL}{row['text']}"
    assert not linked(find_templates(book.table())).any()


def test_a_form_does_not_hide_the_template_of_letters_that_carry_it() -> None:
    book = grammar.new_book(22)
    book.ring(60, number=0)
    book.honest(900)
    plain = find_templates(book.table())
    for row in book.rows[::2]:
        row["text"] = f"{PORTAL}{row['text']}"
    found = find_templates(book.table())
    is_ring = np.array(book.truth) >= 0
    assert linked(plain)[is_ring].mean() > 0.95
    assert linked(found)[is_ring].mean() > 0.95
    assert not linked(found)[~is_ring].any()


HOTLINE = (
    "【政务服务便民热线工单】来电市民要求匿名,诉求已由话务员如实记录并向其复述确认无误,请贵单位三个工作日内联系来电市民,"
    "处理结果上传工单系统,超时将自动督办。"
)
COUNTER = (
    "填写本登记表即表示本人同意受理网点核对身份并留存复印件,同意工作人员在核查期间与本人电话联系,知悉核查期间保险合同继续有效、"
    "应缴的续期保费仍须按时缴纳,知悉撤回投诉须另填撤回申请,并确认表内各栏均由本人亲笔填写,涂改处已按手印,未填各栏视为无。"
)
STATUTE = (
    "根据保险法第一百三十一条,保险代理人及其从业人员在办理保险业务活动中不得有欺骗投保人、被保险人或者受益人以及隐瞒"
    "与保险合同有关的重要情况等行为。"
)


@pytest.mark.parametrize(
    ("form", "seed", "share"),
    [(HOTLINE, 6100, 0.05), (HOTLINE, 8, 0.02), (COUNTER, 6100, 0.05), (COUNTER, 8, 0.1)],
    ids=["hotline", "hotline, few", "counter", "counter, more"],
)
def test_a_form_links_nobody_beside_a_large_ring(form: str, seed: int, share: float) -> None:
    book = new_book(seed)
    book.ring(400, book.new_template(), levels=("medium", "hard"))
    book.honest(600)
    for row in book.rng.sample(range(len(book)), int(share * 1000)):
        book.text[row] = f"{form}{book.text[row]}"
    found = find_templates(book.table())
    is_ring = (book.truths()["truth"] >= 0).to_numpy()
    assert not linked(found)[~is_ring].any()
    assert linked(found)[is_ring].mean() > 0.9


@pytest.mark.parametrize("every", [2, 3])
def test_a_statute_that_a_large_ring_quotes_too_links_nobody(every: int) -> None:
    book = grammar.new_book(31)
    book.ring(240, number=0)
    book.honest(360)
    is_ring = np.array(book.truth) >= 0
    for number, row in enumerate(book.rows):
        if number % (every if is_ring[number] else 5) == 0:
            row["text"] += STATUTE
    found = find_templates(book.table())
    assert not linked(found)[~is_ring].any()
    assert linked(found)[is_ring].mean() > 0.9
