"""Rings as single HTML files that open anywhere, without a network, masked.

In:  `RingDossier`, `Portfolio`.   Out: HTML text and files.   Never asks for a network address, never unmasks.
The graph is built with pyvis and drawn by the vis-network script that pyvis carries; the page around it is our own,
because pyvis's own page loads from the web and runs markup that hides in data.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ringfinder.errors import InputError
from ringfinder.export.html.index_data import index_payload
from ringfinder.export.html.page import render_page, vis_script
from ringfinder.export.html.ring_data import ring_payload
from ringfinder.model.dossier import Portfolio, RingDossier

__all__ = ["render_index", "render_ring", "write_index", "write_ring"]

_RING_SCRIPTS: tuple[str, ...] = ("shared.js", "table.js", "ring_state.js", "ring_graph.js", "ring_panel.js")
_RING_SCRIPTS += ("ring_views.js", "ring_timeline.js", "ring_main.js")
_INDEX_SCRIPTS = ("shared.js", "table.js", "index_charts.js", "index_main.js")


def render_ring(dossier: RingDossier, *, language: str = "zh") -> str:
    """One ring as one self-contained HTML page: graph, tables, letters, timeline, evidence both ways.

    Parameters
    ----------
    dossier : the ring, masked.
    language : 'zh' or 'en', the language the page opens in; the reader can switch.

    Returns
    -------
    The page. Same dossier, same text.

    Raises
    ------
    InputError : another language. EngineError : the installed pyvis does not carry the vis-network we know.
    """
    scripts = [vis_script()]
    payload = ring_payload(dossier, language=_known(language))
    return render_page(
        "ring.html.j2", payload, styles=("shared.css", "ring.css"), before=scripts, scripts=_RING_SCRIPTS
    )


def write_ring(dossier: RingDossier, path: Path, *, language: str = "zh") -> Path:
    """Write `render_ring` to a file, UTF-8 and LF on every system; a half-written file is never left behind."""
    return _write(render_ring(dossier, language=language), path)


def render_index(portfolio: Portfolio, *, language: str = "zh", ring_files: Mapping[str, str]) -> str:
    """All rings of a case as one page: which ring to read next.

    Parameters
    ----------
    ring_files : ring id to the file of that ring, relative to the index, as in 'rings/R-0001.html'.

    Raises
    ------
    InputError : another language, or a file that is not relative.
    """
    payload = index_payload(portfolio, language=_known(language), ring_files=ring_files)
    return render_page("index.html.j2", payload, styles=("shared.css", "index.css"), before=(), scripts=_INDEX_SCRIPTS)


def write_index(portfolio: Portfolio, path: Path, *, language: str = "zh", ring_files: Mapping[str, str]) -> Path:
    """Write `render_index` to a file, UTF-8 and LF on every system."""
    return _write(render_index(portfolio, language=language, ring_files=ring_files), path)


def _known(language: str) -> str:
    if language not in ("zh", "en"):
        raise InputError(f"no language {language!r} for a page", hint="zh or en")
    return language


def _write(text: str, path: Path) -> Path:
    part = path.with_name(path.name + ".part")
    part.write_bytes(text.encode("utf-8"))
    os.replace(part, path)
    return path
