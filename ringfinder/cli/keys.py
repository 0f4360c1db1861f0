"""Write the key to one ring's page: real values in a private file beside the case, noted in its log.

In:  arguments.   Out: one file, one line in CASE.audit.log.   Never unmasks a page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from ringfinder.cli.options import CaseArgument
from ringfinder.cli.talk import Talk, command


def register(app: typer.Typer) -> None:
    """Add the command to the application."""

    @command(
        app,
        "key",
        examples=('ringfinder key my_case R-0001 --reason "police request 2026-17" --approved-by "head of SIU"',),
    )
    def key(
        talk: Talk,
        case: CaseArgument,
        ring: Annotated[str, typer.Argument(metavar="RING", help="A ring id such as R-0001 (or 1).")],
        reason: Annotated[str, typer.Option("--reason", help="Why real values are needed.")] = "",
        approved_by: Annotated[str, typer.Option("--approved-by", help="Who approved it.")] = "",
        out: Annotated[
            Optional[Path],  # noqa: UP045
            typer.Option("--out", "-o", metavar="FOLDER", help="Where to write; else CASE-keys beside it."),
        ] = None,
        force: Annotated[bool, typer.Option("--force", help="Replace a file of the same name.")] = False,
    ) -> None:
        """Write the real names and values of a ring, for its page to load.

        The page stays masked; its reader picks the file by hand, and only memory holds it. Noted in CASE.audit.log.
        """
        write_key(talk, case, ring, leave=(reason, approved_by), out=out, force=force)


def write_key(
    talk: Talk, path: Path, ring: str, *, leave: tuple[str, str], out: Path | None, force: bool = False
) -> None:
    """Write R-0001-key.json, readable by its owner only; `leave` is (reason, approved by)."""
    from ringfinder.case import open_case
    from ringfinder.cli.log import clean_leave, note, note_written
    from ringfinder.cli.telling import pick
    from ringfinder.export.exporter import write_files
    from ringfinder.export.html.key import key_file
    from ringfinder.model.dossier import Seal

    case = open_case(path)
    seal = Seal(*clean_leave(talk, case, leave))
    ring_id = case.check_ring(ring)
    place = out or path.resolve().with_name(path.resolve().name + "-keys")
    about = {"rings": [ring_id], "out": place.name, "reason": seal.reason, "approved_by": seal.approved_by}
    # noted first: what can't be noted is not written
    note(path, "key", about)
    file = key_file(case.dossier(ring_id, level="sealed", seal=seal))
    try:
        written = write_files(iter([file]), place, told=lambda _: None, replace=force)
    except Exception:
        note(path, "key failed", about)
        raise
    note_written(path, "key written", about, written)
    print(*written)
    zh, en = "密钥含真实个人信息,只供本人保管", "a key holds real personal data: keep it to yourself"
    talk.warn(pick(case.language, zh, en))
