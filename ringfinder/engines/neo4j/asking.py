"""Ask a server one of the questions under `cypher/query`.

In:  name, parameters as typed.   Out: a frame.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from ringfinder.engines.neo4j.runs import chosen_runs, runs
from ringfinder.engines.neo4j.server import Server
from ringfinder.engines.queries import Query, load_query, query_names
from ringfinder.errors import InputError, UnknownNameError

#: the parameter that says of which run a question speaks
RUN = "run"
_FOLDER = "query/"


def ask(server: Server, name: str, values: Mapping[str, object]) -> pd.DataFrame:
    """Rows of one question, columns as its header says.

    Parameters
    ----------
    values : by the names of the header. `run` may be left out where the server holds one complete run: rings and
        templates of two runs have the same numbers, so with several it has to be said which is meant.

    Raises
    ------
    UnknownNameError : no such question, or no such complete run. InputError : a parameter is missing or of another
        type, or no run is named and there are several, or none.
    """
    asked = question(name)
    check_values(asked, values)
    if RUN in asked.params:
        known = runs(server)
        named = str(values.get(RUN, ""))
        (run,) = chosen_runs(known.loc[known["complete"]], [named] if named else [])
        values = {**values, RUN: run}
    return server.frame(asked, values)


def check_values(query: Query, values: Mapping[str, object]) -> None:
    """Hold parameters against a question's header before a server is looked for; `run` may be missing.

    Raises
    ------
    InputError : a parameter is missing, unknown or of another type.
    """
    query.bind(({RUN: ""} if RUN in query.params else {}) | dict(values))


def questions() -> tuple[Query, ...]:
    """All questions, by name."""
    return tuple(load_query(name) for name in query_names() if name.startswith(_FOLDER))


def question(name: str) -> Query:
    """The statement of a question: 'sharers' is `cypher/query/sharers.cypher`."""
    known = [n.removeprefix(_FOLDER) for n in query_names() if n.startswith(_FOLDER)]
    if name not in known:
        raise UnknownNameError("query", name, known)
    return load_query(_FOLDER + name)


def parse_values(query: Query, typed: Sequence[str]) -> dict[str, object]:
    """Parameters as typed on a command line, 'name=value', turned into what the header says they are.

    Raises
    ------
    InputError : no '=' or not of the type; the message never shows the value.

    Examples
    --------
    >>> parse_values(load_query("query/sharers"), ["policyholder_id=H1", "max_holders=20"])
    {'policyholder_id': 'H1', 'max_holders': 20}
    """
    out: dict[str, object] = {}
    for text in typed:
        name, sign, value = text.partition("=")
        if not sign:
            raise InputError(f"a parameter without '=' for {query.name}", hint="write --param name=value")
        kind = query.params.get(name, "str")
        try:
            out[name] = _READERS[kind](value)
        except ValueError:
            raise InputError(f"{query.name}: parameter {name!r} is not of type {kind}") from None
    return out


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


_READERS: Mapping[str, Callable[[str], object]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": _boolean,
    "list": json.loads,
    "map": json.loads,
}
