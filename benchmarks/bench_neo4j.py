"""How fast a case goes into a Neo4j server: `ringfinder neo4j push` beside what the driver's own examples do.

    python benchmarks/bench_neo4j.py [--policyholders 100000] [--preset mixed] [--seed 21]

Needs Java and Maven, or the server's jars in RINGFINDER_NEO4J_HOME: a real Community server is started on a free port
and thrown away. One row a method: nodes and relationships a second, as a ratio to the first, and a second of processor
time of client and server together, which says more where other programs run too.
 one row a call   : the driver's example, `session.execute_write` for each person and holding (of a part of them)
 plain UNWIND     : maps in batches of 10,000, SET n += row, no runs noted; people, phones, holdings of phones
 push             : the whole case, first load
 push again       : parts that are loaded are skipped
 database import  : `export --format neo4j-csv` through the server's importer, server stopped
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import ringfinder as rf
from ringfinder.case import Case, open_case, write_case
from ringfinder.engines.files import Wish, neo4j_files
from ringfinder.engines.neo4j import Address, Server, Values, case_parts, connect, push, run_id_of
from ringfinder.simulate import simulate, write_world

KEY = Values(key=b"a key of the benchmark")
BATCH = 10_000
NAIVE = 2_000
PLAIN = {
    "010_policyholder": (
        ("policyholder_id", "name", "household"),
        "UNWIND $rows AS row MERGE (n:Policyholder {policyholder_id: row.policyholder_id}) SET n += row",
    ),
    "020_phone": (
        ("value", "shown", "n_holders", "n_households", "n_fresh", "score", "verdict", "reason_zh", "reason_en"),
        "UNWIND $rows AS row MERGE (n:Identifier:Phone {kind: 'phone', value: row.value}) SET n += row",
    ),
    "110_holds_phone": (
        ("policyholder_id", "value", "source", "role", "since", "is_fresh"),
        "UNWIND $rows AS row MATCH (a:Policyholder {policyholder_id: row.policyholder_id}) "
        "MATCH (b:Phone {value: row.value}) MERGE (a)-[x:HOLDS {source: row.source}]->(b) SET x.role = row.role, "
        "x.since = row.since, x.is_fresh = row.is_fresh",
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--policyholders", type=int, default=100_000)
    parser.add_argument("--preset", default="mixed")
    parser.add_argument("--seed", type=int, default=21)
    options = parser.parse_args()
    tools = _server_tools()
    try:
        tools.jars()
    except tools.NoServer as reason:
        print(f"left out: {reason}")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case = _case(folder, options)
        rows = []
        for title, method in (("one row a call", _naive), ("plain UNWIND", _plain), ("push", _push)):
            with _server(tools, folder / title.replace(" ", "-")) as (server, pid):
                rows.append((title, *_timed(lambda m=method, s=server: m(case, s), pid)))
                if method is _push:
                    rows.append(("push again", *_timed(lambda s=server: _push(case, s), pid)))
        rows.append(("database import", *_imported(tools, case, folder)))
    first = rows[0][1] / rows[0][2]
    print(f"load of the machine {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores", file=sys.stderr)
    print("| method | nodes and relationships | seconds | a second | ratio | CPU seconds | a CPU second |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for title, items, seconds, busy in rows:
        rate, by_work = items / seconds, items / busy
        times = f"{rate / first:.0f}"
        print(f"| {title} | {items:,} | {seconds:.1f} | {rate:,.0f} | {times} | {busy:.1f} | {by_work:,.0f} |")


def _timed(method: Callable[[], int], pid: int) -> tuple[int, float, float]:
    """Items, seconds, and seconds of processor time of this process and the server."""
    start, busy = time.perf_counter(), time.process_time() + _busy(pid)
    items = method()
    return items, time.perf_counter() - start, time.process_time() + _busy(pid) - busy


def _busy(pid: int) -> float:
    """Processor time of another process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _naive(case: Case, server: Server) -> int:
    def put(query: str, row: dict[str, Any]) -> None:
        with server.driver.session() as session:
            session.execute_write(lambda tx: tx.run(query, row).consume())

    people, _, held = _plain_rows(case)
    known = people[: NAIVE // 2]
    for row in known:
        put("MERGE (n:Policyholder {policyholder_id: $policyholder_id}) SET n.name = $name", row)
    names = {row["policyholder_id"] for row in known}
    links = [row for row in held if row["policyholder_id"] in names][: NAIVE // 2]
    for row in links:
        put(
            "MATCH (a:Policyholder {policyholder_id: $policyholder_id}) "
            "MERGE (b:Phone:Identifier {kind: 'phone', value: $value}) MERGE (a)-[x:HOLDS {source: $source}]->(b)",
            row,
        )
    return len(known) + 2 * len(links)


def _plain(case: Case, server: Server) -> int:
    items = 0
    for rows, (_, query) in zip(_plain_rows(case), PLAIN.values(), strict=True):
        for start in range(0, len(rows), BATCH):
            server.driver.execute_query(query, rows=rows[start : start + BATCH])
        items += len(rows)
    return items


def _plain_rows(case: Case) -> list[list[dict[str, Any]]]:
    parts = {part.name: part for part in case_parts(case, KEY) if part.name in PLAIN}
    return [
        [dict(zip(columns, row, strict=True)) for row in parts[name].rows()] for name, (columns, _) in PLAIN.items()
    ]


def _push(case: Case, server: Server) -> int:
    done = push(case, server, KEY, batch=BATCH)
    return done.rows or sum(len(part.frame) for part in case_parts(case, KEY))


def _imported(tools: ModuleType, case: Case, folder: Path) -> tuple[int, float, float]:
    """Items, seconds and processor time of the importer alone; writing its files is told on stderr."""
    home, files = folder / "import", folder / "csv"
    tools.prepare(home)
    files.mkdir()
    start = time.perf_counter()
    for file in neo4j_files(case, KEY, Wish(run_id_of(case))):
        (files / file.name).write_bytes(file.content)
    print(f"files written in {time.perf_counter() - start:.1f} s", file=sys.stderr)
    said = re.search(r"```\n(.*?)\n```", (files / "README.md").read_text(encoding="utf-8"), re.S)
    assert said is not None
    words = shlex.split(said[1].replace("\\\n", " "))[1:]
    start, busy = time.perf_counter(), sum(os.times()[2:4])
    tools.admin(home, *words, cwd=files)
    seconds, busy = time.perf_counter() - start, sum(os.times()[2:4]) - busy
    return sum(len(part.frame) for part in case_parts(case, KEY)), seconds, busy


def _case(folder: Path, options: argparse.Namespace) -> Case:
    write_world(simulate(options.preset, n_policyholders=options.policyholders, seed=options.seed), folder / "world")
    write_case(rf.detect_rings(rf.read_tables(folder / "world" / "input")), folder / "case")
    return open_case(folder / "case")


@contextmanager
def _server(tools: ModuleType, home: Path) -> Iterator[tuple[Server, int]]:
    home.mkdir()
    with (
        tools.started(home, gds=False, lasting=True) as running,
        connect(Address(running.uri, running.username, running.password)) as server,
    ):
        server.set_up()
        yield server, running.process.pid


def _server_tools() -> ModuleType:
    """What starts a server for the tests."""
    path = Path(__file__).resolve().parents[1] / "tests" / "neo4j" / "server.py"
    spec = importlib.util.spec_from_file_location("neo4j_server", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
