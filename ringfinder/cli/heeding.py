"""Read the decisions that a run heeds, and say what they change.

In:  folders of cases, tables.   Out: the decisions, and the tables with cleared values listed.   Never decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ringfinder.case.decided import last_day, with_cleared
from ringfinder.case.decisions import Decision, latest, read_decisions
from ringfinder.cli.talk import Talk
from ringfinder.cli.telling import pick
from ringfinder.model.dataset import Dataset


def use_decisions(
    talk: Talk, dataset: Dataset, folders: Sequence[Path], language: str
) -> tuple[tuple[Decision, ...], Dataset]:
    """Decisions of all folders in order of time, each once, and the tables they make."""
    made = {decision: None for folder in folders for decision in read_decisions(folder)}
    decided = tuple(sorted(made, key=lambda d: d.made_at))
    changed, lost = with_cleared(dataset, decided)
    if decided:
        talk.say(pick(language, f"沿用人工决定:{len(decided)} 项", f"decisions heeded: {len(decided)}"))
    held = latest(decided, on=last_day(dataset))
    for decision in latest(decided):
        if decision not in held:
            talk.say(
                pick(
                    language,
                    f"对 {decision.id} 的决定有效至 {decision.until},数据已晚于该日,不再生效",
                    f"the decision on {decision.id} held until {decision.until}; the data go beyond, it holds no more",
                )
            )
    for decision in lost:
        talk.warn(
            pick(
                language,
                f"{decision.made_at[:10]} 排除的 {decision.id} 已不在档,该决定未生效",
                f"{decision.id}, cleared on {decision.made_at[:10]}, is on file no more: that decision has no effect",
            )
        )
    return decided, changed
