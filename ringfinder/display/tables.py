"""The tables a notebook shows of a ring, a report, a case.

In:  masked frames as `Case` gives them.   Out: HTML without scripts.   Never unmasks, never chooses what is true.
Every cell is hostile text: cleaned and escaped. Colours are left to the reader's theme.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from html import escape

import pandas as pd

from ringfinder.display.still import image
from ringfinder.export.html.clean import tidy
from ringfinder.export.html.frames import plain

#: rows of a report's table, and statements a side of a ring's
_RINGS_SHOWN, _STATEMENTS_SHOWN = 10, 6

_WORDS = {
    "ring_id": ("线索", "ring"),
    "size": ("人数", "people"),
    "score": ("得分", "score"),
    "q_value": ("错误发现率 q", "false-discovery rate q"),
    "status": ("状态", "status"),
    "flagged": ("疑似", "flagged"),
    "listed": ("线索", "listed"),
    "period": ("期间", "period"),
    "overpaid": ("超现金价值支付(元)", "overpaid (yuan)"),
    "summary": ("摘要", "summary"),
    "against": ("不利于怀疑", "against"),
    "for": ("支持怀疑", "for"),
    "statement": ("说明", "statement"),
    "weight": ("权重", "weight"),
    "rows": ("来源行", "rows"),
    "lead": ("线索,不是结论;任何处置前须人工核实。已脱敏。", "A lead, not a finding: verify by hand. Masked."),
    "none": ("没有线索", "no rings"),
    "more": ("另有 {n} 条", "{n} more"),
    "picture": ("静态图", "still picture"),
    "install": ('图形需要:pip install "ringfinder[notebook]"', 'for the picture: pip install "ringfinder[notebook]"'),
}

_CELL = "text-align:left;vertical-align:top;padding:2px 10px 2px 0"
#: cells of a few signs that must not break
_SHORT_SIGNS = 24
_SHORT = ";white-space:nowrap"


def report_html(rings: pd.DataFrame, svg: str, *, language: str) -> str:
    """The best rings, one row each, above their picture."""
    word = _words(language)
    if not len(rings):
        return f"<div><p>{escape(word['none'])}</p></div>"
    rows = [
        [
            _bold(row["ring_id"]) if row["status"] == "flagged" else _text(row["ring_id"]),
            _text(word.get(str(row["status"]), row["status"])),
            _number(row["size"]),
            _number(row["score"], 3),
            _number(row["q_value"], 3),
            _period(row),
            _number(row["overpaid"]),
            _text(row["summary"]),
        ]
        for row in rings.head(_RINGS_SHOWN).to_dict("records")
    ]
    heads = ("ring_id", "status", "size", "score", "q_value", "period", "overpaid", "summary")
    rest = len(rings) - _RINGS_SHOWN
    more = f"<p>{escape(word['more'].format(n=rest))}</p>" if rest > 0 else ""
    return f"<div>{_table([word[h] for h in heads], rows)}{more}{_picture(svg, word)}</div>"


def ring_html(head: pd.DataFrame, evidence: pd.DataFrame, svg: str, *, language: str) -> str:
    """One ring: its sentence, what speaks against and for it, its picture.

    Parameters
    ----------
    head : one row, as `Case.ring`. evidence : as `Case.evidence`.
    """
    word = _words(language)
    row = head.to_dict("records")[0]
    status = word.get(str(row["status"]), row["status"])
    title = f"{_bold(row['ring_id'])} &middot; {_text(status)} &middot; {_text(row['summary'])}"
    rows = []
    for side in ("against", "for"):
        own = evidence.loc[evidence["direction"] == side]
        rows += [
            [
                _text(word[side]),
                _text(item["statement"]),
                _number(item["weight"], 1),
                _number(len(str(item["source_rows"]).split(";"))),
            ]
            for item in own.head(_STATEMENTS_SHOWN).to_dict("records")
        ]
        rest = len(own) - _STATEMENTS_SHOWN
        if rest > 0:
            rows.append(["", escape(word["more"].format(n=rest)), "", ""])
    heads = ("", word["statement"], word["weight"], word["rows"])
    return f"<div><p>{title}</p>{_table(heads, rows)}{_picture(svg, word)}</div>"


def _words(language: str) -> dict[str, str]:
    return {key: pair[language == "en"] for key, pair in _WORDS.items()}


def _picture(svg: str, word: dict[str, str]) -> str:
    below = f"<p><small>{escape(word['lead'])}</small></p>"
    return image(svg, alt=word["picture"]) + below if svg else f"<p><small>{escape(word['install'])}</small></p>{below}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f'<th style="{_CELL}">{escape(head)}</th>' for head in heads)
    body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _cell(content: str) -> str:
    return f'<td style="{_CELL}{_SHORT if len(content) <= _SHORT_SIGNS else ""}">{content}</td>'


def _text(value: object) -> str:
    clean = tidy(plain(value))
    return "" if clean is None else escape(" ".join(str(clean).split()))


def _bold(value: object) -> str:
    return f"<b>{_text(value)}</b>"


def _number(value: object, digits: int = 0) -> str:
    known = plain(value)
    return f"{known:,.{digits}f}" if isinstance(known, (int, float)) else ""


def _period(row: Mapping[Hashable, object]) -> str:
    first, last = (str(plain(row[name]) or "")[:7] for name in ("first_seen", "last_seen"))
    return escape(f"{first} – {last}") if first else ""
