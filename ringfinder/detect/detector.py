"""What a detector is: a frozen parameter dataclass with a name and `run(graph) -> Communities`.

In:  nothing (definitions).   Out: `Detector`.   Never detects.
"""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable

from ringfinder.model.communities import Communities
from ringfinder.model.graph import EntityGraph


@runtime_checkable
class Detector(Protocol):
    """A method that groups the nodes of a graph.

    Every detector keeps three promises: each group is connected, labels are canonical (0 is the largest group), and
    equal graphs with equal settings give equal labels. Its fields are its settings and the only home of their defaults.
    """

    name: ClassVar[str]

    def run(self, graph: EntityGraph) -> Communities:
        """Group the nodes of `graph`, which is not modified."""
        ...
