"""Lead times, by hand: a ring is seen when a flagged group holds those of its people who have a case by then."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks.quality.books import BenchBook, BookKey
from benchmarks.quality.early import lead_table, leads_of
from benchmarks.quality.grid import groups_at, run_peer
from benchmarks.quality.links import build_links
from benchmarks.quality.peers import PEERS
from ringfinder.evaluate import Truth
from ringfinder.model.dataset import Dataset

KEY = BookKey(1_000, "tiny", 900)
PEOPLE = [f"P{i}" for i in range(8)]


@pytest.fixture
def book(make_dataset) -> BenchBook:
    """Eight people who complain and are paid one a month, January to August 2021; six of them share a phone."""
    days = [f"2021-{m:02}-10" for m in range(1, 9)]
    dataset = make_dataset(
        policyholders=[{"policyholder_id": p, "name": p} for p in PEOPLE],
        complaints=[{"complaint_id": f"C{i}", "policyholder_id": p, "filed_on": days[i]} for i, p in enumerate(PEOPLE)],
        surrenders=[
            {"surrender_id": f"S{i}", "policyholder_id": p, "surrendered_on": days[i], "kind": "negotiated"}
            | {"cash_value": 1_000.0, "amount_paid": 2_000.0}
            for i, p in enumerate(PEOPLE)
        ],
        phones=[
            {"policyholder_id": p, "phone": "14200000001", "role": "complaint", "since": days[i]}
            for i, p in enumerate(PEOPLE[:6])
        ],
    )
    rings = pd.DataFrame({"ring_id": "R", "kind": "refund", "policyholder_id": PEOPLE[:6]})
    none = pd.DataFrame({"group_id": [], "kind": [], "policyholder_id": []}, dtype="str")
    return BenchBook(KEY, dataset, Truth(rings, none), frozenset(PEOPLE[:6]))


def _who_has_a_case(dataset: Dataset) -> list[frozenset[str]]:
    return [frozenset(dataset["complaints"]["policyholder_id"]) & frozenset(PEOPLE[:6])]


def test_a_ring_is_seen_once_a_flagged_group_holds_its_people_so_far(book: BenchBook) -> None:
    lead, never, late = leads_of(
        book,
        {
            "at once": _who_has_a_case,
            "never": lambda _: [frozenset(PEOPLE[6:])],
            "late": lambda d: _who_has_a_case(d) if len(d["complaints"]) == 8 else [],
        },
    )

    # three of its people have a case by 31 March; the last case is that of 10 June
    assert (lead.seen, lead.to_come) == (True, 0.5)
    assert lead.months == pytest.approx(71 / 30.44, abs=0.01)
    assert (never.seen, never.months, never.to_come) == (False, 0.0, 0.0)
    assert (late.seen, late.months, late.to_come) == (True, 0.0, 0.0)


def test_a_method_sees_nothing_that_came_later(book: BenchBook) -> None:
    sizes: list[int] = []

    def watch(dataset: Dataset) -> list[frozenset[str]]:
        sizes.append(len(dataset["complaints"]))
        return []

    leads_of(book, {"watch": watch})

    assert sizes == [3, 6, 8]


def test_the_table_counts_a_ring_never_seen_as_no_lead(book: BenchBook) -> None:
    table = lead_table(leads_of(book, {"at once": _who_has_a_case, "never": lambda _: []}))

    assert table["method"].tolist() == ["at once", "never"]
    assert table["seen"].tolist() == [1, 0]
    assert table["median months of lead"].tolist() == ["2.3", "0.0"]
    assert table["money still to come"].tolist() == ["0.50", "0.00"]


def test_a_peer_at_one_setting_gives_the_groups_the_grid_measured(book: BenchBook) -> None:
    peer = next(p for p in PEERS if p.name == "components")
    layers = list(build_links(book.dataset))
    results = {r.setting: r for r in run_peer(book, peer, layers)}
    found = {s: groups_at(peer, layers, s) for s in results}

    assert any(len(groups) == 1 for groups in found.values())
    for setting, groups in found.items():
        assert len(groups) == results[setting].flagged
        assert len(set().union(*groups)) == results[setting].people_flagged
    assert groups_at(peer, layers, "no such setting") == []
