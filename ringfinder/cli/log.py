"""Note in a case's log who did what, and when.

In:  what was done.   Out: one line in CASE.audit.log.   The only place of the desk that asks for the time and the user.
"""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from ringfinder.case import Case, clean
from ringfinder.case.audit import append_entry
from ringfinder.case.logged import PAGES
from ringfinder.case.redact import redact_shapes
from ringfinder.cli.talk import Talk


def who_asks() -> str:
    """The user's name on this machine; 'unknown' where it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def without_secrets(talk: Talk, case: Case, words: str) -> str:
    """A reason as it may be written down: what it gives away of people is taken out, and the user is told."""
    told = case.redacted(words)
    tell_redacted(talk, case.language, words, told)
    return told


def tell_redacted(talk: Talk, language: str, words: str, told: str) -> None:
    """Say so if what is written down is not what was typed."""
    if told != clean(words, one_line=True).strip():
        zh = f"理由中的姓名、号码、住址已隐去,记为:{told}"
        talk.warn(zh if language != "en" else f"names, numbers and addresses were taken out of the reason: {told}")


def clean_leave(talk: Talk, case: Case, leave: tuple[str, str]) -> tuple[str, str]:
    """(reason, approved by) as they may be written down; the name of who approved it stays."""
    return without_secrets(talk, case, leave[0]), redact_shapes(clean(leave[1], one_line=True)).strip()


def note(folder: Path, what: str, about: Mapping[str, object]) -> None:
    """Add a line to the log of a case."""
    append_entry(folder, what, at=dt.datetime.now(dt.UTC), who=who_asks(), about=about)


def note_written(folder: Path, what: str, about: Mapping[str, object], files: Iterable[Path]) -> None:
    """Add a line on files that were written, each with its SHA-256: what left the desk can be told from a copy."""
    digests = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    note(folder, what, {**about, "files": digests})


def note_pages(folder: Path, files: Iterable[Path]) -> None:
    """Add a line on the pages that were written into the case folder, if there are any, each with its SHA-256."""
    inside = [file for file in files if file.resolve().parent == folder.resolve()]
    if inside:
        note_written(folder, PAGES, {}, inside)
