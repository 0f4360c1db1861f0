"""Which detector groups the graph of judged evidence best: each by name, on the same books.

    python benchmarks/bench_detectors.py [--seeds 21,22] [--policyholders 20000]

One row a detector: true rings found by a flagged ring (Jaccard >= .5), mean best Jaccard of a true ring, precision of
the people named, flagged and false flagged rings, over presets lin_ma, micro_broker, camouflage and mixed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import pandas as pd

import ringfinder as rf
from ringfinder.config import DetectParams, RunConfig
from ringfinder.evaluate import evaluate
from ringfinder.simulate import simulate, write_world

PRESETS = ("lin_ma", "micro_broker", "camouflage", "mixed")
DETECTORS = (
    ("components", {}),
    ("louvain", {}),
    ("leiden", {"objective": "modularity", "resolution": 1.0}),
    ("leiden", {"objective": "cpm", "resolution": 0.05}),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="21,22")
    parser.add_argument("--policyholders", type=int, default=20_000)
    options = parser.parse_args()
    rows = []
    for preset in PRESETS:
        for seed in map(int, options.seeds.split(",")):
            world = simulate(preset, n_policyholders=options.policyholders, seed=seed)
            with tempfile.TemporaryDirectory() as folder:
                write_world(world, Path(folder) / "world")
                dataset = rf.read_tables(Path(folder) / "world" / "input")
            for name, params in DETECTORS:
                report = rf.detect_rings(dataset, RunConfig(detect=DetectParams(name, params)))
                flagged = [ring.ring_id for ring in report.flagged]
                result = evaluate(report.members_to_pandas(), flagged, world.truth_rings, world.truth_lookalikes)
                label = " ".join([name, *map(str, params.values())])
                jaccard = result.per_ring["jaccard"]
                rows.append(
                    (
                        label,
                        result.ring_recall_50,
                        jaccard.mean(),
                        result.member_precision,
                        len(flagged),
                        result.n_false,
                    )
                )
                print(preset, seed, rows[-1], file=sys.stderr)
    columns = ["detector", "recall J>=.5", "best J", "precision", "flagged", "false"]
    table = pd.DataFrame(rows, columns=columns).groupby("detector", sort=False)
    print(table.agg(dict.fromkeys(columns[1:4], "mean") | {"flagged": "sum", "false": "sum"}).round(3).to_string())


if __name__ == "__main__":
    main()
