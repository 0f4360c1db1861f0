"""The arbitrage channel on hand-made books: dealers are flagged, a failed rookie's family is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

import ringfinder as rf
from ringfinder.config import RunConfig
from ringfinder.model.book import EVENT_COLUMNS, LINK_COLUMNS, VALUE_COLUMNS, Book
from ringfinder.model.scored import ScoredGroup
from ringfinder.score import ScoreParams, without_overlap
from ringfinder.score.rank import linking_ties
from ringfinder.score.seller_side import bridging_values


def _world(make_dataset, *, codes, payers, straw=12, still_insured=0, goodwill=()):
    """600 ordinary clients of 60 agents, every twelfth of whom leaves early, and `straw` people of a dealer.

    Those of `goodwill` were paid 3000 yuan above cash value when they left.
    """
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
                    "kind": "negotiated" if person in goodwill else "normal",
                    "surrendered_on": str(left),
                    "cash_value": 1000.0,
                    "amount_paid": 4000.0 if person in goodwill else 1000.0,
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


def test_goodwill_paid_to_a_straw_holder_is_no_loss_of_the_arbitrage_ring(make_dataset):
    report = rf.detect_rings(_world(make_dataset, codes=3, payers=2, goodwill=("R03", "H000")))
    ring = report.flagged[0]
    assert (ring.kind, "R03" in _members(ring), ring.negotiated) == ("arbitrage", True, 1)
    assert report.book.events["overpaid_fen"].sum() == 600_000
    assert ring.overpaid_fen == 0  # money above cash value and commission are never mixed
    assert "money" not in ring.channels


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


def _group(*people, is_flagged=True):
    return ScoredGroup(
        people=np.array(people),
        is_linked=np.ones(len(people), dtype=bool),
        likeness=np.zeros(len(people)),
        statistic=9.0,
        score=0.6,
        p_value=0.01,
        q_value=0.01,
        is_flagged=is_flagged,
        kinds=("account", "phone"),
        signals=(),
        stories=(),
    )


def test_arbitrage_group_that_is_mostly_one_flagged_refund_group_is_dropped():
    refund = [_group(0, 1, 2, 7, 8, 9)]
    assert without_overlap([_group(0, 1, 2, 3, 4)], refund) == ()


def test_arbitrage_group_of_people_of_a_listed_refund_group_stays():
    arbitrage = (_group(0, 1, 2, 3),)
    assert without_overlap(arbitrage, [_group(0, 1, 2, 3, is_flagged=False)]) == arbitrage


def test_arbitrage_group_half_of_which_is_a_refund_group_stays():
    # half of the arbitrage group, though it is the whole of the refund group
    arbitrage = (_group(0, 1, 2, 3, 4, 5),)
    assert without_overlap(arbitrage, [_group(0, 1, 2)]) == arbitrage


def test_only_the_overlapping_arbitrage_group_is_dropped_and_the_order_stays():
    arbitrage = [_group(20, 21, 22), _group(0, 1, 2), _group(10, 11, 12)]
    assert without_overlap(arbitrage, [_group(0, 1, 9)]) == (arbitrage[0], arbitrage[2])
    assert without_overlap(arbitrage, []) == tuple(arbitrage)


def _seller_book(holders, values, links, early):
    """A seller's-side book; every link is (holder, value, row of the policy sold or ''), every policy one event."""
    number = {value: i for i, (value, _, _) in enumerate(values)}
    rows = [
        {
            "holder": holder,
            "value_id": number[value],
            "kind": values[number[value]][1],
            "role": "sold" if policy else "premium",
            "is_fresh": not policy or policy in early,
            "source_table": "policies" if policy else "bank_accounts",
            "row_key": policy or f"{value}-{holder}",
        }
        for holder, value, policy in links
    ]
    events = [{"holder": int(policy[1]), "kind": "early_surrender", "row_key": policy} for policy in early]
    return Book(
        holders=np.array([f"H{i}" for i in range(len(holders))], dtype=object),
        household=np.array(holders, dtype=np.int32),
        links=pd.DataFrame(rows).reindex(columns=LINK_COLUMNS),
        values=pd.DataFrame(
            [{"value_id": i, "kind": k, "value": v, "verdict": said} for i, (v, k, said) in enumerate(values)]
        ).reindex(columns=VALUE_COLUMNS),
        events=pd.DataFrame(events).reindex(columns=EVENT_COLUMNS),
    )


def test_bridging_value_ties_households_whose_sellers_differ():
    codes = [("D1", "intermediary", "evidence"), ("D2", "intermediary", "evidence"), ("B1", "intermediary", "guarded")]
    payers = ["two codes", "one code", "ordinary code", "one home", "kept policy", "stranger"]
    values = [*codes, *((payer, "account", "evidence") for payer in payers), ("hotline", "phone", "guarded")]
    # people 0 to 7; 0 and 5 live together
    sold = [(0, "D1"), (1, "D2"), (2, "D1"), (3, "B1"), (4, "D1"), (5, "D2"), (6, "D1"), (7, "D2")]
    policies = [(person, code, f"P{person}") for person, code in sold]
    second = (1, "D1", "P1-second")  # a code is no payer, though its client has two of them
    kept = (6, "D2", "P6-kept")
    paid = [
        *((p, "two codes", "") for p in (0, 1)),
        *((p, "one code", "") for p in (0, 2, 4)),
        *((p, "ordinary code", "") for p in (3, 4)),
        *((p, "one home", "") for p in (0, 5)),
        *((p, "kept policy", "") for p in (2, 6)),
        *((p, "stranger", "") for p in (4, 7)),
        *((p, "hotline", "") for p in range(8)),
    ]
    early = (*(f"P{person}" for person, _ in sold), second[2])
    book = _seller_book([0, 1, 2, 3, 4, 0, 6, 7], values, [*policies, second, kept, *paid], early)

    ids = bridging_values(book, np.arange(7), linking_ties(book))

    assert book.values.loc[ids, "value"].tolist() == ["two codes"]
    with_stranger = bridging_values(book, np.arange(8), linking_ties(book))
    assert book.values.loc[with_stranger, "value"].tolist() == ["two codes", "stranger"]


def _chance_world(make_dataset, seed):
    """400 clients of 80 agents; each of 120 accounts pays for three, and one in four leaves early, by chance."""
    rng = np.random.default_rng(seed)
    issued = np.datetime64("2020-01-01") + rng.integers(0, 700, 400)
    agent, left = rng.permutation(400) // 5, rng.random(400) < 0.25
    people, policies, gone, accounts = [], [], [], []
    for i in range(400):
        who = {"policyholder_id": f"H{i:03d}"}
        people.append(who)
        policies.append(
            who | {"policy_id": f"P{i}", "agent_id": f"B{agent[i]}", "issued_on": str(issued[i]), "premiums_paid": 2e4}
        )
        if left[i]:
            gone.append(
                who
                | {"surrender_id": f"S{i}", "policy_id": f"P{i}", "kind": "normal"}
                | {"surrendered_on": str(issued[i] + 200)}
            )
    for payer in range(120):
        for i in rng.choice(400, 3, replace=False):
            since = issued[i] if rng.random() < 0.9 else issued[i] - 2000 - int(rng.integers(500))
            accounts.append(
                {"policyholder_id": f"H{i:03d}", "account": f"888{payer:016d}", "role": "premium", "since": str(since)}
            )
    return make_dataset(policyholders=people, policies=policies, surrenders=gone, bank_accounts=accounts)


def test_p_value_of_the_strongest_group_of_chance_is_small_no_oftener_than_it_says(make_dataset):
    # one kind is enough here: chance's groups seldom have two, and a list without groups would prove nothing
    config = replace(RunConfig(), score=ScoreParams(null_books=19, min_kinds=1))
    seeds, strongest = range(24), []
    for seed in seeds:
        rings = rf.detect_rings(_chance_world(make_dataset, seed), config).rings
        strongest.append(min((r.p_value for r in rings if r.kind == "arbitrage"), default=None))
    p = np.array([value for value in strongest if value is not None])
    assert len(p) >= 12
    for level in (0.1, 0.3):
        assert (p <= level).sum() <= binom.ppf(0.99, len(seeds), level), sorted(p)
