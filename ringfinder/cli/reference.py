"""The reference of all commands as Markdown, from the commands themselves.

In:  the application.   Out: text; `python -m ringfinder.cli.reference docs/cli.md` writes it.   Never runs a command.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

#: told once, for every command has them
_COMMON = ("quiet", "verbose", "no_color", "debug", "help")


def render() -> str:
    """The whole reference; the same on every machine, terminal and width."""
    import typer

    from ringfinder.cli.app import app

    root: Any = typer.main.get_command(app)
    context = root.make_context("ringfinder", ["rings"], resilient_parsing=True)
    commands = dict(_commands(root, context))
    parts = [
        "# Commands",
        "Made by `python -m ringfinder.cli.reference docs/cli.md`; a test fails when it is stale.",
        "`ringfinder COMMAND --help` says the same in the terminal.",
        "",
        _clean(str(root.help or "")),
        _clean(str(root.epilog or "")),
        "",
        *(f"- [`{name}`](#{name.replace(' ', '-')}): {_summary(command)}" for name, command in commands.items()),
        "",
        "Every command also takes:",
        "",
        *_options(next(iter(commands.values())), only_common=True),
    ]
    for name, command in commands.items():
        parts += _command(name, command)
    return "\n".join(parts).rstrip() + "\n"


def _commands(group: Any, context: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its full name; those of a group under the group's: 'neo4j push'."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if hasattr(command, "list_commands"):
            yield from _commands(command, context, f"{before}{name} ")
        else:
            yield before + name, command


def _summary(command: Any) -> str:
    return _clean(str(command.help or "").split("\n")[0])


def _command(name: str, command: Any) -> list[str]:
    text, _, examples = inspect.cleandoc(str(command.help or "")).partition("\b")
    arguments = [_metavar(p) for p in command.params if p.param_type_name == "argument"]
    lines = ["", f"## {name}", "", f"    ringfinder {' '.join([name, *arguments])} [OPTIONS]", "", text.strip(), ""]
    rows = [f"- `{_metavar(p)}`: {p.help}" for p in command.params if p.param_type_name == "argument" and p.help]
    lines += rows + _options(command, only_common=False)
    return [
        *lines,
        "",
        "```console",
        *(f"$ {line.strip()}" for line in examples.split("\n")[2:] if line.strip()),
        "```",
    ]


def _metavar(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name).upper() if not parameter.metavar else str(parameter.metavar)
    return name if parameter.required or name.startswith("[") else f"[{name}]"


def _options(command: Any, *, only_common: bool) -> list[str]:
    return [
        f"- `{', '.join([*p.opts, *p.secondary_opts])}{_argument(p)}`: {_clean(str(p.help or ''))}{_default(p)}"
        for p in command.params
        if p.param_type_name == "option" and (p.name in _COMMON) == only_common and p.name != "help"
    ]


def _argument(parameter: Any) -> str:
    if parameter.is_flag:
        return ""
    kind = parameter.type_descriptor.annotation
    choices = [c.value for c in kind] if inspect.isclass(kind) and issubclass(kind, Enum) else get_args(kind)
    if choices and all(isinstance(choice, str) for choice in choices):
        return " " + "|".join(choices)
    return f" {parameter.metavar or ('NUMBER' if kind in (int, float) else 'TEXT')}"


def _default(parameter: Any) -> str:
    value = getattr(parameter.default, "value", parameter.default)
    shown = isinstance(value, str | int | float | Path) and not isinstance(value, bool) and value != ""
    return f" Default: `{value}`." if shown else ""


def _clean(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render(), encoding="utf-8")
