"""One set of ring pages for all tests of the exports."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from ringfinder.case import open_case, write_case
from ringfinder.export.html import render_ring
from ringfinder.ingest import read_tables
from ringfinder.pipeline import detect_rings

SAMPLE = Path(__file__).parents[2] / "sample_data" / "lin_ma" / "input"


@pytest.fixture(scope="session")
def ring_page(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The page of the made-up ring of so many people, drawn up once."""
    spec = spec_from_file_location("fixture_dossier", Path(__file__).with_name("fixture_dossier.py"))
    assert spec is not None
    assert spec.loader is not None
    fixture = module_from_spec(spec)
    spec.loader.exec_module(fixture)
    folder = tmp_path_factory.mktemp("rings")

    def page(n: int, language: str = "zh") -> Path:
        file = folder / f"ring-{n}-{language}.html"
        if not file.exists():
            file.write_bytes(render_ring(fixture.make_ring_dossier(n), language=language).encode("utf-8"))
        return file

    return page


@pytest.fixture(scope="session")
def sample_page(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The page of the first ring that a run finds in the sample, as `ringfinder view` writes it."""
    folder = tmp_path_factory.mktemp("sample")
    case = open_case(write_case(detect_rings(read_tables(SAMPLE)), folder / "case"))
    dossier = case.dossier(case.ring_ids()[0])

    def page(language: str = "zh") -> Path:
        file = folder / f"lin-ma-{language}.html"
        if not file.exists():
            file.write_bytes(render_ring(dossier, language=language).encode("utf-8"))
        return file

    return page
