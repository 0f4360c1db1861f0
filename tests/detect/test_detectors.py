"""The contract every registered detector keeps."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from ringfinder.detect import (
    DETECTORS,
    BareGraph,
    Communities,
    Detector,
    Leiden,
    detect_communities,
    get_detector,
    group_table,
)
from ringfinder.detect.components import connected_parts, split_by_connection
from ringfinder.errors import ConfigError, UnknownNameError
from ringfinder.model.communities import canonical_labels
from ringfinder.model.graph import EntityGraph

EVERY = pytest.mark.parametrize("name", [d.name for d in DETECTORS])
#: detectors that cut a graph where it is thin
CUTTING = pytest.mark.parametrize("name", [d.name for d in DETECTORS if d.name != "components"])


def graph_of(pairs: list[tuple[str, str]]) -> EntityGraph:
    return EntityGraph.from_links(pd.DataFrame(pairs, columns=["source", "target"]))


def clique(start: int, size: int) -> list[tuple[str, str]]:
    return [(f"n{start + i:03d}", f"n{start + j:03d}") for i in range(size) for j in range(i)]


def two_cliques_and_a_bridge() -> EntityGraph:
    return graph_of([*clique(0, 10), *clique(10, 10), ("n009", "n010")])


def ring_of_cliques() -> EntityGraph:
    pairs = [pair for c in range(10) for pair in clique(10 * c, 10)]
    return graph_of(pairs + [(f"n{10 * c + 9:03d}", f"n{(c + 1) % 10 * 10:03d}") for c in range(10)])


def random_graph() -> EntityGraph:
    ends = np.random.default_rng(1).integers(0, 300, (500, 2))
    return graph_of([(f"n{a:03d}", f"n{b:03d}") for a, b in ends])


def names_of(found: Communities) -> list[list[str]]:
    return [sorted(found.graph.names[group]) for group in found]


def no_graph(n_nodes: int) -> EntityGraph:
    none = np.array([], dtype=np.int32)
    return EntityGraph(
        names=np.array([f"n{i}" for i in range(n_nodes)], dtype=object),
        kinds=np.array(["node"] * n_nodes, dtype=object),
        source=none,
        target=none,
        weights=np.array([], dtype=np.float64),
        at=np.array([], dtype="datetime64[s]"),
    )


@EVERY
def test_an_empty_graph_has_no_group(name: str) -> None:
    found = detect_communities(no_graph(0), name)
    assert len(found) == 0
    assert len(group_table(found)) == 0


@EVERY
def test_one_node_is_no_error(name: str) -> None:
    found = detect_communities(no_graph(1), name)
    assert found.labels.tolist() == ([-1] if name == "bare" else [0])


@CUTTING
def test_two_cliques_and_a_bridge_are_two_groups(name: str) -> None:
    found = detect_communities(two_cliques_and_a_bridge(), name)
    assert names_of(found) == [[f"n{i:03d}" for i in range(10)], [f"n{i:03d}" for i in range(10, 20)]]


@CUTTING
def test_a_ring_of_cliques_is_one_group_a_clique(name: str) -> None:
    found = detect_communities(ring_of_cliques(), name)
    assert names_of(found) == [[f"n{10 * c + i:03d}" for i in range(10)] for c in range(10)]


def test_components_cut_no_bridge() -> None:
    assert len(detect_communities(two_cliques_and_a_bridge(), "components")) == 1


@EVERY
def test_a_hub_with_ten_thousand_leaves_does_not_stop_a_detector(name: str) -> None:
    found = detect_communities(graph_of([(f"leaf{i:05d}", "hub") for i in range(10_000)]), name)
    # all hold one thing and nothing else: one group at most, and too large to report for 'bare'
    assert len(found) == (0 if name == "bare" else 1)


@EVERY
@pytest.mark.parametrize("make", [two_cliques_and_a_bridge, ring_of_cliques, random_graph])
def test_every_group_is_connected_and_labels_are_canonical(name: str, make: type) -> None:
    graph = make()
    labels = detect_communities(graph, name).labels
    assert np.array_equal(labels, split_by_connection(graph, labels))
    assert np.array_equal(labels, canonical_labels(labels))


@EVERY
def test_shuffled_rows_and_swapped_ends_give_the_same_groups(name: str) -> None:
    graph = random_graph()
    ends = {"source": graph.names[graph.target], "target": graph.names[graph.source]}
    links = pd.DataFrame({**ends, "weight": graph.weights})
    shuffled = EntityGraph.from_links(links.sample(frac=1, random_state=2))
    assert names_of(detect_communities(shuffled, name)) == names_of(detect_communities(graph, name))


@EVERY
def test_the_same_seed_gives_the_same_bytes(name: str) -> None:
    params = {} if name == "components" else {"seed": 5}
    first, again = (detect_communities(random_graph(), name, **params) for _ in range(2))
    assert first.labels.tobytes() == again.labels.tobytes()
    assert first.seed == params.get("seed", 0)


@EVERY
def test_a_detector_keeps_the_protocol_and_writes_down_its_settings(name: str) -> None:
    detector = get_detector(name)
    found = detector.run(two_cliques_and_a_bridge())
    assert isinstance(detector, Detector)
    assert found.method == name
    assert set(vars(detector)) <= set(found.record)


def test_another_hash_seed_gives_the_same_labels() -> None:
    code = (
        "import numpy as np, pandas as pd, zlib;"
        "from ringfinder.detect import DETECTORS, detect_communities;"
        "from ringfinder.model.graph import EntityGraph;"
        "e = np.random.default_rng(1).integers(0, 300, (500, 2)).astype(str);"
        "g = EntityGraph.from_links(pd.DataFrame(e, columns=['source', 'target']));"
        "print([zlib.crc32(detect_communities(g, d.name).labels.tobytes()) for d in DETECTORS])"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]


def test_importing_the_detectors_loads_no_heavy_library() -> None:
    code = (
        "import sys, ringfinder.detect;"
        "print([m for m in ('networkx', 'graspologic_native', 'scipy.sparse.csgraph') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_detector_is_told_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="no detector named 'lieden'") as caught:
        get_detector("lieden")
    assert "did you mean 'leiden'?" in caught.value.hint


def test_an_unknown_setting_is_a_config_error_that_lists_the_settings() -> None:
    with pytest.raises(ConfigError, match="leiden has no setting 'gamma'") as caught:
        get_detector("leiden", gamma=1)
    assert "resolution" in caught.value.hint


def test_a_setting_of_the_wrong_type_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="wrong type"):
        get_detector("leiden", resolution="much")


def test_settings_beside_a_detector_already_made_are_refused() -> None:
    with pytest.raises(ConfigError, match="already made"):
        detect_communities(two_cliques_and_a_bridge(), BareGraph(), min_size=3)


def test_an_unknown_leiden_objective_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="no Leiden objective named 'potts'"):
        Leiden(objective="potts")  # type: ignore[arg-type]


@pytest.mark.parametrize(("resolution", "n_groups"), [(0.9, 1), (1.1, 2)])
def test_cpm_joins_two_nodes_whose_link_outweighs_the_resolution(resolution: float, n_groups: int) -> None:
    found = detect_communities(graph_of([("a", "b")]), "leiden", objective="cpm", resolution=resolution)
    assert len(found) == n_groups


@pytest.mark.parametrize(("resolution", "n_groups"), [(3.9, 2), (4.1, 4)])
def test_modularity_joins_two_nodes_up_to_the_link_ends_over_their_degrees(resolution: float, n_groups: int) -> None:
    found = detect_communities(graph_of([("a", "b"), ("c", "d")]), "leiden", resolution=resolution)
    assert len(found) == n_groups


def test_a_group_in_two_pieces_is_split() -> None:
    graph = graph_of([("a", "b"), ("c", "d"), ("d", "e")])
    labels = split_by_connection(graph, np.array([4, 4, 4, 4, -1]))
    assert labels.tolist() == [0, 0, 1, 1, -1]


def test_connected_parts_of_no_links_are_the_nodes() -> None:
    none = np.array([], dtype=np.int32)
    assert sorted(connected_parts(none, none, 3).tolist()) == [0, 1, 2]


def test_group_table_knows_connectors_from_people_and_links_in_from_links_out() -> None:
    links = pd.DataFrame({"source": ["a", "b", "c", "c"], "target": ["t", "t", "t", "u"], "kind": "phone"})
    graph = EntityGraph.from_links(links)
    # phone t, phone u, then people a, b, c
    found = Communities(graph=graph, labels=np.array([0, -1, 0, 0, 0], dtype=np.int32), method="by hand")
    assert graph.names.tolist() == ["t", "u", "a", "b", "c"]
    assert group_table(found).to_numpy().tolist() == [[0, 4, 3, 3, 3, 1]]
