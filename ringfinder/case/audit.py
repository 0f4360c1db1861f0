"""audit.log: who ran, exported, unmasked or decided what, as a chain that shows every edit.

In:  a case folder, an entry.   Out: one line more in CASE.audit.log beside the case; the faults of a log.
It lies beside the case because a case is replaced whole on a new run. Lines are only ever added. Each holds the hash of
the line before, so a line that is changed, taken out or put in breaks the chain there. How many lines there are and the
hash of the last one are kept in CASE/audit.head too: lines cut off at the end, or a log that is gone, show against it.
The chain has no secret: who can write to both places can make both anew, and only a hash noted elsewhere tells then.
Holds no value of the tables.
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

from ringfinder.errors import InputError

#: hash before the first line
START = "0" * 64
#: file in the case folder: number of lines of the log and hash of the last one
HEAD = "audit.head"
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
            hashes = line_hashes(folder)
            if hashes and not hashes[-1]:
                raise InputError(f"{path.name} ends in a line that is no entry", hint="keep it and look into it")
            _, known = read_head(folder)
            # after lines that are gone the chain stays broken: a new line must not cover the gap
            before = known if known and known not in hashes else hashes[-1] if hashes else START
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
            _write_head(folder, len(hashes) + 1, str(entry["hash"]))
    except OSError as error:
        raise InputError(f"can't write {path.name}: {error.strerror}", hint="nothing was done") from error
    return str(entry["hash"])


def audit_faults(folder: Path) -> list[tuple[int, str]]:
    """Every (line, fault) of the log of a case: 'not an entry', 'changed', 'chain broken'; line 0 for the log whole.

    A log without its head in the case folder, or that does not end as it says, has lost lines or got some elsewhere.
    """
    before, faults = START, []
    for number, line in enumerate(_lines(folder), start=1):
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
    hashes = line_hashes(folder)
    count, known = read_head(folder)
    if folder.is_dir() and hashes and not known:
        faults.append((0, f"{HEAD} is missing from the case folder or can't be read"))
    elif known and (count != len(hashes) or known != before):
        faults.append((0, f"{len(hashes)} lines, {count} were written" if count != len(hashes) else "not as it ended"))
    return faults


def line_hashes(folder: Path) -> list[str]:
    """The hash each line of the log of a case gives itself, '' of one that is no entry; the last one is its head."""
    return [str(_read(line).get("hash", "")) for line in _lines(folder)]


def read_head(folder: Path) -> tuple[int, str]:
    """Lines of the log and hash of the last one, as the case folder has them; (0, '') if it has not."""
    try:
        data = json.loads((folder / HEAD).read_bytes())
        return int(data["lines"]), str(data["hash"])
    except (OSError, ValueError, TypeError, KeyError):
        return 0, ""


def entries(folder: Path) -> list[dict[str, object]]:
    """All lines of the log of a case that are entries, the oldest first."""
    return [entry for entry in map(_read, _lines(folder)) if isinstance(entry.get("about"), dict)]


def last_entry(folder: Path, what: str) -> dict[str, object] | None:
    """The last line of a kind: `at`, `who`, `about`; None if there is none."""
    found = [entry for entry in entries(folder) if entry.get("what") == what]
    return found[-1] if found else None


def _write_head(folder: Path, lines: int, last: str) -> None:
    """Whole or not at all; a case that is not there yet has none."""
    if folder.is_dir():
        part = folder / f".{HEAD}.part"
        part.write_text(json.dumps({"lines": lines, "hash": last}) + "\n", encoding="utf-8", newline="\n")
        part.replace(folder / HEAD)


def _lines(folder: Path) -> list[bytes]:
    path = audit_path(folder)
    return path.read_bytes().splitlines() if path.exists() else []


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
