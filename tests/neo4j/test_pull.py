"""A pushed case that is fetched back: the same rings, people and evidence, and nothing that never went there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from typer.testing import CliRunner

from ringfinder.case import Case, open_case, restore_case
from ringfinder.cli.app import app
from ringfinder.engines.neo4j import Address, Server, Values, clean, connect, pull, push, run_id_of
from ringfinder.errors import EngineError, InputError, RefusedError, UnknownNameError

pytestmark = pytest.mark.neo4j

KEY = Values(key=b"a key of the tests")
#: what reading set aside is no part of the graph
FILES = ("rings.csv", "members.csv", "evidence.csv", "identifiers.csv", "templates.csv", "letters.csv")
#: tables that come back whole, but for where a row stood in the input, and what the server never had
WHOLE = ("policies", "surrenders", "book_events", "households", "rings", "members", "evidence", "signals", "letters")
NOT_THERE = {"source_file", "source_line"}


@pytest.fixture(scope="module")
def loaded(address: Address, case: Case) -> Iterator[Server]:
    with connect(address) as server:
        server.driver.execute_query("MATCH (n) DETACH DELETE n")
        push(case, server, KEY)
        yield server


@pytest.fixture(scope="module")
def pulled(loaded: Server, tmp_path_factory: pytest.TempPathFactory) -> Case:
    found = pull(loaded)
    out = tmp_path_factory.mktemp("pulled") / "from_server"
    return open_case(restore_case(found.tables, found.manifest, out))


@pytest.mark.parametrize("name", FILES)
def test_the_files_of_the_case_are_the_same_to_the_byte(name: str, pulled: Case, case: Case) -> None:
    want = (case.folder / name).read_bytes()
    assert want.count(b"\n") > 1, "a file without a row would test nothing"
    assert (pulled.folder / name).read_bytes() == want


@pytest.mark.parametrize("name", WHOLE)
def test_the_tables_come_back_whole(name: str, pulled: Case, case: Case) -> None:
    sql = f'SELECT * FROM "{name}" ORDER BY rowid'
    got, want = (c.fetch(sql).drop(columns=list(NOT_THERE), errors="ignore") for c in (pulled, case))
    if name == "surrenders":
        assert got["payout_account"].notna().equals(want["payout_account"].notna())
        got, want = (frame.drop(columns="payout_account") for frame in (got, want))
    assert len(want) > 0
    # a money column of whole numbers and one of fractions hold the same
    pd.testing.assert_frame_equal(got, want, check_dtype=False)


def test_values_come_back_with_all_that_was_judged_and_all_who_hold_them(pulled: Case, case: Case) -> None:
    # that a value of one person links nobody is told in fewer words
    judged = (
        "SELECT kind, masked, n_holders, n_households, n_fresh, score, verdict, CASE WHEN verdict <> 'single' THEN "
        "reason_zh END AS zh, CASE WHEN verdict <> 'single' THEN reason_en END AS en FROM book_values ORDER BY ALL"
    )
    held = (
        "SELECT l.policyholder_id, v.kind, v.masked, l.role, l.since, l.is_fresh, l.source_table, l.row_key "
        "FROM book_links l JOIN book_values v USING (value_id) ORDER BY ALL"
    )
    for sql in (judged, held):
        got, want = pulled.fetch(sql), case.fetch(sql)
        assert len(want) > 1_000
        pd.testing.assert_frame_equal(got, want, check_dtype=False)


def test_the_questions_to_a_case_are_answered_alike(pulled: Case, case: Case) -> None:
    ring = case.ring_ids()[0]
    people = case.members(ring)["policyholder_id"].tolist()
    for ask in (
        lambda c: c.members(ring),
        lambda c: c.evidence(ring),
        lambda c: c.path(people[0], people[-1]),
        lambda c: c.near(ring),
        lambda c: c.timeline(ring),
    ):
        pd.testing.assert_frame_equal(ask(pulled), ask(case), check_dtype=False)
    # equal ones stand in the order of their values, which are hashes here
    got, want = (c.explain(people[0]) for c in (pulled, case))
    assert sorted(map(tuple, got.to_numpy())) == sorted(map(tuple, want.to_numpy()))


def test_nothing_personal_is_in_a_case_that_was_pulled(pulled: Case, case: Case) -> None:
    personal = case.fetch(
        "SELECT name AS value FROM policyholders WHERE length(name) > 1 UNION SELECT phone FROM phones "
        "UNION SELECT account FROM bank_accounts UNION SELECT text FROM complaints WHERE length(text) > 20"
    )["value"].dropna()
    tables = pulled.fetch("SELECT table_name FROM duckdb_tables()")["table_name"]
    said = "\n".join(pulled.fetch(f'SELECT * FROM "{name}"').to_csv(index=False) for name in tables)
    assert len(personal) > 2_000
    assert [value for value in personal if value in said] == []


def test_no_stage_runs_on_it_and_it_is_not_pushed_again(pulled: Case, loaded: Server) -> None:
    from ringfinder.verify import verify

    with pytest.raises(InputError, match="was pulled from a server"):
        verify(pulled)
    with pytest.raises(InputError, match="was pulled from a server"):
        push(pulled, loaded, KEY)


def test_a_run_that_is_not_whole_is_no_case(server: Server, case: Case) -> None:
    with pytest.raises(InputError, match="0 complete runs"):
        pull(server)
    push(case, server, KEY)
    with pytest.raises(UnknownNameError, match="complete run"):
        pull(server, run_id="nobody")
    server.driver.execute_query("MATCH (p:Policyholder) WITH p LIMIT 2 DETACH DELETE p")
    with pytest.raises(EngineError, match="998 of 1000 policyholders"):
        pull(server)
    server.driver.execute_query("MATCH (r:Run) SET r.manifest = '{}'")
    with pytest.raises(EngineError, match="not a whole case"):
        pull(server)


@pytest.fixture(scope="module")
def other(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The same people in a case that judged otherwise, as next month's may."""
    folder = Path(shutil.copytree(case.folder, tmp_path_factory.mktemp("other") / "later"))
    with duckdb.connect(str(folder / "case.duckdb")) as connection:
        connection.execute("UPDATE book_values SET verdict = 'guarded', reason_zh = '他案', n_holders = n_holders + 7")
        connection.execute("UPDATE book_links SET is_fresh = NOT is_fresh, role = 'service' WHERE kind = 'phone'")
        connection.execute("UPDATE households SET household = 0 WHERE household < 50")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8")) | {"version": "later"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return open_case(folder)


def content(server: Server) -> list[str]:
    """Every node and relationship but runs."""
    nodes = server.driver.execute_query("MATCH (n) WHERE NOT n:Run RETURN labels(n) AS l, properties(n) AS p").records
    links = server.driver.execute_query(
        "MATCH (a)-[x]->(b) RETURN type(x) AS t, properties(x) AS p, properties(a).policyholder_id AS a"
    ).records
    rows = [r.data() for r in [*nodes, *links]]
    return sorted(repr([*(row[k] for k in "lta" if k in row), sorted(row["p"].items())]) for row in rows)


@pytest.mark.parametrize("clear", [False, True])
def test_a_run_that_is_taken_out_leaves_the_judgements_of_the_others(
    clear: bool, server: Server, case: Case, other: Case
) -> None:
    push(case, server, KEY)
    want = content(server)
    name = server.driver.execute_query("MATCH (p:Policyholder) RETURN max(p.name) AS n").records[0]["n"]
    push(other, server, Values(key=KEY.key, clear=clear))
    assert content(server) != want
    if clear:
        assert server.driver.execute_query("MATCH (p:Policyholder) RETURN max(p.name) AS n").records[0]["n"] != name
    clean(server, run_id_of(other))

    assert content(server) == want


def test_each_of_two_runs_comes_back_as_it_was_pushed(server: Server, case: Case, other: Case, tmp_path: Path) -> None:
    push(case, server, KEY)
    push(other, server, KEY)
    with pytest.raises(InputError, match="2 complete runs"):
        pull(server)
    sql = "SELECT kind, masked, n_holders, verdict FROM book_values WHERE verdict <> 'single' ORDER BY ALL"
    fresh = "SELECT policyholder_id, row_key, role, is_fresh FROM book_links ORDER BY ALL"
    for own in (case, other):
        found = pull(server, run_id=run_id_of(own))
        back = open_case(restore_case(found.tables, found.manifest, tmp_path / own.folder.name))
        for statement in (sql, fresh):
            pd.testing.assert_frame_equal(back.fetch(statement), own.fetch(statement), check_dtype=False)


def test_the_command_writes_a_case_and_notes_it(
    server: Server, address: Address, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(case, server, KEY)
    for name in ("uri", "username", "password"):
        monkeypatch.setenv(f"NEO4J_{name.upper()}", getattr(address, name))
    out = tmp_path / "back"

    def run(*more: str) -> Any:
        return CliRunner().invoke(app, ["neo4j", "pull", "--out", str(out), "--format", "json", *more])

    done = run()
    assert done.exit_code == 0, done.output
    assert [row["ring_id"] for row in json.loads(done.stdout)] == list(case.ring_ids())
    assert "neo4j pull" in Path(f"{out}.audit.log").read_text(encoding="utf-8")
    again = run()
    assert again.exit_code == RefusedError.exit_code
    assert "add --force" in again.stderr
    assert run("--force").exit_code == 0
    viewed = CliRunner().invoke(app, ["view", str(out)])
    assert viewed.exit_code == 0, viewed.output
    wrong = run("--force", "--run", "nobody")
    assert wrong.exit_code == 2
    assert open_case(out).ring_ids() == case.ring_ids(), "what was there stays until another is whole"
