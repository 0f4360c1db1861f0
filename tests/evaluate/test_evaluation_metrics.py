"""Known answers of the measures."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import pytest

from ringfinder.errors import InputError
from ringfinder.evaluate import evaluate


def _members(groups: Mapping[str, str], key: str = "ring_id", kind: str = "x") -> pd.DataFrame:
    rows = [(g, kind, p) for g, people in groups.items() for p in people]
    return pd.DataFrame(rows, columns=[key, "kind", "policyholder_id"]).astype("str")


NONE = _members({}, "group_id")


def test_a_perfect_run_scores_one_everywhere() -> None:
    truth = _members({"R1": "abcde", "R2": "fghij"})

    result = evaluate(truth, ["R1", "R2"], truth, NONE)

    assert result.ring_recall_50 == result.ring_recall_80 == 1
    assert result.member_precision == result.member_recall == result.member_f1 == 1
    assert result.average_precision == 1
    assert result.n_false == 0


def test_a_ring_listed_but_not_flagged_counts_for_ranking_only() -> None:
    truth = _members({"R1": "abcde"})

    result = evaluate(truth, [], truth, NONE)

    assert result.ring_recall_50 == 0
    assert result.member_recall == 0
    assert math.isnan(result.member_precision)
    assert result.average_precision == 1
    assert result.per_ring.loc[0, "jaccard"] == 1
    assert not result.per_ring.loc[0, "flagged"]


def test_jaccard_thresholds_part_half_a_ring_from_a_whole_one() -> None:
    found = _members({"f1": "abcdefXY", "f2": "pqrst"})
    truth = _members({"R1": "abcdefgh", "R2": "pqrst"})

    result = evaluate(found, ["f1", "f2"], truth, NONE)

    assert result.per_ring["jaccard"].tolist() == [0.6, 1.0]
    assert result.ring_recall_50 == 1
    assert result.ring_recall_80 == 0.5
    assert result.member_precision == pytest.approx(11 / 13)
    assert result.member_recall == pytest.approx(11 / 13)


def test_associates_do_not_count() -> None:
    found = _members({"f1": "abcdeXYZ"}).assign(role=["core"] * 2 + ["member"] * 3 + ["associate"] * 3)
    truth = _members({"R1": "abcde"})

    result = evaluate(found, ["f1"], truth, NONE)

    assert result.member_precision == 1
    assert result.ring_recall_80 == 1


def test_a_ring_half_true_is_false_and_blamed_on_its_look_alike() -> None:
    found = _members({"f1": "abcd", "f2": "wxyz", "f3": "mnop"})
    truth = _members({"R1": "abefghi"})
    lookalikes = pd.concat(
        [_members({"G1": "wxy"}, "group_id", "B06 mis_selling"), _members({"G2": "zm"}, "group_id", "B01 household")]
    )

    result = evaluate(found, ["f1", "f2", "f3"], truth, lookalikes)

    assert result.n_flagged == 3
    assert result.n_false == 3
    assert result.false_by_lookalike == {"B06 mis_selling": 1, "none": 2}


def test_a_split_ring_is_covered_but_not_matched() -> None:
    found = _members({"f1": "abc", "f2": "def", "f3": "gh"})
    truth = _members({"R1": "abcdefgh"})

    result = evaluate(found, ["f1", "f2", "f3"], truth, NONE)

    assert result.ring_recall_50 == 0
    assert result.per_ring.loc[0, "coverage"] == 1
    assert result.member_f1 == 1
    assert result.n_false == 0


def test_average_precision_follows_the_rank() -> None:
    found = _members({"bad": "uvw", "good": "abcde", "worse": "xyz", "late": "fghij"})
    truth = _members({"R1": "abcde", "R2": "fghij"})

    result = evaluate(found, [], truth, NONE)

    assert result.average_precision == pytest.approx((1 / 2 + 2 / 4) / 2)


def test_a_second_copy_of_a_ring_is_no_second_hit() -> None:
    found = _members({"one": "abcde", "two": "abcd", "three": "fghij"})
    truth = _members({"R1": "abcde", "R2": "fghij"})

    result = evaluate(found, [], truth, NONE)

    assert result.average_precision == pytest.approx((1 + 2 / 3) / 2)


def test_an_honest_world_has_false_alarms_and_no_recall() -> None:
    result = evaluate(_members({"f1": "abc"}), ["f1"], _members({}), NONE)

    assert math.isnan(result.ring_recall_50)
    assert math.isnan(result.average_precision)
    assert result.member_precision == 0
    assert result.n_false == 1


def test_the_table_lists_every_measure() -> None:
    truth = _members({"R1": "abcde"})

    table = evaluate(truth, ["R1"], truth, NONE).to_frame()

    assert list(table.columns) == ["measure", "value"]
    assert len(table) == 8


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="policyholder_id"):
        evaluate(pd.DataFrame({"ring_id": ["a"]}), [], _members({}), NONE)
