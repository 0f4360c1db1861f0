"""How to read tables that are not as the contract has them.

In:  nothing (definitions).   Out: `ReadOptions`, `check_shapes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ringfinder.errors import ConfigError


@dataclass(frozen=True)
class ReadOptions:
    """The user's own say on reading; everything is found out from the files where this is silent.

    Attributes
    ----------
    mapping : table -> header as found -> column of the contract; '' as column leaves the header out.
    files : file, sheet or database table as found -> table of the contract; '' as table leaves the file out.
    values : table -> column of choices -> word as found -> choice of the contract (true or false for a flag).
    encoding : encoding of every text file ('gb18030', 'utf-16' ...), '' to detect.
    delimiter : delimiter of every text file, '' to detect among `, ; tab |`.

    Examples
    --------
    >>> ReadOptions(mapping={"phones": {"联系方式1": "phone"}}, files={"通讯录.xlsx": "phones"}).encoding
    ''
    """

    mapping: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Mapping[str, str | bool]]] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""


def check_shapes(options: ReadOptions) -> None:
    """Refuse a mapping that is not built as `ReadOptions` says; whether its names exist is checked on reading.

    Raises
    ------
    ConfigError : names the section, what stands there and how it should look.
    """
    for table, headers in _section(options.mapping, "mapping", '[mapping.phones]\n"联系方式" = "phone"').items():
        example = f'[mapping.{table}]\n"YOUR HEADER" = "COLUMN"'
        for header, column in _section(headers, f"mapping.{table}", example).items():
            _leaf(column, f'mapping.{table}."{header}"', "the name of a column in quotes", (str,), example)
    example = '[files]\n"联系方式.xlsx" = "phones"'
    for name, meant in _section(options.files, "files", example).items():
        _leaf(meant, f'files."{name}"', "the name of a table in quotes", (str,), example)
    example = '[values.surrenders.kind]\n"协商件" = "negotiated"'
    for table, columns in _section(options.values, "values", example).items():
        for column, words in _section(columns, f"values.{table}", example).items():
            for word, choice in _section(words, f"values.{table}.{column}", example).items():
                where = f'values.{table}.{column}."{word}"'
                _leaf(choice, where, "a choice in quotes, or true or false", (str, bool), example)


def _section(value: object, where: str, example: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ConfigError(f"{where} must be a section, and is {value!r}", hint=f"write it so:\n{example}")
    return value


def _leaf(value: object, where: str, what: str, types: tuple[type, ...], example: str) -> None:
    if not isinstance(value, types):
        raise ConfigError(f"{where} must be {what}, and is {value!r}", hint=f"write it so:\n{example}")
