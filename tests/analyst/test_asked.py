"""An opened case answers every question of the command line, with what the command prints."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from inspect import signature
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.main import get_command
from typer.testing import CliRunner

import ringfinder as rf
from ringfinder.case import render_csv
from ringfinder.cli.app import app
from ringfinder.errors import InputError, UnknownNameError


def _load(place: Path) -> Any:
    if place.stem in sys.modules:
        return sys.modules[place.stem]
    spec = spec_from_file_location(place.stem, place)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[place.stem] = module
    spec.loader.exec_module(module)
    return module


world = _load(Path(__file__).parents[1] / "case" / "case_world.py")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> rf.Case:
    return rf.open_case(rf.write_case(world.make_report(), tmp_path_factory.mktemp("asked") / "case"))


@pytest.fixture(scope="module")
def run_case(tmp_path_factory: pytest.TempPathFactory) -> rf.Case:
    """A case of a real run on a small world: what asks the stages again needs one."""
    from ringfinder.simulate import simulate, write_world

    folder = write_world(simulate("lin_ma", n_policyholders=1_000, seed=51), tmp_path_factory.mktemp("world") / "w")
    report = rf.detect_rings(rf.read_tables(folder / "input"))
    return rf.open_case(rf.write_case(report, folder.parent / "case"))


RING, PERSON, OTHER = "R-0001", "PH000", "PH001"

SELECT = "SELECT ring_id, rank, size, overpaid FROM rings ORDER BY rank"

Answer = Callable[[rf.Case], pd.DataFrame]

#: command -> its arguments after the case, and the same question in Python
SAME: dict[str, tuple[tuple[str, ...], Answer]] = {
    "rings": (("--status", "flagged", "--sort", "size"), lambda case: case.rings(status="flagged", sort="size")),
    "show": ((RING, "--part", "evidence"), lambda case: case.show(RING, "evidence")),
    "who": ((f"{RING}/P01",), lambda case: case.who(f"{RING}/P01")),
    "path": ((PERSON, OTHER), lambda case: case.path(PERSON, OTHER)),
    "explain": ((PERSON,), lambda case: case.explain(PERSON)),
    "near": ((RING,), lambda case: case.near(RING)),
    "timeline": ((RING,), lambda case: case.timeline(RING)),
    "lineage": ((), lambda case: case.lineage()),
    "templates": ((), lambda case: case.templates()),
    "decisions": ((), lambda case: case.decisions()),
    "intermediary": (("A01",), lambda case: case.intermediary("A01")),
    "sql": ((SELECT,), lambda case: case.sql(SELECT)),
}

#: commands whose answer takes a run, which a hand-made case can't give: asked below
RUNS = {"whatif", "verify", "evaluate", "compare", "screen"}

#: commands that ask no saved case, write, draw, or talk to a server
NO_QUESTION = {"detect", "demo", "check", "simulate", "replay", "view", "export", "decide", "neo4j"}
NO_QUESTION |= {"key", "mask", "doctor", "completion"}


def test_every_command_that_asks_a_case_is_a_method() -> None:
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]

    unknown = commands - set(SAME) - RUNS - NO_QUESTION

    assert sorted(unknown) == [], "give `ringfinder.analyst.Case` a method, and name it here"
    assert [name for name in (*SAME, *RUNS, "view") if not callable(getattr(rf.Case, name, None))] == []


#: options that say how an answer is printed, not what is asked
TALK = {"fmt", "quiet", "verbose", "no_color", "debug", "language"}

#: (command, option) -> the method that answers so; '' where a file is written, which no question does
ELSEWHERE = {
    ("compare", "by_key"): "compare_by_key",
    ("sql", "unmask"): "fetch",
    ("sql", "reason"): "fetch",
    ("sql", "approved_by"): "fetch",
    ("templates", "html"): "",
}


def test_every_option_of_a_question_is_a_parameter_of_its_method() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    asked = {(name, p.name) for name in (*SAME, *RUNS) for p in commands[name].params if p.param_type_name == "option"}
    offered = {(name, p) for name in (*SAME, *RUNS) for p in signature(getattr(rf.Case, name)).parameters}

    assert {(name, option) for name, option in asked - offered if option not in TALK} == set(ELSEWHERE)
    assert [method for method in ELSEWHERE.values() if method and not hasattr(rf.Case, method)] == []


def printed(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, [*arguments, "--format", "csv"])
    assert done.exit_code == code, done.stderr
    return done.stdout


@pytest.mark.parametrize("command", sorted(SAME))
def test_a_method_returns_what_the_command_prints(command: str, case: rf.Case) -> None:
    arguments, asked = SAME[command]
    frame = asked(case)

    assert len(frame.columns) > 3
    assert render_csv(frame).decode("utf-8") == printed(command, str(case.folder), *arguments)


def test_show_stacks_the_parts_of_a_ring(case: rf.Case) -> None:
    whole = case.show(RING)
    parts = {name: len(case.show(RING, name)) for name in ("evidence", "identifiers", "members")}

    assert whole.groupby("part").size().to_dict() == parts
    with pytest.raises(UnknownNameError, match="part"):
        case.show(RING, "letters")


def test_rings_are_filtered_as_on_the_command_line(case: rf.Case) -> None:
    largest = int(case.rings()["size"].max())

    assert case.rings(min_size=largest)["size"].tolist() == [largest]
    assert len(case.rings(min_size=largest + 1)) == 0
    assert len(case.rings(top=1)) == 1
    with pytest.raises(UnknownNameError, match="channel"):
        case.rings(channel="fax")
    with pytest.raises(UnknownNameError, match="order"):
        case.rings(sort="colour")
    with pytest.raises(InputError, match="not a date"):
        case.rings(active_from="March")


def test_a_case_gives_its_rings_by_name(case: rf.Case) -> None:
    ring = case["r-1"]

    assert ring.ring_id == RING
    assert repr(ring).startswith("Ring(R-0001, ")
    assert ring.to_pandas().equals(case.members(RING))
    assert ring.evidence().equals(case.evidence(RING))
    with pytest.raises(UnknownNameError, match="R-0009"):
        case["R-0009"]


def test_letters_of_a_template_come_part_by_part_as_the_command_prints_them(run_case: rf.Case) -> None:
    template = run_case.templates()["template_id"].iloc[0]
    frame = run_case.templates(template, letters=True)

    assert set(frame["kind"]) >= {"same", "slot"}
    assert render_csv(frame).decode("utf-8") == printed("templates", str(run_case.folder), template, "--letters")
    assert render_csv(run_case.templates(template)).decode("utf-8") == printed(
        "templates", str(run_case.folder), template
    )
    with pytest.raises(UnknownNameError):
        run_case.templates("T99", letters=True)
    with pytest.raises(UnknownNameError):
        run_case.templates(letters=True)


def test_whatif_answers_as_the_command_and_tells_its_limits(run_case: rf.Case) -> None:
    ring = run_case.ring_ids()[0]
    node = run_case.identifiers(ring).query("role == 'evidence'")["node_id"].iloc[0]
    frame = run_case.whatif(drop=f"{ring}/{node}", ring=ring)
    done = CliRunner().invoke(
        app, ["whatif", str(run_case.folder), "--drop", f"{ring}/{node}", "--ring", ring, "--format", "csv"]
    )

    assert render_csv(frame).decode("utf-8") == done.stdout
    assert set(frame.attrs) == {"question", "outcome", "limits"}
    assert len(frame.attrs["limits"]) == 2
    assert all(sentence in done.stderr for sentence in (*frame.attrs["outcome"], *frame.attrs["limits"]))


def test_a_household_that_is_only_supposed_is_said_to_be(run_case: rf.Case) -> None:
    ring = run_case.ring_ids()[0]
    two = run_case.members(ring)["policyholder_id"].iloc[:2].tolist()

    limits = run_case.whatif(household=[two], ring=ring, language="en").attrs["limits"]

    assert any("assumption" in sentence for sentence in limits)
    assert not any("rests on" in sentence for sentence in limits)


def test_verify_evaluate_and_compare_answer_as_the_commands(run_case: rf.Case) -> None:
    source, truth = run_case.folder.parent / "w" / "input", run_case.folder.parent / "w" / "truth"
    folder = str(run_case.folder)

    assert render_csv(run_case.verify(source)).decode("utf-8") == printed(
        "verify", folder, "--input", str(source), code=2
    )
    checks = run_case.verify(source)
    # a case that Python wrote has no log beside it, which is a failure and no change
    assert checks.loc[~checks["result"].isin(["ok", "not checked"]), "check"].tolist() == ["case.audit.log"]
    assert render_csv(run_case.evaluate(truth)).decode("utf-8") == printed("evaluate", folder, str(truth))
    assert render_csv(run_case.compare(folder)).decode("utf-8") == printed("compare", folder, folder)
    assert run_case.compare(run_case).equals(run_case.compare(run_case.folder))
    with pytest.raises(InputError, match="masked tables"):
        run_case.compare_by_key(folder)


def test_new_payments_are_screened_as_the_command_does(run_case: rf.Case, tmp_path: Path) -> None:
    account = run_case.fetch(
        "SELECT value FROM ring_identifiers WHERE kind = 'account' AND role = 'evidence' ORDER BY ring_id LIMIT 1"
    )["value"].iloc[0]
    file = tmp_path / "today.csv"
    file.write_text(
        f"surrender_id,policyholder_id,surrendered_on,payout_account\nS1,NOBODY,2023-06-01,{account}\n",
        encoding="utf-8",
    )

    hits = run_case.screen(surrenders=file)

    assert set(hits.loc[hits["status"] != "unscreened", "hit"]) == {"account"}
    assert account not in hits.to_csv()
    assert render_csv(hits).decode("utf-8") == printed(
        "screen", str(run_case.folder), "--surrenders", str(file), code=2
    )
    with pytest.raises(InputError, match="one file"):
        run_case.screen()


def test_a_payment_under_an_own_header_is_screened_by_the_mapping_and_never_passed_over_in_silence(
    run_case: rf.Case, tmp_path: Path
) -> None:
    account = run_case.fetch(
        "SELECT value FROM ring_identifiers WHERE kind = 'account' AND role = 'evidence' ORDER BY ring_id LIMIT 1"
    )["value"].iloc[0]
    file = tmp_path / "today.csv"
    file.write_text(
        f"surrender_id,policyholder_id,surrendered_on,打款户头\nS1,NOBODY,2023-06-01,{account}\n", encoding="utf-8"
    )
    with pytest.warns(UserWarning, match="打款户头"):
        assert set(run_case.screen(surrenders=file)["status"]) == {"unscreened"}
    said = CliRunner().invoke(app, ["screen", str(run_case.folder), "--surrenders", str(file), "--format", "csv"])
    assert "打款户头" in said.stderr
    mapped = rf.RunConfig(mapping={"surrenders": {"打款户头": "payout_account"}})
    hits = run_case.screen(surrenders=file, config=mapped)
    assert set(hits.loc[hits["status"] != "unscreened", "hit"]) == {"account"}

    file.write_text(
        f"surrender_id,policyholder_id,surrendered_on,payout_account\nS1,NOBODY,someday,{account}\n", encoding="utf-8"
    )
    with pytest.warns(UserWarning, match="could not be screened in full"):
        hits = run_case.screen(surrenders=file)
    assert hits.attrs["unscreened"] == 1
    assert hits[["row", "status", "hit"]].to_numpy().tolist() == [["S1", "unscreened", "surrendered_on"]]


def test_new_letters_are_linked_as_the_command_does(run_case: rf.Case, tmp_path: Path) -> None:
    known = run_case.fetch(
        "SELECT l.template_id, c.text FROM letters l JOIN complaints c USING (complaint_id) WHERE l.verdict = 'linked' "
        "ORDER BY l.similarity DESC, complaint_id LIMIT 1"
    ).iloc[0]
    file = tmp_path / "new.csv"
    pd.DataFrame(
        {"complaint_id": ["NEW1"], "policyholder_id": ["NOBODY"], "filed_on": ["2023-06-01"], "text": [known["text"]]}
    ).to_csv(file, index=False)

    told = run_case.templates(new=file)

    assert told["template_id"].tolist() == [known["template_id"]]
    assert render_csv(told).decode("utf-8") == printed("templates", str(run_case.folder), "--new", str(file))
    with pytest.raises(InputError, match="all templates"):
        run_case.templates("T01", new=file)


def test_true_shows_a_bar_wherever_progress_is_taken(run_case: rf.Case, capsys: pytest.CaptureFixture[str]) -> None:
    rf.read_tables(run_case.folder.parent / "w" / "input", progress=True)
    assert "read_tables" in capsys.readouterr().err
    value = run_case.identifiers("R-0001")["node_id"].iloc[0]
    rf.what_if(run_case, drop=[f"R-0001/{value}"], progress=True)
    assert "what_if" in capsys.readouterr().err


def test_a_fresh_report_shows_itself_without_more_ado(run_case: rf.Case) -> None:
    dataset = rf.read_tables(run_case.folder.parent / "w" / "input")
    report = rf.detect_rings(dataset, rf.RunConfig(language="en"))
    html = report.rings[0]._repr_mimebundle_()["text/html"]

    assert "against" in html
    assert "不利" not in html
    assert html.count("<tr>") > 4
    assert rf.keep_ids(report, run_case).rings[0]._repr_mimebundle_()["text/plain"].startswith("Ring(R-")
