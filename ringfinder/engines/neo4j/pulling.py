"""Fetch a pushed case back from a server, as a case folder of its own.

In:  Server, run.   Out: `Pulled`, the tables of case.duckdb and the manifest.
Rings, members, evidence, judged values, letters' templates and the book are those of the push. What never went there
(complaint text, id numbers, addresses, rows set aside, the history) is missing, and values are what the server has:
keyed hashes with their masked form, unless the push was unmasked. No stage can run on such a case.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ringfinder.case.database import edge_table
from ringfinder.case.manifest import PULLED
from ringfinder.construct.events import build_events
from ringfinder.engines.neo4j.runs import chosen_runs, complete_runs, content_of
from ringfinder.engines.neo4j.server import Server
from ringfinder.engines.queries import load_query, query_names
from ringfinder.errors import EngineError
from ringfinder.ingest.rows import finish
from ringfinder.model.book import EVENT_COLUMNS
from ringfinder.model.dataset import TABLE_BY_NAME, TABLES, Dataset, Table
from ringfinder.model.graph import EntityGraph
from ringfinder.model.letters import template_number

Progress = Callable[[str, float], None]

_FOLDER = "pull/"
_RUN = "pull/010_run"
#: kind of value -> table of its holders, and the column it stands in
_HELD = {"phone": ("phones", "phone"), "account": ("bank_accounts", "account")}
#: tables of the contract that the server has as they are
_OWN = ("policyholders", "policies", "complaints", "surrenders", "intermediaries", "engagements", "relations")
_EVENT = [name for name in EVENT_COLUMNS if name != "holder"]
_DATES = frozenset(c.name for table in TABLES for c in table.columns if c.type == "date") | {
    *("first_seen", "last_seen", "joined_on", "first_filed", "last_filed"),
}
#: column -> type; every other column is text
_TYPES: Mapping[str, str] = {
    **dict.fromkeys(_DATES, "datetime64[s]"),
    **dict.fromkeys(("score", "p_value", "q_value", "overpaid", "strength", "weight", "similarity"), "float64"),
    **dict.fromkeys(("premiums_paid", "cash_value", "amount_paid"), "float64"),
    **dict.fromkeys(("rank", "size", "complaints", "negotiated", "policyholders", "rings"), "int64"),
    **dict.fromkeys(("n_holders", "n_households", "n_fresh", "holders_in_ring", "holders_total"), "int64"),
    **dict.fromkeys(("upheld", "is_masked", "complete"), "boolean"),
    "is_fresh": "bool",
}


@dataclass(frozen=True)
class Pulled:
    """A case as the server has it.

    Attributes
    ----------
    run_id : it was pushed as. tables : those of case.duckdb that the server knows.
    manifest : that of the push, with the block 'pulled' about where it came from.
    """

    run_id: str
    tables: Mapping[str, pd.DataFrame]
    manifest: Mapping[str, Any]


def pull(server: Server, *, run_id: str = "", progress: Progress | None = None) -> Pulled:
    """Read a case from a server.

    Parameters
    ----------
    run_id : of a complete push; the only one there is, if empty.

    Raises
    ------
    UnknownNameError : no such complete run. InputError : none is named and there are several, or none.
    EngineError : the server went away, or no longer holds the run whole.
    """
    (run,) = chosen_runs(complete_runs(server), [run_id] if run_id else [])
    found: dict[str, pd.DataFrame] = {}
    names = [name for name in query_names() if name.startswith(_FOLDER)]
    for number, name in enumerate(names, start=1):
        part = name.removeprefix(_FOLDER).partition("_")[2]
        found[part] = _typed(server.frame(load_query(name), {"run": run}))
        if progress is not None:
            progress(f"neo4j {part.replace('_', ' ')}", number / len(names))
    manifest = _manifest(server, run, found.pop("run").iloc[0])
    _check_whole(server, run, found, manifest)
    return Pulled(run, dict(_tables(found)), manifest)


def _manifest(server: Server, run: str, about: pd.Series[Any]) -> dict[str, Any]:
    """The manifest of the push, if it is what the run's content was made of."""
    manifest: dict[str, Any] = json.loads(about["manifest"]) if about["manifest"] else {}
    if content_of(manifest, not about["is_masked"]) != about["content"]:
        raise EngineError(
            f"run {run} on the server at {server.address.uri} is not a whole case",
            hint="it was imported from files of some rings, or pushed by an earlier version: push the case again",
        )
    said = {"run_id": run, "case": str(about["case_name"]), "values_are_hashed": bool(about["is_masked"])}
    # values in the CSV files are masked forms, whatever the database holds
    return {**manifest, "masked": True, PULLED: said}


def _check_whole(server: Server, run: str, found: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> None:
    """Say no where somebody took nodes out by hand: a case that lacks people would look like one that cleared them."""
    counts = manifest["counts"]
    wanted = {"rings": counts["rings"], "members": counts["members"], "templates": counts["templates"]}
    tables = ("policyholders", "policies", "complaints", "surrenders")
    wanted |= {name: counts["tables"].get(name, 0) for name in tables}
    for name, number in wanted.items():
        if len(found[name]) < number:
            raise EngineError(
                f"the server at {server.address.uri} holds {len(found[name])} of {number} {name} of run {run}",
                hint="push the case again: ringfinder neo4j clean, then push",
            )


def _tables(found: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, pd.DataFrame]]:
    held, people = found["holdings"], found["policyholders"]
    held = held.assign(source_table=held["source"].str.partition(":")[0], row_key=_row_keys(held))
    contact = held.loc[(held["source_table"] == "complaints") & (held["kind"] == "phone")]
    phone_of = contact.drop_duplicates("row_key").set_index("row_key")["value"]
    filed = found["complaints"]
    frames = {**found, "complaints": filed.assign(contact_phone=filed["complaint_id"].map(phone_of))}
    own = {name: _table(name, frames[name]) for name in _OWN}
    yield from own.items()
    for kind, (name, column) in _HELD.items():
        yield name, _held(name, held.loc[held["kind"] == kind], column)
    yield "identifiers", _held("identifiers", held.loc[~held["kind"].isin(_HELD)], "value")
    yield from _book(found["values"], held, people, own)
    for name in ("members", "evidence", "ring_identifiers", "letters"):
        yield name, found[name]
    yield "templates", found["templates"].sort_values("template_id", key=_numbers, kind="stable", ignore_index=True)
    yield "rings", found["rings"].drop(columns="signals")
    yield "signals", _signals(found["rings"])


def _book(
    values: pd.DataFrame, held: pd.DataFrame, people: pd.DataFrame, own: Mapping[str, pd.DataFrame]
) -> Iterator[tuple[str, pd.DataFrame]]:
    """What the run made of the tables: values, links, households, events, the graph of judged evidence."""
    # the two parts of a score, which the server does not have
    values = values.assign(value_id=range(len(values)), purity=float("nan"), outcome=float("nan"))
    links = held.merge(values[["kind", "value", "value_id"]], on=["kind", "value"])
    order = ["policyholder_id", "value_id", "role", "since", "row_key"]
    columns = ["policyholder_id", "value_id", "kind", "role", "since", "is_fresh", "source_table", "row_key"]
    links = links.sort_values(order, kind="stable", ignore_index=True)[columns]
    yield "book_links", links
    yield "book_values", values
    holders = people["policyholder_id"].to_numpy(dtype=object)
    home = pd.factorize(people["household"].fillna(people["policyholder_id"]))[0]
    yield "households", pd.DataFrame({"policyholder_id": people["policyholder_id"], "household": home})
    empty = {table.name: table.empty() for table in TABLES}
    events = build_events(Dataset({**empty, **own}), holders)
    named = people["policyholder_id"].take(events["holder"].to_numpy()).reset_index(drop=True)
    yield "book_events", events.drop(columns="holder").assign(policyholder_id=named)[["policyholder_id", *_EVENT]]
    yield "graph_edges", edge_table(_evidence(values, links))


def _evidence(values: pd.DataFrame, links: pd.DataFrame) -> EntityGraph:
    judged = values.loc[values["verdict"] == "evidence"]
    # a letter may vouch for a weak value, and a seller's code has a score of its own
    judged = judged.assign(weight=judged["score"].clip(lower=0.1) / judged["n_fresh"].clip(lower=1))
    used = links.loc[links["is_fresh"]].merge(judged[["value_id", "value", "weight"]], on="value_id")
    pairs = used.groupby(["policyholder_id", "kind", "value", "weight"]).agg(at=("since", "min")).reset_index()
    pairs = pairs.rename(columns={"policyholder_id": "source", "value": "target"})
    return EntityGraph.from_links(pairs)


def _numbers(template_ids: pd.Series[str]) -> pd.Series[int]:
    return template_ids.map(template_number)


def _row_keys(held: pd.DataFrame) -> pd.Series[str]:
    """Source 'phones:H1:policy:2013-04-29:policy' without the table in front and the role behind."""
    cut = [
        source[source.index(":") + 1 : len(source) - len(role or "") - 1]
        for source, role in zip(held["source"], held["role"].where(held["role"].notna(), ""), strict=True)
    ]
    return pd.Series(cut, index=held.index, dtype="str")


def _table(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A table of the contract from the columns that the server has; the others are empty."""
    table = TABLE_BY_NAME[name]
    return finish(table, _filled(table, frame))


def _held(name: str, held: pd.DataFrame, column: str) -> pd.DataFrame:
    """As `_table`, of link rows that keep the keys that evidence cites."""
    table = TABLE_BY_NAME[name]
    own = held.loc[held["source_table"] == name].rename(columns={"value": column})
    made = _filled(table, own).assign(row_key=own["row_key"])
    return made[list(table.empty().columns)].sort_values("row_key", kind="stable", ignore_index=True)


def _filled(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    empty = table.empty()
    columns = {
        column.name: frame[column.name] if column.name in frame else pd.Series(pd.NA, index=frame.index)
        for column in table.columns
    }
    made = pd.DataFrame(columns, index=frame.index).astype({c.name: empty[c.name].dtype for c in table.columns})
    for column in table.columns:
        if made[column.name].dtype == empty["row_key"].dtype:
            # the server has no word for 'nothing on file' but an empty text
            made[column.name] = made[column.name].mask(made[column.name] == "")
    return made.assign(source_file="", source_line=0)


def _signals(rings: pd.DataFrame) -> pd.DataFrame:
    """'side name=value weight; ...' of each ring as rows again."""
    rows = []
    for ring_id, said in zip(rings["ring_id"], rings["signals"].fillna(""), strict=True):
        for text in filter(None, str(said).split("; ")):
            head, _, numbers = text.partition("=")
            side, _, name = head.partition(" ")
            value, _, weight = numbers.partition(" ")
            rows.append((ring_id, name, side, float(value), float(weight)))
    return pd.DataFrame(rows, columns=["ring_id", "name", "side", "value", "weight"])


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns in the types of the case's tables; the driver's dates as those of pandas."""
    made = {}
    for name in frame:
        column = frame[name]
        if name in _DATES:
            column = pd.to_datetime(column.map(lambda day: day.to_native(), na_action="ignore"))
        made[name] = column.astype(_TYPES.get(str(name), "str"))  # type: ignore[call-overload]
    return pd.DataFrame(made, index=frame.index)
