"""More commands that ask a saved case: intermediary, compare.

In:  arguments.   Out: the commands, registered with the application; data on stdout.
Never computes; each is one method of `Case`. Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringfinder.cli.options import CaseArgument, LanguageOption
from ringfinder.cli.output import Format, FormatOption, emit
from ringfinder.cli.stdin import from_stdin
from ringfinder.cli.talk import Talk, command

if TYPE_CHECKING:
    import pandas as pd

_SELLER = ("part", "clients", "complainants", "share", "peer_share", "accusers", "upheld", "negotiated", "overpaid")
_COMPARE = ("ring_before", "ring_after", "event", "before", "after", "joined", "left", "others")


def register(app: typer.Typer) -> None:
    """Add the questions to the application."""

    @command(
        app,
        "intermediary",
        examples=(
            "ringfinder intermediary my_case A0012345",
            "echo A0012345 | ringfinder intermediary my_case -   (keeps the id out of the shell's history)",
        ),
    )
    def intermediary(
        talk: Talk,
        case: CaseArgument,
        name: Annotated[
            str, typer.Argument(metavar="ID", help="An agent, broker or other intermediary; - reads stdin.")
        ],
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Describe an intermediary's clients.

        How many complain, against peers of the same kind; who accuses this seller; in which rings the clients are.
        """
        from ringfinder.case import open_case
        from ringfinder.cli.telling import pick

        opened = open_case(case)
        spoken = language or opened.language
        frame = opened.intermediary(*from_stdin(name))
        shown = frame
        if fmt is Format.table:
            shown = frame.assign(part=frame["part"].replace("", pick(spoken, "全部客户", "all clients")))
        _print(talk, shown, fmt, columns=_SELLER, language=spoken, empty=("没有客户在档", "no client is on file"))

    @command(
        app,
        "compare",
        examples=(
            "ringfinder compare february march",
            "ringfinder compare old new --format json",
            "ringfinder compare ours theirs --by-key   (two insurers, tables masked with one key)",
        ),
    )
    def compare(
        talk: Talk,
        before: Annotated[Path, typer.Argument(metavar="BEFORE", help="The earlier case.")],
        after: Annotated[Path, typer.Argument(metavar="AFTER", help="The later case.")],
        by_key: Annotated[
            bool, typer.Option("--by-key", help="Compare keyed identifiers of masked cases instead of people.")
        ] = False,
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Compare the rings of two cases.

        New, grown, shrunk, split, merged, gone: rings are matched by their people, whatever their ids. With
        --by-key: which identifiers of either's rings both have on file, without showing one.
        """
        from ringfinder.case import open_case

        later = open_case(after)
        if by_key:
            shared = later.compare_by_key(open_case(before))
            nothing = ("没有共同的标识(或密钥不同)", "no identifier in common (or masked with another key)")
            _print(talk, shared, fmt, columns=(), language=language or later.language, empty=nothing)
            return
        frame = later.compare(open_case(before))
        empty = ("两个案卷都没有线索", "neither case has a ring")
        _print(talk, frame, fmt, columns=_COMPARE, language=language or later.language, empty=empty)


def _print(
    talk: Talk,
    frame: pd.DataFrame,
    fmt: Format,
    *,
    columns: tuple[str, ...],
    language: str,
    empty: tuple[str, str],
) -> None:
    """The frame; of an empty one a sentence, which is talk for a program."""
    from ringfinder.cli.telling import pick

    emit(frame, fmt, talk=talk, columns=columns, language=language)
    if not len(frame):
        sentence = pick(language, *empty)
        if fmt is Format.table:
            print(sentence)
        else:
            talk.say(sentence)
