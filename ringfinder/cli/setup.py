"""Commands about the installation: doctor, completion.

In:  arguments.   Out: the commands, registered with the application.   Never installs, never connects further than
asked.
"""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from ringfinder.cli.options import LanguageOption
from ringfinder.cli.output import Format, FormatOption, emit
from ringfinder.cli.talk import Talk, command


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""

    @command(app, "doctor", examples=("ringfinder doctor", "ringfinder doctor --format json"))
    def doctor(talk: Talk, language: LanguageOption = None, fmt: FormatOption = Format.table) -> None:
        """Tell what works on this machine, and what is missing for what.

        Python, libraries, extras, fonts for Chinese pictures, Java, a Neo4j server, room on the disk. Exit code 2 if
        detection itself can't run; anything else missing costs one feature and is told with its cure.
        """
        import pandas as pd

        from ringfinder.cli.doctor import findings

        rows = findings(language or "zh")
        emit(
            pd.DataFrame(rows, columns=["check", "result", "detail"], dtype="str"),
            fmt,
            talk=talk,
            language=language or "zh",
        )
        if any(result == "missing" for _, result, _ in rows):
            raise typer.Exit(2)

    @command(
        app,
        "completion",
        examples=(
            "ringfinder completion bash > ~/.ringfinder-completion.bash   (then source it in ~/.bashrc)",
            "ringfinder completion zsh > ~/.zfunc/_ringfinder",
            "ringfinder completion fish > ~/.config/fish/completions/ringfinder.fish",
        ),
    )
    def completion(
        talk: Talk,
        shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
    ) -> None:
        """Print the script that completes commands and options.

        It asks ringfinder itself at every key, so it never goes stale.
        """
        from typer._completion_shared import get_completion_script

        print(get_completion_script(prog_name="ringfinder", complete_var="_RINGFINDER_COMPLETE", shell=shell))
