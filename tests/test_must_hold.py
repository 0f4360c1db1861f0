"""What the project promises, on the sample and on books at seeds that were not used to build it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import ringfinder as rf
from ringfinder.evaluate import evaluate
from ringfinder.simulate import simulate, write_world

SAMPLE = Path(__file__).parents[1] / "sample_data" / "lin_ma"
OTHER_SEEDS = (301, 302, 303, 304, 305)
HONEST_SEEDS = tuple(range(401, 411))


def _report(folder, preset, seed):
    world = simulate(preset, n_policyholders=20_000, seed=seed)
    write_world(world, folder / "world")
    return rf.detect_rings(rf.read_tables(folder / "world" / "input")), world.truth_rings


def _jaccard(ring, truth):
    true = set(truth["policyholder_id"])
    found = {m.policyholder_id for m in ring.members if m.role != "associate"}
    return len(found & true) / len(found | true)


@pytest.fixture(scope="module")
def sample_report():
    return rf.detect_rings(rf.read_tables(SAMPLE / "input"))


@pytest.fixture(scope="module")
def sample_truth():
    return pd.read_csv(SAMPLE / "truth" / "rings.csv", dtype="str")


def test_sample_ring_is_flagged_at_rank_one(sample_report, sample_truth):
    top = sample_report.rings[0]
    assert (top.rank, top.status) == (1, "flagged")
    assert _jaccard(top, sample_truth) >= 0.9


def test_nothing_else_in_the_sample_is_flagged(sample_report):
    assert len(sample_report.flagged) == 1


def test_true_ring_of_the_sample_was_overpaid_exactly_the_published_sum(sample_truth):
    data = rf.read_tables(SAMPLE / "input")
    paid = data["surrenders"]
    own = paid.loc[paid["policyholder_id"].isin(sample_truth["policyholder_id"]) & (paid["kind"] == "negotiated")]
    assert round(float((own["amount_paid"] - own["cash_value"]).sum()), 2) == 2_176_200.00
    assert len(sample_truth) == 115


def test_evaluation_of_the_sample_agrees_with_the_report(sample_report, sample_truth):
    lookalikes = pd.read_csv(SAMPLE / "truth" / "lookalikes.csv", dtype="str")
    flagged = [r.ring_id for r in sample_report.flagged]
    result = evaluate(sample_report.members_to_pandas(), flagged, sample_truth, lookalikes)
    assert result.per_ring["jaccard"].max() == pytest.approx(_jaccard(sample_report.rings[0], sample_truth))


@pytest.mark.parametrize("seed", OTHER_SEEDS)
def test_lin_ma_ring_is_flagged_at_rank_one_at_another_seed(tmp_path, seed):
    report, truth = _report(tmp_path, "lin_ma", seed)
    assert report.rings[0].status == "flagged"
    assert _jaccard(report.rings[0], truth) >= 0.9


@pytest.mark.parametrize("seed", HONEST_SEEDS)
def test_honest_book_flags_nothing(tmp_path, seed):
    report, _ = _report(tmp_path, "honest", seed)
    assert report.flagged == ()
