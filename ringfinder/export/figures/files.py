"""Still pictures as files: each ring's graph and course, and the charts of the run, as SVG and as PNG.

In:  a source of masked dossiers.   Out: an export for the registry.   Never unmasks.
"""

from __future__ import annotations

from collections.abc import Iterator

from ringfinder.export.exporter import Exporter, ExportFile, Source, Wanted
from ringfinder.export.figures.frame import figure_png, figure_svg
from ringfinder.export.figures.ring import ring_figure
from ringfinder.export.figures.run import activity_figure, kinds_figure, score_figure
from ringfinder.export.figures.timeline import timeline_figure

__all__ = ["PICTURES"]

_OF_RUN = {"run-score": score_figure, "run-activity": activity_figure, "run-evidence": kinds_figure}
_OF_RING = {"": ring_figure, "-timeline": timeline_figure}


def _files(source: Source, wanted: Wanted) -> Iterator[ExportFile]:
    if wanted.is_whole:
        portfolio = source.portfolio()
        for name, draw in _OF_RUN.items():
            figure = draw(portfolio, wanted.language)
            yield ExportFile("", f"{name}.svg", figure_svg(figure).encode("utf-8"))
            yield ExportFile("", f"{name}.png", figure_png(figure))
    for ring_id in wanted.ring_ids:
        dossier = source.dossier(ring_id)
        for ending, draw_ring in _OF_RING.items():
            figure = draw_ring(dossier, wanted.language)
            yield ExportFile(ring_id, f"{ring_id}{ending}.svg", figure_svg(figure).encode("utf-8"))
            yield ExportFile(ring_id, f"{ring_id}{ending}.png", figure_png(figure))


PICTURES = Exporter("pictures", _files)
