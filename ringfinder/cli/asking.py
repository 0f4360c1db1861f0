"""Commands that ask a saved case: show, who, path, explain, templates, lineage, view, whatif.

In:  arguments.   Out: the commands, registered with the application.   Never computes, imports nothing heavy at the
top.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from ringfinder.cli.options import CaseArgument, LanguageOption, OutOption
from ringfinder.cli.output import Format, FormatOption
from ringfinder.cli.talk import Talk, command

_PERSON = "A policyholder, or a complaint, surrender or policy number; - reads stdin."


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    _register_show(app)
    _register_who(app)
    _register_path(app)
    _register_explain(app)
    _register_templates(app)
    _register_lineage(app)
    _register_view(app)
    _register_whatif(app)


def _register_show(app: typer.Typer) -> None:
    @command(
        app,
        "show",
        examples=(
            "ringfinder show my_case R-0001",
            "ringfinder show my_case R-0001 --part members --format csv > members.csv",
        ),
    )
    def show(
        talk: Talk,
        case: CaseArgument,
        ring: Annotated[str, typer.Argument(metavar="RING", help="A ring id such as R-0001 (or 1).")],
        part: Annotated[
            Literal["all", "evidence", "members", "identifiers"],
            typer.Option("--part", help="Only this part; CSV: members."),
        ] = "all",
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Show one ring: evidence, shared values, people.

        Evidence both ways: for the suspicion and against it.
        """
        from ringfinder.cli import asks

        asks.show(talk, case, ring, part=part, language=language, fmt=fmt)


def _register_who(app: typer.Typer) -> None:
    @command(
        app,
        "who",
        examples=(
            "ringfinder who my_case R-0001/P01          (a pseudonym, as the views show it)",
            "ringfinder who my_case KH0001234           (whom does a person share values with?)",
            "echo 142 0000 0000 | ringfinder who my_case -   (keeps the number out of the shell's history)",
        ),
    )
    def who(
        talk: Talk,
        case: CaseArgument,
        value: Annotated[
            str, typer.Argument(metavar="VALUE", help="A person, a phone, an account, any identifier; - reads stdin.")
        ],
        kind: Annotated[Optional[str], typer.Option("--kind", help="Only values of this kind.")] = None,  # noqa: UP045
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Tell who holds a phone, an account, any value.

        Since when, in which role, in which ring, and what the value counts for. Of a person: who shares values with
        them.
        """
        from ringfinder.cli import asks

        asks.who(talk, case, value, kind=kind, language=language, fmt=fmt)


def _register_path(app: typer.Typer) -> None:
    @command(
        app,
        "path",
        examples=(
            "ringfinder path my_case KH0001234 KH0009876",
            "ringfinder path my_case KH0001234 KH0009876 --paths 3",
            "ringfinder path my_case KH0001234 KH0009876 --through-hubs",
        ),
    )
    def path(
        talk: Talk,
        case: CaseArgument,
        a: Annotated[str, typer.Argument(metavar="A", help=_PERSON)],
        b: Annotated[str, typer.Argument(metavar="B", help="Another one; - reads stdin.")],
        through_hubs: Annotated[
            bool, typer.Option("--through-hubs", help="Let the path pass through guarded hubs and public numbers.")
        ] = False,
        paths: Annotated[
            int, typer.Option("--paths", "-n", min=1, help="At most so many, the shortest first; none shares a value.")
        ] = 1,
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Tell how two people are linked, step by step.

        With dates, and the weight of each value as evidence. Guarded hubs are left out unless asked for.
        """
        from ringfinder.cli import asks

        wish = asks.PathWish(a, b, through_hubs=through_hubs, paths=paths)
        asks.path(talk, case, wish, language=language, fmt=fmt)


def _register_explain(app: typer.Typer) -> None:
    @command(app, "explain", examples=("ringfinder explain my_case KH0001234",))
    def explain(
        talk: Talk,
        case: CaseArgument,
        person: Annotated[str, typer.Argument(metavar="PERSON", help=_PERSON)],
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Tell why somebody is or is not in a ring.

        What counted, what was held back, and what is missing.
        """
        from ringfinder.cli import asks

        asks.explain(talk, case, person, language=language, fmt=fmt)


def _register_templates(app: typer.Typer) -> None:
    @command(
        app,
        "templates",
        examples=(
            "ringfinder templates my_case",
            "ringfinder templates my_case T03",
            "ringfinder templates my_case T03 --letters",
            "ringfinder templates my_case T03 --letters --html T03.html",
            "ringfinder templates my_case --new complaints_of_may.csv",
        ),
    )
    def templates(
        talk: Talk,
        case: CaseArgument,
        template: Annotated[
            Optional[str],  # noqa: UP045
            typer.Argument(metavar="TEMPLATE", help="A template id: its text, its slots and its letters."),
        ] = None,
        letters: Annotated[
            bool,
            typer.Option("--letters", help="Print the letters, with same, slot, changed and added wording marked."),
        ] = False,
        html: Annotated[
            Optional[Path],  # noqa: UP045
            typer.Option("--html", metavar="FILE", help="With --letters: write them side by side as a page."),
        ] = None,
        top: Annotated[
            int, typer.Option("--top", "-n", min=1, help="With --letters: only so many, nearest first.")
        ] = 60,
        new: Annotated[
            Optional[Path],  # noqa: UP045
            typer.Option("--new", metavar="FILE", help="Complaints come in since: link them; the case stays as it is."),
        ] = None,
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """List the letter templates of a case, or show one.

        Of one template: its text with slots and what stands in them, and each letter's similarity.
        """
        if new is not None:
            from ringfinder.cli import new_letters

            new_letters.link(talk, case, template, new, language=language, fmt=fmt)
            return
        from ringfinder.cli import letters as views

        plan = views.LetterPlan(letters=letters, html=html, top=top)
        views.templates(talk, case, template, plan, language=language, fmt=fmt)


def _register_lineage(app: typer.Typer) -> None:
    @command(app, "lineage", examples=("ringfinder lineage my_case", "ringfinder lineage my_case R-0001 --format csv"))
    def lineage(
        talk: Talk,
        case: CaseArgument,
        ring: Annotated[Optional[str], typer.Argument(metavar="RING", help="Only this ring.")] = None,  # noqa: UP045
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Tell what became of each ring from run to run.

        Kept, grown, shrunk, new, split, merged, gone, returned: how many people, and why.
        """
        from ringfinder.cli import asks

        asks.lineage(talk, case, ring, language=language, fmt=fmt)


def _register_view(app: typer.Typer) -> None:
    @command(app, "view", examples=("ringfinder view my_case", "ringfinder view my_case R-0001 --out for_the_meeting"))
    def view(
        talk: Talk,
        case: CaseArgument,
        ring: Annotated[Optional[str], typer.Argument(metavar="RING", help="Only this ring.")] = None,  # noqa: UP045
        out: OutOption = None,
        pictures: Annotated[
            bool, typer.Option("--pictures", help="Also still pictures as SVG and PNG; needs ringfinder[notebook].")
        ] = False,
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Write masked HTML pages: one a ring, an index and the letter templates.

        Into the case, or into another folder. The files written are the data on stdout, the one to open in front.
        """
        from ringfinder.cli import views

        views.view(talk, case, ring=ring, out=out, pictures=pictures, language=language, fmt=fmt)


def _register_whatif(app: typer.Typer) -> None:
    @command(
        app,
        "whatif",
        examples=(
            "ringfinder whatif my_case --drop phone:14200001234",
            "ringfinder whatif my_case --drop R-0001/P01 --drop template:T03 --ring R-0001",
            "ringfinder whatif my_case --household KH0001234,KH0009876",
            "echo phone:14200001234 | ringfinder whatif my_case --drop -   (not in the shell's history)",
        ),
    )
    def whatif(
        talk: Talk,
        case: CaseArgument,
        drop: Annotated[
            Optional[list[str]],  # noqa: UP045
            typer.Option(
                "--drop",
                metavar="KIND:VALUE",
                help="A value that is not to count: phone:..., account:..., template:T03, R-0001/P01; - reads stdin.",
            ),
        ] = None,
        household: Annotated[
            Optional[list[str]],  # noqa: UP045
            typer.Option("--household", metavar="A,B", help="Policyholders who are to be one household."),
        ] = None,
        ring: Annotated[
            Optional[str],  # noqa: UP045
            typer.Option("--ring", metavar="RING", help="Tell of this ring only, changed or not."),
        ] = None,
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Tell what a ring would be without a value.

        Or if people were one household. The stages run again on the saved tables; the case stays as it is.
        """
        from ringfinder.cli import whatif as asked

        asked.whatif(talk, case, drop=drop or [], household=household or [], ring=ring, language=language, fmt=fmt)
