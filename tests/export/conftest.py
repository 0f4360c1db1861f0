"""One browser and one set of ring pages for all tests of the exports."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from ringfinder.export.html import render_ring

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """Headless Chromium; not for the whole session: its driver holds an event loop, and notebooks need their own."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        reason = f"no browser on the path; looked for {', '.join(BROWSERS)}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield instance
        instance.close()


@pytest.fixture(scope="package")
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
