"""Dataset -> Book -> EntityGraph: links, households, events, the judging of values, the graph of judged evidence.

In:  Dataset, Letters.   Out: `Book`, `EntityGraph`.
Never groups people, never scores groups. Method: a shared value is judged by how its holders behave, not by how
many there are; a degree cap alone either loses a broker's big phones or lets hotlines in.
"""

from ringfinder.construct.book import ConstructParams, build_book
from ringfinder.construct.graph import entity_graph, evidence_graph
from ringfinder.construct.seller_book import SellerParams, build_seller_book
from ringfinder.construct.values import judge_values

__all__ = [
    "ConstructParams",
    "SellerParams",
    "build_book",
    "build_seller_book",
    "entity_graph",
    "evidence_graph",
    "judge_values",
]
