"""The runs in a server: their ids and what they hold.

In:  Case, Server.   Out: ids, a frame.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ringfinder.case import Case
from ringfinder.engines.neo4j.server import Server
from ringfinder.engines.queries import load_query
from ringfinder.errors import InputError, UnknownNameError


def run_id_of(case: Case) -> str:
    """Name of the case and eight digits of its content: the same case has the same id wherever it lies."""
    return f"{case.folder.resolve().name}-{content_of(case.manifest, False)[:8]}"


def content_of(manifest: Mapping[str, Any], clear: bool) -> str:
    """SHA-256 of what decides a push: the case's manifest, and whether values are real."""
    said = json.dumps([dict(manifest), clear], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode("utf-8")).hexdigest()


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """The manifest as one line, for the run on the server."""
    return json.dumps(dict(manifest), sort_keys=True, ensure_ascii=False, default=str)


def runs(server: Server) -> pd.DataFrame:
    """Every run in the database: run_id, case_name, version, is_masked, parts, complete."""
    return server.frame(load_query("run/list"), {})


def complete_runs(server: Server) -> pd.DataFrame:
    """The pushed cases that are whole: run_id, content, is_masked."""
    return server.frame(load_query("detect/complete_runs"), {})


def chosen_runs(known: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """The runs that are named, sorted; the only complete one there is, where none is named.

    Raises
    ------
    UnknownNameError : no such complete run. InputError : none is named and there are several, or none.
    """
    there = known["run_id"].tolist()
    for name in names:
        if name not in there:
            raise UnknownNameError("complete run", name, there)
    if names:
        return sorted(set(names))
    if len(there) != 1:
        told = ", ".join(there) or "none"
        raise InputError(
            f"{len(there)} complete runs on the server: {told}", hint="push a case, or name the runs with --run"
        )
    return there
