"""A case in a real server: one graph whatever the batches, interruptions and repeats, and nothing personal in it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from collections import Counter
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from ringfinder.case import Case
from ringfinder.engines.neo4j import Address, Server, Values, case_parts, clean, connect, push, run_id_of, runs
from ringfinder.engines.neo4j import loading as loading_module
from ringfinder.errors import EngineError, InputError

pytestmark = pytest.mark.neo4j

KEY = Values(key=b"a key of the tests")


def whole(server: Server) -> tuple[Counter[str], Counter[str]]:
    """Every node and relationship with all its properties, as text, but for the run's own record."""
    nodes = server.driver.execute_query("MATCH (n) WHERE NOT n:Run RETURN labels(n) AS l, properties(n) AS p")
    links = server.driver.execute_query(
        "MATCH (a)-[x]->(b) RETURN type(x) AS t, properties(x) AS p, "
        "[coalesce(a.value, a.id, a.policyholder_id, a.policy_id, a.complaint_id, a.surrender_id), "
        "coalesce(b.value, b.id, b.policyholder_id, b.policy_id, b.complaint_id, b.surrender_id)] AS ends"
    )
    said = [Counter(map(told, (r.data() for r in found.records))) for found in (nodes, links)]
    return said[0], said[1]


def told(row: dict[str, Any]) -> str:
    """A row as text, its properties in a fixed order."""
    return repr(sorted((name, sorted(v.items()) if isinstance(v, dict) else v) for name, v in row.items()))


def count(server: Server, pattern: str) -> int:
    return int(server.driver.execute_query(f"MATCH {pattern} RETURN count(*) AS n").records[0]["n"])


def test_the_schema_can_be_set_up_twice(server: Server) -> None:
    server.set_up()
    before = server.driver.execute_query("SHOW CONSTRAINTS YIELD name RETURN name ORDER BY name").records
    server.set_up()
    after = server.driver.execute_query("SHOW CONSTRAINTS YIELD name RETURN name ORDER BY name").records

    assert [r["name"] for r in before] == [r["name"] for r in after]
    assert len(before) >= 10


def test_every_row_of_the_case_is_in_the_graph_once(server: Server, case: Case) -> None:
    pushed = push(case, server, KEY)
    rows = lambda sql: int(case.fetch(sql)["n"].iloc[0])  # noqa: E731

    assert count(server, "(p:Policyholder)") == rows("SELECT count(*) AS n FROM policyholders")
    assert count(server, "(p:Policy)") == rows("SELECT count(*) AS n FROM policies")
    assert count(server, "(v:Phone)") == rows("SELECT count(*) AS n FROM book_values WHERE kind = 'phone'")
    assert count(server, "(r:Ring)") == rows("SELECT count(*) AS n FROM rings") > 0
    assert count(server, "()-[m:MEMBER_OF]->()") == rows("SELECT count(*) AS n FROM members")
    assert count(server, "(:Evidence)-[x:ABOUT]->(:Ring)") == rows("SELECT count(*) AS n FROM evidence")
    assert count(server, "(p:Policyholder)-[x:HOLDS]->(v:Identifier)") == rows(
        "SELECT count(*) AS n FROM (SELECT DISTINCT policyholder_id, value_id, source_table, row_key, "
        "coalesce(role, '') FROM book_links)"
    )
    assert count(server, "(n) WHERE NOT n:Run AND n.runs IS NULL") == 0
    assert count(server, "()-[x]->() WHERE x.runs IS NULL") == 0
    assert pushed.rows == sum(len(part.frame) for part in case_parts(case, KEY))
    # a relationship whose end is missing would be left out in silence
    links = sum(len(part.frame) for part in case_parts(case, KEY) if part.name[0] == "1")
    assert count(server, "()-[x]->()") == links


def test_a_second_push_changes_nothing(server: Server, case: Case) -> None:
    push(case, server, KEY)
    first = whole(server)
    server.driver.execute_query("MATCH (n:Run) SET n.loaded = []")

    assert push(case, server, KEY).skipped == 0
    assert whole(server) == first
    assert push(case, server, KEY).rows == 0, "what is loaded whole is not sent again"


def test_batches_of_any_size_give_one_graph(server: Server, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [type(p)(p.name, p.frame.head(120)) for p in case_parts(case, KEY)]
    monkeypatch.setattr(loading_module, "case_parts", lambda *_: few)
    sent: list[str] = []
    run = Server.run

    def counted(self: Server, name: str, values: Any = None) -> Any:
        sent.append(name)
        return run(self, name, values)

    monkeypatch.setattr(Server, "run", counted)
    found, batches = [], []
    for batch in (1, 7, 25, 10_000):
        server.driver.execute_query("MATCH (n) DETACH DELETE n")
        sent.clear()
        push(case, server, KEY, batch=batch)
        found.append(whole(server))
        batches.append(sent.count("load/020_phone"))

    assert sum(found[0][0].values()) > 800
    assert found[0] == found[1] == found[2] == found[3]
    # four streams of thirty rows: several batches a stream at 7 and at 25, one at 10,000
    assert batches == [120, 20, 8, 4]
    with pytest.raises(InputError, match="0 rows a batch"):
        push(case, server, KEY, batch=0)


def test_a_push_that_stopped_goes_on_where_it_was(server: Server, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    push(case, server, KEY)
    want = whole(server)
    server.driver.execute_query("MATCH (n) DETACH DELETE n")
    calls = {"n": 0}
    run = Server.run

    def stops(self: Server, name: str, values: Any = None) -> Any:
        calls["n"] += name.startswith("load/")
        if calls["n"] == 12:
            raise EngineError("gone")
        return run(self, name, values)

    monkeypatch.setattr(Server, "run", stops)
    with pytest.raises(EngineError, match="gone"):
        push(case, server, KEY, batch=400)
    monkeypatch.setattr(Server, "run", run)
    assert runs(server)["complete"].tolist() == [False]

    again = push(case, server, KEY, batch=400)

    assert again.skipped > 0
    assert whole(server) == want
    assert runs(server)["complete"].tolist() == [True]


def test_a_run_takes_out_its_own_and_leaves_what_another_wrote(server: Server, case: Case) -> None:
    push(case, server, KEY, run_id="first")
    want = whole(server)
    push(case, server, KEY, run_id="second")
    assert count(server, "(r:Ring)") == 2 * len(case.ring_ids())

    clean(server, "second")

    assert whole(server) == want
    clean(server, "second")
    clean(server, "first")
    assert count(server, "(n)") == 0


def test_a_run_of_one_id_and_another_content_is_replaced(server: Server, case: Case) -> None:
    push(case, server, KEY, run_id="march")
    shown = push(case, server, Values(clear=True), run_id="march")

    assert shown.skipped == 0
    found = runs(server)
    assert found["run_id"].tolist() == ["march"]
    assert found["is_masked"].tolist() == [False]
    assert count(server, "(v:Phone)") == int(
        case.fetch("SELECT count(*) AS n FROM book_values WHERE kind = 'phone'")["n"].iloc[0]
    )


def test_nothing_personal_is_in_the_graph_unless_it_may_be(server: Server, case: Case) -> None:
    push(case, server, KEY)
    nodes, links = whole(server)
    said = "\n".join([*nodes, *links])
    personal = case.fetch(
        "SELECT name AS value FROM policyholders UNION SELECT id_number FROM policyholders "
        "UNION SELECT address FROM policyholders UNION SELECT phone FROM phones UNION SELECT account FROM bank_accounts"
    )["value"].dropna()
    text = case.fetch("SELECT text FROM complaints WHERE length(text) > 20")["text"]

    assert len(personal) > 2_000
    assert [v for v in personal if v in said] == []
    # a template keeps wording that several letters share, and no letter
    assert [t for t in text if t in said or t[-40:] in said] == []

    push(case, server, Values(clear=True), run_id="clear")
    phones = case.fetch("SELECT value FROM book_values WHERE kind = 'phone' LIMIT 5")["value"]
    nodes, _ = whole(server)
    assert all(any(phone in node for node in nodes) for phone in phones)


HOSTILE = ["quote ' and \"", "a;b", "http://x//y", "`back`", "😀 emoji", "{curly} $run", "\\u0041", "新\n行", None]


def test_any_text_date_and_missing_value_comes_back_as_it_went(
    server: Server, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = pd.to_datetime(["2021-03-31", None] * 5).astype("datetime64[s]")[: len(HOSTILE)]
    frame = pd.DataFrame(
        {"complaint_id": [f"C{i}" for i in range(len(HOSTILE))], "filed_on": days, "source": HOSTILE, "upheld": None}
    )
    frame["upheld"] = pd.array([True, False, None] * 3, dtype="boolean")
    part = loading_module.Part("041_complaint", frame)
    monkeypatch.setattr(loading_module, "case_parts", lambda *_: [part])
    push(case, server, KEY)
    found = server.driver.execute_query(
        "MATCH (c:Complaint) RETURN c.source AS s, c.filed_on AS d, c.upheld AS u ORDER BY c.complaint_id"
    ).records

    assert [r["s"] for r in found] == HOSTILE
    assert [r["u"] for r in found] == [True, False, None] * 3
    days_back = [None if r["d"] is None else r["d"].to_native() for r in found]
    assert days_back == [dt.date(2021, 3, 31) if i % 2 == 0 else None for i in range(len(HOSTILE))]


def test_a_transient_error_is_tried_again(server: Server, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    from neo4j._sync.work.transaction import ManagedTransaction
    from neo4j.exceptions import TransientError

    failed = {"n": 0}
    run = ManagedTransaction.run

    def shaky(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        if "MERGE (n:Phone" in str(query) and failed["n"] < 2:
            failed["n"] += 1
            raise TransientError._hydrate_neo4j(
                code="Neo.TransientError.Transaction.DeadlockDetected", message="deadlock"
            )
        return run(self, query, *args, **kwargs)

    monkeypatch.setattr(ManagedTransaction, "run", shaky)
    push(case, server, KEY)

    assert failed["n"] == 2
    assert count(server, "(v:Phone)") > 0


def test_a_server_that_dies_is_told_and_the_next_push_completes(
    case: Case, tmp_path: Any, server_tools: ModuleType, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Server.run
    folder = tmp_path / "own"
    with server_tools.started(folder, gds=False) as running:
        there = Address(running.uri, running.username, running.password, retry_s=2.0)

        def dies(self: Server, name: str, values: Any = None) -> Any:
            if name == "load/040_policy":
                running.kill()
            return run(self, name, values)

        monkeypatch.setattr(Server, "run", dies)
        with connect(there) as server, pytest.raises(EngineError, match="no Neo4j server answers") as told:
            push(case, server, KEY)
        assert told.value.exit_code == 3
        assert running.password not in f"{told.value} {told.value.hint} {there!r}"
    monkeypatch.setattr(Server, "run", run)

    with server_tools.started(folder, gds=False) as running:
        there = Address(running.uri, running.username, running.password)
        with connect(there) as server:
            again = push(case, server, KEY)
            assert again.skipped > 0
            assert runs(server)["complete"].tolist() == [True]
            assert count(server, "(r:Ring)") == len(case.ring_ids())


def test_the_command_of_a_push_ends_with_three_when_the_server_is_killed_and_the_next_completes(
    case: Case, tmp_path: Any, server_tools: ModuleType, address: Address
) -> None:
    """Killed from outside while rows are on their way, wherever the load is then."""
    command = [sys.executable, "-m", "ringfinder", "neo4j", "push", str(case.folder), "--batch", "5"]

    def about(running: Any) -> dict[str, str]:
        own = {"NEO4J_URI": running.uri, "NEO4J_USERNAME": running.username, "NEO4J_PASSWORD": running.password}
        return {**os.environ, **own}

    folder = tmp_path / "own"
    with server_tools.started(folder, gds=False) as running:
        there = Address(running.uri, running.username, running.password)
        pipe = subprocess.PIPE
        with (
            connect(there) as server,
            subprocess.Popen(command, env=about(running), stdout=pipe, stderr=pipe, text=True) as pushing,
        ):
            while pushing.poll() is None and not count(server, "(v:Phone)"):
                time.sleep(0.01)
            assert pushing.poll() is None, "the push ended before any phone was there"
            running.kill()
            out, said = pushing.communicate(timeout=120)
    assert pushing.returncode == 3, said
    assert out == ""
    assert "no Neo4j server answers" in said
    assert running.password not in said
    assert "Traceback" not in said

    with server_tools.started(folder, gds=False) as running:
        again = subprocess.run(command, env=about(running), capture_output=True, text=True, check=False, timeout=300)
        assert again.returncode == 0, again.stderr
        with connect(Address(running.uri, running.username, running.password)) as server:
            assert runs(server)["complete"].tolist() == [True]
            assert count(server, "(r:Ring)") == len(case.ring_ids())


def test_a_wrong_password_and_a_wrong_address_are_told(address: Address) -> None:
    if address.password:
        wrong = Address(address.uri, address.username, "not the password")
        with pytest.raises(EngineError, match="refuses the user"), connect(wrong):
            pass
    with pytest.raises(EngineError, match="no Neo4j server answers"), connect(Address("bolt://127.0.0.1:1")):
        pass
    with pytest.raises(EngineError, match="no address"), connect(Address("ftp://127.0.0.1")):
        pass


def test_a_transient_error_of_a_deletion_is_tried_again(
    server: Server, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    from neo4j import Session
    from neo4j.exceptions import TransientError

    push(case, server, KEY)
    failed = {"n": 0}
    run = Session.run

    def shaky(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        if "IN TRANSACTIONS" in str(query) and failed["n"] < 2:
            failed["n"] += 1
            raise TransientError._hydrate_neo4j(
                code="Neo.TransientError.Transaction.DeadlockDetected", message="deadlock"
            )
        return run(self, query, *args, **kwargs)

    monkeypatch.setattr(Session, "run", shaky)
    clean(server, run_id_of(case))

    assert failed["n"] == 2
    assert count(server, "(n)") == 0
