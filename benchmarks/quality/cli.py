"""The command line: parse, run, print."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.quality.books import BookKey
from benchmarks.quality.conditions import CONDITIONS
from benchmarks.quality.early import lead_times
from benchmarks.quality.peers import PEERS
from benchmarks.quality.report import FORMATS, by_size, render
from benchmarks.quality.run import Job, job, run_jobs
from ringfinder.simulate import PRESETS

FIRST_SEED = 900
FAST = ("lin_ma", "cells", "arbitrage", "honest")
MAIN = ("lin_ma", "cells", "camouflage", "mixed", "honest")
ABLATED = (*MAIN, "arbitrage")
#: what is asked in a worse state: the ring everybody knows, and honest people
CONDITIONED = ("lin_ma", "honest")
GROUPED = ("lin_ma", "micro_broker", "camouflage", "mixed")
EARLY = ("lin_ma", "cells", "list_buyer", "slow")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    peers = _names(parser, options.peers, [p.name for p in PEERS])
    for peer in PEERS:
        if peer.name in peers and peer.missing:
            _say(f"left out: {peer.title} ({peer.library} is not installed; pip install {peer.library})")
            peers = tuple(p for p in peers if p != peer.name)
    jobs = _jobs(parser, options, peers)
    if any(j.key.seed < FIRST_SEED for j in jobs):
        _say(f"note: seeds under {FIRST_SEED} were looked at in development; the figures will flatter")
    records = run_jobs(jobs, processes=options.jobs, kept=options.records, progress=_say)
    measured = by_size(records, per_preset=options.best == "preset")
    if options.early or options.full:
        first = min(j.key.seed for j in jobs)
        early = [j.key for j in jobs if j.key.kind in EARLY and j.key.seed == first]
        keys = [key for key in early if key.n_policyholders == measured[0].n_policyholders]
        measured[0] = replace(measured[0], leads=tuple(lead_times(keys, measured[0].lines, _say)))
    sys.stdout.write(render(measured, options.format))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality",
        description="Detection quality on simulated books, ringfinder beside what a user would pick instead.",
    )
    add = parser.add_argument
    add(
        "--full",
        action="store_true",
        help="every preset at 20,000, worse records, the main ones at 200,000, ablation, detectors (hours)",
    )
    add("--presets", help=f"names, or all (default {','.join(FAST)})")
    add("--seeds", help=f"900-902 or 900,905 (default {FIRST_SEED})")
    add("--policyholders", help="book sizes, 20000,200000 (default 4000)")
    add("--conditions", default="none", help=f"also lin_ma and honest so: names, all or none ({', '.join(CONDITIONS)})")
    add("--peers", default="all", help=f"names, all or none ({', '.join(p.name for p in PEERS)})")
    add("--ablate", action="store_true", help="also ringfinder without one kind of evidence at a time")
    add("--detectors", action="store_true", help="also each detector by name, on judged evidence and on the raw graph")
    add("--early", action="store_true", help="also when each method would have spoken, quarter by quarter (slow)")
    add(
        "--best",
        choices=("all", "preset"),
        default="all",
        help="a peer's setting: one for all books, or for each preset",
    )
    add("--jobs", type=int, default=1, help="books side by side")
    add("--records", type=Path, help="file that keeps finished books (JSON lines); a book in it is not run again")
    add("--format", choices=FORMATS, default="table")
    return parser


def _jobs(parser: argparse.ArgumentParser, options: argparse.Namespace, peers: tuple[str, ...]) -> list[Job]:
    presets = _names(parser, options.presets, list(PRESETS)) if options.presets else None
    seeds = _numbers(parser, options.seeds) if options.seeds else None
    sizes = _numbers(parser, options.policyholders) if options.policyholders else None
    states = _names(parser, options.conditions, list(CONDITIONS))
    if not options.full:
        keys = [BookKey(n, p, s) for n in sizes or (4_000,) for p in presets or FAST for s in seeds or (FIRST_SEED,)]
        spoilt = {replace(key, condition=c) for key in keys if key.preset in CONDITIONED for c in states}
        clean = {job(key, peers, ablate=options.ablate, detectors=options.detectors) for key in keys}
        return sorted(clean | {job(key, peers) for key in spoilt})
    three = seeds or tuple(range(FIRST_SEED, FIRST_SEED + 3))
    states = states or tuple(CONDITIONS)
    small, large = (sizes or (20_000,))[0], (sizes or (0, 200_000))[1:]
    jobs = {
        job(BookKey(small, p, s), peers, ablate=p in ABLATED, detectors=p in GROUPED)
        for p in presets or PRESETS
        for s in three
    }
    jobs |= {job(BookKey(small, p, s, c), peers) for p in CONDITIONED for s in three for c in states}
    jobs |= {job(BookKey(n, p, three[0]), peers) for n in large for p in presets or MAIN}
    return sorted(jobs)


def _names(parser: argparse.ArgumentParser, text: str, known: list[str]) -> tuple[str, ...]:
    if text in ("all", "none"):
        return tuple(known) if text == "all" else ()
    names = tuple(text.split(","))
    for name in names:
        if name not in known:
            parser.error(f"no '{name}'; known: {', '.join(known)}")
    return names


def _numbers(parser: argparse.ArgumentParser, text: str) -> tuple[int, ...]:
    out: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        try:
            out += range(int(first), int(last or first) + 1)
        except ValueError:
            parser.error(f"'{part}' is not a number or a range like 900-902")
    return tuple(out)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
