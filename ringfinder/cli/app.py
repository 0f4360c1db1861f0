"""The application: its options, and the commands of every topic.

In:  arguments.   Out: the Typer application.   Never computes, never imports anything heavy at the top.
"""

from __future__ import annotations

from typing import Annotated

import typer

from ringfinder.cli import asking, desk, keys, masking, neo4j, questions, running, screening, setup
from ringfinder.cli.choices import GuessingGroup
from ringfinder.version import __version__

app = typer.Typer(
    name="ringfinder",
    cls=GuessingGroup,
    help="Find organised agent-refund rings (代理退保) in a life insurer's own data. A ring is a lead, not a verdict.",
    epilog="Start with: ringfinder demo. Exit codes: 0 done, 1 a fault of ringfinder, 2 input or configuration, "
    "3 engine or server.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(shown: bool) -> None:
    if shown:
        typer.echo(f"ringfinder {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


for topic in (running, desk, keys, asking, questions, screening, masking, neo4j, setup):
    topic.register(app)
