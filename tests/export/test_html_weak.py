"""What a picture hangs on, whom an area covers, what of a very large ring is drawn."""

from __future__ import annotations

import math
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from ringfinder.export.html import ring_data
from ringfinder.export.html.ring_data import ring_payload
from ringfinder.export.html.ring_weak import choose_drawn, mark_fragile

_spec = spec_from_file_location("fixture_dossier", Path(__file__).with_name("fixture_dossier.py"))
assert _spec is not None
assert _spec.loader is not None
fixture = module_from_spec(_spec)
_spec.loader.exec_module(fixture)


def made(pairs: list[tuple[str, str]], **roles: str) -> tuple[list[Any], list[Any], list[Any]]:
    people = [{"key": key} for key in dict.fromkeys(h for h, _ in pairs)]
    items = [{"key": key} for key in dict.fromkeys(i for _, i in pairs)]
    links = [{"h": h, "i": i, "kind": roles.get(i, "evidence")} for h, i in pairs]
    return people, items, links


#: two groups of three, each round its phone and its account, joined by one account that h2 and h3 share
JOINED = [(h, i) for h in ("h0", "h1", "h2") for i in ("i0", "i1")] + [("h2", "i2"), ("h3", "i2")]
JOINED += [(h, i) for h in ("h3", "h4", "h5") for i in ("i3", "i4")] + [("h6", "i3")]


def test_the_only_link_between_two_groups_and_of_a_loner_are_fragile() -> None:
    people, items, links = made(JOINED)

    mark_fragile(people, items, [], links, [])

    assert {(row["h"], row["i"]) for row in links if row["fragile"]} == {("h2", "i2"), ("h3", "i2"), ("h6", "i3")}


def test_a_value_carries_the_people_who_lose_the_rest_without_it() -> None:
    people, items, links = made(JOINED)

    mark_fragile(people, items, [], links, [])

    assert {row["key"]: row["carries"] for row in items} == {"i0": 0, "i1": 0, "i2": 3, "i3": 1, "i4": 0}


def test_values_that_do_not_count_hold_nothing_and_a_letter_does() -> None:
    people, items, links = made([("h0", "i0"), ("h1", "i0"), ("h0", "i1"), ("h1", "i1")], i1="guarded")
    letters = [{"t": "t0", "h": h, "verdict": "linked"} for h in ("h0", "h1")]

    mark_fragile(people, items, [], links, [])
    alone = [row["fragile"] for row in links]
    mark_fragile(people, items, [{"key": "t0"}], links, letters)

    assert alone == [True, True, False, False]
    assert not any(row["fragile"] for row in links)


def test_fragile_links_are_the_bridges_that_networkx_finds() -> None:
    data: Any = ring_payload(fixture.make_ring_dossier(115), language="zh")
    graph = nx.Graph((row["h"], row["i"]) for row in data["links"] if row["kind"] == "evidence")
    graph.add_edges_from((row["h"], row["t"]) for row in data["letters"] if row["t"] and row["verdict"] == "linked")

    bridges = {frozenset(pair) for pair in nx.bridges(graph)}
    marked = {frozenset((row["h"], row["i"])) for row in data["links"] if row["fragile"]}

    assert marked
    assert marked == {pair for pair in bridges if not any(key.startswith("t") for key in pair)}


def _far(x: float, y: float, x1: float, y1: float, x2: float, y2: float) -> float:
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = min(1.0, max(0.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length)) if length else 0.0
    return math.hypot(x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1))


@pytest.mark.parametrize("n", [30, 115, 300])
def test_no_area_of_a_template_covers_anybody_else(n: int) -> None:
    data: Any = ring_payload(fixture.make_ring_dossier(n), language="zh")
    folk = {node["id"]: node for node in data["nodes"] if node["group"] == "person"}

    for region in data["regions"]:
        strangers = [node for key, node in folk.items() if key not in region["people"]]
        for node in strangers:
            x, y, size = node["x"], node["y"], node["size"]
            for key, radius in zip(region["people"], region["radii"], strict=True):
                assert math.hypot(folk[key]["x"] - x, folk[key]["y"] - y) >= radius + size
            assert all(_far(x, y, *join[:4]) >= join[4] + size for join in region["joins"])
        assert all(r > folk[key]["size"] for key, r in zip(region["people"], region["radii"], strict=True))


def test_a_ring_too_large_to_draw_keeps_its_core_and_what_two_of_them_share() -> None:
    people, items, links = made([(f"h{n}", f"i{n // 2}") for n in range(20)])

    drawn, shared = choose_drawn(people, items, links, room=10)

    assert [row["key"] for row in drawn] == [f"h{n}" for n in range(len(drawn))]
    assert len(drawn) + len(shared) <= 10 < len(drawn) + len(shared) + 2
    assert [row["key"] for row in shared] == [f"i{n}" for n in range(len(drawn) // 2)]
    assert choose_drawn(people, items, links, room=30) == (people, items)


def test_the_page_of_a_large_ring_counts_who_is_not_drawn_and_lists_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ring_data, "MAX_NODES", 100)
    data: Any = ring_payload(fixture.make_ring_dossier(115), language="zh")
    drawn = [node for node in data["nodes"] if node["group"] == "person"]

    assert len(data["nodes"]) <= 100
    assert data["hidden"]["people"] == 115 - len(drawn) > 0
    assert len(data["people"]) == 115
    assert {p["key"] for p in data["people"] if p["role"] == "core"} <= {node["id"] for node in drawn}
    assert {edge[end] for edge in data["edges"] for end in ("from", "to")} <= {node["id"] for node in data["nodes"]}


def test_everybody_is_told_which_statements_rest_on_their_rows() -> None:
    dossier = fixture.make_ring_dossier(30)
    row = dossier.letters.iloc[0]
    dossier.evidence.loc[0, "source_rows"] = str(row["complaint_id"])
    data: Any = ring_payload(dossier, language="zh")

    place = next(i for i, e in enumerate(data["evidence"]) if e["rows"] == [row["complaint_id"]])

    assert [p["id"] for p in data["people"] if place in p["cites"]] == [row["policyholder_id"]]
