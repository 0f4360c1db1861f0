"""Known answers and laws of the default detector on bare graphs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ringfinder.detect import BareGraph, detect_communities, group_table
from ringfinder.errors import ConfigError
from ringfinder.model.communities import Communities
from ringfinder.model.graph import EntityGraph

KINDS = pytest.mark.parametrize("has_kinds", [True, False], ids=["with kinds", "without kinds"])


def star(people: range, value: str) -> pd.DataFrame:
    return pd.DataFrame({"source": [f"p{i:05d}" for i in people], "target": value, "kind": "phone"})


def own_identifiers(people: range, each: int = 2) -> pd.DataFrame:
    rows = [(f"p{i:05d}", f"own{i:05d}-{j}", "phone") for i in people for j in range(each)]
    return pd.DataFrame(rows, columns=["source", "target", "kind"])


def as_graph(*parts: pd.DataFrame, has_kinds: bool) -> EntityGraph:
    links = pd.concat(parts, ignore_index=True)
    return EntityGraph.from_links(links if has_kinds else links.drop(columns="kind"))


def people_of(found: Communities) -> list[set[int]]:
    groups = (found.graph.names[group].tolist() for group in found)
    return [{int(n[1:]) for n in names if n.startswith("p")} for names in groups]


def hub_names(found: Communities) -> list[str]:
    return found.graph.names[list(found.record["hubs"])].tolist()


@KINDS
def test_a_star_is_found_under_a_hub_over_everybody(has_kinds: bool) -> None:
    graph = as_graph(
        own_identifiers(range(5000)), star(range(5000), "hub"), star(range(30), "shared"), has_kinds=has_kinds
    )
    found = detect_communities(graph)
    assert people_of(found) == [set(range(30))]
    assert hub_names(found) == ["hub"]


@KINDS
def test_a_hub_alone_is_no_group(has_kinds: bool) -> None:
    graph = as_graph(own_identifiers(range(5000)), star(range(5000), "hub"), has_kinds=has_kinds)
    assert len(detect_communities(graph)) == 0


@KINDS
def test_a_chain_of_people_is_found_inside_a_hub(has_kinds: bool) -> None:
    chain = pd.DataFrame(
        {
            "source": [f"p{i:05d}" for i in range(40)],
            "target": [f"p{i + 1:05d}" for i in range(40)],
            "kind": "policyholder",
        }
    )
    graph = as_graph(star(range(3000), "hub"), chain, has_kinds=has_kinds)
    assert people_of(detect_communities(graph)) == [set(range(41))]


@KINDS
def test_two_stars_with_one_shared_person_are_two_groups(has_kinds: bool) -> None:
    stars = star(range(30), "left"), star(range(29, 59), "right")
    graph = as_graph(own_identifiers(range(5000)), star(range(5000), "hub"), *stars, has_kinds=has_kinds)
    groups = people_of(detect_communities(graph))
    assert sorted(map(len, groups)) == [29, 30]
    assert set.union(*groups) == set(range(59))


def test_twenty_cliques_in_a_ring_are_twenty_groups() -> None:
    rows = [(f"p{c * 10 + i:05d}", f"p{c * 10 + j:05d}") for c in range(20) for i in range(10) for j in range(i)]
    rows += [(f"p{c * 10 + 9:05d}", f"p{(c + 1) % 20 * 10:05d}") for c in range(20)]
    found = detect_communities(EntityGraph.from_links(pd.DataFrame(rows, columns=["source", "target"])))
    expected = [set(range(c * 10, c * 10 + 10)) for c in range(20)]
    assert people_of(found) == expected


@KINDS
def test_repeated_rows_change_no_group(has_kinds: bool) -> None:
    parts = own_identifiers(range(2000)), star(range(2000), "hub"), star(range(20), "shared")
    once = detect_communities(as_graph(*parts, has_kinds=has_kinds))
    twice = detect_communities(as_graph(*parts, *parts, has_kinds=has_kinds))
    assert len(once) == 1
    assert np.array_equal(once.labels, twice.labels)


def test_a_ring_centre_of_150_stays_while_hubs_of_30_go() -> None:
    rng = np.random.default_rng(5)
    hubs = []
    for i in range(800):
        people = rng.choice(5000, 30, replace=False) + 150
        hubs.append(pd.DataFrame({"source": [f"p{p:05d}" for p in people], "target": f"hub{i:03d}", "kind": "phone"}))
    graph = as_graph(own_identifiers(range(5150)), star(range(150), "centre"), *hubs, has_kinds=True)
    found = detect_communities(graph)
    assert people_of(found) == [set(range(150))]
    assert "centre" not in hub_names(found)
    assert len(hub_names(found)) > 400


def families(has_kinds: bool) -> EntityGraph:
    """A ring of 12 on one number; member 0 has a family of four, one of whom shares a recycled number with 50."""
    home = pd.concat([star(range(12, 15), "home"), star(range(1), "home")])
    recycled = pd.concat([star(range(14, 15), "old"), star(range(50, 51), "old")])
    return as_graph(
        own_identifiers(range(2000)), star(range(2000), "hub"), star(range(12), "shared"), home, recycled,
        has_kinds=has_kinds,
    )  # fmt: skip


@KINDS
def test_a_family_that_hangs_on_one_member_is_cut_off_and_written_down(has_kinds: bool) -> None:
    found = detect_communities(families(has_kinds))
    hanging = {found.graph.names[node] for node, group in found.record["hanging"] if group == 0}
    assert people_of(found) == [set(range(12))]
    assert {"p00012", "p00013", "p00014", "p00050", "home", "old"} <= hanging


def test_the_family_stays_a_member_where_the_user_says_so() -> None:
    found = detect_communities(families(True), trim_kin=False)
    assert people_of(found) == [{*range(15), 50}]
    assert found.record["hanging"] == ()


def test_a_member_keeps_identifiers_of_their_own() -> None:
    found = detect_communities(families(True))
    inside = set(found.graph.names[next(iter(found))])
    assert {"own00003-0", "own00003-1", "shared"} <= inside


def test_groups_outside_the_size_bounds_are_not_reported() -> None:
    graph = as_graph(own_identifiers(range(2000)), star(range(7), "small"), star(range(10, 40), "big"), has_kinds=True)
    assert people_of(detect_communities(graph)) == [set(range(10, 40))]
    assert people_of(detect_communities(graph, min_size=6)) == [set(range(10, 40)), set(range(7))]
    assert people_of(detect_communities(graph, min_size=6, max_size=20)) == [set(range(7))]


def test_the_record_tells_how_the_groups_were_made() -> None:
    record = detect_communities(families(True), seed=7).record
    assert record["seed"] == 7
    assert record["n_hubs"] == len(record["hubs"]) == 1
    assert record["rounds"] >= 1
    assert record["scale"] > 0
    assert record["largest_connector"] == (12,)


def test_group_table_counts_links_and_the_largest_connector() -> None:
    row = group_table(detect_communities(families(True))).iloc[0]
    # 12 people, their number and two identifiers of their own each; out go 12 hub links and the family's one
    assert row.tolist() == [0, 37, 12, 12, 36, 13]


@pytest.mark.parametrize(
    "params",
    [{"min_size": 0}, {"largest_group": 1}, {"purity": 1.5}, {"agreement": 6}, {"seed": -1}, {"min_size": 2000}],
)
def test_a_setting_out_of_range_is_a_config_error(params: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="detector bare"):
        BareGraph(**params)
