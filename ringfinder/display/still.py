"""SVG that is stored in a notebook: smaller, and as an image that can run nothing.

In:  SVG text.   Out: SVG text, an HTML image.   Never draws.
"""

from __future__ import annotations

import base64
import re

#: coordinates of paths and places; scales and other transforms keep all their digits
_PLACES = re.compile(r' (?:d|x|y|x1|y1|x2|y2)="[^"]*"')
_LONG = re.compile(r"(-?\d+\.\d{2})\d+")


def slim(svg: str) -> str:
    """Coordinates with two decimals: a hundredth of a point can't be seen.

    Examples
    --------
    >>> slim('<path d="M 1.23456 -7.5"/><use x="3.14159" transform="scale(0.015625)"/>')
    '<path d="M 1.23 -7.5"/><use x="3.14" transform="scale(0.015625)"/>'
    """
    return _PLACES.sub(lambda found: _LONG.sub(r"\1", found[0]), svg)


def image(svg: str, *, alt: str) -> str:
    """An `img` that carries the picture with it: no script in it runs, and ids of two pictures can't meet."""
    from html import escape

    data = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    style = "max-width:100%;height:auto;background:#fff"
    return f'<img alt="{escape(alt, quote=True)}" style="{style}" src="data:image/svg+xml;base64,{data}">'
