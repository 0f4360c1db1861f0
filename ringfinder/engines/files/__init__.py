"""The graph as files for programs that load in bulk: Neo4j's importer and i2 Analyst's Notebook.

In:  a saved case, how values are shown, a level.   Out: `ExportFile`s.   Never talks to a server, never writes.
"""

from ringfinder.engines.files.i2 import i2_files
from ringfinder.engines.files.neo4j_import import neo4j_files
from ringfinder.engines.files.tables import Wish

__all__ = ["Wish", "i2_files", "neo4j_files"]
