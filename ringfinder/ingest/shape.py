"""A raw table to the contract's columns and types, cells and rows that can't be used set aside.

In:  `RawTable`.   Out: a typed frame with `source_file` and `source_line`, in file order.   Knows one table at a time:
nothing here looks at other rows or tables.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ringfinder.errors import TableError
from ringfinder.identifiers import IdentifierKind, get_kind
from ringfinder.identifiers.folding import fold, is_placeholder
from ringfinder.identifiers.id_number import normalise_id_number
from ringfinder.identifiers.intermediary import normalise_code
from ringfinder.ingest import cells, words
from ringfinder.ingest.headers import is_in_ten_thousands, match_headers
from ringfinder.ingest.options import ReadOptions
from ringfinder.ingest.raw import CELL, ROW, RawTable, Rejects
from ringfinder.model.dataset import DTYPES, TABLE_BY_NAME, Column, Table

#: further usable numbers of a cell whose row has room for one only, ';'-joined
MORE = "_more"
_OWN_KIND = {"identifiers": "kind", "directory": "kind"}


@dataclass(frozen=True)
class Shaped:
    """Typed rows of one table, with counts: rows read, rows set aside, and headers left out.

    `lost` holds what could be read of the rows set aside; `found` the columns a header was found for.
    """

    frame: pd.DataFrame
    n_rows: int
    n_rejected: int
    unknown: tuple[str, ...]
    notes: tuple[str, ...]
    lost: pd.DataFrame
    found: tuple[str, ...]


def shape(raw: RawTable, options: ReadOptions, rejects: Rejects) -> Shaped:
    """Give a raw table the contract's columns and dtypes.

    Raises
    ------
    TableError : a required column is missing, or two headers mean one column.
    """
    table = TABLE_BY_NAME[raw.table]
    match = match_headers(
        table, raw.headers, mapping=options.mapping.get(table.name, {}), file=raw.file, line=raw.header_line
    )
    units = {c: 10_000 if is_in_ten_thousands(raw.headers[i]) else 1 for c, i in match.position.items()}
    frame = pd.DataFrame({c: raw.columns[i].reset_index(drop=True) for c, i in match.position.items()})
    frame["source_line"] = raw.lines
    filled = pd.concat([cells.as_text(frame[c]).notna() for c in match.position], axis=1).any(axis=1)
    frame = frame.loc[filled].reset_index(drop=True)
    n_rows = len(frame) + len(raw.broken)
    said = words.user_words(options.values.get(table.name, {}), table.name)
    frame = _explode(table, frame, said)
    values, classes = _typed(table, frame, units, said)
    kept = _set_aside(table, raw.file, frame, values, classes, rejects)
    if raw.broken:
        by_class = pd.Series([c for _, c in raw.broken], dtype="str")
        rejects.add(table.name, raw.file, lines=[n for n, _ in raw.broken], column="", classes=by_class, what=ROW)
    out = values.loc[kept].reset_index(drop=True)
    out["source_file"] = pd.Series(raw.file, index=out.index, dtype="str")
    notes = raw.notes + tuple(
        f"{raw.file}: mapping for header '{h}' not used, no such header (映射未用上)" for h in match.unused_mapping
    )
    if "upheld" in frame:
        notes += words.partly_upheld(raw.file, cells.as_text(frame["upheld"]).loc[kept], said=said.get("upheld"))
    n_rejected = int((~kept).sum()) + len(raw.broken)
    lost = values.loc[~kept].assign(source_file=raw.file)
    return Shaped(out, n_rows, n_rejected, match.unknown, notes, lost, tuple(match.position))


def _kind_column(table: Table, frame: pd.DataFrame, said: words.Said) -> pd.Series[str]:
    """The kind of each row of a table whose rows say their own kind; '' where they do not."""
    column = _OWN_KIND[table.name]
    if column not in frame:
        return pd.Series("", index=frame.index, dtype="str")
    text = cells.as_text(frame[column])
    if table.name == "directory":
        text, _ = words.choose(table.name, column, text, said=said.get(column))
    distinct = {w: get_kind(w).name for w in text.dropna().unique().tolist()}
    return text.map(distinct).astype("str").fillna("")


def _explode(table: Table, frame: pd.DataFrame, said: words.Said) -> pd.DataFrame:
    """One row a value where a cell holds several: phones, and values whose row says they are phones."""
    column = {"phones": "phone", "identifiers": "value", "directory": "value"}.get(table.name)
    if column is None or not len(frame):
        return frame
    kinds = pd.Series("phone", index=frame.index) if table.name == "phones" else _kind_column(table, frame, said)
    text = cells.as_text(frame[column])
    several = pd.Series(False, index=frame.index)
    lists = pd.Series([[t] for t in text], index=frame.index, dtype="object")
    for name in sorted(kinds.unique().tolist()):
        rows = (kinds == name) & text.notna()
        parts = get_kind(name).split(text[rows])
        many = parts.index[[len(p) > 1 for p in parts]]
        lists.loc[many] = parts.loc[many]
        several.loc[many] = True
    if not several.any():
        return frame.assign(**{column: text})
    return frame.assign(**{column: lists}).explode(column, ignore_index=True)


def _typed(
    table: Table, frame: pd.DataFrame, units: dict[str, int], said: words.Said
) -> tuple[pd.DataFrame, pd.DataFrame]:
    values: dict[str, pd.Series] = {}
    classes: dict[str, pd.Series[str]] = {}
    for column in table.columns:
        if column.name not in frame:
            values[column.name] = pd.Series(index=frame.index, dtype=DTYPES[column.type])
            classes[column.name] = pd.Series("", index=frame.index, dtype="str")
        elif column.type == "value":
            values[column.name], classes[column.name] = _by_kind(_kind_column(table, frame, said), frame[column.name])
        elif (table.name, column.name) == ("complaints", "contact_phone"):
            values[column.name], classes[column.name], values[MORE] = _first_phone(frame[column.name])
        else:
            values[column.name], classes[column.name] = _column(
                table, column, frame[column.name], units[column.name], said.get(column.name)
            )
    values["source_line"] = frame["source_line"]
    typed = pd.DataFrame(values).astype({c.name: DTYPES[c.type] for c in table.columns})
    return typed, pd.DataFrame(classes)


def _column(
    table: Table, column: Column, raw: pd.Series, unit: int, said: words.Words | None
) -> tuple[pd.Series, pd.Series[str]]:
    if column.type == "date":
        return cells.dates(raw)
    if column.type == "money":
        return cells.money(raw, unit=unit)
    text = cells.as_text(raw)
    if column.type == "choice":
        return words.choose(table.name, column.name, text, said=said)
    if column.type == "flag":
        return words.flag(text, said=said)
    if column.type == "id":
        got = normalise_code(text)
        return got.values, got.value_class
    if column.type in ("phone", "account"):
        got = get_kind(column.type).normalise(text)
        return got.values, got.value_class
    return _text_column(table, column, text)


def _text_column(table: Table, column: Column, text: pd.Series[str]) -> tuple[pd.Series[str], pd.Series[str]]:
    """Free text stays as written; papers are normalised; a name or an address that names nothing is left out."""
    good = pd.Series("", index=text.index, dtype="str")
    if column.name == "id_number":
        got = normalise_id_number(text)
        return got.values, got.value_class
    if column.name == "address":
        classes = get_kind("address").normalise(text).value_class
        unusable = classes.isin(["masked", "placeholder"])
        return text.mask(unusable).astype("str"), classes.where(unusable, "")
    if (table.name, column.name) == ("identifiers", "kind"):
        distinct = {w: get_kind(w).name for w in text.dropna().unique().tolist() if not w.isspace()}
        return text.map(distinct).astype("str"), good
    if column.name in ("name", "employer"):
        empty = is_placeholder(fold(text, lower=True, simplify=True))
        return text.mask(empty).astype("str"), good.mask(empty, "placeholder")
    if column.name in ("role", "relation"):
        return text.mask(is_placeholder(text)).astype("str"), good
    return text, good


def _by_kind(kinds: pd.Series[str], raw: pd.Series) -> tuple[pd.Series[str], pd.Series[str]]:
    """Values normalised as their own row's kind says; without a kind, as the first of phone, account, address, text."""
    text = cells.as_text(raw)
    values = pd.Series(index=text.index, dtype="str")
    classes = pd.Series("", index=text.index, dtype="str")
    for name in sorted(kinds.unique().tolist()):
        rows = kinds == name
        got = get_kind(name).normalise(text[rows])
        values.loc[rows], classes.loc[rows] = got.values, got.value_class
        if not name:
            for other in ("address", "account", "phone"):
                better = get_kind(other).normalise(text[rows]).values
                if other == "address":
                    better = better.where(text[rows].str.contains("[\u4e00-\u9fff]"))
                values.update(better.dropna())
    return values, classes


def _first_phone(raw: pd.Series) -> tuple[pd.Series[str], pd.Series[str], pd.Series[str]]:
    """First usable number of each cell, the class of a cell without one, and its further numbers."""
    kind: IdentifierKind = get_kind("phone")
    text = cells.as_text(raw)
    long = kind.split(text).explode().dropna().astype("str")
    row = pd.Series(long.index)
    got = kind.normalise(long.reset_index(drop=True))
    usable = pd.DataFrame({"row": row, "value": got.values, "class": got.value_class})
    bad = usable.loc[usable["value"].isna() & (usable["class"] != "")].groupby("row")["class"].first()
    good = usable.dropna(subset="value").drop_duplicates(["row", "value"])
    first = good.groupby("row")["value"].first()
    rest = good.loc[good["row"].duplicated()].groupby("row")["value"].agg(";".join)
    empty = pd.Series(index=text.index, dtype="str")
    return (
        first.reindex(empty.index).astype("str"),
        bad.reindex(empty.index).astype("str").fillna(""),
        rest.reindex(empty.index).astype("str"),
    )


def _set_aside(
    table: Table, file: str, frame: pd.DataFrame, values: pd.DataFrame, classes: pd.DataFrame, rejects: Rejects
) -> pd.Series[bool]:
    """Rows to keep; every unusable required cell sets its row aside, every other unusable cell itself."""
    lines = values["source_line"]
    keep = pd.Series(True, index=values.index)
    for name in table.required:
        lost = values[name].isna()
        why = classes[name].mask(classes[name] == "", "empty")
        rejects.add(table.name, file, lines=lines[lost], column=name, classes=why[lost], what=ROW)
        keep &= ~lost
    for column in table.columns:
        if not column.required:
            lost = keep & ~classes[column.name].isin(["", "hotline"])
            is_word = lost.any() and column.type in ("choice", "flag")
            rejects.add(
                table.name,
                file,
                lines=lines[lost],
                column=column.name,
                classes=classes[column.name][lost],
                what=CELL,
                words=words.quotable(cells.as_text(frame[column.name])[lost]) if is_word else None,
            )
    return keep


def refuse_without_rows(raw: RawTable) -> None:
    """A policyholders table of which nothing is left can't be worked with.

    Raises
    ------
    TableError : always.
    """
    raise TableError(
        "no usable row in it (没有可用的行)",
        file=raw.file,
        column="policyholder_id",
        hint="every row needs a policyholder_id that is neither empty, masked nor rounded by a spreadsheet",
    )
