"""All that is wrong with an insurer's tables, in one error: who has to map headers does it once.

In:  headers, errors, names of files that are no known table.   Out: errors.   Never reads files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ringfinder.errors import InputError, TableError
from ringfinder.ingest.headers import CURE, match_headers
from ringfinder.ingest.raw import RawTable, files_lines
from ringfinder.model.dataset import TABLE_BY_NAME


def header_errors(raws: Sequence[RawTable], *, mapping: Mapping[str, Mapping[str, str]]) -> list[InputError]:
    """One error for each table whose headers can't be used, as `match_headers` raises it."""
    errors: list[InputError] = []
    for raw in raws:
        try:
            match_headers(
                TABLE_BY_NAME[raw.table],
                raw.headers,
                mapping=mapping.get(raw.table, {}),
                file=raw.file,
                line=raw.header_line,
            )
        except TableError as error:
            errors.append(error)
    return errors


def refuse(errors: Sequence[InputError], *, unread: Mapping[str, str]) -> None:
    """Raise all errors as one, with what else was not read.

    Parameters
    ----------
    unread : file or sheet that is no known table -> table that its columns fit, '' if none.

    Raises
    ------
    InputError : the one error there is; of several a `TableError` in the place of the first, and message and hint
        name all.
    """
    if not errors:
        return
    of_tables = [error for error in errors if isinstance(error, TableError)]
    if len(errors) == 1 and not (unread and of_tables):
        raise errors[0]
    first = of_tables[0]
    both = TableError("", file=first.file, line=first.line, column=first.column)
    both.message = first.message
    if len(errors) > 1:
        both.message = f"{len(errors)} tables can't be read ({len(errors)} 张表有问题): " + " | ".join(
            error.message for error in errors
        )
    both.args = (both.message,)
    both.hint = _cures(errors, unread)
    raise both


def _cures(errors: Sequence[InputError], unread: Mapping[str, str]) -> str:
    """The cures of all errors: sentences first, then one snippet with each section of the settings once."""
    sentences: list[str] = []
    sections: dict[str, dict[str, None]] = {}
    for error in errors:
        cure, _, snippet = error.hint.partition("\n")
        if cure != CURE:
            where = f"{error.file}: " if isinstance(error, TableError) else ""
            sentences.append(where + cure)
        lines = [line.strip() for line in snippet.split("\n") if line.strip()]
        if lines:
            sections.setdefault(lines[0], {}).update(dict.fromkeys(lines[1:]))
    if unread:
        sections.setdefault("[files]", {}).update(dict.fromkeys(files_lines(unread)))
    snippets = ["\n".join([section, *lines]) for section, lines in sections.items()]
    return "\n".join([*sentences, *([CURE, *snippets] if snippets else [])])
