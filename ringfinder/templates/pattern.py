"""Show a template: the sentences its letters share, with typed slots in place of what differs.

In:  letters of one template, its core shingles.   Out: text such as 本人〔姓名〕于〔日期〕投保.
Never shows a filler: names, dates and sums stay in the letters; long numbers and names after 本人 are masked even
where all letters agree on them. Sentences are clustered, not aligned globally, because writers shuffle them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

from ringfinder.identifiers.keyed import is_keyed_letter
from ringfinder.identifiers.person_names import SURNAMES, mask_names, names_in
from ringfinder.templates.alignment import Segment, align_sentences
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.shingles import shingle

_SENTENCE = re.compile(r"[^。!?;\uff01\uff1f\uff1b\n]+[。!?;\uff01\uff1f\uff1b]?")
_LATIN_STOP = re.compile(r"(?<=[A-Za-z]{2}[.])\s+(?=[A-Z])")
_SPACE_IN_HAN = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_ALIKE, _ALIKE_LATIN = 0.62, 0.8  # 26 letters agree by chance far more often than thousands of characters
_LEAST_CORE = 0.35
_STOCK = 0.5
_LEAST_LENGTH = 6
_MAX_SENTENCE = 400
_MONTH = r"(?:Jan|Febr)uary\b|March\b|April\b|May\b|June\b|July\b|August\b|(?:Septem|Octo|Novem|Decem)ber\b"
_CHINESE_DIGITS = "零〇一二三四五六七八九十百千"


#: the slot whose fillers are people, and so are never shown
PERSON_SLOT = "姓名"

#: slot name, and what a filler of it looks like; the first that fits 60 % of the fillers wins
_SLOTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "日期",
        re.compile(
            rf"{_MONTH}|\d{{1,4}}年|\d{{2,4}}[.\-/]|[{_CHINESE_DIGITS}]{{2,4}}年|\d{{1,2}}月|[{_CHINESE_DIGITS}]{{1,3}}月"
        ),
    ),
    ("金额", re.compile(rf"[\d,.]+(?:万|千|元)|[{_CHINESE_DIGITS}]+(?:万|元)|\d{{1,3}}(?:,\d{{3}})+")),
    ("数字", re.compile(rf"[\d.,]+$|[{_CHINESE_DIGITS}]+$")),
    ("地点", re.compile(r".{1,20}(?:省|市|县|区|镇|乡|村|路|街|银行|医院|支行|网点|公司|营业部|广场|小区|店)$")),
    (PERSON_SLOT, re.compile(rf"[{SURNAMES}][\u4e00-\u9fa5]{{1,2}}(?:经理|主任|女士|先生)?$")),
)
_OTHER = "…"
#: sums written in several ways, some of them plain numbers
_AMOUNT = re.compile(rf"(?:人民币|RMB|[\u00a5\uffe5])?(?:[\d,.]+|[{_CHINESE_DIGITS}]+)[万千]?元?$")
_LONG_NUMBER = re.compile(r"[0-9\uff10-\uff19][0-9\uff10-\uff19Xx*\- ]{5,}[0-9\uff10-\uff19Xx*]")
_ANY = r"(?:〔(?:数字|日期)〕|\d{1,2})"
_TIDY: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\d*〔(数字|日期|金额)〕\d*"), r"〔\1〕"),
    (re.compile(rf"(?:〔(?:数字|日期)〕|\d{{2,4}})年{_ANY}月(?:{_ANY}[日号])?"), "〔日期〕"),
    (re.compile(rf"〔数字〕年〔数字〕|(?:(?:19|20)\d\d|[{_CHINESE_DIGITS}]{{4}})年〔日期〕"), "〔日期〕"),
    (re.compile(rf"〔日期〕(?:[年月]?{_ANY})*[日号月]"), "〔日期〕"),
    (re.compile(r"(?:〔数字〕 )?〔日期〕 〔数字〕"), "〔日期〕"),
    (re.compile(r"〔(?:数字|金额)〕[万千]?元"), "〔金额〕元"),
    (re.compile(r"(〔[^〔〕]*〕)\1+"), r"\1"),
)


def build_pattern(texts: Sequence[str], core: NDArray[np.uint32], params: TemplateParams, *, share: float = 1.0) -> str:
    """The shared letter, one sentence after another in their usual order.

    Parameters
    ----------
    texts : letters of one template, nearest to its core first.
    core : hashes of its core shingles, ascending. share : of all shingles, those among which the core was sought.
    """
    # the words of a masked letter are not on file
    texts = [text for text in texts if not is_keyed_letter(text)]
    sentences, letter, place = _sentences(texts, core, params, share)
    if not sentences:
        return ""
    tally = Counter(sentences)
    versions = sorted(tally)
    number = {text: i for i, text in enumerate(versions)}
    version = np.array([number[s] for s in sentences])
    is_latin = sum(map(str.isascii, versions)) > len(versions) / 2
    cutoff = _ALIKE_LATIN if is_latin else _ALIKE
    alike = process.cdist(versions, versions, scorer=Indel.normalized_similarity, score_cutoff=cutoff, dtype=np.float32)
    clusters = _clusters(alike, version, letter, max(2.0, params.pattern_support * len(texts)))
    shown = [_render(align_sentences([sentences[r] for r in rows])) for rows in clusters]
    order = _usual_order(clusters, letter, place, len(texts))
    pattern = (" " if is_latin else "").join(shown[i] for i in order)
    return mask_personal(pattern, names=names_in(texts))


def _clusters(
    alike: NDArray[np.float32], version: NDArray[np.int64], letter: NDArray[np.int64], least: float
) -> list[NDArray[np.int64]]:
    """Rows of each sentence of the template, the commonest first; of every letter one row, the most alike.

    Two sentences of one letter are two sentences of the template, however alike.
    """
    is_alike = (alike > 0).astype(np.float64)
    is_free = np.ones(len(version), dtype=np.bool_)
    found: list[NDArray[np.int64]] = []
    while True:
        weight = np.bincount(version[is_free], minlength=len(alike))
        reach = np.where(weight > 0, is_alike @ weight, 0.0)
        top = int(reach.argmax())
        if reach[top] < least:
            return found
        rows = np.flatnonzero(is_free & (alike[top, version] > 0))
        rows = rows[np.lexsort((rows, -alike[top, version[rows]], letter[rows]))]
        rows = rows[np.unique(letter[rows], return_index=True)[1]]
        is_free[rows] = False
        if len(rows) >= least:
            found.append(rows)


def _usual_order(
    clusters: Sequence[NDArray[np.int64]], letter: NDArray[np.int64], place: NDArray[np.float64], n_letters: int
) -> list[int]:
    """The clusters by how many others they precede in most of the letters that hold both, then by their usual place."""
    at = np.full((len(clusters), n_letters), np.nan)
    for i, rows in enumerate(clusters):
        at[i, letter[rows]] = place[rows]
    before = (at[:, None, :] < at[None, :, :]).sum(axis=2)
    precedes = np.sign(before - before.T).sum(axis=1)
    usual = [float(np.median(place[rows])) for rows in clusters]
    return sorted(range(len(clusters)), key=lambda i: (-precedes[i], usual[i], i))


def split_sentences(text: str) -> list[str]:
    """Sentences with their closing mark, without spaces between Chinese characters.

    Examples
    --------
    >>> split_sentences("我要 退保。请回复!Thank you. Please call.")
    ['我要退保。', '请回复!', 'Thank you.', 'Please call.']
    """
    parts = [_SPACE_IN_HAN.sub("", part).strip() for part in _SENTENCE.findall(_LATIN_STOP.sub("\n", text))]
    return [part for part in parts if part]


def _sentences(
    texts: Sequence[str], core: NDArray[np.uint32], params: TemplateParams, share: float
) -> tuple[list[str], NDArray[np.int64], NDArray[np.float64]]:
    """Sentences with enough core shingles or in most letters, the letter each is from and its place in it (0 to 1)."""
    sentences: list[str] = []
    letter: list[int] = []
    place: list[float] = []
    for i, text in enumerate(texts):
        parts = [p[:_MAX_SENTENCE] for p in split_sentences(text[: params.max_chars]) if len(p) >= _LEAST_LENGTH]
        sentences += parts
        letter += [i] * len(parts)
        place += [j / max(1, len(parts) - 1) for j in range(len(parts))]
    shingles = shingle(sentences, params.shingle, share=share)
    hits = np.bincount(shingles.letter[np.isin(shingles.hashes, core)], minlength=len(sentences))
    is_core = (shingles.counts > 0) & (hits >= _LEAST_CORE * shingles.counts)
    # a sentence that everybody writes is no evidence, but belongs to the text where most of its letters have it
    in_letters = Counter(sentence for sentence, _ in dict.fromkeys(zip(sentences, letter, strict=True)))
    is_stock = np.array([in_letters[s] >= _STOCK * len(texts) for s in sentences], dtype=np.bool_)
    kept = np.flatnonzero(is_core | is_stock)
    return [sentences[i] for i in kept], np.array(letter)[kept], np.array(place)[kept]


def _render(segments: Sequence[Segment]) -> str:
    return "".join(f"〔{slot_name(s)}〕" if s.is_slot else _plain(s.text) for s in segments)


def _plain(text: str) -> str:
    """Constant text without the marks that would look like slots, or control characters."""
    return "".join(c for c in text if c not in "〔〕" and (c.isprintable() or c == " "))


def slot_name(slot: Segment) -> str:
    """What most fillers of a slot look like: 日期, 金额, 数字, 地点, 姓名, or … for anything else."""
    filled = [(text, n) for text, n in slot.fillers if text]
    total = sum(n for _, n in filled)
    for name, shape in _SLOTS:
        if total and sum(n for text, n in filled if shape.match(text)) > 0.6 * total:
            return name
    amounts = sum(n for text, n in filled if _AMOUNT.match(text))
    return "金额" if total and amounts > 0.6 * total else _OTHER


def mask_personal(pattern: str, *, names: Sequence[str] = ()) -> str:
    """Join split numbers and dates to one slot; mask long numbers and people's names.

    Examples
    --------
    >>> mask_personal("20〔数字〕年5月〔数字〕日致电14200000000,本人王某某,交1〔数字〕元")
    '〔日期〕致电〔号码〕,本人〔姓名〕,交〔金额〕元'
    """
    for shape, slot in _TIDY:
        pattern = shape.sub(slot, pattern)
    return mask_names(_LONG_NUMBER.sub("〔号码〕", pattern), names)
