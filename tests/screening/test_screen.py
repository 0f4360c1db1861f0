"""New complaints and surrenders against the rings of a case."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ringfinder.case import Case, open_case, write_case
from ringfinder.errors import InputError
from ringfinder.ingest import read_tables
from ringfinder.ingest.one_table import read_one_table, read_one_text
from ringfinder.pipeline import detect_rings
from ringfinder.screening import screen

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
