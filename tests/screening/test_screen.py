"""New complaints and surrenders against the rings of a case."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ringfinder.case import Case, open_case, write_case
from ringfinder.config import RunConfig
from ringfinder.errors import InputError
from ringfinder.ingest import read_tables
from ringfinder.ingest.one_table import read_one_table, read_one_text
from ringfinder.pipeline import detect_rings
from ringfinder.screening import screen
from ringfinder.screening.files import Screened, screen_file

SAMPLE = Path(__file__).parents[2] / "sample_data" / "lin_ma" / "input"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return open_case(write_case(detect_rings(read_tables(SAMPLE)), tmp_path_factory.mktemp("screen") / "case"))


def _surrender(number: str, person: str, account: str) -> pd.DataFrame:
    csv = f"surrender_id,policyholder_id,surrendered_on,payout_account\n{number},{person},2023-06-01,{account}\n"
    return read_one_text(csv.encode(), "surrenders")[0]


def test_a_stranger_paid_into_the_rings_account_hits_it_by_that_account_alone(case: Case) -> None:
    account = case.fetch("SELECT value FROM ring_identifiers WHERE ring_id = 'R-0001' AND node_id = 'A01'")[
        "value"
    ].iloc[0]
    spaced = " ".join(account[i : i + 4] for i in range(0, len(account), 4))

    hits = screen(case, "surrenders", _surrender("S-NEW", "NOBODY", spaced))

    assert hits[["row", "ring_id", "hit", "node_id"]].to_numpy().tolist() == [["S-NEW", "R-0001", "account", "A01"]]
    assert account not in hits.to_csv()


def test_a_hotline_and_an_unknown_account_hit_nothing(case: Case) -> None:
    hub = case.fetch(
        "SELECT value FROM book_values WHERE verdict IN ('guarded', 'directory') AND kind = 'phone' LIMIT 1"
    )
    csv = f"complaint_id,policyholder_id,filed_on,contact_phone\nC-NEW,NOBODY,2023-06-01,{hub['value'].iloc[0]}\n"

    assert len(screen(case, "complaints", read_one_text(csv.encode(), "complaints")[0])) == 0
    assert len(screen(case, "surrenders", _surrender("S", "NOBODY", "6217000011112222"))) == 0


def test_letters_of_the_ring_are_told_from_letters_of_their_own(case: Case) -> None:
    """Leave-out is not possible for a letter that made the template, so reworded tails are cut from each."""
    letters = case.fetch(
        "SELECT l.verdict, l.template_id, c.text FROM letters l JOIN complaints c USING (complaint_id) "
        "LEFT JOIN members m ON m.policyholder_id = l.policyholder_id AND m.ring_id = 'R-0001' "
        "WHERE l.verdict = 'own_words' OR (l.verdict = 'linked' AND m.ring_id IS NOT NULL) ORDER BY complaint_id"
    )
    new = pd.DataFrame(
        {
            "complaint_id": [f"N{i:04d}" for i in range(len(letters))],
            "policyholder_id": [f"NEW{i:04d}" for i in range(len(letters))],
            "text": letters["text"].str.slice(0, 300),
            "contact_phone": pd.Series(index=letters.index, dtype="str"),
            "accused_agent_id": pd.Series(index=letters.index, dtype="str"),
        }
    )

    hits = screen(case, "complaints", new)

    hit = new["complaint_id"].isin(hits["row"])
    linked = letters["verdict"] == "linked"
    assert linked.sum() > 50
    assert hit[linked].mean() > 0.85
    assert hit[~linked].mean() < 0.01


def test_members_and_what_they_hold_on_file_are_hits_in_the_order_of_the_rows(case: Case) -> None:
    people = case.members("R-0001")["policyholder_id"].tolist()[:2]
    rows = pd.concat([_surrender("B", people[1], ""), _surrender("A", people[0], "")], ignore_index=True)

    hits = screen(case, "surrenders", rows)

    assert hits["row"].drop_duplicates().tolist() == ["B", "A"]
    assert set(hits.loc[hits["hit"] == "member", "policyholder_id"]) == set(people)
    assert hits["hit"].str.startswith("on file: ").any()


def test_a_file_that_is_not_the_table_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(InputError):
        read_one_table(file, "surrenders")
    with pytest.raises(InputError, match="no such file"):
        read_one_table(tmp_path / "nothing.csv", "surrenders")


def _aside(screened: Screened) -> list[list[str]]:
    return screened.unscreened[["row", "hit"]].to_numpy().tolist()


def test_rows_that_cannot_be_screened_are_named_with_the_column_and_why(case: Case) -> None:
    person = case.fetch("SELECT policyholder_id FROM policyholders ORDER BY 1 LIMIT 1")["policyholder_id"].iloc[0]
    csv = (
        "surrender_id,policyholder_id,surrendered_on,cash_value,payout_account\n"
        f"S1,{person},2024-05-01,10000,6.22270E+18\n"
        f"S2,{person},2024-05-02,1,6222****0001\n"
        f"S3,{person},32/13/2024,1,6222000000000000001\n"
        "S4,NOBODY,2024-05-03,1,6222000000000000001\n"
        f"S5,{person},2024-05-03,1,\n"
        f"S6,{person},2024-05-03,a lot,6222000000000000001\n"
    )

    screened = screen_file(case, "surrenders", csv.encode())

    assert _aside(screened) == [
        ["S1", "payout_account"],
        ["S2", "payout_account"],
        ["S3", "surrendered_on"],
        ["S4", "policyholder_id"],
        ["S5", "payout_account"],
    ]
    assert (screened.n_rows, screened.n_unscreened) == (6, 5)
    assert screened.unscreened["reason"].str.len().min() > 5
    assert "6222****0001" not in screened.frame.to_csv() and "6.2227" not in screened.frame.to_csv()


def test_a_row_without_a_readable_id_is_named_by_its_line(case: Case) -> None:
    csv = "surrender_id,policyholder_id,surrendered_on,payout_account\n,NOBODY,2024-05-01,6222000000000000001\n"

    assert _aside(screen_file(case, "surrenders", csv.encode())) == [["line 2", "surrender_id"]]


def test_a_file_without_the_column_that_is_compared_is_not_screened(case: Case) -> None:
    person = case.fetch("SELECT policyholder_id FROM policyholders ORDER BY 1 LIMIT 1")["policyholder_id"].iloc[0]
    csv = f"complaint_id,policyholder_id,filed_on,some words\nC1,{person},2024-05-01,hello\n"

    screened = screen_file(case, "complaints", csv.encode())

    assert _aside(screened) == [["*", "contact_phone"], ["*", "text"]]
    assert screened.n_unscreened == screened.n_rows == 1
    assert screened.unread == ("some words",)


def test_headers_are_read_as_those_of_the_case_were(tmp_path: Path) -> None:
    settings = RunConfig.from_dict({"mapping": {"surrenders": {"打款卡": "payout_account"}}})
    options = settings.read_options()
    made = open_case(write_case(detect_rings(read_tables(SAMPLE, options=options), settings), tmp_path / "case"))
    account = made.fetch("SELECT value FROM ring_identifiers WHERE ring_id = 'R-0001' AND node_id = 'A01'")["value"]
    csv = f"surrender_id,policyholder_id,surrendered_on,打款卡\nS1,NOBODY,2024-05-01,{account.iloc[0]}\n"

    screened = screen_file(made, "surrenders", csv.encode())

    assert screened.hits[["row", "hit"]].to_numpy().tolist() == [["S1", "account"]]


def test_what_was_decided_since_stands_beside_a_hit_and_a_cleared_value_does_not_count(
    case: Case, tmp_path: Path
) -> None:
    """By the account of the ring alone, by a member on file: first open, then ring, value and person decided."""
    import json
    import shutil

    from typer.testing import CliRunner

    from ringfinder.cli.app import app

    own = Path(shutil.copytree(case.folder, tmp_path / "case", ignore=shutil.ignore_patterns("audit.head")))
    node = "SELECT value FROM ring_identifiers WHERE ring_id = 'R-0001' AND node_id = 'A01'"
    account = case.fetch(node)["value"].iloc[0]
    person = case.members("R-0001")["policyholder_id"].iloc[0]
    csv = "surrender_id,policyholder_id,surrendered_on,payout_account\n"
    csv += f"S-1,{case.members('R-0002')['policyholder_id'].iloc[0]},2023-06-01,{account}\n"
    csv += f"S-2,{person},2023-06-01,6217000011112222\n"
    (tmp_path / "new.csv").write_text(csv, encoding="utf-8")

    def run(*words: object) -> str:
        done = CliRunner().invoke(app, [str(word) for word in words])
        assert done.exit_code == 0, done.stderr
        return done.stdout if words[-1] == "json" else done.stderr

    def hits() -> list[dict[str, str]]:
        return list(json.loads(run("screen", own, "--surrenders", tmp_path / "new.csv", "--format", "json")))

    before = hits()
    run("decide", own, "R-0001/A01", "dismiss", "--reason", "paid for all")
    run("decide", own, person, "dismiss", "--reason", "a victim")
    run("decide", own, "R-0002", "confirm", "--reason", "two admitted it")
    after = hits()

    assert {row["decision"] for row in before} == {""}
    assert [(r["row"], r["ring_id"], r["hit"]) for r in after] == [(r["row"], r["ring_id"], r["hit"]) for r in before]
    [paid] = [row for row in after if row["row"] == "S-1" and row["hit"] == "account"]
    assert paid["decision"] == "value dismiss"
    assert "people of the ring use it" in paid["reason"] and "人使用" in paid["reason"]
    assert {r["decision"] for r in after if r["row"] == "S-1" and r["ring_id"] == "R-0002"} == {"confirm"}
    assert "person dismiss" in {part for r in after if r["row"] == "S-2" for part in r["decision"].split(";")}
    said = run("screen", own, "--surrenders", tmp_path / "new.csv", "--language", "en", "--format", "table")
    assert "value cleared by decision: not counted" in said
