"""The still pictures: everybody is in them, at the page's places, masked, the same every time."""

from __future__ import annotations

import builtins
import dataclasses
import io
import logging
import re
import sys
import warnings
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ringfinder.case import Case, open_case, write_case
from ringfinder.errors import InputError, MissingExtraError
from ringfinder.export.figures import (
    activity_figure,
    figure_png,
    figure_svg,
    kinds_figure,
    ring_figure,
    score_figure,
    timeline_figure,
)
from ringfinder.export.html.ring_data import ring_payload


def _load(place: Path) -> Any:
    if place.stem in sys.modules:
        return sys.modules[place.stem]
    spec = spec_from_file_location(place.stem, place)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_HERE = Path(__file__).parent
fixture = _load(_HERE / "fixture_dossier.py")
pages = _load(_HERE / "test_html_pages.py")
world = _load(_HERE.parent / "case" / "case_world.py")

every_figure = pytest.mark.parametrize("draw", [ring_figure, timeline_figure])
every_language = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture(autouse=True)
def _no_warning() -> Iterator[None]:
    """A missing glyph or font is a warning of matplotlib's, and a box in the picture."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if not _chinese_fonts():
            warnings.filterwarnings("ignore", message="Glyph")
        yield


def _chinese_fonts() -> list[str]:
    from matplotlib import font_manager

    from ringfinder.export.figures.frame import _FONTS

    return sorted({f.name for f in font_manager.fontManager.ttflist} & set(_FONTS))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case with real values in it, as the pipeline would have saved it."""
    return open_case(write_case(world.make_report(), tmp_path_factory.mktemp("figures") / "case"))


def written(figure: Any) -> list[Any]:
    """Everything that is written in a figure, as matplotlib's texts, at the places where they end up."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    FigureCanvasAgg(figure).draw()
    return [t for t in figure.findobj(Text) if t.get_visible() and t.get_text()]


def texts(figure: Any) -> list[str]:
    return [t.get_text() for t in written(figure)]


def centres(figure: Any, group: str) -> list[tuple[float, float]]:
    """Middle of each mark of a group, as (x, y) of the page."""
    boxes = [
        path.get_extents()
        for collection in figure.axes[0].collections
        if str(collection.get_gid()).startswith(f"{group}-")
        for path in collection.get_paths()
    ]
    return sorted((round((b.x0 + b.x1) / 2, 1) + 0.0, round(-(b.y0 + b.y1) / 2, 1) + 0.0) for b in boxes)


@pytest.mark.parametrize("n", [6, 30, 115])
def test_every_member_is_drawn_where_the_page_has_it(n: int) -> None:
    dossier = fixture.make_ring_dossier(n)
    people = [node for node in ring_payload(dossier, language="zh")["nodes"] if node["group"] == "person"]

    drawn = centres(ring_figure(dossier), "person")

    assert len(drawn) == len(dossier.members) == n
    assert drawn == sorted((node["x"], node["y"]) for node in people)


def test_every_identifier_and_template_is_drawn_and_named() -> None:
    dossier = fixture.make_ring_dossier(30)
    nodes = [node for node in ring_payload(dossier, language="zh")["nodes"] if node["group"] != "person"]

    figure = ring_figure(dossier)
    marks = sum(len(c.get_paths()) for c in figure.axes[0].collections if str(c.get_gid()) != "links")
    labels = {re.sub(r" \(\d+\)$", "", t.get_text()) for t in figure.axes[0].texts}

    assert marks == len(nodes) + len(dossier.members)
    assert labels == {node["label"] for node in nodes}


def test_ids_of_people_are_written_in_a_small_ring_only() -> None:
    small, large = fixture.make_ring_dossier(6), fixture.make_ring_dossier(30)

    assert set(small.members["policyholder_id"]) <= set(texts(ring_figure(small)))
    assert set(large.members["policyholder_id"]) & set(texts(ring_figure(large))) == set()


def test_the_legend_counts_what_is_drawn() -> None:
    dossier = fixture.make_ring_dossier(30)
    roles = dossier.members["role"].value_counts()

    entries = [t.get_text() for t in ring_figure(dossier, "en").legends[0].get_texts()]

    assert entries[:3] == [f"{role.capitalize()}  {roles[role]}" for role in ("core", "member", "associate")]
    assert any(entry.startswith("outline: linked to X01") for entry in entries)
    assert any(entry.startswith("shaded: letters on T01") for entry in entries)


def test_the_timeline_ends_at_the_sum_of_core_and_members() -> None:
    dossier = fixture.make_ring_dossier(30)
    own = dossier.members.loc[dossier.members["role"] != "associate", "policyholder_id"]
    events = dossier.events[dossier.events["policyholder_id"].isin(own)]

    figure = timeline_figure(dossier)
    total = figure.axes[1].lines[0].get_ydata()
    bars = sum(patch.get_height() for patch in figure.axes[0].patches)

    assert total[-1] == pytest.approx(events["overpaid"].sum() / 1e4)
    assert np.all(np.diff(total) >= 0)
    assert bars == len(events)


def test_the_timeline_of_a_ring_without_overpayment_has_no_panel_of_money() -> None:
    dossier = fixture.make_ring_dossier(30)
    unpaid = dataclasses.replace(dossier, ring={**dossier.ring, "overpaid": 0.0, "kind": "arbitrage"})

    figure = timeline_figure(unpaid)

    assert len(figure.axes) == 1
    assert not any("累计超现金价值支付" in t for t in texts(figure))


@every_figure
@every_language
def test_no_personal_value_of_a_case_is_in_a_figure(draw: Any, language: str, saved: Case) -> None:
    for ring_id in saved.ring_ids():
        figure = draw(saved.dossier(ring_id), language)
        content = "\n".join([*texts(figure), figure_svg(figure)])

        assert ring_id in content
        assert [secret for secret in world.SECRETS if secret in content] == []


@every_figure
def test_the_same_dossier_gives_the_same_svg_whatever_the_caller_has_set(draw: Any) -> None:
    import matplotlib

    dossier = fixture.make_ring_dossier(30)
    first = figure_svg(draw(dossier))
    with matplotlib.rc_context({"font.size": 20, "svg.fonttype": "none", "axes.facecolor": "red"}):
        second = figure_svg(draw(dossier))
        assert matplotlib.rcParams["font.size"] == 20

    assert first == second
    assert first == figure_svg(draw(dossier))
    assert "<dc:date>" not in first
    assert first.count("<image") == 0


@every_figure
def test_the_row_order_of_a_dossier_does_not_show(draw: Any) -> None:
    dossier = fixture.make_ring_dossier(30)
    frames = {f.name: getattr(dossier, f.name) for f in dataclasses.fields(dossier)}
    turned = {name: v.iloc[::-1] for name, v in frames.items() if isinstance(v, pd.DataFrame)}

    assert figure_svg(draw(dossier)) == figure_svg(draw(dataclasses.replace(dossier, **turned)))


@every_figure
@every_language
def test_labels_are_in_one_language_and_nothing_runs_off_the_figure(draw: Any, language: str) -> None:
    for n in (6, 30, 115):
        figure = draw(fixture.make_ring_dossier(n), language)
        boxes = {t.get_text(): t.get_window_extent() for t in written(figure)}
        whole = figure.bbox
        off = [name for name, box in boxes.items() if min(box.x0, box.y0, whole.x1 - box.x1, whole.y1 - box.y1) < 0]

        assert off == []
        assert bool(re.search("[\u4e00-\u9fff]", "".join(texts(figure)))) is (language == "zh")


@every_figure
def test_an_empty_ring_and_a_hostile_one_are_drawn(draw: Any) -> None:
    good = fixture.make_ring_dossier(6)
    frames = {f.name: getattr(good, f.name) for f in dataclasses.fields(good)}
    empty = {name: v.head(0) for name, v in frames.items() if isinstance(v, pd.DataFrame)}

    assert figure_svg(draw(dataclasses.replace(good, **empty))).startswith("<?xml")
    hostile = figure_svg(draw(pages.hostile_dossier()))
    assert "<script" not in hostile
    assert "<img" not in hostile


@every_figure
def test_an_id_with_dollar_signs_is_no_formula(draw: Any) -> None:
    good = fixture.make_ring_dossier(6)
    odd = {"H00001": r"$\frac{1}$"}
    frames = {name: getattr(good, name) for name in ("members", "links", "letters", "events")}
    changed = {name: frame.replace({"policyholder_id": odd}) for name, frame in frames.items()}

    figure = draw(dataclasses.replace(good, ring={**good.ring, "ring_id": "$x$"}, **changed))

    assert any("$x$" in t for t in texts(figure))
    figure_svg(figure)


@every_figure
def test_without_matplotlib_the_command_that_installs_it_is_told(draw: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.split(".")[0] == "matplotlib":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)

    with pytest.raises(MissingExtraError, match="matplotlib is not installed") as caught:
        draw(fixture.make_ring_dossier(6))

    assert caught.value.hint == 'pip install "ringfinder[notebook]"'


@every_figure
def test_another_language_is_refused(draw: Any) -> None:
    with pytest.raises(InputError, match="no language 'fr'"):
        draw(fixture.make_ring_dossier(6), "fr")


def test_a_machine_without_a_chinese_font_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("ringfinder.export.figures.frame._FONTS", ("No Such Font",))

    with caplog.at_level(logging.WARNING):
        timeline_figure(fixture.make_ring_dossier(6), "en")

    assert "install Noto Sans CJK SC" in caplog.text


def test_figures_leave_nothing_open() -> None:
    import matplotlib.pyplot as plt

    ring_figure(fixture.make_ring_dossier(6))

    assert plt.get_fignums() == []


every_chart = pytest.mark.parametrize("draw", [score_figure, activity_figure, kinds_figure])


def test_the_score_chart_has_every_ring_where_its_size_and_score_are() -> None:
    portfolio = fixture.make_portfolio(40)
    axes = score_figure(portfolio).axes[0]
    drawn = {(round(x, 3), round(y, 3)) for dots in axes.collections for x, y in dots.get_offsets().tolist()}
    counts = [len(dots.get_offsets()) for dots in axes.collections]

    assert drawn == set(zip(portfolio.rings["size"].astype(float), portfolio.rings["score"].round(3), strict=True))
    assert counts == [int((portfolio.rings["status"] == s).sum()) for s in ("flagged", "listed")]


def test_the_activity_chart_adds_up_to_all_events() -> None:
    portfolio = fixture.make_portfolio(12)
    bars = activity_figure(portfolio).axes[0].patches

    assert sum(bar.get_height() for bar in bars) == portfolio.activity["events"].sum()


def test_the_chart_of_kinds_counts_rings() -> None:
    portfolio = fixture.make_portfolio(40)
    axes = kinds_figure(portfolio, "en").axes[0]
    bars = axes.patches
    half = len(bars) // 2
    total = {
        label.get_text(): bars[i].get_width() + bars[half + i].get_width()
        for i, label in enumerate(axes.get_yticklabels())
    }
    kinds = portfolio.rings["channels"].str.split(";").explode().value_counts()

    assert sorted(total.values()) == sorted(kinds.tolist())
    assert total["phone"] == 40


@every_chart
@pytest.mark.parametrize("language", ["zh", "en"])
def test_charts_of_the_run_keep_to_the_figure_and_their_language(draw: Any, language: str) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = draw(fixture.make_portfolio(40), language)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    box = figure.get_tightbbox(canvas.get_renderer())

    assert box.x0 >= 0 and box.y0 >= 0, "inches"
    assert box.x1 <= figure.get_figwidth() and box.y1 <= figure.get_figheight()
    if language == "en":
        assert not re.search("[\u4e00-\u9fff]", "".join(texts(figure)))


@every_chart
def test_a_run_without_rings_still_has_its_charts(draw: Any) -> None:
    portfolio = fixture.make_portfolio(2)
    none = dataclasses.replace(portfolio, rings=portfolio.rings.iloc[:0], activity=portfolio.activity.iloc[:0])

    assert figure_svg(draw(none)).startswith("<?xml")


def test_png_and_svg_are_the_same_bytes_twice_and_name_no_program() -> None:
    one, two = (figure_png(ring_figure(fixture.make_ring_dossier(30))) for _ in range(2))

    assert one.startswith(b"\x89PNG")
    assert one == two
    assert b"Software" not in one


@every_figure
def test_a_lead_that_is_not_flagged_is_not_called_suspected_over_its_picture(draw: Any) -> None:
    dossier = fixture.make_ring_dossier(30)
    listed = dataclasses.replace(dossier, ring={**dossier.ring, "status": "listed"})
    flagged = dataclasses.replace(dossier, ring={**dossier.ring, "status": "flagged"})

    assert "Suspected" in " ".join(texts(draw(flagged, "en")))
    assert "Suspected" not in " ".join(texts(draw(listed, "en")))
    assert "团伙" not in " ".join(texts(draw(listed)))


def test_a_template_in_the_picture_counts_people_as_on_the_page() -> None:
    dossier = fixture.make_ring_dossier(30)
    data = ring_payload(dossier, language="en")
    like = [letter for letter in data["letters"] if letter["verdict"] in ("linked", "possible")]
    sent = {form["id"]: [letter["h"] for letter in like if letter["t"] == form["key"]] for form in data["templates"]}
    counts = {name: len(set(people)) for name, people in sent.items()}

    shown = texts(ring_figure(dossier, "en"))

    assert any(len(people) > counts[name] > 1 for name, people in sent.items()), "somebody wrote twice"
    assert [name for name, count in counts.items() if count and f"{name} ({count})" not in shown] == []


@every_figure
def test_a_figure_shows_itself_where_no_backend_does(draw: Any) -> None:
    """IPython has its own way only after pyplot or `%matplotlib inline`."""
    from matplotlib.image import imread

    figure = draw(fixture.make_ring_dossier(6))
    picture = imread(io.BytesIO(figure._repr_png_()))

    assert np.allclose(picture.shape[1::-1], figure.get_size_inches() * 110, atol=1)
    assert picture[..., :3].std() > 0.01
