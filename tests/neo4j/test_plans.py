"""How a real server plans every statement: by an index, without a warning; and that this check can fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ringfinder.case import Case
from ringfinder.engines.neo4j import Address, Server, Values, ask, connect, push
from ringfinder.engines.queries import load_query, query_names

pytestmark = pytest.mark.neo4j

# a server plans no SHOW
NAMES = [name for name in query_names() if name != "gds/installed"]
#: what is read whole where a question is about all of them: few nodes, and the payments into accounts on file
SMALL = {"Ring", "ComplaintTemplate", "Intermediary", "Run", "PAID_INTO"}
#: these go through everything that a run wrote
WHOLE = ("pull/", "cleanup/")
BLANKS: dict[str, Any] = {"str": "2021-01-01", "int": 1, "float": 1.0, "bool": True, "list": [], "map": {}}


@pytest.fixture(scope="module")
def loaded(address: Address, case: Case) -> Iterator[Server]:
    with connect(address) as server:
        server.driver.execute_query("MATCH (n) DETACH DELETE n")
        push(case, server, Values(clear=True))
        yield server


def planned(server: Server, text: str, values: dict[str, Any]) -> tuple[list[tuple[str, str]], list[str]]:
    """(operator, its details) of every step, and all that the server has to say about the statement."""
    # IN TRANSACTIONS needs a transaction of its own
    with server.driver.session() as session:
        summary = session.run("EXPLAIN " + text, values).consume()
    said = [status.status_description for status in summary.gql_status_objects if status.is_notification]
    return list(steps(summary.plan)) if summary.plan else [], said


def steps(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield str(plan["operatorType"]).partition("@")[0], str(plan["args"].get("Details", ""))
    for child in plan.get("children", []):
        yield from steps(child)


def full_scans(plan: list[tuple[str, str]]) -> list[str]:
    """What is read whole: labels and relationship types, 'everything' for all nodes or relationships."""
    found = []
    for operator, details in plan:
        if operator.startswith("AllNodes") or "AllRelationships" in operator:
            found.append("everything")
        elif operator.endswith(("LabelScan", "LabelsScan", "TypeScan", "TypesScan")):
            found += [name.strip() for name in details.partition(":")[2].split("]")[0].split("|")]
    return found


def is_product(plan: list[tuple[str, str]]) -> bool:
    """Whether two sets are multiplied; two nodes, each found by its key, are one row by one row."""
    operators = [operator for operator, _ in plan]
    by_key = all(details.startswith("UNIQUE") for operator, details in plan if "Seek" in operator)
    return "CartesianProduct" in operators and not (by_key and full_scans(plan) == [])


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_is_planned_without_a_full_scan_and_without_a_warning(name: str, loaded: Server) -> None:
    query = load_query(name)
    plan, said = planned(loaded, query.text, {p: BLANKS[kind] for p, kind in query.params.items()})

    assert said == []
    assert plan or query.mode == "schema"
    scans = full_scans(plan)
    assert "everything" not in scans
    if not name.startswith(WHOLE):
        assert set(scans) <= SMALL
    assert not is_product(plan)


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("query/")])
def test_every_question_has_the_columns_of_its_header(name: str, loaded: Server) -> None:
    query = load_query(name)
    values = {p: BLANKS[kind] for p, kind in query.params.items() if p != "run"}
    assert list(ask(loaded, name.partition("/")[2], values).columns) == list(query.returns)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("MATCH (n) RETURN n.name AS n", "everything"),
        ("MATCH ()-[x]->() RETURN x.role AS n", "everything"),
        ("MATCH (p:Policyholder) WHERE p.name = 'x' RETURN p.household AS n", "Policyholder"),
        ("MATCH ()-[x:HOLDS {role: 'x'}]->() RETURN x.since AS n", "HOLDS"),
    ],
)
def test_a_full_scan_would_be_seen(text: str, what: str, loaded: Server) -> None:
    plan, _ = planned(loaded, text, {})
    assert what in full_scans(plan)


def test_a_product_and_a_deprecated_word_would_be_seen(loaded: Server) -> None:
    plan, _ = planned(loaded, "MATCH (a:Ring) MATCH (b:Intermediary) RETURN a.rank AS a, b.value AS b", {})
    assert is_product(plan)
    _, said = planned(loaded, "MATCH (n:Ring) RETURN id(n) AS n", {})
    assert any("deprecat" in text for text in said), said
