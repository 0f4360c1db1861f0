"""Detection quality on simulated books: every preset at fixed seeds, one row a book.

    python benchmarks/bench_quality.py [--presets lin_ma,honest] [--seeds 11,12,13] [--policyholders 20000]

Measures ring recall (Jaccard >= .5 and >= .8), member precision and recall, false flagged rings and the kinds of
look-alike they fall on, and the CPU seconds of the run. The seeds here are not the sample's.
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
    top = report.rings[0] if report.rings else None
    return {
        "preset": preset,
        "seed": seed,
        "found": len(report.rings),
        "flagged": len(flagged),
        "top": f"{top.size} people, stat q {top.q_value:.3f}" if top else "-",
        **result.to_dict(),
        "cpu_s": round(seconds, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presets", default=",".join(PRESETS))
    parser.add_argument("--seeds", default="11,12,13")
    parser.add_argument("--policyholders", type=int, default=20_000)
    options = parser.parse_args()
    rows = []
    for preset in options.presets.split(","):
        for seed in options.seeds.split(","):
            rows.append(measure(preset, int(seed), options.policyholders))
            print(rows[-1], file=sys.stderr)
    print(pd.DataFrame(rows).to_string(index=False))


if __name__ == "__main__":
    main()
