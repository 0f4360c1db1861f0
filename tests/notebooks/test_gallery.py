"""The gallery page is that of the notebooks as they are, whole, and masked."""

from __future__ import annotations

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]


def _load(name: str, place: Path) -> Any:
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, place)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


gallery = _load("make_gallery", ROOT / "docs" / "make_gallery.py")
notebooks = _load("notebook_tests", Path(__file__).with_name("test_notebooks.py"))


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")


def test_every_notebook_has_a_section_made_from_its_present_cells(page: str) -> None:
    made = dict(re.findall(r"<!-- (\w+) ([0-9a-f]{16}) -->", page))
    now = {p.stem: gallery.source_digest(nbformat.read(p, as_version=4)) for p in notebooks.NOTEBOOKS}

    assert made == now, "run `make gallery`"


def test_every_picture_is_there_and_none_is_left_over(page: str) -> None:
    linked = re.findall(r"!\[[^\]]*\]\(images/gallery/([\w.-]+)\)", page)
    there = {path.name: path.stat().st_size for path in (ROOT / "docs" / "images" / "gallery").iterdir()}

    assert sorted(linked) == sorted(there)
    assert len(linked) >= len(notebooks.NOTEBOOKS)
    assert len(set(linked)) == len(linked)
    assert min(there.values()) > 2_000
    assert max(there.values()) < 800_000


def test_the_gallery_shows_no_personal_value(page: str) -> None:
    pictures = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "docs" / "images" / "gallery").glob("*.svg"))

    assert notebooks.unmasked(page) == []
    assert notebooks.unmasked(pictures) == []
    assert "<script" not in pictures


def test_a_changed_cell_changes_the_digest() -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    before = gallery.source_digest(notebook)
    notebook.cells[0].source = "1 + 2"

    assert gallery.source_digest(notebook) != before


def test_pictures_come_with_the_heading_above_them() -> None:
    cells = [
        nbformat.v4.new_markdown_cell("# Title\n\nText.\n\n## One"),
        nbformat.v4.new_code_cell("x", outputs=[nbformat.v4.new_output("display_data", {"image/png": "aGVsbG8="})]),
        nbformat.v4.new_code_cell("y", outputs=[nbformat.v4.new_output("stream", text="no picture")]),
        nbformat.v4.new_code_cell(
            "z", outputs=[nbformat.v4.new_output("display_data", {"image/svg+xml": "<svg/>", "image/png": "aGVsbG8="})]
        ),
    ]

    found = list(gallery.pictures(nbformat.v4.new_notebook(cells=cells)))

    assert found == [("One", "png", b"hello"), ("One", "svg", b"<svg/>")]
