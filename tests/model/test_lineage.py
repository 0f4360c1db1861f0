"""match_rings: which new ring continues which old one, and what is told of it."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.model.lineage import Change, Matching, match_rings, ring_number


def people(letters: str) -> frozenset[str]:
    return frozenset(letters)


def events(matching: Matching) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(c.ring_id, c.event, c.others) for c in matching.changes]


def counts(change: Change) -> tuple[int, int, int, int, int]:
    return len(change.before), len(change.after), len(change.common), len(change.joined), len(change.left)


def test_same_people_keep_their_id_whatever_their_rank() -> None:
    old = {"R-0001": people("abcd"), "R-0002": people("wxyz")}

    made = match_rings(old, [people("wxyz"), people("abcd")])

    assert made.ids == ("R-0002", "R-0001")
    assert events(made) == [("R-0001", "kept", ()), ("R-0002", "kept", ())]


def test_ring_that_grew_sixteenfold_keeps_its_id_with_counts() -> None:
    small = frozenset(f"p{i}" for i in range(7))
    large = frozenset(f"p{i}" for i in range(1, 114))

    made = match_rings({"R-0003": small}, [large])

    assert made.ids == ("R-0003",)
    assert made.changes[0].event == "grown"
    assert counts(made.changes[0]) == (7, 113, 6, 107, 1)


def test_ring_that_lost_more_than_it_won_is_shrunk() -> None:
    made = match_rings({"R-0001": people("abcdefgh")}, [people("abcx")])

    assert made.ids == ("R-0001",)
    assert (made.changes[0].event, counts(made.changes[0])) == ("shrunk", (8, 4, 3, 1, 5))


def test_less_than_half_of_the_smaller_ring_is_another_ring() -> None:
    made = match_rings({"R-0001": people("abcde")}, [people("abvwxyz")])

    assert made.ids == ("R-0002",)
    assert events(made) == [("R-0001", "gone", ()), ("R-0002", "new", ())]


def test_largest_piece_of_a_split_keeps_the_id() -> None:
    old = {"R-0001": people("abcdefghij")}

    made = match_rings(old, [people("abc"), people("defghij")])

    assert made.ids == ("R-0002", "R-0001")
    assert events(made) == [
        ("R-0001", "shrunk", ()),
        ("R-0001", "split", ("R-0002",)),
        ("R-0002", "new", ()),
    ]
    assert counts(made.changes[1]) == (10, 10, 10, 0, 0)


def test_largest_part_of_a_merger_keeps_its_id_and_the_others_are_gone_into_it() -> None:
    old = {"R-0001": people("xyz"), "R-0002": people("abcdefg"), "R-0003": people("mno")}

    made = match_rings(old, [people("abcdefgxyzmn")])

    assert made.ids == ("R-0002",)
    assert events(made) == [
        ("R-0001", "gone", ("R-0002",)),
        ("R-0002", "grown", ()),
        ("R-0002", "merged", ("R-0001", "R-0003")),
        ("R-0003", "gone", ("R-0002",)),
    ]
    assert counts(made.changes[2]) == (13, 12, 12, 0, 1)


def test_half_of_one_ring_moving_to_another_is_neither_a_split_nor_a_merger() -> None:
    old = {"R-0001": people("abcdef"), "R-0002": people("uvwxyz")}

    made = match_rings(old, [people("abc"), people("defuvwxyz")])

    assert made.ids == ("R-0001", "R-0002")
    assert events(made) == [("R-0001", "shrunk", ()), ("R-0002", "grown", ())]


def test_two_rings_that_share_people_and_stay_as_they_were_are_only_kept() -> None:
    old = {"R-0001": people("abcdef"), "R-0002": people("defxyz")}

    made = match_rings(old, [people("defxyz"), people("abcdef")])

    assert made.ids == ("R-0002", "R-0001")
    assert {event for _, event, _ in events(made)} == {"kept"}


def test_fresh_id_lies_above_every_id_ever_used() -> None:
    made = match_rings({"R-0002": people("abc")}, [people("xyz"), people("uvw")], gone={"R-0009": people("m")})

    assert made.ids == ("R-0010", "R-0011")


def test_ring_found_again_after_it_was_gone_has_its_old_id() -> None:
    made = match_rings({"R-0001": people("abcd")}, [people("abcd"), people("xyzw")], gone={"R-0002": people("xyz")})

    assert made.ids == ("R-0001", "R-0002")
    assert events(made) == [("R-0001", "kept", ()), ("R-0002", "returned", ())]
    assert counts(made.changes[1]) == (3, 4, 3, 1, 0)


def test_ring_of_the_last_run_goes_before_one_that_is_gone() -> None:
    made = match_rings({"R-0002": people("abcdwxyz")}, [people("abcd")], gone={"R-0001": people("abcd")})

    assert made.ids == ("R-0002",)


def test_piece_that_had_an_id_before_the_merger_gets_it_back() -> None:
    made = match_rings({"R-0001": people("abcdxyz")}, [people("abcd"), people("xyz")], gone={"R-0002": people("xyz")})

    assert made.ids == ("R-0001", "R-0002")
    assert events(made) == [
        ("R-0001", "shrunk", ()),
        ("R-0001", "split", ("R-0002",)),
        ("R-0002", "returned", ()),
    ]


def test_tie_goes_to_the_smaller_number() -> None:
    old = {"R-0010": people("ab"), "R-0009": people("cd")}

    assert match_rings(old, [people("abcd")]).ids == ("R-0009",)


def test_first_run_numbers_by_rank() -> None:
    assert match_rings({}, [people("xyz"), people("abc")]).ids == ("R-0001", "R-0002")


@pytest.mark.parametrize(("name", "number"), [("R-0042", 42), ("R-12345", 12345), ("lead", 0), ("", 0)])
def test_number_of_a_ring_id(name: str, number: int) -> None:
    assert ring_number(name) == number


groups = st.lists(st.frozensets(st.sampled_from("abcdefghijkl"), min_size=1), max_size=6)


@settings(max_examples=200, deadline=None)
@given(groups, groups, st.integers(0, 5))
def test_each_id_goes_to_one_ring_and_order_decides_fresh_numbers_alone(
    before: Sequence[frozenset[str]], after: Sequence[frozenset[str]], seed: int
) -> None:
    old = {f"R-{n:04d}": group for n, group in enumerate(before, start=1)}
    mixed = list(old.items())
    random.Random(seed).shuffle(mixed)
    place = list(range(len(after)))
    random.Random(seed).shuffle(place)

    made = match_rings(old, after)
    again = match_rings(dict(mixed), [after[at] for at in place])

    assert len(set(made.ids)) == len(after)
    assert all(ring_number(name) > len(old) for name in made.ids if name not in old)
    assert match_rings(dict(mixed), after) == made
    # equal sets of people are one and the same to the matching: compare what they are called, not which is which
    carried = [
        sorted((sorted(p), n) for p, n in zip(a, m.ids, strict=True) if n in old)
        for a, m in ((after, made), ([after[at] for at in place], again))
    ]
    assert carried[0] == carried[1]
    told = {c.ring_id for c in made.changes}
    assert told == set(made.ids) | set(old)
    own = [c for c in made.changes if c.event not in ("split", "merged")]
    assert len(own) == len(told)


@settings(max_examples=50, deadline=None)
@given(groups)
def test_matching_a_run_with_itself_keeps_every_id(after: Sequence[frozenset[str]]) -> None:
    distinct = sorted(set(after), key=sorted)
    old = {f"R-{n:04d}": group for n, group in enumerate(distinct, start=1)}

    made = match_rings(old, distinct)

    assert made.ids == tuple(old)
    assert {c.event for c in made.changes} <= {"kept"}
