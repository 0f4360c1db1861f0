"""Commands that run the detection or make data: detect, demo, check, simulate, replay, evaluate.

In:  arguments.   Out: the commands, registered with the application.   Never computes, imports nothing heavy at the
top.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from ringfinder.cli.options import CaseArgument, ConfigOption, InputArgument, LanguageOption
from ringfinder.cli.output import Format, FormatOption
from ringfinder.cli.talk import Talk, command

#: where the demo writes; made again on every run
DEMO_CASE = Path("demo_case")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    _register_detect(app)
    _register_demo(app)
    _register_check(app)
    _register_simulate(app)
    _register_replay(app)
    _register_evaluate(app)


def _register_detect(app: typer.Typer) -> None:
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


def _register_demo(app: typer.Typer) -> None:
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

        runs.demo(
            talk, runs.Plan(out=out, force=force or out == DEMO_CASE, language=language, html=not no_html), fmt=fmt
        )


def _register_check(app: typer.Typer) -> None:
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


def _register_simulate(app: typer.Typer) -> None:
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
        policyholders: Annotated[
            int, typer.Option("--policyholders", "-n", min=1000, help="Size of the book.")
        ] = 20_000,
        seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of everything random.")] = 0,
        dirt: Annotated[bool, typer.Option("--dirt/--no-dirt", help="Spoil some cells, as in a real export.")] = True,
        force: Annotated[bool, typer.Option("--force", help="Replace a made world that is there already.")] = False,
        files: Annotated[
            Literal["csv", "parquet"], typer.Option("--files", help="Kind of files to write.")
        ] = "parquet",
        fmt: FormatOption = Format.table,
    ) -> None:
        """Make a synthetic insurer with planted rings.

        The honest crowd that looks alike is in it too, and the truth is written beside the input.
        """
        from ringfinder.cli import runs

        runs.simulate(
            talk,
            out,
            runs.WorldPlan(
                preset=preset, n_policyholders=policyholders, seed=seed, dirt=dirt, force=force, files=files
            ),
            fmt=fmt,
        )


def _register_replay(app: typer.Typer) -> None:
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

        plan = replays.ReplayPlan(
            every=every, start=start, end=end, out=out, config=config, seed=seed, language=language
        )
        replays.replay(talk, source, plan, fmt=fmt)


def _register_evaluate(app: typer.Typer) -> None:
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
