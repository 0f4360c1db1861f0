"""Decide on a ring, a person or a value, and list what was decided.

In:  arguments.   Out: lines in CASE.decisions.jsonl and CASE.audit.log; data on stdout.   Never judges.
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ringfinder.case import Case, open_case
from ringfinder.case.deciding import decide as make_decision
from ringfinder.case.decisions import (
    Decision,
    HolderStatement,
    Verdict,
    append_decisions,
    decision_frame,
    line_digest,
    read_decisions,
)
from ringfinder.case.logged import DECIDED
from ringfinder.case.verdicts import case_end
from ringfinder.cli.log import note, tell_redacted, who_asks
from ringfinder.cli.output import Format, emit
from ringfinder.cli.talk import Talk
from ringfinder.cli.telling import pick
from ringfinder.errors import InputError


@dataclass(frozen=True)
class Wish:
    """What is to be decided."""

    decision: Verdict
    reason: str
    until: str
    holder_statement: HolderStatement


def decide(talk: Talk, path: Path, name: str, wish: Wish, *, language: str | None, fmt: Format) -> None:
    case = open_case(path)
    language = language or case.language
    read_decisions(path)  # a file that can't be read is told before a line is added to it
    made = make_decision(
        case,
        _typed(name),
        wish.decision,
        reason=wish.reason,
        at=dt.datetime.now(dt.UTC),
        by=who_asks(),
        until=wish.until,
        holder_statement=wish.holder_statement,
    )
    tell_redacted(talk, language, wish.reason, made.reason)
    said = made.decision or made.holder_statement
    about = {"about": made.about, "id": made.id, "decision": said, "reason": made.reason}
    note(path, DECIDED, {**about, "decisions": [line_digest(made)]})
    file = append_decisions(path, [made])
    emit(decision_frame([made]), fmt, talk=talk, columns=_SHOWN, language=language)
    _tell_effect(talk, case, made, file.name, language)


def _tell_effect(talk: Talk, case: Case, made: Decision, file: str, language: str) -> None:
    """What a decision changes, and when."""
    end = case_end(case)
    if made.until and end is not None and end > pd.Timestamp(made.until):
        zh = f"数据截至 {end:%Y-%m-%d},晚于有效期 {made.until}:此决定不起作用"
        en = f"the data end on {end:%Y-%m-%d}, after {made.until}: the decision has no effect"
        talk.warn(pick(language, zh, en))
    elif made.about == "person" and made.decision:
        zh = "仅作记录,不改变关联;show、材料和 screen 会标明"
        talk.say(f"{file}: {pick(language, zh, 'noted only; links are not changed (show, packs and screen mark it)')}")
    elif made.decision == "dismiss":
        zh, en = "下次 detect 起生效", "holds from the next detect on"
        talk.say(f"{file}: {pick(language, zh, en)}")
    else:
        talk.say(file)


_SHOWN = ("made_at", "by", "id", "decision", "holder_statement", "holds_until", "reason")


def decisions(talk: Talk, path: Path, *, record: bool, capacity: int | None, language: str | None, fmt: Format) -> None:
    case = open_case(path)
    language = language or case.language
    frame = case.decisions(record=record, capacity=capacity)
    emit(frame, fmt, talk=talk, columns=() if record else _SHOWN, language=language)
    if not len(frame):
        talk.say(pick(language, "没有决定记录", "nothing is decided"))


def _typed(name: str) -> str:
    """The name, or the one line on stdin."""
    if name != "-":
        return name
    lines = [line.strip() for line in sys.stdin if line.strip()]
    if len(lines) != 1:
        raise InputError(f"{len(lines)} lines on stdin", hint="one ring, person or value")
    return lines[0]
