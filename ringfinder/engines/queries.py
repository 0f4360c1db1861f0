"""Read the Cypher statements under `cypher/`, and hold each file's header against its body.

In:  files of one statement under four header lines.   Out: `Query`.
The only reader of `cypher/`. Never talks to a server, never puts a value into a statement: values travel as `$params`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from ringfinder.errors import InputError, UnknownNameError

Mode = Literal["read", "write", "schema"]

#: header lines, all of them, in this order
HEADER = ("purpose", "params", "returns", "mode")

#: what a header may call a parameter's type, and the Python types that pass for it
PARAM_TYPES: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "list": (list, tuple),
    "map": (dict,),
}

# comments, strings and back-ticked names in one pass: '//' in a string is no comment, a quote in a comment no string
_OPAQUE = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(?P<name>`(?:``|[^`])*`)""", re.S
)
_WRITES = re.compile(r"\b(?:CREATE|MERGE|SET|DELETE|DETACH|REMOVE|DROP|FOREACH|LOAD\s+CSV)\b", re.I)
_SCHEMA = re.compile(r"\s*CREATE\s+(?:CONSTRAINT|INDEX)\s+\w+\s+IF\s+NOT\s+EXISTS\b", re.I)
_ENTERPRISE = re.compile(r"\bIS\s+(?:NOT\s+NULL|(?:NODE\s+|RELATIONSHIP\s+)?KEY\b|::|TYPED\b)", re.I)


@dataclass(frozen=True)
class Query:
    """One statement and what its header promises.

    Attributes
    ----------
    name : path below `cypher/` without ending: 'query/sharers'.
    text : the statement, without header and comments.
    purpose : one sentence for an investigator.
    params : parameter name to type name (a key of `PARAM_TYPES`).
    returns : column names of the result, in order.
    mode : 'read', 'write' or 'schema'.
    """

    name: str
    text: str
    purpose: str
    params: Mapping[str, str]
    returns: tuple[str, ...]
    mode: Mode

    def bind(self, values: Mapping[str, object]) -> dict[str, object]:
        """The parameters to send, checked against the header; values never enter the statement's text.

        Raises
        ------
        InputError : a parameter is missing, unknown or of another type. The message names it and never shows its value.

        Examples
        --------
        >>> load_query("query/ring_members").bind({"max_holders": 200, "ring_id": "R01", "run": "march"})
        {'run': 'march', 'ring_id': 'R01', 'max_holders': 200}
        """
        wanted = ", ".join(f"{name}: {kind}" for name, kind in self.params.items()) or "none"
        for name in values:
            if name not in self.params:
                raise InputError(f"{self.name} has no parameter {name!r}", hint=f"parameters: {wanted}")
        for name, kind in self.params.items():
            if name not in values:
                raise InputError(f"{self.name} needs parameter {name!r}", hint=f"parameters: {wanted}")
            value = values[name]
            if not isinstance(value, PARAM_TYPES[kind]) or (isinstance(value, bool) and kind != "bool"):
                got = type(value).__name__
                raise InputError(f"{self.name}: parameter {name!r} is {got}, not {kind}", hint=f"parameters: {wanted}")
        return {name: values[name] for name in self.params}


def cypher_folder() -> Path:
    """The folder of statements: `ringfinder/_cypher` in an installed package, `cypher/` in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_cypher"
    return installed if installed.is_dir() else package.parent / "cypher"


def query_names(folder: Path | None = None) -> tuple[str, ...]:
    """Names of all statements, sorted.

    Examples
    --------
    >>> "query/sharers" in query_names()
    True
    """
    root = folder if folder is not None else cypher_folder()
    return tuple(sorted(p.relative_to(root).with_suffix("").as_posix() for p in root.rglob("*.cypher")))


def load_query(name: str, folder: Path | None = None) -> Query:
    """Read one statement by name and check its header against its body.

    Raises
    ------
    UnknownNameError : no such statement.
    InputError : the file does not keep what its header says.

    Examples
    --------
    >>> load_query("query/sharers").returns
    ('other_id', 'kind', 'shown', 'holders', 'verdict')
    """
    root = folder if folder is not None else cypher_folder()
    known = query_names(root)
    if name not in known:
        raise UnknownNameError("query", name, known)
    return parse_query(name, (root / f"{name}.cypher").read_text(encoding="utf-8"))


def parse_query(name: str, source: str) -> Query:
    """Make a `Query` of a file's text; every promise of the header is checked.

    Raises
    ------
    InputError : a header line is missing or malformed, a `$param` is undeclared or unused, the RETURN columns or the
        mode differ from the header, the file holds more than one statement, or a constraint needs Enterprise edition.
    """
    header, body = _split_header(name, source)
    text = _OPAQUE.sub(lambda m: " " if m["comment"] else m[0], body).strip().removesuffix(";").rstrip()
    plain = _OPAQUE.sub(lambda m: " " * len(m[0]), text)
    if header["mode"] not in get_args(Mode):
        raise _broken(name, f"mode is {header['mode']!r}", hint=f"modes: {', '.join(get_args(Mode))}")
    mode = cast(Mode, header["mode"])
    params = _declared_params(name, header["params"])
    returns = tuple(c.strip() for c in header["returns"].split(",")) if header["returns"] != "none" else ()
    query = Query(name, text, header["purpose"], params, returns, mode)
    _check_body(query, plain)
    return query


def return_columns(statement: str) -> tuple[str, ...]:
    """Column names of a statement's last RETURN outside any bracket; empty where it returns nothing.

    Examples
    --------
    >>> return_columns("MATCH (n) WITH [x IN n.xs | x] AS xs, n RETURN n.id AS id, size(xs) AS n_xs, xs LIMIT 3")
    ('id', 'n_xs', 'xs')
    """
    plain = _OPAQUE.sub(lambda m: m[0] if m["name"] else " " * len(m[0]), statement)
    flat = _blank_brackets(plain)
    found = list(re.finditer(r"\bRETURN\b(?:\s+DISTINCT\b)?", flat, re.I))
    if not found:
        return ()
    start = found[-1].end()
    end = re.search(r"\bORDER\s+BY\b|\bSKIP\b|\bOFFSET\b|\bLIMIT\b|;", flat[start:], re.I)
    clause = flat[start : start + end.start()] if end else flat[start:]
    columns = []
    for item in clause.split(","):
        alias = re.search(r"\bAS\s+(`[^`]*`|\S+)\s*$", item, re.I)
        columns.append((alias[1] if alias else item.strip()).strip("`"))
    return tuple(columns)


def _check_body(query: Query, plain: str) -> None:
    """Hold the body, with comments and strings blanked out, against the header."""
    if not plain.strip():
        raise _broken(query.name, "no statement under the header")
    if ";" in plain:
        raise _broken(query.name, "more than one statement", hint="one statement a file")
    used = set(re.findall(r"\$(\w+)", plain))
    for name in sorted(used - set(query.params)):
        raise _broken(query.name, f"the body uses ${name}, which the params line does not declare")
    for name in sorted(set(query.params) - used):
        raise _broken(query.name, f"the params line declares {name}, which the body does not use")
    returned = return_columns(query.text)
    if returned != query.returns:
        found, said = ", ".join(returned) or "none", ", ".join(query.returns) or "none"
        raise _broken(query.name, f"the body returns {found}; the header says {said}")
    if query.mode == "read" and (write := _WRITES.search(plain)):
        raise _broken(query.name, f"mode is read, but the body says {write[0].upper()}")
    if query.mode == "write" and not _WRITES.search(plain):
        raise _broken(query.name, "mode is write, but the body writes nothing")
    if query.mode == "schema":
        if not _SCHEMA.match(plain):
            raise _broken(
                query.name,
                "a schema statement must be CREATE CONSTRAINT or INDEX name IF NOT EXISTS",
                hint="a name and IF NOT EXISTS make it safe to run twice",
            )
        if _ENTERPRISE.search(plain):
            raise _broken(query.name, "existence, key and type constraints need Enterprise edition; use IS UNIQUE")


def _split_header(name: str, source: str) -> tuple[dict[str, str], str]:
    lines = source.removeprefix("\ufeff").splitlines()
    header: dict[str, str] = {}
    for number, key in enumerate(HEADER):
        line = lines[number] if number < len(lines) else ""
        match = re.fullmatch(rf"// {key}: (\S.*?)\s*", line)
        if match is None:
            raise _broken(name, f"line {number + 1} is not '// {key}: ...'", hint=f"header lines: {', '.join(HEADER)}")
        header[key] = match[1]
    return header, "\n".join(lines[len(HEADER) :])


def _declared_params(name: str, line: str) -> dict[str, str]:
    params: dict[str, str] = {}
    for part in line.split(",") if line != "none" else ():
        match = re.fullmatch(r"\s*([A-Za-z_]\w*): (\w+)\s*", part)
        if match is None or match[2] not in PARAM_TYPES:
            raise _broken(
                name, f"can't read parameter {part.strip()!r}", hint=f"name: type, of {', '.join(PARAM_TYPES)}"
            )
        if match[1] in params:
            raise _broken(name, f"parameter {match[1]} is declared twice")
        params[match[1]] = match[2]
    return params


def _blank_brackets(plain: str) -> str:
    """`plain` with everything inside (), [] and {} blanked out, so that commas and keywords there don't count."""
    depth, out = 0, []
    for char in plain:
        if char in "([{":
            depth += 1
        out.append(" " if depth else char)
        if char in ")]}":
            depth -= 1
    return "".join(out)


def _broken(name: str, what: str, *, hint: str = "") -> InputError:
    return InputError(f"cypher/{name}.cypher: {what}", hint=hint)
