"""Simulated books as a user's tables, with their truth.

In:  preset, size, seed, condition.   Out: `BenchBook`. The tables pass through files and ingest, dirt included.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import ringfinder as rf
from benchmarks.quality.conditions import CONDITIONS
from ringfinder.evaluate import Truth
from ringfinder.model.dataset import Dataset
from ringfinder.simulate import simulate, write_world


@dataclass(frozen=True, order=True)
class BookKey:
    """Which book: everything that decides its bytes."""

    n_policyholders: int
    preset: str
    seed: int
    condition: str = ""

    @property
    def kind(self) -> str:
        """What the tables call it: the preset, and the state its records are in."""
        return f"{self.preset}, {self.condition.replace('_', ' ')}" if self.condition else self.preset

    def __str__(self) -> str:
        return f"{self.kind}/{self.n_policyholders:,}/{self.seed}"


@dataclass(frozen=True)
class BenchBook:
    """One book: the tables as read, and the truth the methods never see."""

    key: BookKey
    dataset: Dataset
    truth: Truth
    true_people: frozenset[str]


def make_book(key: BookKey) -> BenchBook:
    """Simulate, write and read one book; then bring its records into their state."""
    world = simulate(key.preset, n_policyholders=key.n_policyholders, seed=key.seed)
    with tempfile.TemporaryDirectory() as folder:
        write_world(world, Path(folder) / "world")
        dataset = rf.read_tables(Path(folder) / "world" / "input")
    if key.condition:
        dataset = CONDITIONS[key.condition](dataset, key.seed)
    truth = Truth(world.truth_rings, world.truth_lookalikes)
    return BenchBook(key, dataset, truth, frozenset(world.truth_rings["policyholder_id"].astype(str)))
