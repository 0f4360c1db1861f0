"""Honest stories clear a group and say why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ringfinder.construct import build_book
from ringfinder.score.stories import find_stories, group_facts


def _group(make_dataset, *, accused="A1", upheld=True, paid=True, body=None, body_kind="law_firm", engaged=4):
    people = [{"policyholder_id": f"H{i}"} for i in range(6)]
    complaints = [
        {
            "complaint_id": f"C{i}",
            "policyholder_id": f"H{i}",
            "filed_on": "2021-05-01",
            "accused_agent_id": accused if isinstance(accused, str) else accused[i],
            "upheld": upheld if isinstance(upheld, bool) else upheld[i],
        }
        for i in range(6)
    ]
    surrenders = [
        {
            "surrender_id": f"S{i}",
            "policyholder_id": f"H{i}",
            "kind": "negotiated",
            "surrendered_on": "2021-06-01",
            "cash_value": 1.0,
            "amount_paid": 9.0 if paid else 1.0,
        }
        for i in range(6)
    ]
    engagements = [{"policyholder_id": f"H{i}", "intermediary_id": body, "role": "represented"} for i in range(engaged)]
    return make_dataset(
        policyholders=people,
        complaints=complaints,
        surrenders=surrenders,
        engagements=engagements if body else [],
        intermediaries=[{"intermediary_id": body, "kind": body_kind}] if body else [],
    )


def _names(data, *, rate=0.2, chance=None, nats=5.0):
    book = build_book(data)
    facts = group_facts(data, book, np.arange(6))
    if chance is None:
        chance = 1e-6 if facts.n_good_homes else 1.0
    return [s.name for s in _stories(data, rate=rate, chance=chance, nats=nats)]


def _stories(data, *, rate=0.2, chance=1e-6, nats=1.0):
    facts = group_facts(data, build_book(data), np.arange(6))
    return find_stories(
        facts, facts, data, upheld_rate=rate, outcome_chance=chance, outcome_nats=nats, serial_share=0.01
    )


def test_one_accused_agent_with_upheld_findings_is_real_mis_selling(make_dataset):
    assert "seller" in _names(_group(make_dataset))


def test_one_accused_agent_without_findings_is_no_honest_story(make_dataset):
    assert _names(_group(make_dataset, upheld=False)) == []


def test_dispersed_sellers_without_findings_are_no_honest_story(make_dataset):
    assert _names(_group(make_dataset, accused=[f"A{i}" for i in range(6)], upheld=False)) == []


def test_half_upheld_far_above_the_book_is_founded(make_dataset):
    names = _names(_group(make_dataset, accused=[f"A{i}" for i in range(6)], upheld=[True] * 4 + [False] * 2), rate=0.1)
    assert names == ["founded"]


def test_findings_within_chances_reach_clear_only_people_who_have_a_seller_in_common(make_dataset):
    upheld = [True] * 5 + [False]  # chance makes so many of a rate of .45 once in fifteen, of .4 once in twenty-five
    scattered, half = [f"A{i}" for i in range(6)], ["A0"] * 3 + [f"A{i}" for i in range(1, 4)]

    assert _names(_group(make_dataset, accused=scattered, upheld=upheld), rate=0.4) == []
    assert _names(_group(make_dataset, accused=half, upheld=upheld), rate=0.4) == ["founded"]
    assert _names(_group(make_dataset, accused=half, upheld=upheld), rate=0.45) == []
    assert _names(_group(make_dataset, accused=scattered, upheld=upheld), rate=0.25) == ["founded"]


def test_licensed_representative_clears_and_a_consultancy_does_not(make_dataset):
    dispersed = {"accused": [f"A{i}" for i in range(6)], "upheld": False}
    assert _names(_group(make_dataset, body="L1", **dispersed)) == ["licensed"]
    assert _names(_group(make_dataset, body="L1", body_kind="consultancy", **dispersed)) == []


def test_gaps_in_the_records_of_representation_do_not_hide_a_lawyer(make_dataset):
    dispersed = {"accused": [f"A{i}" for i in range(6)], "upheld": False, "body": "L1"}
    assert _names(_group(make_dataset, engaged=2, **dispersed)) == ["licensed"]
    assert _names(_group(make_dataset, engaged=1, **dispersed)) == []


def test_group_nobody_of_which_was_paid_above_cash_value_is_usual(make_dataset):
    assert "usual_outcome" in _names(_group(make_dataset, paid=False, upheld=False))


def test_payments_as_frequent_as_among_peers_are_usual(make_dataset):
    dispersed = {"accused": [f"A{i}" for i in range(6)], "upheld": False}
    assert "usual_outcome" in _names(_group(make_dataset, **dispersed), chance=0.3)
    assert "usual_outcome" not in _names(_group(make_dataset, **dispersed), chance=0.1)


def test_payments_that_the_book_explains_better_than_a_broker_are_usual_however_rare(make_dataset):
    dispersed = {"accused": [f"A{i}" for i in range(6)], "upheld": False}
    assert _names(_group(make_dataset, **dispersed), chance=0.01, nats=-0.4) == ["usual_outcome"]
    assert _names(_group(make_dataset, **dispersed), chance=0.01, nats=0.4) == []


def test_every_story_cites_rows(make_dataset):
    data = _group(make_dataset, paid=False, body="L1")
    book = build_book(data)
    facts = group_facts(data, book, np.arange(6))
    stories = find_stories(facts, facts, data, upheld_rate=0.2, outcome_chance=1.0, outcome_nats=1.0, serial_share=0.01)
    assert stories
    assert all(s.source_rows for s in stories)


def test_victims_who_share_nothing_on_file_still_tell_the_sellers_story(make_dataset):
    data = _group(make_dataset, accused=["A2", None, "A1", "A1", "A1", "A1"], upheld=[False, False] + [True] * 4)
    book = build_book(data)
    linked, everybody = group_facts(data, book, np.arange(2)), group_facts(data, book, np.arange(6))
    assert "seller" not in [
        s.name
        for s in find_stories(
            linked, linked, data, upheld_rate=0.2, outcome_chance=1e-6, outcome_nats=5.0, serial_share=0.01
        )
    ]
    assert "seller" in [
        s.name
        for s in find_stories(
            linked, everybody, data, upheld_rate=0.2, outcome_chance=1e-6, outcome_nats=5.0, serial_share=0.01
        )
    ]


@pytest.mark.parametrize(("others_upheld", "told"), [(True, True), (False, False)])
def test_findings_on_others_who_accuse_the_agent_count_too(make_dataset, others_upheld, told):
    group = _group(make_dataset, upheld=False)
    others = [
        {"complaint_id": f"D{i}", "policyholder_id": f"V{i}", "filed_on": "2021-05-01", "accused_agent_id": "A1"}
        | {"upheld": others_upheld}
        for i in range(20)
    ]
    tables = {
        name: group[name].drop(columns=["row_key", "source_file", "source_line"], errors="ignore").to_dict("records")
        for name in ("policyholders", "complaints", "surrenders")
    }
    tables["policyholders"] += [{"policyholder_id": f"V{i}"} for i in range(20)]
    tables["complaints"] += others

    assert ("seller" in _names(make_dataset(**tables))) is told


def _at_work(data, employers, *, others="", n_others=94):
    """The data with each of the six people's employer, among others who name theirs."""
    people = data["policyholders"].copy()
    people["employer"] = pd.array(employers, dtype="str")
    rest = pd.DataFrame({"policyholder_id": [f"Z{i}" for i in range(n_others)], "employer": others})
    both = pd.concat([people, rest], ignore_index=True).convert_dtypes()
    return replace(data, tables={**data.tables, "policyholders": both.astype({"employer": "str"})})


def test_staff_of_one_employer_who_were_paid_together_are_told(make_dataset):
    data = _at_work(_group(make_dataset, upheld=False), ["甲厂"] * 4 + [None, "乙厂"])
    told = _stories(data)
    assert [s.name for s in told] == ["one_employer"]
    assert told[0].source_rows == ("H0", "H1", "H2", "H3")


def test_a_word_that_half_of_the_book_gives_as_employer_names_none(make_dataset):
    data = _at_work(_group(make_dataset, upheld=False), ["农民"] * 4 + [None, "乙厂"], others="农民")
    assert _stories(data) == ()


def test_two_colleagues_in_six_are_no_closing_employer(make_dataset):
    assert _stories(_at_work(_group(make_dataset, upheld=False), ["甲厂"] * 2 + [None] * 4)) == ()
