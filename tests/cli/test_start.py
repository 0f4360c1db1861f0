"""Starting the program: help, version, and what it must not import for them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]

COMMANDS = (
    "detect",
    "demo",
    "check",
    "simulate",
    "rings",
    "show",
    "who",
    "path",
    "explain",
    "intermediary",
    "compare",
    "templates",
    "view",
    "whatif",
    "lineage",
    "replay",
    "evaluate",
    "export",
    "decide",
    "decisions",
    "verify",
    "near",
    "timeline",
    "mask",
    "screen",
    "sql",
    "doctor",
    "completion",
)

_HEAVY = """
import sys
sys.argv = ["ringfinder", {arguments}]
from ringfinder.cli import main
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
heavy = {{"pandas", "numpy", "duckdb", "networkx", "scipy", "rich.console", "pyvis", "jinja2", "neo4j", "pyarrow"}}
print("HEAVY", sorted(heavy & set(sys.modules)), file=sys.stderr)
"""


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | environment,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("arguments", ['"--help"', '"--version"', '"detect", "--help"'])
def test_help_and_version_import_nothing_heavy(arguments: str) -> None:
    result = python(_HEAVY.format(arguments=arguments), PYTHONIOENCODING="utf-8")
    assert result.stderr.strip() == "HEAVY []"


def test_help_lists_every_command(cli: Run) -> None:
    text = cli("--help").stdout
    assert [name for name in COMMANDS if f"\n  {name} " not in text] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_every_command_has_an_example_and_the_common_options(cli: Run, name: str) -> None:
    text = cli(name, "--help").stdout
    assert f"    ringfinder {name} " in text or f"    ringfinder {name}\n" in text
    assert all(option in text for option in ("--quiet", "--verbose", "--no-color", "--debug"))


def test_version_is_printed(cli: Run) -> None:
    from ringfinder.version import __version__

    assert cli("--version").stdout == f"ringfinder {__version__}\n"


def test_unknown_command_is_a_usage_error(cli: Run) -> None:
    assert cli("dettect").exit_code == 2


def test_module_runs_as_the_command(case_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "ringfinder", "rings", str(case_path), "--format", "csv"],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0
    assert result.stdout == (case_path / "rings.csv").read_bytes().replace(b"\n", os.linesep.encode())


def test_pipe_gets_utf8_whatever_the_locale(case_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "ringfinder", "rings", str(case_path), "--format", "json"],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        timeout=120,
        check=False,
    )
    assert result.returncode == 0
    assert "疑似" in result.stdout.decode("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_console_that_knows_no_chinese_gets_escapes(case_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "ringfinder", "rings", str(case_path), "--format", "json"],
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    ) as process:
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        assert process.wait(120) == 0
    os.close(ours)
    assert b"\\u7591" in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side has closed
        return b""
