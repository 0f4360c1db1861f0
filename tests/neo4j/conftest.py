"""A server for every test of this folder, and a small case to load into it."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import ringfinder as rf
from ringfinder.case import Case, open_case, write_case
from ringfinder.engines.neo4j import Address, Server, connect
from ringfinder.simulate import simulate, write_world


def _load(name: str) -> ModuleType:
    """A module beside this file; the tests are no package."""
    spec = importlib.util.spec_from_file_location(f"neo4j_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


local = _load("server")


@pytest.fixture(scope="session")
def server_tools() -> ModuleType:
    return local


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """A server of our own, or the one RINGFINDER_NEO4J_URI names, which must be empty."""
    given = os.environ.get("RINGFINDER_NEO4J_URI")
    if given:
        found = Address.from_environment(given)
        with connect(found) as server:
            (count,) = server.driver.execute_query("MATCH (n) RETURN count(n) AS n").records
        assert count["n"] == 0, "the database of RINGFINDER_NEO4J_URI is not empty, and these tests would empty it"
        yield found
        return
    try:
        with local.started(tmp_path_factory.mktemp("neo4j")) as running:
            yield Address(running.uri, running.username, running.password)
    except local.NoServer as reason:
        if os.environ.get("CI"):
            pytest.fail(f"no Neo4j server: {reason}")
        pytest.skip(f"no Neo4j server: {reason}")


@pytest.fixture
def server(address: Address) -> Iterator[Server]:
    """An open connection to an empty database."""
    with connect(address) as found:
        found.driver.execute_query("MATCH (n) DETACH DELETE n")
        yield found


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case of 1,000 policyholders with one ring."""
    folder = tmp_path_factory.mktemp("graph_case")
    write_world(simulate("lin_ma", n_policyholders=1_000, seed=7), folder / "world")
    write_case(rf.detect_rings(rf.read_tables(folder / "world" / "input")), folder / "small")
    return open_case(folder / "small")
