"""The commands: parse arguments, hand over to one function of the library, print.

In:  arguments.   Out: the Typer application.   Never computes, never imports anything heavy at the top.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from ringfinder.cli import desk, questions
from ringfinder.cli.options import CaseArgument, ConfigOption, InputArgument, LanguageOption, OutOption
from ringfinder.cli.output import Format, FormatOption
from ringfinder.cli.talk import Talk, command
from ringfinder.version import __version__

app = typer.Typer(
    name="ringfinder",
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

_PERSON = "A policyholder, or a complaint, surrender or policy number; - reads stdin."

#: where the demo writes; made again on every run
DEMO_CASE = Path("demo_case")


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


@command(
    app,
    "detect",
    examples=(
        "ringfinder detect my_tables --out my_case",
        "ringfinder detect tables.xlsx --out my_case --config ringfinder.toml --language en",
        "ringfinder detect my_tables --out my_case --force --format json > rings.json",
        "ringfinder detect new_tables --out march --previous february     (rings keep their ids)",
        "ringfinder detect my_tables --out my_case --known-letters published --boilerplate forms",
    ),
)
def detect(
    talk: Talk,
    source: InputArgument,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="CASE", help="The case folder to make.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace the case if it is there already; its ring ids live on.")
    ] = False,
    previous: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--previous", metavar="CASE", help="An earlier case: rings found again keep their ids."),
    ] = None,
    known_letters: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--known-letters", metavar="FOLDER", help="Published letters (.txt): a copy is no evidence."),
    ] = None,
    boilerplate: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--boilerplate", metavar="FOLDER", help="Form texts (.txt) to take out of every letter."),
    ] = None,
    config: ConfigOption = None,
    seed: Annotated[Optional[int], typer.Option("--seed", min=0, help="Seed of everything random.")] = None,  # noqa: UP045
    language: LanguageOption = None,
    no_html: Annotated[bool, typer.Option("--no-html", help="Write no HTML views.")] = False,
    fmt: FormatOption = Format.table,
) -> None:
    """Find rings in an insurer's tables; save a case."""
    from ringfinder.cli import runs

    plan = runs.Plan(
        out=out,
        force=force,
        previous=previous,
        known_letters=known_letters,
        boilerplate=boilerplate,
        config=config,
        seed=seed,
        language=language,
        html=not no_html,
    )
    runs.detect(talk, source, plan, fmt=fmt)


@command(app, "demo", examples=("ringfinder demo", "ringfinder demo --out tour --force"))
def demo(
    talk: Talk,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="CASE", help="The case folder to make.")] = DEMO_CASE,
    force: Annotated[bool, typer.Option("--force", help="Replace the case if it is there already.")] = False,
    language: LanguageOption = None,
    no_html: Annotated[bool, typer.Option("--no-html", help="Write no HTML views.")] = False,
    fmt: FormatOption = Format.table,
) -> None:
    """Find the Lin/Ma ring in the bundled sample.

    The sample is 20,000 made-up policyholders with the published case among them.
    """
    from ringfinder.cli import runs

    runs.demo(talk, runs.Plan(out=out, force=force or out == DEMO_CASE, language=language, html=not no_html), fmt=fmt)


@command(
    app,
    "check",
    examples=(
        "ringfinder check my_tables",
        "ringfinder check my_tables --rejects --format csv > rejects.csv",
    ),
)
def check(
    talk: Talk,
    source: InputArgument,
    config: ConfigOption = None,
    rejects: Annotated[bool, typer.Option("--rejects", help="Print every row and cell set aside instead.")] = False,
    fmt: FormatOption = Format.table,
) -> None:
    """Report what reading the tables does; run nothing.

    What was read, set aside and left out, and why.
    """
    from ringfinder.cli import runs

    runs.check(talk, source, config=config, rejects=rejects, fmt=fmt)


@command(
    app,
    "simulate",
    examples=(
        "ringfinder simulate my_world --preset lin_ma --policyholders 20000 --seed 1",
        "ringfinder simulate quiet --preset honest --files csv",
    ),
)
def simulate(
    talk: Talk,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to make: input/ and truth/.")],
    preset: Annotated[str, typer.Option("--preset", metavar="NAME", help="Which rings to plant.")] = "lin_ma",
    policyholders: Annotated[int, typer.Option("--policyholders", "-n", min=1000, help="Size of the book.")] = 20_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of everything random.")] = 0,
    dirt: Annotated[bool, typer.Option("--dirt/--no-dirt", help="Spoil some cells, as in a real export.")] = True,
    force: Annotated[bool, typer.Option("--force", help="Replace a made world that is there already.")] = False,
    files: Annotated[Literal["csv", "parquet"], typer.Option("--files", help="Kind of files to write.")] = "parquet",
    fmt: FormatOption = Format.table,
) -> None:
    """Make a synthetic insurer with planted rings.

    The honest crowd that looks alike is in it too, and the truth is written beside the input.
    """
    from ringfinder.cli import runs

    runs.simulate(
        talk,
        out,
        runs.WorldPlan(preset=preset, n_policyholders=policyholders, seed=seed, dirt=dirt, force=force, files=files),
        fmt=fmt,
    )


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

    Since when, in which role, in which ring, and what the value counts for. Of a person: who shares values with them.
    """
    from ringfinder.cli import asks

    asks.who(talk, case, value, kind=kind, language=language, fmt=fmt)


@command(
    app,
    "path",
    examples=(
        "ringfinder path my_case KH0001234 KH0009876",
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
    language: LanguageOption = None,
    fmt: FormatOption = Format.table,
) -> None:
    """Tell how two people are linked, step by step."""
    from ringfinder.cli import asks

    asks.path(talk, case, a, b, through_hubs=through_hubs, language=language, fmt=fmt)


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


@command(
    app,
    "templates",
    examples=(
        "ringfinder templates my_case",
        "ringfinder templates my_case T03",
        "ringfinder templates my_case T03 --letters",
        "ringfinder templates my_case T03 --letters --html T03.html",
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
        bool, typer.Option("--letters", help="Print the letters, with same, slot, changed and added wording marked.")
    ] = False,
    html: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--html", metavar="FILE", help="With --letters: write them side by side as a page."),
    ] = None,
    top: Annotated[int, typer.Option("--top", "-n", min=1, help="With --letters: only so many, nearest first.")] = 60,
    language: LanguageOption = None,
    fmt: FormatOption = Format.table,
) -> None:
    """List the letter templates of a case, or show one.

    Of one template: its text with slots and what stands in them, and each letter's similarity.
    """
    from ringfinder.cli import letters as views

    plan = views.LetterPlan(letters=letters, html=html, top=top)
    views.templates(talk, case, template, plan, language=language, fmt=fmt)


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


@command(
    app,
    "replay",
    examples=(
        "ringfinder replay my_tables --every month",
        "ringfinder replay my_tables --every quarter --from 2021-01-01 --to 2021-12-31 --out course.csv",
    ),
)
def replay(
    talk: Talk,
    source: InputArgument,
    every: Annotated[Literal["month", "quarter"], typer.Option("--every", help="How often to look.")] = "month",
    start: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--from", metavar="DATE", help="First day to look at; else the first case on file."),
    ] = None,
    end: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--to", metavar="DATE", help="Last day to look at; else everything on file."),
    ] = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", "-o", metavar="FILE.csv", help="Also write the course: one row a day and ring."),
    ] = None,
    config: ConfigOption = None,
    seed: Annotated[Optional[int], typer.Option("--seed", min=0, help="Seed of everything random.")] = None,  # noqa: UP045
    language: LanguageOption = None,
    fmt: FormatOption = Format.table,
) -> None:
    """Tell when each ring would have been flagged.

    Runs the detection as of each month's or quarter's end, with only the rows dated by then.
    """
    from ringfinder.cli import replays

    plan = replays.ReplayPlan(every=every, start=start, end=end, out=out, config=config, seed=seed, language=language)
    replays.replay(talk, source, plan, fmt=fmt)


@command(app, "view", examples=("ringfinder view my_case", "ringfinder view my_case R-0001 --out for_the_meeting"))
def view(
    talk: Talk,
    case: CaseArgument,
    ring: Annotated[Optional[str], typer.Argument(metavar="RING", help="Only this ring.")] = None,  # noqa: UP045
    out: OutOption = None,
    language: LanguageOption = None,
    fmt: FormatOption = Format.table,
) -> None:
    """Write masked HTML pages: one a ring, and an index.

    Into the case, or into another folder. The files written are the data on stdout, the one to open in front.
    """
    from ringfinder.cli import views

    views.view(talk, case, ring=ring, out=out, language=language, fmt=fmt)


@command(
    app,
    "whatif",
    examples=(
        "ringfinder whatif my_case --drop phone:14200001234",
        "ringfinder whatif my_case --drop R-0001/P01 --drop template:T03 --ring R-0001",
        "ringfinder whatif my_case --household KH0001234,KH0009876",
        "echo phone:14200001234 | ringfinder whatif my_case --drop -   (keeps the number out of the shell's history)",
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


@command(app, "evaluate", examples=("ringfinder evaluate demo_case sample_data/lin_ma/truth",))
def evaluate(
    talk: Talk,
    case: CaseArgument,
    truth: Annotated[Path, typer.Argument(metavar="TRUTH", help="A truth folder, as simulate makes it.")],
    language: LanguageOption = None,
    fmt: FormatOption = Format.table,
) -> None:
    """Compare a case with the known truth of a simulated world."""
    from ringfinder.cli import runs

    runs.evaluate(talk, case, truth, language=language, fmt=fmt)


desk.register(app)
questions.register(app)
