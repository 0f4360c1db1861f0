"""The wheel holds all the package needs, works without development libraries, and brings only permissive licences."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

#: SPDX identifiers that ask for no more than a notice
PERMISSIVE = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "HPND",
        "ISC",
        "MIT",
        "MIT-CMU",
        "PSF-2.0",
        "Python-2.0",
        "Unlicense",
        "Zlib",
    }
)

#: how older metadata says the same: the licence field or a classifier's last part, in lower case
SPOKEN = {
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
}

#: distributions whose licence is not plainly permissive, each looked at: name -> (licence, why it may stay)
EXCEPTIONS = {
    "pathspec": ("MPL-2.0", "build time only (hatchling); file-level copyleft, unmodified, never shipped in our wheel"),
}


# --- the wheel ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("ringfinder-*.whl"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(folder)]
    subprocess.run([*command, str(wheel)], capture_output=True, check=True)
    return folder


def run_installed(folder: Path, code: str, *, cwd: Path) -> str:
    """Run `code` where `ringfinder` is the installed wheel and not this checkout."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n{code}"
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_every_file_of_the_package_and_every_cypher_statement(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    package = [p for p in (ROOT / "ringfinder").rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    wanted = {p.relative_to(ROOT).as_posix() for p in package}
    wanted |= {f"ringfinder/_{p.relative_to(ROOT).as_posix()}" for p in (ROOT / "cypher").rglob("*.cypher")}

    assert "ringfinder/py.typed" in wanted
    assert sorted(wanted - inside) == []


def test_the_wheel_holds_the_licence_and_nothing_of_the_workshop(wheel: Path) -> None:
    inside = zipfile.ZipFile(wheel).namelist()

    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in inside)
    assert [n for n in inside if not re.match(r"ringfinder(-[\w.]+\.dist-info)?/", n)] == []


def test_the_installed_wheel_imports_whole_without_development_libraries(installed: Path, tmp_path: Path) -> None:
    dev = development_modules()
    code = f"""
import importlib, pkgutil
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {sorted(dev)!r}:
            raise ModuleNotFoundError("a development library: " + name, name=name)
sys.meta_path.insert(0, Refuse())
import ringfinder
names = [m.name for m in pkgutil.walk_packages(ringfinder.__path__, "ringfinder.") if not m.name.endswith("__main__")]
for name in names:
    importlib.import_module(name)
print(ringfinder.__file__)
print(len(names))
"""
    assert "pytest" in dev and "pandas" not in dev

    file, count = run_installed(installed, code, cwd=tmp_path).split()

    assert Path(file).is_relative_to(installed)
    assert int(count) > 20


def test_the_installed_wheel_reads_its_cypher_statements(installed: Path, tmp_path: Path) -> None:
    code = """
from ringfinder.engines.queries import cypher_folder, load_query, query_names
print(cypher_folder(), *[load_query(name).name for name in query_names()])
"""
    folder, *names = run_installed(installed, code, cwd=tmp_path).split()

    assert Path(folder) == (installed / "ringfinder" / "_cypher").resolve()
    assert len(names) == len(list((ROOT / "cypher").rglob("*.cypher")))


def test_the_version_has_one_home(wheel: Path, installed: Path, tmp_path: Path) -> None:
    code = "from ringfinder.version import __version__; print(__version__)"

    version = run_installed(installed, code, cwd=tmp_path).strip()

    assert wheel.name.startswith(f"ringfinder-{version}-")


# --- dependencies and locks --------------------------------------------------------------------------------------


def requirements(lines: Iterable[str], *, extras: Iterable[str] = ()) -> set[str]:
    """Canonical names of the requirements that apply to this machine."""
    kept = set()
    for line in lines:
        wanted = Requirement(line)
        marker = wanted.marker
        if marker is None or any(marker.evaluate({**default_environment(), "extra": e}) for e in ("", *extras)):
            kept.add(canonicalize_name(wanted.name))
    return kept


def closure(names: Iterable[str]) -> dict[str, Distribution]:
    """The distributions of that name and all they need."""
    found: dict[str, Distribution] = {}
    waiting = sorted(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            pytest.fail(f"{name} is required but not installed; run `make test`")
        waiting += requirements(found[name].requires or ())
    return found


def development_modules() -> set[str]:
    """Top-level modules that only development libraries bring."""
    lines = [line for line in PROJECT["dependency-groups"]["dev"] if isinstance(line, str)]
    runtime = closure(requirements(PROJECT["project"]["dependencies"]))
    dev = {name: d for name, d in closure(requirements(lines)).items() if name not in runtime}
    modules = {
        str(f).split("/")[0].removesuffix(".py") for d in dev.values() for f in d.files or () if f.suffix == ".py"
    }
    return {m for m in modules if m.isidentifier() and not m.startswith("_")}


def licence(dist: Distribution) -> str:
    """The licence a distribution's metadata names, as an SPDX expression where it can be told."""
    meta = dist.metadata
    if expression := meta.get("License-Expression"):
        return str(expression)
    said = [c.rpartition("::")[2].strip() for c in meta.get_all("Classifier", []) if c.startswith("License ::")]
    said += [line.strip() for line in str(meta.get("License", "")).splitlines()[:1]]
    spoken = [SPOKEN.get(s.lower(), s) for s in said if s and s not in ("UNKNOWN", "OSI Approved")]
    return spoken[0] if spoken else "unknown"


def is_permissive(expression: str) -> bool:
    """Whether an SPDX expression can be met with permissive licences alone (one branch of an OR is enough).

    Nested brackets are read as if flat, which can only refuse too much where OR stands inside AND.
    """
    branches = expression.replace("(", " ").replace(")", " ").split(" OR ")
    return any(all(part.strip() in PERMISSIVE for part in branch.split(" AND ")) for branch in branches)


def test_every_library_we_ship_on_has_a_permissive_licence() -> None:
    needed = closure(requirements([*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]]))

    odd = {name: licence(dist) for name, dist in needed.items() if not is_permissive(licence(dist))}

    assert len(needed) > 20
    assert odd == {name: said for name, (said, _) in EXCEPTIONS.items()}


def test_the_exceptions_are_no_part_of_a_plain_install() -> None:
    needed = closure(requirements(PROJECT["project"]["dependencies"]))

    assert sorted(set(needed) & set(EXCEPTIONS)) == []


@pytest.mark.parametrize(
    ("expression", "permissive"),
    [
        ("MIT", True),
        ("Apache-2.0 AND Python-2.0", True),
        ("GPL-3.0-or-later OR MIT", True),
        ("BSD-3-Clause AND LGPL-3.0-only", False),
        ("GPL", False),
        ("AGPL-3.0-only", False),
        ("unknown", False),
    ],
)
def test_a_copyleft_licence_is_seen(expression: str, permissive: bool) -> None:
    assert is_permissive(expression) is permissive


def locked(name: str) -> dict[str, str]:
    """Distribution -> locked release of one lock file; several releases (by marker) joined."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    pins: dict[str, str] = {}
    for match in re.finditer(r"^([A-Za-z0-9._-]+)==(\S+)(.*(?:\n    .*)*)", text, re.M):
        assert "--hash=sha256:" in match[3], f"{match[1]} has no hash in {name}"
        pins[match[1]] = f"{pins[match[1]]} {match[2]}" if match[1] in pins else match[2]
    return pins


def test_the_lock_files_hold_every_dependency_with_hashes_and_agree() -> None:
    run, dev = locked("run.txt"), locked("dev.txt")
    groups = PROJECT["dependency-groups"]
    wanted = requirements([*PROJECT["project"]["dependencies"], *groups["build"]])

    assert sorted(wanted - set(run)) == [], "run `make lock`"
    assert sorted(requirements(line for line in groups["dev"] if isinstance(line, str)) - set(dev)) == [], (
        "run `make lock`"
    )
    assert {name: pin for name, pin in run.items() if dev.get(name) != pin} == {}


def test_the_locked_releases_meet_what_the_project_asks_for() -> None:
    run = locked("run.txt")
    asked = [Requirement(line) for line in PROJECT["project"]["dependencies"]]

    broken = [str(r) for r in asked for pin in run[canonicalize_name(r.name)].split() if not r.specifier.contains(pin)]

    assert broken == []
