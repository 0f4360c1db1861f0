"""Scored groups -> rings with evidence for and against, every statement citing its source rows.

In:  `ScoredGroup`s, Book, Letters, Dataset.   Out: `Ring`s.
Never finds, never scores. A statement that cites no row can't be made.
"""

from ringfinder.evidence.rings import build_rings

__all__ = ["build_rings"]
