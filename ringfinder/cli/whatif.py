"""Ask a case what would be if a value did not count, or if people were one household.

In:  arguments.   Out: data on stdout.   Never computes: `what_if` does.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from ringfinder.case import open_case
from ringfinder.cli.output import Format, emit, print_sentence, records
from ringfinder.cli.talk import Talk
from ringfinder.cli.telling import pick

#: people who fall out that a table names; the other formats name all
_NAMED = 20

_SHOWN = ("ring_id", "part", "size", "of_ring", "score", "q_value", "status", "overpaid")


def whatif(
    talk: Talk,
    path: Path,
    *,
    drop: Sequence[str],
    household: Sequence[str],
    ring: str | None,
    language: str | None,
    fmt: Format,
) -> None:
    from ringfinder.whatif import what_if

    case = open_case(path)
    language = language or case.language
    typed = [line for text in drop for line in (_lines() if text.strip() == "-" else [text])]
    homes = [re.split(r"[,,]", text) for text in household]
    answer = what_if(case, drop=typed, household=homes, ring=ring, language=language, progress=talk.progress)
    if fmt is not Format.table:
        emit(answer.parts, fmt, talk=talk)
        for sentence in (answer.question, *answer.outcome, *answer.limits):
            talk.say(sentence)
        return
    question = pick(language, f"若{answer.question}:", f"if {answer.question}:")
    emit(answer.parts, fmt, talk=talk, columns=_SHOWN, language=language, title=question)
    if not len(answer.parts):
        print_sentence(question)
        print(pick(language, "各条线索不变", "no ring changes"))
    for sentence in answer.outcome:
        print_sentence(sentence)
    for row in records(answer.parts.loc[answer.parts["part"] == "out"]):
        people = str(row["people"]).split(";")
        names = pick(language, "、", ", ").join(people[:_NAMED])
        more = len(people) - _NAMED
        if more > 0:
            names += pick(language, f" 等 {len(people)} 人(--format csv 列出全部)", f" and {more} more (--format csv)")
        print_sentence(pick(language, f"{row['ring_id']} 脱离:{names}", f"{row['ring_id']} fall out: {names}"))
    for sentence in answer.limits:
        talk.say(sentence)


def _lines() -> list[str]:
    return [line.strip() for line in sys.stdin if line.strip()]
