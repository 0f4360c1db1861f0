"""Communities on a real server: by its library, by the links read from it, and in process, all agree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner

import ringfinder as rf
from ringfinder.case import Case, open_case, write_case
from ringfinder.cli.app import app
from ringfinder.detect import get_detector
from ringfinder.engines.neo4j import (
    Address,
    CommunityParams,
    Server,
    Values,
    ask,
    connect,
    detect,
    detecting,
    has_gds,
    push,
    runs,
)
from ringfinder.engines.queries import load_query
from ringfinder.errors import EngineError, InputError, UnknownNameError
from ringfinder.model.graph import POLICYHOLDER, EntityGraph
from ringfinder.simulate import simulate, write_world

pytestmark = pytest.mark.neo4j

#: a server that is not ours may lack the library; ours never does
GIVEN = "RINGFINDER_NEO4J_URI" if os.environ.get("RINGFINDER_NEO4J_URI") else ""

HASHED = Values(b"0123456789abcdef0123456789abcdef")


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, list[set[str]]]:
    """A case with many small rings, and who is in each."""
    folder = tmp_path_factory.mktemp("cells")
    world = simulate("cells", n_policyholders=2_500, seed=12)
    write_world(world, folder / "world")
    write_case(rf.detect_rings(rf.read_tables(folder / "world" / "input")), folder / "cells")
    truth = [set(rows["policyholder_id"]) for _, rows in world.truth_rings.groupby("ring_id")]
    return open_case(folder / "cells"), truth


@pytest.fixture(scope="module")
def loaded(address: Address, cells: tuple[Case, list[set[str]]]) -> Iterator[Server]:
    """A server that holds the cells; tests that find communities leave them, those that push more come last."""
    with connect(address) as server:
        server.driver.execute_query("MATCH (n) DETACH DELETE n")
        push(cells[0], server, HASHED)
        if GIVEN and not has_gds(server):
            pytest.skip(f"the server of {GIVEN} has no Graph Data Science library")
        yield server


_LINKS = """
SELECT l.policyholder_id AS source, v.value AS target, v.kind, h.household,
       greatest(any_value(v.score), 0.1) / greatest(any_value(v.n_fresh), 1) AS weight
FROM book_links l JOIN book_values v USING (value_id) JOIN households h USING (policyholder_id)
WHERE v.verdict = 'evidence' AND l.is_fresh GROUP BY ALL ORDER BY ALL
"""


def in_process(case: Case, method: str, **settings: object) -> set[frozenset[str]]:
    """Communities of three and more households in the case's own tables, by the detector itself."""
    links = case.fetch(_LINKS)
    home = dict(zip(links["source"], links["household"], strict=True))
    found = get_detector(method, **settings).run(EntityGraph.from_links(links.drop(columns="household")))
    out = set()
    for nodes in found:
        people = found.graph.names[nodes[found.graph.kinds[nodes] == POLICYHOLDER]]
        if len({home[p] for p in people}) >= 3:
            out.add(frozenset(people.tolist()))
    return out


def groups(members: Any) -> set[frozenset[str]]:
    return {frozenset(rows["policyholder_id"]) for _, rows in members.groupby("ring_id")}


def in_memory(server: Server) -> int:
    """Graphs in the server's memory."""
    return len(server.driver.execute_query("CALL gds.graph.list() YIELD graphName RETURN graphName").records)


def test_components_are_the_same_by_the_library_by_links_that_were_read_and_in_process(
    loaded: Server, cells: tuple[Case, list[set[str]]]
) -> None:
    want = in_process(cells[0], "components")
    assert has_gds(loaded)
    there = detect(loaded, params=CommunityParams(engine="gds"))
    here = detect(loaded, params=CommunityParams(engine="here"))

    assert len(want) >= 5, "several groups, or nothing is tested"
    assert groups(there.members) == want
    assert there.members.equals(here.members)
    assert (there.engine, here.engine) == ("gds", "here")
    assert there.run_id == here.run_id, "the same sources and settings are the same run, whoever works it out"


@pytest.mark.parametrize("method", ["leiden", "louvain"])
def test_planted_rings_are_found_by_either_implementation(
    method: str, loaded: Server, cells: tuple[Case, list[set[str]]]
) -> None:
    """Both find as many of the rings that components hold."""
    own, truth = cells

    def hits(found: set[frozenset[str]]) -> int:
        return sum(max((len(ring & g) / len(ring | g) for g in found), default=0.0) >= 0.5 for ring in truth)

    there = groups(detect(loaded, params=CommunityParams(method=method, engine="gds")).members)
    here = groups(detect(loaded, params=CommunityParams(method=method, engine="here")).members)
    most = hits(in_process(own, "components"))
    assert most >= 5
    assert hits(there) >= most - 1
    assert hits(here) >= most - 1
    common = len(there & here) / max(1, len(there | here))
    assert common >= 0.8, f"{common:.2f} of the communities are the same"


def test_what_is_written_back_is_a_run_of_its_own_and_can_be_taken_out(
    loaded: Server, cells: tuple[Case, list[set[str]]]
) -> None:
    detecting.clean(loaded, detect(loaded).run_id)
    before = graph_of(loaded)
    found = detect(loaded)
    again = detect(loaded)
    assert again.members.equals(found.members)
    count = "MATCH (r:Ring {status: 'community', run: $run}) RETURN count(r) AS rings, count(r.score) AS scored"
    (row,) = loaded.driver.execute_query(count, run=found.run_id).records
    assert (row["rings"], row["scored"]) == (found.members["ring_id"].nunique(), 0), "once, and untested"
    listed = runs(loaded)
    assert found.run_id in listed["run_id"].tolist()

    people = ask(loaded, "ring_members", {"run": found.run_id, "ring_id": "G-0001", "max_holders": 50})
    own = found.members.loc[found.members["ring_id"] == "G-0001", "policyholder_id"]
    assert sorted(people["policyholder_id"]) == own.tolist()
    assert people["linked_by"].map(len).sum() > 0

    detecting.clean(loaded, found.run_id)
    assert graph_of(loaded) == before


def graph_of(server: Server) -> list[tuple[Any, ...]]:
    """Numbers of nodes and relationships by label and type."""
    nodes = server.driver.execute_query("MATCH (n) RETURN labels(n) AS l, count(*) AS n ORDER BY l").records
    links = server.driver.execute_query("MATCH ()-[x]->() RETURN type(x) AS l, count(*) AS n ORDER BY l").records
    return [*((tuple(r["l"]), r["n"]) for r in nodes), *((r["l"], r["n"]) for r in links)]


def test_figures_are_those_of_the_tables(loaded: Server, cells: tuple[Case, list[set[str]]]) -> None:
    case = cells[0]
    found = detect(loaded)
    got = loaded.driver.execute_query(
        "MATCH (r:Ring {run: $run}) RETURN r.ring_id AS ring_id, r.complaints AS complaints, r.overpaid AS overpaid, "
        "toString(r.first_seen) AS first_seen, toString(r.last_seen) AS last_seen ORDER BY ring_id",
        run=found.run_id,
    ).records
    for row in got:
        people = found.members.loc[found.members["ring_id"] == row["ring_id"], "policyholder_id"].tolist()
        names = ", ".join(f"'{name}'" for name in people)
        (want,) = case.fetch(
            f"WITH s AS (SELECT * FROM surrenders WHERE policyholder_id IN ({names}) AND coalesce(kind, '') <> "
            f"'cooling_off'), c AS (SELECT * FROM complaints WHERE policyholder_id IN ({names})), d AS (SELECT "
            "surrendered_on AS day FROM s UNION ALL SELECT filed_on FROM c) SELECT (SELECT count(*) FROM c) AS n, "
            "(SELECT round(coalesce(sum(greatest(amount_paid - cash_value, 0)), 0), 2) FROM s)::DOUBLE AS overpaid, "
            "min(day)::DATE AS first, max(day)::DATE AS last FROM d"
        ).itertuples(index=False)
        assert row["complaints"] == want.n
        assert row["overpaid"] == pytest.approx(want.overpaid, abs=0.01)
        assert row["first_seen"] == str(want.first)[:10]
        assert row["last_seen"] == str(want.last)[:10]
    assert sum(row["overpaid"] for row in got) > 0


@pytest.mark.parametrize("wrong", [RuntimeError("broken"), KeyboardInterrupt()])
def test_the_projection_is_let_go_whatever_happens(
    wrong: BaseException, loaded: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def failing(self: Server, query: Any, values: Any) -> Any:
        if query.name.startswith("gds/"):
            seen.append(in_memory(self))
            raise wrong
        return frame(self, query, values)

    frame = Server.frame
    monkeypatch.setattr(Server, "frame", failing)
    with pytest.raises(type(wrong)):
        detect(loaded, params=CommunityParams(engine="gds"))
    assert seen == [1], "it was there when things went wrong"
    assert in_memory(loaded) == 0


def test_the_projection_is_let_go_when_the_server_itself_finds_fault(
    loaded: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def broken(name: str) -> Any:
        query = load_query(name)
        if name != "gds/wcc":
            return query
        seen.append(in_memory(loaded))
        return replace(query, text=query.text.replace("$graph, {}", "$graph, {threshold: 'none'}"))

    monkeypatch.setattr(detecting, "load_query", broken)
    with pytest.raises(EngineError, match=r"stopped with Neo\.ClientError"):
        detect(loaded, params=CommunityParams(engine="gds"))
    assert seen == [1], "it was there when the server found fault"
    assert in_memory(loaded) == 0


def test_a_run_without_evidence_has_no_communities(loaded: Server) -> None:
    loaded.run("run/begin", {"run": "quiet", "about": {"kind": "case", "content": "none"}})
    loaded.run("run/finish", {"run": "quiet"})
    for engine in ("gds", "here"):
        found = detect(loaded, sources=["quiet"], params=CommunityParams(engine=engine))
        assert found.members.empty
        assert list(found.members.columns) == ["ring_id", "policyholder_id", "household"]
    assert in_memory(loaded) == 0
    detecting.clean(loaded, found.run_id)
    detecting.clean(loaded, "quiet")


def test_two_cases_under_one_key_are_one_graph(loaded: Server, cells: tuple[Case, list[set[str]]], case: Case) -> None:
    push(case, loaded, HASHED)
    with pytest.raises(InputError, match="2 complete runs"):
        detect(loaded)
    names = [name for name in runs(loaded)["run_id"] if not name.startswith("communities")]
    both = detect(loaded, sources=names)
    assert both.sources == tuple(sorted(names))
    assert groups(both.members) == groups(detect(loaded, sources=names, params=CommunityParams(engine="here")).members)
    for name in names:
        alone = groups(detect(loaded, sources=[name]).members)
        assert alone
        assert all(any(group <= larger for larger in groups(both.members)) for group in alone)
    with pytest.raises(UnknownNameError, match="complete run"):
        detect(loaded, sources=["nobody"])


def test_without_the_library_the_same_is_found_here(
    case: Case, server_tools: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        with server_tools.started(tmp_path / "plain", gds=False) as plain:
            with connect(Address(plain.uri, plain.username, plain.password)) as server:
                push(case, server, HASHED)
                assert not has_gds(server)
                found = detect(server)
                with pytest.raises(EngineError, match="Graph Data Science"):
                    detect(server, params=CommunityParams(engine="gds"))
            monkeypatch.setenv("NEO4J_PASSWORD", plain.password)
            done = CliRunner().invoke(app, ["neo4j", "detect", "--uri", plain.uri, "--format", "csv"])
    except server_tools.NoServer as reason:
        pytest.skip(f"no Neo4j server: {reason}")
    assert found.engine == "here"
    assert groups(found.members) == in_process(case, "components") != set()
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[1:] == [
        f"{r.ring_id},{r.policyholder_id},{r.household}" for r in found.members.itertuples(index=False)
    ]
