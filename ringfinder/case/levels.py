"""A case that answers at one level: what an export gets to see of it.

In:  Case, level, seal.   Out: ring ids, dossiers and the overview at that level.   Never writes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.case.decisions import Decision, holder_statements, read_decisions
from ringfinder.case.verdicts import ring_verdicts
from ringfinder.model.dossier import Level, Portfolio, RingDossier, Seal

if TYPE_CHECKING:
    from ringfinder.case.opened import Case


@dataclass(frozen=True)
class LeveledCase:
    """A case at a level; `seal` is the leave for `sealed` and for nothing else."""

    case: Case
    level: Level = "review"
    seal: Seal | None = None

    def ring_ids(self) -> tuple[str, ...]:
        return self.case.ring_ids()

    def dossier(self, ring_id: str) -> RingDossier:
        """One ring, with what was decided on it and what its people said, as noted beside the case."""
        made = self.case.dossier(ring_id, level=self.level, seal=self.seal)
        said = holder_statements(read_decisions(self.case.folder))
        schedule = made.schedule
        people, noted = schedule["policyholder_id"], schedule["holder_statement"]
        stated = pd.Series([said.get(p, n) for p, n in zip(people, noted, strict=True)], schedule.index, dtype="str")
        decisions = self._decisions(str(made.ring["ring_id"]))
        return replace(made, schedule=schedule.assign(holder_statement=stated), decisions=decisions)

    def _decisions(self, ring_id: str) -> pd.DataFrame:
        told = ring_verdicts(self.case, ring_id)
        rows = [
            *([("ring", ring_id, *self._said(told.ring))] if told.ring else []),
            *[("person", name, *self._said(decision)) for name, decision in sorted(told.people.items())],
            *[("identifier", node, *self._said(decision)) for node, decision in sorted(told.nodes.items())],
        ]
        return pd.DataFrame(rows, columns=["about", "id", "decision", "day", "by", "reason"], dtype="str")

    def _said(self, decision: Decision) -> tuple[str, str, str, str]:
        # the file can be edited by hand: what it says is redacted once more
        reason = "" if self.level == "share" else self.case.redacted(decision.reason)
        return decision.decision, decision.made_at[:10], decision.by, reason

    def portfolio(self) -> Portfolio:
        """The overview is masked at every level."""
        return self.case.portfolio()
