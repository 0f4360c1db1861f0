"""All rings of a case in one still picture: by people and money, or one below the other over time.

In:  `Portfolio`.   Out: figures.   Never reads a member, never ranks anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.export.figures.frame import GRID, INK, SOFT, SPINE, house_style, words_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ringfinder.model.dossier import Portfolio

#: rings a picture names; the ones after these are the weakest of the list
MOST_RINGS = 30

_COLOURS = {"flagged": "#D55E00", "listed": "#8B98A8"}

_MORE = {
    "rings": ("线索一览", "All rings"),
    "course": ("各线索经过", "Rings over time"),
    "flagged": ("疑似", "flagged"),
    "listed": ("线索", "listed"),
    "money": ("超现金价值支付(万元)", "overpaid, 10k yuan"),
    "crowd": ("人数", "people"),
    "events": ("颜色越深,当月案件越多", "the darker, the more cases that month"),
    "none": ("没有线索", "no rings"),
    "left_out": ("另有 {n} 条排名更后的线索未画", "{n} rings further down the list are not drawn"),
}


def rings_figure(portfolio: Portfolio, language: str = "zh") -> Figure:
    """Every ring as a point: how many people, how much was paid above cash value.

    Size and money decide what to read first, not whether it is true: a flagged ring is filled, a listed one is not.

    Parameters
    ----------
    language : of all labels, 'zh' or 'en'.

    Raises
    ------
    MissingExtraError : matplotlib is not installed. InputError : another language.
    """
    words = _words(language)
    rings = _drawn(portfolio)
    with house_style():
        from matplotlib.ticker import FuncFormatter

        from ringfinder.export.figures.still import still

        figure = still(7.6, 4.4)
        axes = figure.add_axes((0.09, 0.17, 0.88, 0.66))
        _head(figure, words["rings"], len(portfolio.rings) - len(rings), words)
        if not len(rings):
            return _empty(figure, axes, words)
        for status, part in rings.groupby("status", sort=True):
            is_flagged = status == "flagged"
            colour = _COLOURS.get(str(status), SOFT)
            axes.scatter(
                part["size"], part["overpaid"] / 1e4, s=90, zorder=3, linewidths=1.6,
                facecolors=colour if is_flagged else "none", edgecolors=colour,
                label=f"{words[str(status)]}  {len(part)}",
            )  # fmt: skip
        for number, row in enumerate(rings.to_dict("records")):
            # above and below by turns: listed rings crowd in the corner
            side = 9 if number % 2 == 0 else -15
            axes.annotate(
                str(row["ring_id"]), (row["size"], row["overpaid"] / 1e4), xytext=(0, side),
                textcoords="offset points", ha="center", fontsize=8, color=INK, zorder=4,
            )  # fmt: skip
        axes.set_xscale("log")
        axes.set_yscale("symlog", linthresh=1.0)
        axes.set_ylim(bottom=-0.4, top=max(2.0, float(rings["overpaid"].max()) / 1e4) * 2.2)
        axes.set_xlim(max(1.0, float(rings["size"].min())) * 0.7, float(rings["size"].max()) * 1.6)
        whole = FuncFormatter(lambda value, _: f"{value:,.0f}")
        axes.xaxis.set_major_formatter(whole)
        axes.xaxis.set_minor_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if _leads(value) else ""))
        axes.yaxis.set_major_formatter(whole)
        axes.set(xlabel=words["crowd"], ylabel=words["money"])
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, fontsize=9, borderaxespad=0.2)
        _finish(axes)
    return figure


def course_figure(portfolio: Portfolio, language: str = "zh") -> Figure:
    """Every ring as a line over the years, best above; a month is the darker the more cases the ring had in it.

    Parameters and errors as of `rings_figure`.
    """
    words = _words(language)
    rings = _drawn(portfolio)
    rings = rings.loc[rings["first_seen"].notna() & rings["last_seen"].notna()].reset_index(drop=True)
    height = 1.35 + 0.27 * max(3, len(rings))
    with house_style():
        from ringfinder.export.figures.still import still

        figure = still(9.4, height)
        axes = figure.add_axes((0.075, 0.62 / height, 0.72, (height - 1.2) / height))
        _head(figure, words["course"], len(portfolio.rings) - len(rings), words, note=words["events"])
        if not len(rings):
            return _empty(figure, axes, words)
        for place, row in enumerate(rings.to_dict("records")):
            colour = _COLOURS.get(str(row["status"]), SOFT)
            first, last = _day(row["first_seen"]), _day(row["last_seen"])
            axes.plot([first, last], [place, place], color=colour, linewidth=1.0, zorder=2)
            own = portfolio.activity.loc[portfolio.activity["ring_id"] == row["ring_id"]]
            most = max(1, int(own["events"].max())) if len(own) else 1
            for month, events in zip(own["month"], own["events"], strict=True):
                day = pd.Period(str(month), freq="M")
                alpha = 0.25 + 0.75 * float(events) / most
                start, end = _day(day.start_time), _day(day.end_time)
                axes.broken_barh(
                    [(start, end - start)], (place - 0.36, 0.72), color=colour, alpha=alpha, zorder=3, lw=0
                )
            crowd = f"{row['size']:,} {words['crowd']}" if language == "en" else f"{row['size']:,} 人"
            money = f"{row['overpaid'] / 1e4:,.1f}" if row["overpaid"] else "–"
            axes.annotate(
                f"{crowd}", (1.02, place), xycoords=("axes fraction", "data"), va="center", fontsize=8.5, color=INK
            )
            axes.annotate(
                money,
                (1.27, place),
                xycoords=("axes fraction", "data"),
                va="center",
                ha="right",
                fontsize=8.5,
                color=INK,
            )
        axes.annotate(
            words["money"], (1.275, 1.0), xycoords="axes fraction", xytext=(0, 4), textcoords="offset points",
            ha="right", va="bottom", fontsize=8, color=SOFT,
        )  # fmt: skip
        axes.set_yticks(range(len(rings)), rings["ring_id"].astype("str").tolist())
        for label, status in zip(axes.get_yticklabels(), rings["status"], strict=True):
            label.set_fontweight("bold" if status == "flagged" else "normal")
        axes.set_ylim(len(rings) - 0.4, -0.6)
        axes.xaxis_date()
        _finish(axes, grid="x")
    return figure


def _words(language: str) -> dict[str, str]:
    return {"lead": words_of(language)["lead"]} | {key: pair[language == "en"] for key, pair in _MORE.items()}


def _drawn(portfolio: Portfolio) -> pd.DataFrame:
    return portfolio.rings.sort_values(["rank", "ring_id"], kind="stable").head(MOST_RINGS).reset_index(drop=True)


def _day(moment: pd.Timestamp) -> float:
    """Days since 1970, as matplotlib counts them."""
    return (moment - pd.Timestamp(0)) / pd.Timedelta(days=1)


def _leads(value: float) -> bool:
    """2 and 5 of each decade: the minor ticks that have room for a number."""
    return f"{value:e}"[0] in "25"


def _head(figure: Figure, title: str, n_left_out: int, words: dict[str, str], *, note: str = "") -> None:
    height, left = figure.get_figheight(), 0.14 / figure.get_figwidth()
    figure.text(left, 1 - 0.14 / height, title, va="top", fontsize=13, fontweight="bold")
    if note:
        figure.text(left + 0.26, 1 - 0.17 / height, note, va="top", fontsize=9, color=SOFT)
    below = words["lead"] + ("  " + words["left_out"].format(n=n_left_out) if n_left_out else "")
    figure.text(left, 0.1 / height, below, va="bottom", fontsize=8, color=SOFT)


def _empty(figure: Figure, axes: Axes, words: dict[str, str]) -> Figure:
    axes.set(xticks=[], yticks=[])
    axes.text(0.5, 0.5, words["none"], ha="center", color=SOFT, transform=axes.transAxes)
    return figure


def _finish(axes: Axes, *, grid: str = "both") -> None:
    axes.grid(axis=grid, color=GRID, linewidth=0.8)  # type: ignore[arg-type]
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(SPINE)
    axes.tick_params(labelsize=9, length=3, which="both")
