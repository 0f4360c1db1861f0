"""The command replay: when each ring would have been flagged.

In:  arguments.   Out: a table on stdout, on request a CSV file, talk on stderr.   Never computes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pandas as pd

from ringfinder.cli.output import Format, emit
from ringfinder.cli.runs import find_settings
from ringfinder.cli.talk import Talk
from ringfinder.cli.telling import pick, tell_input, tell_settings
from ringfinder.errors import InputError, RefusedError
from ringfinder.model.dataset import Dataset
from ringfinder.model.known import undated_rows
from ringfinder.model.ring import RingReport

#: columns of the table; the other formats print all
_SHOWN = (
    "ring_id",
    "status",
    "merged_into",
    "size",
    "overpaid",
    "first_listed",
    "first_flagged",
    "size_then",
    "overpaid_then",
    "joined_later",
    "overpaid_later",
)


@dataclass(frozen=True)
class ReplayPlan:
    """Which days to look at, and what overrides the configuration; `out` is the file of the course, if any."""

    every: Literal["month", "quarter"]
    start: str | None = None
    end: str | None = None
    out: Path | None = None
    config: Path | None = None
    seed: int | None = None
    language: Literal["zh", "en"] | None = None


def replay(talk: Talk, source: Path, plan: ReplayPlan, *, fmt: Format) -> None:
    from ringfinder.case import render_csv
    from ringfinder.config import load_config
    from ringfinder.ingest import read_tables
    from ringfinder.pipeline import replay as look_back

    found = plan.config or find_settings(source)
    config = load_config(found)
    if plan.seed is not None:
        config = replace(config, seed=plan.seed)
    language = plan.language or config.language
    tell_settings(talk, found, language)
    # before the runs, which take minutes
    if plan.out is not None:
        _check_free(plan.out)
    dataset = read_tables(source, options=config.read_options(), progress=talk.progress)
    tell_input(talk, dataset, language)
    _tell_undated(talk, dataset, language)

    def step_done(day: pd.Timestamp, report: RingReport, share: float) -> None:
        n, flagged = len(report.rings), len(report.flagged)
        zh, en = f"线索 {n} 条,其中列为疑似 {flagged} 条", f"{n} rings, {flagged} flagged"
        talk.say(f"{share:4.0%} {day:%Y-%m-%d}: {pick(language, zh, en)}")

    result = look_back(dataset, plan.every, config, start=plan.start, end=plan.end, step_done=step_done)
    emit(result.rings, fmt, talk=talk, columns=_SHOWN, language=language)
    if not len(result.rings):
        talk.say(pick(language, "没有线索", "no rings"))
    if early := int((result.rings["first_flagged"] == result.days[0]).sum()):
        zh = f"{early} 条线索在首次查看时已列为疑似,可能更早:--from 可提前"
        en = f"{early} rings are flagged at the first look already, maybe earlier: give an earlier --from"
        talk.say(pick(language, zh, en))
    if plan.out is not None:
        _write(plan.out, render_csv(result.steps))
        talk.say(pick(language, f"逐期经过:{plan.out}", f"the course: {plan.out}"))


def _tell_undated(talk: Talk, dataset: Dataset, language: str) -> None:
    undated = undated_rows(dataset)
    if undated:
        names = ", ".join(f"{name} {n:,}" for name, n in undated.items())
        zh, en = "以下行没有日期,视为一直已知", "rows without a date count as known all along"
        talk.say(f"{pick(language, zh, en)}: {names}")


def _check_free(out: Path) -> None:
    if out.exists():
        raise RefusedError(f"{out.name} is there already", hint="choose another --out, or move it elsewhere")
    if not out.parent.is_dir():
        raise InputError(f"no folder {out.parent.name} to write {out.name} into", hint="choose another --out")


def _write(out: Path, content: bytes) -> None:
    try:
        # 'x': a file that came meanwhile is left alone
        with out.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise InputError(f"can't write {out.name}: {error.strerror}", hint="choose another --out") from error
