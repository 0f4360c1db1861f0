"""Groups -> scored groups: statistic, null book, false-discovery rate, honest stories.

In:  Book, Groups, Letters, Dataset.   Out: `ScoredGroup`s, best first.
Never finds groups, never words evidence.
"""

from ringfinder.score.rank import ScoreParams, score_groups
from ringfinder.score.seller_side import score_seller_groups, without_overlap

__all__ = ["ScoreParams", "score_groups", "score_seller_groups", "without_overlap"]
