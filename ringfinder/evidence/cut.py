"""The fewest links whose removal dissolves a group of households.

In:  which households each link ties, as bit masks.   Out: `Cut`.   Never knows what a link is.
Exact where the search ends within its effort, else bounds. A set of links that by itself keeps enough households
together (a witness) must lose a member to every answer, so the search branches over one small witness at a time, and
disjoint witnesses are a lower bound (bounded search tree for hitting sets; Downey and Fellows 1999, chapter 3). Effort
is counted in steps and never by the clock: equal input gives equal answers on any machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: looks at a link that one search may take: a second or so
EFFORT = 2_000_000


@dataclass(frozen=True)
class Cut:
    """The fewest links that hold a group together.

    Attributes
    ----------
    at_least, at_most : bounds on their number; equal where the search came to its end.
    links : positions of `at_most` links whose removal dissolves the group, ascending.
    n_homes : households that any link ties. n_left : households of the largest part without `links`.
    alone : where one link is enough, positions of all links each of which is, ascending.
    """

    at_least: int
    at_most: int
    links: tuple[int, ...]
    n_homes: int
    n_left: int
    alone: tuple[int, ...] = ()

    @property
    def is_exact(self) -> bool:
        return self.at_least == self.at_most


def fewest_links(masks: Sequence[int], *, min_homes: int = 3, effort: int = EFFORT) -> Cut:
    """Find the fewest links without which no part of the group is a ring and half of it.

    Parameters
    ----------
    masks : households of each link, one bit a household; the same household has the same bit everywhere.
    min_homes : a ring has as many households. The group is dissolved when no connected part holds both `min_homes` and
        half of all tied households.

    Examples
    --------
    >>> fewest_links([0b011111, 0b110000]).links          # six households, five of them on the first link
    (0,)
    >>> fewest_links([0b011, 0b110]).alone                # a chain of three households
    (0, 1)
    >>> fewest_links([0b111, 0b111]).at_least             # two links, each enough by itself
    2
    >>> fewest_links([0b000111, 0b111000], min_homes=4)   # two parts that nothing ties together
    Cut(at_least=0, at_most=0, links=(), n_homes=6, n_left=3, alone=())
    """
    every = 0
    for mask in masks:
        every |= mask
    n_homes = every.bit_count()
    need = max(min_homes, -(-n_homes // 2))
    # largest first: witnesses stay small
    order = sorted(range(len(masks)), key=lambda i: (-masks[i].bit_count(), i))
    search = _Search([masks[i] for i in order], need, effort)
    at_least, found = search.run()
    links = tuple(sorted(order[i] for i in found))
    parts = [largest_part([*masks[:i], *masks[i + 1 :]]) for i in range(len(masks))] if len(links) == 1 else []
    alone = tuple(i for i, part in enumerate(parts) if part < need)
    left = largest_part([mask for i, mask in enumerate(masks) if i not in set(links)])
    return Cut(at_least=at_least, at_most=len(links), links=links, n_homes=n_homes, n_left=left, alone=alone)


def largest_part(masks: Sequence[int]) -> int:
    """Households of the largest connected part."""
    parts: list[int] = []
    for mask in masks:
        apart = []
        for part in parts:
            if part & mask:
                mask |= part
            else:
                apart.append(part)
        parts = [*apart, mask]
    return max((part.bit_count() for part in parts), default=0)


class _Search:
    """Iterative deepening over the number of links to remove."""

    def __init__(self, masks: Sequence[int], need: int, effort: int) -> None:
        self._masks, self._need, self._left = masks, need, effort

    def run(self) -> tuple[int, tuple[int, ...]]:
        """A lower bound, and the smallest set of links found."""
        alive = tuple(range(len(self._masks)))
        best = self._greedy(alive)
        for size in range(self._disjoint_witnesses(alive, frozenset(), len(best)), len(best)):
            found = self._remove(alive, frozenset(), size)
            if self._left < 0:
                return size, best
            if found is not None:
                return size, found
        return len(best), best

    def _remove(self, alive: tuple[int, ...], kept: frozenset[int], size: int) -> tuple[int, ...] | None:
        """At most `size` of the links, none of `kept`, whose removal dissolves the group; None where there are none."""
        witness = self._witness(alive)
        if not witness:
            return ()
        if size == 0 or self._left < 0 or self._disjoint_witnesses(alive, kept, size) > size:
            return None
        for link in witness:
            if link in kept:
                continue
            more = self._remove(tuple(i for i in alive if i != link), kept, size - 1)
            if more is not None:
                return (link, *more)
            # every set with this link has been tried
            kept = kept | {link}
        return None

    def _witness(self, alive: Sequence[int]) -> tuple[int, ...]:
        """Few links that keep enough households together by themselves; none where no part is large enough."""
        masks, left = self._masks, list(alive)
        while left:
            start, *rest = left
            reached, chosen = masks[start], [start]
            while reached.bit_count() < self._need:
                self._left -= len(rest)
                gain, best = max(
                    (((masks[i] & ~reached).bit_count(), -i) for i in rest if masks[i] & reached), default=(0, 0)
                )
                if not gain:
                    break
                reached |= masks[-best]
                chosen.append(-best)
            else:
                return tuple(chosen)
            left = [i for i in rest if not masks[i] & reached]
        return ()

    def _disjoint_witnesses(self, alive: Sequence[int], kept: frozenset[int], most: int) -> int:
        """How many witnesses share no link, counted up to `most` + 1: each must lose a link of its own."""
        left, count = tuple(alive), 0
        while count <= most and (witness := self._witness(left)):
            if kept.issuperset(witness):
                return most + 1
            left = tuple(i for i in left if i not in witness)
            count += 1
        return count

    def _greedy(self, alive: tuple[int, ...]) -> tuple[int, ...]:
        """A set that dissolves the group and of which no link can be spared."""
        removed: list[int] = []
        while witness := self._witness(alive):
            left = {link: largest_part([self._masks[i] for i in alive if i != link]) for link in witness}
            link = min(witness, key=lambda i: (left[i], i))
            removed.append(link)
            alive = tuple(i for i in alive if i != link)
        for link in list(removed):
            if not self._witness(sorted([*alive, link])):
                alive = tuple(sorted([*alive, link]))
                removed.remove(link)
        return tuple(removed)
