"""Commands that ask a saved case: rings, show, who, path, explain, templates.

In:  arguments.   Out: data on stdout.   Never computes; each is one method of `Case`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd

from ringfinder.case import Case, open_case
from ringfinder.cli.output import Format, emit, print_json, records, table_width
from ringfinder.cli.talk import Talk
from ringfinder.errors import InputError

#: from this width on a table of rings has room for the summary
_WIDE = 120

#: and from this on for the kinds of evidence
_MIDDLE = 96

_RINGS = ("rank", "ring_id", "size", "score", "q_value", "status", "period", "overpaid", "channels")
_WIDE_RINGS = (*_RINGS[:-1], "summary")


def print_rings(talk: Talk, frame: pd.DataFrame, fmt: Format, *, language: str) -> None:
    """The table of ranked rings; a wide terminal also gets the summary of each."""
    if fmt is not Format.table:
        emit(frame, fmt)
        return
    months = [frame[name].dt.strftime("%Y-%m").fillna("") for name in ("first_seen", "last_seen")]
    shown = frame.assign(period=months[0] + "~" + months[1], channels=frame["channels"].str.replace(";", " "))
    width = table_width()
    columns = _WIDE_RINGS if width >= _WIDE else _RINGS if width >= _MIDDLE else _RINGS[:-1]
    emit(shown, fmt, columns=columns, language=language, color=talk.color)


def rings(talk: Talk, path: Path, *, status: str | None, top: int | None, language: str | None, fmt: Format) -> None:
    case = open_case(path)
    frame = case.rings(status=status, top=top, language=language)
    print_rings(talk, frame, fmt, language=language or case.language)
    if not len(frame):
        talk.say("no rings" if status is None else f"no {status} rings")


def show(talk: Talk, path: Path, ring: str, *, part: str, language: str | None, fmt: Format) -> None:
    case = open_case(path)
    language = language or case.language
    parts = {
        "evidence": case.evidence(ring, language=language),
        "identifiers": case.identifiers(ring, language=language),
        "members": case.members(ring, language=language),
    }
    if part != "all":
        parts = {part: parts[part]}
    head = case.ring(ring, language=language)
    if fmt is Format.table:
        _show_table(talk, head, parts, language)
    elif fmt is Format.json:
        print_json(records(head)[0] | {name: records(frame) for name, frame in parts.items()})
    elif fmt is Format.jsonl:
        for name, frame in ([("ring", head)] if part == "all" else []) + list(parts.items()):
            for record in records(frame):
                print(json.dumps({"part": name} | record, ensure_ascii=False, allow_nan=False))
    elif part == "all":
        raise InputError(
            "one CSV file holds one table, and a ring has several",
            hint="add --part members, --part evidence or --part identifiers",
        )
    else:
        emit(parts[part], fmt)


_SHOWN = {
    "evidence": ("direction", "statement", "weight", "source_table"),
    "identifiers": ("node_id", "kind", "value", "holders_in_ring", "holders_total", "role"),
    "members": ("policyholder_id", "name", "role", "strength", "joined_on", "reason"),
}


def _show_table(talk: Talk, head: pd.DataFrame, parts: dict[str, pd.DataFrame], language: str) -> None:
    if len(parts) > 1:
        print_rings(talk, head, Format.table, language=language)
        print(" ".join(str(records(head)[0]["summary"]).split()))
    for name, frame in parts.items():
        print()
        emit(frame, Format.table, columns=_SHOWN[name], language=language, title=name, color=talk.color)


def who(talk: Talk, path: Path, value: str, *, kind: str | None, language: str | None, fmt: Format) -> None:
    case = open_case(path)
    values = [line.strip() for line in sys.stdin if line.strip()] if value == "-" else [value]
    if not values:
        raise InputError("nothing to look for on stdin", hint="one value a line")
    frames: list[pd.DataFrame] = []
    for number, one in enumerate(values, start=1):
        try:
            frames.append(case.who(one, kind=kind, language=language))
        except InputError as error:
            if len(values) == 1:
                raise
            talk.warn(f"line {number}: {error.message}")
    if not frames:
        raise InputError(f"none of {len(values)} values is on file")
    frame = pd.concat(frames, ignore_index=True)
    columns = ("kind", "value", "policyholder_id", "name", "role", "since", "ring_id", "ring_role", "verdict")
    emit(frame, fmt, columns=columns, language=language or case.language, color=talk.color)
    if fmt is Format.table:
        _why(talk, frame)


def _why(talk: Talk, frame: pd.DataFrame) -> None:
    """Below a table: what each value counts for, once."""
    values = frame[["kind", "value", "verdict", "holders_total", "reason"]].drop_duplicates()
    for row in records(values):
        if row["reason"]:
            talk.say(f"{row['kind']} {row['value']} ({row['holders_total']}): {row['verdict']}; {row['reason']}")


def path(talk: Talk, folder: Path, a: str, b: str, *, through_hubs: bool, language: str | None, fmt: Format) -> None:
    case = open_case(folder)
    frame = case.path(a, b, through_hubs=through_hubs, language=language)
    _emit_said(talk, case, frame, fmt, columns=("step", "verdict", "statement"), language=language)
    if not len(frame):
        more = "" if through_hubs else "; --through-hubs also tries guarded hubs and public numbers"
        talk.say(f"no path: nothing on file links them{more}")


def explain(talk: Talk, path: Path, person: str, *, language: str | None, fmt: Format) -> None:
    case = open_case(path)
    frame = case.explain(person, language=language)
    _emit_said(talk, case, frame, fmt, columns=("topic", "direction", "statement"), language=language)


def templates(talk: Talk, path: Path, template: str | None, *, language: str | None, fmt: Format) -> None:
    case = open_case(path)
    if template is None:
        columns = ("template_id", "complaints", "policyholders", "rings", "first_filed", "last_filed", "pattern")
        _emit_said(talk, case, case.templates(), fmt, columns=columns, language=language)
        return
    shown = ("complaint_id", "policyholder_id", "filed_on", "similarity", "verdict", "ring_id")
    _emit_said(talk, case, case.letters(template), fmt, columns=shown, language=language)


def _emit_said(
    talk: Talk, case: Case, frame: pd.DataFrame, fmt: Format, *, columns: tuple[str, ...], language: str | None
) -> None:
    emit(frame, fmt, columns=columns, language=language or case.language, color=talk.color)
