"""Packs of one ring for people outside the desk: dossier, referral, workbook, graph files, JSON.

In:  `RingDossier`.   Out: exports for the registry.   Never unmasks: how much is shown was decided by the case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ringfinder.errors import InputError
from ringfinder.export.exporter import Exporter, ExportFile, Source, Wanted
from ringfinder.export.packs.document import render_json
from ringfinder.export.packs.graph_files import render_gexf, render_graphml
from ringfinder.export.packs.printed import render_dossier_pdf, render_referral_pdf
from ringfinder.export.packs.reports import render_dossier, render_referral
from ringfinder.export.packs.word_file import render_word_file
from ringfinder.export.packs.workbook import render_workbook
from ringfinder.model.dossier import RingDossier

__all__ = ["PACKS"]

Render = Callable[[RingDossier, str], bytes]


def _pack(name: str, *parts: tuple[str, Render]) -> Exporter:
    """An export of one or more files a ring, each an ending and what makes it."""

    def files(source: Source, wanted: Wanted) -> Iterator[ExportFile]:
        if wanted.language not in ("zh", "en"):
            raise InputError(f"no language {wanted.language!r} for a pack", hint="zh or en")
        for ring_id in wanted.ring_ids:
            dossier = source.dossier(ring_id)
            # who sees the file in a folder has to see what is in it
            is_sealed = dossier.level == "sealed"
            mark = "-sealed" if is_sealed else ""
            for ending, render in parts:
                content = render(dossier, wanted.language)
                yield ExportFile(ring_id, f"{ring_id}{mark}{ending}", content, is_private=is_sealed)

    return Exporter(name, files)


#: what `ringfinder export --format` offers
PACKS: tuple[Exporter, ...] = (
    _pack("dossier", ("-dossier.html", render_dossier)),
    _pack("referral", ("-referral.html", render_referral), ("-referral-annex.xlsx", render_workbook)),
    _pack("dossier-pdf", ("-dossier.pdf", render_dossier_pdf)),
    _pack("dossier-docx", ("-dossier.docx", render_word_file)),
    _pack("referral-pdf", ("-referral.pdf", render_referral_pdf), ("-referral-annex.xlsx", render_workbook)),
    _pack("xlsx", (".xlsx", render_workbook)),
    _pack("graphml", (".graphml", render_graphml)),
    _pack("gexf", (".gexf", render_gexf)),
    _pack("json", (".json", render_json)),
)
