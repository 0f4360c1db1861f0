"""Write packs of rings and note it in the case's log.

In:  arguments.   Out: files, two lines in CASE.audit.log: what is asked for, and what was written.
Never draws, never masks: `case` and `export` do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ringfinder.case import Case, LeveledCase, open_case
from ringfinder.case.decisions import line_digest
from ringfinder.case.verdicts import Verdicts, ring_verdicts
from ringfinder.cli.log import clean_leave, note, note_written
from ringfinder.cli.talk import Talk
from ringfinder.cli.telling import pick
from ringfinder.errors import RefusedError
from ringfinder.model.dossier import Level, Seal


@dataclass(frozen=True)
class PackPlan:
    """What to write and how much to show; `leave` is (reason, approved by) for real values."""

    pack: str
    level: Level
    out: Path | None
    force: bool
    leave: tuple[str, str] | None
    language: str | None


def check_leave(*, unmask: bool, reason: str, approved_by: str) -> None:
    """A reason without --unmask would be a surprise: the export would be masked all the same."""
    if not unmask and (reason or approved_by):
        raise RefusedError("--reason and --approved-by are for --unmask", hint="add --unmask, or leave them out")


def _check_decided(talk: Talk, case: Case, ring_ids: Sequence[str], plan: PackPlan, language: str) -> None:
    """Refuse to refer a dismissed ring; tell of what was decided, and of a ring that is not flagged."""
    is_referral = plan.pack in ("referral", "referral-pdf")
    for ring_id in ring_ids:
        held = ring_verdicts(case, ring_id)
        if held.ring is not None and held.is_dismissed:
            day, by = held.ring.made_at[:10], held.ring.by
            if is_referral and not plan.force:
                raise RefusedError(
                    pick(
                        language,
                        f"{ring_id} 已于 {day} 由 {by} 人工排除,不予移交",
                        f"{ring_id} was dismissed on {day} by {by}: it is not referred",
                    ),
                    hint=pick(
                        language,
                        f"若要移交,先重新决定(decide {ring_id} confirm 或 watch);或加 --force,材料会写明已排除",
                        f"decide anew first (decide {ring_id} confirm, or watch); --force writes it all the same, and "
                        "the pack says that it was dismissed",
                    ),
                )
            zh = f"{ring_id} 已于 {day} 由 {by} 人工排除"
            talk.warn(pick(language, zh, f"{ring_id} was dismissed on {day} by {by}"))
        _tell_dismissed(talk, case, ring_id, held, language)
        if is_referral and case.ring(ring_id)["status"].iloc[0] != "flagged":
            zh = f"{ring_id} 未列为疑似(仅为线索),移交事由已按此写明"
            talk.warn(pick(language, zh, f"{ring_id} is NOT flagged, only listed; the subject says so"))


def _tell_dismissed(talk: Talk, case: Case, ring_id: str, held: Verdicts, language: str) -> None:
    """The people and values of a ring that were dismissed; a value that the run heeded links nobody any more."""
    heeded = set(case.manifest.get("decisions", []))
    people = [name for name, d in held.people.items() if d.decision == "dismiss"]
    values = [name for name, d in held.nodes.items() if d.decision == "dismiss" and line_digest(d) not in heeded]
    for name in sorted([*people, *values]):
        zh = f"{ring_id} 中的 {name} 已由人工排除;线索本身未重新计算"
        en = f"{name} of {ring_id} was dismissed; the ring was not derived anew"
        talk.warn(pick(language, zh, en))


def export(talk: Talk, path: Path, rings: Sequence[str], plan: PackPlan) -> None:
    from ringfinder.analyst.letters import MarkedCase
    from ringfinder.export import export_case

    case = open_case(path)
    seal = Seal(*clean_leave(talk, case, plan.leave)) if plan.leave is not None else None
    level: Level = "sealed" if seal is not None else plan.level
    language = plan.language or case.language
    ring_ids = tuple(dict.fromkeys(case.check_ring(ring) for ring in rings))
    out = plan.out or path.resolve().with_name(path.resolve().name + "-packs")
    _check_decided(talk, case, ring_ids, plan, language)
    about: dict[str, object] = {"pack": plan.pack, "level": level, "rings": list(ring_ids), "out": out.name}
    if seal is not None:
        about |= {"reason": seal.reason, "approved_by": seal.approved_by}
    # noted first: what can't be noted is not written
    note(path, "export", about)
    try:
        written = export_case(
            plan.pack,
            MarkedCase(LeveledCase(case, level, seal)),
            out,
            ring_ids=ring_ids,
            language=language,
            replace=plan.force,
            progress=talk.progress,
        )
    except Exception:
        note(path, "export failed", about)
        raise
    note_written(path, "exported", about, (file for _, file in written))
    for _, file in written:
        print(file)
    if seal is not None:
        zh, en = "文件含真实个人信息,未脱敏", "these files hold real personal data, unmasked"
        talk.warn(pick(language, zh, en))
