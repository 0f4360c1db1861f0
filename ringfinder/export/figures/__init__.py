"""Still pictures for a notebook or a printed report: a ring's graph and course, and pictures of all rings of a run.

In:  `RingDossier`, `Portfolio`.   Out: matplotlib figures, or one as SVG or PNG.   Never unmasks, opens no window.
The only home of matplotlib, which comes with the extra `notebook` and is loaded when a picture is made.
"""

from __future__ import annotations

from ringfinder.export.figures.frame import figure_png, figure_svg
from ringfinder.export.figures.portfolio import course_figure, rings_figure
from ringfinder.export.figures.ring import ring_figure
from ringfinder.export.figures.run import activity_figure, kinds_figure, score_figure
from ringfinder.export.figures.timeline import timeline_figure

__all__ = [
    "activity_figure",
    "course_figure",
    "figure_png",
    "figure_svg",
    "kinds_figure",
    "ring_figure",
    "rings_figure",
    "score_figure",
    "timeline_figure",
]
