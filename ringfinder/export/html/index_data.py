"""What the index page shows, as plain data.

In:  `Portfolio`, names of the ring files.   Out: a mapping for JSON.   Never reads a ring's people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from ringfinder.errors import InputError
from ringfinder.export.html.frames import Row, manifest_facts, records, split_words, text
from ringfinder.export.html.page import page_words
from ringfinder.identifiers import get_kind
from ringfinder.model.dossier import Portfolio

_RING = "ring_id rank size score p_value q_value status first_seen last_seen complaints negotiated overpaid"

_MONTH = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])")


def index_payload(portfolio: Portfolio, *, language: str, ring_files: Mapping[str, str]) -> dict[str, object]:
    """Everything the index page's script needs."""
    columns = {name: name for name in f"{_RING} channels stories kind".split()}
    rings = records(portfolio.rings, columns | {"summary_zh": "zh", "summary_en": "en"}, order=("rank", "ring_id"))
    for ring in rings:
        file = ring_files.get(text(ring["ring_id"]))
        ring["file"] = relative_link(file) if file else None
        ring["channels"] = split_words(ring["channels"])
        ring["stories"] = split_words(ring["stories"])
    kinds = {"phone", "account"}.union(*(split_words(r["channels"]) for r in rings))
    columns = {name: name for name in ["ring_a", "ring_b", "shared", "people"]}
    bridges = records(portfolio.bridges, columns, order=("ring_a", "ring_b"))
    return {
        "page": "index",
        "language": language,
        "words": page_words("shared", "index", "codes"),
        "kinds": {kind: [get_kind(kind).zh, get_kind(kind).en] for kind in sorted(kinds)},
        "rings": rings,
        "bridges": bridges,
        "activity": _activity(portfolio),
        "templates": _templates(portfolio),
        "manifest": manifest_facts(portfolio.manifest),
        "read": _read(portfolio.manifest),
    }


def _read(manifest: Mapping[str, object]) -> dict[str, int]:
    """How much there was to find rings in; 0 where the case does not say."""
    rows, values = manifest.get("rows"), manifest.get("values")
    rows, values = rows if isinstance(rows, dict) else {}, values if isinstance(values, dict) else {}
    guarded = int(values.get("guarded", 0)) + int(values.get("directory", 0))
    tables = {name: int(rows.get(name, 0)) for name in ("policyholders", "complaints", "surrenders")}
    return tables | {"evidence": int(values.get("evidence", 0)), "guarded": guarded}


def relative_link(file: str) -> str:
    """A file name as a link that can lead nowhere but down from the index.

    Raises
    ------
    InputError : an address, an absolute path or one that climbs.

    Examples
    --------
    >>> relative_link("rings/R-0001 a.html")
    'rings/R-0001%20a.html'
    """
    name = file.replace("\\", "/")
    parts = urlsplit(name)
    if parts.scheme or parts.netloc or name.startswith("/") or ".." in name.split("/") or ":" in name:
        raise InputError("a ring's file must be a relative path below the index", hint="rings/R-0001.html")
    return quote(name, safe="/-_.~")


def _activity(portfolio: Portfolio) -> Row:
    """Events by month and ring, as columns."""
    rows = records(portfolio.activity, {"ring_id": "ring", "month": "month", "events": "n"}, order=("month", "ring_id"))
    rows = [row for row in rows if _MONTH.fullmatch(text(row["month"]))]
    if not rows:
        return {"months": [], "rows": []}
    months = _months(text(rows[0]["month"]), text(rows[-1]["month"]))
    place = {month: i for i, month in enumerate(months)}
    return {"months": months, "rows": [[row["ring"], place[text(row["month"])], row["n"]] for row in rows]}


def _months(first: str, last: str) -> list[str]:
    start, stop = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (first, last))
    return [f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(start, stop + 1)]


def _templates(portfolio: Portfolio) -> list[Row]:
    names = ("template_id", "complaints", "policyholders", "rings", "pattern", "first_filed", "last_filed")
    columns = {name: name for name in names}
    rows = records(portfolio.templates, columns, order=("template_id",))
    for row in rows:
        # a case may count the rings or name them
        row["rings"] = row["rings"] if isinstance(row["rings"], int) else split_words(row["rings"])
    return rows
