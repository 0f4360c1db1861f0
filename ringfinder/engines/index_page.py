"""The index page of `cypher/`: every statement with its purpose, parameters and columns.

In:  the headers of the files.   Out: Markdown.
`python -m ringfinder.engines.index_page > cypher/INDEX.md` makes it anew.
"""

from __future__ import annotations

import sys
from itertools import groupby

from ringfinder.engines.queries import load_query, query_names

_TITLES = {
    "query": "Questions (`ringfinder neo4j query NAME --param NAME=VALUE`)",
    "schema": "Constraints and indexes",
    "load": "Loading",
    "gds": "Communities by the Graph Data Science library (`ringfinder neo4j detect`)",
    "detect": "Communities: what is read, and what is written back",
    "pull": "Fetching a case back (`ringfinder neo4j pull`)",
    "run": "Runs",
    "cleanup": "Taking a run out",
}


def index_page() -> str:
    """The whole page."""
    parts = [
        "# Cypher statements\n\nMade from the headers of the files; see [README](README.md) for the graph model. "
        "Each file is one statement that runs in Neo4j Browser as it stands once its parameters are set "
        "(`:param {run: 'north-1f0c9a3e', ring_id: 'R-0001'}`). Where a question has a parameter `run`, it speaks of "
        "that run alone; on the command line it is `--run`, and may be left out where the server holds one run.\n"
    ]
    by_folder = groupby(query_names(), key=lambda name: name.partition("/")[0])
    rows = {folder: [_row(name) for name in names] for folder, names in by_folder}
    for folder, title in _TITLES.items():
        head = f"## {title}\n\n| file | what it does | parameters | columns |\n|---|---|---|---|"
        parts.append("\n".join([head, *rows[folder]]) + "\n")
    return "\n".join(parts)


def _row(name: str) -> str:
    query = load_query(name)
    params = ", ".join(f"`{p}` {kind}" for p, kind in query.params.items()) or "-"
    columns = ", ".join(query.returns) or "-"
    return f"| [{name.partition('/')[2]}]({name}.cypher) | {query.purpose} | {params} | {columns} |"


if __name__ == "__main__":
    sys.stdout.write(index_page())
