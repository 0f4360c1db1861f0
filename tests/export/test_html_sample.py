"""The page of the sample's real first ring: what made-up dossiers of one template a cluster can't show."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def _load(name: str) -> Any:
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


use = _load("test_html_browser_use")
more, Opened = use.more, use.Opened


def test_the_page_is_small_enough_to_send_and_shows_the_planted_ring(
    browser: Any, sample_page: Callable[..., Path]
) -> None:
    file = sample_page()
    opened = Opened(browser, file)
    data = use.pages.page_data(opened.page.content())

    assert file.stat().st_size <= 800_000
    assert opened.number("people") == len(data["people"]) >= 110
    assert opened.complaints == []
    assert opened.requests == [file.as_uri()]
    opened.page.close()


@pytest.mark.parametrize("size", more.SIZES)
def test_no_label_of_the_sample_hides_a_person(
    size: tuple[int, int], browser: Any, sample_page: Callable[..., Path]
) -> None:
    opened = Opened(browser, sample_page(), size=size)

    use.check_labels(opened, 110)
    opened.page.close()


def test_as_of_a_day_the_sample_shows_nothing_later(browser: Any, sample_page: Callable[..., Path]) -> None:
    opened = Opened(browser, sample_page())

    use.check_days(opened, min_edges=150)
    opened.page.close()


def test_every_look_of_the_sample_fits_its_window_and_is_kept_as_a_picture(
    browser: Any, sample_page: Callable[..., Path], tmp_path: Path
) -> None:
    more.check_looks(browser, sample_page(), "lin-ma", more.screens(tmp_path))


def test_no_account_of_the_sample_is_broken_in_the_table_of_links(
    browser: Any, sample_page: Callable[..., Path]
) -> None:
    opened = Opened(browser, sample_page(), size=(1366, 768))
    page = opened.page
    page.click("[data-view=table]")
    for tab, column in (("links", "value"), ("ids", "value")):
        page.click(f"[data-tab={tab}]")
        at = page.locator("#view-table thead button").evaluate_all(
            "(heads, column) => heads.findIndex((n) => n.dataset.column === column)", column
        )
        cells = page.locator(f"#view-table tbody td:nth-child({at + 1})")
        lines = cells.evaluate_all(
            "(all) => all.filter((n) => /^[0-9*]{6,}$/.test(n.innerText)).map((n) => {"
            " const r = document.createRange(); r.selectNodeContents(n); return r.getClientRects().length; })"
        )

        assert len(lines) > 10
        assert set(lines) == {1}, tab
        assert page.locator("#view-table .body").evaluate("(n) => n.scrollWidth - n.clientWidth") <= 0
    opened.page.close()
