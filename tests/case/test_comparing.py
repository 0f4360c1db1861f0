"""Two cases side by side, matched by people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ringfinder.case import Case, open_case, write_case
from ringfinder.errors import InputError
from ringfinder.model.ring import Member, Ring, RingReport


def with_rings(report: RingReport, folder: Path, **people: range) -> Case:
    """The case with other people in its rings: R1=range(0, 9) is ring R-0001."""
    rings: list[Ring] = []
    for rank, (name, numbers) in enumerate(people.items(), start=1):
        members = tuple(Member(f"PH{i:03d}", "core", 1.0, None, "共用", "shares") for i in numbers)
        like = report.rings[0]
        ring_id = f"R-{int(name[1:]):04d}"
        evidence = tuple(replace(e, evidence_id=f"{ring_id}-E{i}") for i, e in enumerate(like.evidence))
        rings.append(replace(like, ring_id=ring_id, rank=rank, members=members, evidence=evidence, identifiers=()))
    return open_case(write_case(replace(report, rings=tuple(rings)), folder))


def changes(before: Case, after: Case) -> list[tuple[str, str, str, str]]:
    frame = after.compare(before)
    return list(frame[["ring_before", "ring_after", "event", "others"]].itertuples(index=False, name=None))


def test_a_case_beside_itself_has_only_kept_rings(case: Case) -> None:
    assert changes(case, case) == [("R-0001", "R-0001", "kept", ""), ("R-0002", "R-0002", "kept", "")]


def test_rings_are_matched_by_people_whatever_their_ids(report: RingReport, tmp_path: Path) -> None:
    before = with_rings(report, tmp_path / "a", R1=range(6), R2=range(20, 26), R3=range(50, 55))
    after = with_rings(report, tmp_path / "b", R1=range(20, 29), R2=range(5), R3=range(30, 34))

    assert changes(before, after) == [
        ("R-0002", "R-0001", "grown", ""),
        ("R-0001", "R-0002", "shrunk", ""),
        ("", "R-0003", "new", ""),
        ("R-0003", "", "gone", ""),
    ]
    row = after.compare(before).iloc[0]
    assert row[["before", "after", "common", "joined", "left"]].tolist() == [6, 9, 6, 3, 0]
    assert (row["status_before"], row["status_after"]) == ("flagged", "flagged")


def test_a_split_names_its_pieces_and_a_merger_its_parts(report: RingReport, tmp_path: Path) -> None:
    whole = with_rings(report, tmp_path / "whole", R7=range(12))
    parts = with_rings(report, tmp_path / "parts", R1=range(8), R2=range(8, 12))

    assert ("R-0007", "R-0001", "split", "R-0002") in changes(whole, parts)
    assert ("R-0001", "R-0007", "merged", "R-0002") in changes(parts, whole)
    assert ("R-0002", "", "gone", "R-0007") in changes(parts, whole)


def test_cases_of_other_people_are_not_compared(
    case: Case, report: RingReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = with_rings(report, tmp_path / "other")
    real = Case.fetch
    monkeypatch.setattr(Case, "fetch", lambda self, sql, given=None: _strangers(real(self, sql, given), self is other))

    with pytest.raises(InputError, match="share no policyholder"):
        case.compare(other)


def test_cases_of_one_book_whose_rings_share_nobody_are_compared(report: RingReport, tmp_path: Path) -> None:
    before = with_rings(report, tmp_path / "a", R1=range(6))
    after = with_rings(report, tmp_path / "b", R1=range(20, 26))

    assert changes(before, after) == [("", "R-0001", "new", ""), ("R-0001", "", "gone", "")]


def _strangers(frame: pd.DataFrame, is_other: bool) -> pd.DataFrame:
    """The same rows of other people."""
    return frame.assign(person="X" + frame["person"]) if is_other and "person" in frame else frame
