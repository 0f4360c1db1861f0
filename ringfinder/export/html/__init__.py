"""Rings as single HTML files that open anywhere, without a network, masked.

In:  `RingDossier`, `Portfolio`.   Out: HTML text, `HTML` for the registry.   Never loads anything, never unmasks.
The graph is built with pyvis and drawn by the vis-network script that pyvis carries; the page around it is our own,
because pyvis's own page loads from the web and runs markup that hides in data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ringfinder.errors import InputError
from ringfinder.export.exporter import Exporter, ExportFile, Source, Wanted
from ringfinder.export.html.index_data import index_payload, relative_link, templates_payload
from ringfinder.export.html.page import render_page, vis_script
from ringfinder.export.html.ring_data import ring_payload
from ringfinder.model.dossier import Portfolio, RingDossier

__all__ = ["HTML", "render_index", "render_ring", "render_templates"]

_RING_SCRIPTS: tuple[str, ...] = (
    "shared.js",
    "table.js",
    "slots.js",
    "ring_state.js",
    "ring_reveal.js",
    "ring_graph.js",
    "ring_labels.js",
)
_RING_SCRIPTS += ("ring_panel.js", "ring_views.js", "ring_timeline.js", "ring_main.js")
_INDEX_SCRIPTS = ("shared.js", "table.js", "slots.js", "index_charts.js", "index_main.js")
_TEMPLATES_SCRIPTS = ("shared.js", "slots.js", "templates_main.js")


def render_ring(dossier: RingDossier, *, language: str = "zh", pages: Mapping[str, str] = {}) -> str:
    """One ring as one self-contained HTML page: graph, tables, letters, timeline, evidence both ways.

    Parameters
    ----------
    dossier : the ring, masked.
    language : 'zh' or 'en', the language the page opens in; the reader can switch.
    pages : 'index' and 'templates' to the files of those pages, relative to this one; a missing one is not linked.

    Returns
    -------
    The page. Same dossier, same text.

    Raises
    ------
    InputError : another language. EngineError : the installed pyvis does not carry the vis-network we know.
    """
    scripts = [vis_script()]
    payload = ring_payload(dossier, language=_known(language))
    payload["pages"] = _links(pages, "index", "templates")
    return render_page(
        "ring.html.j2", payload, styles=("shared.css", "ring.css"), before=scripts, scripts=_RING_SCRIPTS
    )


def render_index(
    portfolio: Portfolio, *, language: str = "zh", ring_files: Mapping[str, str], templates_file: str = ""
) -> str:
    """All rings of a case as one page: which ring to read next.

    Parameters
    ----------
    ring_files : ring id to the file of that ring, relative to the index, as in 'rings/R-0001.html'.
    templates_file : the templates page, relative to the index; '' for none.

    Raises
    ------
    InputError : another language, or a file that is not relative.
    """
    payload = index_payload(portfolio, language=_known(language), ring_files=ring_files)
    payload["pages"] = _links({"templates": templates_file}, "templates")
    return render_page("index.html.j2", payload, styles=("shared.css", "index.css"), before=(), scripts=_INDEX_SCRIPTS)


def render_templates(
    portfolio: Portfolio, *, language: str = "zh", ring_files: Mapping[str, str], index_file: str = ""
) -> str:
    """The letter templates of a case as one page: wording with its slots, how often, when, in which rings.

    Parameters
    ----------
    ring_files, index_file : those pages, relative to this one.

    Raises
    ------
    InputError : another language, or a file that is not relative.
    """
    payload = templates_payload(portfolio, language=_known(language), ring_files=ring_files, index=index_file)
    styles = ("shared.css", "index.css")
    return render_page("templates.html.j2", payload, styles=styles, before=(), scripts=_TEMPLATES_SCRIPTS)


def _links(pages: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: relative_link(pages[name]) if pages.get(name) else "" for name in names}


def _known(language: str) -> str:
    if language not in ("zh", "en"):
        raise InputError(f"no language {language!r} for a page", hint="zh or en")
    return language


def _files(source: Source, wanted: Wanted) -> Iterator[ExportFile]:
    """The index in front and the templates, if all rings are wanted, then a page a ring; alone it links to none."""
    names = {ring_id: f"{ring_id}.html" for ring_id in wanted.ring_ids}
    pages: dict[str, str] = {}
    language = wanted.language
    if wanted.is_whole:
        pages = {"index": "index.html", "templates": "templates.html"}
        portfolio = source.portfolio()
        index = render_index(portfolio, language=language, ring_files=names, templates_file=pages["templates"])
        yield ExportFile("", pages["index"], index.encode("utf-8"))
        forms = render_templates(portfolio, language=language, ring_files=names, index_file=pages["index"])
        yield ExportFile("", pages["templates"], forms.encode("utf-8"))
    for ring_id, name in names.items():
        page = render_ring(source.dossier(ring_id), language=language, pages=pages)
        yield ExportFile(ring_id, name, page.encode("utf-8"))


HTML = Exporter("html", _files)
