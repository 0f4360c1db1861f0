"""Detection quality on simulated books: every preset at fixed seeds, one row a book.

    python benchmarks/bench_quality.py [--presets lin_ma,honest] [--seeds 31,32,33] [--policyholders 20000]

One row a preset: true, flagged and false flagged rings in all; mean ring recall (Jaccard >= .5 and >= .8, flagged rings
only), mean best Jaccard of a true ring, precision of the people named, share of true members named, CPU seconds of a
run without reading. A cell network counts as one true ring. The seeds are not the sample's.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

import ringfinder as rf
from ringfinder.evaluate import evaluate
from ringfinder.simulate import PRESETS, simulate, write_world


def measure(preset: str, seed: int, n_policyholders: int) -> dict[str, object]:
    """One book: make, write, read, detect, compare with the truth."""
    world = simulate(preset, n_policyholders=n_policyholders, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        write_world(world, Path(folder) / "world")
        dataset = rf.read_tables(Path(folder) / "world" / "input")
    start = time.process_time()
    report = rf.detect_rings(dataset)
    seconds = time.process_time() - start
    found = report.members_to_pandas()
    flagged = [ring.ring_id for ring in report.flagged]
    result = evaluate(found, flagged, world.truth_rings, world.truth_lookalikes)
    return {
        "preset": preset,
        "seed": seed,
        "true": len(result.per_ring),
        "flagged": result.n_flagged,
        "false": result.n_false,
        "recall J>=.5": result.ring_recall_50,
        "recall J>=.8": result.ring_recall_80,
        "best J": result.per_ring["jaccard"].mean(),
        "precision": result.member_precision,
        "coverage": result.member_recall,
        "cpu_s": seconds,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presets", default=",".join(PRESETS))
    parser.add_argument("--seeds", default="31,32,33")
    parser.add_argument("--policyholders", type=int, default=20_000)
    options = parser.parse_args()
    rows = []
    for preset in options.presets.split(","):
        for seed in options.seeds.split(","):
            rows.append(measure(preset, int(seed), options.policyholders))
            print(rows[-1], file=sys.stderr)
    table = pd.DataFrame(rows)
    sums = table.groupby("preset", sort=False)[["true", "flagged", "false"]].sum()
    means = table.groupby("preset", sort=False)[list(table.columns[5:])].mean().round(2)
    print(sums.join(means).to_string())


if __name__ == "__main__":
    main()
