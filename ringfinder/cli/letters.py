"""The command templates: the letter templates of a case, one of them, its letters with their differences marked.

In:  arguments.   Out: data on stdout, a page on request.   Never compares and never draws: `templates`, `export` do.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ringfinder.case import Case, clean, open_case
from ringfinder.case.letter_texts import judged_by, letter_texts
from ringfinder.cli.codes import in_words
from ringfinder.cli.output import Format, emit, fold_text, plain, print_json, records, table_width
from ringfinder.cli.talk import Talk
from ringfinder.cli.telling import pick
from ringfinder.errors import InputError
from ringfinder.model.compared import ComparedTemplate, Part
from ringfinder.model.letters import VERDICTS, NullScores, Variant

_TEMPLATES = (
    "template_id",
    "complaints",
    "policyholders",
    "rings",
    "variant_of",
    "first_filed",
    "last_filed",
    "pattern",
)
_LETTERS = ("complaint_id", "policyholder_id", "filed_on", "similarity", "verdict", "ring_id")

#: how the parts of a letter look on a terminal, and in plain text
_STYLES = {"same": "", "slot": "36", "changed": "33", "added": "2;3"}
_MARKS = {"same": ("", ""), "slot": ("〔", "〕"), "changed": ("~", "~"), "added": ("{", "}")}


@dataclass(frozen=True)
class LetterPlan:
    """What to show of a template."""

    letters: bool
    html: Path | None
    top: int


def templates(
    talk: Talk, path: Path, template: str | None, plan: LetterPlan, *, language: str | None, fmt: Format
) -> None:
    case = open_case(path)
    language = language or case.language
    if template is None:
        if plan.letters or plan.html is not None:
            raise InputError("--letters and --html show one template", hint="name it: ringfinder templates CASE T01")
        _list(talk, case, fmt, language)
        return
    if plan.html is not None and not plan.letters:
        raise InputError("--html is for the letters of a template", hint="add --letters")
    known = set(case.templates()["template_id"])
    if template not in known and template.upper() in known:
        template = template.upper()
    if not plan.letters and fmt is not Format.table:
        emit(case.letters(template), fmt, talk=talk)
        return
    _one(talk, case, template, plan, fmt=fmt, language=language)


def _list(talk: Talk, case: Case, fmt: Format, language: str) -> None:
    frame = case.templates()
    null, _ = _judged(talk, case)
    emit(frame, fmt, talk=talk, columns=_TEMPLATES, language=language)
    counts = case.manifest.get("counts", {}).get("letters", {})
    said = [(v, int(counts[v])) for v in VERDICTS if v in counts]
    if language == "en":
        talk.say("letters: " + ", ".join(f"{n:,} {v.replace('_', ' ')}" for v, n in said))
    else:
        talk.say("信件:" + ",".join(f"{in_words(v, 'verdict')} {n:,}" for v, n in said))
    _say_null(talk, null, language)


def _judged(talk: Talk, case: Case) -> tuple[NullScores, tuple[Variant, ...]]:
    try:
        return judged_by(case)
    except InputError as error:
        talk.warn(f"{error.message} ({error.hint})")
        return NullScores(), ()


def _say_null(talk: Talk, null: NullScores, language: str) -> None:
    if null.quantiles:
        talk.say(null_sentence(null, language))


def null_sentence(null: NullScores, language: str) -> str:
    """The unlinked letters' similarities in one sentence."""
    at = dict(null.quantiles)
    top = at.get(1.0, 0.0)
    points = ", ".join(f"{share:.1%} ≤ {value:.2f}" for share, value in at.items() if share < 1)
    return pick(
        language,
        f"对照:未关联的 {null.n:,} 封信与最近模板的相似度,{points},最高 {top:.2f};关联下限 {null.threshold:.2f}",
        f"judged against the {null.n:,} letters linked to no template: {points}, highest {top:.2f}; "
        f"a link needs {null.threshold:.2f}",
    )


@dataclass(frozen=True)
class _Shown:
    """A template of a case: its row of templates.csv, all its letters, those compared, and what they were judged by."""

    template: str
    row: Mapping[str, object]
    everything: pd.DataFrame
    frame: pd.DataFrame
    compared: ComparedTemplate
    null: NullScores
    variant: Variant | None


def _one(talk: Talk, case: Case, template: str, plan: LetterPlan, *, fmt: Format, language: str) -> None:
    shown = _shown(talk, case, template, plan.top)
    if plan.html is not None:
        _write_page(case, shown, plan.html, language)
    elif fmt is Format.csv:
        from ringfinder.analyst.letters import part_rows

        emit(part_rows(shown.compared), fmt, talk=talk)
    elif fmt is not Format.table:
        _print_data(shown, fmt)
    else:
        _print_head(shown, language)
        if plan.letters:
            _print_letters(talk, shown, language)
        else:
            print()
            emit(shown.everything, fmt, talk=talk, columns=_LETTERS, language=language)
        _say_null(talk, shown.null, language)


def _shown(talk: Talk, case: Case, template: str, top: int) -> _Shown:
    from ringfinder.templates.compare import compare_letters

    everything = case.letters(template)
    frame = letter_texts(case, template, top=top)
    templates = case.templates()
    row = records(templates.loc[templates["template_id"] == template])[0]
    pairs = list(zip(frame["complaint_id"].astype("str"), frame["text"].astype("str"), strict=True))
    null, variants = _judged(talk, case)
    return _Shown(
        template=template,
        row=row,
        everything=everything,
        frame=frame.drop(columns="text"),
        compared=compare_letters(str(row["pattern"] or ""), pairs),
        null=null,
        variant=next((v for v in variants if v.template_id == template), None),
    )


def _print_head(shown: _Shown, language: str) -> None:
    row, compared, variant = shown.row, shown.compared, shown.variant
    days = f"{row['first_filed']}~{row['last_filed']}"
    zh = f"模板 {shown.template}:{row['complaints']} 封,{row['policyholders']} 人,{row['rings']} 条线索,{days}"
    en = f"template {shown.template}: {row['complaints']} letters, {row['policyholders']} people, {row['rings']} rings"
    print(pick(language, zh, f"{en}, {days}"))
    if variant is not None:
        zh, en = f"{variant.of} 的变体(核心用语 {variant.shared:.0%} 相同)", f"variant of {variant.of}"
        print(pick(language, zh, f"{en} ({variant.shared:.0%} of the core wording is shared)"))
    print()
    for place, sentence in enumerate(compared.sentences):
        for at, line in enumerate(fold_text(clean(sentence), table_width() - 5)):
            print(f"{f'{place + 1:3d}' if at == 0 else '   '}  {line}")
        for slot in compared.slots:
            if slot.place == place and slot.fillers:
                told = ", ".join(f"{clean(text, one_line=True)} ×{n}" for text, n in slot.fillers)
                for line in fold_text(f"〔{slot.name}〕 {told}", table_width() - 9):
                    print(f"       · {line}")


def _print_letters(talk: Talk, shown: _Shown, language: str) -> None:
    is_colored = talk.color and sys.stdout.isatty()
    legend = (Part("slot", pick(language, "填空", "slot")), Part("changed", pick(language, "改动", "changed")))
    marks = "  ".join(
        _said(part, colored=is_colored) for part in (*legend, Part("added", pick(language, "添加", "added")))
    )
    print()
    print(pick(language, f"与模板相同的文字不加标记;{marks}", f"wording of the template is not marked; {marks}"))
    for row, letter in zip(records(shown.frame), shown.compared.letters, strict=True):
        verdict = (
            str(row["verdict"]).replace("_", " ") if language == "en" else in_words(str(row["verdict"]), "verdict")
        )
        head = [letter.complaint_id, str(row["policyholder_id"]), str(row["filed_on"] or ""), verdict]
        print()
        print("  ".join([*head, judged(row["similarity"], shown.null, language), str(row["ring_id"] or "")]).rstrip())
        if not letter.sentences:
            print("  " + pick(language, "(无正文)", "(no text on file)"))
        for sentence in letter.sentences:
            number = f"{sentence.place + 1:3d}" if sentence.place >= 0 else "  +"
            text = "".join(_said(part, colored=is_colored) for part in sentence.parts)
            lines = [text] if is_colored else fold_text(text, table_width() - 5)
            for at, line in enumerate(lines):
                print(f"{number if at == 0 else '   '}  {line}")
    more = len(shown.everything) - len(shown.frame)
    if more:
        zh, en = f"另有 {more} 封未列:重复件,或见 --top", f"{more} more are not printed: duplicates, or see --top"
        talk.say(pick(language, zh, en))


def judged(similarity: object, null: NullScores, language: str) -> str:
    """A similarity, and where it stands among the unlinked letters'; None for a letter that nobody could compare."""
    if not isinstance(similarity, (int, float)):
        return pick(language, "按保险公司自有标签", "by the insurer's own label")
    above = max((share for share, value in null.quantiles if similarity > value), default=None)
    text = f"{similarity:.2f}"
    if above is None:
        return text
    if above == 1:
        return text + pick(language, f"(高于全部 {null.n:,} 封未关联信)", f" (above all {null.n:,} unlinked letters)")
    return text + pick(language, f"(高于 {above:.1%} 的未关联信)", f" (above {above:.1%} of the unlinked letters)")


def _said(part: Part, *, colored: bool) -> str:
    text = clean(part.text, one_line=True)
    if colored:
        code = _STYLES[part.kind]
        return f"\x1b[{code}m{text}\x1b[0m" if code else text
    before, after = _MARKS[part.kind]
    return text if part.kind == "slot" and text.startswith("〔") else f"{before}{text}{after}"


def _print_data(shown: _Shown, fmt: Format) -> None:
    letters = records(shown.frame)
    for record, letter in zip(letters, shown.compared.letters, strict=True):
        record["share"] = letter.share
        record["sentences"] = [
            {"template_sentence": s.place + 1, "parts": [{"kind": p.kind, "text": plain(p.text)} for p in s.parts]}
            for s in letter.sentences
        ]
    if fmt is Format.jsonl:
        for record in letters:
            print(json.dumps(record, ensure_ascii=False, allow_nan=False))
        return
    slots = [
        {"sentence": s.place + 1, "name": s.name, "filled": s.n_filled, "fillers": plain(s.fillers)}
        for s in shown.compared.slots
    ]
    variant_of = shown.variant.of if shown.variant else None
    null = plain(dataclasses.asdict(shown.null))
    print_json({**shown.row, "variant_of": variant_of, "null": null, "slots": slots, "letters": letters})


def _write_page(case: Case, shown: _Shown, out: Path, language: str) -> None:
    from ringfinder.export.exporter import write_files
    from ringfinder.export.html.letters import letters_page

    names = {"complaint_id": "id", "policyholder_id": "person", "filed_on": "day", "ring_id": "ring"}
    letters = [
        {names[name]: row[name] or "" for name in names}
        | {
            "verdict": in_words(str(row["verdict"]), "verdict") if language != "en" else str(row["verdict"]),
            "judged": judged(row["similarity"], shown.null, language),
        }
        for row in records(shown.frame)
    ]
    file = letters_page(
        out.name,
        shown.template,
        shown.row,
        letters,
        shown.compared,
        variant=(shown.variant.of, shown.variant.shared) if shown.variant else None,
        null=null_sentence(shown.null, language) if shown.null.quantiles else "",
        case_name=case.folder.name,
        language=language,
    )
    for written in write_files(iter([file]), out.parent, told=lambda _: None):
        print(written)
