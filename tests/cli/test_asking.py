"""Commands that ask a case: formats, masking, hostile text, exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import Result

from ringfinder.case.who import WHO_COLUMNS
from ringfinder.cli import asks

Run = Callable[..., Result]

ASKS = (
    ("rings",),
    ("show", "R-0001", "--part", "members"),
    ("show", "R-0001", "--part", "evidence"),
    ("show", "R-0001", "--part", "identifiers"),
    ("who", "14200120001"),
    ("who", "PH009"),
    ("path", "PH000", "PH014"),
    ("explain", "PH007"),
    ("templates",),
    ("templates", "T01"),
    ("near", "R-0001"),
    ("timeline", "R-0001"),
)
FORMATS = ("table", "json", "jsonl", "csv")


def ask(cli: Run, case: Path, words: tuple[str, ...], *options: str) -> Result:
    return cli(words[0], case, *words[1:], *options)


@pytest.mark.parametrize("words", ASKS, ids=" ".join)
def test_json_jsonl_and_csv_hold_the_same_rows(cli: Run, case_path: Path, words: tuple[str, ...]) -> None:
    as_json = json.loads(ask(cli, case_path, words, "--format", "json").stdout)
    rows = as_json[words[3]] if words[0] == "show" else as_json
    as_jsonl = [json.loads(line) for line in ask(cli, case_path, words, "--format", "jsonl").stdout.splitlines()]
    as_csv = list(csv.DictReader(io.StringIO(ask(cli, case_path, words, "--format", "csv").stdout)))
    assert len(rows) == len(as_jsonl) == len(as_csv) > 0
    assert [{k: v for k, v in row.items() if k != "part"} for row in as_jsonl] == rows
    assert set(as_csv[0]) == set(rows[0])


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("words", ASKS, ids=" ".join)
def test_output_holds_no_personal_value_and_no_control_character(
    cli: Run, case_path: Path, world: ModuleType, words: tuple[str, ...], fmt: str
) -> None:
    result = ask(cli, case_path, words, "--format", fmt, "--language", "en")
    assert result.exit_code == 0
    assert not [secret for secret in world.SECRETS if secret in result.stdout + result.stderr]
    assert not [c for c in result.stdout + result.stderr if c != "\n" and not c.isprintable()]


def test_markup_in_data_is_printed_as_text(cli: Run, case_path: Path) -> None:
    result = cli("templates", case_path)
    assert result.exit_code == 0
    assert "[/x]" in result.stdout


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_tables_fit_the_terminal_with_chinese_text(
    cli: Run, case_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", str(width))
    for words in ASKS:
        lines = ask(cli, case_path, words).stdout.splitlines()
        assert max(map(cell_len, lines)) <= width, words


def test_ring_table_names_rank_status_and_money(cli: Run, case_path: Path) -> None:
    lines = cli("rings", case_path, "--language", "en").stdout.splitlines()
    first = next(line for line in lines if "R-0001" in line)
    assert first.split()[:6] == ["1", "R-0001", "10", "0.988", "0.004", "flagged"]
    assert "50,000.00" in first


def test_wide_terminal_also_gets_the_summary(cli: Run, case_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    assert "疑似代理退保线索" in cli("rings", case_path).stdout


def test_rings_can_be_filtered(cli: Run, case_path: Path) -> None:
    listed = json.loads(cli("rings", case_path, "--status", "listed", "-f", "json").stdout)
    top = json.loads(cli("rings", case_path, "--top", 1, "-f", "json").stdout)
    assert [ring["ring_id"] for ring in listed] == ["R-0002"]
    assert [ring["ring_id"] for ring in top] == ["R-0001"]


def test_show_prints_one_document_with_all_parts(cli: Run, case_path: Path) -> None:
    shown = json.loads(cli("show", case_path, "1", "--format", "json").stdout)
    assert shown["ring_id"] == "R-0001"
    assert {len(shown["members"]), len(shown["evidence"]), len(shown["identifiers"])} == {10, 2, 3}


def test_show_as_csv_is_the_members_and_says_so(cli: Run, case_path: Path) -> None:
    result = cli("show", case_path, "1", "--format", "csv", "--language", "en")
    named = cli("show", case_path, "1", "--format", "csv", "--part", "members", "--language", "en")
    assert result.stdout == named.stdout != ""
    assert "--part" in result.stderr


def test_who_reads_values_from_stdin(cli: Run, case_path: Path) -> None:
    result = cli("who", case_path, "-", "--format", "json", stdin="142 0012 0002\n\nPH0000x\nPH014\n")
    assert result.exit_code == 0
    assert {row["policyholder_id"] for row in json.loads(result.stdout)} == {f"PH{i:03d}" for i in range(9, 15)}
    assert "warning: line 2" in result.stderr


def test_who_with_empty_stdin_is_an_error(cli: Run, case_path: Path) -> None:
    assert cli("who", case_path, "-", stdin="").exit_code == 2


def test_path_without_links_says_so_and_prints_no_data(cli: Run, case_path: Path) -> None:
    result = cli("path", case_path, "PH020", "PH030", "--format", "jsonl")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "--through-hubs" in result.stderr


def test_quiet_says_nothing_beside_the_data(cli: Run, case_path: Path) -> None:
    assert cli("path", case_path, "PH020", "PH030", "--format", "jsonl", "--quiet").stderr == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "R-0009"), "R-0002"),
        (("templates", "T9"), "T01"),
        (("explain", "PH0099"), "PH009"),
        (("who", "14200127777"), "nobody on file"),
        (("who", "R-0001/P77"), "P01"),
        (("path", "PH000", "nobody"), "look like"),
    ],
)
def test_unknown_name_is_one_error_with_a_hint(cli: Run, case_path: Path, words: tuple[str, ...], said: str) -> None:
    result = ask(cli, case_path, words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: no ")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("words", ASKS, ids=" ".join)
def test_folder_that_is_no_case_is_one_error(cli: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    result = ask(cli, tmp_path, words)
    assert result.exit_code == 2
    assert "not a case" in result.stderr


def test_unexpected_error_is_one_line_without_the_data(
    cli: Run, case_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Path) -> None:
        raise ZeroDivisionError("14200120001")

    monkeypatch.setattr(asks, "open_case", fail)
    result = cli("rings", case_path)
    assert result.exit_code == 1
    assert "ZeroDivisionError" in result.stderr
    assert "--debug" in result.stderr
    assert "14200120001" not in result.stderr
    assert "Traceback" not in result.stderr


def test_debug_lets_the_unexpected_error_through(cli: Run, case_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(asks, "open_case", fail)
    assert isinstance(cli("rings", case_path, "--debug").exception, ZeroDivisionError)


def test_engine_error_has_its_own_exit_code(cli: Run, case_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ringfinder.errors import EngineError

    def fail(_: Path) -> None:
        raise EngineError("no server", hint="start it")

    monkeypatch.setattr(asks, "open_case", fail)
    result = cli("rings", case_path)
    assert result.exit_code == 3
    assert result.stderr == "error: no server\nhint: start it\n"


@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_narrow_table_breaks_no_number_id_or_date(
    cli: Run, case_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for words in ASKS:
        as_json = json.loads(ask(cli, case_path, words, "--format", "json").stdout)
        rows = as_json[words[3]] if words[0] == "show" else as_json
        shown = ask(cli, case_path, words).stdout
        ids = {row[name] for row in rows for name in ("policyholder_id", "ring_id", "complaint_id") if row.get(name)}
        pieces = {piece for line in shown.splitlines() for piece in line.split()}
        assert ids <= pieces or words[0] in ("path", "explain", "show"), (words, ids - pieces)
        for row in rows:
            for part in str(row.get("statement", "")).replace(",", " ").split():
                if part.isascii():
                    assert part in shown, (words, part)


def test_narrow_table_says_which_columns_had_no_room(
    cli: Run, case_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    result = cli("rings", case_path, "--language", "en")
    assert "no room for the columns: " in result.stderr
    assert "--format csv" in result.stderr
    assert "R-0001" in result.stdout


def test_chinese_table_has_chinese_words_and_the_other_formats_the_codes(cli: Run, case_path: Path) -> None:
    table = cli("rings", case_path).stdout + cli("show", case_path, "1").stdout + cli("who", case_path, "PH009").stdout
    for word in ("疑似", "线索", "支持", "核心", "证据", "公用(不作证据)", "电话"):
        assert word in table, word
    for code in ("flagged", "listed", "guarded", " for ", "core", "member"):
        assert code not in table, code
    rings = json.loads(cli("rings", case_path, "--format", "json").stdout)
    assert [ring["status"] for ring in rings] == ["flagged", "listed"]


def test_english_table_keeps_the_codes(cli: Run, case_path: Path) -> None:
    assert "flagged" in cli("rings", case_path, "--language", "en").stdout


def test_who_puts_what_is_shared_first_and_the_rest_in_one_line(cli: Run, case_path: Path) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        [
            ("phone", "142****0001", "P1", "林某", "policy", pd.Timestamp("2020-01-02"), "", "", 2, "evidence", "x"),
            ("phone", "142****0001", "P1", "林某", "complaint", pd.Timestamp("2021-01-02"), "", "", 2, "evidence", "x"),
            ("phone", "142****0001", "P2", "陈某", "policy", pd.Timestamp("2020-01-03"), "", "", 2, "evidence", "x"),
            ("account", "999***1", "P1", "林某", "payout", pd.NaT, "", "", 1, "single", "y"),
            ("address", "某市***", "P1", "林某", "", pd.NaT, "", "", 1, "single", "y"),
        ],
        columns=list(WHO_COLUMNS),
    )
    grouped = asks._grouped(frame[frame["verdict"] != "single"])
    assert grouped["role"].tolist() == ["policy;complaint", "policy"]
    assert grouped["since"].dt.strftime("%Y-%m-%d").tolist() == ["2020-01-02", "2020-01-03"]


def test_who_of_a_person_names_own_values_in_one_line(
    cli: Run, case_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pandas as pd

    from ringfinder.case import Case

    shared = Case.who

    def with_singles(self: Case, value: str, **options: str | None) -> object:
        frame = shared(self, value, **options)  # type: ignore[arg-type]
        single = frame.head(1).assign(kind="account", value="999***9", verdict="single", holders_total=1)
        return pd.concat([frame, single, single.assign(kind="address", value="某市***")], ignore_index=True)

    monkeypatch.setattr(Case, "who", with_singles)
    out = cli("who", case_path, "PH009", "--language", "en").stdout
    assert out.rstrip().endswith("held by this person alone: account 1, address 1")
    assert "999***9" not in out


def test_who_of_a_name_or_an_identity_number_answers_masked(cli: Run, case_path: Path, world: ModuleType) -> None:
    for secret, kind in ((world.NAMES["PH009"], "name"), (world.ID_NUMBERS["PH009"], "id_number")):
        result = cli("who", case_path, secret, "--format", "json")
        first = json.loads(result.stdout)[0]
        assert (first["kind"], first["policyholder_id"]) == (kind, "PH009")
        assert secret not in result.stdout + result.stderr


@pytest.mark.parametrize("language", ["zh", "en"])
def test_path_without_links_prints_a_sentence_and_no_empty_table(cli: Run, case_path: Path, language: str) -> None:
    result = cli("path", case_path, "PH020", "PH030", "--language", language)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1
    assert "--through-hubs" in result.stdout


def test_path_from_somebody_to_the_same_person_says_so(cli: Run, case_path: Path) -> None:
    assert "same policyholder" in cli("path", case_path, "PH009", "C009", "--language", "en").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("no_color", "is_bold"), [("", True), ("1", False)])
def test_no_color_also_switches_off_bold(case_path: Path, no_color: str, is_bold: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(
        [sys.executable, "-m", "ringfinder", "rings", str(case_path)],
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env=environment | ({"NO_COLOR": no_color} if no_color else {}),
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 65536):
                shown += chunk
        except OSError:  # the other side has closed
            pass
        assert process.wait(120) == 0
    os.close(ours)
    assert (b"\x1b[1m" in shown) == is_bold


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--min-size", "10"), ["R-0001"]),
        (("--min-size", "11"), []),
        (("--min-overpaid", "50000"), ["R-0001"]),
        (("--min-overpaid", "50000.01"), []),
        (("--channel", "phone"), None),
        (("--active-from", "2999-01-01"), []),
        (("--active-to", "1999-01-01"), []),
        (("--sort", "size"), ["R-0001", "R-0002"]),
        (("--sort", "overpaid", "--top", "1"), ["R-0001"]),
    ],
)
def test_rings_are_filtered_by_what_they_hold(
    cli: Run, case_path: Path, options: tuple[str, ...], expected: list[str] | None
) -> None:
    every = json.loads(cli("rings", case_path, "-f", "json").stdout)
    if expected is None:
        expected = [ring["ring_id"] for ring in every if options[1] in ring["channels"].split(";")]
        assert expected
    found = json.loads(cli("rings", case_path, "-f", "json", *options).stdout)
    assert [ring["ring_id"] for ring in found] == expected


@pytest.mark.parametrize("options", [("--channel", "fone"), ("--active-from", "May")])
def test_a_filter_that_means_nothing_is_an_error(cli: Run, case_path: Path, options: tuple[str, ...]) -> None:
    result = cli("rings", case_path, *options)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_near_names_nobody_of_the_ring_and_says_what_ties_the_others(cli: Run, case_path: Path) -> None:
    shown = json.loads(cli("show", case_path, "1", "-f", "json").stdout)
    members = {row["policyholder_id"] for row in shown["members"]}
    found = json.loads(cli("near", case_path, "1", "-f", "json", "--language", "en").stdout)
    assert found
    assert not members & {row["policyholder_id"] for row in found}
    assert all(row["ties"] == len(row["reason"].split("; ")) for row in found)
    assert [row["ties"] for row in found] == sorted((row["ties"] for row in found), reverse=True)


def test_timeline_is_in_order_and_adds_up_to_the_ring(cli: Run, case_path: Path) -> None:
    found = json.loads(cli("timeline", case_path, "1", "-f", "json").stdout)
    days = [row["day"] for row in found if row["day"]]
    assert days == sorted(days)
    assert {row["event"] for row in found} >= {"complaint", "value_used"}
    assert {row["node_id"] for row in found if row["event"] == "value_used"} <= {"P01", "P02", "A01"}


def test_an_unknown_number_is_shown_as_typed_if_it_has_the_form_of_the_cases_ids(
    cli: Run, case_path: Path, tmp_path: Path
) -> None:
    import shutil

    import duckdb

    case = Path(shutil.copytree(case_path, tmp_path / "case"))
    with duckdb.connect(str(case / "case.duckdb")) as connection:
        connection.execute("UPDATE policyholders SET policyholder_id = 'H0000' || right(policyholder_id, 3)")
    own, passport, phone = (cli("who", case, name) for name in ("H9999999", "E99999999", "14299990000"))

    assert (own.exit_code, passport.exit_code, phone.exit_code) == (2, 2, 2)
    assert "H9999999" in own.stderr and "[证件号]" not in own.stderr
    assert "E99999999" not in passport.stderr and "14299990000" not in phone.stderr


@pytest.mark.parametrize(
    ("words", "guess"),
    [
        (("rings", "--sort", "overpid"), "Did you mean 'overpaid'?"),
        (("show", "R-0001", "--part", "member"), "Did you mean 'members'?"),
        (("decide", "R-0001", "dismis"), "Did you mean 'dismiss'?"),
        (("rings", "--sort", "xyz"), ""),
    ],
)
def test_a_wrong_word_where_there_is_a_choice_gets_the_nearest(
    cli: Run, case_path: Path, words: tuple[str, ...], guess: str
) -> None:
    result = cli(words[0], case_path, *words[1:])

    told = " ".join(result.stderr.replace("│", " ").split())
    assert result.exit_code == 2
    assert "is not one of" in told
    assert guess in told and ("Did you mean" in told) == bool(guess)
