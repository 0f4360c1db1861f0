"""The figure that all pictures are: a notebook shows it, whatever else it has loaded.

In:  a size.   Out: an empty figure.   Never draws, sets no backend.
IPython knows how to show a plain figure only once pyplot or `%matplotlib inline` has chosen a backend; our pictures
need neither. Imported inside functions, as all of matplotlib.
"""

from __future__ import annotations

from matplotlib.figure import Figure

from ringfinder.export.figures.frame import figure_png


class StillFigure(Figure):
    """A figure that shows itself as PNG; IPython asks for that unless a backend has its own way."""

    def _repr_png_(self) -> bytes:
        return figure_png(self, dpi=round(self.dpi))


def still(width: float, height: float) -> StillFigure:
    """An empty figure of so many inches, white whatever the reader's theme."""
    return StillFigure(figsize=(width, height), dpi=110, facecolor="white")
