"""Take personal values out of complaint letters, so that their wording can be shown.

In:  letter texts, names and values on file.   Out: the texts with marks such as [电话] in place of the values.
Names not on file go where the letter introduces them (代理人王某国, 王经理); told in passing they stay.
Never judges, never shortens. It leans to taking out too much: a lead must not spread what it does not need.
A name is none inside a product or a firm on file, a firm that is given with its place, or a title such as 投诉信范文.
Dates, amounts and the regulator's short numbers stay. What is left is still hostile input.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from ringfinder.identifiers.clean import clean
from ringfinder.identifiers.keyed import is_keyed_letter
from ringfinder.identifiers.person_names import without_names, without_titled

_DIGIT = "[0-9０-９]"
_EDGE = rf"(?<!{_DIGIT})"
_END = rf"(?!{_DIGIT})"
_NUMBER = r"(?:[0-9０-９]{1,5}|[A-Za-z]|[一二三四五六七八九十]{1,3})"
_PART = r"(?:号楼|号院|栋|幢|座|单元|楼|层|室)"
_ESTATE = r"(?:[\u4e00-\u9fff]{2,5}?(?:小区|花园|新村|公寓|家园|嘉园|花苑|大厦|宿舍))"
_CHINESE_DIGIT = "[零〇一二三四五六七八九幺两]"

#: what to take out whoever it belongs to, in this order: longer shapes first
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("[邮箱]", re.compile(r"[A-Za-z0-9._%+\-]+\s?[@＠]\s?[A-Za-z0-9.\-]+\.[A-Za-z]{2,}")),
    ("[证件号]", re.compile(rf"{_EDGE}{_DIGIT}{{6}}[\s\-]?{_DIGIT}{{8}}[\s\-]?{_DIGIT}{{3}}[0-9０-９XxＸｘ]")),
    ("[证件号]", re.compile(rf"(?<![A-Za-z0-9])[EGDSPHMCWegdsphmcw][A-Za-z]?{_DIGIT}{{7,8}}(?![A-Za-z0-9])")),
    ("[保单号]", re.compile(rf"(?<=保单)(?:号码?)?[:：为是]?\s*[A-Za-z]{{0,4}}{_DIGIT}{{8,20}}{_END}")),
    ("[账号]", re.compile(rf"{_EDGE}(?:{_DIGIT}{{4}}[ \-]){{3,4}}{_DIGIT}{{1,4}}{_END}")),
    ("[账号]", re.compile(rf"{_EDGE}{_DIGIT}{{12,}}{_END}")),
    (
        "[电话]",
        re.compile(
            rf"{_EDGE}(?:[+＋]?(?:00)?86[\s\-]?)?[1１]{_DIGIT}{{2}}[\s\-.]?{_DIGIT}{{4}}[\s\-.]?{_DIGIT}{{4}}{_END}"
        ),
    ),
    ("[电话]", re.compile(rf"{_EDGE}[(（]?[0０]{_DIGIT}{{2,3}}[)）]?[\s\-]?{_DIGIT}{{7,8}}{_END}")),
    ("[电话]", re.compile(rf"{_EDGE}[48]00[\s\-]?{_DIGIT}{{3,4}}[\s\-]?{_DIGIT}{{3,4}}{_END}")),
    ("[号码]", re.compile(rf"{_CHINESE_DIGIT}{{7,}}")),
    ("[微信]", re.compile(r"(?<=微信)(?:号|号码)?[:：为是]?\s*[A-Za-z0-9][A-Za-z0-9_\-]{4,}")),
    ("[QQ]", re.compile(rf"(?:QQ|qq)(?:号|号码)?[:：为是]?\s*{_DIGIT}{{5,11}}")),
    (
        "[地址]",
        re.compile(
            r"(?:[\u4e00-\u9fff]{1,5}[省市区县镇乡]){0,4}"
            r"[\u4e00-\u9fff0-9]{1,8}(?:路|街|巷|弄|大道|胡同|(?<!月)里)[0-9０-９]+号(?:[0-9０-９A-Za-z\-]+(?:栋|幢|座|单元|楼|室|号|层)?)*"
        ),
    ),
    ("[地址]", re.compile(rf"{_ESTATE}?(?:{_NUMBER}{_PART}){{2,}}|{_ESTATE}{_NUMBER}{_PART}")),
    ("[地址]", re.compile(rf"[\u4e00-\u9fff]{{1,6}}(?:村|屯){_NUMBER}(?:组|队|号)")),
)

#: in place of a letter of masked tables
MASKED_LETTER = "[已脱敏,无原文 · masked, no words on file]"
#: people who hold a product before its name is taken for one: a cell of one person may hold anything
LEAST_BUYERS = 3
_NAME_MARK = "[姓名]"
_VALUE_MARK = "[号码]"
_POLICY_MARK = "[保单号]"
#: what a body is called at the end, and no person; a body is told from its place too, if it is not on file
_BODY = "律师事务所|会计师事务所|有限责任公司|有限公司|股份公司|公司|集团|事务所"
_IS_BODY = re.compile(rf"[\u4e00-\u9fff()（）]{{2,}}(?:{_BODY})")
_BODY_OF_A_PLACE = r"[\u4e00-\u9fff]{1,4}[省市州县][\u4e00-\u9fff]{2,8}?(?:律师事务所|有限责任公司|有限公司)"
#: a model letter by its title
_TITLE = (
    r"(?:投诉|退保|申请|举报|维权|信|书|函|状|材料|文书|参考)(?:范文|范本|范例)|(?:范文|范本|范例)(?:如下|大全|模板)"
)
#: kind of product at the end of its name, left out by many writers
_PRODUCT_KIND = re.compile(r"(?:终身|两全|年金|定期|重疾|医疗|意外)?(?:寿险|保险|年金|重疾|两全|险)?$")
#: typed where there is no name
_NO_NAME = frozenset(("不详", "未知", "匿名", "暂无", "保密"))
#: around the place of a part that stays
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE = re.compile(rf"{_OPEN}([0-9]+){_CLOSE}")
_HAN = re.compile(r"^[\u3400-\u9fff·]+$")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")


@dataclass(frozen=True)
class Redactor:
    """Names and values on file that no letter may show.

    Attributes
    ----------
    han_names : names in Chinese characters, 2 to 12 of them.
    word_names : other names, lower case, words joined by one space.
    values : identifiers on file, longest first; only those of five or more characters are looked for.
    policies : policy numbers on file, longest first, of five or more characters.
    kept : products and firms on file, longest first, whose name stays though a person's may be part of it.
    """

    han_names: frozenset[str] = frozenset()
    word_names: frozenset[str] = frozenset()
    values: tuple[str, ...] = field(default=(), repr=False)
    policies: tuple[str, ...] = field(default=(), repr=False)
    kept: tuple[str, ...] = ()

    @classmethod
    def of(cls, names: Iterable[str], *, values: Iterable[str] = (), products: Iterable[str] = ()) -> Redactor:
        """A redactor for these names and values; empty ones are left out.

        Names of firms among them are kept, as are products: a product that ends in its kind is known without it too.
        """
        plain = {clean(name, one_line=True).strip() for name in names} - _NO_NAME
        firms = {name for name in plain if _IS_BODY.fullmatch(name)}
        plain -= firms
        sold = {clean(name, one_line=True).strip() for name in products}
        sold |= {_PRODUCT_KIND.sub("", name) for name in sold}
        han = {name.replace(" ", "") for name in plain if _HAN.match(name.replace(" ", ""))}
        words = {" ".join(_WORD.findall(name.lower())) for name in plain if not _HAN.match(name.replace(" ", ""))}
        kept = firms | {name for name in sold if len(name) >= 4}
        return cls(
            han_names=frozenset(name for name in han if 2 <= len(name) <= 12),
            word_names=frozenset(name for name in words if len(name) >= 3),
            values=_longest_first(values),
            kept=tuple(sorted(kept - han, key=lambda v: (-len(v), v))),
        )

    def with_secrets(self, values: Iterable[str], policies: Iterable[str] = ()) -> Redactor:
        """The redactor with these values and policy numbers in place of its own."""
        return replace(self, values=_longest_first(values), policies=_longest_first(policies))

    def redact(self, text: str) -> str:
        """The text with marks in place of names, numbers, mails and addresses.

        Examples
        --------
        >>> Redactor.of(["张三丰"]).redact("张三丰,电话138 0000 1111,2021年3月5日交12000元")
        '[姓名],电话[电话],2021年3月5日交12000元'
        """
        if is_keyed_letter(text):
            return MASKED_LETTER
        text = clean(text).translate({ord(_OPEN): None, ord(_CLOSE): None})
        for value in self.policies:
            text = text.replace(value, _POLICY_MARK)
        for value in self.values:
            text = text.replace(value, _VALUE_MARK)
        text = redact_shapes(text)
        kept: list[str] = []
        text = self._without_words(self._without_han(text, kept))
        text = without_titled(without_names(text, [], mark=_NAME_MARK), mark=_NAME_MARK)
        return _PLACE.sub(lambda place: kept[int(place[1])], text)

    @cached_property
    def _han_shape(self) -> tuple[int, frozenset[str]]:
        """Length of the longest name, and the characters a name begins with."""
        return max(map(len, self.han_names)), frozenset(name[0] for name in self.han_names)

    @cached_property
    def _staying(self) -> re.Pattern[str]:
        """What stays though a name may be part of it."""
        return re.compile("|".join([*map(re.escape, self.kept), _TITLE, _BODY_OF_A_PLACE]))

    @cached_property
    def _most_words(self) -> int:
        return max(name.count(" ") + 1 for name in self.word_names)

    def _without_han(self, text: str, kept: list[str]) -> str:
        """Marks for names; for each part that stays its number in `kept`, which it is added to."""
        places = [i for i, letter in enumerate(text) if not letter.isspace()]
        compact = "".join(text[i] for i in places)
        names = self._han_spans(compact)
        spans = [(start, end, _NAME_MARK) for start, end in names]
        for found in self._staying.finditer(compact):
            start, end = found.span()
            # a name that reaches out of it is a name: in doubt it goes
            if all(b <= start or a >= end or (start <= a and b <= end and b - a < end - start) for a, b in names):
                spans = [span for span in spans if span[1] <= start or span[0] >= end]
                spans.append((start, end, f"{_OPEN}{len(kept)}{_CLOSE}"))
                kept.append(text[places[start] : places[end - 1] + 1])
        out: list[str] = []
        at = 0
        for start, end, mark in sorted(spans):
            out += [text[at : places[start]], mark]
            at = places[end - 1] + 1
        return "".join([*out, text[at:]])

    def _han_spans(self, compact: str) -> list[tuple[int, int]]:
        """Where names on file stand in a text without spaces, the longest first at each place."""
        if not self.han_names:
            return []
        longest, heads = self._han_shape
        out: list[tuple[int, int]] = []
        at = 0
        while at < len(compact):
            # not past the end: a slice there is shorter than it was asked to be
            room = min(longest, len(compact) - at) if compact[at] in heads else 0
            length = next((n for n in range(room, 1, -1) if compact[at : at + n] in self.han_names), 0)
            if length:
                out.append((at, at + length))
            at += length or 1
        return out

    def _without_words(self, text: str) -> str:
        if not self.word_names:
            return text
        words = list(_WORD.finditer(text))
        longest = self._most_words
        out: list[str] = []
        kept, at = 0, 0
        while at < len(words):
            spans = ((n, " ".join(w.group().lower() for w in words[at : at + n])) for n in range(longest, 0, -1))
            length = next((n for n, name in spans if at + n <= len(words) and name in self.word_names), 0)
            if length:
                out += [text[kept : words[at].start()], _NAME_MARK]
                kept = words[at + length - 1].end()
            at += length or 1
        return "".join([*out, text[kept:]])


def _longest_first(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if len(value) >= 5}, key=lambda v: (-len(v), v)))


def redact_shapes(text: str) -> str:
    """The text without anything shaped like a phone, an identity or account number, a mail or street address."""
    for mark, shape in _SHAPES:
        text = shape.sub(mark, text)
    return text
