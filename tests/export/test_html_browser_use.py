"""What an investigator does with the pages: by keyboard, on paper, while filters are on; hostile text on every page."""

from __future__ import annotations

import dataclasses
import itertools
import re
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ringfinder.export.html import render_index, render_ring, render_templates, ring_data

pytestmark = pytest.mark.browser


def _load(name: str) -> Any:
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


more = _load("test_html_browser_more")
fixture, Opened, pages = more.fixture, more.Opened, more.base.pages

#: notes every circle of the picture, with its middle and radius in pixels
WATCH_DOTS = (
    "(() => { window.dots = []; const p = CanvasRenderingContext2D.prototype, was = p.arc;"
    "p.arc = function (x, y, r) { if (this.canvas.isConnected) { const t = this.getTransform(), a = t.transformPoint("
    "new DOMPoint(x, y)); window.dots.push([a.x, a.y, r * t.a]); } return was.apply(this, arguments); };"
    "const clear = p.clearRect; p.clearRect = function () { if (this.canvas.isConnected) window.dots = [];"
    "return clear.apply(this, arguments); }; })()"
)


def hidden_share(box: list[Any], dot: list[float]) -> float:
    """How far a label reaches over a circle, as a share of its radius."""
    _, left, top, right, bottom = box
    x, y, radius = dot
    dx, dy = max(left - x, 0.0, x - right), max(top - y, 0.0, y - bottom)
    return 1 - float((dx * dx + dy * dy) ** 0.5) / radius


def check_labels(opened: Any, n: int) -> None:
    """Names of people, of values, of templates and of intermediaries: none over a person, and every hub is named."""
    opened.page.evaluate(more.WATCH_TEXT)
    opened.page.evaluate(WATCH_DOTS)
    hubs = [node for node in pages.page_data(opened.page.content())["nodes"] if node["group"] in ("template", "broker")]
    for act in ("#fit", "#names", "#zoom-in", "#fit"):
        opened.page.click(act)
        opened.page.wait_for_timeout(250)
        labels, dots = opened.page.evaluate("window.drawn"), opened.page.evaluate("window.dots")
        worst = max((hidden_share(box, dot), box[0]) for box in labels for dot in dots)

        assert len(labels) > 3
        assert len(dots) >= 0.5 * n, "those in sight"
        assert worst[0] < 0.45, f"{n} people after {act}: {worst}"
        if act == "#fit":
            assert len([box for box in labels if "(" in box[0]]) == len(hubs) > 0


def test_no_label_hides_a_person(browser: Any, ring_page: Callable[..., Path]) -> None:
    for n in (6, 115, 600):
        opened = Opened(browser, ring_page(n, "en"))
        check_labels(opened, n)
        opened.page.close()


def test_a_template_is_labelled_with_the_people_of_its_area(browser: Any, ring_page: Callable[..., Path]) -> None:
    data: Any = ring_data.ring_payload(fixture.make_ring_dossier(115), language="en")
    name = {form["key"]: form["id"] for form in data["templates"]}
    opened = Opened(browser, ring_page(115, "en"))
    opened.page.evaluate(more.WATCH_TEXT)
    opened.page.click("#fit")
    opened.page.wait_for_timeout(250)
    drawn = {box[0] for box in opened.page.evaluate("window.drawn")}

    assert len({(x["h"], x["t"]) for x in data["letters"]}) < len(data["letters"]), "somebody wrote twice"
    assert {f"{name[r['template']]} ({len(r['people'])})" for r in data["regions"]} <= drawn
    opened.page.close()


#: keeps what the page hands to the drawing library: nodes and links, hidden or not
WATCH_SETS = (
    "(() => { const p = vis.DataSet.prototype, was = p.update; p.update = function (rows) {"
    "const seen = rows.filter((r) => !r.hidden); if (rows[0].from) window.edges = seen.map((e) => [e.from, e.to]);"
    "else window.nodes = seen.map((n) => n.id); return was.apply(this, arguments); }; })()"
)
SEEN = "({ nodes: window.nodes, edges: window.edges, arcs: window.arcs, labels: window.drawn.map((d) => d[0]) })"
#: notes the middles of the circles that make the areas, which are drawn on a canvas of their own
WATCH_AREAS = (
    "(() => { window.arcs = []; const p = CanvasRenderingContext2D.prototype, was = p.arc;"
    "p.arc = function (x, y, r) { if (!this.canvas.isConnected) window.arcs.push([x, y]);"
    "return was.apply(this, arguments); }; })()"
)


def _days(data: Any) -> dict[str, Any]:
    """Of each person the day since, of each pair of node keys the first day of a link or a letter."""
    first: dict[tuple[str, str], str] = {}
    used = [x for x in data["letters"] if x["verdict"] in ("linked", "possible") and x["t"]]
    for who, what, day in [(x["h"], x["i"], x["since"]) for x in data["links"]] + [
        (x["h"], x["t"], x["day"]) for x in used
    ]:
        first[who, what] = min(day, first.get((who, what), day))
    return {"since": {p["key"]: p["since"] for p in data["people"]}, "first": first}


def check_days(opened: Any, *, min_edges: int) -> None:
    """At several days: no node, link, area, count or row is later than the day, and none is left out."""
    page, data = opened.page, pages.page_data(opened.page.content())
    days, bins = _days(data), data["timeline"]["bins"]
    name = {row["key"]: row["id"] for row in (*data["templates"], *data["identifiers"])}
    hubs = {row["key"] for row in data["templates"]} | {i["key"] for i in data["identifiers"] if i["type"] == "broker"}
    where = {n["id"]: (n["x"], n["y"]) for n in data["nodes"]}
    assert max(days["first"].values()) <= bins[-1]["end"], "the slider's end is the end of all"
    page.evaluate(more.WATCH_TEXT)
    page.evaluate(WATCH_AREAS)
    page.evaluate(WATCH_SETS)
    for switch in ("#links-template", "#links-broker", "[data-class=guarded]"):
        if page.locator(switch).count():
            page.click(switch)
    held_back, drawn = 0, []
    for at in range(len(bins) // 8, len(bins) - 1, max(1, len(bins) // 8)):
        until = bins[at]["end"]
        page.evaluate("window.arcs = []")
        page.locator("#slider").fill(str(at))
        page.wait_for_timeout(200)
        seen = page.evaluate(SEEN)
        people = {key for key, day in days["since"].items() if day <= until}
        so_far = {pair for pair, day in days["first"].items() if day <= until and pair[0] in people}
        of_all = {pair for pair in days["first"] if pair[0] in people}
        held_back += len(of_all - so_far)
        writers = {key: {h for h, what in so_far if what == key} for key in hubs}
        areas = {r["template"]: [key for key in r["people"] if key in writers[r["template"]]] for r in data["regions"]}
        centres = {where[key] for users in areas.values() if len(users) > 1 for key in users}
        counts = {label for label in seen["labels"] if "(" in label}
        drawn.append(len(so_far))

        assert set(map(tuple, seen["edges"])) == so_far, until
        assert set(seen["nodes"]) == people | {what for _, what in so_far}, until
        assert set(map(tuple, seen["arcs"])) == centres, until
        assert counts == {f"{name[key]} ({len(writers[key])})" for key in hubs if writers[key]}, until
    assert held_back > 3, "links of people on screen that came later: the slider has something to hide"
    assert max(drawn) > min_edges


def test_as_of_a_day_nothing_is_drawn_or_counted_that_came_later(browser: Any, ring_page: Callable[..., Path]) -> None:
    opened = Opened(browser, ring_page(115))

    check_days(opened, min_edges=150)
    opened.page.close()


def test_the_panel_greys_what_is_later_than_the_sliders_day_and_says_how_many(
    browser: Any, ring_page: Callable[..., Path]
) -> None:
    opened = Opened(browser, ring_page(115, "en"))
    page, data = opened.page, pages.page_data(opened.page.content())
    twice = next(p for p in data["people"] if p["complaints"] == 2)
    key, bins = twice["key"], data["timeline"]["bins"]
    at = next(i for i, b in enumerate(bins) if b["end"] >= twice["since"])
    until = bins[at]["end"]
    own = [x["since"] for x in data["links"] if x["h"] == key]
    own += [x["day"] for x in (*data["letters"], *data["events"]) if x["h"] == key]
    later = [day for day in own if day > until]
    page.locator("#slider").fill(str(at))
    page.click("[data-view=table]")
    page.locator(f"#view-table tr[data-key={key}]").click()
    note = page.locator("#panel .as-of").inner_text()
    grey = page.locator("#panel li.later-row, #panel article.later-row").count()
    page.locator("#slider").fill(str(len(bins) - 1))

    assert len(later) >= 2
    assert f"The {len(later)} greyed entries are later than {until}." in note
    assert grey == len(later)
    assert page.locator("#panel .later-row, #panel .as-of").count() == 0
    opened.page.close()


def test_an_undated_link_is_shown_once_both_its_ends_are_and_the_page_says_so(browser: Any, tmp_path: Path) -> None:
    dossier = fixture.make_ring_dossier(30)
    links = dossier.links.copy()
    links["since"] = links["since"].astype("datetime64[s]")
    links.loc[links["kind"] == "phone", "since"] = pd.NaT
    file = more.write(tmp_path, "ring.html", render_ring(dataclasses.replace(dossier, links=links), language="en"))
    opened = Opened(browser, file)
    page = opened.page
    page.evaluate(WATCH_SETS)
    page.locator("#slider").fill("4")
    page.wait_for_timeout(150)
    seen = page.evaluate("window.edges")
    data = pages.page_data(page.content())
    people = {p["key"] for p in data["people"] if p["since"] <= data["timeline"]["bins"][4]["end"]}
    undated = {(x["h"], x["i"]) for x in data["links"] if not x["since"] and x["kind"] == "evidence"}

    assert {pair for pair in undated if pair[0] in people} <= set(map(tuple, seen))
    assert len(people) > 2
    assert "an undated link is shown with its ends" in page.locator("#panel .as-of").inner_text()
    opened.page.close()


@pytest.mark.parametrize(
    ("view", "chosen"),
    [
        ("graph", "[data-class='role.member']"),
        ("graph", "#regions"),
        ("table", "button[data-tab=ids]"),
        ("table", "button[data-column=overpaid]"),
        ("table", "#view-table tr[data-key=h4]"),
        ("letters", "[data-template=t1]"),
    ],
)
def test_what_was_chosen_by_keyboard_keeps_the_focus(
    view: str, chosen: str, browser: Any, ring_page: Callable[..., Path]
) -> None:
    opened = Opened(browser, ring_page(30))
    if view != "graph":
        opened.page.click(f"button[data-view={view}]")
    opened.page.focus(chosen)
    before = opened.page.locator(chosen).evaluate("(n) => n.outerHTML")
    opened.page.keyboard.press("Enter")
    after = opened.page.locator(chosen)

    assert (
        after.evaluate("(n) => n.outerHTML + n.closest('table, nav, section')?.querySelector('[aria-sort]')") != before
    )
    assert after.evaluate("(n) => n === document.activeElement"), "the next Tab starts here, not at the page's top"
    opened.page.close()


def test_what_was_opened_in_the_panel_stays_open_while_the_picture_is_filtered(
    browser: Any, ring_page: Callable[..., Path]
) -> None:
    opened = Opened(browser, ring_page(115))
    page = opened.page
    few = page.locator("#panel .claim").count()
    page.click("#all-claims")
    page.locator("#panel").evaluate("(n) => { n.scrollTop = 400; }")
    every = page.locator("#panel .claim").count()
    read = page.locator("#panel .claim").nth(8)
    place = read.bounding_box()
    page.click("[data-class=phone]")
    page.locator("#slider").fill("6")

    assert every == page.locator("#panel .claim").count() > few
    assert page.locator("#panel").evaluate("(n) => n.scrollTop") >= 400
    assert read.bounding_box()["y"] == pytest.approx(place["y"], abs=1), (
        "what is read stays where it is, though a note came above it"
    )
    assert page.locator("#panel .as-of").count() == 1
    page.close()


def test_a_value_tells_its_first_and_last_use_and_each_holder_once(
    browser: Any, ring_page: Callable[..., Path]
) -> None:
    data: Any = ring_data.ring_payload(fixture.make_ring_dossier(115), language="en")
    phones = [i for i in data["identifiers"] if i["type"] == "phone" and i["role"] == "evidence"]
    item = max(phones, key=lambda i: i["inRing"])
    links = [link for link in data["links"] if link["i"] == item["key"]]
    days = sorted(link["since"] for link in links)
    opened = Opened(browser, ring_page(115, "en"))
    page = opened.page
    page.evaluate(
        "Object.defineProperty(navigator.clipboard, 'writeText',"
        " { value: (text) => { window.copied = text; return Promise.resolve(); } })"
    )
    page.fill("#search", item["value"])
    page.press("#search", "Enter")
    facts = page.locator("#panel .pairs dd").all_inner_texts()
    page.click("#copy")

    assert facts[1:] == [days[0], days[-1]]
    assert page.locator("#panel .rowlist li").count() == len({link["h"] for link in links})
    assert page.evaluate("window.copied").startswith(item["id"]), "buttons are not copied"
    assert page.evaluate("window.copied").count(links[0]["row"]) == 1
    page.close()


def test_header_and_slider_count_the_same_people_and_no_kind_that_is_not_there(
    browser: Any, ring_page: Callable[..., Path]
) -> None:
    dossier = fixture.make_ring_dossier(115)
    kin = int((dossier.members["role"] == "associate").sum())
    opened = Opened(browser, ring_page(115))
    head = opened.page.locator("#facts dd").first.inner_text()
    kinds = opened.page.locator("#facts .kinds").inner_text().split()
    shown = opened.page.locator("#now span").inner_text()

    assert kin > 0
    assert head.startswith(f"{115 - kin} ")
    assert shown == f"{115 - kin} + {kin} 人"
    assert len(kinds) == opened.page.locator("#facts .kinds svg").count() == 4
    assert "0" not in kinds
    opened.page.close()


def test_the_histogram_names_its_years(browser: Any, ring_page: Callable[..., Path]) -> None:
    opened = Opened(browser, ring_page(115))
    years = opened.page.locator("#years span").all_inner_texts()

    assert years == ["2021-03", "2022", "2023", "2024"]
    opened.page.close()


def test_source_tables_are_named_in_chinese_on_a_chinese_page(browser: Any, ring_page: Callable[..., Path]) -> None:
    opened = Opened(browser, ring_page(115))
    opened.page.click("button[data-view=table]")
    opened.page.click("button[data-tab=evidence]")
    cells = opened.page.locator("#view-table tbody td:last-child").all_inner_texts()
    panel = opened.page.locator("#panel .claim summary").all_inner_texts()

    assert len(cells) > 10
    assert [text for text in cells + panel if re.search("[a-z]{3}", text)] == []
    opened.page.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_spoken_label_is_in_the_language_of_the_page(
    language: str, browser: Any, ring_page: Callable[..., Path]
) -> None:
    opened = Opened(browser, ring_page(30, language))
    spoken = opened.page.evaluate("[...document.querySelectorAll('[aria-label]')].map((n) => n.ariaLabel)")

    assert len(spoken) >= 4
    assert all(bool(re.search("[\u4e00-\u9fff]", label)) == (language == "zh") for label in spoken), spoken
    opened.page.close()


def test_every_table_fits_its_window(browser: Any, ring_page: Callable[..., Path]) -> None:
    for n, language in itertools.product((115, 600), ("zh", "en")):
        opened = Opened(browser, ring_page(n, language))
        opened.page.click("button[data-view=table]")
        over = {}
        for tab in opened.page.locator("button[data-tab]").all():
            tab.click()
            over[tab.inner_text()] = opened.page.locator("#view-table .body").evaluate(
                "(n) => n.scrollWidth - n.clientWidth"
            )

        assert len(over) == 6
        assert set(over.values()) == {0}, (n, over)
        opened.page.close()


def test_playing_is_slow_where_motion_is_not_wanted(browser: Any, ring_page: Callable[..., Path]) -> None:
    shown = {}
    for wish in ("reduce", "no-preference"):
        opened = Opened(browser, ring_page(115), reduced_motion=wish)
        opened.page.click("#play")
        opened.page.wait_for_timeout(1000)
        shown[wish] = opened.page.input_value("#slider")
        last = opened.page.get_attribute("#slider", "max")
        opened.page.close()

    assert shown["reduce"] == last, "the first step comes after more than a second"
    assert shown["no-preference"] != last


def test_all_letters_of_a_large_ring_can_be_read(browser: Any, ring_page: Callable[..., Path]) -> None:
    letters = len(fixture.make_ring_dossier(600).letters)
    opened = Opened(browser, ring_page(600))
    opened.page.click("button[data-view=letters]")
    first = opened.page.locator("#view-letters article").count()
    opened.page.click("#all-of-letters")

    assert opened.page.locator("#view-letters [data-template]").count() == 9 + 2
    assert first == 300 < letters
    assert opened.page.locator("#view-letters article").count() == letters == opened.number("letters")
    opened.page.close()


def test_paper_has_the_picture_unbent_what_is_said_and_tables_that_name_the_ring_on_every_sheet(
    browser: Any, ring_page: Callable[..., Path]
) -> None:
    opened = Opened(browser, ring_page(115, "en"), size=(1920, 900))
    page = opened.page
    page.evaluate("window.print = () => { window.printed = true; }")
    page.click("#print")
    page.evaluate(WATCH_DOTS)
    page.click("#zoom-in")
    page.wait_for_timeout(250)
    before = page.evaluate("window.dots")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.wait_for_timeout(250)
    bitmap = page.evaluate("(() => { const c = document.getElementById('sheet'); return [c.width, c.height]; })()")
    place = page.locator("#sheet").bounding_box()
    drawn = page.evaluate(
        "(() => { const c = document.getElementById('sheet'), d = c.getContext('2d').getImageData(0, 0, c.width,"
        " c.height).data, s = new Set(); for (let i = 0; i < d.length; i += 4) if (d[i + 3] === 255)"
        " s.add((d[i] << 16) + (d[i + 1] << 8) + d[i + 2]); return [...s]; })()"
    )
    parts = page.evaluate("[...document.querySelectorAll('#view-graph, #panel, #view-table, #proof')].map((n) => n.id)")
    heads = page.locator("#view-table thead").all_inner_texts()
    buttons = page.locator("#view-table thead button").count()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.wait_for_timeout(250)
    after = page.evaluate("window.dots")

    assert page.evaluate("window.printed")
    assert min(bitmap) > 1000, "twice as fine as the sheet's pixels"
    assert abs(place["width"] / place["height"] - bitmap[0] / bitmap[1]) < 0.01, "a circle is a circle"
    assert {0xE69F00, 0x0072B2, 0x009E73, 0x882255, 0xB8C4CE} <= set(drawn)
    assert parts == ["view-graph", "panel", "view-table", "proof"]
    assert len(heads) == 6
    assert all(head.startswith("R-0042 ") and "Masked" in head for head in heads)
    assert buttons == 0, "a browser does not repeat buttons on the next sheet"
    assert len(after) == len(before) > 50
    assert all(a == pytest.approx(b, abs=0.5) for a, b in zip(after, before, strict=True)), "the screen is as it was"
    assert page.locator("#panel").bounding_box()["x"] > 1000
    assert opened.complaints == []
    page.close()


def test_a_ring_picked_in_a_picture_comes_into_sight_beside_it(browser: Any, tmp_path: Path) -> None:
    file = more.write(tmp_path, "index.html", render_index(fixture.make_portfolio(400), ring_files={}))
    opened = Opened(browser, file)
    page = opened.page
    page.locator("circle[data-ring=R-0333]").dispatch_event("click")
    row = page.locator("#rings tr.selected").bounding_box()
    page.locator("#rings tr.selected + tr").click()
    kept = page.locator("#rings tr.selected").bounding_box()

    assert page.evaluate("window.scrollY") == 0, "the pictures stay where they are"
    assert 100 < row["y"] < 700
    assert abs(kept["y"] - row["y"] - row["height"]) < 40, "the table stays where it was scrolled to"
    assert opened.complaints == []
    page.close()


def test_hostile_text_is_inert_on_the_index_and_the_templates_page(browser: Any, tmp_path: Path) -> None:
    portfolio = pages.hostile_portfolio()
    files = {
        "index": more.write(tmp_path, "index.html", render_index(portfolio, ring_files={})),
        "templates": more.write(tmp_path, "templates.html", render_templates(portfolio, ring_files={})),
    }
    for file in files.values():
        opened = Opened(browser, file)
        page = opened.page
        page.fill("#search", "<img src=x")
        page.press("#search", "Enter")
        page.click("#language")
        page.click("#provenance")
        page.wait_for_timeout(200)

        assert opened.number("rows") > 0, "the search finds it as text"
        assert "<img src=x onerror" in page.inner_text("main")
        assert page.evaluate("typeof window.pwned") == "undefined"
        assert page.locator("img, iframe, [onerror], [onclick]").count() == 0
        assert opened.complaints == []
        assert opened.requests == [file.as_uri()]
        page.close()
