"""Every notebook is stored without outputs, and runs from top to bottom on the sample without a personal value."""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import io
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from matplotlib.image import imread
from nbclient import NotebookClient

from ringfinder.simulate import simulate

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SAMPLE = Path("sample_data") / "lin_ma" / "input"

def _load(name: str, place: Path) -> Any:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, place)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


gallery = _load("make_gallery", ROOT / "docs" / "make_gallery.py")

#: processor seconds a notebook may take; on a busy machine it takes longer by the clock
PATIENCE = 120

#: where personal values stand; a birth date looks like any other date, so it can't be sought
PERSONAL = {
    "policyholders": ("name", "id_number", "address"),
    "phones": ("phone",),
    "bank_accounts": ("account",),
    "identifiers": ("value",),
    "complaints": ("contact_phone",),
    "surrenders": ("payout_account",),
    "intermediaries": ("name",),
}

#: modules whose `__all__` a notebook may use beside the public names of `ringfinder`
PUBLIC_MODULES = ("ringfinder.detect", "ringfinder.evaluate", "ringfinder.simulate", "ringfinder.engines.neo4j")

#: notebooks that show no person of the sample: they make their own data
WITHOUT_PEOPLE = ("04_tuning", "07_graph_only")

#: notebooks that show people of a world they make for themselves
OWN_WORLD = ("05_own_data", "06_neo4j")

#: runs where a server is, and says so where none is
NEEDS_SERVER = "06_neo4j"

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@dataclass(frozen=True)
class Run:
    """What an executed notebook left.

    Attributes
    ----------
    notebook : with its outputs. seconds : of the processor it took. texts : all outputs but pictures, one text.
    pictures : number of pictures. left_behind : files that were not there before.
    """

    notebook: Any
    seconds: float
    texts: str
    pictures: int
    left_behind: tuple[str, ...]


@functools.cache
def _executed(path: Path, folder: Path) -> Run:
    for part in (Path("notebooks"), SAMPLE.parent):
        shutil.copytree(ROOT / part, folder / part)
    before = _files(folder)
    notebook = nbformat.read(folder / "notebooks" / path.name, as_version=4)
    client = NotebookClient(
        notebook, timeout=5 * PATIENCE, kernel_name="python3", resources={"metadata": {"path": folder / "notebooks"}}
    )
    before_s = _children_s()
    client.execute()
    seconds = _children_s() - before_s
    shown = [dict(kind) for kind in _outputs(notebook)]
    pictures = sum(any(_is_picture(name) for name in kinds) for kinds in shown)
    # a picture in SVG is text too
    texts = "\n".join(
        re.sub(r'src="data:image[^"]*"', "", str(value))
        for kinds in shown
        for name, value in kinds.items()
        if name == "image/svg+xml" or not _is_picture(name)
    )
    return Run(notebook, seconds, texts, pictures, tuple(sorted(_files(folder) - before)))


def _children_s() -> float:
    """Processor seconds of the processes that were started here and have ended."""
    times = os.times()
    return times.children_user + times.children_system


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of its own for the kernel's settings, history and connection files."""
    with own_settings(tmp_path_factory.mktemp("jupyter")):
        yield tmp_path_factory.mktemp("notebooks")


#: run by the kernel before the first cell: this machine can be reached, nothing else
OFFLINE = """
import socket
_HERE = ("localhost", "127.0.0.1", "::1", "0.0.0.0", "::")
def _only_here(method):
    def guarded(self, address, *rest):
        if isinstance(address, tuple) and address[0] not in _HERE:
            raise OSError("a notebook asked for the network")
        return method(self, address, *rest)
    return guarded
def _only_own_names(method):
    def guarded(host, *rest, **more):
        if host not in (None, "", *_HERE):
            raise OSError("a notebook asked for the network")
        return method(host, *rest, **more)
    return guarded
for _name in ("connect", "connect_ex"):
    setattr(socket.socket, _name, _only_here(getattr(socket.socket, _name)))
socket.getaddrinfo = _only_own_names(socket.getaddrinfo)
"""


@contextmanager
def own_settings(folder: Path) -> Iterator[None]:
    """A kernel started meanwhile is that of this environment, keeps its files under `folder`, and has no network."""
    startup = folder / "ipythondir" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-offline.py").write_text(OFFLINE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR"):
            patch.setenv(name, str(folder / name.lower()))
        # not one that the user has registered under the same name
        patch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
        patch.delenv("JUPYTER_PATH", raising=False)
        yield


@pytest.fixture
def run(path: Path, world: Path) -> Run:
    """A notebook executed in a temporary copy of its folder and the sample; once, however many tests look at it."""
    return _executed(path, world / path.stem)


def _files(folder: Path) -> frozenset[str]:
    return frozenset(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def _is_picture(kind: str) -> bool:
    return kind.startswith("image/")


def _outputs(notebook: Any) -> Iterator[dict[str, object]]:
    """Each output as kind -> content; printed text and errors as text."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if "data" in output:
                yield output["data"]
            else:
                yield {"text/plain": output.get("text") or "\n".join(output.get("traceback", ()))}


@functools.cache
def sample_values() -> frozenset[str]:
    """Personal values of the sample."""
    return personal_values({table: pd.read_parquet(ROOT / SAMPLE / f"{table}.parquet") for table in PERSONAL})


#: a world that a notebook makes for itself
_MADE = re.compile(r'simulate\("(\w+)", n_policyholders=([\d_]+), seed=(\d+)\)')


@functools.cache
def own_values(path: Path) -> frozenset[str]:
    """Personal values of the sample and of the worlds that a notebook makes for itself."""
    source = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
    values = set(sample_values())
    for preset, size, seed in _MADE.findall(source):
        world = simulate(preset, n_policyholders=int(size), seed=int(seed))
        values |= personal_values({table: world.tables[table] for table in PERSONAL})
    return frozenset(values)


def personal_values(tables: Mapping[str, pd.DataFrame]) -> frozenset[str]:
    """Names, phones, accounts, papers, addresses, devices, as they stand in the tables and as bare digits."""
    found: set[str] = set()
    for table, columns in PERSONAL.items():
        frame = tables[table]
        if table == "intermediaries":
            # a bank's branch and a firm are nobody's personal data, and letters may name them
            frame = frame[frame["kind"].isin(["agent", "ex_agent"])]
        for column in columns:
            cells = frame[column].dropna().astype("str").str.strip()
            if column == "name":
                found |= {name for name in cells.unique() if len(name) > 1 and not name.isascii()}
            elif column in ("address", "value"):
                found |= {v for v in cells.unique() if len(v) >= 7}
            else:
                digits = cells.str.replace(r"\D", "", regex=True)
                # 00000000000 is a placeholder, and stands in scripts too
                found |= {v for v in (*cells.unique(), *digits.unique()) if len(v) >= 7 and len(set(v)) > 1}
    return frozenset(value for value in found if "*" not in value)


def unmasked(text: str, values: frozenset[str] | None = None) -> list[str]:
    """Personal values, of the sample if not told whose, that stand in a text."""
    return sorted(value for value in (sample_values() if values is None else values) if value in text)


def test_the_notebooks_are_numbered_in_reading_order_and_listed() -> None:
    names = [path.stem for path in NOTEBOOKS]
    listed = (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")

    assert [name[:3] for name in names] == [f"{number:02d}_" for number in range(1, len(names) + 1)]
    assert len(names) >= 7
    assert [name for name in names if f"({name}.ipynb)" not in listed] == []


@pytest.mark.browser
def test_a_notebook_opens_in_a_browser_and_shows_its_pictures_offline(
    world: Path, tmp_path: Path, browser: Any
) -> None:
    """The exported first notebook: its stills are drawn, its frame draws the graph, nothing leaves the page."""
    path = next(p for p in NOTEBOOKS if p.stem == "01_quickstart")
    page = tmp_path / "quickstart.html"
    page.write_text(exported_html(_executed(path, world / path.stem).notebook), encoding="utf-8")
    asked: list[str] = []
    tab = browser.new_page(viewport={"width": 1200, "height": 900})
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(page.as_uri())
    tab.wait_for_timeout(1_500)
    widths = tab.evaluate("[...document.images].map(i => i.complete ? i.naturalWidth : 0)")
    stills = tab.evaluate(DRAWN)
    frame = next(f for f in tab.frames if f.parent_frame is not None)
    frame.wait_for_selector("canvas", timeout=30_000)
    inked = frame.evaluate(INKED)
    escapes = frame.evaluate("(() => { try { return parent.document.title } catch { return 'refused' } })()")
    tab.close()

    assert len(widths) >= 3
    assert min(widths) > 300
    assert len(stills) >= 3
    assert min(stills) > 1_000, "a still is empty"
    assert inked > 500
    assert escapes == "refused"
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []


@pytest.mark.parametrize(
    "asks",
    ["urllib.request.urlopen('http://192.0.2.1/', timeout=2)", "socket.create_connection(('example.org', 80), timeout=2)"],
)
def test_a_notebook_that_asks_for_the_network_would_fail(world: Path, asks: str) -> None:
    """The kernel of all these tests has no network, so a notebook that runs needs none."""
    cell = nbformat.v4.new_code_cell(f"import socket, urllib.request\n{asks}")
    client = NotebookClient(nbformat.v4.new_notebook(cells=[cell]), kernel_name="python3", allow_errors=True)
    client.execute()
    (error,) = cell.outputs
    assert "a notebook asked for the network" in error.evalue


@every_notebook
def test_a_notebook_is_stored_without_outputs_in_one_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]

    assert len(code) >= 3
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []
    assert [cell.id for cell in notebook.cells if cell.metadata or cell.get("attachments")] == []
    assert sorted(notebook.metadata) == ["kernelspec", "language_info"]
    assert dict(notebook.metadata.language_info) == {"name": "python"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert text == nbformat.writes(notebook).rstrip("\n") + "\n", "store it as nbformat writes it"


@every_notebook
def test_a_notebook_uses_public_names_only(path: Path) -> None:
    import ringfinder

    notebook = nbformat.read(path, as_version=4)
    lines = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code").splitlines()
    tree = ast.parse("\n".join(line for line in lines if not line.startswith("%")))
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    own = {n.attr for n in names if isinstance(n.value, ast.Name) and n.value.id == "rf"}
    modules = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}

    assert own <= set(ringfinder.__all__)
    assert [n.attr for n in names if n.attr.startswith("_")] == []
    assert {m for m in modules if m.startswith("ringfinder")} <= set(PUBLIC_MODULES)
    for node in (n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module in PUBLIC_MODULES):
        offered = set(importlib.import_module(str(node.module)).__all__)
        assert {alias.name for alias in node.names} <= offered


@every_notebook
def test_a_notebook_runs_from_top_to_bottom_in_time_and_shows_pictures(path: Path, run: Run) -> None:
    errors = [o for cell in run.notebook.cells for o in cell.get("outputs", ()) if o.output_type == "error"]
    warnings = [o for cell in run.notebook.cells for o in cell.get("outputs", ()) if o.get("name") == "stderr"]

    assert errors == []
    assert [o.text for o in warnings] == []
    assert 1 < run.seconds < PATIENCE
    assert run.pictures >= (1 if path.stem == NEEDS_SERVER else 2)


@every_notebook
def test_an_executed_notebook_shows_no_personal_value(path: Path, run: Run) -> None:
    values = own_values(path)
    assert len(values) > len(sample_values()) if path.stem in OWN_WORLD else len(values) > 10_000
    assert len(run.texts) > 1_000, "too little output for this to say anything"
    if path.stem not in WITHOUT_PEOPLE:
        assert "****" in run.texts, "no masked value is shown, so masking is not tried"
    assert unmasked(run.texts, values) == []


@every_notebook
def test_the_gallery_shows_the_pictures_of_this_run(path: Path, run: Run) -> None:
    """A change of the code that changes a picture must change the page."""
    made = [(ending, content) for _, ending, content in gallery.pictures(run.notebook)]
    fresh = [picture for place, picture in enumerate(made) if picture not in made[:place]]
    kept = sorted(gallery.PICTURES.glob(f"{path.stem}-*"))

    assert kept
    for still in kept:
        near = [content for ending, content in fresh if still.suffix == f".{ending}"]
        assert any(_same_picture(still.suffix, still.read_bytes(), content) for content in near), f"make gallery: {still.name}"


def _same_picture(suffix: str, one: bytes, other: bytes) -> bool:
    """Whether two pictures are the same; in PNG but for one pixel in 500, as font libraries differ."""
    if suffix == ".svg":
        return one == other
    a, b = (imread(io.BytesIO(content)) for content in (one, other))
    return a.shape == b.shape and float((abs(a - b).max(axis=2) > 0.1).mean()) < 0.002


@every_notebook
def test_an_executed_notebook_leaves_nothing_behind(path: Path, run: Run) -> None:
    assert run.left_behind == ()


#: pixels of the graph's canvas that are not empty
INKED = """() => {
  const canvas = document.querySelector("canvas");
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let inked = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] > 0) inked++;
  return inked;
}"""

#: of every still, pixels of another colour than its corner's
DRAWN = """async () => {
  const stills = [...document.images].map(i => i.src).concat([...document.querySelectorAll("svg")]
    .map(s => "data:image/svg+xml," + encodeURIComponent(new XMLSerializer().serializeToString(s))));
  return Promise.all(stills.map(async src => {
    const image = new Image();
    image.src = src;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 600;
    canvas.height = 400;
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0, 600, 400);
    const data = pen.getImageData(0, 0, 600, 400).data;
    let drawn = 0;
    for (let i = 0; i < data.length; i += 4)
      if ([0, 1, 2, 3].some(k => Math.abs(data[i + k] - data[k]) > 8)) drawn++;
    return drawn;
  }));
}"""


def exported_html(notebook: Any) -> str:
    """An executed notebook as nbconvert exports it, without the two scripts that it would load from the web."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter()
    exporter.mathjax_url = exporter.require_js_url = ""
    body, _ = exporter.from_notebook_node(notebook)
    return str(body)


def test_a_personal_value_in_an_output_is_seen() -> None:
    phone = pd.read_parquet(ROOT / SAMPLE / "phones.parquet")["phone"].dropna().astype("str").iloc[0]

    assert phone.strip() in unmasked(f"call {phone.strip()} now")
    assert unmasked("R-0001, 114 people, 142****3358") == []


@pytest.mark.parametrize("name", OWN_WORLD)
def test_a_personal_value_of_a_world_that_a_notebook_makes_is_seen(name: str) -> None:
    path = next(p for p in NOTEBOOKS if p.stem == name)
    own = sorted(own_values(path) - sample_values())

    assert len(own) > 1_000
    assert unmasked(f"call {own[0]} now", own_values(path)) == [own[0]]
    assert unmasked(f"call {own[0]} now") == []


def test_the_development_libraries_hold_the_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    extra = project["project"]["optional-dependencies"]["notebook"]

    assert set(extra) <= {line for line in project["dependency-groups"]["dev"] if isinstance(line, str)}


def test_the_plain_install_is_locked_without_the_extra() -> None:
    locked = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")

    assert re.findall(r"^(?:matplotlib|ipykernel|tqdm|nbclient|nbconvert|nbformat)==", locked, re.M) == []
