"""Two runs on one server: what is asked of one is answered as if it were alone, though the other was pushed last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import ringfinder as rf
from ringfinder.case import Case, open_case, write_case
from ringfinder.cli.app import app
from ringfinder.engines.neo4j import Address, Server, Values, ask, connect, detect, push
from ringfinder.engines.neo4j.asking import questions
from ringfinder.errors import InputError, UnknownNameError
from ringfinder.simulate import simulate, write_world

pytestmark = pytest.mark.neo4j

OF_ONE_RUN = [q.name.partition("/")[2] for q in questions() if "run" in q.params]
WITH_A_COLUMN = [q.name.partition("/")[2] for q in questions() if "run" in q.returns and "run" not in q.params]
CLEAR = Values(clear=True)
Rows = list[str]


@dataclass
class Both:
    """A server with two cases and a `detect` in each, and what each said while it was alone there."""

    server: Server
    alone: dict[str, dict[str, Rows]]
    communities: dict[str, str]
    settings: dict[str, Any]

    def ask(self, name: str, **values: Any) -> Rows:
        return rows(self.server, name, {**self.settings, **values})


def rows(server: Server, name: str, settings: dict[str, Any]) -> Rows:
    """An answer as text, so that dates, lists and missing values compare; only what the question takes is sent."""
    (query,) = (q for q in questions() if q.name == f"query/{name}")
    found = ask(server, name, {k: v for k, v in settings.items() if k in query.params})
    return [repr([str(v) for v in row]) for row in found.itertuples(index=False)]


def answers(server: Server, settings: dict[str, Any], run: str = "", names: list[str] = OF_ONE_RUN) -> dict[str, Rows]:
    return {name: rows(server, name, settings | ({"run": run} if run else {})) for name in names}


@pytest.fixture(scope="module")
def cases(address: Address, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """A book, and the same book without the people of R-0001 and G-0001: other people are that there."""
    folder = tmp_path_factory.mktemp("two_runs")
    write_world(simulate("cells", n_policyholders=1_500, seed=12), folder / "world")
    write_case(rf.detect_rings(rf.read_tables(folder / "world" / "input")), folder / "early")
    early = open_case(folder / "early")
    with connect(address) as server:
        server.driver.execute_query("MATCH (n) DETACH DELETE n")
        push(early, server, CLEAR)
        found = detect(server).members
    gone = set(early.members("R-0001")["policyholder_id"])
    gone |= set(found.loc[found["ring_id"] == "G-0001", "policyholder_id"])
    without(gone, folder / "world" / "input", folder / "fewer")
    write_case(rf.detect_rings(rf.read_tables(folder / "fewer")), folder / "late")
    return {"early": early, "late": open_case(folder / "late")}


def leave_some_out(server: Server, run: str) -> None:
    """Everybody who shares evidence with the first ring is in it: two are taken out, so somebody is just outside."""
    server.driver.execute_query(
        "MATCH (r:Ring {run: $run})<-[m:MEMBER_OF]-(p:Policyholder) WHERE right(r.ring_id, 4) = '0001' AND "
        "EXISTS { (r)-[:RESTS_ON]->(:Identifier {verdict: 'evidence'})<-[:HOLDS]-(p) } "
        "WITH m ORDER BY p.policyholder_id LIMIT 2 DELETE m",
        run=run,
    )


def without(gone: set[str], tables: Path, out: Path) -> None:
    out.mkdir()
    for file in tables.glob("*.parquet"):
        frame = pd.read_parquet(file)
        if "policyholder_id" in frame:
            frame = frame[~frame["policyholder_id"].isin(gone)]
        frame.to_parquet(out / file.name, index=False)


@pytest.fixture(scope="module")
def both(address: Address, cases: dict[str, Case]) -> Iterator[Both]:
    shared = (
        cases["late"]
        .fetch(
            "SELECT v.kind, v.value, min(policyholder_id) AS a, max(policyholder_id) AS b FROM book_values v "
            "JOIN book_links USING (value_id) WHERE verdict = 'evidence' AND is_fresh GROUP BY ALL ORDER BY ALL LIMIT 1"
        )
        .iloc[0]
    )
    person = cases["late"].members("R-0001")["policyholder_id"].iloc[0]
    settings = {
        "ring_id": "R-0001",
        "template_id": "T01",
        "max_holders": 50,
        "least": 2,
        "most": 30,
        "days": 3000,
        "from_id": shared["a"],
        "to_id": shared["b"],
        "policyholder_id": person,
        "kind": shared["kind"],
        "value": shared["value"],
        "status": "flagged",
        "until": "2030-01-01",
    }
    alone: dict[str, dict[str, Rows]] = {}
    found: dict[str, str] = {}
    with connect(address) as server:
        for name, case in cases.items():
            server.driver.execute_query("MATCH (n) DETACH DELETE n")
            push(case, server, CLEAR, run_id=name)
            leave_some_out(server, name)
            # the only run there is need not be named
            alone[name] = answers(server, settings) | answers(server, settings, names=WITH_A_COLUMN)
            found[name] = detect(server, run_id=f"found in {name}").run_id
            leave_some_out(server, found[name])
            alone[found[name]] = answers(server, settings | {"ring_id": "G-0001"}, found[name])
        server.driver.execute_query("MATCH (n) DETACH DELETE n")
        for name in cases:
            push(cases[name], server, CLEAR, run_id=name)
        detect(server, sources=["early"], run_id=found["early"])
        detect(server, sources=["late"], run_id=found["late"])
        for name in (*cases, *found.values()):
            leave_some_out(server, name)
        yield Both(server, alone, found, settings)


@pytest.mark.parametrize("name", OF_ONE_RUN)
@pytest.mark.parametrize("run", ["early", "late"])
def test_a_question_of_one_run_is_answered_as_if_it_were_alone(name: str, run: str, both: Both) -> None:
    assert both.alone[run][name], "an empty answer tests nothing"
    assert both.ask(name, run=run) == both.alone[run][name]


@pytest.mark.parametrize("name", ["ring_members", "ring_money", "ring_timeline", "just_outside"])
def test_two_runs_have_other_people_under_one_number(name: str, both: Both) -> None:
    assert both.alone["early"][name] != both.alone["late"][name]
    early, late = (both.alone[run][name] for run in both.communities.values())
    assert early != late


@pytest.mark.parametrize("name", ["ring_members", "ring_money", "ring_timeline", "just_outside"])
@pytest.mark.parametrize("source", ["early", "late"])
def test_communities_of_two_runs_are_kept_apart(name: str, source: str, both: Both) -> None:
    run = both.communities[source]
    assert both.alone[run][name], "an empty answer tests nothing"
    assert both.ask(name, run=run, ring_id="G-0001") == both.alone[run][name]


@pytest.mark.parametrize("name", WITH_A_COLUMN)
def test_a_list_names_the_run_of_each_row(name: str, both: Both) -> None:
    (query,) = (q for q in questions() if q.name == f"query/{name}")
    found = ask(both.server, name, {k: v for k, v in both.settings.items() if k in query.params})
    want = [*both.alone["early"][name], *both.alone["late"][name]]
    own = found[found["run"].isin(["early", "late"])]
    assert sorted(repr([str(v) for v in row]) for row in own.itertuples(index=False)) == sorted(want)


def test_a_run_must_be_named_where_there_are_several(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="4 complete runs on the server: early, found in early, found in late, late"):
        both.ask("ring_money")
    with pytest.raises(UnknownNameError, match="complete run"):
        both.ask("ring_money", run="earl")

    for name in ("uri", "username", "password"):
        monkeypatch.setenv(f"NEO4J_{name.upper()}", getattr(both.server.address, name))
    words = ["neo4j", "query", "ring_money", "--param", "ring_id=R-0001", "--format", "jsonl"]
    refused = CliRunner().invoke(app, words)
    assert refused.exit_code == 2
    assert "--run" in refused.stderr
    asked = CliRunner().invoke(app, [*words, "--run", "late"])
    assert asked.exit_code == 0, asked.output
    assert len(asked.stdout.splitlines()) == len(both.alone["late"]["ring_money"])
    wrong = CliRunner().invoke(app, ["neo4j", "query", "templates", "--run", "late"])
    assert wrong.exit_code == 2
    assert "no parameter 'run'" in wrong.stderr
