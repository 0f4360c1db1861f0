"""detect_rings() and replay(): the only file that chains the stages.

In:  Dataset, RunConfig.   Out: `RingReport`, `Replay`.   Never reads or writes files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from ringfinder.config import RunConfig
from ringfinder.construct import build_book, build_seller_book, entity_graph, evidence_graph
from ringfinder.detect import Detector, get_detector
from ringfinder.detect.grouping import group_candidates
from ringfinder.detect.letter_fragments import with_values
from ringfinder.detect.straw import group_straw_holders
from ringfinder.detect.vetting import guarded
from ringfinder.display import present_report, progress_of
from ringfinder.errors import InputError
from ringfinder.evaluate.replay import Every, Replay, StepDone, replay_runs
from ringfinder.evidence import build_rings
from ringfinder.model.book import Book
from ringfinder.model.communities import Communities
from ringfinder.model.dataset import Dataset
from ringfinder.model.letters import FormerTemplates, Letters
from ringfinder.model.ring import RingReport
from ringfinder.model.scored import ScoredGroup
from ringfinder.score import score_groups, score_seller_groups, without_overlap
from ringfinder.templates import find_templates
from ringfinder.version import __version__

Progress = Callable[[str, float], None]


def detect_rings(
    dataset: Dataset,
    config: RunConfig | None = None,
    *,
    former: FormerTemplates = FormerTemplates(),
    progress: Progress | bool | None = None,
) -> RingReport:
    """Find suspected rings in an insurer's tables.

    Parameters
    ----------
    dataset : from `read_tables`.
    config : every setting; the same data and configuration give the same report, whatever the row order.
    former : letter templates of an earlier case, whose ids live on (`PreviousRun.templates`).
    progress : called with the stage's name and the share of the run that is done (0 to 1); True shows a bar.

    Returns
    -------
    Ranked rings with evidence both ways. Each is a lead: nobody is guilty for being on it.
    """
    config = config if config is not None else RunConfig()
    clock = _Clock(progress_of(progress, "detect_rings"))
    found = _find(dataset, config, former, clock)
    everything = entity_graph(found.book, found.letters, dataset)
    rings = build_rings(
        found.groups,
        found.book,
        found.seller_book,
        found.letters,
        dataset,
        min_households=config.score.min_households,
    )
    clock.done("evidence", 1.0)
    graph = found.communities.graph
    return RingReport(
        rings=rings,
        dataset=dataset,
        letters=found.letters,
        book=found.book,
        seller_book=found.seller_book,
        graph=graph,
        entity_graph=everything,
        manifest={
            **_inputs(dataset, config),
            "entity_graph": {"nodes": everything.n_nodes, "edges": everything.n_edges},
            "graph": {"nodes": graph.n_nodes, "edges": graph.n_edges, "communities": len(found.communities)},
            "groups": {k: found.record[k] for k in sorted(found.record)},
            "values": {str(k): int(v) for k, v in found.book.values["verdict"].value_counts().sort_index().items()},
            "templates": len(found.letters.templates),
            "letters": found.letters.judged_by(),
            "rings": len(rings),
            "flagged": sum(r.status == "flagged" for r in rings),
        },
        timings=clock.seconds,
        present=present_report,
    )


@dataclass(frozen=True)
class Found:
    """Tested groups before their evidence is put into words, and what they were tested on.

    Attributes
    ----------
    groups : of both channels. communities : of the graph of judged evidence. record : what was merged and attached.
    """

    groups: tuple[ScoredGroup, ...]
    letters: Letters
    book: Book
    seller_book: Book
    communities: Communities
    record: Mapping[str, object]


def find_groups(
    dataset: Dataset,
    config: RunConfig,
    *,
    former: FormerTemplates = FormerTemplates(),
    progress: Progress | None = None,
) -> Found:
    """The groups that `detect_rings` makes rings of, without the words: what a question of "what if" needs."""
    return _find(dataset, config, former, _Clock(progress))


def _find(dataset: Dataset, config: RunConfig, former: FormerTemplates, clock: _Clock) -> Found:
    letters = find_templates(
        dataset["complaints"],
        config.templates,
        known_letters=config.known_letters,
        boilerplate=config.boilerplate,
        former=former,
    )
    clock.done("templates", 0.3)
    book = build_book(dataset, config.construct)
    graph = evidence_graph(book)
    clock.done("construct", 0.5)
    detector = get_detector(config.detect.detector, **config.detect.params)
    communities = detector.run(graph)
    groups = group_candidates(
        book, letters, dataset, communities, config.group, values=config.construct.values, seed=config.seed
    )
    book = guarded(with_values(book, groups.vouched_values), groups.stray_values)
    clock.done("detect", 0.7)
    scored = score_groups(
        book,
        groups,
        letters,
        dataset,
        config.score,
        values=config.construct.values,
        regroup=detector.run,
        seed=config.seed,
    )
    seller_book, arbitrage = _arbitrage(dataset, book, detector, config)
    clock.done("score", 0.9)
    return Found(
        groups=(*scored, *without_overlap(arbitrage, scored)),
        letters=letters,
        book=book,
        seller_book=seller_book,
        communities=communities,
        record=groups.record,
    )


def replay(
    dataset: Dataset,
    every: Every = "month",
    config: RunConfig | None = None,
    *,
    start: str | pd.Timestamp | None = None,
    end: str | pd.Timestamp | None = None,
    step_done: StepDone | None = None,
    progress: Progress | bool | None = None,
) -> Replay:
    """Tell when each ring would have been flagged, had the detection run every month or quarter.

    What a flag would have saved is the question a manager asks first: how many people were in the ring that day, how
    many came after, and how much was paid after. Each step sees only rows dated by its day (`known_on`).

    Parameters
    ----------
    start, end : first and last day to look at; the first case on file, and everything on file, if not given.
    step_done : called after each step with its day, report and the share that is done (0 to 1).
    progress : called after each step with its day and that share; True shows a bar.

    Returns
    -------
    `Replay`: one row a ring, and one row a day and ring.

    Raises
    ------
    InputError : a day can't be read, lies in the wrong order, or nothing on file has a date.
    """
    bar = progress_of(progress, "replay")

    def done(day: pd.Timestamp, report: RingReport, share: float) -> None:
        if bar is not None:
            bar(f"{day:%Y-%m-%d}", share)
        if step_done is not None:
            step_done(day, report, share)

    return replay_runs(
        dataset,
        lambda known: detect_rings(known, config),
        every=every,
        start=_day(start, "first"),
        end=_day(end, "last"),
        step_done=done,
    )


def _day(day: str | pd.Timestamp | None, which: str) -> pd.Timestamp | None:
    """A day given by a caller, without a time."""
    if day is None:
        return None
    try:
        if isinstance(day, str):
            return pd.to_datetime(day, format="%Y-%m-%d")
        return pd.Timestamp(day).normalize()
    except (ValueError, OverflowError) as error:
        raise InputError(f"the {which} day {day!r} is not a date", hint="write it as 2021-03-31") from error


def _arbitrage(
    dataset: Dataset, book: Book, detector: Detector, config: RunConfig
) -> tuple[Book, tuple[ScoredGroup, ...]]:
    """The seller's side: its book, and its tested groups."""
    seller_book = build_seller_book(dataset, book, config.seller)
    straw = group_straw_holders(
        seller_book, detector.run(evidence_graph(seller_book)), min_households=config.score.min_households
    )
    groups = score_seller_groups(
        seller_book,
        straw,
        dataset,
        config.score,
        regroup=detector.run,
        values=config.seller.values,
        seed=config.seed,
    )
    return seller_book, groups


def _inputs(dataset: Dataset, config: RunConfig) -> dict[str, object]:
    """What the manifest says of version, settings and tables."""
    return {
        "ringfinder": __version__,
        "config": config.to_dict(),
        "seed": config.seed,
        "inputs": [
            {"file": f.name, "table": f.table, "sha256": f.sha256, "encoding": f.encoding, "rows": f.n_rows}
            for f in sorted(dataset.report.files, key=lambda f: (f.table, f.name))
        ],
        "rows": {name: len(dataset[name]) for name in dataset},
        "set_aside": len(dataset.report.rejects),
    }


class _Clock:
    """Seconds by stage, and the progress callback."""

    def __init__(self, progress: Progress | None) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress
        self._last = time.perf_counter()

    def done(self, stage: str, share: float) -> None:
        now = time.perf_counter()
        self.seconds[stage] = round(now - self._last, 3)
        self._last = now
        if self._progress is not None:
            self._progress(stage, share)
