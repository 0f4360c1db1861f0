"""Named signals of a group."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ringfinder.errors import InputError
from ringfinder.score.signals import accused_concentration, burst_share, seller_concentration, upheld_lift


def _complaints(*rows):
    frame = pd.DataFrame(rows, columns=["policyholder_id", "accused_agent_id", "upheld"])
    frame["upheld"] = frame["upheld"].astype("boolean")
    frame["complaint_id"] = frame["row_key"] = [f"C{i}" for i in range(len(frame))]
    frame["filed_on"] = pd.Timestamp("2021-01-01")
    return frame


def test_batch_of_letters_is_a_burst_and_a_slow_trickle_is_not():
    assert burst_share(np.array([100, 101, 105, 110])) == 1.0
    assert burst_share(np.arange(0, 3000, 100)) == pytest.approx(1 / 30)


def test_burst_of_nothing_is_an_error():
    with pytest.raises(InputError):
        burst_share(np.zeros(0, dtype=np.int64))


def test_accusing_one_agent_twice_counts_once():
    rows = [("H1", "A1", None), ("H1", "A1", None), ("H2", "A2", None), ("H3", None, None)]
    assert accused_concentration(_complaints(*rows)) == 0.5


def test_nobody_accused_is_no_concentration():
    assert accused_concentration(_complaints(("H1", None, None))) == 0.0


def test_seller_concentration_is_a_share_of_people():
    policies = pd.DataFrame({"policyholder_id": ["H1", "H1", "H2", "H3"], "agent_id": ["A1", "A2", "A1", "A3"]})
    assert seller_concentration(policies) == pytest.approx(2 / 3)


def test_upheld_lift_is_above_one_for_a_group_the_insurer_wronged_and_below_for_the_reverse():
    wronged = _complaints(*[(f"H{i}", "A1", True) for i in range(8)])
    refused = _complaints(*[(f"H{i}", "A1", False) for i in range(8)])
    assert upheld_lift(wronged, 0.3) > 2 > 1 > upheld_lift(refused, 0.3)
