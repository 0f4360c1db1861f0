"""The files in and beside a case against what its log tells of them.

In:  a case folder with its log.   Out: checks (name, result, detail).   Never writes, never repairs.
Every line of decisions, every page and every pack is known to the log by its SHA-256; of a page the last writing
counts, of a pack any, for an older copy may be what left the desk.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from ringfinder.case.audit import audit_faults, audit_path, entries, line_hashes, read_head
from ringfinder.case.decisions import decisions_path, line_digests
from ringfinder.case.files import file_digests, page_digests

#: name, 'ok' | 'changed' | 'missing' | 'not checked', the first place or why
Check = tuple[str, str, str]

#: what the lines are called that tell of a run, of pages in the case folder, of packs, of a decision
RUN, PAGES, PACKS, DECIDED = "detect", "view", "exported", "decide"


def log_checks(folder: Path, head: str = "") -> Iterator[Check]:
    """The log itself: its chain, its end, and whether it has the hash that was noted elsewhere."""
    name = audit_path(folder).name
    hashes = line_hashes(folder)
    count, _ = read_head(folder)
    if not hashes:
        told = f"{count} lines were written" if count else "without it no edit of files, pages or decisions is told"
        yield name, "changed" if count else "missing", f"there is no log beside the case: {told}"
    else:
        faults = audit_faults(folder)
        where = "; ".join(f"line {line}: {what}" if line else what for line, what in faults)
        yield name, "changed" if faults else "ok", where
        yield "log head", "ok", f"{hashes[-1]} (line {len(hashes)})"
    if head:
        at = next((i for i, found in enumerate(hashes, start=1) if found == head.strip().lower()), 0)
        detail = f"line {at} of {len(hashes)}" if at else "no line of the log has this hash"
        yield "head noted elsewhere", "ok" if at else "changed", detail


def file_checks(folder: Path) -> Iterator[Check]:
    """The files of the case and its pages, each against the checksum that the log has of it."""
    told = entries(folder)
    at = max((i for i, entry in enumerate(told) if entry["what"] == RUN), default=-1)
    logged = _files(told[at]) if at >= 0 else {}
    if not logged:
        yield "files", "not checked", "the log does not tell of the run that made the case"
    else:
        yield from _compared(logged, file_digests(folder), "not as the run wrote it")
    pages: dict[str, str] = {}  # as last written
    for entry in told[at + 1 :]:
        if entry["what"] == PAGES:
            pages |= _files(entry)
    packs = [_files(entry) for entry in told[at + 1 :] if entry["what"] == PACKS]
    there = page_digests(folder, pages)
    for name, digest in there.items():
        if any(pack.get(name) == digest for pack in packs):
            pages[name] = digest
    if pages:
        yield from _compared(pages, there, "not as it was written")
    elif there:
        yield "pages", "not checked", "the log does not tell of the pages in the case"


def pack_checks(folder: Path, packs: Path | None = None) -> Iterator[Check]:
    """The packs where the log says they were written beside the case, or those that lie in the folder `packs`."""
    known: dict[str, set[str]] = {}
    places: dict[Path, set[str]] = {}
    for entry in entries(folder):
        about = entry["about"]
        if entry["what"] != PACKS or not isinstance(about, dict):
            continue
        files = _files(entry)
        for name, digest in files.items():
            known.setdefault(name, set()).add(digest)
        places.setdefault(Path(os.path.abspath(folder)).parent / Path(str(about.get("out"))).name, set()).update(files)
    for place, names in {packs: set(known)}.items() if packs is not None else sorted(places.items()):
        found = (
            {path.name: _digest(path) for path in sorted(place.iterdir()) if path.is_file()} if place.is_dir() else {}
        )
        for name in sorted(names & set(found)):
            is_same = found[name] in known[name]
            yield (
                f"pack {place.name}/{name}",
                "ok" if is_same else "changed",
                "" if is_same else "not as it was written",
            )
        gone, strange = sorted(names - set(found)), sorted(set(found) - names)
        if gone and packs is None:
            yield f"packs {place.name}", "not checked", f"{len(gone)} are not there: {', '.join(gone[:3])}"
        if strange and packs is not None:
            told = f"the log does not tell of {len(strange)} files: {', '.join(strange[:3])}"
            yield f"packs {place.name}", "not checked", told


def decision_checks(folder: Path) -> Iterator[Check]:
    """Each line of the file of decisions against the lines that the log tells of."""
    name = decisions_path(folder).name
    found = line_digests(folder)
    told = [entry["about"] for entry in entries(folder)]
    logged = [d for about in told if isinstance(about, dict) for d in _texts(about.get("decisions"))]
    if not found and not logged:
        return
    faults = [f"line {n}: not as it was decided" for n, digest in enumerate(found, start=1) if digest not in logged]
    lost = len(set(logged) - set(found))
    faults += [f"{lost} of {len(set(logged))} decisions are not on file as they were made"] if lost else []
    yield name, "changed" if faults else "ok", "; ".join(faults)


def _compared(logged: dict[str, str], found: dict[str, str], what: str) -> Iterator[Check]:
    for name in sorted({*logged, *found}):
        is_same = logged.get(name) == found.get(name)
        yield name, "ok" if is_same else "changed", "" if is_same else "missing" if name not in found else what


def _files(entry: dict[str, object]) -> dict[str, str]:
    about = entry["about"]
    files = about.get("files") if isinstance(about, dict) else None
    return {str(k): str(v) for k, v in files.items()} if isinstance(files, dict) else {}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _texts(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else []
