"""Commands that run something: detect, demo, check, simulate, evaluate.

In:  arguments.   Out: a case or a world on disk, data on stdout, talk on stderr.
Never computes: each chains a few functions of the library.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd

from ringfinder.case import PreviousRun, check_free, is_case, keep_ids, open_case, read_previous, write_case
from ringfinder.cli.asks import print_rings
from ringfinder.cli.output import Format, emit
from ringfinder.cli.talk import Talk
from ringfinder.cli.telling import (
    SETTINGS,
    pick,
    tell_carried,
    tell_input,
    tell_rejects,
    tell_report,
    tell_settings,
)
from ringfinder.errors import InputError
from ringfinder.model.dataset import Dataset
from ringfinder.model.letters import FormerTemplates

if TYPE_CHECKING:
    from ringfinder.config import RunConfig

#: the bundled sample, and how to make it again where it is not bundled
SAMPLE = Path("sample_data") / "lin_ma" / "input"
SAMPLE_PRESET, SAMPLE_PEOPLE, SAMPLE_SEED = "lin_ma", 20_000, 20201

#: columns of the tables that check prints; the other formats print all
_TABLES = ("table", "file", "rows", "kept", "set_aside", "cells_set_aside", "duplicates", "first_date", "last_date")
_REJECTS = ("file", "line", "column", "reason")


@dataclass(frozen=True)
class Plan:
    """Where a run writes, and what overrides its configuration; `config` is looked for if `find_config`.

    Ring ids are carried on from the case `previous`, else from the one that is replaced if `carry_on`.
    """

    out: Path
    force: bool = False
    previous: Path | None = None
    known_letters: Path | None = None
    boilerplate: Path | None = None
    carry_on: bool = True
    config: Path | None = None
    find_config: bool = True
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
    files: Literal["csv", "parquet"]


def detect(talk: Talk, source: Path, plan: Plan, *, fmt: Format) -> None:
    from ringfinder.case.decided import with_dismissals
    from ringfinder.case.decisions import append_decisions, line_digests
    from ringfinder.case.files import file_digests
    from ringfinder.case.logged import RUN
    from ringfinder.cli.heeding import use_decisions
    from ringfinder.cli.log import note
    from ringfinder.config import load_config
    from ringfinder.ingest import read_tables
    from ringfinder.pipeline import detect_rings

    found = plan.config or (find_settings(source) if plan.find_config else None)
    config = load_config(found)
    if plan.seed is not None:
        config = replace(config, seed=plan.seed)
    if plan.language is not None:
        config = replace(config, language=plan.language)
    config = _with_letter_files(config, plan)
    tell_settings(talk, found, config.language)
    # before the run, which may take minutes
    check_free(plan.out, force=plan.force)
    _check_writable(plan.out)
    previous = _previous(talk, plan, config.language)
    known_ids = previous.known_ids if previous else {}
    dataset = read_tables(source, options=config.read_options(), known_ids=known_ids, progress=talk.progress)
    if previous is not None and not _is_one_book(talk, previous, dataset, plan, config.language):
        # nobody of the other book belongs into this case
        previous = None
        dataset = read_tables(source, options=config.read_options(), progress=talk.progress) if known_ids else dataset
    tell_input(talk, dataset, config.language)
    decided, dataset = use_decisions(talk, dataset, _folders(plan), config.language)
    former = previous.templates if previous is not None else FormerTemplates()
    report = with_dismissals(detect_rings(dataset, config, former=former, progress=talk.progress), decided)
    tell_report(talk, report, config.language)
    if previous is not None:
        report = keep_ids(report, previous)
        tell_carried(talk, report.lineage, previous.name, config.language)
    append_decisions(plan.out, decided)
    write_case(report, plan.out, language=config.language, force=plan.force)
    note(plan.out, RUN, {"files": file_digests(plan.out), "decisions": line_digests(plan.out)})
    first = plan.out / "rings.csv"
    case = open_case(plan.out)
    # before the views: should a page fail, the result is saved and told
    print_rings(talk, case.rings(language=config.language), fmt, language=config.language)
    if plan.html:
        from ringfinder.cli.views import write_views

        first = write_views(talk, case, out=plan.out, language=config.language)[0][1]
    talk.say(pick(config.language, f"案卷:{plan.out}  打开:{first}", f"case: {plan.out}  open: {first}"))


def _with_letter_files(config: RunConfig, plan: Plan) -> RunConfig:
    """The configuration with the texts of the folders that were named, after those it names itself."""
    if plan.known_letters is None and plan.boilerplate is None:
        return config
    from ringfinder.ingest.letter_files import read_letter_files

    if plan.known_letters is not None:
        config = replace(config, known_letters=config.known_letters + read_letter_files(plan.known_letters))
    if plan.boilerplate is not None:
        config = replace(config, boilerplate=config.boilerplate + read_letter_files(plan.boilerplate))
    return config


def find_settings(source: Path) -> Path | None:
    """The settings beside the tables, else those in the current folder."""
    beside = source if source.is_dir() else source.parent
    return next((place / SETTINGS for place in (beside, Path.cwd()) if (place / SETTINGS).is_file()), None)


def _previous(talk: Talk, plan: Plan, language: str) -> PreviousRun | None:
    """The case to carry ids on from, read before the run so that a wrong one is told early."""
    if plan.previous is not None:
        return read_previous(open_case(plan.previous))
    if not (plan.carry_on and plan.force and is_case(plan.out)):
        return None
    try:
        return read_previous(open_case(plan.out))
    except InputError as error:
        zh, en = "被替换的案卷无法读取,线索重新编号", "the case to replace can't be read, rings are numbered anew"
        talk.warn(f"{pick(language, zh, en)}: {error.message}")
        return None


def _folders(plan: Plan) -> list[Path]:
    """The cases whose decisions a run heeds; the demo heeds none."""
    return [place for place in (plan.previous, plan.out) if place is not None and plan.carry_on]


def _is_one_book(talk: Talk, previous: PreviousRun, dataset: Dataset, plan: Plan, language: str) -> bool:
    """Whether two cases are about the same people; a replaced case of other data carries nothing on."""
    numbers = dataset.report.pseudonyms
    known = dict(zip(numbers["policyholder_id"], numbers["original_id"], strict=True))
    if not previous.policyholders.isdisjoint(known.get(p, p) for p in dataset["policyholders"]["policyholder_id"]):
        return True
    talk.warn(
        pick(
            language,
            f"案卷 {previous.name} 与本数据没有一个共同的投保人:是另一批数据?",
            f"case {previous.name} and these tables share no policyholder: is it of other data?",
        )
    )
    return plan.previous is not None


def _check_writable(out: Path) -> None:
    """Try the place of a case before the run that fills it."""
    place = next(folder for folder in Path(out).resolve().parents if folder.exists())
    try:
        with tempfile.TemporaryDirectory(prefix=".ringfinder-", dir=place):
            pass
    except OSError as error:
        raise InputError(
            f"can't write case {out.name} into {place.name or place}: {error.strerror} (无法写入)",
            hint="choose another --out",
        ) from error


def demo(talk: Talk, plan: Plan, *, fmt: Format) -> None:
    # the demo is the same everywhere: it looks for no settings and for no earlier ids
    plan = replace(plan, find_config=False, carry_on=False)
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
    found = config or find_settings(source)
    if found is not None:
        # the configuration knows every stage, and reading needs none of them
        from ringfinder.config import load_config

        run = load_config(found)
        options, language = run.read_options(), run.language
    tell_settings(talk, found, language)
    dataset = read_tables(source, options=options, progress=talk.progress)
    frame, columns = (dataset.report.rejects, _REJECTS) if rejects else (describe(dataset), _TABLES)
    emit(frame, fmt, talk=talk, columns=columns, language=language)
    more = "--rejects 可列出全部", "--rejects lists all"
    tell_rejects(talk, dataset, language, more=pick(language, *more))


def simulate(talk: Talk, out: Path, plan: WorldPlan, *, fmt: Format) -> None:
    from ringfinder.simulate import check_replaceable, write_world
    from ringfinder.simulate import simulate as make_world

    # before the world is made, which may take a while
    check_replaceable(out, force=plan.force)
    world = make_world(plan.preset, n_policyholders=plan.n_policyholders, seed=plan.seed)
    write_world(world, out, format=plan.files, dirt=plan.dirt, force=plan.force)
    n_rings = world.truth_rings["ring_id"].nunique()
    talk.say(
        f"{plan.n_policyholders:,} policyholders, {n_rings} planted rings: {out / 'input'}, truth in {out / 'truth'}"
    )
    made = sorted((path.parent.name, path.name) for part in ("input", "truth") for path in (out / part).iterdir())
    emit(pd.DataFrame(made, columns=["part", "file"]), fmt, talk=talk, language="en")


def evaluate(talk: Talk, path: Path, truth: Path, *, language: str | None, fmt: Format) -> None:
    from ringfinder.analyst.evaluating import evaluate_case, is_of_other_people, read_truth

    case = open_case(path)
    language = language or case.language
    tables = read_truth(case, truth)
    result = evaluate_case(case, tables)
    if is_of_other_people(case, tables):
        talk.warn(
            pick(
                language,
                "真值与案卷没有一个共同的投保人:这份真值属于另一批数据?",
                "truth and case share no policyholder: does this truth belong to other data?",
            )
        )
    emit(result.to_frame(), fmt, talk=talk, language=language)
