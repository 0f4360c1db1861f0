"""What a command says beside its data, and what becomes of its errors.

In:  the options every command has.   Out: `Talk`, `command` (registers a command with those options).
Talk goes to stderr, so that stdout can be piped. An expected error is a message and a hint, never a traceback.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Concatenate, ParamSpec

import typer

from ringfinder.errors import RingfinderError

P = ParamSpec("P")

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing beside the data, warnings and errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say more: every stage, every kind of row set aside.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours (so does the variable NO_COLOR).")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")]

_COMMON = {"quiet": Quiet, "verbose": Verbose, "no_color": NoColor, "debug": Debug}


@dataclass(frozen=True)
class Talk:
    """Says things on stderr, as much as was asked for."""

    quiet: bool = False
    verbose: bool = False
    no_color: bool = False
    debug: bool = False

    @property
    def color(self) -> bool:
        return not self.no_color and not os.environ.get("NO_COLOR")

    def say(self, text: str = "") -> None:
        """A line for people, unless --quiet."""
        if not self.quiet:
            _line(text)

    def warn(self, text: str) -> None:
        """A warning; shown even with --quiet."""
        _line(f"{self._mark('warning:', 33)} {_shown(text)}")

    def fail(self, error: RingfinderError) -> None:
        """An expected error: what went wrong, and the cure."""
        _line(f"{self._mark('error:', 31)} {_shown(error.message)}")
        if error.hint:
            # a hint may hold lines to copy into ringfinder.toml
            first, *more = error.hint.split("\n")
            _line(f"{self._mark('hint:', 36)} {_shown(first)}")
            for line in more:
                _line(_shown(line))

    def progress(self, stage: str, fraction: float) -> None:
        """One line that is rewritten on a terminal; plain lines with --verbose; else nothing."""
        if self.quiet:
            return
        share = f"{min(max(fraction, 0.0), 1.0):4.0%} {_shown(stage)}"
        if self.verbose:
            _line(share)
        elif sys.stderr.isatty():
            end = "\r" if fraction >= 1 else ""
            sys.stderr.write(f"\r\x1b[2K{share if fraction < 1 else ''}{end}")
            sys.stderr.flush()

    def _mark(self, word: str, code: int) -> str:
        return f"\x1b[{code}m{word}\x1b[0m" if self.color and sys.stderr.isatty() else word


def command(
    app: typer.Typer, name: str, *, examples: tuple[str, ...]
) -> Callable[[Callable[Concatenate[Talk, P], None]], Callable[Concatenate[Talk, P], None]]:
    """Register a function as a command that also has the options every command has.

    The function gets a `Talk` first, then its own arguments. Its errors end the program with their exit code.
    """

    def register(function: Callable[Concatenate[Talk, P], None]) -> Callable[Concatenate[Talk, P], None]:
        def run(**arguments: Any) -> None:
            talk = Talk(**{option: arguments.pop(option) for option in _COMMON})
            _guard(talk, lambda: function(talk, **arguments))  # type: ignore[call-arg]

        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        own = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]
        common = [
            inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=kind)
            for option, kind in _COMMON.items()
        ]
        run.__signature__ = inspect.Signature([*own, *common])  # type: ignore[attr-defined]
        run.__annotations__ = {}
        shown = "\n".join(f"  {example}" for example in examples)
        run.__doc__ = f"{inspect.cleandoc(function.__doc__ or '')}\n\n\b\nExamples:\n{shown}"
        app.command(name)(run)
        return function

    return register


def _guard(talk: Talk, work: Callable[[], None]) -> None:
    try:
        work()
        sys.stdout.flush()  # what a closed pipe has to say comes here, not at the end of the process
    except RingfinderError as error:
        talk.fail(error)
        raise typer.Exit(error.exit_code) from None
    except (typer.Exit, typer.Abort):
        raise
    except BrokenPipeError:
        # the reader of our output has gone (| head): nothing more to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        _line("stopped")
        raise typer.Exit(130) from None
    except Exception as error:
        if talk.debug:
            raise
        # the message of a foreign error may quote the data, so only its name is shown
        _line(f"{talk._mark('bug:', 31)} unexpected {type(error).__name__}; this is a fault of ringfinder")
        _line(f"{talk._mark('hint:', 36)} run it again with --debug and report what it prints, without personal data")
        raise typer.Exit(1) from None


def _shown(text: str) -> str:
    """Text for one line of a terminal; a message may quote a file name or a header."""
    return "".join(c if c.isprintable() else " " for c in text)


def _line(text: str) -> None:
    print(text, file=sys.stderr)
