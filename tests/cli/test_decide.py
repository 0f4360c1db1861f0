"""ringfinder decide: what is noted, and what it changes in the next run on planted tables."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from ringfinder.case import open_case
from ringfinder.case.audit import HEAD, audit_faults, audit_path
from ringfinder.case.decisions import decisions_path, read_decisions
from ringfinder.cli.app import app
from ringfinder.model.dataset import PROVENANCE, Dataset
from ringfinder.model.known import known_on

Run = Callable[..., Result]

FEBRUARY = pd.Timestamp("2022-06-30")


def write(dataset: Dataset, place: Path) -> Path:
    place.mkdir()
    for name, frame in dataset.tables.items():
        if len(frame):
            frame.drop(columns=list(PROVENANCE)).to_csv(place / f"{name}.csv", index=False)
    return place


def detect(tables: Path, out: Path, *options: object) -> Result:
    arguments = ["detect", tables, "--out", out, "--no-html", "--language", "en", *options]
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    assert result.exit_code == 0, result.stderr
    return result


@pytest.fixture(scope="module")
def tables(planted: Callable[..., Dataset], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The tables of February, and those of March."""
    place = tmp_path_factory.mktemp("tables")
    book = planted()
    return write(known_on(book, FEBRUARY), place / "february"), write(book, place / "march")


@pytest.fixture(scope="module")
def made(tables: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("cases") / "february"
    detect(tables[0], out)
    return out


@pytest.fixture()
def february(made: Path, tmp_path: Path) -> Path:
    """A copy with nothing decided yet."""
    place = Path(shutil.copytree(made, tmp_path / "february"))
    (place / HEAD).unlink()  # its log is left behind
    return place


@pytest.fixture()
def phone(february: Path) -> str:
    """A real value that counts as evidence in the ring."""
    found = open_case(february).fetch("SELECT value FROM ring_identifiers WHERE kind = 'phone' AND role = 'evidence'")
    return str(found["value"].iloc[0])


def ring(case: Path) -> dict[str, object]:
    return dict(open_case(case).ring("R-0001", language="en").iloc[0])


def test_a_dismissed_ring_is_listed_with_the_reason_in_the_next_run(
    cli: Run, tables: tuple[Path, Path], february: Path, tmp_path: Path
) -> None:
    assert ring(february)["status"] == "flagged"
    cli("decide", february, "R-0001", "dismiss", "--reason", "one employer closed")

    detect(tables[0], february, "--force")

    assert ring(february)["status"] == "listed"
    assert "dismissed" in str(ring(february)["stories"])
    assert "one employer closed" in str(ring(february)["summary"])
    assert open_case(february).manifest["flagged"] == 0
    assert "unflagged" in set(open_case(february).lineage("R-0001")["event"])


def test_it_comes_back_when_it_grows_and_says_why(
    cli: Run, tables: tuple[Path, Path], february: Path, tmp_path: Path
) -> None:
    cli("decide", february, "R-0001", "dismiss", "--reason", "one employer closed")
    before = open_case(february).members("R-0001").query("role != 'associate'")

    detect(tables[1], tmp_path / "march", "--previous", february)

    after = open_case(tmp_path / "march").members("R-0001").query("role != 'associate'")
    joined = len(set(after["policyholder_id"]) - set(before["policyholder_id"]))
    assert ring(tmp_path / "march")["status"] == "flagged"
    assert joined > 0
    assert f"(one employer closed), since then {joined} more people" in str(ring(tmp_path / "march")["summary"])
    assert read_decisions(tmp_path / "march") == read_decisions(february)


def test_a_dismissal_ends_with_its_day_in_the_data(cli: Run, tables: tuple[Path, Path], february: Path) -> None:
    cli("decide", february, "R-0001", "dismiss", "--reason", "wait", "--until", "2022-06-01")

    told = detect(tables[0], february, "--force").stderr

    assert ring(february)["status"] == "flagged"
    assert "the decision on R-0001 held until 2022-06-01" in told


def test_the_list_tells_what_was_decided_and_what_is_open(cli: Run, february: Path) -> None:
    ring_ids = open_case(february).ring_ids()
    before = json.loads(cli("rings", february, "--format", "json").stdout)
    cli("decide", february, "1", "watch", "--reason", "look again")

    after = json.loads(cli("rings", february, "--format", "json").stdout)
    watched = json.loads(cli("rings", february, "--decision", "watch", "--format", "json").stdout)
    left = json.loads(cli("rings", february, "--decision", "open", "--format", "json").stdout)
    assert not any("decision" in row for row in before)
    assert {row["ring_id"]: row["decision"] for row in after}[ring_ids[0]] == "watch"
    assert [row["ring_id"] for row in watched] == [ring_ids[0]]
    assert [row["ring_id"] for row in left] == list(ring_ids[1:])


def test_a_later_decision_takes_the_place_of_an_earlier_one_which_stays_on_file(
    cli: Run, tables: tuple[Path, Path], february: Path
) -> None:
    cli("decide", february, "R-0001", "dismiss", "--reason", "one employer closed")
    lines = decisions_path(february).read_text(encoding="utf-8")
    # the same second: the order of the file decides
    cli("decide", february, "R-0001", "watch", "--reason", "the employer did not close")

    detect(tables[0], february, "--force")

    assert decisions_path(february).read_text(encoding="utf-8").startswith(lines)
    assert ring(february)["status"] == "flagged"


def test_a_cleared_value_links_nobody_in_the_next_run(
    cli: Run, tables: tuple[Path, Path], february: Path, phone: str
) -> None:
    before = open_case(february).who(phone)["verdict"].unique().tolist()
    result = cli(
        "decide",
        february,
        "-",
        "dismiss",
        "--reason",
        "the branch office",
        stdin=f"+86 {phone[:3]} {phone[3:7]}-{phone[7:]}\n",
    )

    detect(tables[0], february, "--force")

    assert result.exit_code == 0, result.stderr
    assert before == ["evidence"]
    assert open_case(february).who(phone)["verdict"].unique().tolist() == ["directory"]
    shared = open_case(february).identifiers("R-0001")
    masked = f"{phone[:3]}****{phone[-4:]}"
    assert shared.loc[shared["value"] == masked, "role"].tolist() in ([], ["guarded"])


def test_the_file_and_the_log_hold_no_personal_value(cli: Run, february: Path, phone: str) -> None:
    cli("decide", february, phone, "dismiss", "--reason", f"call {phone} rang at the branch")
    cli("decide", february, "R-0001", "confirm", "--reason", "two admitted it")

    text = decisions_path(february).read_text(encoding="utf-8")
    log = (february.parent / "february.audit.log").read_text(encoding="utf-8")
    real = open_case(february).fetch("SELECT value FROM book_values WHERE length(value) > 8")["value"]
    assert phone in set(real)
    assert [value for value in real if value in text + log] == []
    assert [json.loads(line)["what"] for line in log.splitlines()] == ["decide", "decide"]
    assert audit_faults(february) == []


def test_a_value_that_is_gone_is_told_and_changes_nothing(
    cli: Run, tables: tuple[Path, Path], february: Path, phone: str
) -> None:
    cli("decide", february, phone, "dismiss", "--reason", "the branch office")
    path = decisions_path(february)
    path.write_text(path.read_text(encoding="utf-8").replace('"R', '"X').replace('"H', '"X'), encoding="utf-8")

    result = detect(tables[0], february, "--force")

    assert "on file no more" in result.stderr
    assert phone not in result.stderr
    assert ring(february)["status"] == "flagged"


def test_what_a_person_said_is_in_the_pack_and_is_never_set_otherwise(cli: Run, february: Path) -> None:
    person = open_case(february).members("R-0001")["policyholder_id"].iloc[0]
    cli("decide", february, person, "--holder-statement", "denies_authorship", "--reason", "call of 3 March")
    cli("export", february, "R-0001", "--format", "json")

    document = json.loads((february.parent / "february-packs" / "R-0001.json").read_text(encoding="utf-8"))
    said = {row["policyholder_id"]: row["holder_statement"] for row in document["tables"]["schedule"]}
    assert said.pop(person) == "denies_authorship"
    assert set(said.values()) == {"not_contacted"}


def test_the_record_counts_confirmed_rings_by_week(cli: Run, february: Path) -> None:
    cli("decide", february, "R-0001", "dismiss", "--reason", "no")
    cli("decide", february, "R-0001", "confirm", "--reason", "yes, after all")

    [week] = json.loads(cli("decisions", february, "--record", "--format", "json").stdout)
    rows = json.loads(cli("decisions", february, "--format", "json").stdout)
    assert (week["decided"], week["confirmed"], week["dismissed"], week["precision"]) == (1, 1, 0, 1.0)
    assert week["precision_to_date"] == 1.0
    assert [row["decision"] for row in rows] == ["dismiss", "confirm"]


def test_the_record_at_a_capacity_counts_the_first_of_the_list_and_adds_up_over_the_weeks() -> None:
    from ringfinder.case.decisions import Decision, weekly_record

    def ring(day: str, name: str, verdict: str, rank: int) -> Decision:
        return Decision(f"{day}T10:00:00+00:00", "me", "ring", name, verdict, "x", rank=rank)  # type: ignore[arg-type]

    made = [
        ring("2026-01-05", "R-0001", "confirm", 1),
        ring("2026-01-06", "R-0002", "dismiss", 2),
        ring("2026-01-07", "R-0009", "dismiss", 9),
        ring("2026-01-13", "R-0002", "confirm", 2),
        ring("2026-01-14", "R-0003", "watch", 3),
    ]
    every, first = weekly_record(made), weekly_record(made, capacity=5)

    assert every["week"].tolist() == first["week"].tolist() == ["2026-01-05", "2026-01-12"]
    assert every["decided"].tolist() == [3, 2]
    assert first["decided"].tolist() == [2, 2]
    assert first["precision"].tolist() == [0.5, 1.0]
    # in the second week R-0002 counts once, as decided last
    assert first["precision_to_date"].tolist() == [0.5, 1.0]
    assert every["precision_to_date"].round(2).tolist() == [0.33, 0.67]
    assert weekly_record(made, capacity=1)["precision_to_date"].tolist() == [1.0]


@pytest.mark.parametrize(
    "words",
    [
        ("R-0001", "dismiss"),
        ("R-0001", "--reason", "x"),
        ("R-0001", "watch", "--reason", "x", "--until", "tomorrow"),
        ("R-0001", "--holder-statement", "confirms_own", "--reason", "x"),
        ("R-0099", "dismiss", "--reason", "x"),
        ("nobody", "dismiss", "--reason", "x"),
        ("16199999999", "dismiss", "--reason", "x"),
    ],
)
def test_half_a_decision_is_refused_and_nothing_is_noted(cli: Run, february: Path, words: tuple[str, ...]) -> None:
    result = cli("decide", february, *words)

    assert result.exit_code == 2
    assert "16199999999" not in result.stderr
    assert [p.name for p in february.parent.iterdir()] == ["february"]


def test_a_line_that_is_no_decision_is_named_and_stops_the_run(
    cli: Run, tables: tuple[Path, Path], february: Path
) -> None:
    cli("decide", february, "R-0001", "dismiss", "--reason", "x")
    with decisions_path(february).open("a", encoding="utf-8") as file:
        file.write("rubbish")

    result = cli("detect", tables[0], "--out", february, "--force", "--no-html")

    assert result.exit_code == 2
    assert "line 2 is no decision" in result.stderr


REASON = "已电话核实 测乙子 测丙丑 号码 14200120001 住 测试市测试路3号 单号 990101199001001"


def test_a_reason_gives_away_no_name_number_or_address_on_file(cli: Run, case_path: Path, tmp_path: Path) -> None:
    case = Path(shutil.copytree(case_path, tmp_path / "case"))

    said = cli("decide", case, "R-0001", "dismiss", "--reason", REASON)
    cli("decide", case, "R-0002", "watch", "--reason", "look again")

    everywhere = decisions_path(case).read_text("utf-8") + audit_path(case).read_text("utf-8") + said.stdout
    assert said.exit_code == 0
    assert [v for v in ("测乙子", "测丙丑", "14200120001", "测试路", "990101199001001") if v in everywhere] == []
    assert "已电话核实 [姓名] [姓名] 号码" in everywhere
    assert "隐去" in said.stderr and "测乙子" not in said.stderr
    assert read_decisions(case)[-1].reason == "look again"


def test_the_name_of_who_approved_an_export_stays_and_its_reason_is_clean(
    cli: Run, case_path: Path, tmp_path: Path
) -> None:
    case = Path(shutil.copytree(case_path, tmp_path / "case"))
    leave = ("--unmask", "--reason", REASON, "--approved-by", "测丁子 14200120001")

    done = cli("sql", case, "SELECT 1 AS one", *leave)

    log = audit_path(case).read_text("utf-8")
    assert done.exit_code == 0 and "隐去" in done.stderr
    assert "测丁子" in log
    assert [v for v in ("测乙子", "测丙丑", "14200120001", "测试路") if v in log] == []


def test_show_tells_what_was_decided_on_a_ring_by_whom_and_why(cli: Run, case_path: Path, tmp_path: Path) -> None:
    case = Path(shutil.copytree(case_path, tmp_path / "case"))
    before = cli("show", case, "R-0001").stdout
    cli("decide", case, "R-0001", "watch", "--reason", "再看一周")

    assert "人工决定" not in before
    assert "人工决定:关注" in cli("show", case, "R-0001").stdout
    assert "再看一周" in cli("show", case, "R-0001").stdout
    assert json.loads(cli("show", case, "R-0001", "--format", "json").stdout)["decision"] == "watch"


def test_a_dismissed_person_is_noted_only_and_marked_in_show(cli: Run, case_path: Path, tmp_path: Path) -> None:
    case = Path(shutil.copytree(case_path, tmp_path / "case"))
    before = json.loads(cli("show", case, "R-0001", "--format", "json").stdout)
    person = before["members"][0]["policyholder_id"]
    english = cli("decide", case, person, "dismiss", "--reason", "a victim", "--language", "en")
    chinese = cli("decide", case, "R-0001/P01", "dismiss", "--reason", "营业厅")

    shown = json.loads(cli("show", case, "R-0001", "--format", "json").stdout)
    told = cli("decide", case, person, "dismiss", "--reason", "受害人")
    assert "noted only; links are not changed" in english.stderr
    assert "仅作记录,不改变关联" in told.stderr and "仅作记录" not in chinese.stderr
    assert not any("decision" in row for part in ("members", "identifiers") for row in before[part])
    assert [row["policyholder_id"] for row in shown["members"] if row["decision"] == "dismiss"] == [person]
    assert [row["node_id"] for row in shown["identifiers"] if row["decision"] == "dismiss"] == ["P01"]
    assert len(shown["members"]) == len(before["members"])
    assert "排除" in cli("show", case, "R-0001", "--part", "members").stdout


def test_a_decision_that_ended_before_the_data_do_is_told_to_have_no_effect(
    cli: Run, case_path: Path, tmp_path: Path
) -> None:
    from ringfinder.case.verdicts import case_end

    case = Path(shutil.copytree(case_path, tmp_path / "case"))
    end = case_end(open_case(case))
    assert end is not None
    words = ("decide", case, "R-0001", "dismiss", "--reason", "x", "--language", "en", "--until")
    before = cli(*words, f"{end - pd.Timedelta(days=1):%Y-%m-%d}")
    unmarked = cli("export", case, "R-0001", "--format", "referral")
    on_it = cli(*words, f"{end:%Y-%m-%d}")

    assert "has no effect" in before.stderr and unmarked.exit_code == 0
    assert "has no effect" not in on_it.stderr
    assert cli("export", case, "R-0001", "--format", "referral").exit_code == 2
