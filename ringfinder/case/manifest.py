"""manifest.json: what made a case, from what, and which shared values were held back.

In:  RingReport.   Out: a mapping that is written as JSON.
Never holds a value that is not masked. Only the block `timings` may differ between two runs on the same input.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

import pandas as pd

from ringfinder.case.masks import mask_by_kind
from ringfinder.model.ring import RingReport
from ringfinder.version import __version__

#: marks a folder as a case of ours; only such a folder is ever replaced
FORMAT_NAME = "ringfinder-case"

#: raised whenever a table or a column of case.duckdb changes its meaning
FORMAT_VERSION = 1

#: block of the manifest of a case that was fetched from a server, where no stage can run
PULLED = "pulled"

#: guarded values listed one by one; their number is always given whole
MAX_HUBS_LISTED = 500


def make_manifest(report: RingReport, *, language: str, unmask_reason: str = "") -> dict[str, object]:
    """The manifest of a case without its timings."""
    ingest = report.dataset.report
    own: dict[str, object] = {
        "format": FORMAT_NAME,
        "format_version": FORMAT_VERSION,
        "language": language,
        "masked": not unmask_reason,
        "counts": _counts(report),
        "hubs_guarded": _guarded(report.book.values),
    }
    if unmask_reason:
        own["unmask_reason"] = unmask_reason
    defaults: dict[str, object] = {
        "version": __version__,
        "inputs": [asdict(file) for file in sorted(ingest.files, key=lambda f: (f.table, f.name))],
        "unknown_columns": [list(pair) for pair in sorted(ingest.unknown_columns)],
        "unknown_tables": sorted(ingest.unknown_tables),
        "notes": list(ingest.notes),
        "warnings": list(ingest.warnings),
    }
    return {**defaults, **report.manifest, **own}


def render_manifest(manifest: Mapping[str, object], timings: Mapping[str, float]) -> bytes:
    """The bytes of manifest.json."""
    rounded = {stage: round(float(seconds), 3) for stage, seconds in timings.items()}
    document = {**manifest, "timings": rounded}
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True, default=_plain)
    return (text + "\n").encode("utf-8", errors="backslashreplace")


def _plain(value: object) -> object:
    """JSON form of what the standard encoder doesn't know: numpy numbers, dates, tuples of other types."""
    item = getattr(value, "item", None)
    return item() if callable(item) else str(value)


def _counts(report: RingReport) -> dict[str, object]:
    verdicts = report.letters.letters["verdict"].value_counts().sort_index()
    judged = report.book.values["verdict"].value_counts().sort_index()
    return {
        "tables": {name: len(frame) for name, frame in report.dataset.tables.items()},
        "rejects": len(report.dataset.report.rejects),
        "rings": len(report.rings),
        "flagged": len(report.flagged),
        "members": sum(len(ring.members) for ring in report.rings),
        "templates": len(report.letters.templates),
        "letters": {str(name): int(n) for name, n in verdicts.items()},
        "values": {str(name): int(n) for name, n in judged.items()},
    }


def _guarded(values: pd.DataFrame) -> dict[str, object]:
    hubs = values[values["verdict"].isin(["guarded", "directory"])]
    most = (-hubs["n_holders"]).rename("most")
    hubs = hubs.assign(most=most).sort_values(["most", "kind", "value"], kind="stable")
    shown = hubs.head(MAX_HUBS_LISTED)
    masked = mask_by_kind(shown["kind"], shown["value"])
    columns = ["kind", "n_holders", "verdict", "reason_zh", "reason_en"]
    listed = shown[columns].assign(value=masked).to_dict("records")
    return {"number": len(hubs), "largest": listed}
