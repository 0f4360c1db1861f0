"""What all pictures have in common: fonts, words, the heading, and the way to SVG.

In:  a figure, one row of rings.csv.   Out: the same figure with its heading; SVG text.   Never reads a member.
Figures are made without pyplot, so nothing is kept open and no setting of the caller's changes a picture.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ringfinder.errors import InputError, MissingExtraError
from ringfinder.export.html.clean import tidy
from ringfinder.export.html.frames import number, plain, text
from ringfinder.export.html.page import page_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from ringfinder.model.dossier import RingDossier

logger = logging.getLogger(__name__)

INK, SOFT, GRID, SPINE = "#152033", "#55637A", "#DDE3EC", "#C3CCD9"

#: families that hold Chinese, best first; the installed ones are used, the last line has all that is left
_FONTS: tuple[str, ...] = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
)
_FONTS += ("PingFang SC", "Hiragino Sans GB", "Heiti SC", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei")
_FONTS += ("Noto Sans CJK JP", "Noto Serif CJK SC", "Songti SC", "SimSun", "Droid Sans Fallback", "Arial Unicode MS")

_WORDS = {
    "lead": ("线索,不是结论;任何处置前须人工核实。已脱敏。", "A lead, not a finding: verify by hand. Masked."),
    "type_person": ("投保人", "Policyholder"),
    "course": ("各月经过", "month by month"),
    "guarded": ("{type}(公用,不计)", "{type} (hub, not counted)"),
    "household": ("{type}(家庭共用,不计)", "{type} (family, not counted)"),
    "broker_line": ("轮廓:关联中介 {id}", "outline: linked to {id}"),
    "broker_lines": ("轮廓:关联其他中介", "outline: other intermediary"),
    "region": ("底色:信件用模板 {id}", "shaded: letters on {id}"),
    "events_month": ("每月件数", "events a month"),
    "cumulative": ("累计超现金价值支付(万元)", "overpaid so far, 10k yuan"),
    "people_axis": ("人数(对数)", "people (log scale)"),
    "score_size": ("得分与规模", "score and size"),
    "by_month": ("各月事件", "events by month"),
    "by_kind": ("证据种类", "evidence by kind"),
    "rings_axis": ("线索数", "rings"),
    "undated": ("没有带日期的事件", "no dated events"),
}  # fmt: skip


def figure_svg(figure: Figure) -> str:
    """A figure as SVG text: letters as outlines, so that it looks the same where no Chinese font is.

    The same figure gives the same bytes, with the same matplotlib and fonts: no date, no random ids.

    Raises
    ------
    MissingExtraError : matplotlib is not installed.
    """
    with house_style():
        target = io.StringIO()
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    return target.getvalue()


def chinese_font() -> str:
    """The installed font that Chinese labels are drawn with, '' if there is none."""
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in _FONTS if name in installed), "")


def figure_png(figure: Figure, *, dpi: int = 160) -> bytes:
    """A figure as PNG; the same figure gives the same bytes, with the same matplotlib and fonts.

    Raises
    ------
    MissingExtraError : matplotlib is not installed.
    """
    with house_style():
        target = io.BytesIO()
        figure.savefig(target, format="png", dpi=dpi, metadata={"Software": None})
    return target.getvalue()


@contextmanager
def house_style() -> Iterator[None]:
    """matplotlib's own defaults and our fonts, whatever the caller has set; the caller's are back afterwards."""
    try:
        import matplotlib.style
        from matplotlib import font_manager
    except ModuleNotFoundError as error:
        raise MissingExtraError("matplotlib", extra="notebook") from error

    installed = {font.name for font in font_manager.fontManager.ttflist}
    chinese = [name for name in _FONTS if name in installed]
    if not chinese:
        logger.warning("no font with Chinese characters found: labels show boxes; install Noto Sans CJK SC")
    ours = {
        "font.family": [*chinese[:1], "DejaVu Sans", *chinese[1:2]],
        # a number or an id is text, not a formula
        "text.parse_math": False,
        "axes.unicode_minus": False,
        "text.color": INK,
        "axes.labelcolor": SOFT,
        "axes.labelsize": 9.0,
        "xtick.color": SOFT,
        "ytick.color": SOFT,
        "svg.fonttype": "path",
        "svg.hashsalt": "ringfinder",
    }
    with matplotlib.style.context(["default", ours]):
        yield


def words_of(language: str) -> dict[str, str]:
    """The page's words and our own in one language."""
    if language not in ("zh", "en"):
        raise InputError(f"no language {language!r} for a figure", hint="zh or en")
    pairs = page_words("shared", "index", "ring", "codes") | {key: list(pair) for key, pair in _WORDS.items()}
    return {key: pair[language == "en"] for key, pair in pairs.items()}


def month_marks(months: pd.PeriodIndex) -> tuple[list[int], list[str]]:
    """At most 14 months that an axis names: whole quarters or years where some are left out."""
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60) if len(months) / s <= 14), 120)
    at = [i for i, month in enumerate(months) if (12 * month.year + month.month - 1) % step == 0]
    return at, [str(months[i]) for i in at]


def ring_row(dossier: RingDossier) -> dict[str, Any]:
    """The ring's own row, cleaned as on the page."""
    ring = tidy({name: plain(value) for name, value in dossier.ring.items()})
    assert isinstance(ring, dict)
    return ring


def draw_frame(figure: Figure, ring: dict[str, Any], words: dict[str, str], *, view: str = "") -> None:
    """Heading with the ring's own numbers, and the reminder that it is a lead."""
    height = figure.get_figheight()
    facts = [f"{words['people']} {number(ring.get('size')):,.0f}"]
    first, last = text(ring.get("first_seen"))[:7], text(ring.get("last_seen"))[:7]
    facts += [f"{first} – {last}"] if first else []
    facts += [f"{words[c]} {number(ring[c]):,.0f}" for c in ("complaints", "negotiated") if number(ring.get(c))]
    money = number(ring.get("overpaid"))
    facts += [f"{words['overpaid']} {money:,.0f} {words['yuan']}"] if money else []
    kind = words.get(f"ringkind.{ring.get('kind')}")
    # what has an honest story, or too little behind it, is not called suspected over its own picture
    title = words["title_listed" if ring.get("status") == "listed" else "title"]
    heading = f"{text(ring.get('ring_id'))}  {title}" + (f" ({kind})" if kind else "")
    left = 0.14 / figure.get_figwidth()
    heading += f": {view}" if view else ""
    figure.text(left, 1 - 0.14 / height, heading, va="top", fontsize=13, fontweight="bold")
    figure.text(left, 1 - 0.47 / height, "     ".join(facts), va="top", fontsize=9.5, color=SOFT)
    figure.text(left, 0.1 / height, words["lead"], va="bottom", fontsize=8, color=SOFT)
