"""A report as a case that is held in memory, so that what asks a saved case can ask a fresh report too.

In:  RingReport.   Out: `Case` without a folder.   Never writes: no real value reaches the disk.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ringfinder.case.database import case_tables, fill_database
from ringfinder.case.manifest import make_manifest, render_manifest
from ringfinder.case.opened import Case
from ringfinder.model.ring import RingReport

#: stands where the name of a case's folder stands
NAME = Path("report")


def held_case(report: RingReport) -> Case:
    """The report as `open_case` would give it once written, in the language of its configuration."""
    import duckdb

    config = report.manifest.get("config")
    language = config.get("language") if isinstance(config, Mapping) else None
    made = make_manifest(report, language="en" if language == "en" else "zh")
    connection = duckdb.connect(":memory:", config={"enable_external_access": "false"})
    fill_database(connection, case_tables(report, made))
    # by way of JSON, as a case from disk has it
    manifest = json.loads(render_manifest(made, {}))
    manifest.pop("timings", None)
    return Case(folder=NAME, manifest=manifest, held=connection)
