"""A planted world for detectors: people, hubs, households, recycled numbers and groups whose members are known.

Pure numpy; drawn from one seed. Every name is made up: 'p00001', 'hub003', 'ring07-1'.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.model.communities import Communities
from ringfinder.model.graph import EntityGraph

N_PEOPLE = 20_000
N_HUBS = 300
N_GROUPS = 30


@dataclass(frozen=True)
class PlantedWorld:
    """Links of a made-up book, and who belongs together in it (person numbers, one array a group)."""

    links: pd.DataFrame
    groups: tuple[NDArray[np.int64], ...]

    def graph(self, *, has_kinds: bool) -> EntityGraph:
        """The links as a graph, with or without the column that tells people from what they share."""
        return EntityGraph.from_links(self.links if has_kinds else self.links.drop(columns="kind"))


@dataclass(frozen=True)
class Found:
    """How well a run did on a planted world."""

    groups_found: int
    member_recall: float
    member_precision: float
    n_reported: int
    true_reported: int
    hubs_dropped: int
    people_dropped: int


def _hub_sizes(rng: np.random.Generator, *, is_heavy: bool) -> NDArray[np.int64]:
    """50 to 5,000 holders: log-uniform (about 16 hub links a person), or density ~ 1/x^2 (about 3.5)."""
    u = (np.arange(N_HUBS) + rng.random(N_HUBS)) / N_HUBS
    sizes = 50 * 100**u if is_heavy else 1 / (1 / 50 - u * (1 / 50 - 1 / 5000))
    return sizes.astype(np.int64)


def planted_world(seed: int, *, is_heavy: bool) -> PlantedWorld:
    """Draw a world.

    20,000 people with an identifier or two of their own; 300 hubs of 50 to 5,000 random holders; three in ten people in
    households of 2 to 5 that share one or two identifiers; 600 recycled numbers that join two or three strangers; 30
    groups of 6 to 40 people who share 1 to 3 identifiers, each held by four members in five or more.
    """
    rng = np.random.default_rng(seed)
    rows: list[tuple[NDArray[np.int64], str]] = []
    for i, size in enumerate(_hub_sizes(rng, is_heavy=is_heavy)):
        rows.append((rng.choice(N_PEOPLE, size, replace=False), f"hub{i:03d}"))
    for person in range(N_PEOPLE):
        for i in range(1 + int(rng.random() < 0.6)):
            rows.append((np.array([person]), f"own{person:05d}-{i}"))
    crowd = rng.permutation(N_PEOPLE)[: int(0.3 * N_PEOPLE)]
    at, home = 0, 0
    while at < len(crowd):
        members = crowd[at : at + int(rng.integers(2, 6))]
        for i in range(int(rng.integers(1, 3))):
            rows.append((members, f"home{home:05d}-{i}"))
        at, home = at + len(members), home + 1
    for i in range(600):
        rows.append((rng.choice(N_PEOPLE, int(rng.integers(2, 4)), replace=False), f"old{i:04d}"))
    in_groups = rng.permutation(N_PEOPLE)
    groups = []
    for i in range(N_GROUPS):
        size = int(rng.integers(6, 41))
        members, in_groups = in_groups[:size], in_groups[size:]
        groups.append(np.sort(members))
        n_shared = int(rng.integers(1, 4))
        for j in range(n_shared):
            holds = np.ones(size, dtype=bool) if n_shared == 1 or j == 0 else rng.random(size) < 0.8
            rows.append((members[holds], f"ring{i:02d}-{j}"))
    people = np.concatenate([m for m, _ in rows])
    value = np.repeat([v for _, v in rows], [len(m) for m, _ in rows])
    source = pd.Series(people).map("p{:05d}".format).astype("str")
    links = pd.DataFrame({"source": source, "target": pd.Series(value, dtype="str"), "kind": "identifier"})
    return PlantedWorld(links=links, groups=tuple(groups))


def judge(found: Communities, world: PlantedWorld) -> Found:
    """Compare reported groups with planted ones; a planted group is found at a Jaccard index of at least one half."""
    names = found.graph.names.astype(str)
    is_person = np.char.startswith(names, "p")
    people = [np.array([int(n[1:]) for n in names[group[is_person[group]]]]) for group in found]
    best = [max((_jaccard(g, r), i) for i, r in enumerate(people)) if people else (0.0, -1) for g in world.groups]
    hits = [(g, people[i]) for g, (score, i) in zip(world.groups, best, strict=True) if score >= 0.5]
    true = {i for score, i in best if score >= 0.5}
    planted = np.concatenate(world.groups)
    reported = np.concatenate(people) if people else np.array([], dtype=np.int64)
    hubs = np.asarray(found.record.get("hubs", ()), dtype=np.int64)
    return Found(
        groups_found=len(hits),
        member_recall=float(np.isin(planted, reported).mean()),
        member_precision=float(np.isin(reported, planted).mean()) if len(reported) else 0.0,
        n_reported=len(people),
        true_reported=len(true),
        hubs_dropped=int((~is_person[hubs]).sum()),
        people_dropped=int(is_person[hubs].sum()),
    )


def _jaccard(left: NDArray[np.int64], right: NDArray[np.int64]) -> float:
    both = len(np.intersect1d(left, right))
    return both / (len(left) + len(right) - both)
