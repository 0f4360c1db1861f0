"""Still pictures of one ring, for a notebook or a printed report: its graph, its course over time.

In:  `RingDossier`.   Out: matplotlib figures, or one as SVG.   Never unmasks, opens no window, writes no file.
The only home of matplotlib, which comes with the extra `notebook` and is loaded when a picture is made.
"""

from __future__ import annotations

from ringfinder.export.figures.frame import figure_svg
from ringfinder.export.figures.ring import ring_figure
from ringfinder.export.figures.timeline import timeline_figure

__all__ = ["figure_svg", "ring_figure", "timeline_figure"]
