"""Commands that ask a saved case: rings, show, who, path, explain, lineage.

In:  arguments.   Out: data on stdout.   Never computes; each is one method of `Case`.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from ringfinder.case import Case, open_case
from ringfinder.case.decisions import latest, read_decisions, ring_decisions
from ringfinder.case.filtering import RingFilter
from ringfinder.case.verdicts import ring_verdicts
from ringfinder.case.who import find_person
from ringfinder.cli.codes import channel_word, in_words
from ringfinder.cli.output import Format, emit, print_json, print_sentence, records, table_width
from ringfinder.cli.stdin import from_stdin
from ringfinder.cli.talk import Talk
from ringfinder.errors import InputError

#: from this width on a table of rings has room for the summary
_WIDE = 120

_RINGS = ("rank", "ring_id", "size", "score", "q_value", "status", "period", "overpaid", "channels")
_WIDE_RINGS = (*_RINGS[:-1], "summary")


def print_rings(talk: Talk, frame: pd.DataFrame, fmt: Format, *, language: str) -> None:
    """The table of ranked rings; a wide terminal also gets the summary of each."""
    if fmt is not Format.table:
        emit(frame, fmt, talk=talk)
        return
    months = [frame[name].dt.strftime("%Y-%m").fillna("") for name in ("first_seen", "last_seen")]
    shown = frame.assign(period=months[0] + "~" + months[1], channels=frame["channels"].str.replace(";", " "))
    columns: tuple[str, ...] = _WIDE_RINGS if table_width() >= _WIDE else _RINGS
    if "decision" in shown:
        columns = (*columns[:6], "decision", *columns[6:])
    emit(shown, fmt, talk=talk, columns=columns, language=language)


def _with_marks(case: Case, ring_id: str, parts: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The people and values of a ring with what was decided on each; a table none of which was decided as it is."""
    held = ring_verdicts(case, ring_id)
    out = dict(parts)
    for name, key, decided in (("members", "policyholder_id", held.people), ("identifiers", "node_id", held.nodes)):
        if decided:
            said = {one: decision.decision for one, decision in decided.items()}
            out[name] = parts[name].assign(decision=parts[name][key].map(said).astype("str").fillna(""))
    return out


def rings(talk: Talk, path: Path, wanted: RingFilter, *, language: str | None, fmt: Format) -> None:
    case = open_case(path)
    status = wanted.status
    frame = case.rings(**asdict(wanted), language=language)
    frame = _with_decision(path, frame)
    language = language or case.language
    print_rings(talk, frame, fmt, language=language)
    if not len(frame):
        zh = in_words(status, "status") if status else ""
        _nothing(talk, fmt, _pick(language, f"没有{zh}线索", f"no {status} rings" if status else "no rings"))


def _with_decision(path: Path, rings: pd.DataFrame) -> pd.DataFrame:
    """Rings with what was decided last on each, '' for nothing; until something is decided, the frame as it is."""
    decided = ring_decisions(read_decisions(path))
    if not decided:
        return rings
    return rings.assign(decision=rings["ring_id"].map(decided).astype("str").fillna(""))


def near(talk: Talk, path: Path, ring: str, *, language: str | None, fmt: Format) -> None:
    case = open_case(path)
    frame = case.near(ring, language=language)
    columns = ("policyholder_id", "name", "ties", "since", "complaints", "negotiated", "other_rings", "reason")
    _emit_said(talk, case, frame, fmt, columns=columns, language=language)
    if not len(frame):
        _nothing(talk, fmt, _pick(language or case.language, "圈外没有关联的人", "nobody stands near it"))


def timeline(talk: Talk, path: Path, ring: str, *, language: str | None, fmt: Format) -> None:
    case = open_case(path)
    columns = ("day", "event", "kind", "policyholder_id", "node_id", "overpaid", "row_key")
    _emit_said(talk, case, case.timeline(ring), fmt, columns=columns, language=language)


def show(talk: Talk, path: Path, ring: str, *, part: str, language: str | None, fmt: Format) -> None:
    case = open_case(path)
    language = language or case.language
    parts = _with_marks(case, case.check_ring(ring), case.parts(ring, language=language))
    if part == "all" and fmt is Format.csv:
        # one CSV holds one table, and the people are what a ring is
        part = "members"
        talk.say(_pick(language, "CSV 只含成员;另见 --part", "CSV of the members; --part gives the others"))
    if part != "all":
        parts = {part: parts[part]}
    head = _with_decision(path, case.ring(ring, language=language))
    if fmt is Format.table:
        _show_table(talk, head, parts, language)
        _tell_decision(path, str(head["ring_id"].iloc[0]), language)
    elif fmt is Format.json:
        print_json(records(head)[0] | {name: records(frame) for name, frame in parts.items()})
    elif fmt is Format.jsonl:
        for name, frame in ([("ring", head)] if part == "all" else []) + list(parts.items()):
            for record in records(frame):
                print(json.dumps({"part": name} | record, ensure_ascii=False, allow_nan=False))
    else:
        emit(parts[part], fmt, talk=talk)


_SHOWN = {
    "evidence": ("direction", "statement", "weight", "source_table"),
    "identifiers": ("node_id", "kind", "value", "decision", "holders_in_ring", "holders_total", "role"),
    "members": ("policyholder_id", "name", "role", "decision", "strength", "joined_on", "reason"),
}


def _show_table(talk: Talk, head: pd.DataFrame, parts: dict[str, pd.DataFrame], language: str) -> None:
    if len(parts) > 1:
        print_rings(talk, head, Format.table, language=language)
        print_sentence(" ".join(str(records(head)[0]["summary"]).split()))
    for name, frame in parts.items():
        print()
        emit(frame, Format.table, talk=talk, columns=_SHOWN[name], language=language, title=_title(name, language))


def _tell_decision(path: Path, ring_id: str, language: str) -> None:
    """What was decided last on a ring, by whom, when and why."""
    own = [d for d in latest(read_decisions(path)) if d.about == "ring" and d.id == ring_id]
    if own:
        said, day = own[-1], own[-1].made_at[:10]
        zh = f"人工决定:{in_words(said.decision, 'decision')}({day},{said.by}):{said.reason}"
        print()
        print_sentence(_pick(language, zh, f"decided: {said.decision} ({day}, {said.by}): {said.reason}"))


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
    language = language or case.language
    if fmt is not Format.table:
        emit(frame, fmt, talk=talk)
        return
    for number, one in enumerate(frames):
        if number:
            print()
        _who_table(talk, one, language)


def _who_table(talk: Talk, frame: pd.DataFrame, language: str) -> None:
    """What is shared first, a row a person and value; what one person alone holds in one line."""
    columns = ("kind", "value", "policyholder_id", "name", "role", "since", "ring_id", "ring_role", "verdict")
    values = frame.drop_duplicates(["kind", "value", "verdict", "holders_total", "reason"])
    own = frame["verdict"] == "single"
    if len(values) == 1:
        own[:] = False
    shared = _grouped(frame[~own])
    emit(shared, Format.table, talk=talk, columns=columns, language=language)
    if own.any():
        counts = frame[own].drop_duplicates(["kind", "value"])["kind"].value_counts().sort_index()
        names = [f"{_kind(str(kind), language)} {n}" for kind, n in counts.items()]
        print(_pick(language, f"仅本人使用:{'、'.join(names)}", f"held by this person alone: {', '.join(names)}"))
    elif not len(frame):
        print(_pick(language, "在档,但没有可比对的标识", "on file, but with no value to compare"))
    _why(talk, shared, language)


def _grouped(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a value and person: the roles together, since the first day."""
    keys = ["kind", "value", "verdict", "holders_total", "reason", "policyholder_id", "name", "ring_id", "ring_role"]
    groups = frame.fillna({"role": "", "name": ""}).groupby(keys, sort=False, dropna=False, as_index=False)
    return groups.agg(
        role=("role", lambda roles: ";".join(dict.fromkeys(r for r in roles if r))), since=("since", "min")
    )


def _why(talk: Talk, frame: pd.DataFrame, language: str) -> None:
    """Below a table: what each value counts for, once."""
    values = frame[["kind", "value", "verdict", "holders_total", "reason"]].drop_duplicates()
    for row in records(values):
        if row["reason"]:
            verdict = str(row["verdict"]) if language == "en" else in_words(str(row["verdict"]), "verdict")
            kind = _kind(str(row["kind"]), language)
            talk.say(f"{kind} {row['value']} ({row['holders_total']}): {verdict}; {row['reason']}")


@dataclass(frozen=True)
class PathWish:
    """Between whom, and by what, a path is wanted."""

    a: str
    b: str
    through_hubs: bool
    paths: int


def path(talk: Talk, folder: Path, wish: PathWish, *, language: str | None, fmt: Format) -> None:
    case = open_case(folder)
    a, b = from_stdin(wish.a, wish.b)
    through_hubs = wish.through_hubs
    frame = case.path(a, b, through_hubs=through_hubs, paths=wish.paths, language=language)
    language = language or case.language
    columns = (*(("path",) if wish.paths > 1 else ()), "step", "verdict", "weight", "statement")
    emit(frame, fmt, talk=talk, columns=columns, language=language)
    if not len(frame) and find_person(case, a) == find_person(case, b):
        _nothing(talk, fmt, _pick(language, "两者是同一投保人", "both are the same policyholder"))
    elif not len(frame):
        zh = "" if through_hubs else ";--through-hubs 可再经公用号码查找"
        en = "" if through_hubs else "; --through-hubs also tries guarded hubs and public numbers"
        _nothing(
            talk,
            fmt,
            _pick(language, f"没有路径:在档信息没有把两人连起来{zh}", f"no path: nothing on file links them{en}"),
        )


def _nothing(talk: Talk, fmt: Format, sentence: str) -> None:
    """An empty answer: the sentence is the data for a person, and talk for a program."""
    if fmt is Format.table:
        print_sentence(sentence)
    else:
        talk.say(sentence)


def _kind(kind: str, language: str) -> str:
    return kind if language == "en" else channel_word(kind)


def _title(part: str, language: str) -> str:
    return part if language == "en" else {"evidence": "证据", "identifiers": "共用标识", "members": "成员"}[part]


def _pick(language: str, zh: str, en: str) -> str:
    return en if language == "en" else zh


def explain(talk: Talk, path: Path, person: str, *, language: str | None, fmt: Format) -> None:
    case = open_case(path)
    (person,) = from_stdin(person)
    frame = case.explain(person, language=language)
    _emit_said(talk, case, frame, fmt, columns=("topic", "direction", "statement"), language=language)


def lineage(talk: Talk, path: Path, ring: str | None, *, language: str | None, fmt: Format) -> None:
    case = open_case(path)
    frame = case.lineage(ring, language=language)
    columns = ("run", "until", "ring_id", "status", "event", "before", "after", "joined", "left", "others", "cause")
    _emit_said(talk, case, frame, fmt, columns=columns, language=language)
    if not len(frame):
        zh, en = "没有沿革记录", "no history is on file"
        _nothing(talk, fmt, _pick(language or case.language, zh, en))


def _emit_said(
    talk: Talk, case: Case, frame: pd.DataFrame, fmt: Format, *, columns: tuple[str, ...], language: str | None
) -> None:
    emit(frame, fmt, talk=talk, columns=columns, language=language or case.language)
