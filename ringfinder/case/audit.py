"""audit.log: who ran, exported, unmasked or decided what, as a chain that shows every edit.

In:  a case folder, an entry.   Out: one line more in CASE.audit.log beside the case; the faults of a log.
It lies beside the case because a case is replaced whole on a new run. Lines are only ever added. Each holds the hash of
the line before, so a line that is changed, taken out or put in breaks the chain there; lines cut off at the end can be
told only from a hash noted elsewhere. Holds no value of the tables.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ringfinder.errors import InputError

#: hash before the first line
START = "0" * 64
_SUFFIX = ".audit.log"
_WAIT_SECONDS = 5.0


def audit_path(folder: Path) -> Path:
    """The log of a case: beside its folder, under its name."""
    place = Path(os.path.abspath(folder))
    return place.with_name(place.name + _SUFFIX)


def append_entry(folder: Path, what: str, *, at: dt.datetime, who: str, about: Mapping[str, object]) -> str:
    """Add one line to the log of a case; made if there is none.

    Parameters
    ----------
    folder : of the case. what : 'detect', 'export', 'decide'. at : with its time zone. about : JSON-able.

    Returns
    -------
    The hash of the line.

    Raises
    ------
    InputError : the log can't be written, or its last line is no entry.
    """
    path = audit_path(folder)
    try:
        with _alone(path):
            lines = path.read_bytes().splitlines() if path.exists() else []
            before = START
            if lines:
                before = str(_read(lines[-1]).get("hash", ""))
                if not before:
                    raise InputError(f"{path.name} ends in a line that is no entry", hint="keep it and look into it")
            entry: dict[str, object] = {
                "at": at.astimezone(dt.UTC).isoformat(timespec="seconds"),
                "who": who,
                "what": what,
                "about": dict(about),
                "before": before,
            }
            entry["hash"] = _hash(entry)
            with open(path, "a", encoding="utf-8", newline="\n") as log:
                log.write(json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n")
                log.flush()
                os.fsync(log.fileno())
    except OSError as error:
        raise InputError(f"can't write {path.name}: {error.strerror}", hint="nothing was done") from error
    return str(entry["hash"])


def audit_faults(folder: Path) -> list[tuple[int, str]]:
    """Every (line, fault) of the log of a case: 'not an entry', 'changed', 'chain broken'. None for no log."""
    path = audit_path(folder)
    before, faults = START, []
    for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else [], start=1):
        entry = _read(line)
        found = str(entry.pop("hash", ""))
        if not found:
            faults.append((number, "not an entry"))
            continue
        if _hash(entry) != found:
            faults.append((number, "changed"))
        if entry.get("before") != before:
            faults.append((number, "chain broken"))
        before = found
    return faults


def last_entry(folder: Path, what: str) -> dict[str, object] | None:
    """The last line of a kind: `at`, `who`, `about`; None if there is none."""
    found = [entry for entry in _entries(folder) if entry["what"] == what]
    return found[-1] if found else None


def pages_written(folder: Path) -> dict[str, object] | None:
    """SHA-256 of each page as it was last written since the run that made the case; None if no line tells."""
    entries = _entries(folder)
    start = max((at for at, entry in enumerate(entries) if entry["what"] == "detect"), default=0)
    views = [entry["about"].get("files") for entry in entries[start:] if entry["what"] == "view"]
    told = [files for files in views if isinstance(files, dict)]
    return {name: digest for files in told for name, digest in files.items()} if told else None


def _entries(folder: Path) -> list[dict[str, Any]]:
    path = audit_path(folder)
    entries = [_read(line) for line in (path.read_bytes().splitlines() if path.exists() else [])]
    return [entry for entry in entries if "what" in entry and isinstance(entry.get("about"), dict)]


def _read(line: bytes) -> dict[str, object]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _hash(entry: Mapping[str, object]) -> str:
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two commands at once would write two lines after the same one."""
    lock = path.with_name(path.name + ".lock")
    end = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            break
        except FileExistsError:
            if time.monotonic() > end:
                raise InputError(
                    f"{path.name} is in use", hint=f"if no ringfinder is running, remove {lock.name}"
                ) from None
            time.sleep(0.05)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
