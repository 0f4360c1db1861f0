"""What rings, reports and cases show of themselves: tables and pictures, masked, the same every time."""

from __future__ import annotations

import base64
import builtins
import gc
import re
import sys
import weakref
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import ringfinder as rf
from ringfinder.case.held import held_case
from ringfinder.display import Frame, present_report, progress_bar, progress_of
from ringfinder.errors import InputError, MissingExtraError, RefusedError
from ringfinder.model.ring import Ring, RingReport


def _load(place: Path) -> Any:
    if place.stem in sys.modules:
        return sys.modules[place.stem]
    spec = spec_from_file_location(place.stem, place)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[place.stem] = module
    spec.loader.exec_module(module)
    return module


world = _load(Path(__file__).parents[1] / "case" / "case_world.py")


@pytest.fixture(scope="module")
def report() -> RingReport:
    """The hand-made report, with what a run gives it to be drawn by."""
    made: RingReport = replace(world.make_report(), present=present_report)
    return made


@pytest.fixture(scope="module")
def case(report: RingReport, tmp_path_factory: pytest.TempPathFactory) -> rf.Case:
    return rf.open_case(rf.write_case(report, tmp_path_factory.mktemp("displayed") / "case"))


def everything(bundle: dict[str, str]) -> str:
    """All that a bundle says, also inside the embedded picture."""
    inner = [base64.b64decode(found).decode() for found in re.findall(r"base64,([A-Za-z0-9+/=]+)", str(bundle))]
    return "\n".join([unescape(str(bundle)), *inner])


def secrets_in(text: str) -> list[str]:
    return [value for value in world.SECRETS if value in text]


def shown_objects(report: RingReport, case: rf.Case) -> Iterator[Any]:
    yield from (report, report.rings[0], case, case[report.rings[0].ring_id])


def test_every_object_shows_a_table_a_picture_and_a_line_of_text(report: RingReport, case: rf.Case) -> None:
    for thing in shown_objects(report, case):
        bundle = thing._repr_mimebundle_()

        assert sorted(bundle) == ["image/svg+xml", "text/html", "text/plain"]
        assert "<table" in bundle["text/html"]
        assert "data:image/svg+xml;base64," in bundle["text/html"]
        assert "<svg" in bundle["image/svg+xml"]
        assert bundle["text/plain"] == repr(thing)
        assert len(repr(thing)) < 120


def test_nothing_shown_holds_a_personal_value(report: RingReport, case: rf.Case) -> None:
    for thing in shown_objects(report, case):
        assert secrets_in(everything(thing._repr_mimebundle_())) == []
        assert secrets_in(repr(thing)) == []
    page = report.rings[0].view()
    assert secrets_in(page.html) == []
    assert secrets_in(repr(page)) == []


def test_the_check_for_personal_values_sees_one(report: RingReport) -> None:
    bundle = {"text/html": base64.b64encode(world.RING_PHONE.encode()).decode().join(("base64,", '"'))}

    assert secrets_in(everything(bundle)) == [world.RING_PHONE]


def test_hostile_text_stays_text(report: RingReport) -> None:
    first = report.rings[0]
    hostile = replace(first, summary_zh=world.HOSTILE, summary_en=world.HOSTILE)
    told = replace(report, rings=(hostile, *report.rings[1:]))

    for thing in (told, told.rings[0]):
        html = thing._repr_mimebundle_()["text/html"]
        assert "</script><script>" not in html
        assert "&lt;/script&gt;" in html
        assert "\x1b" not in html
        assert "\u202e" not in html


def test_the_same_ring_shows_the_same_bytes(report: RingReport) -> None:
    again: RingReport = replace(world.make_report(), present=present_report)

    for a, b in ((report, again), (report.rings[0], again.rings[0])):
        assert a._repr_mimebundle_() == b._repr_mimebundle_()
    assert report.rings[0].view().html == again.rings[0].view().html


def test_only_what_is_asked_for_is_drawn(report: RingReport) -> None:
    ring = report.rings[0]

    assert sorted(ring._repr_mimebundle_(include={"text/plain"})) == ["text/plain"]
    assert sorted(ring._repr_mimebundle_(exclude={"image/svg+xml"})) == ["text/html", "text/plain"]


def test_a_ring_put_together_by_hand_shows_a_line_and_says_why_no_more() -> None:
    ring: Ring = world.make_report().rings[0]

    assert sorted(ring._repr_mimebundle_()) == ["text/plain"]
    for draw in (ring.plot, ring.view, ring.timeline, ring.to_networkx):
        with pytest.raises(InputError, match="by hand"):
            draw()


def test_without_matplotlib_the_table_stays_and_says_what_to_install(
    report: RingReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh: RingReport = replace(world.make_report(), present=present_report)
    for name in [n for n in sys.modules if n.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def refused(name: str, *rest: Any, **more: Any) -> Any:
        if name.split(".")[0] == "matplotlib":
            raise ModuleNotFoundError(name, name=name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refused)
    bundle = fresh.rings[0]._repr_mimebundle_()

    assert sorted(bundle) == ["text/html", "text/plain"]
    assert "ringfinder[notebook]" in bundle["text/html"]
    with pytest.raises(MissingExtraError):
        fresh.rings[0].plot()


def test_view_is_a_sandboxed_frame_that_holds_its_page(report: RingReport) -> None:
    page = report.rings[0].view(height=500)
    html = page._repr_mimebundle_()["text/html"]
    held = re.search(r'srcdoc="([^"]*)"', html)

    assert html.startswith('<iframe sandbox="allow-scripts" ')
    assert "allow-same-origin" not in html
    assert ' src="' not in html[: html.index("srcdoc")]
    assert 'height="500"' in html
    assert held is not None
    assert unescape(held[1]) == page.html
    assert not re.search(r"""(?:src|href)=["']?https?:""", page.html)


def test_a_frame_is_saved_as_a_page_and_never_over_a_file(report: RingReport, tmp_path: Path) -> None:
    page = report.rings[0].view()

    assert page.save(tmp_path / "ring.html").read_text(encoding="utf-8") == page.html
    with pytest.raises(RefusedError):
        page.save(tmp_path / "ring.html")
    with pytest.raises(InputError):
        page.save(tmp_path / "no" / "ring.html")
    with pytest.raises(InputError, match="height"):
        Frame("x", "", 0)


def test_a_ring_is_a_masked_networkx_graph_of_its_people_and_values(report: RingReport, case: rf.Case) -> None:
    ring = report.rings[0]
    graph = ring.to_networkx()
    kinds = nx.get_node_attributes(graph, "kind")
    counted = [(a, b) for a, b, counts in graph.edges(data="counts") if counts]

    assert {n for n, kind in kinds.items() if kind == "person"} == {m.policyholder_id for m in ring.members}
    assert set(graph) - {n for n, kind in kinds.items() if kind == "person"} >= set(
        case.identifiers(ring.ring_id)["node_id"]
    )
    assert counted
    assert len(counted) < graph.number_of_edges()
    assert secrets_in(repr(list(graph.nodes(data=True))) + repr(list(graph.edges(data=True)))) == []
    assert nx.utils.graphs_equal(graph, case[ring.ring_id].to_networkx())


def test_a_report_is_compared_with_a_report_and_with_a_case(report: RingReport, case: rf.Case) -> None:
    first, *rest = report.rings
    smaller = replace(report, rings=(replace(first, members=first.members[:-1]), *rest))

    assert report.compare(case)["event"].tolist() == ["kept"] * len(report.rings)
    assert report.compare(smaller).iloc[0][["event", "before", "after"]].tolist() == [
        "grown",
        first.size - 1,
        first.size,
    ]
    with pytest.raises(InputError, match="can't compare with a str"):
        report.compare("february")


def test_pictures_are_figures_in_the_language_asked_for(report: RingReport, case: rf.Case) -> None:
    for thing in shown_objects(report, case):
        texts = {
            language: " ".join(t.get_text() for t in thing.plot(language=language).texts) for language in ("zh", "en")
        }
        assert "Masked" in texts["en"]
        assert "已脱敏" in texts["zh"]
    with pytest.raises(InputError, match="language"):
        report.rings[0].plot(language="fr")
    assert len(report.timeline(language="en").axes[0].get_yticklabels()) == len(report.rings)


def test_a_report_without_rings_shows_that(report: RingReport) -> None:
    empty = replace(report, rings=())

    assert "没有线索" in empty._repr_mimebundle_()["text/html"]
    assert "no rings" in " ".join(t.get_text() for t in empty.plot(language="en").axes[0].texts)
    assert "no rings" in " ".join(t.get_text() for t in empty.timeline(language="en").axes[0].texts)


def test_a_report_goes_when_its_last_name_goes() -> None:
    made: RingReport = replace(world.make_report(), present=present_report)
    gone = weakref.ref(made)
    gc.disable()
    try:
        del made
        assert gone() is None, "a circle keeps the whole book in memory until the collector comes by"
    finally:
        gc.enable()


def test_a_ring_outlives_the_name_of_its_report() -> None:
    ring = replace(world.make_report(), present=present_report).rings[0]

    assert "<table" in ring._repr_mimebundle_()["text/html"]


def test_a_report_held_in_memory_answers_as_the_case_on_disk_and_writes_nothing(
    report: RingReport, case: rf.Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    held = held_case(report)
    ring = report.rings[0].ring_id

    assert held.rings().equals(case.rings())
    assert held.members(ring).equals(case.members(ring))
    assert held.evidence(ring).equals(case.evidence(ring))
    assert held.who(f"{ring}/P01").equals(case.who(f"{ring}/P01"))
    assert list(tmp_path.iterdir()) == []


def test_progress_is_a_bar_only_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[tuple[str, float]] = []

    assert progress_of(None, "x") is None
    assert progress_of(False, "x") is None
    own = progress_of(lambda stage, share: told.append((stage, share)), "x")
    assert own is not None
    own("score", 0.5)
    assert told == [("score", 0.5)]
    bar = progress_of(True, "detect")
    assert bar is not None
    for share in (0.3, 0.7, 1.0):
        bar("score", share)
    written = capsys.readouterr()
    assert written.out == ""
    assert "detect" in written.err
    assert "score" in written.err


def test_without_tqdm_a_bar_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n.split(".")[0] == "tqdm"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tqdm", None)

    with pytest.raises(MissingExtraError) as told:
        progress_of(True, "detect")
    assert "ringfinder[notebook]" in told.value.hint


def test_a_bar_names_every_stage_however_fast_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    bar = progress_bar("replay")
    stages = [f"stage {number}." for number in range(1, 8)]
    for number, stage in enumerate(stages, start=1):
        bar(stage, number / len(stages))

    written = capsys.readouterr().err
    assert [stage for stage in stages if f"%, {stage}" not in written] == []


def test_a_bar_can_run_twice(capsys: pytest.CaptureFixture[str]) -> None:
    bar = progress_bar("read")
    for _ in range(2):
        bar("a", 0.5)
        bar("b", 1.0)

    assert capsys.readouterr().err.count("100%") == 2
