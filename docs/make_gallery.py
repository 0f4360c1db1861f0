"""Make docs/gallery.md and its pictures from the notebooks: run each on the sample, keep what it draws.

In:  notebooks/*.ipynb, stored without outputs.   Out: docs/gallery.md, docs/images/gallery/.
Run it as `make gallery`, offline. Nothing is drawn here: the pictures are those that a reader of the notebook gets,
masked.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
PAGE = ROOT / "docs" / "gallery.md"
PICTURES = ROOT / "docs" / "images" / "gallery"

#: pictures of one notebook at most, and seconds that a cell may take
MOST, PATIENCE = 4, 300

HEAD = """# Gallery

What the [notebooks](../notebooks) show, run on the sample or on made-up worlds. Every picture was drawn by the notebook
itself; names, phones and accounts are masked, as they are in every output. This page is made by `make gallery`: don't
edit it.

A ring is a lead (线索), not a verdict.
"""


def source_digest(notebook: Any) -> str:
    """What the cells say, in short: a page made from other cells is out of date."""
    text = "\0".join(f"{cell.cell_type}:{cell.source}" for cell in notebook.cells)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def executed(path: Path) -> Any:
    """The notebook with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": path.parent}}
    NotebookClient(notebook, timeout=PATIENCE, kernel_name="python3", resources=where).execute()
    return notebook


def pictures(notebook: Any) -> Iterator[tuple[str, str, bytes]]:
    """Heading above it, ending of its file, and content of each picture."""
    heading = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            found = re.findall(r"^#+ (.+)$", cell.source, re.M)
            heading = found[-1] if found else heading
            continue
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/svg+xml" in data:
                yield heading, "svg", str(data["image/svg+xml"]).encode("utf-8")
            elif "image/png" in data:
                yield heading, "png", base64.b64decode(data["image/png"])


def section(path: Path, notebook: Any, shown: Collection[bytes]) -> tuple[str, dict[str, bytes]]:
    """Text of a notebook's section, and its pictures by file name; those `shown` already are left out."""
    title, _, rest = notebook.cells[0].source.partition("\n")
    first = rest.strip().split("\n\n")[0]
    lines = [f"## {title.lstrip('# ')}", "", first, "", f"[{path.name}](../notebooks/{path.name})", ""]
    files: dict[str, bytes] = {}
    fresh = [picture for picture in pictures(notebook) if picture[2] not in shown]
    for number, (heading, ending, content) in enumerate(fresh[:MOST], start=1):
        name = f"{path.stem}-{number}.{ending}"
        files[name] = content
        lines += [f"![{heading}](images/gallery/{name})", "", f"*{heading}*", ""]
    lines.append(f"<!-- {path.stem} {source_digest(notebook)} -->")
    return "\n".join(lines) + "\n", files


def main(names: Sequence[str] = ()) -> None:
    """Make the page whole, or nothing of it; `names` limits it to some notebooks, to try it out."""
    sections: list[str] = []
    files: dict[str, bytes] = {}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if names and path.stem not in names:
            continue
        text, own = section(path, executed(path), files.values())
        sections.append(text)
        files |= own
        print(f"{path.stem}: {len(own)} pictures", file=sys.stderr)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.iterdir():
        if old.name not in files:
            old.unlink()
    for name, content in files.items():
        (PICTURES / name).write_bytes(content)
    PAGE.write_text("\n".join([HEAD, *sections]), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
