"""Cutting families off at the single member they hang on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ringfinder.detect.components import Components
from ringfinder.detect.kin import trim_branches
from ringfinder.model.graph import EntityGraph


def trimmed(holders: dict[str, str], family_size: int = 5) -> set[str]:
    """Names left in the one group made of values and their holders ('shared': 'abcdef')."""
    rows = [(person, value, "phone") for value, people in holders.items() for person in people]
    graph = EntityGraph.from_links(pd.DataFrame(rows, columns=["source", "target", "kind"]))
    labels = trim_branches(
        graph.source,
        graph.target,
        Components().run(graph).labels,
        is_person=graph.is_asked_about,
        counts=graph.is_asked_about.astype(np.int64),
        may_stay_alone=~graph.is_asked_about,
        family_size=family_size,
    )
    return set(graph.names[labels >= 0])


def test_a_family_with_two_numbers_in_common_is_cut_whole() -> None:
    assert trimmed({"shared": "abcdefg", "home1": "axy", "home2": "axyz"}) == {"shared", *"abcdefg"}


def test_a_family_of_two_members_stays() -> None:
    assert trimmed({"shared": "abcdefg", "home": "abx"}) == {"shared", "home", *"abcdefgx"}


def test_a_family_between_two_rings_stays() -> None:
    links = {"left": "abcdef", "home": "fxu", "right": "uvwxyz".replace("x", "r")}
    assert trimmed(links) == {"left", "home", "right", *"abcdefuvwryzx"}


def test_a_chain_of_families_is_cut_from_the_outside_in() -> None:
    assert trimmed({"shared": "abcdefg", "home": "axy", "old": "yz", "home2": "zuv"}) == {"shared", *"abcdefg"}


def test_families_without_a_ring_stay_as_they_are() -> None:
    links = {"home": "abc", "old": "cd", "home2": "def"}
    assert trimmed(links) == {*links, *"abcdef"}


def test_a_member_keeps_a_number_nobody_else_has() -> None:
    assert trimmed({"shared": "abcdefg", "own": "a"}) == {"shared", "own", *"abcdefg"}


def test_the_size_of_a_family_is_the_users() -> None:
    links = {"shared": "abcdefg", "branch": "auvwxyz"}
    assert trimmed(links, family_size=5) == {*links, *"abcdefguvwxyz"}
    assert trimmed({**links, "shared": "abcdefgh"}, family_size=7) == {"shared", *"abcdefgh"}


def test_no_links_change_nothing() -> None:
    none = np.array([], dtype=np.int32)
    labels = np.array([-1, -1], dtype=np.int32)
    mask = np.ones(2, dtype=np.bool_)
    assert trim_branches(
        none, none, labels, is_person=mask, counts=mask.astype(np.int64), may_stay_alone=mask, family_size=5
    ).tolist() == [-1, -1]
