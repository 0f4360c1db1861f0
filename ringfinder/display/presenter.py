"""Draws the rings of a case or of a fresh report.

In:  Case, or RingReport (held in memory as a case when first asked).   Out: HTML, SVG, figures, frames, graphs.
Everything comes from masked dossiers, by the same functions as the pages and files of the command line.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from ringfinder.case import Case
from ringfinder.case.held import held_case
from ringfinder.display.frame import Frame
from ringfinder.display.still import slim
from ringfinder.display.tables import report_html, ring_html
from ringfinder.errors import InputError, MissingExtraError
from ringfinder.model.presenting import Shown
from ringfinder.model.ring import RingReport

if TYPE_CHECKING:
    import networkx as nx

logger = logging.getLogger(__name__)


class CasePresenter:
    """A `Presenter` of one case, opened or made when it is first asked.

    Parameters
    ----------
    open_ : gives the case.
    """

    def __init__(self, open_: Callable[[], Case]) -> None:
        self._case = cache(open_)
        # a notebook shows the same ring again and again; drawing takes seconds
        self._bundle = cache(self._made_bundle)

    @property
    def case(self) -> Case:
        return self._case()

    def bundle(self, ring_id: str) -> dict[str, str]:
        """HTML with the picture, and the picture alone where matplotlib is installed."""
        return dict(self._bundle(ring_id))

    def _made_bundle(self, ring_id: str) -> dict[str, str]:
        from ringfinder.export.figures import figure_svg

        case = self.case
        try:
            svg = slim(figure_svg(self.plot(ring_id, language=None) if ring_id else self.timeline("", language=None)))
        except MissingExtraError as error:
            logger.info("no picture: %s", error.message)
            svg = ""
        if ring_id:
            html = ring_html(case.ring(ring_id), case.evidence(ring_id), svg, language=case.language)
        else:
            html = report_html(case.rings(), svg, language=case.language)
        return {"text/html": html} | ({"image/svg+xml": svg} if svg else {})

    def plot(self, ring_id: str, *, language: str | None) -> Any:
        """The graph of a ring, or the rings by people and money."""
        from ringfinder.export.figures import ring_figure, rings_figure

        language = language or self.case.language
        if ring_id:
            return ring_figure(self.case.dossier(ring_id), language)
        return rings_figure(self.case.portfolio(), language)

    def timeline(self, ring_id: str, *, language: str | None) -> Any:
        """The course of a ring by month, or of all rings below each other."""
        from ringfinder.export.figures import course_figure, timeline_figure

        language = language or self.case.language
        if ring_id:
            return timeline_figure(self.case.dossier(ring_id), language)
        return course_figure(self.case.portfolio(), language)

    def view(self, ring_id: str, *, height: int, language: str | None) -> Frame:
        """The page of a ring, or the index."""
        from ringfinder.export.html import render_index, render_ring

        language = language or self.case.language
        if ring_id:
            return Frame(ring_id, render_ring(self.case.dossier(ring_id), language=language), height)
        # without links: a sandboxed frame leads nowhere
        return Frame("all rings", render_index(self.case.portfolio(), language=language, ring_files={}), height)

    def graph(self, ring_id: str, *, language: str | None) -> nx.Graph[str]:
        """Nodes and links of a ring as the GEXF file has them."""
        from ringfinder.export.packs.graph_files import ring_graph

        return ring_graph(self.case.dossier(ring_id), language or self.case.language)

    def compare(self, earlier: object) -> pd.DataFrame:
        """The rings of an earlier report or case, and what became of them in this one."""
        from ringfinder.case.comparing import compare_cases

        return compare_cases(_case_of(earlier), self.case)


def present_report(report: RingReport) -> CasePresenter:
    """The presenter of a report; the report is laid out as a case when it is first asked."""
    return CasePresenter(lambda: held_case(report))


def _case_of(thing: object) -> Case:
    if isinstance(thing, Case):
        return thing
    if isinstance(thing, Shown):
        presenter, _ = thing._asked()
        if isinstance(presenter, CasePresenter):
            return presenter.case
    raise InputError(
        f"can't compare with a {type(thing).__name__}", hint="give a report of detect_rings, or open_case(...)"
    )
