"""What every export in the registry promises, tried with a normal, an empty and a hostile case."""

from __future__ import annotations

import base64
import dataclasses
import io
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import pytest

from ringfinder.case import open_case, write_case
from ringfinder.errors import InputError, UnknownNameError
from ringfinder.export import EXPORTERS, Exporter, ExportFile, Source, Wanted, export_case, get_exporter
from ringfinder.export.packs import printed
from ringfinder.model.dossier import Portfolio, RingDossier


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


@pytest.fixture(autouse=True)
def page_as_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF is judged by the page that goes to the printer."""
    monkeypatch.setattr(printed, "print_page", lambda page: page)


every_export = pytest.mark.parametrize("exporter", EXPORTERS, ids=lambda e: e.name)


@dataclass(frozen=True)
class Made:
    """A source made of dossiers."""

    rings: dict[str, RingDossier]
    overview: Portfolio

    def ring_ids(self) -> tuple[str, ...]:
        return tuple(self.rings)

    def dossier(self, ring_id: str) -> RingDossier:
        return self.rings[ring_id]

    def portfolio(self) -> Portfolio:
        return self.overview


def _without_rows(value: Any) -> Any:
    frames = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    return dataclasses.replace(
        value, **{n: frame.head(0) for n, frame in frames.items() if isinstance(frame, pd.DataFrame)}
    )


def _normal() -> Source:
    return Made(
        {"R-0001": fixture.make_ring_dossier(30), "R-0002": fixture.make_ring_dossier(6)}, fixture.make_portfolio(2)
    )


def _empty() -> Source:
    return Made({}, _without_rows(fixture.make_portfolio(2)))


def _empty_ring() -> Source:
    return Made({"R-0001": _without_rows(fixture.make_ring_dossier(6))}, fixture.make_portfolio(1))


def _hostile() -> Source:
    return Made({"R-0001": pages.hostile_dossier(), "R-0002": pages.hostile_dossier(30)}, pages.hostile_portfolio())


every_source = pytest.mark.parametrize("source", [_normal, _empty, _empty_ring, _hostile])
MakeSource = Callable[[], Source]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """A case with real values in it, hostile letters and a hostile name, as the pipeline would have saved it."""
    return open_case(write_case(world.make_report(), tmp_path_factory.mktemp("contract") / "case"))


def _contents(folder: Path) -> dict[str, bytes]:
    """All files; what is packed in an archive, such as a workbook, unpacked."""
    found = {}
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes()
        if zipfile.is_zipfile(io.BytesIO(content)):
            archive = zipfile.ZipFile(io.BytesIO(content))
            found |= {f"{path.name}/{name}": archive.read(name) for name in archive.namelist()}
        found[path.name] = content
    return found


def _in_base64(secret: str) -> list[bytes]:
    """What a value looks like in base64 wherever in a longer text it begins, without the ends its neighbours change."""
    whole = [base64.b64encode(b"\0" * skip + secret.encode()).rstrip(b"=") for skip in range(3)]
    return [code[(0, 2, 3)[skip] : -1] for skip, code in enumerate(whole)]


def test_a_value_inside_a_longer_text_in_base64_is_seen() -> None:
    for before in ("", "a", "ab", "abc"):
        text = base64.b64encode(f"{before}13800001111 and more".encode())
        assert any(code in text for code in _in_base64("13800001111"))


@every_export
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_personal_value_of_a_case_is_in_an_export(
    exporter: Exporter, language: str, saved: Source, tmp_path: Path
) -> None:
    export_case(exporter.name, saved, tmp_path / "out", language=language)
    content = _contents(tmp_path / "out")

    shapes = {
        form
        for secret in world.SECRETS
        for form in (secret.encode(), quote(secret).encode(), quote(secret).lower().encode(), *_in_base64(secret))
    }

    assert content
    assert {(name, shape) for name, text in content.items() for shape in shapes if shape in text} == set()


@every_export
def test_no_markup_of_a_letter_or_a_name_reaches_a_file(exporter: Exporter, saved: Source, tmp_path: Path) -> None:
    export_case(exporter.name, saved, tmp_path / "case")
    export_case(exporter.name, _hostile(), tmp_path / "made")
    content = _contents(tmp_path / "case") | _contents(tmp_path / "made")

    marked = re.compile(rb"<script>(?:alert|window\.pwned)|<img src=x|<!--<script|onerror=window\.pwned=1>")
    unseen = [c.encode() for c in ("\x00", "\x1b", "\u202e")]

    assert {name for name, text in content.items() if marked.search(text)} == set()
    texts = {name: text for name, text in content.items() if not text.startswith((b"PK", b"\x89PNG"))}
    assert {name for name, text in texts.items() if any(c in text for c in unseen)} == set()


@every_export
@every_source
def test_the_same_case_gives_the_same_bytes_twice(exporter: Exporter, source: MakeSource, tmp_path: Path) -> None:
    first = export_case(exporter.name, source(), tmp_path / "a")
    second = export_case(exporter.name, source(), tmp_path / "b")

    assert [ring_id for ring_id, _ in first] == [ring_id for ring_id, _ in second]
    assert [path.read_bytes() for _, path in first] == [path.read_bytes() for _, path in second]
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == sorted(path.name for _, path in first)


@every_export
def test_one_ring_alone_comes_without_the_others(exporter: Exporter, tmp_path: Path) -> None:
    written = export_case(exporter.name, _normal(), tmp_path / "out", ring_ids=["R-0002"])

    assert {ring_id for ring_id, _ in written} == {"R-0002"}


@every_export
def test_an_export_that_fails_leaves_the_folder_as_it_was(exporter: Exporter, tmp_path: Path) -> None:
    good = _normal()
    broken = Made({ring_id: good.dossier(ring_id) for ring_id in good.ring_ids()} | {"R-0003": None}, good.portfolio())
    out = tmp_path / "out"
    before = {path.name: path.write_bytes(b"old") for _, path in export_case(exporter.name, good, out)}

    with pytest.raises(AttributeError):
        export_case(exporter.name, broken, out)

    assert {path.name: len(path.read_bytes()) for path in out.iterdir()} == before
    assert {path.read_bytes() for path in out.iterdir()} == {b"old"}


@every_export
def test_an_unknown_language_and_a_blocked_place_are_refused(exporter: Exporter, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    names = [path.name for _, path in export_case(exporter.name, _normal(), tmp_path / "once")]
    (tmp_path / "taken" / names[-1]).mkdir(parents=True)

    for out, language, what in (("out", "fr", "no language"), ("file", "zh", "can't"), ("taken", "zh", "is a folder")):
        with pytest.raises(InputError, match=what):
            export_case(exporter.name, _normal(), tmp_path / out, language=language)

    assert [path.name for path in (tmp_path / "taken").iterdir()] == [names[-1]]


def test_progress_hears_of_every_file_and_ends_at_one(tmp_path: Path) -> None:
    heard: list[tuple[str, float]] = []

    export_case("html", _normal(), tmp_path, progress=lambda stage, share: heard.append((stage, share)))

    assert [stage for stage, _ in heard] == ["view", "view", "view R-0001", "view R-0002", "views"]
    assert [share for _, share in heard] == sorted(share for _, share in heard)
    assert heard[-1][1] == 1.0


def test_the_file_in_front_is_moved_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ringfinder import export
    from ringfinder.export import exporter

    moved: list[str] = []
    monkeypatch.setattr(exporter.os, "replace", lambda a, b: moved.append(b.name))

    def files(source: Source, wanted: Wanted) -> Iterator[ExportFile]:
        yield ExportFile("", "front", b"")
        yield ExportFile("R-0001", "one", b"")

    monkeypatch.setattr(export, "EXPORTERS", (Exporter("two", files),))

    export_case("two", _normal(), tmp_path)

    assert moved == ["one", "front"]


def test_names_are_unique_and_an_unknown_one_offers_the_nearest() -> None:
    assert len({e.name for e in EXPORTERS}) == len(EXPORTERS)
    with pytest.raises(UnknownNameError) as caught:
        get_exporter("htm")
    assert "html" in caught.value.hint
