"""The layout: nothing touches, nothing depends on chance, and it stays quick."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ringfinder.export import layout, layout_large, near
from ringfinder.export.labels import place_labels
from ringfinder.export.layout import LayoutParams, Springs, count_crossings, layout_graph, push_apart


def star_clusters(n_hubs: int, n_each: int) -> tuple[int, Springs]:
    """Hubs with leaves, each hub's last leaf tied to the next hub."""
    ends = []
    for hub in range(n_hubs):
        leaves = range(n_hubs + hub * n_each, n_hubs + (hub + 1) * n_each)
        ends += [(leaf, hub) for leaf in leaves]
        if hub + 1 < n_hubs:
            ends.append((leaves[-1], hub + 1))
    array = np.array(ends, dtype=np.int64)
    return n_hubs * (1 + n_each), Springs(array, np.full(len(ends), 1.6), np.ones(len(ends)))


def closest(positions: np.ndarray, sizes: np.ndarray) -> float:
    d = np.sqrt(((positions[:, None] - positions[None]) ** 2).sum(axis=2)) - sizes[:, None] - sizes[None]
    return float(d[~np.eye(len(sizes), dtype=bool)].min())


@pytest.mark.parametrize(("n_hubs", "n_each"), [(1, 5), (6, 12), (20, 7)])
def test_no_two_nodes_are_closer_than_the_gap(n_hubs: int, n_each: int) -> None:
    n, springs = star_clusters(n_hubs, n_each)
    sizes = np.where(np.arange(n) < n_hubs, 15.0, 8.0)

    positions = layout_graph(sizes, springs)

    assert closest(positions, sizes) >= LayoutParams().gap - 0.2
    assert np.isfinite(positions).all()


def test_a_chain_of_stars_is_drawn_almost_without_crossings() -> None:
    n, springs = star_clusters(8, 9)

    positions = layout_graph(np.full(n, 8.0), springs)

    assert count_crossings(positions, springs.ends) <= 4


def test_the_same_graph_gives_the_same_picture_twice() -> None:
    n, springs = star_clusters(5, 8)

    first, second = layout_graph(np.full(n, 8.0), springs), layout_graph(np.full(n, 8.0), springs)

    assert first.tobytes() == second.tobytes()
    assert np.array_equal(first, np.round(first, 1))


def test_loners_and_parts_stand_apart_and_an_empty_graph_is_fine() -> None:
    n, springs = star_clusters(2, 4)
    none = Springs(np.zeros((0, 2), dtype=np.int64), np.zeros(0), np.zeros(0))

    positions = layout_graph(np.full(n + 5, 8.0), springs)

    assert closest(positions, np.full(n + 5, 8.0)) >= 6.8
    assert layout_graph(np.zeros(0), none).shape == (0, 2)
    assert layout_graph(np.full(1, 8.0), none).tolist() == [[0.0, 0.0]]


def test_nodes_on_one_spot_are_parted() -> None:
    sizes = np.full(30, 6.0)

    positions = push_apart(np.zeros((30, 2)), sizes, gap=4.0)

    assert closest(positions, sizes) >= 3.8


def test_crossings_count_pairs_once_and_not_at_a_shared_node() -> None:
    square = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]])

    assert count_crossings(square, np.array([[0, 1], [2, 3]])) == 1
    assert count_crossings(square, np.array([[0, 1], [1, 2], [0, 3]])) == 0


def test_a_label_moves_to_the_side_where_it_hides_nothing() -> None:
    positions = np.array([[0.0, 0.0], [0.0, 22.0], [-6.0, 21.0]])
    sizes = np.array([9.0, 8.0, 8.0])
    boxes = np.array([[24.0, 13.0], [0.0, 13.0], [0.0, 13.0]])

    assert place_labels(positions, sizes, boxes, first=np.arange(3))[0] == "t"


def test_who_chose_a_side_first_gives_way_to_one_that_has_no_other() -> None:
    walls = [(-6, 83), (6, 83), (30, 60), (36, 60), (-30, 60), (-36, 60)]
    positions = np.array([[0.0, 0.0], [0.0, 60.0], *walls])
    sizes = np.array([20.0, 10.0, *[14.0] * len(walls)])
    boxes = np.array([[40.0, 13.0], [40.0, 13.0], *[[0.0, 13.0]] * len(walls)])

    assert place_labels(positions, sizes, boxes, first=np.arange(8))[:2] == ["t", "t"]


class Counted:
    """numpy, with every distance that a layout takes counted: `maximum` bounds each of them from below."""

    def __init__(self) -> None:
        self.pairs = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def maximum(self, *args: Any) -> Any:
        out = np.maximum(*args)
        self.pairs += np.size(out)
        return out


def pairs_met(monkeypatch: pytest.MonkeyPatch, n_hubs: int, n_each: int) -> int:
    counted = Counted()
    for module in (layout, layout_large, near):
        monkeypatch.setattr(module, "np", counted)
    n, springs = star_clusters(n_hubs, n_each)
    layout.layout_graph(np.full(n, 8.0), springs)
    return counted.pairs


def test_115_nodes_are_laid_out_within_a_fixed_amount_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """About .6 s: 8 starts of 440 rounds over 13,225 pairs; counted, for a clock would fail on a busy machine."""
    met = pairs_met(monkeypatch, 23, 4)

    assert 30e6 < met < 60e6


def test_work_for_a_large_ring_grows_with_its_nodes_and_not_with_their_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = pairs_met(monkeypatch, 75, 7), pairs_met(monkeypatch, 150, 7)

    assert two < 2.9 * one, "twice the nodes: four times the pairs"
    assert two < 200e6, "1,200 nodes in a second or two: all pairs of as many rounds would be 500 million"


def test_a_chain_of_many_stars_keeps_its_shape_without_touching() -> None:
    n, springs = star_clusters(75, 7)
    sizes = np.full(n, 8.0)

    first, second = layout_graph(sizes, springs), layout_graph(sizes, springs)

    assert first.tobytes() == second.tobytes()
    assert count_crossings(first, springs.ends) <= 40
    assert closest(first, sizes) >= LayoutParams().gap - 0.2


def test_near_pairs_are_all_pairs_within_reach_and_repulsion_is_close_to_the_exact_sum() -> None:
    x, y = (np.random.default_rng(3).normal(size=(2, 900)) * 300).round(3)
    far, k = (9 * 27.0) ** 2, 27.0
    dx, dy = x[:, None] - x[None], y[:, None] - y[None]
    square = np.maximum(dx * dx + dy * dy, 25.0)
    exact = ((k * k / (square * (1 + square / far))) * dx).sum(axis=1)

    a, b = near.near_pairs(x, y, side=40.0)
    fx, _ = near.repulsion(x, y, k=k, far=far)

    met = set(zip(a.tolist(), b.tolist(), strict=True))
    assert {(i, j) for i, j in zip(*np.nonzero(square < 1600), strict=True) if i != j} <= met
    assert len(met) == len(a), "each pair once"
    assert len(met) < 900 * 899 / 4
    assert np.abs(fx - exact).max() < 0.05 * np.abs(exact).max()
