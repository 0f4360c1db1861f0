"""Write a case's graph as files for Neo4j's importer or i2, and note it in the case's log.

In:  arguments.   Out: a folder of files, one line in CASE.audit.log.   Never masks: the engines' rows do.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ringfinder.cli.hash_key import key_beside, read_key
from ringfinder.cli.log import clean_leave, note, note_written
from ringfinder.cli.packs import PackPlan
from ringfinder.cli.talk import Talk
from ringfinder.cli.telling import pick
from ringfinder.errors import InputError
from ringfinder.model.dossier import Level, Seal


def export(talk: Talk, path: Path, rings: Sequence[str], plan: PackPlan, *, key: Path | None) -> None:
    """Write the files; those of the last writing in the same folder are replaced only with `force`."""
    from ringfinder.case import open_case
    from ringfinder.engines.files import Wish, i2_files, neo4j_files
    from ringfinder.engines.neo4j import Values, run_id_of
    from ringfinder.export.exporter import write_files

    case = open_case(path)
    seal = Seal(*clean_leave(talk, case, plan.leave)) if plan.leave is not None else None
    level: Level = "sealed" if seal is not None else plan.level
    language = plan.language or case.language
    ring_ids = tuple(sorted({case.check_ring(ring) for ring in rings}))
    out = plan.out or path.resolve().with_name(f"{path.resolve().name}-{plan.pack}")
    if out.is_dir() and any(out.iterdir()) and not plan.force:
        raise InputError(f"folder {out.name} is not empty", hint="add --force, or choose another --out")
    about: dict[str, object] = {"pack": plan.pack, "level": level, "rings": list(ring_ids), "out": out.name}
    if seal is not None:
        about |= {"reason": seal.reason, "approved_by": seal.approved_by}
    # noted first: what can't be noted is not written
    note(path, "export", about)
    try:
        values = Values(clear=True) if seal is not None else Values(read_key(talk, key or key_beside(path)))
        wish = Wish(run_id_of(case), level, ring_ids, seal)
        make = neo4j_files if plan.pack == "neo4j-csv" else i2_files
        written = write_files(make(case, values, wish), out, told=lambda _: None, replace=plan.force)
    except Exception:
        note(path, "export failed", about)
        raise
    note_written(path, "exported", about, written)
    for file in written:
        print(file)
    if seal is not None:
        zh, en = "文件含真实个人信息,未脱敏", "these files hold real personal data, unmasked"
        talk.warn(pick(language, zh, en))
