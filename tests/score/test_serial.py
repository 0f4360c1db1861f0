"""Serial complainers: a group that files again and again is unusual even where nobody paid."""

from __future__ import annotations

import pandas as pd
import pytest

import ringfinder as rf


def _rows(data, table):
    return data[table].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")


def _unpaid_ring(planted, *, tickets, same_text=False, same_day=False, serial_people=8):
    """Five of the planted ring are paid, as others are; `serial_people` of it file `tickets` more complaints."""
    data = planted()
    surrenders = _rows(data, "surrenders")
    for row in surrenders:
        if row["policyholder_id"].startswith("R") and int(row["policyholder_id"][1:]) > 4:
            row |= {"kind": "normal", "amount_paid": 1000.0}
    complaints = _rows(data, "complaints")
    filed = {row["policyholder_id"]: row["filed_on"] for row in complaints}
    for i in range(serial_people):
        who = f"R{i:03d}"
        for k in range(tickets):
            day = filed[who] if same_day else filed[who] + pd.Timedelta(days=3 * k + 3)
            complaints.append(
                {"complaint_id": f"X{who}{k}", "policyholder_id": who, "filed_on": str(day), "upheld": False}
                | {"text": "同一封信" if same_text else f"第{k}次来信,{who}"}
            )
    return planted(surrenders=surrenders, complaints=complaints)


def _ring(report):
    return max(report.rings, key=lambda ring: sum(m.policyholder_id.startswith("R") for m in ring.members))


def test_serial_complainers_are_unusual_though_payments_are_not(planted):
    quiet = _ring(rf.detect_rings(_unpaid_ring(planted, tickets=0)))
    assert "usual_outcome" in quiet.stories, "the payments alone must look usual, or nothing is tested"
    assert quiet.status == "listed"

    ring = _ring(rf.detect_rings(_unpaid_ring(planted, tickets=6)))
    assert "usual_outcome" not in ring.stories
    assert ring.p_value <= 0.05 < quiet.p_value, "what they file counts as much as what others are paid"
    (said,) = [e for e in ring.evidence if e.channel == "repeats"]
    assert said.direction == "for"
    cited = {row for row in said.source_rows if row.startswith("X")}
    people = [m.policyholder_id for m in ring.members if m.policyholder_id < "R008"]
    assert said.en.startswith(f"{len(people)} households complain again and again, {len(said.source_rows)} times")
    assert cited == {f"X{who}{k}" for who in people for k in range(6)}


@pytest.mark.parametrize(
    "honest",
    [
        {"tickets": 2},
        {"tickets": 6, "same_text": True},
        {"tickets": 6, "same_day": True},
        {"tickets": 6, "serial_people": 2},
    ],
    ids=["a grievance repeated twice", "one letter forwarded", "tickets of one day", "two people only"],
)
def test_honest_repetition_is_nothing_unusual(honest, planted):
    ring = _ring(rf.detect_rings(_unpaid_ring(planted, **honest)))

    assert "usual_outcome" in ring.stories
    assert not [e for e in ring.evidence if e.channel == "repeats"]
