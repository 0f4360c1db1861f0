"""A case that answers at one level: what an export gets to see of it.

In:  Case, level, seal.   Out: ring ids, dossiers and the overview at that level.   Never writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
        return self.case.dossier(ring_id, level=self.level, seal=self.seal)

    def portfolio(self) -> Portfolio:
        """The overview is masked at every level."""
        return self.case.portfolio()
