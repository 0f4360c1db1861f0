"""The notebook about a server, run against one."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from ringfinder.engines.neo4j import Address, Server, runs

pytestmark = pytest.mark.neo4j

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def notebooks() -> ModuleType:
    """What runs a notebook for the tests beside it."""
    name = "notebook_tests"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "tests" / "notebooks" / "test_notebooks.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def test_the_notebook_pushes_asks_draws_and_takes_out_and_shows_no_personal_value(
    server: Server, address: Address, notebooks: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEO4J_URI", address.uri)
    monkeypatch.setenv("NEO4J_USERNAME", address.username)
    monkeypatch.setenv("NEO4J_PASSWORD", address.password)
    path = next(p for p in notebooks.NOTEBOOKS if p.stem == notebooks.NEEDS_SERVER)
    (tmp_path / "jupyter").mkdir()
    with notebooks.own_settings(tmp_path / "jupyter"):
        run = notebooks._executed(path, tmp_path / "book")

    assert [o for cell in run.notebook.cells for o in cell.get("outputs", ()) if o.output_type == "error"] == []
    assert "a server answers" in run.texts
    assert "would push" not in run.texts
    assert "nodes and relationships" in run.texts
    assert "0 runs left" in run.texts
    assert run.pictures >= 1
    assert notebooks.unmasked(run.texts, notebooks.own_values(path)) == []
    assert runs(server).empty
