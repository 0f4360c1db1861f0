"""Who may import whom, which library lives where, and what no file may hold (house rules, checked on the source).

The rules are read from the syntax tree, so an import inside a function or under TYPE_CHECKING counts too.
"""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ringfinder"

STAGES = ("ingest", "templates", "construct", "detect", "score", "evidence", "case", "export", "simulate", "evaluate")

#: rooms from low to high; a room imports from lower ranks only. '' is ringfinder/__init__.py, the public names
RANKS = {"version": 0, "errors": 0, "model": 1, "identifiers": 2, **dict.fromkeys(STAGES, 3)}
RANKS |= {
    "engines": 4,
    "config": 5,
    "display": 5,
    "pipeline": 6,
    "whatif": 7,
    "verify": 7,
    "mask": 7,
    "screening": 7,
    "analyst": 8,
    "": 9,
    "cli": 10,
    "__main__": 11,
}

#: library -> modules (or packages) that may import it
HOMES = {
    "neo4j": ("engines.neo4j",),
    "pyspark": ("engines.spark",),
    "graspologic_native": ("detect.leiden",),
    "pyvis": ("export",),
    "jinja2": ("export",),
    "matplotlib": ("export",),
    "xlsxwriter": ("export",),
    "docx": ("export.packs",),
    "tqdm": ("display.progress",),
    "typer": ("cli",),
    "click": ("cli",),
    "rich": ("cli",),
    "duckdb": ("case", "ingest"),
    "python_calamine": ("ingest",),
}

#: libraries that `import ringfinder` must not load: `ringfinder --help` has to answer at once
HEAVY = (
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "duckdb",
    "networkx",
    "neo4j",
    "pyvis",
    "IPython",
    "jinja2",
    "matplotlib",
    "xlsxwriter",
    "docx",
    "tqdm",
    "rapidfuzz",
)


def module_name(path: Path, package: Path) -> str:
    """Dotted name below the package: 'detect.leiden'; '' for the package's own __init__.py."""
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.Module, *, module: str, is_package: bool, known: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Every (line, full dotted name) a module imports, wherever in the file; own modules start with 'ringfinder'."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                here = ("ringfinder." + module if module else "ringfinder").split(".")
                up = here[: len(here) - node.level + is_package]
                base = ".".join(up + ([node.module] if node.module else []))
            for alias in node.names:
                # `from ringfinder.detect import leiden` may name a module or a thing in one
                full = f"{base}.{alias.name}"
                yield node.lineno, full if full.removeprefix("ringfinder.") in known else base
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__") and isinstance(node.args[0].value, str):
                yield node.lineno, node.args[0].value


def violations(package: Path) -> list[str]:
    """All breaches of the house's rules in a package, one sentence each, by file and line."""
    files = sorted(p for p in package.rglob("*.py") if "_cypher" not in p.parts)
    known = frozenset(module_name(p, package) for p in files)
    found: list[str] = []
    for path in files:
        where, module = path.relative_to(package.parent).as_posix(), module_name(path, package)
        room = module.split(".")[0]
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=where)
        if room not in RANKS:
            found.append(f"{where}: no room named {room!r}; rooms: {', '.join(sorted(filter(None, RANKS)))}")
            continue
        if not ast.get_docstring(tree):
            found.append(f"{where}: no module docstring")
        is_package = path.name == "__init__.py"
        for line, name in imports(tree, module=module, is_package=is_package, known=known):
            if breach := import_breach(room, module, name):
                found.append(f"{where}:{line}: {breach}")
        found += [
            f"{where}:{node.lineno}: print() outside cli/"
            for node in ast.walk(tree)
            if room != "cli" and isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
        ]
        found += [
            f"{where}:{node.lineno}: exception {node.name} defined outside errors.py"
            for node in ast.walk(tree)
            if module != "errors" and isinstance(node, ast.ClassDef) and any(map(is_exception, node.bases))
        ]
    return found


def import_breach(room: str, module: str, name: str) -> str:
    """Why `module` (in `room`) may not import `name`; '' where it may."""
    top, _, rest = name.partition(".")
    if top == "ringfinder":
        other = rest.split(".")[0]
        if other not in RANKS:
            return f"imports {name}, which is no room"
        if other == room or RANKS[other] < RANKS[room]:
            return ""
        way = "sideways" if RANKS[other] == RANKS[room] else "upward"
        return f"{room or 'ringfinder/__init__'} imports {way} from {other or 'ringfinder/__init__'} ({name})"
    homes = HOMES.get(top, ())
    if not homes or any(module == home or module.startswith(home + ".") for home in homes):
        return ""
    return f"imports {top}, whose home is {' or '.join(h.replace('.', '/') for h in homes)}"


def is_exception(base: ast.expr) -> bool:
    name = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
    return name.endswith(("Error", "Exception"))


def test_imports_flow_downward_and_each_library_stays_at_home() -> None:
    assert violations(PACKAGE) == []


BAD = """
import typer
from ringfinder.pipeline import detect_rings
from ringfinder import score
def run():
    from ..export.html import write
    import graspologic_native.lib
    importlib.import_module("neo4j")
    print("found")
class OwnError(ValueError): ...
"""


def test_the_checker_sees_every_kind_of_breach(tmp_path: Path) -> None:
    package = tmp_path / "ringfinder"
    sources = {"detect/bad.py": BAD, "score/__init__.py": '"""Ok."""', "shed.py": '"""No such room."""'}
    sources |= {
        "cli/app.py": '"""Ok."""\nimport typer, ringfinder\nprint(1)',
        "model/up.py": '"""Up."""\nimport ringfinder',
    }
    for name, source in sources.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(source, encoding="utf-8")

    found = violations(package)

    assert sorted(found) == sorted(
        [
            "ringfinder/detect/bad.py: no module docstring",
            "ringfinder/detect/bad.py:2: imports typer, whose home is cli",
            "ringfinder/detect/bad.py:3: detect imports upward from pipeline (ringfinder.pipeline)",
            "ringfinder/detect/bad.py:4: detect imports sideways from score (ringfinder.score)",
            "ringfinder/detect/bad.py:6: detect imports sideways from export (ringfinder.export.html)",
            "ringfinder/detect/bad.py:7: imports graspologic_native, whose home is detect/leiden",
            "ringfinder/detect/bad.py:8: imports neo4j, whose home is engines/neo4j",
            "ringfinder/detect/bad.py:9: print() outside cli/",
            "ringfinder/detect/bad.py:10: exception OwnError defined outside errors.py",
            "ringfinder/model/up.py:2: model imports upward from ringfinder/__init__ (ringfinder)",
            f"ringfinder/shed.py: no room named 'shed'; rooms: {', '.join(sorted(filter(None, RANKS)))}",
        ]
    )


def test_every_error_stands_in_the_tree_and_in_its_drawing() -> None:
    from ringfinder import errors

    drawing = errors.__doc__ or ""
    kinds = [v for v in vars(errors).values() if isinstance(v, type) and issubclass(v, BaseException)]
    strangers = [k.__name__ for k in kinds if not issubclass(k, errors.RingfinderError)]
    undrawn = [
        f"{k.__name__} ({k.exit_code})"
        for k in kinds
        if k is not errors.RingfinderError and not re.search(rf"── {k.__name__}\s*\({k.exit_code}\)", drawing)
    ]

    assert strangers == []
    assert undrawn == [], "not drawn in errors.py with this exit code"
    assert len(kinds) >= 8


def test_every_public_name_imports_and_the_list_has_no_repeats() -> None:
    package = importlib.import_module("ringfinder")

    names = list(package.__all__)

    assert names, "ringfinder.__all__ is empty"
    assert len(names) == len(set(names))
    missing = [name for name in names if getattr(package, name, None) is None]
    assert missing == []


def test_no_public_name_is_hidden_by_a_module_of_that_name() -> None:
    """Importing ringfinder.NAME sets that attribute of the package to the module, so a function is found once only."""
    package = importlib.import_module("ringfinder")
    modules = {p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}

    assert sorted(set(package.__all__) & modules) == []


@pytest.mark.parametrize("module", ["ringfinder", "ringfinder.cli"])
def test_importing_loads_no_heavy_library(module: str) -> None:
    code = f"import {module}, sys; print(*[m for m in {HEAVY!r} if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


# written in pieces, so that this file passes its own test
_HOSTS = ("py{}pi.org", "python{}hosted.org", "registry.npm{}js.org", "repo1.ma{}ven.org", "repo.ma{}ven.apache.org")
_HOSTS += ("deb.deb{}ian.org", "proxy.gol{}ang.org", "static.cra{}tes.io")
FORBIDDEN = {
    "names a package registry's host": re.compile("|".join(re.escape(h.replace("{}", "")) for h in _HOSTS), re.I),
    "holds an absolute path of one machine": re.compile(
        r"(?<![\w.:/])/(?:home|Users|root|work)/[\w.]|\b[A-Z]:\\Users\\\w"
    ),
}


def forbidden_lines(text: str) -> list[tuple[int, str]]:
    """(line, what is wrong) for every line that no file of this project may hold."""
    return [
        (number, what)
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in FORBIDDEN.items()
        if pattern.search(line)
    ]


def project_files() -> list[Path]:
    """Files that git tracks or would track; outside a git checkout every file but hidden and built ones."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, capture_output=True, check=False) if (ROOT / ".git").exists() else None
    if done is None or done.returncode:
        paths = [p for p in ROOT.rglob("*") if not any(x.startswith(".") or x in ("build", "dist") for x in p.parts)]
    else:
        paths = [ROOT / name for name in done.stdout.decode().split("\0") if name]
    return sorted(p for p in paths if p.is_file())


def test_no_file_names_a_package_registry_or_a_path_of_one_machine() -> None:
    files = project_files()
    found = []
    for path in files:
        content = path.read_bytes()
        if b"\0" in content[:8192]:
            continue
        text = content.decode("utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT).as_posix()}:{line}: {what}" for line, what in forbidden_lines(text)]

    assert len(files) > 20
    assert found == []


def test_the_line_checker_sees_hosts_and_machine_paths_and_passes_ordinary_lines() -> None:
    bad = [
        "https://py" + "pi.org/simple",
        "cd /ho" + "me/anna/case",
        "open('/ro" + "ot/.cache')",
        "C:" + r"\Users\anna",
    ]
    fine = ["see https://example.org/home/anna", "out/work/case", "a/root/b", "/homework", "#!/usr/bin/env bash"]

    assert [line for line, _ in forbidden_lines("\n".join(bad))] == [1, 2, 3, 4]
    assert forbidden_lines("\n".join(fine)) == []
