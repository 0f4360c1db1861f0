"""Commands that run something: detect, demo, check, simulate, evaluate.

In:  arguments.   Out: a case or a world on disk, data on stdout, talk on stderr.
Never computes: each chains a few functions of the library.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pandas as pd

from ringfinder.case import check_free, open_case, write_case
from ringfinder.cli.asks import print_rings
from ringfinder.cli.output import Format, emit, records
from ringfinder.cli.talk import Talk
from ringfinder.errors import InputError
from ringfinder.model.dataset import Dataset
from ringfinder.model.ring import RingReport

#: the bundled sample, and how to make it again where it is not bundled
SAMPLE = Path("sample_data") / "lin_ma" / "input"
SAMPLE_PRESET, SAMPLE_PEOPLE, SAMPLE_SEED = "lin_ma", 20_000, 20201

#: columns of the tables that check prints; the other formats print all
_TABLES = ("table", "file", "rows", "kept", "set_aside", "cells_set_aside", "duplicates", "first_date", "last_date")
_REJECTS = ("file", "line", "column", "reason")

#: kinds of rejects named in the talk; rejects.csv has all
_REASONS_SHOWN = 10


@dataclass(frozen=True)
class Plan:
    """Where a run writes, and what overrides its configuration."""

    out: Path
    force: bool = False
    config: Path | None = None
    seed: int | None = None
    language: Literal["zh", "en"] | None = None
    html: bool = True


@dataclass(frozen=True)
class WorldPlan:
    """Which world to simulate."""

    preset: str
    n_policyholders: int
    seed: int
    dirt: bool
    force: bool
    fmt: Literal["csv", "parquet"]


def detect(talk: Talk, source: Path, plan: Plan, *, fmt: Format) -> None:
    from ringfinder.config import load_config
    from ringfinder.ingest import ReadOptions, read_tables
    from ringfinder.pipeline import detect_rings

    config = load_config(plan.config)
    if plan.seed is not None:
        config = replace(config, seed=plan.seed)
    if plan.language is not None:
        config = replace(config, language=plan.language)
    # before the run, which may take minutes
    check_free(plan.out, force=plan.force)
    dataset = read_tables(source, options=ReadOptions(mapping=config.mapping), progress=talk.progress)
    _tell_input(talk, dataset, config.language)
    report = detect_rings(dataset, config, progress=talk.progress)
    _tell_report(talk, report, config.language)
    write_case(report, plan.out, language=config.language, force=plan.force)
    first = plan.out / "rings.csv"
    case = open_case(plan.out)
    # before the views: should a page fail, the result is saved and told
    print_rings(talk, case.rings(language=config.language), fmt, language=config.language)
    if plan.html:
        from ringfinder.cli.views import write_views

        first = write_views(talk, case, out=plan.out, language=config.language)
    talk.say(_pick(config.language, f"案卷:{plan.out}  打开:{first}", f"case: {plan.out}  open: {first}"))


def demo(talk: Talk, plan: Plan, *, fmt: Format) -> None:
    check_free(plan.out, force=plan.force)
    places = (Path(__file__).resolve().parents[2] / SAMPLE, Path.cwd() / SAMPLE)
    bundled = next((place for place in places if place.is_dir()), None)
    if bundled is not None:
        detect(talk, bundled, plan, fmt=fmt)
        return
    from ringfinder.simulate import simulate as make_world
    from ringfinder.simulate import write_world

    talk.say(f"the sample is not installed; making it again (preset {SAMPLE_PRESET}, seed {SAMPLE_SEED})")
    with tempfile.TemporaryDirectory(prefix="ringfinder-") as folder:
        world = make_world(SAMPLE_PRESET, n_policyholders=SAMPLE_PEOPLE, seed=SAMPLE_SEED)
        made = write_world(world, Path(folder) / "lin_ma", format="parquet", dirt=True)
        detect(talk, made / "input", plan, fmt=fmt)


def check(talk: Talk, source: Path, *, config: Path | None, rejects: bool, fmt: Format) -> None:
    from ringfinder.ingest import ReadOptions, describe, read_tables

    options, language = ReadOptions(), "zh"
    if config is not None:
        # the configuration knows every stage, and reading needs none of them
        from ringfinder.config import load_config

        run = load_config(config)
        options, language = ReadOptions(mapping=run.mapping), run.language
    dataset = read_tables(source, options=options, progress=talk.progress)
    frame, columns = (dataset.report.rejects, _REJECTS) if rejects else (describe(dataset), _TABLES)
    emit(frame, fmt, columns=columns, language=language, color=talk.color)
    _tell_rejects(talk, dataset, language)


def simulate(talk: Talk, out: Path, plan: WorldPlan) -> None:
    from ringfinder.simulate import check_replaceable, write_world
    from ringfinder.simulate import simulate as make_world

    # before the world is made, which may take a while
    check_replaceable(out, force=plan.force)
    world = make_world(plan.preset, n_policyholders=plan.n_policyholders, seed=plan.seed)
    write_world(world, out, format=plan.fmt, dirt=plan.dirt, force=plan.force)
    n_rings = world.truth_rings["ring_id"].nunique()
    talk.say(
        f"{plan.n_policyholders:,} policyholders, {n_rings} planted rings: {out / 'input'}, truth in {out / 'truth'}"
    )


def evaluate(talk: Talk, path: Path, truth: Path, *, fmt: Format) -> None:
    from ringfinder.evaluate import evaluate as compare

    case = open_case(path)
    tables = {name: _truth(truth, name) for name in ("rings", "lookalikes")}
    found = case.all_members()
    flagged = case.rings(status="flagged")["ring_id"].tolist()
    result = compare(found, flagged, tables["rings"], tables["lookalikes"])
    emit(result.to_frame(), fmt, language="en", color=talk.color)


def _truth(folder: Path, name: str) -> pd.DataFrame:
    path = folder / f"{name}.csv"
    if not path.is_file():
        raise InputError(
            f"no {name}.csv in {folder.name}",
            hint="give the truth folder of a simulated world, for example WORLD/truth",
        )
    try:
        return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
    except (ValueError, OSError) as error:
        raise InputError(f"{name}.csv can't be read as a table ({type(error).__name__})") from error


def _tell_input(talk: Talk, dataset: Dataset, language: str) -> None:
    names = ", ".join(f"{name} {len(dataset[name]):,}" for name in dataset if len(dataset[name]))
    talk.say(_pick(language, f"读入:{names}", f"loaded: {names}"))
    _tell_rejects(talk, dataset, language)


def _tell_rejects(talk: Talk, dataset: Dataset, language: str) -> None:
    report = dataset.report
    rejects = report.rejects
    talk.say(_pick(language, f"剔除:{len(rejects):,} 行或格", f"set aside: {len(rejects):,} rows or cells"))
    sizes = rejects.astype({"reason": "str"}).groupby(["table", "column", "reason"], dropna=False).size()
    reasons = sizes.sort_values(ascending=False, kind="stable").rename("n").reset_index()
    shown = reasons if talk.verbose else reasons.head(_REASONS_SHOWN)
    for row in records(shown):
        place = ".".join(str(part) for part in (row["table"], row["column"]) if part)
        talk.say(f"  {row['n']:>6} {place}: {_half(str(row['reason']), language)}")
    if len(shown) < len(reasons):
        rest = len(reasons) - len(shown)
        talk.say(_pick(language, f"  另有 {rest} 类,见 rejects.csv", f"  and {rest} more kinds, see rejects.csv"))
    duplicates = sum(file.n_duplicates for file in report.files)
    if duplicates:
        talk.say(_pick(language, f"重复行:{duplicates:,}", f"repeated rows: {duplicates:,}"))
    unknown = [f"{table}.{column}" for table, column in report.unknown_columns]
    for zh, en, items in (("表", "tables", report.unknown_tables), ("列", "columns", unknown)):
        if items:
            talk.say(_pick(language, f"未用{zh}:{', '.join(items)}", f"unknown {en} left out: {', '.join(items)}"))
    for note in report.notes:
        talk.detail(note)


def _tell_report(talk: Talk, report: RingReport, language: str) -> None:
    verdicts = report.letters.letters["verdict"]
    linked = int((verdicts == "linked").sum())
    counts = report.book.values["verdict"].value_counts()
    evidence, guarded = int(counts.get("evidence", 0)), int(counts.get("guarded", 0) + counts.get("directory", 0))
    graph = report.manifest.get("graph")
    groups = graph.get("communities", 0) if isinstance(graph, dict) else 0
    n_templates, n_letters, flagged = len(report.letters.templates), len(verdicts), len(report.flagged)
    talk.say(
        _pick(
            language,
            f"信件:{n_letters:,} 封,模板 {n_templates} 个,{linked:,} 封出自模板",
            f"letters: {n_letters:,}, {n_templates} templates, {linked:,} letters follow one",
        )
    )
    talk.say(
        _pick(
            language,
            f"共用标识:{evidence:,} 个计作证据,{guarded:,} 个公用不计;社群 {groups:,} 个",
            f"shared values: {evidence:,} count as evidence, {guarded:,} guarded hubs; {groups:,} communities",
        )
    )
    talk.say(
        _pick(
            language,
            f"疑似团伙线索:{len(report.rings)} 条,标记 {flagged} 条",
            f"suspected rings: {len(report.rings)}, of these {flagged} flagged",
        )
    )


def _half(reason: str, language: str) -> str:
    """The part of a reason in one language; reading gives both as 'zh · en'."""
    zh, mark, en = reason.partition(" · ")
    return en if mark and language == "en" else zh


def _pick(language: str, zh: str, en: str) -> str:
    return en if language == "en" else zh
