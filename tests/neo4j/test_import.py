"""The files of `export --format neo4j-csv` in the real importer: the graph that a push makes."""

from __future__ import annotations

import re
import shlex
import shutil
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from ringfinder.case import Case, open_case
from ringfinder.engines.files import Wish, neo4j_files
from ringfinder.engines.neo4j import Address, Server, Values, clean, connect, push, run_id_of, runs

pytestmark = pytest.mark.neo4j

KEY = Values(key=b"a key of the tests")
#: what a file format may stumble over
HOSTILE = 'a "quoted", text;\n// second line \\ it\'s 😀 {x: 1} $p'


@pytest.fixture(scope="module")
def hostile(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The case with texts that break a careless file, and an empty one."""
    folder = Path(shutil.copytree(case.folder, tmp_path_factory.mktemp("hostile") / "small"))
    with duckdb.connect(str(folder / "case.duckdb")) as connection:
        for number, text in enumerate((HOSTILE, "", "\u4fdd\u9669")):
            connection.execute("UPDATE policies SET product = $1 WHERE rowid = $2", [text, number])
        connection.execute("UPDATE policies SET product = NULL WHERE rowid = 3")
    return open_case(folder)


def facts(row: dict[str, Any]) -> str:
    """Properties as text; lists sorted, and what differs by nature left out."""
    return repr(sorted((k, sorted(v) if isinstance(v, list) else v) for k, v in row.items()))


def whole(server: Server) -> tuple[Counter[str], Counter[str]]:
    nodes = server.driver.execute_query("MATCH (n) WHERE NOT n:Run RETURN labels(n) AS labels, properties(n) AS p")
    key = (
        "coalesce({0}.id, {0}.kind + {0}.value, {0}.policyholder_id, {0}.policy_id, {0}.complaint_id, {0}.surrender_id)"
    )
    links = server.driver.execute_query(
        f"MATCH (a)-[x]->(b) RETURN type(x) AS t, properties(x) AS p, {key.format('a')} AS a, {key.format('b')} AS b"
    )
    return (
        Counter(f"{sorted(r['labels'])} {facts(r['p'])}" for r in nodes.records),
        Counter(f"{r['a']} {r['t']} {r['b']} {facts(r['p'])}" for r in links.records),
    )


def write(case: Case, values: Values, folder: Path, **wish: Any) -> str:
    """Write the files; the words of the README's command after `neo4j-admin`."""
    folder.mkdir()
    for file in neo4j_files(case, values, Wish(run_id_of(case), **wish)):
        (folder / file.name).write_bytes(file.content)
    found = re.search(r"```\n(.*?)\n```", (folder / "README.md").read_text(encoding="utf-8"), re.S)
    assert found is not None
    return found[1]


def test_the_importer_makes_the_graph_that_a_push_makes(
    hostile: Case, address: Address, server_tools: ModuleType, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    command = shlex.split(write(hostile, KEY, tmp_path / "files").replace("\\\n", " "))
    assert command[0] == "neo4j-admin"
    server_tools.prepare(home)
    server_tools.admin(home, *command[1:], cwd=tmp_path / "files")

    with connect(address) as server:
        server.driver.execute_query("MATCH (n) DETACH DELETE n")
        push(hostile, server, KEY)
        want = whole(server)
        server.driver.execute_query("MATCH (n) DETACH DELETE n")
    with (
        server_tools.started(home, gds=False) as running,
        connect(Address(running.uri, running.username, running.password)) as server,
    ):
        nodes, links = whole(server)
        assert nodes == want[0]
        assert links == want[1]
        assert sum(nodes.values()) > 3_000
        (found,) = server.driver.execute_query(
            "MATCH (l:Policy) WHERE l.product = $p RETURN count(*) AS n", p=HOSTILE
        ).records
        assert found["n"] == 1
        # a push finds its own run loaded, and clean takes it out
        assert push(hostile, server, KEY).rows == 0
        assert runs(server)["complete"].tolist() == [True]
        clean(server, run_id_of(hostile))
        (left,) = server.driver.execute_query("MATCH (n) RETURN count(*) AS n").records
        assert left["n"] == 0


def test_a_ring_alone_is_imported_and_a_push_still_loads_the_rest(
    case: Case, server_tools: ModuleType, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    ring = case.ring_ids()[0]
    command = shlex.split(write(case, KEY, tmp_path / "files", level="share", ring_ids=(ring,)).replace("\\\n", " "))
    server_tools.prepare(home)
    server_tools.admin(home, *command[1:], cwd=tmp_path / "files")

    with (
        server_tools.started(home, gds=False) as running,
        connect(Address(running.uri, running.username, running.password)) as server,
    ):
        people = server.driver.execute_query(
            "MATCH (p:Policyholder)-[:MEMBER_OF]->(r:Ring) RETURN collect(p.policyholder_id) AS p, r.ring_id AS r"
        ).records
        (all_people,) = server.driver.execute_query("MATCH (p:Policyholder) RETURN count(*) AS n").records
        (texts,) = server.driver.execute_query("MATCH (t:ComplaintTemplate) RETURN count(t.pattern) AS n").records
        pushed = push(case, server, KEY)
    assert [(r["r"], sorted(r["p"])) for r in people] == [(ring, sorted(case.members(ring)["policyholder_id"]))]
    assert all_people["n"] == len(case.members(ring))
    assert texts["n"] == 0
    assert (pushed.skipped, pushed.rows > 3_000) == (0, True)
