"""The commands of the investigator's desk: export.

In:  arguments.   Out: the commands, registered with the application.   Never computes, never imports anything heavy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from ringfinder.cli.options import CaseArgument, LanguageOption
from ringfinder.cli.talk import Talk, command

PackFormat = Literal["dossier", "referral", "xlsx", "graphml", "gexf", "json"]


def register(app: typer.Typer) -> None:
    """Add the desk's commands to the application."""
    _register_export(app)


def _register_export(app: typer.Typer) -> None:
    @command(
        app,
        "export",
        examples=(
            "ringfinder export my_case R-0001 --format referral",
            "ringfinder export my_case R-0001 R-0003 --format xlsx --level share --out for_the_meeting",
            'ringfinder export my_case R-0001 --format referral --unmask --reason "police request 2026-17" '
            '--approved-by "head of SIU"',
        ),
    )
    def export(
        talk: Talk,
        case: CaseArgument,
        rings: Annotated[list[str], typer.Argument(metavar="RING...", help="Ring ids such as R-0001 (or 1).")],
        pack: Annotated[PackFormat, typer.Option("--format", "-f", help="What to write.")] = "dossier",
        level: Annotated[
            Literal["share", "review"],
            typer.Option("--level", help="share: no free text; review: with redacted letters. Both are masked."),
        ] = "review",
        out: Annotated[
            Optional[Path],  # noqa: UP045
            typer.Option("--out", "-o", metavar="FOLDER", help="Where to write; else CASE-packs beside it."),
        ] = None,
        force: Annotated[bool, typer.Option("--force", help="Replace files of the same names.")] = False,
        unmask: Annotated[
            bool, typer.Option("--unmask", help="Show real values; needs --reason and --approved-by, and is logged.")
        ] = False,
        reason: Annotated[str, typer.Option("--reason", help="Why real values are needed.")] = "",
        approved_by: Annotated[str, typer.Option("--approved-by", help="Who approved it.")] = "",
        language: LanguageOption = None,
    ) -> None:
        """Write rings as a pack for colleagues, legal or police.

        Masked unless --unmask. Prints the files written. Every export is noted in CASE.audit.log beside the case.
        """
        from ringfinder.cli import packs

        leave = (reason, approved_by) if unmask else None
        plan = packs.PackPlan(pack=pack, level=level, out=out, force=force, leave=leave, language=language)
        packs.check_leave(unmask=unmask, reason=reason, approved_by=approved_by)
        packs.export(talk, case, rings, plan)
