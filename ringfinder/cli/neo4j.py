"""The commands `ringfinder neo4j ...`: push a case, fetch it back, find communities, ask, see and remove runs.

In:  arguments.   Out: data on stdout, a case folder, lines in CASE.audit.log.
Never writes Cypher, never computes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from ringfinder.cli.graph_server import UriOption, case_of, open_server
from ringfinder.cli.hash_key import key_beside, read_key
from ringfinder.cli.options import ConfigOption, LanguageOption
from ringfinder.cli.output import Format, FormatOption
from ringfinder.cli.talk import Talk, command

RunOption = Annotated[str, typer.Option("--run", metavar="ID", help="Name of the run; else made of the case's own.")]

_HELP = (
    "A case in a Neo4j server. User and password come from NEO4J_USERNAME and NEO4J_PASSWORD; complaint text never "
    "goes there, and values are hashed under a key beside the case unless --unmask is given."
)


def register(app: typer.Typer) -> None:
    """Add the group of commands to the application."""
    group = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="neo4j")
    _register_push(group)
    _register_pull(group)
    _register_detect(group)
    _register_query(group)
    _register_runs(group)


def _register_push(group: typer.Typer) -> None:
    @command(
        group,
        "push",
        examples=(
            "ringfinder neo4j push my_case",
            "ringfinder neo4j push my_tables --uri bolt://graph.example:7687       (detects first)",
            'ringfinder neo4j push my_case --unmask --reason "closed network 2023-17" --approved-by "head of SIU"',
        ),
    )
    def push(
        talk: Talk,
        source: Annotated[Path, typer.Argument(metavar="CASE", help="A case folder, or tables to detect in first.")],
        uri: UriOption = "",
        config: ConfigOption = None,
        run: RunOption = "",
        key: Annotated[
            Optional[Path],  # noqa: UP045
            typer.Option("--key", metavar="FILE", help="Key of the hashes; else CASE.key, made if it is not there."),
        ] = None,
        batch: Annotated[int, typer.Option("--batch", min=1, help="Rows a transaction.")] = 10_000,
        unmask: Annotated[
            bool,
            typer.Option("--unmask", help="Real values and names; needs --reason and --approved-by, and is logged."),
        ] = False,
        reason: Annotated[str, typer.Option("--reason", help="Why real values may go to the server; logged.")] = "",
        approved_by: Annotated[str, typer.Option("--approved-by", help="Who approved it.")] = "",
        fmt: FormatOption = Format.table,
    ) -> None:
        """Load a case into a server: people, values, policies, complaints, rings and their evidence.

        Loading twice changes nothing, and a load that broke off goes on where it was.
        """
        import pandas as pd

        from ringfinder.cli.log import clean_leave, note
        from ringfinder.cli.output import emit
        from ringfinder.cli.packs import check_leave
        from ringfinder.engines import neo4j
        from ringfinder.errors import RefusedError

        check_leave(unmask=unmask, reason=reason, approved_by=approved_by)
        if unmask and not (reason.strip() and approved_by.strip()):
            raise RefusedError("real values need --reason and --approved-by", hint="both are noted in CASE.audit.log")
        with case_of(talk, source, config) as case:
            values = neo4j.Values(b"" if unmask else read_key(talk, key or key_beside(source)), clear=unmask)
            name = run or neo4j.run_id_of(case)
            with open_server(uri, config, beside=source) as server:
                about: dict[str, object] = {"server": server.address.uri, "run": name, "level": "review"}
                if unmask:
                    why, who = clean_leave(talk, case, (reason, approved_by))
                    about |= {"level": "sealed", "reason": why, "approved_by": who}
                # noted first: what can't be noted is not pushed
                note(source, "neo4j push", about)
                done = neo4j.push(case, server, values, run_id=name, batch=batch, progress=talk.progress)
            row = {"run_id": done.run_id, "rows": done.rows, "skipped_parts": done.skipped}
            emit(pd.DataFrame([row]), fmt, talk=talk, language=case.language)
        if unmask:
            talk.warn("the server now holds real personal data, unmasked")


def _register_pull(group: typer.Typer) -> None:
    @command(
        group,
        "pull",
        examples=(
            "ringfinder neo4j pull --out from_server",
            "ringfinder neo4j pull --run north-1f0c9a3e --out north --uri bolt://graph.example:7687",
        ),
    )
    def pull(
        talk: Talk,
        out: Annotated[Path, typer.Option("--out", "-o", metavar="CASE", help="Folder of the case to make.")],
        run: Annotated[
            str, typer.Option("--run", metavar="ID", help="A pushed case, as status names it; else the only one.")
        ] = "",
        uri: UriOption = "",
        config: ConfigOption = None,
        force: Annotated[bool, typer.Option("--force", help="Replace a case that is there.")] = False,
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Fetch a pushed case back as a case folder: the same rings, people, evidence and letter templates.

        Complaint text and whatever else never went to the server is not in it, and values are hashes with their masked
        form. Questions, views and exports work on it; what runs stages anew (verify, whatif) needs the case that was
        pushed.
        """
        from ringfinder.case import check_free, open_case, restore_case
        from ringfinder.case.files import file_digests
        from ringfinder.cli.asks import print_rings
        from ringfinder.cli.log import note
        from ringfinder.engines import neo4j

        check_free(out, force=force)
        with open_server(uri, config) as server:
            found = neo4j.pull(server, run_id=run, progress=talk.progress)
            address = server.address.uri
        restore_case(found.tables, found.manifest, out, force=force)
        note(out, "neo4j pull", {"server": address, "run": found.run_id, "files": file_digests(out)})
        case = open_case(out)
        print_rings(talk, case.rings(language=language), fmt, language=language or case.language)
        talk.say(f"case: {out}  pulled from: {address}, run {found.run_id}")


def _register_detect(group: typer.Typer) -> None:
    @command(
        group,
        "detect",
        examples=(
            "ringfinder neo4j detect",
            "ringfinder neo4j detect --run north-1f0c9a3e --run south-77aa01bc --method leiden",
            "ringfinder neo4j detect --engine here            (never the server's own library)",
        ),
    )
    def detect(
        talk: Talk,
        run: Annotated[
            Optional[list[str]],  # noqa: UP045
            typer.Option("--run", metavar="ID", help="A pushed case to look in, as status names it; may be repeated."),
        ] = None,
        method: Annotated[str, typer.Option("--method", help="components, leiden or louvain.")] = "components",
        engine: Annotated[
            str, typer.Option("--engine", help="auto: the server's library if it has one; gds, or here.")
        ] = "auto",
        resolution: Annotated[float, typer.Option("--resolution", help="Of leiden; larger: smaller groups.")] = 1.0,
        households: Annotated[int, typer.Option("--min-households", min=2, help="A group has as many.")] = 3,
        uri: UriOption = "",
        config: ConfigOption = None,
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Find communities of judged evidence on the server, across pushed cases, and write them there.

        They stand beside the rings, as G-0001 ... under a run of their own, untested: leads to look into.
        """
        from ringfinder.cli.output import emit
        from ringfinder.engines import neo4j

        params = neo4j.CommunityParams(method=method, engine=engine, resolution=resolution, min_households=households)
        with open_server(uri, config) as server:
            found = neo4j.detect(server, sources=run or (), params=params, progress=talk.progress)
        talk.say(f"{found.run_id}: {found.members['ring_id'].nunique()} communities, engine {found.engine}")
        emit(found.members, fmt, talk=talk, language=language or "zh")


def _register_query(group: typer.Typer) -> None:
    @command(
        group,
        "query",
        examples=(
            "ringfinder neo4j query                                   (the list of questions)",
            "ringfinder neo4j query ring_members --param ring_id=R-0001 --param max_holders=50",
            "ringfinder neo4j query ring_money --param ring_id=R-0001 --run north-1f0c9a3e    (of several runs)",
            "ringfinder neo4j query sharers --param policyholder_id=H0087906 --param max_holders=20 --format csv",
        ),
    )
    def query(
        talk: Talk,
        name: Annotated[
            str, typer.Argument(metavar="NAME", help="A file under cypher/query; without it, the list.")
        ] = "",
        param: Annotated[
            Optional[list[str]],  # noqa: UP045
            typer.Option("--param", metavar="NAME=VALUE", help="A parameter; - reads NAME=VALUE from stdin."),
        ] = None,
        run: Annotated[
            str, typer.Option("--run", metavar="ID", help="The run asked about, as status names it; else the only one.")
        ] = "",
        uri: UriOption = "",
        config: ConfigOption = None,
        language: LanguageOption = None,
        fmt: FormatOption = Format.table,
    ) -> None:
        """Ask one of the prepared questions.

        Those with a parameter `run` speak of one run's rings, templates and judgements; the others of all that was
        pushed, with a column `run` where rings or templates are listed.
        """
        import pandas as pd

        from ringfinder.cli.output import emit
        from ringfinder.cli.stdin import from_stdin
        from ringfinder.engines.neo4j import ask, parse_values
        from ringfinder.engines.neo4j.asking import RUN, check_values, question, questions

        if not name:
            rows = [
                {"query": q.name.partition("/")[2], "params": ", ".join(q.params), "purpose": q.purpose}
                for q in questions()
            ]
            emit(pd.DataFrame(rows), fmt, talk=talk, language=language or "zh")
            return
        asked = question(name)
        values = parse_values(asked, from_stdin(*(param or []))) | ({RUN: run} if run else {})
        check_values(asked, values)  # a wrong parameter is told before a server is looked for
        with open_server(uri, config) as server:
            emit(ask(server, name, values), fmt, talk=talk, language=language or "zh")


def _register_runs(group: typer.Typer) -> None:
    @command(
        group, "status", examples=("ringfinder neo4j status", "ringfinder neo4j status --uri bolt://localhost:7687")
    )
    def status(talk: Talk, uri: UriOption = "", config: ConfigOption = None, fmt: FormatOption = Format.table) -> None:
        """Tell whether the server answers, and which runs it holds."""
        from ringfinder.cli.output import emit
        from ringfinder.engines.neo4j import runs

        with open_server(uri, config) as server:
            found = runs(server)
            talk.say(f"{server.address.uri}: {server.version()}, {len(found)} runs")
        emit(found, fmt, talk=talk)

    @command(group, "clean", examples=("ringfinder neo4j clean --run my_case-1f0c9a3e",))
    def clean(
        talk: Talk,
        run: Annotated[str, typer.Option("--run", metavar="ID", help="The run to remove, as status names it.")],
        uri: UriOption = "",
        config: ConfigOption = None,
    ) -> None:
        """Remove what one run wrote, and nothing that another wrote too."""
        from ringfinder.engines import neo4j
        from ringfinder.errors import UnknownNameError

        with open_server(uri, config) as server:
            known = neo4j.runs(server)["run_id"].tolist()
            if run not in known:
                raise UnknownNameError("run", run, known)
            neo4j.clean(server, run)
        talk.say(f"removed: {run}")
