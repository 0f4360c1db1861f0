"""The fewest links that hold households together, against trying every set."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.evidence.cut import fewest_links, largest_part

MASKS = st.lists(st.integers(1, 2**11 - 1), max_size=8)


def homes(*numbers: int) -> int:
    return sum(1 << n for n in numbers)


def fewest_by_trying(masks: list[int], *, min_homes: int) -> int:
    n_homes = len({bit for mask in masks for bit in range(mask.bit_length()) if mask >> bit & 1})
    need = max(min_homes, n_homes / 2)
    for size in range(len(masks) + 1):
        for removed in itertools.combinations(range(len(masks)), size):
            if largest_part([mask for i, mask in enumerate(masks) if i not in removed]) < need:
                return size
    raise AssertionError("without any link nothing is tied")


@settings(max_examples=300, deadline=None)
@given(MASKS, st.integers(2, 4))
def test_number_is_that_of_trying_every_set(masks: list[int], min_homes: int) -> None:
    cut = fewest_links(masks, min_homes=min_homes)
    assert cut.at_least == cut.at_most == len(cut.links) == fewest_by_trying(masks, min_homes=min_homes)


@settings(max_examples=100, deadline=None)
@given(MASKS)
def test_named_links_dissolve_the_group(masks: list[int]) -> None:
    cut = fewest_links(masks)
    left = [mask for i, mask in enumerate(masks) if i not in cut.links]
    assert largest_part(left) == cut.n_left
    assert cut.n_left < max(3, cut.n_homes / 2)


def test_one_phone_of_everybody_is_a_single_link() -> None:
    assert fewest_links([homes(0, 1), homes(0, 1, 2, 3, 4), homes(3, 4)]).links == (1,)


def test_bridge_between_two_halves_is_not_enough_when_a_half_stays_a_ring() -> None:
    left, right, bridge = homes(0, 1, 2, 3), homes(4, 5, 6, 7), homes(0, 4)
    assert fewest_links([left, right, bridge]).at_most == 2


def test_bridge_between_three_thirds_dissolves_the_ring() -> None:
    thirds = [homes(0, 1, 2, 3), homes(4, 5, 6, 7), homes(8, 9, 10, 11)]
    assert fewest_links([*thirds, homes(0, 4, 8)]).links == (3,)


@settings(max_examples=200, deadline=None)
@given(MASKS)
def test_where_one_link_is_enough_every_link_that_is_and_no_other_is_told(masks: list[int]) -> None:
    cut = fewest_links(masks)
    need = max(3, cut.n_homes / 2)
    enough = tuple(i for i in range(len(masks)) if largest_part([*masks[:i], *masks[i + 1 :]]) < need)
    assert cut.alone == (enough if cut.at_most == 1 else ())


def test_search_cut_short_gives_bounds_that_hold() -> None:
    # every pair of 12 households shares a value of its own
    masks = [homes(a, b) for a, b in itertools.combinations(range(12), 2)]
    short, whole = fewest_links(masks, effort=3000), fewest_links(masks, effort=10**7)
    assert not short.is_exact
    assert short.at_least <= whole.at_least <= whole.at_most <= short.at_most
    assert largest_part([m for i, m in enumerate(masks) if i not in short.links]) == short.n_left < 6


def test_no_link_at_all_needs_none_removed() -> None:
    assert fewest_links([]).at_most == 0
