"""Fixtures: the hand-made report and a case written from it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from ringfinder.case import Case, open_case, write_case
from ringfinder.model.ring import RingReport


def load_world() -> ModuleType:
    if "case_world" not in sys.modules:
        spec = importlib.util.spec_from_file_location("case_world", Path(__file__).with_name("case_world.py"))
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["case_world"] = module
        spec.loader.exec_module(module)
    return sys.modules["case_world"]


@pytest.fixture(scope="session")
def world() -> ModuleType:
    return load_world()


@pytest.fixture(scope="session")
def report(world: ModuleType) -> RingReport:
    return world.make_report()


@pytest.fixture(scope="session")
def case_path(report: RingReport, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_case(report, tmp_path_factory.mktemp("written") / "case")


@pytest.fixture(scope="session")
def case(case_path: Path) -> Case:
    return open_case(case_path)
