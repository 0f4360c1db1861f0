"""Members, statements and identifiers of a ring."""

from __future__ import annotations

import pytest

import ringfinder as rf
from ringfinder.errors import InputError
from ringfinder.model.ring import Evidence


@pytest.fixture
def ring(planted):
    return rf.detect_rings(planted()).rings[0]


def test_evidence_without_a_source_row_cannot_be_made():
    with pytest.raises(InputError, match="cites no source row"):
        Evidence("E1", "phone", "for", "zh", "en", 1.0, "phones", ())


def test_member_with_two_shared_values_is_core(ring):
    assert {m.role for m in ring.members} == {"core"}


def test_holder_of_a_ring_phone_without_a_case_is_an_associate_and_not_counted(planted):
    data = planted()
    rows = data["phones"].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")
    people = data["policyholders"].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")
    more = planted(
        policyholders=[*people, {"policyholder_id": "N001", "name": "丁一"}],
        phones=[*rows, {"policyholder_id": "N001", "phone": "16100000000", "role": "policy", "since": "2019-01-01"}],
    )
    ring = rf.detect_rings(more).rings[0]
    assert [m.policyholder_id for m in ring.members if m.role == "associate"] == ["N001"]
    assert ring.size == 14


def test_shared_phones_and_accounts_are_listed_as_evidence_and_the_hotline_as_guarded(ring):
    roles = {(i.kind, i.role): i for i in ring.identifiers}
    assert ("phone", "evidence") in roles
    assert ("account", "evidence") in roles
    assert ("phone", "guarded") in roles


def test_each_shared_value_is_a_statement_for_and_the_hotline_one_against(ring):
    channels = {(e.channel, e.direction) for e in ring.evidence}
    assert {("phone", "for"), ("account", "for"), ("money", "for"), ("phone", "against")} <= channels


def test_statements_are_in_both_languages_and_never_accuse(ring):
    for evidence in ring.evidence:
        assert any("\u4e00" <= c <= "\u9fff" for c in evidence.zh)
        assert not any("\u4e00" <= c <= "\u9fff" for c in evidence.en)
        assert not any(word in evidence.zh + evidence.en for word in ("罪", "犯", "guilty", "criminal"))


def test_money_statement_gives_the_sum_to_the_fen(ring):
    money = next(e for e in ring.evidence if e.channel == "money")
    assert "112,007.00" in money.zh
    assert len(money.source_rows) == 14


def test_family_inside_a_ring_is_said_against_it(planted):
    kin = [{"policyholder_id": "R000", "related_policyholder_id": "R001", "relation": "夫妻"}]
    ring = rf.detect_rings(planted(relations=kin)).rings[0]
    assert any(e.channel == "household" and e.direction == "against" for e in ring.evidence)


def test_to_pandas_gives_one_row_a_member_in_either_language(ring):
    assert len(ring.to_pandas()) == 14
    assert ring.to_pandas("en")["reason"].str.contains("shares").all()


def test_statement_about_a_shared_value_counts_the_people_of_the_rows_it_cites(planted):
    data = planted()
    for evidence in (
        e for e in rf.detect_rings(data).rings[0].evidence if e.channel == "phone" and e.direction == "for"
    ):
        table = data[evidence.source_table]
        people = table.loc[table["row_key"].isin(evidence.source_rows), "policyholder_id"].nunique()
        assert f" {people} policyholders" in evidence.en


def test_explained_or_thin_group_has_q_one_and_no_flag(planted):
    kin = [{"policyholder_id": "R000", "related_policyholder_id": f"R{i:03d}"} for i in range(1, 12)]
    for ring in rf.detect_rings(planted(relations=kin)).rings:
        assert ring.status == ("flagged" if ring.q_value <= 0.05 else "listed")
