"""Load a case: idempotent, resumable, and marked with the run that wrote it.

In:  Case, Server.   Out: `Pushed`.
Every node and relationship is merged on a key with a constraint, so a batch that runs twice changes nothing; a run
that stopped goes on after the last part that was loaded whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ringfinder.case import Case
from ringfinder.case.tables import check_whole
from ringfinder.engines.neo4j.removing import clean
from ringfinder.engines.neo4j.rows import Part, Values, case_parts
from ringfinder.engines.neo4j.runs import content_of, manifest_text, run_id_of
from ringfinder.engines.neo4j.server import Server
from ringfinder.errors import InputError

Progress = Callable[[str, float], None]

#: rows a transaction: large enough for speed, small enough for the heap of a small server (facts on drivers)
BATCH = 10_000
#: transactions at a time
STREAMS = 4
#: relationships whose two ends are of one kind, or all begin at one node: no split of the rows keeps streams apart
_ONE_STREAM = ("load/114_judged", "load/123_related", "load/133_judged_letter", "load/151_rests_on")


@dataclass(frozen=True)
class Pushed:
    """What a push did. `rows` counts nodes and relationships sent; `skipped` parts were there already."""

    run_id: str
    rows: int
    skipped: int


def push(
    case: Case,
    server: Server,
    values: Values,
    *,
    run_id: str = "",
    batch: int = BATCH,
    progress: Progress | None = None,
) -> Pushed:
    """Load a case into a server.

    Parameters
    ----------
    run_id : marks what this push writes; made of the case's name and content if empty. A run of the same id with
        another content is taken out first.
    batch : rows a transaction, at least 1.

    Raises
    ------
    EngineError : the server went away or refused; what was loaded stays, and another push goes on from there.
    InputError : the case was pulled from a server.
    """
    if batch < 1:
        raise InputError(f"{batch} rows a batch", hint="give a number from 1 on")
    check_whole(case)
    run = run_id or run_id_of(case)
    about = {
        "kind": "case",
        "content": content_of(case.manifest, values.clear),
        "case_name": case.folder.name,
        "version": str(case.manifest.get("version", "")),
        "manifest": manifest_text(case.manifest),
        "is_masked": not values.clear,
        "detected_in": [run],
    }
    server.set_up()
    (state,) = server.run("run/begin", {"run": run, "about": about})
    if state["content"] != about["content"]:
        clean(server, run)
        (state,) = server.run("run/begin", {"run": run, "about": about})
    loaded = set(state["loaded"])
    sent = 0
    parts = list(case_parts(case, values))
    for number, part in enumerate(parts, start=1):
        if part.name not in loaded:
            sent += _load(server, part, run, batch)
            server.run("run/step", {"run": run, "part": part.name})
        if progress is not None:
            progress(f"neo4j {part.name.partition('_')[2].replace('_', ' ')}", number / (len(parts) + 1))
    server.run("run/finish", {"run": run})
    if progress is not None:
        progress("neo4j", 1.0)
    return Pushed(run, sent, sum(part.name in loaded for part in parts))


def _load(server: Server, part: Part, run: str, batch: int) -> int:
    """Send one part in several streams; rows sent.

    No two streams write to the same value, seller, template or ring, and within each the other end ascends: so hubs are
    nobody's bottleneck. Streams that still lock each other out are a transient error, and the one that gave way is sent
    again.
    """
    statement = f"load/{part.name}"
    rows = part.rows()
    streams = [rows] if statement in _ONE_STREAM else _split(rows, STREAMS, by_second=not part.name.startswith("0"))

    def send(own: list[list[object]]) -> int:
        for start in range(0, len(own), batch):
            if failed:
                break
            try:
                server.run(statement, {"rows": own[start : start + batch], "run": run})
            except BaseException:
                failed.append(True)
                raise
        return len(own)

    failed: list[bool] = []
    with ThreadPoolExecutor(len(streams)) as pool:
        return sum(pool.map(send, streams))


def _split(rows: list[list[object]], n: int, *, by_second: bool) -> list[list[list[object]]]:
    """The rows in n streams, in their order: by the value of the second cell, or in turn.

    Examples
    --------
    >>> [[row[0] for row in own] for own in _split([["a", 1], ["b", 2], ["c", 3]], 2, by_second=False)]
    [['a', 'c'], ['b']]
    """
    out: list[list[list[object]]] = [[] for _ in range(n)]
    for place, row in enumerate(rows):
        out[zlib.crc32(str(row[1]).encode("utf-8", "replace")) % n if by_second else place % n].append(row)
    return out
