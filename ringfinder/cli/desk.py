"""The commands of the investigator's desk: export, decide, decisions, verify, rings, near, timeline.

In:  arguments.   Out: the commands, registered with the application.   Never computes, never imports anything heavy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from ringfinder.cli.options import CaseArgument, LanguageOption
from ringfinder.cli.output import Format, FormatOption
from ringfinder.cli.talk import Talk, command
from ringfinder.errors import InputError, RefusedError

PackFormat = Literal[
    "dossier",
    "dossier-pdf",
    "dossier-docx",
    "referral",
    "referral-pdf",
    "xlsx",
    "graphml",
    "gexf",
    "json",
    "neo4j-csv",
    "i2-csv",
]


def register(app: typer.Typer) -> None:
    """Add the desk's commands to the application."""
    _register_rings(app)
    _register_export(app)
    _register_decide(app)
    _register_verify(app)


def _register_rings(app: typer.Typer) -> None:
    @command(
        app,
        "rings",
        examples=(
            "ringfinder rings my_case",
            "ringfinder rings my_case --status flagged --format csv > rings.csv",
            "ringfinder rings my_case --grown-since 2022-06-01 --sort grown --top 5",
            "ringfinder rings my_case --status flagged --decision open      (what is left to look at)",
            "ringfinder rings my_case --region 泉州 --intermediary A0012345",
            "ringfinder rings my_case --min-overpaid 100000 --channel phone --active-from 2022-01-01 --sort overpaid",
        ),
    )
    def rings(
        talk: Talk,
        case: CaseArgument,
        status: Annotated[
            Optional[Literal["flagged", "listed"]],  # noqa: UP045
            typer.Option("--status", help="Only rings of this status."),
        ] = None,
        min_size: Annotated[Optional[int], typer.Option("--min-size", min=1, help="Only with so many people.")] = None,  # noqa: UP045
        min_overpaid: Annotated[
            Optional[float],  # noqa: UP045
            typer.Option("--min-overpaid", metavar="YUAN", help="Only with so much paid above cash value."),
        ] = None,
        channel: Annotated[
            Optional[str],  # noqa: UP045
            typer.Option("--channel", help="Only with this kind of evidence: phone, account, template ..."),
        ] = None,
        active_from: Annotated[
            Optional[str],  # noqa: UP045
            typer.Option("--active-from", metavar="DATE", help="Only if seen on or after this day."),
        ] = None,
        active_to: Annotated[
            Optional[str],  # noqa: UP045
            typer.Option("--active-to", metavar="DATE", help="Only if seen on or before this day."),
        ] = None,
        grown_since: Annotated[
            Optional[str],  # noqa: UP045
            typer.Option("--grown-since", metavar="DATE", help="Only if somebody joined on or after this day."),
        ] = None,
        region: Annotated[
            Optional[str],  # noqa: UP045
            typer.Option("--region", metavar="TEXT", help="Only if at least half live where the address says so."),
        ] = None,
        intermediary: Annotated[
            Optional[str],  # noqa: UP045
            typer.Option("--intermediary", metavar="ID", help="Only if this seller or broker has two of its people."),
        ] = None,
        decision: Annotated[
            Optional[Literal["confirm", "dismiss", "watch", "open"]],  # noqa: UP045
            typer.Option("--decision", help="Only rings decided so last; open: those nobody decided on."),
        ] = None,
        sort: Annotated[
            Literal["rank", "overpaid", "size", "last_seen", "grown"], typer.Option("--sort", help="What comes first.")
        ] = "rank",
        top: Annotated[Optional[int], typer.Option("--top", "-n", min=1, help="Only the first.")] = None,  # noqa: UP045
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """List the rings of a case, best first."""
        from ringfinder.case.filtering import RingFilter
        from ringfinder.cli import asks

        wanted = RingFilter(
            status=status,
            min_size=min_size,
            min_overpaid=min_overpaid,
            channel=channel,
            active_from=active_from,
            active_to=active_to,
            grown_since=grown_since,
            region=region,
            intermediary=intermediary,
            decision=decision,
            sort=sort,
            top=top,
        )
        asks.rings(talk, case, wanted, language=language, fmt=fmt)

    @command(app, "near", examples=("ringfinder near my_case R-0001", "ringfinder near my_case 1 --format csv"))
    def near(
        talk: Talk,
        case: CaseArgument,
        ring: Annotated[str, typer.Argument(metavar="RING", help="A ring id such as R-0001 (or 1).")],
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """List people just outside a ring.

        They share a value that counts or is weak, or the letter, and are not in it: worth watching, not suspected.
        """
        from ringfinder.cli import asks

        asks.near(talk, case, ring, language=language, fmt=fmt)

    @command(app, "timeline", examples=("ringfinder timeline my_case R-0001 --format csv > course.csv",))
    def timeline(
        talk: Talk,
        case: CaseArgument,
        ring: Annotated[str, typer.Argument(metavar="RING", help="A ring id such as R-0001 (or 1).")],
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Tell what happened in a ring, day by day."""
        from ringfinder.cli import asks

        asks.timeline(talk, case, ring, language=language, fmt=fmt)


def _register_export(app: typer.Typer) -> None:
    @command(
        app,
        "export",
        examples=(
            "ringfinder export my_case R-0001 --format referral",
            "ringfinder export my_case R-0001 R-0003 --format xlsx --level share --out for_the_meeting",
            "ringfinder export my_case --format neo4j-csv                     (the whole case, for Neo4j's importer)",
            'ringfinder export my_case R-0001 --format referral --unmask --reason "police request 2026-17" '
            '--approved-by "head of SIU"',
        ),
    )
    def export(
        talk: Talk,
        case: CaseArgument,
        rings: Annotated[
            Optional[list[str]],  # noqa: UP045
            typer.Argument(
                metavar="[RING...]",
                help="Ring ids such as R-0001 (or 1); neo4j-csv and i2-csv take the whole case without any.",
            ),
        ] = None,
        pack: Annotated[PackFormat, typer.Option("--format", "-f", help="What to write.")] = "dossier",
        level: Annotated[
            Literal["share", "review"],
            typer.Option("--level", help="share: no free text; review: with redacted letters. Both are masked."),
        ] = "review",
        out: Annotated[
            Optional[Path],  # noqa: UP045
            typer.Option(
                "--out", "-o", metavar="FOLDER", help="Where to write; else CASE-packs or CASE-FORMAT beside it."
            ),
        ] = None,
        force: Annotated[
            bool,
            typer.Option("--force", help="Replace files of the same names; refer a dismissed ring all the same."),
        ] = False,
        unmask: Annotated[
            bool, typer.Option("--unmask", help="Show real values; needs --reason and --approved-by, and is logged.")
        ] = False,
        reason: Annotated[str, typer.Option("--reason", help="Why real values are needed.")] = "",
        approved_by: Annotated[str, typer.Option("--approved-by", help="Who approved it.")] = "",
        key: Annotated[
            Optional[Path],  # noqa: UP045
            typer.Option("--key", metavar="FILE", help="Key of the hashes in neo4j-csv and i2-csv; else CASE.key."),
        ] = None,
        language: LanguageOption = None,
    ) -> None:
        """Write rings as a pack for colleagues, legal or police, or the graph as files for Neo4j or i2.

        Masked unless --unmask. Packs tell what was decided; a dismissed ring is not referred without --force. Prints
        the files written. Every export is noted in CASE.audit.log beside the case.
        """
        from ringfinder.cli import packs

        leave = (reason, approved_by) if unmask else None
        plan = packs.PackPlan(pack=pack, level=level, out=out, force=force, leave=leave, language=language)
        packs.check_leave(unmask=unmask, reason=reason, approved_by=approved_by)
        if pack in ("neo4j-csv", "i2-csv"):
            from ringfinder.cli import graph_files

            graph_files.export(talk, case, rings or [], plan, key=key)
            return
        if key is not None:
            raise RefusedError("--key is for neo4j-csv and i2-csv", hint="leave it out")
        if not rings:
            raise InputError(f"{pack} is made of rings", hint=f"ringfinder export {case.name} R-0001 --format {pack}")
        packs.export(talk, case, rings, plan)


def _register_decide(app: typer.Typer) -> None:
    @command(
        app,
        "decide",
        examples=(
            'ringfinder decide my_case R-0002 dismiss --reason "one employer closed" --until 2026-12-31',
            'ringfinder decide my_case R-0001/P07 dismiss --reason "the branch office"   (then it links nobody)',
            'ringfinder decide my_case KH0001234 --holder-statement denies_authorship --reason "call of 3 March"',
            'echo 142 0000 0000 | ringfinder decide my_case - dismiss --reason "hotline"   (not in the history)',
        ),
    )
    def decide(
        talk: Talk,
        case: CaseArgument,
        name: Annotated[
            str, typer.Argument(metavar="ID", help="A ring, a person, a value or its pseudonym; - reads stdin.")
        ],
        decision: Annotated[
            Optional[Literal["confirm", "dismiss", "watch"]],  # noqa: UP045
            typer.Argument(metavar="[confirm|dismiss|watch]", help="What is decided."),
        ] = None,
        reason: Annotated[str, typer.Option("--reason", help="Why; needed.")] = "",
        until: Annotated[str, typer.Option("--until", metavar="DATE", help="Last day of the data it holds for.")] = "",
        holder_statement: Annotated[
            Optional[Literal["not_contacted", "denies_authorship", "confirms_proxy", "confirms_own"]],  # noqa: UP045
            typer.Option("--holder-statement", help="What a person said; shown in packs."),
        ] = None,
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Note what was decided on a ring, a person or a value.

        In CASE.decisions.jsonl beside the case, which later runs read: a dismissed ring is listed until it grows by new
        evidence, a dismissed value links nobody.
        """
        from ringfinder.cli import decisions

        wish = decisions.Wish(decision or "", reason, until, holder_statement or "")
        decisions.decide(talk, case, name, wish, language=language, fmt=fmt)

    @command(
        app,
        "decisions",
        examples=("ringfinder decisions my_case", "ringfinder decisions my_case --record --capacity 5"),
    )
    def list_decisions(
        talk: Talk,
        case: CaseArgument,
        record: Annotated[
            bool, typer.Option("--record", help="Week by week: how many decided rings were confirmed.")
        ] = False,
        capacity: Annotated[
            Optional[int],  # noqa: UP045
            typer.Option("--capacity", min=1, help="With --record: only rings among the first so many when decided."),
        ] = None,
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """List what was decided, or how often rings were confirmed."""
        from ringfinder.cli import decisions

        decisions.decisions(
            talk, case, record=record or capacity is not None, capacity=capacity, language=language, fmt=fmt
        )


def _register_verify(app: typer.Typer) -> None:
    @command(
        app, "verify", examples=("ringfinder verify my_case", "ringfinder verify my_case --input my_tables --head HASH")
    )
    def verify(
        talk: Talk,
        case: CaseArgument,
        source: Annotated[
            Optional[Path],  # noqa: UP045
            typer.Option("--input", "-i", metavar="INPUT", help="The tables it was made from, to be read again."),
        ] = None,
        head: Annotated[
            str,
            typer.Option("--head", metavar="HASH", help="Log head that an earlier verify printed, noted elsewhere."),
        ] = "",
        packs: Annotated[
            Optional[Path],  # noqa: UP045
            typer.Option("--packs", metavar="FOLDER", help="Packs that lie elsewhere; else those beside the case."),
        ] = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Check that a case is what its input gives.

        Derives every ring and statement anew; checks each file, page, pack and decision against the log, and the log
        against its head. Exit code 2 names what was changed or is missing; a pack that is not there any more is not
        checked. Note the log head elsewhere: who can write to the
        case and its log can make both anew, and only --head tells then.
        """
        from ringfinder.cli import checking

        checking.verify(talk, case, source=source, head=head, packs=packs, fmt=fmt)
