"""A ring as one JSON document.

In:  `RingDossier`.   Out: UTF-8 JSON with stable keys: level, seal, ring, decisions, tables by name.   Never unmasks.
"""

from __future__ import annotations

import json

from ringfinder.export.html.clean import tidy
from ringfinder.export.html.frames import manifest_facts, plain
from ringfinder.export.packs.sheets import decision_rows, make_sheets
from ringfinder.model.dossier import RingDossier

#: a document that a page or a script takes in must not bring markup along
_ESCAPES = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def render_json(dossier: RingDossier, language: str) -> bytes:
    """The document; sentences in `language`, codes as in the data contract."""
    seal = dossier.seal
    document = {
        "format": "ringfinder-ring",
        "level": dossier.level,
        "seal": None if seal is None else {"reason": seal.reason, "approved_by": seal.approved_by},
        "ring": {name: plain(value) for name, value in dossier.ring.items()},
        "decisions": decision_rows(dossier),
        "made_by": manifest_facts(dossier.manifest),
        "tables": {s.name: list(s.rows) for s in make_sheets(dossier, language) if s.name not in ("summary", "inputs")},
    }
    text = json.dumps(tidy(document), ensure_ascii=False, allow_nan=False, indent=1)
    return (text.translate(_ESCAPES) + "\n").encode("utf-8")
