"""case.duckdb: everything a case holds, as tables for SQL and for every later question.

In:  RingReport and the manifest.   Out: one DuckDB file.
It holds real values: it is the investigator's own working file, made readable by its owner alone. What leaves it
through `Case` is masked. Never reads the input again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.case.csv_files import canonical_rings, reject_frame, template_frame
from ringfinder.case.history import lineage_tables
from ringfinder.case.lineage import keep_ids
from ringfinder.case.masks import mask_by_kind
from ringfinder.model.book import Book
from ringfinder.model.graph import EntityGraph
from ringfinder.model.ring import Evidence, RingReport

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: letter that starts the pseudonym of an identifier in one ring
NODE_LETTERS: Mapping[str, str] = {"phone": "P", "account": "A", "mail_sender": "M"}
OTHER_LETTER = "X"


def _frame(rows: list[tuple[object, ...]], columns: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype(dict(columns))


def _evidence_row(item: Evidence) -> tuple[object, ...]:
    rows = ";".join(sorted(item.source_rows))
    return (item.evidence_id, item.channel, item.direction, item.zh, item.en, item.weight, item.source_table, rows)


def _ring_tables(report: RingReport) -> dict[str, pd.DataFrame]:
    rings = canonical_rings(report)
    head = report.to_pandas("zh").sort_values(["rank", "ring_id"], kind="stable").reset_index(drop=True)
    head["first_seen"] = pd.to_datetime(head["first_seen"]).astype("datetime64[s]")
    head["last_seen"] = pd.to_datetime(head["last_seen"]).astype("datetime64[s]")
    text = pd.DataFrame(
        {
            "summary_zh": [r.summary_zh for r in rings],
            "summary_en": [r.summary_en for r in rings],
            "kind": [r.kind for r in rings],
            "stories": [";".join(r.stories) for r in rings],
        },
        dtype="str",
    )
    members = _frame(
        [
            (r.ring_id, m.policyholder_id, m.role, m.strength, m.joined_on, m.zh, m.en)
            for r in rings
            for m in sorted(r.members, key=lambda m: m.policyholder_id)
        ],
        {
            "ring_id": "str",
            "policyholder_id": "str",
            "role": "str",
            "strength": "float64",
            "joined_on": "datetime64[s]",
            "reason_zh": "str",
            "reason_en": "str",
        },
    )
    evidence = _frame(
        [(r.ring_id, *_evidence_row(e)) for r in rings for e in sorted(r.evidence, key=lambda e: e.evidence_id)],
        dict.fromkeys(("ring_id", "evidence_id", "channel", "direction", "statement_zh", "statement_en"), "str")
        | {"weight": "float64", "source_table": "str", "source_rows": "str"},
    )
    signals = _frame(
        [(r.ring_id, s.name, s.side, s.value, s.weight) for r in rings for s in r.signals],
        {"ring_id": "str", "name": "str", "side": "str", "value": "float64", "weight": "float64"},
    )
    return {
        "rings": pd.concat([head.drop(columns="summary"), text], axis=1),
        "members": members,
        "evidence": evidence,
        "signals": signals.sort_values(["ring_id", "side", "name"], kind="stable", ignore_index=True),
    }


def ring_identifier_frame(report: RingReport) -> pd.DataFrame:
    """What people of each ring share, with a pseudonym for each value that is stable within its ring.

    'P01' is the phone most people of the ring hold; ties go to the one that came into use first. A value that had a
    pseudonym in an earlier case keeps it, and the next number goes to a new one.
    Columns: ring_id, node_id, kind, value, masked, holders_in_ring, holders_total, role, reason_zh, reason_en.
    """
    columns = ("ring_id", "rank", "kind", "value", "masked", "holders_in_ring", "holders_total", "role")
    rows: list[tuple[object, ...]] = [
        (r.ring_id, r.rank, s.kind, s.value, s.masked, s.holders_in_ring, s.holders_total, s.role, s.zh, s.en)
        for r in report.rings
        for s in r.identifiers
    ]
    texts = dict.fromkeys((*columns, "reason_zh", "reason_en"), "str")
    frame = _frame(rows, texts | dict.fromkeys(("rank", "holders_in_ring", "holders_total"), "int64"))
    frame = frame.merge(_first_use(report), on=["ring_id", "kind", "value"], how="left")
    frame["letter"] = frame["kind"].map(NODE_LETTERS).fillna(OTHER_LETTER)
    frame["fewest"] = -frame["holders_in_ring"]
    frame = frame.sort_values(
        ["rank", "ring_id", "letter", "fewest", "first_use", "kind", "value"], kind="stable", ignore_index=True
    )
    frame.insert(1, "node_id", _node_ids(frame, report.lineage.nodes))
    return frame.drop(columns=["rank", "letter", "fewest", "first_use"])


def _node_ids(frame: pd.DataFrame, known: Mapping[tuple[str, str, str], str]) -> pd.Series[str]:
    """A letter and a number for each row, in the order of the rows: the known one, else the next that is free."""
    last: dict[tuple[str, str], int] = {}
    for (ring_id, _, _), node in known.items():
        last[ring_id, node[0]] = max(last.get((ring_id, node[0]), 0), int(node[1:]))
    out = []
    for ring_id, letter, kind, value in frame[["ring_id", "letter", "kind", "value"]].itertuples(index=False):
        if (ring_id, kind, value) in known:
            out.append(known[ring_id, kind, value])
        else:
            last[ring_id, letter] = last.get((ring_id, letter), 0) + 1
            out.append(f"{letter}{last[ring_id, letter]:02d}")
    return pd.Series(out, index=frame.index, dtype="str")


def _first_use(report: RingReport) -> pd.DataFrame:
    """Earliest date at which a member of a ring took up a value: ring_id, kind, value, first_use."""
    members = _frame(
        [(r.ring_id, m.policyholder_id) for r in report.rings for m in r.members],
        {"ring_id": "str", "policyholder_id": "str"},
    )
    all_values, all_links = _values_of_both_sides(report)
    links = all_links[["policyholder_id", "value_id", "since"]]
    values = all_values[["value_id", "kind", "value"]]
    used = members.merge(links, on="policyholder_id").merge(values, on="value_id")
    return used.groupby(["ring_id", "kind", "value"], as_index=False).agg(first_use=("since", "min"))


def _named_links(book: Book) -> pd.DataFrame:
    links = book.links
    names = pd.Series(book.holders, dtype="str")
    out = links.drop(columns="holder")
    out.insert(0, "policyholder_id", names.take(links["holder"].to_numpy()).to_numpy())
    return out


def _values_of_both_sides(report: RingReport) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Values and links of the book, and those that only the seller's side judged evidence (sellers' codes)."""
    values, links = report.book.values, _named_links(report.book)
    seller = report.seller_book.values
    known = pd.MultiIndex.from_frame(values[["kind", "value"]])
    is_new = (seller["verdict"] == "evidence") & ~pd.MultiIndex.from_frame(seller[["kind", "value"]]).isin(known)
    extra = seller.loc[is_new]
    number = pd.Series(range(len(values), len(values) + len(extra)), index=extra["value_id"], dtype="int32")
    more = _named_links(report.seller_book)
    more = more.loc[more["value_id"].isin(extra["value_id"])]
    more = more.assign(value_id=more["value_id"].map(number).astype(links["value_id"].dtype))
    extra = extra.assign(value_id=number.to_numpy())
    return pd.concat([values, extra], ignore_index=True), pd.concat([links, more], ignore_index=True)


def _book_tables(report: RingReport) -> dict[str, pd.DataFrame]:
    book = report.book
    values, links = _values_of_both_sides(report)
    names = pd.Series(book.holders, dtype="str")
    events = book.events.drop(columns="holder")
    events.insert(0, "policyholder_id", names.take(book.events["holder"].to_numpy()).to_numpy())
    return {
        "households": pd.DataFrame({"policyholder_id": names, "household": book.household}),
        "book_links": links,
        "book_values": values.assign(masked=mask_by_kind(values["kind"], values["value"])),
        "book_events": events,
        "graph_edges": edge_table(report.graph),
    }


def edge_table(graph: EntityGraph) -> pd.DataFrame:
    """The edges of a graph, one row an edge."""
    return pd.DataFrame(
        {
            "source_kind": pd.Series(graph.kinds[graph.source], dtype="str"),
            "source": pd.Series(graph.names[graph.source], dtype="str"),
            "target_kind": pd.Series(graph.kinds[graph.target], dtype="str"),
            "target": pd.Series(graph.names[graph.target], dtype="str"),
            "weight": graph.weights,
            "at": graph.at,
        }
    )


def _letter_texts(report: RingReport) -> pd.DataFrame:
    """The published letters and forms of the configuration, in its order: a later run needs them again."""
    letters = report.letters
    rows = [("known", text) for text in letters.known] + [("boilerplate", text) for text in letters.boilerplate]
    return pd.DataFrame(rows, columns=["role", "text"], dtype="str")


def case_tables(report: RingReport, manifest: Mapping[str, object]) -> dict[str, pd.DataFrame]:
    """Every table of case.duckdb by name."""
    shared = ring_identifier_frame(report)
    # a report that carries no ids on begins a history
    lineage = (report if report.lineage.last_run else keep_ids(report, None)).lineage
    return {
        **report.dataset.tables,
        **_book_tables(report),
        **_ring_tables(report),
        **lineage_tables(lineage, shared),
        "pseudonyms": report.dataset.report.pseudonyms,
        "letters": report.letters.letters,
        "letter_texts": _letter_texts(report),
        "templates": template_frame(report),
        "ring_identifiers": shared,
        "rejects": reject_frame(report),
        "manifest": manifest_table(manifest),
    }


def manifest_table(manifest: Mapping[str, object]) -> pd.DataFrame:
    """The manifest as rows: key, value as JSON."""
    rows: list[tuple[object, ...]] = [
        (key, json.dumps(value, ensure_ascii=False, sort_keys=True)) for key, value in sorted(manifest.items())
    ]
    return _frame(rows, {"key": "str", "value": "str"})


def write_database(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write the tables into a new DuckDB file that only its owner may read."""
    import duckdb

    with duckdb.connect(str(path)) as connection:
        fill_database(connection, tables)
    path.chmod(0o600)


def fill_database(connection: DuckDBPyConnection, tables: Mapping[str, pd.DataFrame]) -> None:
    """Put the tables into an open, empty database."""
    for name, frame in tables.items():
        # an object column that is empty or mixed has no type of its own: it is text
        loose = {column: "str" for column in frame.columns if frame[column].dtype == object}
        connection.register("incoming", frame.astype(loose))
        connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM incoming')
        connection.unregister("incoming")
