"""The commands `ringfinder neo4j ...` on a real server, and what they say without one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ringfinder.case import Case
from ringfinder.cli.app import app
from ringfinder.engines.neo4j import Address, Server, Values, ask, connect, push
from ringfinder.engines.queries import query_names
from ringfinder.errors import InputError, UnknownNameError

pytestmark = pytest.mark.neo4j

NAMES = [n.partition("/")[2] for n in query_names() if n.startswith("query/")]


@pytest.fixture(scope="module")
def loaded(address: Address, case: Case) -> Iterator[Server]:
    with connect(address) as server:
        server.driver.execute_query("MATCH (n) DETACH DELETE n")
        push(case, server, Values(clear=True))
        yield server


def test_a_question_that_is_not_there_and_a_wrong_parameter_are_told(loaded: Server) -> None:
    with pytest.raises(UnknownNameError, match="no query named 'sharer'") as told:
        ask(loaded, "sharer", {})
    assert "sharers" in told.value.hint
    with pytest.raises(InputError, match="needs parameter 'max_holders'"):
        ask(loaded, "sharers", {"policyholder_id": "H1"})


@pytest.fixture
def environment(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", address.uri)
    monkeypatch.setenv("NEO4J_USERNAME", address.username)
    monkeypatch.setenv("NEO4J_PASSWORD", address.password)


def test_the_commands_push_ask_and_clean(server: Server, case: Case, environment: None) -> None:
    run, ring = CliRunner().invoke, case.ring_ids()[0]
    pushed = run(app, ["neo4j", "push", str(case.folder), "--format", "json"])
    assert pushed.exit_code == 0, pushed.output
    (row,) = json.loads(pushed.stdout)
    key = case.folder.with_name(case.folder.name + ".key")
    assert key.stat().st_mode & 0o077 == 0

    listed = run(app, ["neo4j", "status", "--format", "json"])
    assert [r["run_id"] for r in json.loads(listed.stdout)] == [row["run_id"]]
    assert "5.26" in listed.stderr

    asked = run(
        app,
        [
            "neo4j",
            "query",
            "ring_members",
            "--param",
            f"ring_id={ring}",
            "--param",
            "-",
            "--format",
            "jsonl",
        ],
        input="max_holders=50\n",
    )
    assert asked.exit_code == 0, asked.output
    assert len(asked.stdout.splitlines()) == len(case.members(ring))

    log = Path(f"{case.folder}.audit.log").read_text(encoding="utf-8")
    assert "neo4j push" in log

    wrong = run(app, ["neo4j", "clean", "--run", "nothing"])
    assert wrong.exit_code == 2
    gone = run(app, ["neo4j", "clean", "--run", row["run_id"]])
    assert gone.exit_code == 0
    assert json.loads(run(app, ["neo4j", "status", "--format", "json"]).stdout) == []


def test_tables_are_pushed_as_the_case_that_they_give(
    server: Server, case: Case, environment: None, tmp_path: Path
) -> None:
    tables = shutil.copytree(case.folder.parent / "world" / "input", tmp_path / "tables")

    def push_tables() -> list[dict[str, object]]:
        done = CliRunner().invoke(app, ["neo4j", "push", str(tables), "--format", "json"])
        assert done.exit_code == 0, done.output
        found: list[dict[str, object]] = json.loads(done.stdout)
        return found

    (first,), (second,) = push_tables(), push_tables()
    assert first["run_id"] == second["run_id"]
    assert (second["rows"], first["skipped_parts"]) == (0, 0)
    people = server.driver.execute_query(
        "MATCH (p:Policyholder)-[:MEMBER_OF]->(r:Ring {run: $run}) RETURN r.ring_id AS r, p.policyholder_id AS p",
        run=first["run_id"],
    ).records
    want = case.fetch("SELECT ring_id, policyholder_id FROM members")
    assert sorted(map(tuple, people)) == sorted(want.itertuples(index=False, name=None))


def test_real_values_that_are_pushed_are_logged_with_their_leave(server: Server, case: Case, environment: None) -> None:
    run = CliRunner().invoke
    leave = ["--unmask", "--reason", "closed network", "--approved-by", "head of SIU"]
    shown = run(app, ["neo4j", "push", str(case.folder), *leave, "--run", "clear"])
    assert shown.exit_code == 0, shown.output
    assert "unmasked" in shown.stderr
    log = Path(f"{case.folder}.audit.log").read_text(encoding="utf-8")
    assert "closed network" in log and "head of SIU" in log


@pytest.mark.parametrize(
    "leave",
    [
        ("--unmask",),
        ("--unmask", "--reason", "x"),
        ("--unmask", "--approved-by", "x"),
        ("--unmask", "--reason", " ", "--approved-by", "x"),
        ("--reason", "x"),
        ("--approved-by", "x"),
    ],
)
def test_real_values_need_a_reason_and_an_approval_before_a_server_is_looked_for(
    case: Case, leave: tuple[str, ...]
) -> None:
    refused = CliRunner().invoke(app, ["neo4j", "push", str(case.folder), "--uri", "bolt://127.0.0.1:1", *leave])

    assert refused.exit_code == 2
    assert "--approved-by" in refused.stderr


def test_without_a_server_the_exit_code_is_three(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_URI", raising=False)
    done = CliRunner().invoke(app, ["neo4j", "status", "--uri", "bolt://127.0.0.1:1"])

    assert done.exit_code == 3
    assert "no Neo4j server answers" in done.stderr
    listed = CliRunner().invoke(app, ["neo4j", "query", "--format", "jsonl"])
    assert listed.exit_code == 0, "the list of questions needs no server"
    assert len(listed.stdout.splitlines()) == len(NAMES)
