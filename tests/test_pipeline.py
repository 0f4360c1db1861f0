"""The main job on small planted books."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import ringfinder as rf
from ringfinder.config import DetectParams, RunConfig
from ringfinder.model.dataset import Dataset


def _people(ring):
    return {m.policyholder_id for m in ring.members if m.role != "associate"}


def _shuffled(dataset: Dataset, seed: int) -> Dataset:
    frames = {name: dataset[name].sample(frac=1.0, random_state=seed) for name in dataset}
    return Dataset({name: f.sort_values("row_key", kind="stable", ignore_index=True) for name, f in frames.items()})


def test_planted_ring_is_flagged_first_and_holds_nobody_else(planted):
    report = rf.detect_rings(planted())
    assert report.rings[0].status == "flagged"
    assert _people(report.rings[0]) == {f"R{i:03d}" for i in range(14)}
    assert len(report.flagged) == 1


def test_book_without_the_ring_flags_nothing(planted):
    assert rf.detect_rings(planted(n_ring=0)).flagged == ()


def test_hotline_held_by_a_fifth_of_the_book_changes_no_ring(planted):
    data = planted()
    everyone = data["policyholders"]["policyholder_id"].tolist()
    rows = [
        {"policyholder_id": p, "phone": "05991111111", "role": "policy", "since": "2018-01-01"} for p in everyone[::5]
    ]
    base = data["phones"].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")
    more = planted(phones=base + rows)
    assert _people(rf.detect_rings(more).rings[0]) == _people(rf.detect_rings(data).rings[0])


def test_ring_whose_members_are_all_one_family_is_not_flagged(planted):
    kin = [
        {"policyholder_id": "R000", "related_policyholder_id": f"R{i:03d}", "relation": "亲属"} for i in range(1, 14)
    ]
    assert rf.detect_rings(planted(relations=kin)).flagged == ()


def test_overpaid_sum_is_exact_to_the_fen(planted):
    assert rf.detect_rings(planted()).rings[0].overpaid_fen == 14 * 800050


def test_every_statement_cites_rows_that_exist(planted):
    data = planted()
    keys = {name: set(data[name]["row_key"]) for name in data}
    for ring in rf.detect_rings(data).rings:
        assert {e.direction for e in ring.evidence} <= {"for", "against"}
        for evidence in ring.evidence:
            assert set(evidence.source_rows) <= keys[evidence.source_table], evidence.evidence_id


def test_no_statement_holds_an_unmasked_phone_or_account(planted):
    data = planted()
    values = data["phones"]["phone"].tolist() + data["bank_accounts"]["account"].tolist()
    text = "".join(e.zh + e.en for r in rf.detect_rings(data).rings for e in r.evidence)
    assert text
    assert not [v for v in values if v in text]


def test_shuffled_rows_give_the_same_report(planted):
    data = planted()
    first, second = rf.detect_rings(data), rf.detect_rings(_shuffled(data, 3))
    pd.testing.assert_frame_equal(first.to_pandas(), second.to_pandas())
    pd.testing.assert_frame_equal(first.members_to_pandas(), second.members_to_pandas())


def test_extra_loner_changes_no_membership(planted):
    data = planted()
    people = data["policyholders"].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")
    more = planted(policyholders=[*people, {"policyholder_id": "Z999", "name": "丁一"}])
    assert _people(rf.detect_rings(more).rings[0]) == _people(rf.detect_rings(data).rings[0])


@pytest.mark.parametrize("detector", ["components", "louvain", "leiden"])
def test_every_detector_by_name_finds_the_ring_and_no_stranger(planted, detector):
    config = RunConfig(detect=DetectParams(detector=detector))
    found = set().union(*(_people(ring) for ring in rf.detect_rings(planted(), config).rings))
    assert len(found) >= 12
    assert found <= {f"R{i:03d}" for i in range(14)}


@pytest.mark.parametrize("empty", ["complaints", "surrenders", "bank_accounts", "phones"])
def test_missing_table_does_not_stop_the_run(planted, empty):
    report = rf.detect_rings(planted(**{empty: []}))
    assert all(np.isfinite(r.score) for r in report.rings)


def test_book_of_one_person_has_no_ring(make_dataset):
    data = make_dataset(policyholders=[{"policyholder_id": "H1"}], phones=[{"policyholder_id": "H1", "phone": "1"}])
    assert rf.detect_rings(data).rings == ()


def test_repr_of_report_and_ring_hold_no_personal_value(planted):
    report = rf.detect_rings(planted())
    text = repr(report) + repr(report.rings[0]) + repr(report.book) + repr(report.rings[0].identifiers[0])
    assert "1610000" not in text
