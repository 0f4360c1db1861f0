"""Each detector by name, on the graph of judged evidence and on the graph as loaded.

In:  `BenchBook`.   Out: `Result`s. `DETECTORS` is the registry.
On judged evidence the detector takes its place in the product, merging and tests included. On the raw graph there is
nothing but the detector: every group of three people and more counts as flagged, the largest first.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

import ringfinder as rf
from benchmarks.quality.books import BenchBook
from benchmarks.quality.measure import DEFAULT, Result, measure, measure_report
from ringfinder.config import DetectParams, RunConfig
from ringfinder.model.graph import POLICYHOLDER, EntityGraph

_MIN_PEOPLE = 3
GRAPHS = ("judged", "raw")


@dataclass(frozen=True)
class Named:
    """A detector at one setting."""

    name: str
    params: Mapping[str, float | int | str] = field(default_factory=dict)

    def method(self, graph: str) -> str:
        return f"{' '.join([self.name, *map(str, self.params.values())])} on {graph}"


DETECTORS = (
    Named("components"),
    Named("louvain"),
    Named("leiden", {"objective": "modularity", "resolution": 1.0}),
    Named("leiden", {"objective": "cpm", "resolution": 0.05}),
    Named("label_propagation"),
    Named("bare"),
)
#: every method of this file, judged first
METHODS = tuple(d.method(graph) for graph in GRAPHS for d in DETECTORS)


def run_detectors(book: BenchBook, methods: Sequence[str]) -> Iterator[Result]:
    """The methods asked for, of `METHODS`."""
    raw = [d for d in DETECTORS if d.method("raw") in methods]
    graph = rf.detect_rings(book.dataset).entity_graph if raw else None
    for detector in DETECTORS:
        if detector.method("judged") in methods:
            start = time.process_time()
            config = RunConfig(detect=DetectParams(detector.name, dict(detector.params)))
            report = rf.detect_rings(book.dataset, config)
            yield measure_report(book, report, method=detector.method("judged"), seconds=time.process_time() - start)
        if graph is not None and detector in raw:
            yield _on_raw(book, graph, detector)


def _on_raw(book: BenchBook, graph: EntityGraph, detector: Named) -> Result:
    start = time.process_time()
    found = rf.detect_communities(graph, detector.name, **detector.params)
    seconds = time.process_time() - start
    is_person = found.graph.kinds == POLICYHOLDER
    groups = [found.graph.names[nodes[is_person[nodes]]].tolist() for nodes in found]
    order = np.argsort([-len(g) for g in groups], kind="stable")
    ranked = {f"G{i}": frozenset(groups[i]) for i in order.tolist() if len(groups[i]) >= _MIN_PEOPLE}
    return measure(
        book, ranked, list(ranked), method=detector.method("raw"), setting=DEFAULT, seconds=round(seconds, 3)
    )
