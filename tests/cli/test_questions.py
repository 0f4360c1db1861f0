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

from ringfinder.case import open_case

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


def test_rings_are_filtered_by_growth_region_and_seller(cli: Run, case_path: Path) -> None:
    everything = json.loads(cli("rings", case_path, "--format", "json").stdout)
    grown = json.loads(cli("rings", case_path, "--sort", "grown", "--format", "json").stdout)
    never = json.loads(cli("rings", case_path, "--grown-since", "2090-01-01", "--format", "json").stdout)
    ever = json.loads(cli("rings", case_path, "--grown-since", "1990-01-01", "--format", "json").stdout)
    nowhere = json.loads(cli("rings", case_path, "--region", "没有这个地方", "--format", "json").stdout)

    assert "grown" not in everything[0]
    assert [ring["grown"] for ring in grown] == sorted((ring["grown"] for ring in grown), reverse=True)
    assert (never, nowhere) == ([], [])
    assert 0 < len(ever) <= len(everything)
    assert all(ring["grown"] > 0 for ring in ever)
    unknown = cli("rings", case_path, "--intermediary", "A-NOBODY")
    assert unknown.exit_code == 2
    assert cli("rings", case_path, "--grown-since", "soon").exit_code == 2


def test_a_ring_is_found_by_where_most_of_it_lives_and_by_who_has_two_of_it(cli: Run, case_path: Path) -> None:
    case = open_case(case_path)
    people = case.fetch("SELECT ring_id, address FROM members JOIN policyholders USING (policyholder_id)")
    cities = people.dropna().assign(city=lambda f: f["address"].str.extract(r"([^省区市]{2,3}市)", expand=False))
    city = str(cities["city"].value_counts().index[0])
    lives_there = cities["address"].str.contains(city, regex=False).groupby(cities["ring_id"]).mean()
    sold = case.fetch(
        "SELECT DISTINCT ring_id, policyholder_id, intermediary_id "
        "FROM members JOIN engagements USING (policyholder_id)"
    )
    clients = sold.groupby(["intermediary_id", "ring_id"]).size()
    agent, ring = clients.idxmax()

    def found(*options: str) -> set[str]:
        return {r["ring_id"] for r in json.loads(cli("rings", case_path, *options, "--format", "json").stdout)}

    assert found("--region", city) == set(lives_there[lives_there >= 0.5].index) != set()
    assert clients.max() >= 2
    assert ring in found("--intermediary", agent)


def test_a_mistyped_intermediary_is_offered_the_nearest(cli: Run, case_path: Path) -> None:
    agent = str(open_case(case_path).fetch("SELECT min(intermediary_id) AS a FROM engagements")["a"][0])

    answer = cli("rings", case_path, "--intermediary", agent + "x")

    assert answer.exit_code == 2
    assert agent in answer.stderr


def test_sql_is_masked_and_unmasking_is_noted(cli: Run, case_path: Path, world: ModuleType) -> None:
    ask = "SELECT value FROM book_values"
    masked = cli("sql", case_path, ask, "--format", "csv")
    refused = cli("sql", case_path, ask, "--unmask")
    real = cli(
        "sql", case_path, "-", "--unmask", "--reason", "test", "--approved-by", "me", "--format", "csv", stdin=ask
    )
    log = case_path.with_name(case_path.name + ".audit.log").read_text(encoding="utf-8")

    assert masked.exit_code == 0
    assert not [secret for secret in world.SECRETS if secret in masked.stdout]
    assert refused.exit_code == 2
    assert [secret for secret in world.SECRETS if secret in real.stdout]
    assert "sql unmasked" in log


def test_compare_by_key_needs_masked_tables(cli: Run, case_path: Path) -> None:
    result = cli("compare", case_path, case_path, "--by-key")

    assert result.exit_code == 2
    assert "ringfinder mask" in result.stderr


def test_screen_wants_one_file_and_reads_stdin(cli: Run, case_path: Path) -> None:
    csv_text = "surrender_id,policyholder_id,surrendered_on\nS-NEW,PH000,2023-01-01\n"
    hits = json.loads(cli("screen", case_path, "--surrenders", "-", "--format", "json", stdin=csv_text).stdout)

    assert cli("screen", case_path).exit_code == 2
    assert {(hit["row"], hit["hit"]) for hit in hits} >= {("S-NEW", "member")}


@pytest.mark.parametrize("fmt", ["table", "json", "jsonl", "csv"])
def test_what_could_not_be_screened_cannot_be_read_as_clean(cli: Run, case_path: Path, fmt: str) -> None:
    csv_text = "surrender_id,policyholder_id,surrendered_on,payout_account\nS-NEW,PH099,2023-01-01,6.22270E+18\n"

    result = cli("screen", case_path, "--surrenders", "-", "--format", fmt, stdin=csv_text)

    assert result.exit_code == 2
    assert "S-NEW" in result.stdout and "payout_account" in result.stdout
    assert "1 of 1 rows could not be screened in full" in result.stderr
    assert fmt == "table" or "unscreened" in result.stdout


def test_templates_new_refuses_a_file_without_letters(cli: Run, case_path: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text("complaint_id,policyholder_id,filed_on,letter words\nN1,PH000,2024-05-01,hello\n", "utf-8")

    result = cli("templates", case_path, "--new", file)

    assert result.exit_code == 2
    assert "no row has the text of a letter" in result.stderr
