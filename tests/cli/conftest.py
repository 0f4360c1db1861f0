"""Fixtures: a case written from the hand-made report of tests/case, and a runner."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner, Result

from ringfinder.case import write_case
from ringfinder.cli.app import app


@pytest.fixture(scope="session")
def world() -> ModuleType:
    if "case_world" not in sys.modules:
        place = Path(__file__).parents[1] / "case" / "case_world.py"
        spec = importlib.util.spec_from_file_location("case_world", place)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["case_world"] = module
        spec.loader.exec_module(module)
    return sys.modules["case_world"]


@pytest.fixture(scope="session")
def case_path(world: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_case(world.make_report(), tmp_path_factory.mktemp("written") / "case")


class Cli:
    """Runs the command line in this process."""

    def __call__(self, *arguments: object, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture()
def cli() -> Cli:
    return Cli()
