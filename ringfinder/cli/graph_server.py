"""Which server and which case the commands `ringfinder neo4j ...` work on.

In:  arguments, ringfinder.toml, the environment.   Out: an open server, an open case.   Never asks for a password.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringfinder.cli.talk import Talk

if TYPE_CHECKING:
    from ringfinder.case import Case
    from ringfinder.engines.neo4j import Server

UriOption = Annotated[
    str,
    typer.Option(
        "--uri",
        metavar="URI",
        help="Address of the server; else NEO4J_URI, else [neo4j] of the settings, else localhost.",
    ),
]


@contextmanager
def open_server(uri: str, config: Path | None, *, beside: Path | None = None) -> Iterator[Server]:
    """The server that is named, else the one of the environment, else that of the settings."""
    from ringfinder.cli.runs import find_settings
    from ringfinder.config import load_server
    from ringfinder.engines.neo4j import Address, connect

    said = load_server(config or find_settings(beside or Path.cwd()))
    with connect(Address.from_environment(uri, settings=asdict(said))) as server:
        yield server


@contextmanager
def case_of(talk: Talk, source: Path, config: Path | None) -> Iterator[Case]:
    """A case, or one that is detected in tables and gone afterwards."""
    import tempfile

    from ringfinder.case import is_case, open_case, write_case
    from ringfinder.cli.runs import find_settings
    from ringfinder.config import load_config
    from ringfinder.ingest import read_tables
    from ringfinder.pipeline import detect_rings

    if not source.exists() or is_case(source):
        yield open_case(source)
        return
    settings = load_config(config or find_settings(source))
    dataset = read_tables(source, options=settings.read_options(), progress=talk.progress)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / source.resolve().name
        write_case(detect_rings(dataset, settings, progress=talk.progress), made, language=settings.language)
        yield open_case(made)
