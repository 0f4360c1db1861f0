"""The tables: all methods together, by preset, false rings by honest crowd, stated against true, what evidence brings.

In:  `Line`s and `Record`s.   Out: `Section`s, and their text.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.quality.ablation import CHANNELS
from benchmarks.quality.choose import Line, choose
from benchmarks.quality.detectors import METHODS
from benchmarks.quality.early import Lead, lead_table
from benchmarks.quality.measure import Result
from benchmarks.quality.run import PRODUCT, Record, ablated
from ringfinder.simulate import PRESETS

FORMATS = ("table", "markdown", "csv", "json")


@dataclass(frozen=True)
class Section:
    """One table with its words."""

    title: str
    note: str
    table: pd.DataFrame


@dataclass(frozen=True)
class Measured:
    """All books of one size and kind of records, and each method at the setting chosen on them."""

    books: str
    n_policyholders: int
    records: tuple[Record, ...]
    lines: tuple[Line, ...]
    leads: tuple[Lead, ...] = ()


def by_size(records: Sequence[Record], *, per_preset: bool) -> list[Measured]:
    """Books of each size apart, and those with worse records (`CONDITIONS`): settings are chosen for each."""
    out = []
    for n, is_worse in sorted({(r.key.n_policyholders, bool(r.key.condition)) for r in records}):
        some = tuple(r for r in records if (r.key.n_policyholders, bool(r.key.condition)) == (n, is_worse))
        books = f"{n:,} policyholders{', worse records' if is_worse else ''}"
        out.append(Measured(books, n, some, tuple(choose(some, per_preset=per_preset))))
    return out


def sections(measured: Measured) -> list[Section]:
    """Every table of one size of book."""
    records, lines, n = measured.records, measured.lines, measured.books
    seeds = sorted({r.key.seed for r in records})
    books = f"{len(records)} books of {n}, seeds {', '.join(map(str, seeds))}"
    out = [
        Section(f"All methods: {books}", ALL_NOTE, _summary(lines)),
        Section(f"Rings found at Jaccard >= 0.5, of all, {n}", "", _by_preset(lines, _found)),
        Section(f"False flagged rings, {n}", "", _by_preset(lines, lambda rs: str(sum(r.false for r in rs)))),
        Section(f"F1 of the people named, {n}", "", _by_preset(lines, lambda rs: _show(_f1(rs)))),
        Section(f"False flagged rings by honest crowd, {n}", CROWD_NOTE, _crowds(lines)),
        Section(f"Stated and true false-discovery rate, {n}", STATED_NOTE, _stated(lines[0])),
    ]
    channels = [("all evidence", PRODUCT), *((ablated(c.name), ablated(c.name)) for c in CHANNELS)]
    for title, note, head, methods in (
        ("One kind of evidence taken away", ABLATION_NOTE, "evidence", channels),
        ("Each detector by name", DETECTORS_NOTE, "detector", [(name, name) for name in METHODS]),
    ):
        table = _variants(records, head, methods)
        if len(table):
            out.append(Section(f"{title}, {n}", note, table))
    if measured.leads:
        title = f"Lead time, {n}, {_books(measured.leads)}"
        out.append(Section(title, LEAD_NOTE, lead_table(measured.leads)))
    if len(lines) > 1:
        out.append(Section(f"Settings of the peers, {n}", "", _settings(lines)))
    return out


ALL_NOTE = (
    "Summed over books; average precision is a mean over books with rings. Peers at the setting that is best on these "
    "very books; ringfinder at its defaults."
)
CROWD_NOTE = "The planted crowd that holds most of a false ring's people; 'none' where none holds a third."
STATED_NOTE = "Flagged rings by their stated q-value; a ring is false if at most half of its people are in true rings."
LEAD_NOTE = (
    "Every quarter, with only what was known then: a ring is seen once a flagged group has Jaccard >= .5 with those of "
    "its people who have a case by then. Lead: from that day to the last case of its people, 0 where it was never "
    "seen; money: share of what they were paid above cash value that was paid after it."
)
DETECTORS_NOTE = (
    "On 'judged' the detector takes its place in ringfinder; on 'raw' it groups the graph as loaded, hubs and "
    "templates included, and every group of three people and more counts as flagged."
)
ABLATION_NOTE = "Ringfinder on the same books without these columns; 'best J' counts listed rings too."


def render(measured: Sequence[Measured], form: str) -> str:
    """The text of all tables in one of `FORMATS`; csv is one row a book and method."""
    parts = [section for size in measured for section in sections(size)]
    if form == "json":
        data = [{"title": s.title, "note": s.note, "rows": s.table.to_dict("records")} for s in parts]
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        return _long([line for size in measured for line in size.lines]).to_csv(index=False, lineterminator="\n")
    heads = [f"### {s.title}" if form == "markdown" else f"== {s.title}" for s in parts]
    body = _markdown if form == "markdown" else _aligned
    blocks = ["\n\n".join(filter(None, [head, s.note, body(s.table)])) for head, s in zip(heads, parts, strict=True)]
    return "\n\n".join(blocks) + "\n"


def _aligned(table: pd.DataFrame) -> str:
    return table.to_string(index=False)


def _markdown(table: pd.DataFrame) -> str:
    head = "| " + " | ".join(table.columns) + " |"
    rule = "|---|" + "---:|" * (len(table.columns) - 1)
    return "\n".join([head, rule, *("| " + " | ".join(map(str, row)) + " |" for row in table.itertuples(index=False))])


def _summary(lines: Sequence[Line]) -> pd.DataFrame:
    own = _seconds([r for _, r in lines[0].results])
    return pd.DataFrame([{"method": x.title, **_pooled([r for _, r in x.results], own)} for x in lines])


def _pooled(results: Sequence[Result], own_s: float) -> dict[str, object]:
    n_true = sum(r.n_true for r in results)
    ap = [r.average_precision for r in results if r.average_precision is not None]
    return {
        "true": n_true,
        "found J>=.5": sum(r.found_50 for r in results),
        "J>=.8": sum(r.found_80 for r in results),
        "recall .5": _show(_ratio(sum(r.found_50 for r in results), n_true)),
        "recall .8": _show(_ratio(sum(r.found_80 for r in results), n_true)),
        "flagged": sum(r.flagged for r in results),
        "false": sum(r.false for r in results),
        "precision": _show(_precision(results)),
        "recall": _show(_recall(results)),
        "F1": _show(_f1(results)),
        "avg precision": _show(float(np.mean(ap)) if ap else float("nan")),
        "s/book": f"{_seconds(results):.1f}",
        "time ratio": _show(_ratio(_seconds(results), own_s)),
    }


def _by_preset(lines: Sequence[Line], cell: Callable[[Sequence[Result]], str]) -> pd.DataFrame:
    asked = {k.kind for k, _ in lines[0].results}
    kinds = [*(p for p in PRESETS if p in asked), *sorted(asked - set(PRESETS))]
    rows = [{"method": x.title, **{p: cell([r for k, r in x.results if k.kind == p]) for p in kinds}} for x in lines]
    return pd.DataFrame(rows)


def _found(results: Sequence[Result]) -> str:
    n_true = sum(r.n_true for r in results)
    return f"{sum(r.found_50 for r in results)}/{n_true}" if n_true else "-"


def _crowds(lines: Sequence[Line]) -> pd.DataFrame:
    counts = [Counter[str]() for _ in lines]
    for line, count in zip(lines, counts, strict=True):
        for _, r in line.results:
            count.update(r.false_kinds)
    kinds = sorted(set().union(*counts), key=lambda k: (k == "none", k))
    rows = [{"method": x.title, **{k: c[k] for k in kinds}} for x, c in zip(lines, counts, strict=True)]
    return pd.DataFrame(rows)


def _stated(product: Line) -> pd.DataFrame:
    pairs = [pair for _, r in product.results for pair in r.stated_q]
    rows = []
    for level in (0.01, 0.02, 0.05):
        some = [(q, f) for q, f in pairs if q <= level]
        false = sum(f for _, f in some)
        row = {"stated q at most": f"{level:g}", "flagged": len(some), "false": false}
        mean_q = float(np.mean([q for q, _ in some])) if some else float("nan")
        rows.append(row | {"mean stated q": _show(mean_q, 4), "share false": _show(_ratio(false, len(some)), 4)})
    return pd.DataFrame(rows)


def _variants(records: Sequence[Record], head: str, methods: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """One row a method, (title, name), over the books on which the last of them was run."""
    some = [r for r in records if methods[-1][1] in r.methods()]
    rows = []
    for title, method in methods:
        results = [x for r in some for x in r.results if x.method == method]
        if not results:
            continue
        jaccard = [x.jaccard * x.n_true for x in results if x.jaccard is not None]
        n_true = sum(x.n_true for x in results)
        rows.append(
            {
                head: title,
                "true": n_true,
                "found J>=.5": sum(x.found_50 for x in results),
                "J>=.8": sum(x.found_80 for x in results),
                "best J": _show(_ratio(sum(jaccard), n_true)),
                "flagged": sum(x.flagged for x in results),
                "false": sum(x.false for x in results),
                "precision": _show(_precision(results)),
                "recall": _show(_recall(results)),
            }
        )
    return pd.DataFrame(rows)


def _settings(lines: Sequence[Line]) -> pd.DataFrame:
    rows = []
    for line in lines[1:]:
        for setting in line.settings:
            presets = dict.fromkeys(k.kind for k, r in line.results if r.setting == setting)
            rows.append({"method": line.title, "presets": ", ".join(presets), "setting": setting})
    return pd.DataFrame(rows)


def _long(lines: Sequence[Line]) -> pd.DataFrame:
    rows = []
    for line in lines:
        for key, r in line.results:
            book = {"policyholders": key.n_policyholders, "preset": key.kind, "seed": key.seed, "level": line.level}
            false = ";".join(f"{k}={n}" for k, n in r.false_kinds.items())
            rows.append(
                book | {**r.to_dict(), "false_kinds": false, "stated_q": ";".join(f"{q:g}" for q, _ in r.stated_q)}
            )
    return pd.DataFrame(rows)


def _precision(results: Iterable[Result]) -> float:
    some = list(results)
    return _ratio(sum(r.people_hit for r in some), sum(r.people_flagged for r in some))


def _recall(results: Iterable[Result]) -> float:
    some = list(results)
    return _ratio(sum(r.people_hit for r in some), sum(r.people_true for r in some))


def _f1(results: Iterable[Result]) -> float:
    """NaN where there is nobody to find."""
    some = list(results)
    true = sum(r.people_true for r in some)
    hit = sum(r.people_hit for r in some)
    return _ratio(2 * hit, true + sum(r.people_flagged for r in some)) if true else float("nan")


def _seconds(results: Sequence[Result]) -> float:
    return float(np.mean([r.seconds for r in results])) if results else float("nan")


def _books(leads: Sequence[Lead]) -> str:
    return ", ".join(dict.fromkeys(f"{lead.key.preset} {lead.key.seed}" for lead in leads))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _show(value: float, digits: int = 2) -> str:
    return "-" if np.isnan(value) else f"{value:.{digits}f}"
