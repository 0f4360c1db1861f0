"""What a run says on stderr: the tables read, what was set aside, what was found.

In:  `Dataset`, `RingReport`.   Out: talk.   Never prints data.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ringfinder.cli.output import records
from ringfinder.cli.talk import Talk
from ringfinder.ingest.raw import files_lines
from ringfinder.model.dataset import TABLE_BY_NAME, Dataset
from ringfinder.model.lineage import Lineage
from ringfinder.model.ring import RingReport

#: settings that are found beside the tables or in the current folder
SETTINGS = "ringfinder.toml"

#: kinds of rejects named in the talk; rejects.csv has all
_REASONS_SHOWN = 10


def tell_settings(talk: Talk, path: Path | None, language: str) -> None:
    if path is not None:
        place = path.resolve().parent.name
        talk.say(pick(language, f"设置:{place} 中的 {path.name}", f"settings: {path.name} in {place}"))


def tell_input(talk: Talk, dataset: Dataset, language: str) -> None:
    names = ", ".join(f"{name} {len(dataset[name]):,}" for name in dataset if len(dataset[name]))
    talk.say(pick(language, f"读入:{names}", f"loaded: {names}"))
    tell_rejects(talk, dataset, language, more=pick(language, "见 rejects.csv", "see rejects.csv"))


def tell_rejects(talk: Talk, dataset: Dataset, language: str, *, more: str) -> None:
    report = dataset.report
    rejects = report.rejects
    talk.say(pick(language, f"剔除:{len(rejects):,} 行或格", f"set aside: {len(rejects):,} rows or cells"))
    sizes = rejects.astype({"reason": "str"}).groupby(["table", "column", "value_class", "reason"], dropna=False).size()
    reasons = sizes.sort_values(ascending=False, kind="stable").rename("n").reset_index()
    shown = reasons if talk.verbose else reasons.head(_REASONS_SHOWN)
    for row in records(shown):
        place = ".".join(str(part) for part in (row["table"], row["column"]) if part)
        talk.say(f"  {row['n']:>6} {place}: {_half(str(row['reason']), language)}")
    if len(shown) < len(reasons):
        rest = len(reasons) - len(shown)
        talk.say(pick(language, f"  另有 {rest} 类,{more}", f"  and {rest} more kinds, {more}"))
    words = reasons.loc[reasons["value_class"] == "unknown_word"]
    if len(words):
        section = f"\n  [values.{words['table'].iloc[0]}.{words['column'].iloc[0]}]\n"
        talk.say(
            pick(
                language,
                f'不认识的选项可在 {SETTINGS} 中对应:{section}  "原词" = "选项"',
                f'map unknown words in {SETTINGS}:{section}  "WORD" = "CHOICE"',
            )
        )
    duplicates = sum(file.n_duplicates for file in report.files)
    if duplicates:
        talk.say(pick(language, f"重复行:{duplicates:,}", f"repeated rows: {duplicates:,}"))
    if report.unknown_columns:
        names = ", ".join(f"{table}.{column}" for table, column in report.unknown_columns)
        talk.say(pick(language, f"未用列:{names}", f"unknown columns left out: {names}"))
    for note in report.notes:
        talk.say(note)
    for warning in report.warnings:
        talk.warn(warning)
    _tell_unread(talk, {name: report.likely_tables.get(name, "") for name in report.unknown_tables}, language)


def _tell_unread(talk: Talk, likely: Mapping[str, str], language: str) -> None:
    """A block of its own: a table that is not read is the costliest slip there is."""
    if not likely:
        return
    count = len(likely)
    talk.warn(
        pick(
            language,
            f"{count} 个文件或工作表认不出是哪张表,没有读:",
            f"{count} files or sheets NOT READ, no known table:",
        )
    )
    for name in likely:
        talk.warn(f"  {name}")
    tables = ", ".join(TABLE_BY_NAME)
    talk.warn(
        pick(
            language,
            f'按表改名,或写入 {SETTINGS}(按列名推测;不要的写 "")。表:{tables}',
            f'rename it, or write in {SETTINGS} (guessed from the columns; "" leaves it out). Tables: {tables}',
        )
    )
    talk.warn("  [files]")
    for line in files_lines(likely):
        talk.warn(f"  {line}")


def tell_report(talk: Talk, report: RingReport, language: str) -> None:
    verdicts = report.letters.letters["verdict"]
    linked = int((verdicts == "linked").sum())
    counts = report.book.values["verdict"].value_counts()
    evidence, guarded = int(counts.get("evidence", 0)), int(counts.get("guarded", 0) + counts.get("directory", 0))
    graph = report.manifest.get("graph")
    groups = graph.get("communities", 0) if isinstance(graph, dict) else 0
    n_templates, n_letters, flagged = len(report.letters.templates), len(verdicts), len(report.flagged)
    talk.say(
        pick(
            language,
            f"信件:{n_letters:,} 封,模板 {n_templates} 个,{linked:,} 封出自模板",
            f"letters: {n_letters:,}, {n_templates} templates, {linked:,} letters follow one",
        )
    )
    talk.say(
        pick(
            language,
            f"共用标识:{evidence:,} 个计作证据,{guarded:,} 个公用不计;社群 {groups:,} 个",
            f"shared values: {evidence:,} count as evidence, {guarded:,} guarded hubs; {groups:,} communities",
        )
    )
    talk.say(
        pick(
            language,
            f"疑似团伙线索:{len(report.rings)} 条,其中疑似 {flagged} 条",
            f"suspected rings: {len(report.rings)}, of these {flagged} flagged",
        )
    )


def tell_carried(talk: Talk, lineage: Lineage, previous: str, language: str) -> None:
    """How many rings kept their id, and what else became of the rings of the case before."""
    events = [event.event for event in lineage.events if event.run == lineage.last_run]
    kept = sum(events.count(name) for name in ("kept", "grown", "shrunk", "returned"))
    new, split, merged, gone = (events.count(name) for name in ("new", "split", "merged", "gone"))
    flagged = events.count("flagged")
    talk.say(
        pick(
            language,
            f"编号沿用案卷 {previous}:沿用 {kept} 条,新增 {new} 条,新列为疑似 {flagged} 条,分裂 {split} 条,"
            f"合并 {merged} 条,消失 {gone} 条(ringfinder lineage 可见原因)",
            f"ids carried on from case {previous}: {kept} kept, {new} new, {flagged} newly flagged, {split} split, "
            f"{merged} merged, {gone} gone (ringfinder lineage tells why)",
        )
    )


def _half(reason: str, language: str) -> str:
    """The part of a reason in one language; reading gives both as 'zh · en'."""
    zh, mark, en = reason.partition(" · ")
    return en if mark and language == "en" else zh


def pick(language: str, zh: str, en: str) -> str:
    return en if language == "en" else zh
