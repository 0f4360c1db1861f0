"""Verify a case, and say what was changed.

In:  arguments.   Out: data on stdout; an error if anything was changed.   Never repairs.
"""

from __future__ import annotations

from pathlib import Path

from ringfinder.case import open_case
from ringfinder.cli.output import Format, emit
from ringfinder.cli.talk import Talk
from ringfinder.errors import InputError
from ringfinder.verify import verify as check_case


def verify(talk: Talk, path: Path, *, source: Path | None, head: str, packs: Path | None, fmt: Format) -> None:
    frame = check_case(open_case(path), source, head=head, packs=packs, progress=talk.progress)
    emit(frame, fmt, talk=talk, language="en")
    changed = frame.loc[frame["result"].isin(["changed", "missing"]), "check"].tolist()
    if (frame["result"] == "missing").any() and len(changed) == 1:
        raise InputError(
            f"case {path.name} has no log beside it: {changed[0]} is missing",
            hint="put the log back beside the case; without it an edit of files, pages or decisions can't be told",
        )
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        raise InputError(
            f"case {path.name} is not what it was: {', '.join(changed[:3])}{more}",
            hint="the table tells the first place in each",
        )
