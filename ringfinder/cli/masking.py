"""Command mask: tables with keyed hashes in place of identifiers.

In:  arguments.   Out: the command, registered with the application.   Never computes, imports nothing heavy at the top.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from ringfinder.cli.options import ConfigOption, InputArgument
from ringfinder.cli.talk import Talk, command


def register(app: typer.Typer) -> None:
    """Add the command to the application."""

    @command(
        app,
        "mask",
        examples=(
            "ringfinder mask my_tables --out masked --key our.key      (makes our.key if it is not there)",
            "ringfinder detect masked --out masked_case                (the same rings, scores and order)",
            "ringfinder compare our_masked_case their_masked_case --by-key",
        ),
    )
    def mask(
        talk: Talk,
        source: InputArgument,
        out: Annotated[Path, typer.Option("--out", "-o", metavar="MASKED", help="The folder to make.")],
        key: Annotated[Path, typer.Option("--key", metavar="FILE", help="The key; made if it is not there.")],
        known_letters: Annotated[
            Optional[Path],  # noqa: UP045
            typer.Option(
                "--known-letters", metavar="FOLDER", help="Published letters, masked into MASKED/known_letters."
            ),
        ] = None,
        boilerplate: Annotated[
            Optional[Path],  # noqa: UP045
            typer.Option("--boilerplate", metavar="FOLDER", help="Form texts, masked into MASKED/boilerplate."),
        ] = None,
        config: ConfigOption = None,
        force: Annotated[bool, typer.Option("--force", help="Replace masked tables that are there.")] = False,
    ) -> None:
        """Replace every identifier by a keyed hash.

        Ids, phones, accounts, names, addresses, devices and the words of letters: detect finds the same rings on the
        result, where the clear tables may not go. Keep the key apart from it. Dates, amounts and products stay as
        they are.
        """
        from ringfinder.cli.runs import find_settings
        from ringfinder.cli.telling import tell_rejects
        from ringfinder.config import load_config
        from ringfinder.ingest import read_tables
        from ringfinder.ingest.letter_files import read_letter_files
        from ringfinder.mask import check_out, mask_tables, mask_texts, read_or_make_key, write_masked

        check_out(out, key, force=force)
        settings = load_config(config or find_settings(source))
        secret, is_new = read_or_make_key(key)
        if is_new:
            talk.say(f"new key: {key}; whoever has it can find a known phone in the masked tables, so keep it apart")
        dataset = read_tables(source, options=settings.read_options(), progress=talk.progress)
        tell_rejects(talk, dataset, settings.language, more="ringfinder check INPUT --rejects")
        talk.progress("mask", 0.0)
        tables = mask_tables(dataset, secret, templates=settings.templates, construct=settings.construct)
        folders = {"known_letters": known_letters, "boilerplate": boilerplate}
        texts = {
            name: mask_texts(read_letter_files(folder), secret, settings.templates)
            for name, folder in folders.items()
            if folder is not None
        }
        files = write_masked(tables, out, secret, texts=texts)
        talk.progress("mask", 1.0)
        for file in files:
            print(file)
        talk.say(f"key {secret.name}: cases masked with the same key can be compared with compare --by-key")
