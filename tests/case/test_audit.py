"""The log beside a case: every edit of it shows."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ringfinder.case.audit import append_entry, audit_faults, audit_path
from ringfinder.errors import InputError

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def add(folder: Path, number: int) -> str:
    return append_entry(folder, "export", at=NOON, who="anna", about={"number": number, "reason": "警方来函"})


@pytest.fixture()
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    for number in range(3):
        add(folder, number)
    return folder


def test_a_log_lies_beside_its_case_and_is_whole(case: Path) -> None:
    path = audit_path(case)

    assert path == case.parent / "case.audit.log"
    assert [json.loads(line)["about"]["number"] for line in path.read_text(encoding="utf-8").splitlines()] == [0, 1, 2]
    assert audit_faults(case) == []
    assert [p.name for p in case.parent.iterdir()] == ["case.audit.log"]


def test_a_changed_line_is_named(case: Path) -> None:
    path = audit_path(case)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("anna", "otto")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert audit_faults(case) == [(2, "changed")]


def test_a_line_taken_out_or_moved_breaks_the_chain(case: Path) -> None:
    path = audit_path(case)
    first, second, third = path.read_text(encoding="utf-8").splitlines()

    path.write_text(f"{first}\n{third}\n", encoding="utf-8")
    assert audit_faults(case) == [(2, "chain broken")]
    path.write_text(f"{second}\n{first}\n{third}\n", encoding="utf-8")
    assert [fault for _, fault in audit_faults(case)] == ["chain broken"] * 3


def test_a_line_that_is_no_entry_is_named_and_nothing_is_added_to_it(case: Path) -> None:
    path = audit_path(case)
    path.write_text(path.read_text(encoding="utf-8") + "rubbish\n", encoding="utf-8")
    before = path.read_bytes()

    with pytest.raises(InputError, match="no entry"):
        add(case, 9)

    assert audit_faults(case) == [(4, "not an entry")]
    assert path.read_bytes() == before


def test_two_at_once_make_one_chain(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: add(tmp_path / "case", n), range(24)))

    assert audit_faults(tmp_path / "case") == []
    assert len(audit_path(tmp_path / "case").read_text(encoding="utf-8").splitlines()) == 24
