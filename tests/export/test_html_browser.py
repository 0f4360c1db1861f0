"""The pages in a real browser, from a file, with the network off and every way out watched."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pytest

from ringfinder.export.html import render_index, render_ring

pytestmark = pytest.mark.browser


def _load(name: str) -> Any:
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


fixture = _load("fixture_dossier")
pages = _load("test_html_pages")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, ring_page: Callable[..., Path]) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "rings").mkdir()
    texts = {"rings/R-0001": render_ring(fixture.make_ring_dossier(6), language="en")}
    ring_files = {f"R-{i:04d}": f"rings/R-{i:04d}.html" for i in range(1, 41)}
    hostile = pages.hostile_dossier(30)
    letters = hostile.letters.copy()
    letters.iloc[0, letters.columns.get_loc("text")] = "<b onclick=pwned=1>甲</b></script>" * 3500
    object.__setattr__(hostile, "letters", letters)
    texts["hostile"] = render_ring(hostile)
    texts["index"] = render_index(fixture.make_portfolio(), ring_files=ring_files)
    texts["few"] = render_index(few_rings(), ring_files={})
    for name, text in texts.items():
        (folder / f"{name}.html").write_bytes(text.encode("utf-8"))
    return {name: folder / f"{name}.html" for name in texts} | {"ring": ring_page(115)}


def few_rings() -> Any:
    """Two large rings last seen in one month, at both ends of the scores."""
    portfolio = fixture.make_portfolio(2)
    days = pd.to_datetime(["2022-03-02", "2022-03-20"])
    rings = portfolio.rings.assign(score=[1.0, 0.0], last_seen=days, overpaid=[1e6, 1e6])
    return dataclasses.replace(portfolio, rings=rings)


class Opened:
    """A page with all that it asked for and complained about."""

    def __init__(self, browser: Any, file: Path, *, size: tuple[int, int] = (1366, 768), **options: Any) -> None:
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]}, **options)
        self.page.context.set_offline(True)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("dialog", lambda d: (self.complaints.append("dialog"), d.dismiss()))
        self.page.goto(file.as_uri())
        self.wait("drawn", "1")

    def wait(self, name: str, value: str, selector: str = "") -> None:
        """Until a flag of the page is set; without eval, which the page's policy forbids."""
        wanted = f"html[data-{name}='{value}'] {selector}".strip()
        self.page.wait_for_selector(wanted, state="attached", timeout=20_000)

    def flag(self, name: str) -> str:
        return str(self.page.evaluate(f"document.documentElement.dataset.{name}"))

    def number(self, name: str) -> int:
        return int(self.flag(name))


@pytest.fixture
def ring(browser: Any, files: dict[str, Path]) -> Iterator[Opened]:
    opened = Opened(browser, files["ring"], color_scheme="light")
    yield opened
    assert opened.complaints == []
    assert opened.requests == [files["ring"].as_uri()]
    opened.page.close()


def test_the_ring_draws_from_a_file_and_asks_for_nothing(ring: Opened) -> None:
    colours = ring.page.evaluate(
        "(() => { const c = document.querySelector('#canvas canvas'); const d = c.getContext('2d')"
        ".getImageData(0, 0, c.width, c.height).data; const s = new Set(); for (let i = 0; i < d.length; i += 4)"
        " if (d[i + 3]) s.add((d[i] << 16) + (d[i + 1] << 8) + d[i + 2]); return [...s]; })()"
    )

    assert ring.number("people") == 115
    assert {0xE69F00, 0x0072B2, 0x009E73, 0x882255, 0xB8C4CE} <= set(colours)
    assert ring.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_legend_hides_and_shows_what_it_names(ring: Opened) -> None:
    nodes, edges = ring.number("nodes"), ring.number("edges")
    phones = int(ring.page.inner_text("[data-class=phone] .count"))

    ring.page.click("[data-class=phone]")
    without = ring.number("nodes"), ring.number("edges")
    ring.page.click("[data-class=phone]")
    ring.page.click("#links-template")
    ring.page.click("#links-broker")
    ring.page.click("[data-class=guarded]")

    assert without[0] == nodes - phones
    assert without[1] < edges
    assert ring.page.get_attribute("[data-class=phone]", "aria-pressed") == "true"
    assert ring.number("nodes") == nodes + 1
    assert ring.number("edges") > edges + 100


def test_search_counts_cycles_with_enter_and_clears_with_escape(ring: Opened) -> None:
    ring.page.keyboard.press("/")
    ring.page.keyboard.type("H0001")
    hits = ring.number("hits")
    ring.page.keyboard.press("Enter")
    first = ring.flag("selected")
    ring.page.keyboard.press("Enter")
    second = ring.flag("selected")
    counter = ring.page.inner_text("#hits")
    ring.page.keyboard.press("Escape")

    assert hits == 10
    assert first != second
    assert first.startswith("H0001")
    assert counter == "2/10"
    assert ring.page.input_value("#search") == ""
    assert ring.number("hits") == 0


def test_the_panel_explains_a_person_and_leads_on_to_an_identifier(ring: Opened) -> None:
    ring.page.fill("#search", "H00024")
    ring.page.press("#search", "Enter")
    person = ring.page.inner_text("#panel")
    ring.page.locator("#panel .rowlist .link").first.click()
    item = ring.page.inner_text("#panel")
    ring.page.click("#back")

    assert "H00024" in person
    assert "为何在组内" in person
    assert "组内另" in person
    assert ring.page.locator("#panel").inner_text().startswith("概览")
    assert "持有人" in item
    assert "H00024" in item


def test_a_click_on_a_node_opens_its_evidence(ring: Opened) -> None:
    data = pages.page_data(ring.page.content())["nodes"]
    box = ring.page.locator("#canvas").bounding_box()
    star = next(n for n in data if n["group"] == "broker")
    seen = [n for n in data if n["role"] != "guarded"]
    edge = 52
    left, right = min(n["x"] - n["size"] for n in seen), max(n["x"] + n["size"] for n in seen)
    top, bottom = min(n["y"] - n["size"] for n in seen), max(n["y"] + n["size"] for n in seen)
    scale = min((box["width"] - edge) / (right - left), (box["height"] - edge) / (bottom - top))
    before = ring.number("edges")

    ring.page.mouse.click(
        box["x"] + box["width"] / 2 + (star["x"] - (left + right) / 2) * scale,
        box["y"] + box["height"] / 2 + (star["y"] - (top + bottom) / 2) * scale,
    )

    ring.wait("selected", star["label"])
    assert ring.number("edges") > before, "a picked star draws its links"


def test_language_and_theme_switch_the_whole_page(ring: Opened) -> None:
    ring.page.click("#language")
    english = ring.page.inner_text("body")
    ring.page.click("#theme")
    dark = ring.page.evaluate("getComputedStyle(document.body).backgroundColor")
    ring.page.click("#theme")

    outside = re.sub(r".*某.*|中文", "", english)
    assert not re.search("[\u4e00-\u9fff]", outside), "Chinese left on the English page"
    assert ring.flag("language") == "en"
    assert ring.page.evaluate("document.documentElement.lang") == "en"
    assert dark != ring.page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_the_slider_hides_people_linked_later_and_playing_brings_them_back(ring: Opened) -> None:
    ring.page.locator("#slider").fill("3")
    few = ring.number("people")
    ring.page.click("[data-view=table]")
    rows = ring.number("rows")
    ring.page.click("#play")
    ring.wait("people", "115")

    assert 0 < few < 60
    assert rows == few


def test_the_tables_sort_pick_and_hold_everybody(ring: Opened) -> None:
    ring.page.click("[data-view=table]")
    rows = ring.page.locator("#view-table tbody tr")
    n_people = rows.count()
    ring.page.click("th button[data-column=overpaid]")
    cells = [float(t.replace(",", "")) for t in ring.page.locator("#view-table td:nth-child(6)").all_inner_texts()]
    rows.first.click()
    picked = ring.flag("selected")
    ring.page.click("[data-tab=evidence]")

    assert n_people == 115
    assert cells == sorted(cells, reverse=True)
    assert picked.startswith("H")
    assert ring.number("rows") > 10
    assert ring.page.locator("th[aria-sort]").count() == 0


def test_ids_of_people_are_drawn_only_when_asked_for_and_zooming_in_asks_for_nothing(ring: Opened) -> None:
    for _ in range(8):
        ring.page.click("#zoom-in")
    ring.page.wait_for_timeout(150)
    off = ring.number("ids")
    ring.page.click("#fit")
    ring.page.click("#names")
    ring.page.wait_for_timeout(150)

    assert off == 0
    assert 5 < ring.number("ids") < 115, "those that would stand on another label wait for more room"


def test_a_small_ring_shows_its_ids_and_the_switch_says_so(browser: Any, files: dict[str, Path]) -> None:
    opened = Opened(browser, files["rings/R-0001"])

    assert opened.page.get_attribute("#names", "aria-pressed") == "true"
    assert opened.number("ids") == opened.number("people") == 6
    opened.page.close()


@pytest.mark.parametrize("size", [(700, 900), (1366, 768), (1920, 1080)])
def test_nothing_is_cut_or_covered_at_usual_widths(size: tuple[int, int], browser: Any, files: dict[str, Path]) -> None:
    opened = Opened(browser, files["ring"], size=size)
    page = opened.page
    legend, view = page.locator("#legend").bounding_box(), page.locator("main.view").bounding_box()
    page.click("[data-view=table]")
    cut = page.evaluate(
        "(() => { const b = document.querySelector('#view-table .body'); return b.scrollWidth - b.clientWidth; })()"
    )

    assert legend["y"] + legend["height"] <= view["y"] or legend["x"] + legend["width"] <= view["x"]
    assert view["height"] > size[1] / 2
    assert view["y"] < size[1] / 3, "the picture begins on the first screen"
    assert cut <= 0, "the reason is wrapped"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    opened.page.close()


def test_bubbles_keep_off_the_axes_and_no_tick_is_said_twice(browser: Any, files: dict[str, Path]) -> None:
    for name in ("index", "few"):
        opened = Opened(browser, files[name])
        page = opened.page
        box = "(n) => { const b = n.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; }"
        frame = page.locator("#scatter .frame").evaluate(box)
        dots = [dot.evaluate(box) for dot in page.locator("#scatter circle").all()]
        ticks = page.locator("#scatter .axis").all_text_contents()

        assert dots
        assert all(frame[0] < d[0] and frame[1] <= d[1] and d[2] < frame[2] and d[3] < frame[3] for d in dots)
        assert len(ticks) == len(set(ticks))
        assert opened.complaints == []
        page.close()


def test_the_letters_show_their_template_and_mark_what_they_share(ring: Opened) -> None:
    ring.page.click("[data-view=letters]")
    everything = ring.number("letters")
    ring.page.click("[data-template=t0]")

    assert 0 < ring.number("letters") < everything
    assert ring.page.locator("#view-letters mark").count() > 20
    assert ring.page.locator("#view-letters .slot").count() > 0


def test_print_shows_the_tables_and_returns_to_the_screen(ring: Opened) -> None:
    ring.page.click("#theme")
    pdf = ring.page.pdf(format="A4", landscape=True, print_background=True)

    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 3
    ring.wait("theme", "dark")


def test_hostile_text_is_inert_everywhere(browser: Any, files: dict[str, Path]) -> None:
    opened = Opened(browser, files["hostile"])
    page = opened.page

    for view in ("table", "letters", "graph"):
        page.click(f"[data-view={view}]")
    page.click("[data-view=table]")
    for tab in ("ids", "evidence", "events", "people"):
        page.click(f"[data-tab={tab}]")
    page.locator("#view-table tbody tr").first.click()
    page.fill("#search", "<img src=x")
    page.press("#search", "Enter")
    page.click("#language")
    page.click("#provenance")
    page.mouse.move(600, 400)
    page.wait_for_timeout(300)

    assert page.evaluate("typeof window.pwned") == "undefined"
    assert page.locator("img, iframe, a, [onerror], [onclick]").count() == 0
    assert page.locator("script").count() == 3
    assert "<img src=x onerror" in page.inner_text("#panel")
    assert opened.complaints == []
    assert opened.requests == [files["hostile"].as_uri()]
    page.close()


def test_the_policy_stops_a_script_and_a_request_that_got_in_all_the_same(browser: Any, files: dict[str, Path]) -> None:
    opened = Opened(browser, files["ring"])

    opened.page.evaluate(
        "(() => { const s = document.createElement('script'); s.textContent = 'window.pwned = 1';"
        "document.body.append(s); const d = document.createElement('div');"
        "d.innerHTML = '<img src=x onerror=\"window.pwned=2\">'; document.body.append(d); })()"
    )
    opened.page.wait_for_timeout(200)

    assert opened.page.evaluate("typeof window.pwned") == "undefined"
    assert opened.complaints, "the browser says what it blocked"
    opened.page.close()


@pytest.mark.parametrize(("language", "said"), [("zh", "没有线索"), ("en", "No leads")])
def test_an_index_without_rings_says_what_was_read(
    browser: Any, tmp_path: Path, language: Literal["zh", "en"], said: str
) -> None:
    portfolio = fixture.make_portfolio(1)
    manifest = dict(portfolio.manifest) | {"rows": {"policyholders": 4321, "complaints": 77}, "values": {"evidence": 5}}
    empty = dataclasses.replace(portfolio, rings=portfolio.rings.iloc[:0], manifest=manifest)
    file = tmp_path / "index.html"
    file.write_text(render_index(empty, ring_files={}, language=language), encoding="utf-8")
    opened = Opened(browser, file)
    note = opened.page.locator("#no-rings").inner_text()

    assert said in note
    assert "4,321" in note
    assert "77" in note
    assert opened.complaints == []
    opened.page.close()


def test_provenance_says_what_the_run_could_not_see(browser: Any, tmp_path: Path) -> None:
    portfolio = fixture.make_portfolio(1)
    manifest = dict(portfolio.manifest) | {"warnings": ["no complaints (没有投诉件): <b>x</b>"]}
    file = tmp_path / "index.html"
    page = render_index(dataclasses.replace(portfolio, manifest=manifest), ring_files={}, language="zh")
    file.write_text(page, encoding="utf-8")
    opened = Opened(browser, file)
    opened.page.locator("#provenance").click()

    assert opened.page.locator("#unseen li").all_inner_texts() == ["no complaints (没有投诉件): <b>x</b>"]
    assert opened.complaints == []
    opened.page.close()


def test_the_index_searches_sorts_filters_and_leads_to_a_ring(browser: Any, files: dict[str, Path]) -> None:
    opened = Opened(browser, files["index"])
    page = opened.page
    everything = opened.number("rows")
    page.click("[data-status=flagged]")
    flagged = opened.number("rows")
    page.click("[data-status='']")
    page.click("th button[data-column=size]")
    sizes = [int(t) for t in page.locator("[data-table=rings] td:nth-child(6)").all_inner_texts()]
    page.locator(".month-hit").nth(2).click()
    in_month = opened.number("rows")
    page.click("#clear")
    page.fill("#search", "A810003")
    of_broker = page.locator("[data-table=rings] a.ring-link").all_inner_texts()
    page.fill("#search", "R-0007")
    found = opened.number("rows")
    page.keyboard.press("Escape")
    page.locator("circle[data-ring=R-0003]").dispatch_event("click")
    picked = opened.flag("selected")
    page.click("#language")
    page.click("#theme")

    assert (everything, found, picked) == (40, 1, "R-0003")
    assert 0 < flagged < 40
    assert 0 < in_month < 40
    assert of_broker == ["R-0004"]
    assert sizes == sorted(sizes, reverse=True)
    assert opened.complaints == []
    assert opened.requests == [files["index"].as_uri()]
    page.locator("a.ring-link[href='rings/R-0001.html']").click()
    opened.wait("drawn", "1", "#canvas")
    assert opened.complaints == []
    page.close()


def pull(page: Any, chart: str, start: tuple[float, float], stop: tuple[float, float]) -> None:
    """Pull over a chart from one place to another, as shares of its width and height."""
    box = page.locator(chart).bounding_box()
    page.mouse.move(box["x"] + box["width"] * start[0], box["y"] + box["height"] * start[1])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * stop[0], box["y"] + box["height"] * stop[1], steps=3)
    page.mouse.up()


def test_pulling_over_the_charts_filters_the_table_to_what_lies_there(browser: Any, files: dict[str, Path]) -> None:
    rings = fixture.make_portfolio().rings
    opened = Opened(browser, files["index"])
    page = opened.page
    frame, dots = page.locator("#scatter svg").bounding_box(), {}
    for dot in page.locator("#scatter circle").all():
        cx, cy = (
            float(dot.get_attribute("cx")) / 400,
            float(dot.get_attribute("cy")) / 400 * frame["width"] / frame["height"],
        )
        dots[dot.get_attribute("data-ring")] = (cx, cy)
    pull(page, "#scatter svg", (0.45, 0.05), (0.8, 0.5))
    shown = set(page.locator("[data-table=rings] a.ring-link").all_inner_texts())
    outside = page.locator("#scatter circle.out").count()
    page.click("#clear")
    cleared = opened.number("rows")
    months = page.locator(".month-hit").count()
    pull(page, "#activity svg", (0.3, 0.5), (0.34, 0.5))
    picked = page.locator(".month-hit.on").count()
    in_months = opened.number("rows")

    inside = {ring for ring, (x, y) in dots.items() if 0.45 < x < 0.8 and 0.05 < y < 0.5}
    edge = {
        ring for ring, (x, y) in dots.items() if min(abs(x - 0.45), abs(x - 0.8), abs(y - 0.05), abs(y - 0.5)) < 0.01
    }
    assert len(dots) == cleared == len(rings) == 40
    assert 3 < len(inside) < 37
    assert shown - edge == inside - edge
    assert outside == 40 - len(shown)
    assert 1 < picked < months / 4
    assert 0 < in_months < 40
    assert opened.complaints == []
    page.close()


def test_months_are_picked_and_widened_with_the_arrow_keys(browser: Any, files: dict[str, Path]) -> None:
    opened = Opened(browser, files["index"])
    page = opened.page
    page.focus("#activity svg")
    counts = []
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
        counts.append((page.locator(".month-hit.on").count(), opened.number("rows")))
    page.keyboard.press("ArrowLeft")

    assert [n for n, _ in counts] == [1, 1, 2, 3]
    assert counts[1][1] <= counts[2][1] <= counts[3][1] < 40
    assert page.locator(".month-hit.on").count() == 1
    page.close()


def test_growth_and_brokers_sort_the_index(browser: Any, files: dict[str, Path]) -> None:
    rings = fixture.make_portfolio().rings
    opened = Opened(browser, files["index"])
    page = opened.page
    page.click("th button[data-column=grown]")
    grown = [int(t or 0) for t in page.locator("[data-table=rings] td:nth-child(7)").all_inner_texts()]
    page.click("th button[data-column=brokers]")
    brokers = [int(t or 0) for t in page.locator("[data-table=rings] td:nth-child(8)").all_inner_texts()]
    named = page.locator("[data-table=rings] td:nth-child(8) span").first.get_attribute("title")

    assert grown == sorted(rings["grown"], reverse=True)
    assert grown[0] > 0
    assert brokers[0] == 2
    assert brokers == sorted(brokers, reverse=True)
    assert "A81" in named
    page.close()
