"""Commands intermediary and compare, and values from stdin."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import Result

Run = Callable[..., Result]

ASKS = (("intermediary", "A01"), ("compare", "CASE"))


def ask(cli: Run, case: Path, words: tuple[str, ...], *options: str) -> Result:
    return cli(words[0], case, *(case if word == "CASE" else word for word in words[1:]), *options)


@pytest.mark.parametrize("words", ASKS, ids=" ".join)
def test_every_format_holds_the_same_rows(cli: Run, case_path: Path, words: tuple[str, ...]) -> None:
    rows = json.loads(ask(cli, case_path, words, "--format", "json").stdout)
    lines = [json.loads(x) for x in ask(cli, case_path, words, "--format", "jsonl").stdout.splitlines()]
    cells = list(csv.DictReader(io.StringIO(ask(cli, case_path, words, "--format", "csv").stdout)))

    assert rows == lines
    assert len(rows) == len(cells) > 0
    assert set(cells[0]) == set(rows[0])


@pytest.mark.parametrize("fmt", ["table", "json", "jsonl", "csv"])
@pytest.mark.parametrize("words", ASKS, ids=" ".join)
def test_output_holds_no_personal_value_and_no_control_character(
    cli: Run, case_path: Path, world: ModuleType, words: tuple[str, ...], fmt: str
) -> None:
    result = ask(cli, case_path, words, "--format", fmt)

    assert result.exit_code == 0
    assert not [secret for secret in world.SECRETS if secret in result.stdout + result.stderr]
    assert not [c for c in result.stdout + result.stderr if c != "\n" and not c.isprintable()]


@pytest.mark.parametrize("width", [60, 100])
def test_tables_fit_the_terminal(cli: Run, case_path: Path, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", str(width))
    for words in ASKS:
        assert max(map(cell_len, ask(cli, case_path, words).stdout.splitlines())) <= width, words


def test_values_come_from_stdin_in_order(cli: Run, case_path: Path) -> None:
    for command, given, typed in (
        ("path", ("PH000", "PH014"), "PH000\nPH014\n"),
        ("explain", ("PH007",), "PH007\n"),
        ("intermediary", ("A01",), "\nA01\n"),
    ):
        shown = cli(command, case_path, *given)
        piped = cli(command, case_path, *["-"] * len(given), stdin=typed)
        assert shown.exit_code == 0
        assert piped.stdout == shown.stdout, command


def test_too_few_or_too_many_lines_on_stdin_are_an_error(cli: Run, case_path: Path) -> None:
    for typed in ("", "PH000\n", "PH000\nPH001\nPH002\n"):
        result = cli("path", case_path, "-", "-", stdin=typed)
        assert result.exit_code == 2
        assert "PH00" not in result.stderr
