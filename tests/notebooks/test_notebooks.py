"""Every notebook is stored without outputs, and runs from top to bottom on the sample without a personal value."""

from __future__ import annotations

import ast
import functools
import re
import shutil
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SAMPLE = Path("sample_data") / "lin_ma" / "input"

#: seconds a notebook may take
PATIENCE = 120

#: where the sample's personal values stand
PERSONAL = {
    "policyholders": ("name", "id_number"),
    "phones": ("phone",),
    "bank_accounts": ("account",),
    "complaints": ("contact_phone",),
    "surrenders": ("payout_account",),
    "intermediaries": ("name",),
}

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@dataclass(frozen=True)
class Run:
    """What an executed notebook left.

    Attributes
    ----------
    notebook : with its outputs. seconds : it took. texts : all outputs but pictures, one text.
    pictures : number of pictures. left_behind : files that were not there before.
    """

    notebook: Any
    seconds: float
    texts: str
    pictures: int
    left_behind: tuple[str, ...]


@functools.cache
def _executed(path: Path, folder: Path) -> Run:
    for part in (Path("notebooks"), SAMPLE):
        shutil.copytree(ROOT / part, folder / part)
    before = _files(folder)
    notebook = nbformat.read(folder / "notebooks" / path.name, as_version=4)
    client = NotebookClient(
        notebook, timeout=PATIENCE, kernel_name="python3", resources={"metadata": {"path": folder / "notebooks"}}
    )
    started = time.monotonic()
    client.execute()
    seconds = time.monotonic() - started
    shown = [dict(kind) for kind in _outputs(notebook)]
    pictures = sum(any(_is_picture(name) for name in kinds) for kinds in shown)
    texts = "\n".join(str(value) for kinds in shown for name, value in kinds.items() if not _is_picture(name))
    return Run(notebook, seconds, texts, pictures, tuple(sorted(_files(folder) - before)))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of its own for the kernel's settings, history and connection files."""
    folder = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR"):
            patch.setenv(name, str(folder / name.lower()))
        # the kernel of this environment, not one that the user has registered under the same name
        patch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
        patch.delenv("JUPYTER_PATH", raising=False)
        yield tmp_path_factory.mktemp("notebooks")


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
def personal_values() -> frozenset[str]:
    """Names, phones, accounts and papers of the sample, as they stand in its tables and as bare digits."""
    found: set[str] = set()
    for table, columns in PERSONAL.items():
        frame = pd.read_parquet(ROOT / SAMPLE / f"{table}.parquet")
        for column in columns:
            cells = frame[column].dropna().astype("str").str.strip()
            if column == "name":
                found |= {name for name in cells.unique() if len(name) > 1 and not name.isascii()}
            else:
                digits = cells.str.replace(r"\D", "", regex=True)
                found |= {value for value in (*cells.unique(), *digits.unique()) if len(value) >= 7}
    return frozenset(value for value in found if "*" not in value)


def unmasked(text: str) -> list[str]:
    """Personal values of the sample that stand in a text."""
    return sorted(value for value in personal_values() if value in text)


def test_there_is_a_notebook_to_start_with() -> None:
    assert [path.name for path in NOTEBOOKS][:1] == ["01_quickstart.ipynb"]


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
    assert {m for m in modules if m.startswith("ringfinder")} <= {"ringfinder.export", "ringfinder.export.figures"}


@every_notebook
def test_a_notebook_runs_from_top_to_bottom_in_time_and_shows_pictures(path: Path, run: Run) -> None:
    errors = [o for cell in run.notebook.cells for o in cell.get("outputs", ()) if o.output_type == "error"]
    warnings = [o for cell in run.notebook.cells for o in cell.get("outputs", ()) if o.get("name") == "stderr"]

    assert errors == []
    assert [o.text for o in warnings] == []
    assert run.seconds < PATIENCE
    assert run.pictures >= 2


@every_notebook
def test_an_executed_notebook_shows_no_personal_value(path: Path, run: Run) -> None:
    assert len(personal_values()) > 10_000
    assert len(run.texts) > 2_000, "too little output for this to say anything"
    assert "****" in run.texts, "no masked value is shown, so masking is not tried"
    assert unmasked(run.texts) == []


@every_notebook
def test_an_executed_notebook_leaves_nothing_behind(path: Path, run: Run) -> None:
    assert run.left_behind == ()


def test_a_personal_value_in_an_output_is_seen() -> None:
    phone = pd.read_parquet(ROOT / SAMPLE / "phones.parquet")["phone"].dropna().astype("str").iloc[0]

    assert phone.strip() in unmasked(f"call {phone.strip()} now")
    assert unmasked("R-0001, 114 people, 142****3358") == []


def test_the_development_libraries_hold_the_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    extra = project["project"]["optional-dependencies"]["notebook"]

    assert set(extra) <= {line for line in project["dependency-groups"]["dev"] if isinstance(line, str)}


def test_the_plain_install_is_locked_without_the_extra() -> None:
    locked = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")

    assert re.findall(r"^(?:matplotlib|ipykernel|nbclient|nbformat)==", locked, re.M) == []
