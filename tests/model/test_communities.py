"""Groups of nodes: canonical numbers and views."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ringfinder.errors import InputError
from ringfinder.model.communities import Communities, canonical_labels
from ringfinder.model.graph import EntityGraph


def path() -> EntityGraph:
    return EntityGraph.from_links(pd.DataFrame({"source": list("abcd"), "target": list("bcde")}))


def test_the_largest_group_is_zero_and_ties_go_by_first_node() -> None:
    assert canonical_labels(np.array([9, 4, 4, 9, 2, 2, 2, -5])).tolist() == [1, 2, 2, 1, 0, 0, 0, -1]


def test_canonical_labels_twice_change_nothing() -> None:
    once = canonical_labels(np.random.default_rng(0).integers(-1, 20, 200))
    assert np.array_equal(once, canonical_labels(once))


@pytest.mark.parametrize("labels", [[], [-1, -1]])
def test_no_group_has_no_number(labels: list[int]) -> None:
    assert canonical_labels(np.array(labels, dtype=np.int64)).tolist() == labels


def test_groups_are_walked_largest_first_and_leave_out_the_ungrouped() -> None:
    found = Communities(graph=path(), labels=np.array([1, 0, -1, 0, 0], dtype=np.int32), method="by hand")
    assert [group.tolist() for group in found] == [[1, 3, 4], [0]]
    assert len(found) == 2


def test_the_frame_has_one_row_a_grouped_node() -> None:
    found = Communities(graph=path(), labels=np.array([1, 0, -1, 0, 0], dtype=np.int32), method="by hand")
    frame = found.to_pandas()
    assert frame["group"].tolist() == [0, 0, 0, 1]
    assert frame["name"].tolist() == ["b", "d", "e", "a"]


def test_one_label_a_node_is_needed() -> None:
    with pytest.raises(InputError, match="one label a node"):
        Communities(graph=path(), labels=np.array([0], dtype=np.int32), method="by hand")
