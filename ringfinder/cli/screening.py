"""Commands that put new rows or own questions to a case: screen, sql.

In:  arguments, rows or SQL on stdin.   Out: the commands, registered with the application.   Never computes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ringfinder.cli.options import CaseArgument, ConfigOption, LanguageOption
from ringfinder.cli.output import Format, FormatOption, emit
from ringfinder.cli.talk import Talk, command
from ringfinder.errors import InputError, RefusedError

if TYPE_CHECKING:
    from ringfinder.screening.files import Screened

_HITS = ("row", "policyholder_id", "ring_id", "status", "decision", "hit", "value", "node_id", "similarity")
_ASIDE = ("row", "policyholder_id", "column", "reason")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    _register_screen(app)
    _register_sql(app)


def _register_screen(app: typer.Typer) -> None:
    @command(
        app,
        "screen",
        examples=(
            "ringfinder screen my_case --surrenders today.csv",
            "ringfinder screen my_case --complaints new.xlsx --format csv > hits.csv",
            "cat today.csv | ringfinder screen my_case --surrenders -",
        ),
    )
    def screen(
        talk: Talk,
        case: CaseArgument,
        complaints: Annotated[
            Optional[Path],  # noqa: UP045
            typer.Option("--complaints", metavar="FILE", help="New complaints; - reads CSV from stdin."),
        ] = None,
        surrenders: Annotated[
            Optional[Path],  # noqa: UP045
            typer.Option("--surrenders", metavar="FILE", help="New surrenders; - reads CSV from stdin."),
        ] = None,
        config: ConfigOption = None,
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Tell which new rows hit which known ring.

        By person, phone, account, accused seller, values on file and the wording of the letter: before a payment is
        approved. A hit is a reason to look, not a reason to refuse. What people decided since stands beside a hit: on
        the ring, the value or the person. Headers are read as the case's own were, unless --config is given. A row that
        can't be screened in full is named with the column and why, under the status unscreened, and the command ends
        with exit code 2: no hit on it says nothing.
        """
        from ringfinder.case import open_case
        from ringfinder.config import load_config
        from ringfinder.screening.files import screen_file

        given = {name: file for name, file in (("complaints", complaints), ("surrenders", surrenders)) if file}
        if len(given) != 1:
            raise InputError("screen one file: --complaints FILE or --surrenders FILE", hint="- reads CSV from stdin")
        ((table, file),) = given.items()
        opened = open_case(case)
        settings = load_config(config) if config is not None else None
        content = sys.stdin.buffer.read() if str(file) == "-" else file
        screened = screen_file(opened, table, content, config=settings)
        _tell(talk, screened, fmt, language or opened.language)


def _tell(talk: Talk, screened: Screened, fmt: Format, language: str) -> None:
    """Print what came of a file; an error at the end if any row was not screened in full."""
    from ringfinder.cli.telling import pick
    from ringfinder.screening.decided import by_cleared_value

    unread = ", ".join(screened.unread)
    if unread:
        zh = f"未识别的列(未读):{unread};可用 --config 的 [mapping] 指定"
        talk.warn(pick(language, zh, f"not read, no such column: {unread}; name them in [mapping] of --config"))
    if fmt is Format.table:
        is_decided = bool((screened.hits["decision"] != "").any())
        columns = [name for name in _HITS if is_decided or name != "decision"]
        emit(screened.hits, fmt, talk=talk, columns=columns, language=language)
        aside = screened.unscreened.rename(columns={"hit": "column"})
        title = pick(language, "未能(完整)筛查,不等于未命中:", "not screened in full, which is not the same as no hit:")
        emit(aside, fmt, talk=talk, columns=_ASIDE, language=language, title=title)
    else:
        emit(screened.frame, fmt, talk=talk)
    cleared = by_cleared_value(screened.hits)
    if cleared.any():
        zh = f"{cleared.sum()} 处命中所用标识已由人工排除,不计入命中;重新 detect 后不再出现"
        en = f"{cleared.sum()} hits are by a value cleared by decision: not counted, and gone after the next detect"
        talk.warn(pick(language, zh, en))
    counted = screened.hits.loc[~cleared]
    n, n_rings = counted["row"].nunique(), counted["ring_id"].nunique()
    n_rows, n_aside = screened.n_rows, screened.n_unscreened
    zh = f"{n_rows} 件中 {n} 件命中 {n_rings} 条线索;{n_aside} 件未能完整筛查"
    talk.say(pick(language, zh, f"{n} of {n_rows} rows hit {n_rings} rings; {n_aside} could not be screened in full"))
    if len(screened.unscreened):
        raise InputError(
            f"{n_aside} of {n_rows} rows could not be screened in full ({n_aside} 件未能完整筛查)",
            hint="look at the rows with the status unscreened by hand: for them, no hit says nothing (请人工核对)",
        )


def _register_sql(app: typer.Typer) -> None:
    @command(
        app,
        "sql",
        examples=(
            'ringfinder sql my_case "SELECT ring_id, size, overpaid FROM rings ORDER BY rank"',
            'ringfinder sql my_case "SELECT hit.value, count(*) FROM ring_identifiers hit GROUP BY 1"',
            "ringfinder sql my_case - < question.sql",
        ),
    )
    def sql(
        talk: Talk,
        case: CaseArgument,
        statement: Annotated[str, typer.Argument(metavar="SELECT", help="One SELECT; - reads stdin.")],
        unmask: Annotated[
            bool, typer.Option("--unmask", help="Ask the real values; needs --reason and --approved-by, and is logged.")
        ] = False,
        reason: Annotated[str, typer.Option("--reason", help="Why real values are needed.")] = "",
        approved_by: Annotated[str, typer.Option("--approved-by", help="Who approved it.")] = "",
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Ask a case in SQL, read-only and masked.

        Personal columns are masked, with a tag equal values share in one statement; letters are left out. Nothing
        else on this machine can be read.
        """
        from ringfinder.case import open_case
        from ringfinder.case.sql import run_sql
        from ringfinder.cli.log import clean_leave, note
        from ringfinder.cli.packs import check_leave

        check_leave(unmask=unmask, reason=reason, approved_by=approved_by)
        if unmask and not (reason.strip() and approved_by.strip()):
            raise RefusedError("real values need --reason and --approved-by", hint="both are noted in CASE.audit.log")
        opened = open_case(case)
        asked = sys.stdin.read() if statement == "-" else statement
        if unmask:
            why, who = clean_leave(talk, opened, (reason, approved_by))
            note(case, "sql unmasked", {"reason": why, "approved_by": who})
        emit(run_sql(opened, asked, unmask=unmask), fmt, talk=talk, language=language or opened.language)
