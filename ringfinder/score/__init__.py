"""Groups -> scored groups: statistic, null book, false-discovery rate, honest stories.

In:  Book, Groups, Letters, Dataset.   Out: `ScoredGroup`s, best first.
Never finds groups, never words evidence.
"""

from ringfinder.score.rank import ScoreParams, score_groups

__all__ = ["ScoreParams", "score_groups"]
