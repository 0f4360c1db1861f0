"""The investigator's questions on a real server: no full scans, and right against the case itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from ringfinder.case import Case
from ringfinder.cli.app import app
from ringfinder.engines.neo4j import Address, Server, Values, ask, connect, push
from ringfinder.engines.queries import load_query, query_names
from ringfinder.errors import InputError, UnknownNameError

pytestmark = pytest.mark.neo4j

CLEAR = Values(clear=True)
NAMES = [n.partition("/")[2] for n in query_names() if n.startswith("query/")]
BLANKS: dict[str, Any] = {"str": "2021-01-01", "int": 1, "float": 1.0, "bool": True, "list": [], "map": {}}


@pytest.fixture(scope="module")
def loaded(address: Address, case: Case) -> Iterator[Server]:
    """A server that holds the case, values clear so that they can be compared."""
    with connect(address) as server:
        server.driver.execute_query("MATCH (n) DETACH DELETE n")
        push(case, server, CLEAR)
        yield server


def operators(plan: dict[str, Any]) -> Iterator[str]:
    yield str(plan["operatorType"])
    for child in plan.get("children", []):
        yield from operators(child)


@pytest.mark.parametrize("name", NAMES)
def test_every_question_is_planned_without_a_full_scan_and_without_a_warning(name: str, loaded: Server) -> None:
    query = load_query(f"query/{name}")
    values = {p: BLANKS[kind] for p, kind in query.params.items()}
    summary = loaded.driver.execute_query("EXPLAIN " + query.text, values).summary
    assert summary.plan is not None
    used = {step.partition("@")[0] for step in operators(summary.plan)}

    assert not used & {"AllNodesScan", "DirectedAllRelationshipsScan", "UndirectedAllRelationshipsScan"}
    # the two ends of a path, each found by its key, are one row by one row
    assert "CartesianProduct" not in used or "ShortestPath" in used
    assert [s.status_description for s in summary.gql_status_objects if "deprecat" in s.status_description] == []
    assert list(ask(loaded, name, values).columns) == list(query.returns)


def rows(case: Case, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in case.fetch(sql).itertuples(index=False)]


def plain(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [
        tuple(v.to_native() if hasattr(v, "to_native") else v for v in row) for row in frame.itertuples(index=False)
    ]


def ring(case: Case) -> str:
    return case.ring_ids()[0]


def test_members_are_those_of_the_case(loaded: Server, case: Case) -> None:
    found = ask(loaded, "ring_members", {"ring_id": ring(case), "max_holders": 50})
    want = rows(case, f"SELECT policyholder_id, role FROM members WHERE ring_id = '{ring(case)}'")

    assert sorted(zip(found["policyholder_id"], found["role"], strict=True)) == sorted(want)
    assert found["linked_by"].map(len).sum() > 0
    assert found["templates"].map(len).sum() > 0


def test_money_by_person_adds_up_to_the_ring(loaded: Server, case: Case) -> None:
    found = ask(loaded, "ring_money", {"ring_id": ring(case)})
    (want,) = rows(
        case,
        "SELECT sum(greatest(amount_paid - cash_value, 0)) FROM surrenders WHERE kind <> 'cooling_off' AND "
        f"policyholder_id IN (SELECT policyholder_id FROM members WHERE ring_id = '{ring(case)}')",
    )
    assert found["overpaid"].sum() == pytest.approx(want[0])
    assert found["overpaid"].sum() > 1_000


def test_evidence_and_timeline_hold_every_statement_and_case(loaded: Server, case: Case) -> None:
    evidence = ask(loaded, "ring_evidence", {"ring_id": ring(case)})
    assert len(evidence) == len(case.evidence(ring(case)))
    assert set(evidence["direction"]) == {"for", "against"}

    months = ask(loaded, "ring_timeline", {"ring_id": ring(case)})
    people = f"(SELECT policyholder_id FROM members WHERE ring_id = '{ring(case)}')"
    ((complaints,),) = rows(case, f"SELECT count(*) FROM complaints WHERE policyholder_id IN {people}")
    ((surrenders,),) = rows(case, f"SELECT count(*) FROM surrenders WHERE policyholder_id IN {people}")
    assert (months["complaints"].sum(), months["surrenders"].sum()) == (complaints, surrenders)


def test_sharers_and_holders_are_those_of_the_links(loaded: Server, case: Case) -> None:
    ((kind, value, person),) = rows(
        case,
        "SELECT v.kind, v.value, min(l.policyholder_id) FROM book_values v JOIN book_links l USING (value_id) "
        "WHERE v.verdict = 'evidence' AND v.kind = 'phone' GROUP BY ALL ORDER BY count(*) DESC, v.value LIMIT 1",
    )
    want = {
        p
        for (p,) in rows(
            case,
            "SELECT DISTINCT l.policyholder_id FROM book_links l JOIN book_values v "
            f"USING (value_id) WHERE v.kind = '{kind}' AND v.value = '{value}'",
        )
    }
    found = ask(loaded, "holders_of_value", {"kind": kind, "value": value})
    assert set(found["policyholder_id"]) == want

    others = ask(loaded, "sharers", {"policyholder_id": person, "max_holders": 1_000})
    assert want - {person} <= set(others["other_id"])
    assert person not in set(others["other_id"])


def test_paths_link_two_of_a_ring_step_by_step(loaded: Server, case: Case) -> None:
    pairs = rows(
        case,
        "SELECT a.policyholder_id, b.policyholder_id FROM book_links a JOIN book_links b USING (value_id) JOIN "
        "book_values v USING (value_id) WHERE v.verdict = 'evidence' AND a.is_fresh AND b.is_fresh AND "
        "a.policyholder_id < b.policyholder_id ORDER BY ALL LIMIT 3",
    )
    for a, b in pairs:
        (row,) = ask(loaded, "evidence_path", {"from_id": a, "to_id": b}).itertuples(index=False)
        assert row.hops == 2
        assert row.people == [a, b]
        (row,) = ask(loaded, "path_between", {"from_id": a, "to_id": b, "max_holders": 1_000}).itertuples(index=False)
        assert row.hops == 2
        assert [row.steps[0]["name"], row.steps[-1]["name"]] == [a, b]


def test_payout_accounts_and_hubs_are_those_of_the_tables(loaded: Server, case: Case) -> None:
    want = rows(
        case,
        "SELECT v.masked, count(DISTINCT h.household) AS n FROM surrenders s JOIN book_values v ON v.kind = 'account' "
        "AND v.value = s.payout_account JOIN households h USING (policyholder_id) GROUP BY v.value, v.masked "
        "HAVING n >= 2 ORDER BY 2 DESC, 1",
    )
    found = ask(loaded, "payout_accounts_of_many", {"least": 2})
    assert [tuple(r) for r in found[["shown", "households"]].itertuples(index=False)] == want

    hubs = ask(loaded, "hubs", {"least": 3})
    ((n,),) = rows(
        case,
        "SELECT count(*) FROM book_values WHERE verdict IN ('guarded', 'directory', 'household') AND n_holders >= 3",
    )
    assert len(hubs) == n > 0
    assert hubs["reason"].str.len().min() > 0


def test_a_sellers_book_counts_its_clients_once(loaded: Server, case: Case) -> None:
    ((seller, clients),) = rows(
        case,
        "SELECT agent_id, count(DISTINCT policyholder_id) AS n FROM policies WHERE agent_id IS NOT NULL "
        "GROUP BY 1 ORDER BY n DESC, 1 LIMIT 1",
    )
    ((complained,),) = rows(
        case,
        "SELECT count(DISTINCT policyholder_id) FROM complaints WHERE policyholder_id IN "
        f"(SELECT policyholder_id FROM policies WHERE agent_id = '{seller}')",
    )
    (row,) = ask(loaded, "intermediary_book", {"intermediary_id": seller}).itertuples(index=False)
    assert (row.clients, row.complained) == (clients, complained)

    peers = ask(loaded, "intermediaries_against_peers", {"least_clients": 3, "times": 0.0})
    assert peers.set_index("intermediary_id").loc[seller, "clients"] == clients


def test_letters_of_a_template_are_those_of_the_case(loaded: Server, case: Case) -> None:
    template = case.templates()["template_id"].iloc[0]
    want = case.fetch(f"SELECT complaint_id FROM letters WHERE template_id = '{template}'")["complaint_id"]
    found = ask(loaded, "letters_of_template", {"template_id": template})

    assert set(found["complaint_id"]) == set(want)
    by_template = ask(loaded, "templates", {}).set_index("template_id")
    assert by_template.loc[template, "letters"] == want.nunique()


def test_new_phones_before_a_complaint_are_found(loaded: Server, case: Case) -> None:
    want = rows(
        case,
        "SELECT DISTINCT l.policyholder_id, c.complaint_id FROM book_links l JOIN book_values v USING (value_id) "
        "JOIN complaints c USING (policyholder_id) WHERE v.kind = 'phone' AND c.filed_on >= l.since AND "
        "c.filed_on <= l.since + INTERVAL 30 DAY",
    )
    found = ask(loaded, "phones_changed_before_complaint", {"days": 30})
    assert set(zip(found["policyholder_id"], found["complaint_id"], strict=True)) == set(want)
    assert want


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
    run = CliRunner().invoke
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
        ["neo4j", "query", "ring_members", "--param", f"ring_id={ring(case)}", "--param", "-", "--format", "jsonl"],
        input="max_holders=50\n",
    )
    assert asked.exit_code == 0, asked.output
    assert len(asked.stdout.splitlines()) == len(case.members(ring(case)))

    log = Path(f"{case.folder}.audit.log").read_text(encoding="utf-8")
    assert "neo4j push" in log

    wrong = run(app, ["neo4j", "clean", "--run", "nothing"])
    assert wrong.exit_code == 2
    gone = run(app, ["neo4j", "clean", "--run", row["run_id"]])
    assert gone.exit_code == 0
    assert json.loads(run(app, ["neo4j", "status", "--format", "json"]).stdout) == []


def test_real_values_need_a_reason_and_are_logged(server: Server, case: Case, environment: None) -> None:
    run = CliRunner().invoke
    refused = run(app, ["neo4j", "push", str(case.folder), "--unmask"])
    assert refused.exit_code == 2
    assert "--reason" in refused.stderr

    shown = run(app, ["neo4j", "push", str(case.folder), "--unmask", "--reason", "closed network", "--run", "clear"])
    assert shown.exit_code == 0, shown.output
    assert "unmasked" in shown.stderr
    assert "closed network" in Path(f"{case.folder}.audit.log").read_text(encoding="utf-8")


def test_without_a_server_the_exit_code_is_three(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_URI", raising=False)
    done = CliRunner().invoke(app, ["neo4j", "status", "--uri", "bolt://127.0.0.1:1"])

    assert done.exit_code == 3
    assert "no Neo4j server answers" in done.stderr
    listed = CliRunner().invoke(app, ["neo4j", "query", "--format", "jsonl"])
    assert listed.exit_code == 0, "the list of questions needs no server"
    assert len(listed.stdout.splitlines()) == len(NAMES)
