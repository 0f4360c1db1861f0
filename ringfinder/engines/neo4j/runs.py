"""The runs in a server: their ids and what they hold.

In:  Case, Server.   Out: ids, a frame.
"""

from __future__ import annotations

import hashlib
import json

import pandas as pd

from ringfinder.case import Case
from ringfinder.engines.neo4j.server import Server
from ringfinder.engines.queries import load_query


def run_id_of(case: Case) -> str:
    """Name of the case and eight digits of its content: the same case has the same id wherever it lies."""
    return f"{case.folder.resolve().name}-{content_of(case, False)[:8]}"


def content_of(case: Case, clear: bool) -> str:
    """SHA-256 of what decides a push: the case's manifest, and whether values are real."""
    said = json.dumps([dict(case.manifest), clear], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode("utf-8")).hexdigest()


def runs(server: Server) -> pd.DataFrame:
    """Every run in the database: run_id, case_name, version, is_masked, parts, complete."""
    return server.frame(load_query("run/list"), {})
