"""Take a run out of a server: what it alone wrote goes, what others wrote too stays theirs.

In:  Server, run id.   Out: nothing.   Works in batches, so a large run needs no large heap.
"""

from __future__ import annotations

from ringfinder.engines.neo4j.server import Server
from ringfinder.engines.queries import query_names


def clean(server: Server, run_id: str) -> None:
    """Remove a run; one that is not there is no error, so that a clean that stopped can be run again."""
    for name in query_names():
        if name.startswith("cleanup/"):
            server.run(name, {"run": run_id})
