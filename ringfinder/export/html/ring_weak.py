"""What a ring's picture hangs on, and what of a very large ring is drawn.

In:  rows of the page's data.   Out: marks on them; the rows to draw.   Never judges a ring: `evidence` does.
A link is fragile if it is the only way over counted evidence between its two ends; a value carries the people who lose
the rest of the ring without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ringfinder.export.html.frames import Row, text
from ringfinder.export.html.ring_graph import template_users


def mark_fragile(
    people: Sequence[Row],
    identifiers: Sequence[Row],
    templates: Sequence[Row],
    links: Sequence[Row],
    letters: list[Row],
) -> None:
    """Set `fragile` on links and `carries` (people) on identifiers and templates.

    Counted are links to identifiers that are evidence, and letters linked to a template.
    """  # fmt: skip
    pairs = {(text(row["h"]), text(row["i"])) for row in links if row["kind"] == "evidence"}
    used = template_users(letters)
    pairs |= {(h, t) for t, users in used.items() for h, verdict in users.items() if verdict == "linked"}
    near: dict[str, list[str]] = {}
    for a, b in sorted(pairs):
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    alone, joints = _weak_points(near)
    for row in links:
        row["fragile"] = row["kind"] == "evidence" and (text(row["h"]), text(row["i"])) in alone
    carried = _carried(near, joints, {text(p["key"]) for p in people})
    for row in (*identifiers, *templates):
        row["carries"] = carried.get(text(row["key"]), 0)


def _weak_points(near: dict[str, list[str]]) -> tuple[set[tuple[str, str]], set[str]]:
    """Links (both ways round) and nodes without which a part falls in two (Tarjan 1972), without recursion."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    links: set[tuple[str, str]] = set()
    nodes: set[str] = set()
    for root in near:
        if root in order:
            continue
        order[root] = low[root] = len(order)
        n_children = 0
        stack = [(root, "", iter(near[root]))]
        while stack:
            here, parent, rest = stack[-1]
            other = next(rest, None)
            if other is None:
                stack.pop()
                if parent:
                    low[parent] = min(low[parent], low[here])
                    if low[here] > order[parent]:
                        links |= {(here, parent), (parent, here)}
                    if parent != root and low[here] >= order[parent]:
                        nodes.add(parent)
            elif other not in order:
                n_children += here == root
                order[other] = low[other] = len(order)
                stack.append((other, here, iter(near[other])))
            elif other != parent:
                low[here] = min(low[here], order[other])
        if n_children > 1:
            nodes.add(root)
    return links, nodes


def _carried(near: dict[str, list[str]], joints: Iterable[str], people: set[str]) -> dict[str, int]:
    """For each joint that is no person: the people of its part who are not in the largest rest without it."""
    names = list(near)
    place = {name: i for i, name in enumerate(names)}
    ends = np.array([(place[a], place[b]) for a in names for b in near[a]], dtype=np.int64).reshape(-1, 2)
    is_person = np.array([name in people for name in names], dtype=np.bool_)
    n = len(names)
    whole = _parts(ends, n) if n else np.zeros(0, dtype=np.int64)
    out: dict[str, int] = {}
    for joint in sorted(set(joints) - people):
        at = place[joint]
        part = _parts(ends[(ends != at).all(axis=1)], n)
        own = is_person & (whole == whole[at])
        counts = np.bincount(part[own])
        out[joint] = int(counts.sum() - counts.max()) if len(counts) else 0
    return out


def _parts(ends: np.ndarray[tuple[int, int], np.dtype[np.int64]], n: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    graph = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n)).tocsr()
    label: np.ndarray[tuple[int], np.dtype[np.int64]] = connected_components(graph, directed=False)[1].astype(np.int64)
    return label


def choose_drawn(
    people: list[Row], identifiers: list[Row], links: Sequence[Row], *, room: int
) -> tuple[list[Row], list[Row]]:
    """The rows that fit into a picture of `room` nodes: all, or people from the core on with what two of them share.

    `people` come core first, then by strength.
    """
    if len(people) + len(identifiers) <= room:
        return people, identifiers
    held: dict[str, set[str]] = {}
    for link in links:
        held.setdefault(text(link["h"]), set()).add(text(link["i"]))
    count: dict[str, int] = {}
    n_items = n_people = 0
    for person in people:
        items = held.get(text(person["key"]), set())
        new = sum(count.get(item, 0) == 1 for item in items)
        if n_people + 1 + n_items + new > room:
            break
        n_people, n_items = n_people + 1, n_items + new
        for item in items:
            count[item] = count.get(item, 0) + 1
    return people[:n_people], [i for i in identifiers if count.get(text(i["key"]), 0) >= 2]
