"""Write rows once: columns instead of keys in every row, repeated values and repeated passages of letters by number.

In:  a page's data, cleaned.   Out: the same data, smaller; `shared.js` unpacks it.   Loses nothing.
Letters of one template share most of their sentences, so that half of a ring's letters need not be said again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

Column = list[object] | dict[str, object]

#: a clause with the mark that ends it
_CLAUSE = re.compile(r"[^。;!?,:]*[。;!?,:]|[^。;!?,:]+")


def packed(data: Mapping[str, object]) -> dict[str, object]:
    """The data with every list of rows moved to `tables`, column by column."""
    tables = {name: rows for name, value in data.items() if (rows := _rows(value))}
    rest = {name: value for name, value in data.items() if name not in tables}
    return rest | {"tables": {name: pack_rows(rows) for name, rows in tables.items()}}


def pack_rows(rows: Sequence[Mapping[str, object]]) -> dict[str, Column]:
    """Rows as columns, each in its shortest form.

    Examples
    --------
    >>> rows = [{"id": 1, "why": "shares a phone and an account"}, {"id": 2, "why": "shares a phone and an account"}]
    >>> pack_rows(rows)
    {'id': [1, 2], 'why': {'of': ['shares a phone and an account'], 'at': [0, 0]}}
    """
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: _shortest([row.get(name) for row in rows]) for name in names}


def _rows(value: object) -> list[Mapping[str, object]]:
    """The value if it is a list of rows, else nothing."""
    rows = value if isinstance(value, list) else []
    return rows if all(isinstance(row, Mapping) for row in rows) else []


def _shortest(values: list[object]) -> Column:
    forms: list[Column] = [values, _by_number(values)]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) == len(values):
        forms.append(_by_clause(texts))
    return min(forms, key=lambda form: len(_json(form).encode("utf-8")))


def _by_number(values: list[object]) -> Column:
    """`of`: the values that differ; `at`: which of them stands in each row."""
    place: dict[str, int] = {}
    at: list[int] = [place.setdefault(_json(value), len(place)) for value in values]
    return {"of": [json.loads(text) for text in place], "at": at}


def _by_clause(texts: list[str]) -> Column:
    """`of`: the clauses that differ; `at`: the clauses of each row."""
    place: dict[str, int] = {}
    at = [[place.setdefault(clause, len(place)) for clause in _CLAUSE.findall(text)] for text in texts]
    return {"of": list(place), "at": at}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
