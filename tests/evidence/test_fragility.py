"""What a ring hangs on, as a statement."""

from __future__ import annotations

import pandas as pd
import pytest

import ringfinder as rf
from ringfinder.evidence.cut import fewest_links
from ringfinder.evidence.fragility import Fragility, fragility_statement
from ringfinder.model.dataset import Dataset
from ringfinder.model.ring import Evidence, Ring


def said(ring: Ring) -> Evidence:
    (one,) = [e for e in ring.evidence if e.channel == "fragility"]
    return one


def only_phone(data: Dataset, number: str) -> Dataset:
    """The book with one phone for the whole ring and no account."""
    phones = data["phones"].copy()
    phones["phone"] = phones["phone"].where(~phones["phone"].str.startswith("161"), number)
    return Dataset({**data.tables, "phones": phones, "bank_accounts": data["bank_accounts"].iloc[:0]})


@pytest.fixture
def single(planted) -> Ring:
    return rf.detect_rings(only_phone(planted(), "14258310427")).rings[0]


def test_ring_held_by_one_phone_says_so_against_itself(single: Ring) -> None:
    statement = said(single)
    assert statement.direction == "against"
    assert statement.zh.startswith("单一关联:仅靠电话 142****0427")
    assert statement.en.startswith("single link: held together by phone 142****0427 alone")
    assert "14258310427" not in statement.zh + statement.en


def test_chain_of_three_names_both_of_its_links() -> None:
    links = {"a": ["15400000001"], "b": ["15400000001", "15400000002"], "c": ["15400000002"]}
    ties = pd.DataFrame(
        [
            {"holder": at, "home": at, "kind": "phone", "masked": number, "link": int(number[-1]) - 1}
            | {"source_table": "phones", "row_key": f"{who}{number}"}
            for at, (who, numbers) in enumerate(links.items())
            for number in numbers
        ]
    )

    (draft,) = fragility_statement(Fragility(fewest_links([0b011, 0b110]), ties))

    assert draft.direction == "against"
    assert draft.zh.startswith("单一关联:电话 15400000001、电话 15400000002 缺一不可")
    assert "phone 15400000001, phone 15400000002 are all needed" in draft.en
    assert set(draft.source_rows) == set(ties["row_key"])


def test_single_link_cites_the_rows_of_that_value_and_no_other(single: Ring, planted) -> None:
    phones = only_phone(planted(), "14258310427")["phones"]
    statement = said(single)
    assert statement.source_table == "phones"
    assert set(statement.source_rows) == set(phones.loc[phones["phone"] == "14258310427", "row_key"])


def test_ring_of_three_phones_and_two_accounts_is_said_to_be_robust(planted) -> None:
    ring = rf.detect_rings(planted()).rings[0]
    statement = said(ring)
    # person i holds phone i % 3 and account i % 2: without both accounts thirds are left, which are less than half
    assert (statement.direction, statement.weight) == ("for", 0.0)
    assert "2 links are ruled out" in statement.en
    assert "bank account 620000******0000, bank account 620000******0001" in statement.en


def test_number_of_links_is_a_signal_without_weight(planted) -> None:
    (signal,) = [s for s in rf.detect_rings(planted()).rings[0].signals if s.name == "fragility"]
    assert (signal.side, signal.value, signal.weight) == ("structure", 2.0, 0.0)


def test_family_counts_once_so_a_family_phone_adds_nothing(planted) -> None:
    kin = [{"policyholder_id": "R000", "related_policyholder_id": f"R00{i}", "relation": "亲属"} for i in range(1, 4)]
    data = only_phone(planted(relations=kin), "14258310427")
    statement = said(rf.detect_rings(data).rings[0])
    assert statement.en.startswith("single link")
    assert "no two stay tied" in statement.en
