"""The pages as bytes: what stands in them, what doesn't, and that they never differ."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib import resources
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ringfinder.errors import EngineError, InputError
from ringfinder.export.html import page, render_index, render_ring, render_templates
from ringfinder.export.html.clean import tidy
from ringfinder.export.html.index_data import relative_link
from ringfinder.export.html.pack import pack_rows, packed
from ringfinder.identifiers.clean import clean
from ringfinder.model.compared import Slot
from ringfinder.model.dossier import Portfolio

_spec = spec_from_file_location("fixture_dossier", Path(__file__).with_name("fixture_dossier.py"))
assert _spec is not None
assert _spec.loader is not None
fixture = module_from_spec(_spec)
_spec.loader.exec_module(fixture)

FILES = {f"R-{i:04d}": f"rings/R-{i:04d}.html" for i in range(1, 41)}
HOSTILE = (
    "</script><script>window.pwned=1</script><img src=x onerror=window.pwned=1> href=javascript:alert(1) "
    "<!--<script> \u202egnirts\u202c nul\x00 vt\x0b esc\x1b[31m zero\u200bwidth\ufeff \ud800 {{7*7}} {% raw %} ' \" & "
    "=cmd|'/c calc'!A1 [/x] [link=x]y[/link] \u2028\u2029"
)


@pytest.fixture(scope="module")
def small() -> str:
    return render_ring(fixture.make_ring_dossier(6))


@pytest.fixture(scope="module")
def index() -> str:
    return render_index(fixture.make_portfolio(), ring_files=FILES)


class Tags(HTMLParser):
    """All tags with their attributes, and the text of every script and style."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": []}
        self.open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open = tag
        if tag in self.texts:
            self.texts[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self.open = ""

    def handle_data(self, data: str) -> None:
        if self.open in self.texts:
            self.texts[self.open][-1] += data


def rows(table: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of a packed table, as the page's script makes them."""

    def value(of: list[Any], at: Any) -> Any:
        return "".join(of[i] for i in at) if isinstance(at, list) else of[at]

    lists = [c if isinstance(c, list) else [value(c["of"], at) for at in c["at"]] for c in table.values()]
    return [dict(zip(table, row, strict=True)) for row in zip(*lists, strict=True)]


def page_data(html: str) -> dict[str, Any]:
    """What a page's script sees."""
    data = json.loads(Tags(html).texts["script"][0])
    return data | {name: rows(table) for name, table in data["tables"].items()}


def hostile_dossier(n: int = 6) -> object:
    """A dossier in which every text of every frame is hostile."""
    good = fixture.make_ring_dossier(n)
    changed = {}
    for name, columns in {
        "members": "name reason_zh reason_en",
        "identifiers": "value reason_zh reason_en",
        "letters": "text complaint_id",
        "templates": "pattern",
        "intermediaries": "name kind intermediary_id role",
        "evidence": "statement_zh statement_en channel source_table source_rows",
        "signals": "name side",
        "links": "link_role row_key",
        "events": "kind row_key",
    }.items():
        frame = getattr(good, name).astype("object")
        for column in columns.split():
            # as Python objects: only they can hold a lone surrogate
            frame[column] = pd.Series([HOSTILE] * len(frame), index=frame.index, dtype="object")
        changed[name] = frame
    ring = dict(good.ring) | {"ring_id": HOSTILE, "summary_zh": HOSTILE, "summary_en": HOSTILE, "stories": (HOSTILE,)}
    manifest = {"version": HOSTILE, "config": {HOSTILE: HOSTILE}, "inputs": [{"file": HOSTILE, "sha256": HOSTILE}]}
    return dataclasses.replace(good, ring=ring, manifest=manifest, **changed)


def hostile_portfolio() -> Portfolio:
    """A portfolio of two rings in which every text is hostile."""
    good = fixture.make_portfolio(2)
    frames = {name: getattr(good, name).astype("object") for name in ("rings", "templates")}
    for name, columns in {"rings": "summary_zh summary_en channels stories status", "templates": "pattern"}.items():
        for column in columns.split():
            # a lone surrogate can't be in a column of text, only in a frame of objects
            frames[name][column] = HOSTILE.replace("\ud800", "")
    return dataclasses.replace(good, **frames)


@pytest.mark.parametrize("kind", ["ring", "index"])
def test_every_script_and_style_is_allowed_by_its_hash_and_nothing_else_is(kind: str, small: str, index: str) -> None:
    tags = Tags({"ring": small, "index": index}[kind])
    metas = [a for tag, a in tags.tags if tag == "meta"]

    policy = metas[0]["content"] or ""

    assert metas[0]["http-equiv"] == "Content-Security-Policy"
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "base-uri 'none'" in policy
    assert "form-action 'none'" in policy
    scripts = [text for text in tags.texts["script"] if not text.lstrip().startswith("{")]
    for code in (*scripts, *tags.texts["style"]):
        assert f"'{page.source_hash(code)}'" in policy
    assert policy.count("sha256-") == len(scripts) + len(tags.texts["style"])


@pytest.mark.parametrize("kind", ["ring", "index"])
def test_no_tag_leads_out_of_the_file(kind: str, small: str, index: str) -> None:
    tags = Tags({"ring": small, "index": index}[kind])

    leading = [a for _, a in tags.tags if any(k in a for k in ("src", "href", "action", "srcdoc", "data", "style"))]
    handlers = [k for _, a in tags.tags for k in a if k.startswith("on")]

    assert leading == []
    assert handlers == []
    assert not {tag for tag, _ in tags.tags} & {"link", "iframe", "object", "embed", "base", "form", "img"}


def test_a_page_closes_exactly_as_many_scripts_as_it_opens_even_with_hostile_text(small: str, index: str) -> None:
    hostile = render_ring(hostile_dossier())  # type: ignore[arg-type]

    counts = [len(re.findall(r"</script", text, re.I)) for text in (small, hostile, index)]

    assert counts == [3, 3, 2]
    assert "<img src=x" not in hostile
    assert "<!--<script" not in hostile
    assert "\x00" not in hostile
    assert "\x1b" not in hostile
    assert not re.search("[\u202e\u202c\u200b\ufeff\x0b]", Tags(hostile).texts["script"][0])
    hostile.encode("utf-8")


def test_the_data_block_is_plain_json_with_markup_escaped() -> None:
    hostile = render_ring(hostile_dossier())  # type: ignore[arg-type]

    block = Tags(hostile).texts["script"][0]

    assert not set("<>&\u2028\u2029") & set(block)
    data = page_data(hostile)
    assert "</script><script>window.pwned=1</script>" in data["people"][0]["name"]
    assert data["evidence"][0]["zh"] == clean(HOSTILE)


def test_cleaning_leaves_ordinary_text_alone_and_is_done_once() -> None:
    text = "投诉信第1段\n“全额退保”,姓名[姓名]。Ünïcode 🙂"

    assert clean(text) == text
    assert clean(clean(HOSTILE)) == clean(HOSTILE)
    assert tidy({"a\x00": ["b\x07", 1, None, True]}) == {"a": ["b", 1, None, True]}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_dossier_gives_the_same_bytes_in_any_row_order_and_locale(language: str, tmp_path: Path) -> None:
    dossier = fixture.make_ring_dossier(30)
    shuffled = dataclasses.replace(
        dossier,
        **{
            name: getattr(dossier, name).sample(frac=1, random_state=5).reset_index(drop=True)
            for name in ("members", "identifiers", "links", "letters", "templates", "events", "evidence", "signals")
        },
    )
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; import fixture_dossier as f;"
        "from ringfinder.export.html import render_ring;"
        "Path(sys.argv[2]).write_bytes(render_ring(f.make_ring_dossier(30), language=sys.argv[3]).encode('utf-8'))"
    )
    other = tmp_path / "other.html"
    plain = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONHASHSEED": "77", "OMP_NUM_THREADS": "1"}

    first = render_ring(dossier, language=language).encode("utf-8")
    second = render_ring(shuffled, language=language).encode("utf-8")
    command = [sys.executable, "-c", code, str(Path(__file__).parent), str(other), language]
    subprocess.run(command, env=plain, check=True, cwd=Path(__file__).parents[2])

    assert first == second
    assert other.read_bytes() == first
    assert b"\r" not in first


def test_only_what_the_dossier_holds_is_in_the_page_and_letters_are_cut() -> None:
    dossier = fixture.make_ring_dossier(6, letter="甲" * 100_000)

    html = render_ring(dossier)

    assert {letter["text"] for letter in page_data(html)["letters"]} == {"甲" * 3000}
    assert html.count("甲") == 3000, "what letters share is said once"
    assert len(html.encode()) < 800_000
    assert not re.search(r"(?<![0-9a-f.])1[3-9][0-9]{9}(?![0-9])", Tags(html).texts["script"][0])


def test_a_ring_of_115_stays_below_800_kb() -> None:
    assert len(render_ring(fixture.make_ring_dossier(115)).encode()) < 800_000


def test_packing_loses_nothing_and_says_what_rows_share_once() -> None:
    shared = "他们从未告知退保损失。要求全额退保;"
    table = [
        {"id": f"H{i}", "text": shared + f"第{i}次,\n来信 :", "path": ["h1", "i2"], "n": i % 2, "none": None, "no": ""}
        for i in range(20)
    ]

    small = packed({"page": "ring", "list": ["a"], "nothing": [], "table": table})

    assert {k: v for k, v in small.items() if k != "tables"} == {"page": "ring", "list": ["a"], "nothing": []}
    assert rows(pack_rows(table)) == table
    assert json.dumps(small, ensure_ascii=False).count("全额退保") == 1


def test_every_code_that_a_stage_gives_a_ring_has_a_word() -> None:
    words = page.page_words("codes")
    stages = Path(page.__file__).parents[2]
    text = "\n".join(
        p.read_text(encoding="utf-8") for name in ("score", "evidence") for p in (stages / name).glob("*.py")
    )
    code = "\n".join(p.read_text(encoding="utf-8") for p in stages.rglob("*.py"))
    named = dict(re.findall(r"^([A-Z_]+) = \"([a-z_]+)\"", code, re.M))

    def first_words(maker: str) -> set[str]:
        """What the calls of this name say first: a code, or a constant that stands for one."""
        found = re.findall(rf"\b{maker}\(\s*(?:\"([a-z_]+)\"|([A-Z_]+)\b)", text)
        return {said or named[constant] for said, constant in found}

    stories, signals, channels = first_words("Story"), first_words("Signal"), first_words("Draft")
    dossier = fixture.make_ring_dossier(30)
    said = sorted(channels | stories)  # a story is a kind of evidence as well
    evidence = pd.concat([dossier.evidence.head(1)] * len(said)).assign(channel=said)
    kinds = page_data(render_ring(dataclasses.replace(dossier, evidence=evidence)))["kinds"]

    assert min(len(stories), len(signals), len(channels)) > 4
    assert {f"story.{name}" for name in stories} - set(words) == set()
    assert {f"signal.{name}" for name in signals} - set(words) == set()
    assert [name for name in said if f"channel.{name}" not in words and kinds[name][0] == name] == []


def test_an_empty_ring_still_makes_a_page() -> None:
    full = fixture.make_ring_dossier(6)
    frames = {f.name: getattr(full, f.name) for f in dataclasses.fields(full)}
    empty = {n: f.head(0) if isinstance(f, pd.DataFrame) else f for n, f in frames.items()}

    html = render_ring(dataclasses.replace(full, **empty))

    assert Tags(html).texts["script"][0].startswith("{")


def test_many_links_take_the_direct_way_and_give_the_same_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    from ringfinder.export.html import ring_data, ring_graph

    dossier = fixture.make_ring_dossier(30)
    by_pyvis = ring_data.ring_payload(dossier, language="zh")
    monkeypatch.setattr(ring_graph, "MANY_EDGES", 0)

    direct = ring_data.ring_payload(dossier, language="zh")

    def plain(data: dict[str, Any]) -> list[dict[str, Any]]:
        return [{k: v for k, v in node.items() if k != "color"} for node in data["nodes"]]

    assert plain(by_pyvis) == plain(direct)
    assert by_pyvis["edges"] == direct["edges"]


def test_a_person_is_led_to_the_core_over_evidence_only() -> None:
    from ringfinder.export.html.ring_data import ring_payload

    data = ring_payload(fixture.make_ring_dossier(115), language="zh")
    people, links = data["people"], data["links"]
    assert isinstance(people, list)
    assert isinstance(links, list)
    role = {p["key"]: p["role"] for p in people}
    tied = {(link["h"], link["i"]) for link in links if link["kind"] == "evidence"}

    paths = [p["path"] for p in people if p["path"]]

    assert len(paths) > 50
    for path in paths:
        assert role[path[-1]] == "core"
        assert all((a, b) in tied or (b, a) in tied for a, b in itertools.pairwise(path))


def test_another_vis_network_than_the_known_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    page.vis_script.cache_clear()
    monkeypatch.setattr(page, "VIS_SHA256", "0" * 64)

    with pytest.raises(EngineError, match="another vis-network"):
        page.vis_script()

    monkeypatch.undo()
    script, kept = page.vis_script(), resources.files("pyvis").joinpath(page.VIS_PATH).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == page.VIS_SHA256
    rest = kept.decode("utf-8").replace("\r\n", "\n").removeprefix(script.rstrip())
    assert rest.strip() == "//# sourceMappingURL=vis-network.min.js.map", "the known script, all of it"


def test_the_english_index_says_leads_and_intermediaries() -> None:
    words = page_data(render_index(fixture.make_portfolio(4), ring_files={}, language="en"))["words"]

    assert words["title"][1] == "Leads", "not all that is listed is suspected"
    assert words["col_brokers"][1] == "Intermediaries"
    assert [name for name, pair in words.items() if "Brokers" in pair[1] or "Suspected" in pair[1]] == []


@pytest.mark.parametrize("file", ["https://example.org/a.html", "//example.org", "/etc/a", "../a.html", "javascript:a"])
def test_a_ring_file_outside_the_index_folder_is_refused(file: str) -> None:
    with pytest.raises(InputError, match="relative"):
        relative_link(file)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match="no language"):
        render_ring(fixture.make_ring_dossier(6), language="fr")


def test_the_index_holds_every_ring_with_its_link_and_every_word_has_two_languages() -> None:
    data = page_data(render_index(fixture.make_portfolio(40), ring_files=FILES, language="en"))

    assert [r["file"] for r in data["rings"]] == list(FILES.values())
    assert all(len(pair) == 2 and all(pair) for pair in data["words"].values())
    assert data["activity"]["months"] == sorted(data["activity"]["months"])


def test_every_word_that_a_script_or_template_asks_for_is_in_the_book() -> None:
    used: dict[str, set[str]] = {"ring": set(), "index": set()}
    assets = Path(page.__file__).parents[1] / "assets"
    for path in sorted(assets.glob("*.js")) + sorted(assets.glob("*.j2")):
        text = path.read_text(encoding="utf-8")
        found = set(re.findall(r"\bt\([\"']([a-z_.]+)[\"'][,)]", text))
        found |= set(re.findall(r"data-t(?:-\w+)?=\"([a-z_]+)\"", text))
        for kind in used:
            if path.name.startswith((kind, "shared", "table")):
                used[kind] |= found

    missing = {k: sorted(names - set(page.page_words("shared", k, "codes"))) for k, names in used.items()}

    assert missing == {"ring": [], "index": []}


def test_templates_carry_their_slots_on_their_own_page_and_not_on_the_index() -> None:
    portfolio = fixture.make_portfolio(5)
    forms = page_data(render_templates(portfolio, ring_files={}, language="en"))["templates"]
    index = page_data(render_index(portfolio, ring_files={}))["templates"]
    bare = dataclasses.replace(portfolio, templates=portfolio.templates.drop(columns=["slots", "compared"]))

    assert [len(f["slots"]) for f in forms] == [3, 3, 3, 0]
    assert forms[0]["slots"][0] == {
        "name": "日期",
        "n": 21,
        "fillers": [["2009年3月", 9], ["2011年", 2], ["12年1月1号", 1]],
    }
    assert not any("slots" in f for f in index)
    assert all(f["slots"] == [] for f in page_data(render_templates(bare, ring_files={}))["templates"])


def test_a_hostile_filler_stays_data() -> None:
    portfolio = fixture.make_portfolio(5)
    slots = (Slot(0, HOSTILE, 3, ((HOSTILE, 3),)),)
    templates = portfolio.templates.assign(slots=pd.Series([slots] * len(portfolio.templates), dtype=object))
    html = render_templates(dataclasses.replace(portfolio, templates=templates), ring_files={})

    assert html.count("</script") == 2
    assert page_data(html)["templates"][0]["slots"][0]["fillers"] == [[clean(HOSTILE), 3]]


def test_an_index_of_a_thicket_of_bridges_lists_the_strongest_and_counts_all() -> None:
    portfolio = fixture.make_portfolio(90)
    names = [f"R-{i + 1:04d}" for i in range(90)]
    pairs = [(a, b, 1 + (i * 7) % 13, 0) for i, (a, b) in enumerate(itertools.combinations(names, 2))]
    bridges = pd.DataFrame(pairs, columns=["ring_a", "ring_b", "shared", "people"])
    data = page_data(render_index(dataclasses.replace(portfolio, bridges=bridges), ring_files={}))

    assert data["n_bridges"] == len(pairs) == 4005
    assert len(data["bridges"]) == 3000
    assert min(b["shared"] for b in data["bridges"]) >= sorted(p[2] for p in pairs)[1005]
    assert {r["bridges"] for r in data["rings"]} == {89}
    assert len(data["web"]["links"]) == 800
    assert len(data["web"]["nodes"]) == 90


@pytest.mark.parametrize(("status", "title"), [("flagged", "Suspected ring"), ("listed", "Lead, not flagged")])
def test_only_a_flagged_ring_is_titled_suspected(status: str, title: str) -> None:
    dossier = fixture.make_ring_dossier(6)
    page = render_ring(dataclasses.replace(dossier, ring={**dossier.ring, "status": status}), language="en")
    heading = re.search(r"<h1>.*</h1>", page)

    assert heading is not None
    assert title in heading[0]
    assert f"· {title}</title>" in page
