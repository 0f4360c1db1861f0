"""The key to one ring's page: real names and values, as a file of its own that the reader loads by hand.

In:  a sealed `RingDossier`.   Out: one private `ExportFile`.   Never writes; the page itself stays masked.
"""

from __future__ import annotations

import json

from ringfinder.errors import RefusedError
from ringfinder.export.exporter import ExportFile
from ringfinder.export.html.clean import tidy
from ringfinder.export.html.frames import manifest_facts, plain, records, text
from ringfinder.model.dossier import RingDossier


def key_file(dossier: RingDossier) -> ExportFile:
    """Names of people and values of identifiers by the pseudonyms of the page; fits that ring of that run alone.

    Raises
    ------
    RefusedError : the dossier is masked: there is no leave to show real values.
    """
    if dossier.seal is None:
        raise RefusedError("a key holds real values and needs a reason and an approval", hint="add --reason")
    people = records(dossier.members, {"policyholder_id": "id", "name": "value"}, order=("policyholder_id",))
    values = records(dossier.identifiers, {"node_id": "id", "value": "value"}, order=("node_id",))
    ring_id = text(plain(dossier.ring.get("ring_id")))
    facts = tidy(manifest_facts(dossier.manifest))
    assert isinstance(facts, dict)
    key = {
        "format": "ringfinder key",
        "case": facts["case"],
        "fingerprint": facts["fingerprint"],
        "ring_id": ring_id,
        "reason": dossier.seal.reason,
        "approved_by": dossier.seal.approved_by,
        "people": {text(row["id"]): row["value"] for row in people},
        "identifiers": {text(row["id"]): row["value"] for row in values},
    }
    content = json.dumps(tidy(key), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return ExportFile(ring_id, f"{ring_id}-key.json", content.encode("utf-8"), is_private=True)
