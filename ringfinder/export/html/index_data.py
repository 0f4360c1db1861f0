"""What the index page shows, as plain data.

In:  `Portfolio`, names of the ring files.   Out: a mapping for JSON.   Never reads a ring's people.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

import numpy as np

from ringfinder.errors import InputError
from ringfinder.export.html.frames import Row, manifest_facts, number, records, split_words, text
from ringfinder.export.html.page import page_words
from ringfinder.export.layout import LayoutParams, Springs, layout_graph
from ringfinder.identifiers.channels import channel_words
from ringfinder.model.dossier import Portfolio
from ringfinder.model.letters import template_number

_RING = "ring_id rank size score p_value q_value status first_seen last_seen complaints negotiated overpaid"

#: templates shown on the index itself; rings and links drawn in the picture of bridges; bridges listed
SHOWN, MOST_IN_WEB, MOST_TIES, MOST_BRIDGES = 6, 240, 800, 3000

_MONTH = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])")


def index_payload(portfolio: Portfolio, *, language: str, ring_files: Mapping[str, str]) -> dict[str, object]:
    """Everything the index page's script needs."""
    columns = {name: name for name in f"{_RING} channels stories kind grown brokers".split()}
    rings = records(portfolio.rings, columns | {"summary_zh": "zh", "summary_en": "en"}, order=("rank", "ring_id"))
    for ring in rings:
        file = ring_files.get(text(ring["ring_id"]))
        ring["file"] = relative_link(file) if file else None
        ring["channels"] = split_words(ring["channels"])
        ring["stories"] = split_words(ring["stories"])
        ring["brokers"] = split_words(ring["brokers"])
    kinds = {"phone", "account"}.union(*(split_words(r["channels"]) for r in rings))
    columns = {name: name for name in ["ring_a", "ring_b", "shared", "people"]}
    bridges = records(portfolio.bridges, columns, order=("ring_a", "ring_b"))
    bridges.sort(key=lambda b: -(number(b["shared"]) + number(b["people"])))
    met = Counter(text(bridge[end]) for bridge in bridges for end in ("ring_a", "ring_b"))
    for ring in rings:
        ring["bridges"] = met[text(ring["ring_id"])]
    return {
        "page": "index",
        "language": language,
        "words": page_words("shared", "index", "codes"),
        "kinds": {kind: list(channel_words(kind)) for kind in sorted(kinds)},
        "rings": rings,
        "bridges": bridges[:MOST_BRIDGES],
        "n_bridges": len(bridges),
        "web": ring_web(rings, bridges),
        "activity": _activity(portfolio),
        "templates": [
            {name: value for name, value in row.items() if name != "slots"}
            for row in template_rows(portfolio, {text(r["ring_id"]): text(r["file"]) for r in rings if r["file"]})[
                :SHOWN
            ]
        ],
        "n_templates": len(portfolio.templates),
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


def template_rows(portfolio: Portfolio, files: Mapping[str, str]) -> list[Row]:
    """Templates, most letters first; `rings` are those with linked letters, `files` the page of each that has one."""
    names = "template_id complaints policyholders rings ring_ids pattern first_filed last_filed compared"
    rows = records(portfolio.templates, {name: name for name in names.split()}, order=("template_id",))
    slots = _slots(portfolio)
    for row in rows:
        row["slots"] = slots.get(text(row["template_id"]), [])
        # a case counts the rings in one column and names them in the other
        counted, named = row["rings"], split_words(row.pop("ring_ids"))
        named = named or ([] if isinstance(counted, int) else split_words(counted))
        row["n_rings"] = counted if isinstance(counted, int) else len(named)
        row["rings"] = named
        row["files"] = [files.get(ring) for ring in named]
    return sorted(rows, key=lambda row: (-number(row["complaints"]), template_number(text(row["template_id"]))))


def _slots(portfolio: Portfolio) -> dict[str, list[Row]]:
    """Slots with their commonest fillers by template; none where letters were not laid beside it."""
    frame = portfolio.templates
    if "slots" not in frame:
        return {}
    return {
        str(name): [{"name": s.name, "n": s.n_filled, "fillers": [list(one) for one in s.fillers]} for s in slots]
        for name, slots in zip(frame["template_id"], frame["slots"], strict=True)
    }


def ring_web(rings: list[Row], bridges: list[Row]) -> Row:
    """Rings that share an identifier or people, laid out: `nodes` with id, x, y; `links`, the strongest; `left` rings.

    `bridges` come strongest first; a ring is left that is not drawn.
    """
    size = {text(r["ring_id"]): number(r["size"]) for r in rings}
    known = [b for b in bridges if text(b["ring_a"]) in size and text(b["ring_b"]) in size]
    weight: dict[str, float] = {}
    for bridge in known:
        for end in ("ring_a", "ring_b"):
            name = text(bridge[end])
            weight[name] = weight.get(name, 0.0) + number(bridge["shared"]) + number(bridge["people"])
    drawn = sorted(weight, key=lambda name: (-weight[name], name))[:MOST_IN_WEB]
    place = {name: i for i, name in enumerate(drawn)}
    links = [b for b in known if text(b["ring_a"]) in place and text(b["ring_b"]) in place]
    links = links[:MOST_TIES]
    radius = [round(6.0 + min(12.0, size[name] ** 0.5), 1) for name in drawn]
    ends = np.array([(place[text(b["ring_a"])], place[text(b["ring_b"])]) for b in links], dtype=np.int64)
    springs = Springs(ends.reshape(-1, 2), np.ones(len(links)), np.ones(len(links)))
    params = LayoutParams(spacing=64.0, gap=22.0, aspect=1.35)
    at = layout_graph(np.array(radius, dtype=np.float64), springs, params=params)
    nodes = [{"id": name, "x": x, "y": y, "r": r} for name, (x, y), r in zip(drawn, at.tolist(), radius, strict=True)]
    return {
        "nodes": nodes,
        "links": [[place[text(b["ring_a"])], place[text(b["ring_b"])], b["shared"], b["people"]] for b in links],
        "left": len(weight) - len(drawn),
    }


def templates_payload(
    portfolio: Portfolio, *, language: str, ring_files: Mapping[str, str], index: str
) -> dict[str, object]:
    """Everything the templates page's script needs."""
    files = {ring: relative_link(file) for ring, file in ring_files.items()}
    return {
        "page": "templates",
        "language": language,
        "words": page_words("shared", "index", "codes"),
        "templates": template_rows(portfolio, files),
        "manifest": manifest_facts(portfolio.manifest),
        "pages": {"index": relative_link(index) if index else ""},
    }
