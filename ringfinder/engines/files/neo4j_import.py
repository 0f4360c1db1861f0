"""A case as CSV files for `neo4j-admin database import full`, with the command that reads them.

In:  Case, how values are shown, Wish.   Out: README, a header and a data file for each statement under `cypher/load`.
The graph is the one that `ringfinder neo4j push` makes, marked with the same run. Same case and key, same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ringfinder.case import Case
from ringfinder.engines.files.cells import cells, lines, type_of
from ringfinder.engines.files.tables import LinkTable, NodeTable, Wish, graph_tables
from ringfinder.engines.files.words import about
from ringfinder.engines.neo4j.rows import Values
from ringfinder.engines.neo4j.runs import content_of, manifest_text
from ringfinder.export.exporter import ExportFile

#: of lists; no text holds this character, for it is taken out of every text
_ARRAY = "\x1f"
_COMMAND = "neo4j-admin database import full neo4j --overwrite-destination --id-type=string --array-delimiter=U+001F"
_RUN = "run"


def neo4j_files(case: Case, values: Values, wish: Wish) -> Iterator[ExportFile]:
    """The files, the one to open first in front.

    Examples
    --------
    >>> _COMMAND.split()[:4]
    ['neo4j-admin', 'database', 'import', 'full']
    """
    nodes, links = graph_tables(case, values, wish)
    tables: list[NodeTable | LinkTable] = [*nodes, *links]
    # a file without a row is no file: the importer warns of it
    tables = [table for table in tables if len(table.frame)]
    is_private = wish.level == "sealed"
    head, row = _run_row(case, values, wish, [table.name for table in tables])
    files = [(_RUN, head, row)] + [(table.name, *_render(table, wish.run_id)) for table in tables]
    has_breaks = any(_has_breaks(table.frame) for table in tables)
    command = command_line(tables, multiline=has_breaks)
    yield ExportFile("", "README.md", about("neo4j-csv", case, wish, command=command), is_private)
    for name, header, rows in files:
        yield ExportFile("", f"{name}-header.csv", header, is_private)
        yield ExportFile("", f"{name}.csv", rows, is_private)


def command_line(tables: list[NodeTable | LinkTable], *, multiline: bool) -> str:
    """The command that loads the files of the folder it is run in."""
    words = [_COMMAND + (" --multiline-fields=true" if multiline else ""), f"--nodes=Run={_pair(_RUN)}"]
    for table in tables:
        if isinstance(table, NodeTable):
            words.append(f"--nodes={':'.join(table.shape.labels)}={_pair(table.name)}")
        else:
            words.append(f"--relationships={table.shape.type}={_pair(table.name)}")
    return " \\\n  ".join(words)


def _pair(name: str) -> str:
    return f"{name}-header.csv,{name}.csv"


def _render(table: NodeTable | LinkTable, run_id: str) -> tuple[bytes, bytes]:
    """Header and rows."""
    index = table.frame.index
    if isinstance(table, NodeTable):
        head, columns = [f":ID({table.shape.group})"], [table.ids]
    else:
        head = [f":START_ID({table.shape.start.group})", f":END_ID({table.shape.end.group})"]
        columns = [table.start, table.end]
    columns = [cells(column) for column in columns]
    for name in table.frame:
        head.append(f"{name}:{type_of(table.frame[name])}")
        columns.append(cells(table.frame[name]))
    head.append("runs:string[]")
    columns.append(cells(pd.Series(run_id, index=index, dtype="str")))
    return (",".join(head) + "\n").encode("utf-8"), lines(columns)


def _run_row(case: Case, values: Values, wish: Wish, parts: list[str]) -> tuple[bytes, bytes]:
    """The run as a push would leave it, so that `status` and `clean` know it and a push finds it loaded.

    Of a selection, or of files without free text, the content is none that a push has: it would load the rest.
    """
    is_whole = not wish.ring_ids and wish.level != "share"
    frame = pd.DataFrame(
        {
            "run_id": wish.run_id,
            "kind": "case",
            "content": content_of(case.manifest, values.clear) if is_whole else "part of a case",
            "case_name": case.folder.name,
            "version": str(case.manifest.get("version", "")),
            "manifest": manifest_text(case.manifest) if is_whole else "",
            "is_masked": not values.clear,
            "loaded": _ARRAY.join(sorted(parts)),
            "complete": True,
        },
        index=[0],
    )
    kinds = [f"{name}:{'string[]' if name == 'loaded' else type_of(frame[name])}" for name in frame]
    head = ",".join([":ID(Run)", *kinds]) + "\n"
    return head.encode("utf-8"), lines([cells(frame[name]) for name in ("run_id", *frame)])


def _has_breaks(frame: pd.DataFrame) -> bool:
    texts = [frame[name] for name in frame if type_of(frame[name]) == "string"]
    return any(bool(text.str.contains("\n", regex=False, na=False).any()) for text in texts)
