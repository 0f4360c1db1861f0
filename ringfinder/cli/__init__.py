"""The command line: parse, call one library function, print.

In:  arguments.   Out: data on stdout, talk on stderr, an exit code (0 fine, 1 bug, 2 input or configuration,
3 engine or server).   Never computes. Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; the entry point of `ringfinder`."""
    for stream in (sys.stdout, sys.stderr):
        # a console that can't show Chinese shows escapes and does not stop the run; a file or a pipe gets UTF-8
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            if not stream.isatty():
                reconfigure(encoding="utf-8")
            reconfigure(errors="backslashreplace")
    from ringfinder.cli.app import app

    if "_RINGFINDER_COMPLETE" in os.environ:  # the shell asks what may come next
        from typer._completion_classes import completion_init

        completion_init()
    app(prog_name="ringfinder")
