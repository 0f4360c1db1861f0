"""ringfinder verify: a case as written passes, every edit is named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from ringfinder.case.audit import audit_path
from ringfinder.case.decisions import decisions_path
from ringfinder.cli.app import app
from ringfinder.model.dataset import PROVENANCE, Dataset

Run = Callable[..., Result]


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def made(planted: Callable[..., Dataset], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tables, a case that heeds a decision, its log and its decisions."""
    place = tmp_path_factory.mktemp("verify")
    (place / "tables").mkdir()
    for name, frame in planted().tables.items():
        if len(frame):
            frame.drop(columns=list(PROVENANCE)).to_csv(place / "tables" / f"{name}.csv", index=False)
    for _ in range(2):
        assert run("detect", place / "tables", "--out", place / "case", "--force", "--no-html").exit_code == 0
        assert run("decide", place / "case", "R-0001", "dismiss", "--reason", "known to us").exit_code == 0
    return place


@pytest.fixture()
def place(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "place"))


def changed(result: Result) -> dict[str, str]:
    rows = json.loads(result.stdout)
    return {row["check"]: row["detail"] for row in rows if row["result"] == "changed"}


def verify(place: Path, *options: object) -> Result:
    return run("verify", place / "case", "--format", "json", *options)


def forge(case: Path, sql: str) -> None:
    with duckdb.connect(str(case / "case.duckdb")) as connection:
        connection.execute(sql)


def test_a_case_as_it_was_written_passes_with_its_input(place: Path) -> None:
    result = verify(place, "--input", place / "tables")

    rows = json.loads(result.stdout)
    assert result.exit_code == 0, result.stderr
    assert {row["result"] for row in rows} == {"ok"}
    assert {
        "evidence.csv",
        "derived evidence.csv",
        "table phones",
        "input phones.csv",
        "decisions heeded",
        "case.decisions.jsonl",
    } <= {row["check"] for row in rows}


def test_a_case_of_a_table_in_two_files_passes_and_names_the_one_that_was_edited(made: Path, tmp_path: Path) -> None:
    tables = Path(shutil.copytree(made / "tables", tmp_path / "tables"))
    head, *rows = (tables / "surrenders.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tables / "surrenders.csv").unlink()
    for year, part in (("2022", rows[::2]), ("2023", rows[1::2])):
        (tables / f"退保{year}.csv").write_text(head + "".join(part), encoding="utf-8")
    assert run("detect", tables, "--out", tmp_path / "case", "--no-html").exit_code == 0

    result = run("verify", tmp_path / "case", "--format", "json", "--input", tables)
    (tables / "退保2023.csv").write_text(head + "".join(rows[3::2]), encoding="utf-8")
    edited = run("verify", tmp_path / "case", "--format", "json", "--input", tables)

    assert result.exit_code == 0, result.stderr
    assert {"input 退保2022.csv", "input 退保2023.csv"} <= {row["check"] for row in json.loads(result.stdout)}
    assert {"input 退保2023.csv", "table surrenders"} == set(changed(edited))
    # split or whole, the rings are the same to the byte
    for name in ("rings.csv", "members.csv", "evidence.csv"):
        assert (tmp_path / "case" / name).read_bytes() == (_of_whole_files(made, tmp_path) / name).read_bytes()


def _of_whole_files(made: Path, place: Path) -> Path:
    """The case of the same tables, each in one file."""
    if not (place / "whole").exists():
        assert run("detect", made / "tables", "--out", place / "whole", "--no-html").exit_code == 0
    return place / "whole"


def test_every_citation_of_a_split_table_leads_to_a_file_of_known_checksum(made: Path, tmp_path: Path) -> None:
    from ringfinder.case import open_case
    from ringfinder.case.sources import cited_rows

    tables = Path(shutil.copytree(made / "tables", tmp_path / "tables"))
    head, *rows = (tables / "complaints.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tables / "complaints.csv").unlink()
    for year, part in (("2022", rows[::2]), ("2023", rows[1::2])):
        (tables / f"投诉件{year}.csv").write_text(head + "".join(part), encoding="utf-8")
    assert run("detect", tables, "--out", tmp_path / "case", "--no-html").exit_code == 0
    case = open_case(tmp_path / "case")

    cited = cited_rows(case, case.evidence("R-0001"))

    own = cited.loc[cited["source_table"] == "complaints"]
    assert set(own["source_file"]) == {"投诉件2022.csv", "投诉件2023.csv"}
    assert (own["source_line"] > 1).all() and (own["file_sha256"].str.len() == 64).all()
    for file, line, key in own[["source_file", "source_line", "row_key"]].itertuples(index=False):
        assert key in (tables / file).read_text(encoding="utf-8").splitlines()[line - 1]


def test_asking_and_exporting_leave_a_case_as_it_is(place: Path) -> None:
    run("export", place / "case", "R-0001", "--format", "json")
    run("decide", place / "case", "R-0001", "watch", "--reason", "look again")

    assert verify(place).exit_code == 0


def test_an_edited_an_added_and_a_missing_page_are_named(place: Path) -> None:
    case = place / "case"
    unseen = {row["check"] for row in json.loads(verify(place).stdout)}
    run("view", case)
    assert verify(place).exit_code == 0
    run("view", case, "R-0001", "--language", "en")
    fine = verify(place)
    (case / "R-0001.html").write_text("edited", encoding="utf-8")
    (case / "R-0777.html").write_text("added", encoding="utf-8")
    (case / "index.html").unlink()

    found = changed(verify(place))
    assert not [name for name in unseen if name.endswith(".html")]
    assert fine.exit_code == 0, fine.stdout
    assert set(found) == {"R-0001.html", "R-0777.html", "index.html"}
    assert found["index.html"] == "missing"
    run("view", case)
    (case / "R-0777.html").unlink()
    assert verify(place).exit_code == 0


def test_an_edited_statement_is_named_by_file_line_and_ring(place: Path) -> None:
    path = place / "case" / "evidence.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[2] = lines[2].replace(",for,", ",against,")
    path.write_text("\n".join(lines), encoding="utf-8")

    result = verify(place)

    found = changed(result)
    assert result.exit_code == 2
    assert set(found) == {"evidence.csv", "derived evidence.csv"}
    assert found["derived evidence.csv"].startswith("line 3: R-0001, R-0001-E")
    assert "evidence.csv" in result.stderr


def test_a_statement_edited_in_every_place_is_found_without_the_log(place: Path) -> None:
    """Who edits the file, the database and takes the log away can't make the rows say otherwise."""
    forge(place / "case", "UPDATE evidence SET weight = weight + 1 WHERE evidence_id = 'R-0001-E01'")
    audit_path(place / "case").unlink()
    (place / "case" / "audit.head").unlink()
    decisions = decisions_path(place / "case")

    found = changed(verify(place))

    assert found.pop(decisions.name).startswith("line 1: not as it was decided")
    assert found == {"derived case.duckdb: evidence": "line 2: R-0001, R-0001-E01"}


def test_an_edited_source_row_is_found_by_what_comes_out_and_by_the_input(place: Path) -> None:
    forge(place / "case", "UPDATE surrenders SET amount_paid = cash_value WHERE kind = 'negotiated'")

    found = changed(verify(place, "--input", place / "tables"))

    assert {"case.duckdb", "table surrenders", "derived rings.csv"} <= set(found)
    assert found["table surrenders"].startswith("line ")


@pytest.mark.parametrize("name", ["manifest.json", "members.csv", "rejects.csv"])
def test_a_file_that_is_missing_or_longer_is_named(place: Path, name: str) -> None:
    path = place / "case" / name
    path.write_bytes(path.read_bytes() + b"\n")

    assert changed(verify(place))[name] == "not as the run wrote it"


def test_a_setting_edited_in_the_manifest_is_named(place: Path) -> None:
    path = place / "case" / "manifest.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["flagged"] = 7
    path.write_text(json.dumps(document), encoding="utf-8")

    assert changed(verify(place))["derived case.duckdb: manifest"] == "entry flagged"


def test_a_decision_that_the_run_heeded_and_is_gone_is_told(place: Path) -> None:
    decisions_path(place / "case").unlink()

    found = changed(verify(place))

    assert found["decisions heeded"] == "1 of 1 decisions that the run heeded are not on file"
    assert "derived rings.csv" in found


def test_an_edited_log_is_named_by_its_line(place: Path) -> None:
    path = audit_path(place / "case")
    path.write_text(path.read_text(encoding="utf-8").replace("known to us", "unknown to us", 1), encoding="utf-8")

    assert changed(verify(place))["case.audit.log"] == "line 2: changed"


def test_another_input_is_told_from_the_one_that_was_read(place: Path) -> None:
    path = place / "tables" / "phones.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:1], *lines[2:]]) + "\n", encoding="utf-8")

    found = changed(verify(place, "--input", place / "tables"))

    assert set(found) == {"input phones.csv", "table phones"}


def test_a_log_that_is_gone_is_a_failure(place: Path) -> None:
    audit_path(place / "case").unlink()

    result = verify(place)

    assert result.exit_code == 2
    assert "there is no log beside the case: 4 lines were written" in changed(result)["case.audit.log"]
    assert "case.audit.log" in result.stderr


def test_a_log_and_its_head_that_are_gone_are_a_failure_too(place: Path) -> None:
    run("detect", place / "tables", "--out", place / "other", "--no-html")
    shutil.copytree(place / "other", place / "bare")
    (place / "bare" / "audit.head").unlink()

    bare = run("verify", place / "bare", "--format", "json")

    assert bare.exit_code == 2
    assert "has no log beside it" in bare.stderr
    assert {row["result"] for row in json.loads(bare.stdout) if row["check"] == "bare.audit.log"} == {"missing"}


def test_the_last_line_of_the_log_taken_out_is_told_and_stays_told(place: Path) -> None:
    path = audit_path(place / "case")
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")

    assert changed(verify(place))["case.audit.log"] == "3 lines, 4 were written"

    run("decide", place / "case", "R-0001", "watch", "--reason", "look again")
    assert changed(verify(place))["case.audit.log"] == "line 4: chain broken"


def test_a_log_made_anew_with_its_head_shows_against_a_hash_noted_elsewhere(place: Path) -> None:
    rows = json.loads(verify(place).stdout)
    head = next(row["detail"] for row in rows if row["check"] == "log head").split()[0]
    run("decide", place / "case", "R-0001", "watch", "--reason", "look again")
    assert verify(place, "--head", head).exit_code == 0

    audit_path(place / "case").unlink()
    (place / "case" / "audit.head").unlink()
    run("decide", place / "case", "R-0001", "watch", "--reason", "look again")

    assert changed(verify(place, "--head", head))["head noted elsewhere"] == "no line of the log has this hash"


def test_a_reason_rewritten_after_the_decision_is_told(place: Path) -> None:
    path = decisions_path(place / "case")
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], lines[1].replace("known to us", "confirmed")]) + "\n", encoding="utf-8")

    result = verify(place)

    assert result.exit_code == 2
    assert changed(result)["case.decisions.jsonl"].startswith("line 2: not as it was decided")


def test_no_personal_value_is_in_what_it_says(place: Path) -> None:
    forge(place / "case", "UPDATE phones SET phone = '16199999999' WHERE role = 'complaint'")
    result = verify(place, "--input", place / "tables")

    with duckdb.connect(str(place / "case" / "case.duckdb"), read_only=True) as connection:
        real = [value for (value,) in connection.execute("SELECT value FROM book_values").fetchall() if len(value) > 8]
    assert changed(result)["table phones"]
    assert [value for value in (*real, "16199999999") if value in result.stdout + result.stderr] == []


def test_an_edited_pack_is_named_and_one_that_is_gone_is_no_failure(place: Path) -> None:
    words = ("export", place / "case", "R-0001", "--force", "--format")
    for pack in ("referral", "json"):
        assert run(*words, pack).exit_code == 0
    fine = verify(place)
    packs = place / "case-packs"
    elsewhere = Path(shutil.copytree(packs, place / "from_the_police"))
    page = elsewhere / "R-0001-referral.html"
    page.write_text(page.read_text(encoding="utf-8").replace("<td>", "<td> ", 1), encoding="utf-8")
    (elsewhere / "note.txt").write_text("x", encoding="utf-8")
    given = verify(place, "--packs", elsewhere)
    (packs / "R-0001.json").unlink()
    gone = verify(place)
    shutil.copy(page, packs)
    edited = verify(place)

    checks = {row["check"]: row["result"] for row in json.loads(fine.stdout)}
    assert fine.exit_code == 0, fine.stderr
    assert checks["pack case-packs/R-0001-referral-annex.xlsx"] == checks["pack case-packs/R-0001.json"] == "ok"
    assert changed(given) == {"pack from_the_police/R-0001-referral.html": "not as it was written"}
    assert {r["detail"] for r in json.loads(given.stdout) if r["check"] == "packs from_the_police"} == {
        "the log does not tell of 1 files: note.txt"
    }
    assert (gone.exit_code, edited.exit_code) == (0, 2)
    told = {row["check"]: row["detail"] for row in json.loads(gone.stdout) if row["result"] == "not checked"}
    assert told["packs case-packs"] == "1 are not there: R-0001.json"
    assert set(changed(edited)) == {"pack case-packs/R-0001-referral.html"}
    assert run("verify", place / "case", "--packs", place / "nowhere").exit_code == 2
