"""The pages in Firefox: they draw, say nothing and ask for nothing there too."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from ringfinder.export.html import render_index, render_templates

#: how many pixels of the picture have a phone's colour
PHONE_PIXELS = (
    "(() => { const c = document.querySelector('#canvas canvas'); const d = c.getContext('2d')"
    ".getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 0; i < d.length; i += 4)"
    " if (d[i] === 0xE6 && d[i + 1] === 0x9F && d[i + 2] === 0) n += 1; return n; })()"
)


def _load(name: str) -> Any:
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


fixture = _load("fixture_dossier")


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    program = shutil.which("firefox") or shutil.which("firefox-esr")
    if program is None:
        # without the marker `browser`: Chromium is a must in CI, a second browser is looked at where there is one
        pytest.skip("no Firefox on the path")
    pytest.importorskip("tornado.websocket")
    one = _load("firefox").Firefox(program, tmp_path_factory.mktemp("firefox") / "profile")
    yield one
    one.close()


@pytest.fixture(autouse=True)
def quiet(firefox: Any) -> Iterator[None]:
    yield
    assert firefox.log == []
    assert [url for url in firefox.requests if not url.startswith(("data:", "file:"))] == []


def test_the_ring_draws_searches_and_switches_in_firefox(firefox: Any, ring_page: Callable[..., Path]) -> None:
    firefox.open(ring_page(115))
    firefox.until(f"{PHONE_PIXELS} > 500")
    firefox.run(
        "(() => { const box = document.getElementById('search'); box.value = 'H00024';"
        "box.dispatchEvent(new Event('input')); box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' })); })()"
    )
    panel = firefox.run("document.getElementById('panel').innerText")
    firefox.run("document.getElementById('language').click()")

    assert "H00024" in panel
    assert "为何在组内" in panel
    assert firefox.run("document.documentElement.lang") == "en"
    assert firefox.run("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_index_filters_by_a_pull_over_its_months_in_firefox(firefox: Any, tmp_path: Path) -> None:
    file = tmp_path / "index.html"
    file.write_bytes(render_index(fixture.make_portfolio(), ring_files={}).encode("utf-8"))
    firefox.open(file)
    before = firefox.run("Number(document.documentElement.dataset.rows)")
    firefox.run("document.querySelector('#activity').scrollIntoView({ block: 'center' })")
    x, y, wide = (
        round(firefox.run(f"document.querySelector('#activity svg').getBoundingClientRect().{part}"))
        for part in ("x", "y", "width")
    )
    move = [{"type": "pointerMove", "x": x + round(wide * share), "y": y + 30} for share in (0.3, 0.32, 0.34)]
    press, lift = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
    steps = [move[0], press, *move[1:], lift]
    pull = [{"type": "pointer", "id": "mouse", "actions": steps}]
    firefox.ask("input.performActions", context=firefox.tab, actions=pull)

    assert before == 40
    assert 0 < firefox.run("Number(document.documentElement.dataset.rows)") < 40
    assert 1 < firefox.run("document.querySelectorAll('.month-hit.on').length") < 8


def test_the_templates_page_opens_in_firefox(firefox: Any, tmp_path: Path) -> None:
    file = tmp_path / "templates.html"
    file.write_bytes(render_templates(fixture.make_portfolio(), ring_files={}).encode("utf-8"))
    firefox.open(file)

    assert firefox.run("document.querySelectorAll('#T01 .fillers tbody tr').length") == 3
