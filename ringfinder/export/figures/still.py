"""The figure that all pictures are: a notebook shows it, whatever else it has loaded.

In:  a size.   Out: an empty figure.   Never draws, sets no backend.
IPython knows how to show a plain figure only once pyplot or `%matplotlib inline` has chosen a backend; our pictures
need neither. matplotlib comes with the extra `notebook` and is loaded when a picture is made.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ringfinder.export.figures.frame import figure_png

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def still(width: float, height: float) -> Figure:
    """An empty figure of so many inches, white whatever the reader's theme."""
    return _still_figure()(figsize=(width, height), dpi=110, facecolor="white")


@cache
def _still_figure() -> type[Figure]:
    from matplotlib.figure import Figure

    class StillFigure(Figure):
        """A figure that shows itself as PNG; IPython asks for that unless a backend has its own way."""

        def _repr_png_(self) -> bytes:
            return figure_png(self, dpi=round(self.dpi))

    return StillFigure
