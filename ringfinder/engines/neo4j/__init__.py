"""A case in a Neo4j server: load it, ask it, fetch it back, see what is there, take it out again.

In:  a saved case, a server.   Out: nodes and relationships of `cypher/README.md`, frames.
The only module that imports the `neo4j` driver. Community edition is enough. Complaint text never goes to the server.
"""

from ringfinder.engines.neo4j.asking import ask, parse_values
from ringfinder.engines.neo4j.detecting import ENGINES, METHODS, CommunityParams, Found, detect, has_gds
from ringfinder.engines.neo4j.loading import Pushed, push
from ringfinder.engines.neo4j.pulling import Pulled, pull
from ringfinder.engines.neo4j.removing import clean
from ringfinder.engines.neo4j.rows import Values, case_parts
from ringfinder.engines.neo4j.runs import run_id_of, runs
from ringfinder.engines.neo4j.server import Address, Server, connect

__all__ = [
    "ENGINES",
    "METHODS",
    "Address",
    "CommunityParams",
    "Found",
    "Pulled",
    "Pushed",
    "Server",
    "Values",
    "ask",
    "case_parts",
    "clean",
    "connect",
    "detect",
    "has_gds",
    "parse_values",
    "pull",
    "push",
    "run_id_of",
    "runs",
]
