"""What speaks for a ring's people: the two sides, the benign explanation that fits best, long custom."""

from __future__ import annotations

import pytest

import ringfinder as rf

RING = [f"R{i:03d}" for i in range(14)]


def _rows(data, table):
    return data[table].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")


def _said(data, channel, *, status="flagged"):
    ring = rf.detect_rings(data).rings[0]
    assert ring.status == status
    return [e for e in ring.evidence if e.channel == channel]


def _accusing(planted, agent_of):
    """The planted book, where the ring accuses as given, and nobody's complaint in it is upheld."""
    complaints = _rows(planted(), "complaints")
    for row in complaints:
        if row["policyholder_id"] in RING:
            row |= {"accused_agent_id": agent_of(RING.index(row["policyholder_id"])), "upheld": False}
    return planted(complaints=complaints)


def test_people_who_share_values_and_accuse_many_sellers_look_like_a_ring(planted):
    (said,) = _said(_accusing(planted, lambda i: f"A{i}"), "sides")
    assert said.direction == "for"
    assert "complaint side 100% (14 of 14 households" in said.en
    assert "seller side 7%" in said.en
    assert said.source_table == "complaints"
    assert set(said.source_rows) == {f"C{who}" for who in RING}


def test_people_together_on_both_sides_may_be_one_agents_clients(planted):
    (said,) = _said(_accusing(planted, lambda i: "A99" if i % 2 else f"A{i}"), "sides")
    assert said.direction == "against"
    assert "seller side 50%" in said.en
    assert "one agent's clients" in said.en


@pytest.mark.parametrize(("agent_of", "best"), [(lambda i: "A0", "one agent's real victims"), (lambda i: None, None)])
def test_the_benign_explanation_that_comes_nearest_is_told(planted, agent_of, best):
    said = _said(_accusing(planted, agent_of), "benign")
    assert [e.direction for e in said] == (["against"] if best else [])
    assert all(best in e.en and 0 < e.weight < 1 for e in said)


def test_families_are_the_benign_explanation_where_nothing_else_is_known(planted):
    kin = [{"policyholder_id": RING[0], "related_policyholder_id": RING[1], "relation": "spouse"}]
    data = _accusing(planted, lambda i: None)
    (said,) = _said(planted(complaints=_rows(data, "complaints"), relations=kin), "benign")
    assert "families acting together (1 people beside one of each household)" in said.en
    assert said.weight == pytest.approx(1 / 14, abs=1e-4)


def test_a_group_that_a_story_explains_has_no_second_best(planted):
    complaints = _rows(_accusing(planted, lambda i: "A0"), "complaints")
    for row in complaints:
        if row["policyholder_id"] in RING:
            row["upheld"] = True
    data = planted(complaints=complaints)
    ring = next(r for r in rf.detect_rings(data).rings if {m.policyholder_id for m in r.members} >= set(RING))
    assert "seller" in ring.stories
    assert [e for e in ring.evidence if e.channel == "benign"] == []


def test_people_insured_for_ten_years_before_their_first_case_speak_against(planted):
    filed = {row["policyholder_id"]: row["filed_on"] for row in _rows(planted(), "complaints")}

    def policy(who, years):
        return {
            "policy_id": f"P{who}",
            "policyholder_id": who,
            "issued_on": filed[who].replace(year=filed[who].year - years),
        }

    (said,) = _said(planted(policies=[policy(RING[0], 11), policy(RING[1], 9), policy("H001", 11)]), "tenure")
    assert said.en == "1 person insured for 10 years or more before a first case"
    assert (said.direction, said.source_rows) == ("against", (f"P{RING[0]}",))
    assert _said(planted(), "tenure") == []
