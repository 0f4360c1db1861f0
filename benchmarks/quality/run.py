"""One book through every method; books side by side in processes; finished books kept in a file.

In:  `Plan`.   Out: `Record`s, sorted by book. Nothing but seconds differs between two runs of a plan.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

import ringfinder as rf
from benchmarks.quality.ablation import CHANNELS, without
from benchmarks.quality.books import BenchBook, BookKey, make_book
from benchmarks.quality.detectors import METHODS, run_detectors
from benchmarks.quality.grid import run_peer
from benchmarks.quality.links import build_links
from benchmarks.quality.measure import Result, measure_report
from benchmarks.quality.peers import PEERS
from ringfinder.model.dataset import Dataset

#: the product's name in the tables
PRODUCT = "ringfinder"
#: modules of the benchmark that decide a result
_DECIDING = ["ablation", "books", "conditions", "detectors", "fraudar", "grid", "links", "measure", "peers", "run"]
Progress = Callable[[str], None]


@dataclass(frozen=True, order=True)
class Job:
    """One book and the methods to run on it: the product, names of peers, `ablated` channels, detectors by name."""

    key: BookKey
    methods: tuple[str, ...]


def job(key: BookKey, peers: Sequence[str], *, ablate: bool = False, detectors: bool = False) -> Job:
    """The product, these peers, and, if asked, the product without one kind of evidence and each detector by name."""
    channels = tuple(ablated(c.name) for c in CHANNELS if ablate)
    return Job(key, (PRODUCT, *peers, *channels, *(METHODS if detectors else ())))


@dataclass(frozen=True)
class Record:
    """Every result of one book."""

    key: BookKey
    results: tuple[Result, ...]

    def methods(self) -> set[str]:
        return {r.method for r in self.results}

    def to_json(self, state: str) -> str:
        results = [r.to_dict() for r in self.results]
        return json.dumps({"state": state, "book": asdict(self.key), "results": results})


def ablated(channel: str) -> str:
    return f"without {channel}"


def run_jobs(jobs: Sequence[Job], *, processes: int, kept: Path | None, progress: Progress) -> list[Record]:
    """All jobs; methods already answered in the file `kept` are not run again, and new answers are added to it."""
    state = code_state()
    known = _read(kept, state)
    todo = []
    for j in jobs:
        have = known[j.key].methods() if j.key in known else set()
        if missing := tuple(m for m in j.methods if m not in have):
            todo.append(Job(j.key, missing))
    for n, record in enumerate(_run(todo, processes), start=1):
        known[record.key] = _joined(known.get(record.key), record)
        if kept is not None:
            with kept.open("a", encoding="utf-8") as file:
                file.write(record.to_json(state) + "\n")
        progress(f"[{n}/{len(todo)}] {record.key}: {_told(known[record.key], len(record.methods()))}")
    wanted = {j.key: j.methods for j in jobs}
    return [
        Record(key, tuple(r for m in methods for r in known[key].results if r.method == m))
        for key, methods in sorted(wanted.items())
    ]


def code_state() -> str:
    """A hash of the code that decides results: figures of another state must not be mixed in."""
    here = Path(__file__).parent
    package = sorted(Path(rf.__file__).parent.rglob("*.py"))
    own = [
        here / f"{m}.py"
        for m in ("ablation", "books", "conditions", "detectors", "fraudar", "grid", "links", "measure", "peers", "run")
    ]
    digest = hashlib.sha256()
    for path in (*package, *own):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _run(jobs: Sequence[Job], processes: int) -> Iterator[Record]:
    if processes <= 1 or len(jobs) <= 1:
        yield from map(run_book, jobs)
        return
    # a process a book: nothing of a large book stays in memory
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for done in as_completed([pool.submit(run_book, job) for job in jobs]):
            yield done.result()


def run_book(job: Job) -> Record:
    """One book through the methods of its job."""
    book = make_book(job.key)
    results = [_product(book, book.dataset, PRODUCT)] if PRODUCT in job.methods else []
    for channel in CHANNELS:
        if ablated(channel.name) in job.methods:
            results.append(_product(book, without(book.dataset, channel), ablated(channel.name)))
    results += run_detectors(book, job.methods)
    peers = [p for p in PEERS if p.name in job.methods]
    layers = list(build_links(book.dataset)) if peers else []
    for peer in peers:
        results += run_peer(book, peer, layers)
    return Record(job.key, tuple(results))


def _product(book: BenchBook, dataset: Dataset, method: str) -> Result:
    start = time.process_time()
    report = rf.detect_rings(dataset)
    return measure_report(book, report, method=method, seconds=time.process_time() - start)


def _read(kept: Path | None, state: str) -> dict[BookKey, Record]:
    """Finished books of this state of the code."""
    out: dict[BookKey, Record] = {}
    lines = kept.read_text(encoding="utf-8").splitlines() if kept is not None and kept.exists() else []
    for line in lines:
        data = json.loads(line)
        if data["state"] == state:
            record = Record(BookKey(**data["book"]), tuple(Result.from_dict(r) for r in data["results"]))
            out[record.key] = _joined(out.get(record.key), record)
    return out


def _joined(old: Record | None, new: Record) -> Record:
    """Both runs' methods; what the new one measured replaces what was there."""
    fresh = new.methods()
    kept = old.results if old is not None else ()
    return Record(new.key, (*(r for r in kept if r.method not in fresh), *new.results))


def _told(record: Record, n_methods: int) -> str:
    own = next(r for r in record.results if r.method == PRODUCT)
    found = f"{own.found_50} of {own.n_true} found, {own.false} false, {own.seconds:.1f} s"
    return f"{n_methods} methods run; ringfinder: {found}"
