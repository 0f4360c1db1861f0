"""The entity graph: made from links, whatever their order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.errors import InputError
from ringfinder.model.graph import EntityGraph


def links(*rows: tuple[object, ...], columns: str = "source target") -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


def test_loops_empty_ends_and_repeats_are_left_out() -> None:
    frame = links(("a", "b"), ("b", "a"), ("a", "a"), (None, "b"), ("c", None))
    graph = EntityGraph.from_links(frame)
    assert graph.names.tolist()[:2] == ["a", "b"]
    assert graph.n_edges == 1


def test_weights_of_a_repeated_pair_add_up_and_the_earliest_date_stays() -> None:
    frame = links(
        ("a", "b", 1.5, "2024-03-01"), ("b", "a", 2.0, "2023-01-05"), ("a", "b", 1.0, None),
        columns="source target weight at",
    )  # fmt: skip
    graph = EntityGraph.from_links(frame)
    assert graph.weights.tolist() == [4.5]
    assert graph.at.astype(str).tolist() == ["2023-01-05T00:00:00"]


def test_one_name_of_two_kinds_is_two_nodes() -> None:
    frame = links(("p1", "5", "phone"), ("p1", "5", "account"), columns="source target kind")
    graph = EntityGraph.from_links(frame)
    assert list(zip(graph.kinds, graph.names, strict=True)) == [
        ("account", "5"), ("phone", "5"), ("policyholder", "p1"),
    ]  # fmt: skip
    assert graph.is_asked_about.tolist() == [False, False, True]


def test_all_nodes_are_asked_about_where_there_are_no_kinds() -> None:
    graph = EntityGraph.from_links(links(("a", "b")))
    assert not graph.has_kinds
    assert graph.is_asked_about.all()


def test_numbers_are_names_too() -> None:
    graph = EntityGraph.from_links(links((1, 10), (10, 2)))
    assert graph.names.tolist() == ["1", "10", "2"]


def test_no_links_make_an_empty_graph() -> None:
    graph = EntityGraph.from_links(links())
    assert (graph.n_nodes, graph.n_edges, graph.kind_names) == (0, 0, ())
    assert graph.degrees.tolist() == []


def test_degrees_count_links() -> None:
    assert EntityGraph.from_links(links(("a", "b"), ("a", "c"))).degrees.tolist() == [2, 1, 1]


def test_a_missing_column_is_named_with_those_found() -> None:
    with pytest.raises(InputError, match="no column 'target'; found: source, dest"):
        EntityGraph.from_links(links(("a", "b"), columns="source dest"))


@pytest.mark.parametrize("weight", [0, -1, "heavy", None])
def test_a_weight_that_is_no_positive_number_is_refused(weight: object) -> None:
    with pytest.raises(InputError, match="weight"):
        EntityGraph.from_links(links(("a", "b", weight), columns="source target weight"))


def test_a_date_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(InputError, match="date"):
        EntityGraph.from_links(links(("a", "b", "soon"), columns="source target at"))


def test_an_edge_to_no_node_is_refused() -> None:
    with pytest.raises(InputError, match="source < target"):
        EntityGraph(
            names=np.array(["a"], dtype=object),
            kinds=np.array(["node"], dtype=object),
            source=np.array([0], dtype=np.int32),
            target=np.array([1], dtype=np.int32),
            weights=np.ones(1),
            at=np.array(["NaT"], dtype="datetime64[s]"),
        )


def test_networkx_nodes_carry_their_kind() -> None:
    frame = links(("p1", "5", "phone", "2024-03-01"), columns="source target kind at")
    view = EntityGraph.from_links(frame).to_networkx()
    assert view.nodes["phone:5"] == {"kind": "phone"}
    assert view.edges["policyholder:p1", "phone:5"] == {"weight": 1.0, "at": "2024-03-01"}


PAIRS = st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg"), st.sampled_from([0.1, 0.2, 0.7])))


@settings(max_examples=50, deadline=None)
@given(rows=PAIRS, order=st.randoms(use_true_random=False))
def test_rows_in_any_order_give_the_same_bytes(rows: list[tuple[str, str, float]], order: object) -> None:
    shuffled = list(rows)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    first, again = (
        EntityGraph.from_links(pd.DataFrame(r, columns=["source", "target", "weight"])) for r in (rows, shuffled)
    )
    assert first.names.tolist() == again.names.tolist()
    assert first.source.tobytes() == again.source.tobytes()
    assert first.target.tobytes() == again.target.tobytes()
    assert first.weights.tobytes() == again.weights.tobytes()
