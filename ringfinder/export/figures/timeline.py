"""A ring's course over time as a still picture.

In:  `RingDossier`.   Out: a figure.   Never lays out a graph, never drops a dated event of a member.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.export.figures.frame import GRID, SOFT, SPINE, draw_frame, house_style, month_marks, ring_row, words_of
from ringfinder.export.html.frames import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ringfinder.model.dossier import RingDossier

#: event -> colour, hatch
_BARS = {"complaint": ("#0072B2", ""), "negotiated": ("#E69F00", "////"), "other": ("#B8C4CE", "....")}


def timeline_figure(dossier: RingDossier, language: str = "zh") -> Figure:
    """The ring's course: complaints and negotiated surrenders a month, and what was overpaid so far.

    A ring works in batches, and the money follows the letters; an honest crowd does neither. Associates are left out,
    as they are in the ring's own counts and sums. A ring without money above cash value has no lower panel.

    Parameters
    ----------
    dossier : the ring, masked.
    language : of all labels, 'zh' or 'en'.

    Raises
    ------
    MissingExtraError : matplotlib is not installed. InputError : another language.
    """
    words = words_of(language)
    ring, months = ring_row(dossier), _months(dossier)
    with house_style():
        from ringfinder.export.figures.still import still

        paid = number(ring.get("overpaid")) > 0 and months["overpaid"].sum() > 0
        height = 5.0 if paid else 3.4
        figure = still(9.4, height)
        room = {"left": 0.075, "right": 0.985, "bottom": 0.75 / height, "top": 1 - 1.05 / height, "hspace": 0.14}
        panels = figure.subplots(2 if paid else 1, 1, sharex=True, squeeze=False, gridspec_kw=room)[:, 0]
        draw_frame(figure, ring, words, view=words["course"])
        if months.empty:
            panels[0].set(xticks=[], yticks=[])
            panels[0].text(0.5, 0.5, words["undated"], ha="center", color=SOFT, transform=panels[0].transAxes)
            return figure
        _draw_bars(panels[0], months, words)
        if paid:
            _draw_money(panels[1], months, words)
        _set_months(panels[-1], months)
        figure.align_ylabels()
    return figure


def _months(dossier: RingDossier) -> pd.DataFrame:
    """Events and yuan of core and members by month, every month from the first to the last."""
    own = dossier.members.loc[dossier.members["role"].astype("str") != "associate", "policyholder_id"]
    days = pd.to_datetime(dossier.events["day"], errors="coerce")
    events = dossier.events[days.notna() & dossier.events["policyholder_id"].isin(own)]
    if events.empty:
        return pd.DataFrame(columns=[*_BARS, "overpaid"], dtype="float64")
    months = days[events.index].dt.to_period("M")
    kinds = events["kind"].where(events["kind"].isin(list(_BARS)), "other")
    counts = pd.crosstab(months, kinds).reindex(columns=list(_BARS), fill_value=0)
    counts["overpaid"] = events["overpaid"].astype("float64").groupby(months).sum()
    return counts.reindex(pd.period_range(months.min(), months.max(), freq="M"), fill_value=0)


def _draw_bars(axes: Axes, months: pd.DataFrame, words: dict[str, str]) -> None:
    """One stacked bar a month; colour and hatch tell the kinds apart."""
    from matplotlib.ticker import MaxNLocator

    below = pd.Series(0.0, index=months.index)
    names = {"complaint": words["complaints"], "negotiated": words["negotiated"], "other": words["other_events"]}
    for kind, (colour, hatch) in _BARS.items():
        if months[kind].any():
            axes.bar(
                range(len(months)), months[kind].tolist(), bottom=below.tolist(), width=0.84, color=colour, hatch=hatch,
                edgecolor="white", linewidth=0.4, label=f"{names[kind]}  {int(months[kind].sum())}",
            )  # fmt: skip
            below = below + months[kind]
    axes.set_ylabel(words["events_month"])
    axes.set_ylim(top=float(below.max()) * 1.07)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.legend(
        loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, frameon=False, fontsize=9, borderaxespad=0.2,
        handlelength=1.3,
    )  # fmt: skip


def _draw_money(axes: Axes, months: pd.DataFrame, words: dict[str, str]) -> None:
    """Paid above cash value from the first month on, as a staircase that ends at the ring's sum."""
    at, total = range(len(months)), (months["overpaid"].cumsum() / 1e4).tolist()
    axes.step(at, total, where="mid", color="#D55E00", linewidth=2.0, gid="overpaid")
    axes.fill_between(at, total, step="mid", color="#D55E00", alpha=0.14, linewidth=0)
    axes.set_ylabel(words["cumulative"])
    axes.set_ylim(bottom=0)


def _set_months(axes: Axes, months: pd.DataFrame) -> None:
    """Dates below, as many as can be read; light lines across all panels."""
    axes.set_xticks(*month_marks(pd.PeriodIndex(months.index)))
    axes.set_xlim(-0.9, len(months) - 0.1)
    assert axes.figure is not None
    for panel in axes.figure.axes:
        panel.grid(axis="y", color=GRID, linewidth=0.8)
        panel.set_axisbelow(True)
        panel.spines[["top", "right"]].set_visible(False)
        panel.spines[["left", "bottom"]].set_color(SPINE)
        panel.tick_params(labelsize=9, length=3)
