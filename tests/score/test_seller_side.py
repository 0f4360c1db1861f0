"""The arbitrage channel on hand-made books: dealers are flagged, a failed rookie's family is not."""

from __future__ import annotations

import numpy as np
import pytest

import ringfinder as rf


def _world(make_dataset, *, codes, payers, straw=12, still_insured=0):
    """600 ordinary clients of 60 agents, every twelfth of whom leaves early, and `straw` people of a dealer."""
    rng = np.random.default_rng(3)
    people, policies, accounts, gone = [], [], [], []

    def insure(person, agent, issued, payer, left):
        people.append({"policyholder_id": person})
        policies.append(
            {
                "policy_id": f"P{person}",
                "policyholder_id": person,
                "agent_id": agent,
                "issued_on": str(issued),
                "premiums_paid": 20000.0,
            }
        )
        accounts.append({"policyholder_id": person, "account": payer, "role": "premium", "since": str(issued)})
        if left is not None:
            gone.append(
                {
                    "surrender_id": f"S{person}",
                    "policyholder_id": person,
                    "policy_id": f"P{person}",
                    "kind": "normal",
                    "surrendered_on": str(left),
                }
            )

    day = np.datetime64("2020-01-01")
    for i in range(600):
        issued = day + int(rng.integers(0, 700))
        insure(f"H{i:03d}", f"B{i // 10:02d}", issued, f"888{i:016d}", issued + 200 if i % 12 == 0 else None)
    for i in range(straw):
        issued = day + int(rng.integers(100, 400))
        left = None if i < still_insured else issued + 250
        insure(f"R{i:02d}", f"D{i % codes}", issued, f"999{(i // 2) % payers:016d}", left)
    return make_dataset(policyholders=people, policies=policies, bank_accounts=accounts, surrenders=gone)


def _members(ring):
    return {m.policyholder_id for m in ring.members if m.role != "associate"}


def test_straw_holders_of_several_codes_and_payers_are_flagged_as_arbitrage(make_dataset):
    report = rf.detect_rings(_world(make_dataset, codes=3, payers=2))
    assert [r.kind for r in report.flagged] == ["arbitrage"]
    assert _members(report.flagged[0]) == {f"R{i:02d}" for i in range(12)}
    assert report.flagged[0].overpaid_fen == 0  # money above cash value and commission are never mixed


def test_failed_rookie_with_one_code_and_one_payer_is_listed_with_the_reason(make_dataset):
    report = rf.detect_rings(_world(make_dataset, codes=1, payers=1))
    assert report.flagged == ()
    assert [r.stories for r in report.rings] == [("one_seller",)]


def test_closed_employer_whose_people_all_leave_is_listed_with_the_reason(make_dataset):
    data = _world(make_dataset, codes=3, payers=2)
    plain = {
        name: data[name].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")
        for name in ("policyholders", "policies", "bank_accounts", "surrenders")
    }
    for person in plain["policyholders"]:
        person["employer"] = "某某机械厂" if person["policyholder_id"].startswith("R") else None
    report = rf.detect_rings(make_dataset(**plain))
    assert report.flagged == ()
    assert report.rings[0].stories == ("one_employer",)


def test_straw_holder_still_insured_is_named_but_does_not_speak(make_dataset):
    report = rf.detect_rings(_world(make_dataset, codes=3, payers=2, straw=14, still_insured=2))
    assert _members(report.flagged[0]) == {f"R{i:02d}" for i in range(14)}
    reasons = {m.policyholder_id: m.en for m in report.flagged[0].members}
    assert "still insured" in reasons["R00"] and "still insured" not in reasons["R05"]
    assert any("still insured" in e.en for e in report.flagged[0].evidence if e.direction == "against")


def test_ordinary_early_leavers_make_no_group(make_dataset):
    assert rf.detect_rings(_world(make_dataset, codes=3, payers=2, straw=0)).rings == ()


def test_every_statement_cites_rows_that_exist(make_dataset):
    data = _world(make_dataset, codes=3, payers=2)
    for evidence in rf.detect_rings(data).rings[0].evidence:
        assert set(evidence.source_rows) <= set(data[evidence.source_table]["row_key"])


@pytest.mark.parametrize("seed", [71, 72])
@pytest.mark.parametrize("preset", ["arbitrage", "self_purchase"])
def test_simulated_dealers_are_found_whole(preset, seed, tmp_path):
    from ringfinder.simulate import simulate, write_world

    world = simulate(preset, n_policyholders=8_000, seed=seed)
    write_world(world, tmp_path / "world")
    report = rf.detect_rings(rf.read_tables(tmp_path / "world" / "input"))
    found = [_members(r) for r in report.flagged]
    for _, members in world.truth_rings.groupby("ring_id"):
        truth = set(members["policyholder_id"])
        assert max(len(truth & f) / len(truth | f) for f in found) >= 0.9
