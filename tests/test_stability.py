"""Same input, same configuration: the same bytes, whatever the row order, hash seed or number of threads."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from ringfinder.simulate import simulate, write_world

RUNS = 20


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("stability")
    write_world(simulate("mixed", n_policyholders=4_000, seed=77), folder / "world")
    return folder / "world" / "input"


def _shuffled(source: Path, target: Path, seed: int) -> Path:
    target.mkdir()
    for file in sorted(source.glob("*.parquet")):
        frame = pd.read_parquet(file)
        frame.sample(frac=1.0, random_state=seed).to_parquet(target / file.name, index=False)
    return target


def _detect(source: Path, out: Path, run: int) -> dict[str, str]:
    environment = os.environ | {"PYTHONHASHSEED": str(run), "OMP_NUM_THREADS": str(1 + run % 2)}
    command = [sys.executable, "-m", "ringfinder", "detect", str(source), "--out", str(out), "--no-html", "--quiet"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    hashes = {}
    for file in sorted(out.glob("*.csv")):
        if file.name == "rejects.csv":
            # it lists positions in the input: all but the line numbers must agree
            rows = pd.read_csv(file, dtype="str").drop(columns="line")
            text = rows.sort_values(list(rows.columns)).to_csv(index=False)
            hashes[file.name] = hashlib.sha256(text.encode()).hexdigest()
        else:
            hashes[file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
    return hashes


def test_twenty_shuffled_runs_with_different_hash_seeds_give_the_same_bytes(world, tmp_path):
    first = _detect(world, tmp_path / "case0", 0)
    assert {"rings.csv", "members.csv", "evidence.csv", "letters.csv", "templates.csv"} <= set(first)
    rings = pd.read_csv(tmp_path / "case0" / "rings.csv")
    # equal empty lists would prove nothing
    of_arbitrage = rings.loc[rings["status"] == "flagged", "channels"].str.contains("early_surrender")
    assert of_arbitrage.any()
    assert not of_arbitrage.all()
    assert len(pd.read_csv(tmp_path / "case0" / "members.csv")) > 50

    def again(run: int) -> dict[str, str]:
        return _detect(_shuffled(world, tmp_path / f"in{run}", run), tmp_path / f"case{run}", run)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for run, hashes in enumerate(pool.map(again, range(1, RUNS)), start=1):
            assert hashes == first, f"run {run}"
