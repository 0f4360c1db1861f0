"""Charts of all rings of a run: score against size, events by month, evidence by kind.

In:  `Portfolio`.   Out: figures.   Never reads a ring's people.
Flagged rings are filled circles, listed ones hollow squares: told apart without colour.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd

from ringfinder.export.figures.frame import GRID, SOFT, SPINE, house_style, month_marks, words_of
from ringfinder.export.html.clean import tidy
from ringfinder.export.html.frames import number, records, split_words, text
from ringfinder.identifiers.channels import channel_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ringfinder.model.dossier import Portfolio

#: status -> fill, outline, marker
_STATUS = {"flagged": ("#D55E00", "#8A3A00", "o"), "listed": ("none", "#0072B2", "s")}


def score_figure(portfolio: Portfolio, language: str = "zh") -> Figure:
    """Every ring by size and score; area is what was paid above cash value.

    Where the flagged ones stand, and whether size alone made a score: it should not.

    Raises
    ------
    MissingExtraError : matplotlib is not installed. InputError : another language.
    """
    words, rings = words_of(language), _rings(portfolio)
    with house_style():
        figure, axes = _frame(words, words["score_size"], _facts(rings, words))
        most = max([number(r["overpaid"]) for r in rings] or [1.0]) or 1.0
        for status, (fill, edge, marker) in _STATUS.items():
            own = [r for r in rings if (r["status"] == "flagged") == (status == "flagged")]
            axes.scatter(
                [max(1.0, number(r["size"])) for r in own], [number(r["score"]) for r in own],
                s=[22 + 420 * number(r["overpaid"]) / most for r in own], facecolors=fill, edgecolors=edge,
                marker=marker, alpha=0.75, linewidths=1.2, gid=f"rings-{status}", label=f"{words[status]}  {len(own)}",
            )  # fmt: skip
        axes.set(xscale="log", ylim=(-0.04, 1.06), xlabel=words["people_axis"], ylabel=words["score"])
        ticks = [n for n in (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if _near(n, rings)]
        axes.set_xticks(ticks, [str(n) for n in ticks], minor=False)
        axes.set_xticks([], minor=True)
        axes.legend(frameon=False, fontsize=9, loc="lower right", markerscale=0.8)
    return figure


def activity_figure(portfolio: Portfolio, language: str = "zh") -> Figure:
    """Complaints and surrenders of all rings, month by month.

    Raises
    ------
    MissingExtraError : matplotlib is not installed. InputError : another language.
    """
    words, rings = words_of(language), _rings(portfolio)
    rows = records(portfolio.activity, {"month": "month", "events": "n", "ring_id": "ring"}, order=("month",))
    status = {r["ring_id"]: "flagged" if r["status"] == "flagged" else "listed" for r in rings}
    days = pd.to_datetime(pd.Series([text(r["month"]) for r in rows], dtype="str"), format="%Y-%m", errors="coerce")
    months = pd.PeriodIndex(days.dropna().dt.to_period("M"))
    with house_style():
        from matplotlib.ticker import MaxNLocator

        figure, axes = _frame(words, words["by_month"], _facts(rings, words))
        if months.empty:
            axes.set(xticks=[], yticks=[])
            axes.text(0.5, 0.5, words["undated"], ha="center", color=SOFT, transform=axes.transAxes)
            return figure
        every = pd.period_range(months.min(), months.max(), freq="M")
        place = {str(month): i for i, month in enumerate(every)}
        below = [0.0] * len(every)
        for name, (colour, hatch) in {"flagged": ("#D55E00", ""), "listed": ("#9CC4E0", "///")}.items():
            counts = [0.0] * len(every)
            for row in rows:
                if text(row["month"]) in place and status.get(row["ring"], "listed") == name:
                    counts[place[text(row["month"])]] += number(row["n"])
            axes.bar(range(len(every)), counts, 0.84, below, color=colour, hatch=hatch, edgecolor="white", linewidth=0,
                     gid=f"events-{name}", label=words[name])  # fmt: skip
            below = [a + b for a, b in zip(below, counts, strict=True)]
        axes.set_xticks(*month_marks(every))
        axes.set(ylabel=words["events_month"], xlim=(-0.8, len(every) - 0.2), ylim=(0, max(below) * 1.07 or 1))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        axes.legend(frameon=False, fontsize=9, loc="upper left")
    return figure


def kinds_figure(portfolio: Portfolio, language: str = "zh") -> Figure:
    """How many rings rest on each kind of evidence.

    Raises
    ------
    MissingExtraError : matplotlib is not installed. InputError : another language.
    """
    words, rings = words_of(language), _rings(portfolio)
    found = {
        status: Counter(
            kind for r in rings if (r["status"] == "flagged") == (status == "flagged") for kind in r["kinds"]
        )
        for status in _STATUS
    }
    total = found["flagged"] + found["listed"]
    order = sorted(total, key=lambda kind: (total[kind], kind))
    names = [channel_words(kind)[language == "en"] for kind in order]
    with house_style():
        figure, axes = _frame(
            words, words["by_kind"], _facts(rings, words), height=max(3.0, 1.6 + 0.3 * len(order)), left_room=0.22
        )
        left = [0] * len(order)
        for status, (colour, hatch) in {"flagged": ("#D55E00", ""), "listed": ("#9CC4E0", "///")}.items():
            counts = [found[status][kind] for kind in order]
            axes.barh(range(len(order)), counts, 0.72, left, color=colour, hatch=hatch, edgecolor="white", linewidth=0,
                      gid=f"kinds-{status}", label=words[status])  # fmt: skip
            left = [a + b for a, b in zip(left, counts, strict=True)]
        for place, count in enumerate(left):
            axes.text(count, place, f" {count}", va="center", fontsize=8.5, color=SOFT)
        axes.set_yticks(range(len(order)), names)
        axes.set(xlabel=words["rings_axis"], xlim=(0, max(left or [1]) * 1.08 or 1))
        axes.grid(visible=False, axis="y")
        if order:
            axes.legend(frameon=False, fontsize=9, loc="lower right")
    return figure


def _rings(portfolio: Portfolio) -> list[dict[str, Any]]:
    columns = {name: name for name in ["ring_id", "rank", "size", "score", "status", "overpaid", "channels"]}
    rows = tidy(records(portfolio.rings, columns, order=("rank", "ring_id")))
    assert isinstance(rows, list)
    return [row | {"kinds": split_words(row["channels"])} for row in rows]


def _near(value: int, rings: list[dict[str, Any]]) -> bool:
    sizes = [number(r["size"]) for r in rings] or [1.0]
    return min(sizes) / 1.7 <= value <= max(sizes) * 1.7


def _facts(rings: list[dict[str, Any]], words: dict[str, str]) -> str:
    n_flagged = sum(r["status"] == "flagged" for r in rings)
    return f"{words['flagged']} {n_flagged:,}     {words['listed']} {len(rings) - n_flagged:,}"


def _frame(
    words: dict[str, str], view: str, facts: str, *, height: float = 4.6, left_room: float = 0.09
) -> tuple[Figure, Axes]:
    from ringfinder.export.figures.still import still

    figure = still(9.4, height)
    room = {"left": left_room, "right": 0.975, "bottom": 0.95 / height, "top": 1 - 0.85 / height}
    axes = figure.subplots(gridspec_kw=room)
    left = 0.14 / figure.get_figwidth()
    figure.text(left, 1 - 0.14 / height, f"{words['rings']}: {view}", va="top", fontsize=13, fontweight="bold")
    figure.text(left, 1 - 0.47 / height, facts, va="top", fontsize=9.5, color=SOFT)
    figure.text(left, 0.1 / height, words["lead"], va="bottom", fontsize=8, color=SOFT)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(SPINE)
    axes.tick_params(labelsize=9, length=3)
    return figure, axes
