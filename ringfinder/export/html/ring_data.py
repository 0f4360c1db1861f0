"""What one ring's page shows, as plain data.

In:  `RingDossier`.   Out: a mapping for JSON.   Never draws; adds no personal value and unmasks none.
People and identifiers are named by their place ('h3', 'i7'), so that no odd id can break or merge nodes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from ringfinder.export.html.frames import Row, manifest_facts, number, plain, records, split_words, text
from ringfinder.export.html.page import page_words
from ringfinder.export.html.ring_graph import build_graph
from ringfinder.export.html.ring_weak import choose_drawn, mark_fragile
from ringfinder.export.html.timeline import timeline_bins
from ringfinder.identifiers.channels import channel_words
from ringfinder.model.dataset import TABLE_BY_NAME
from ringfinder.model.dossier import RingDossier

#: characters of a letter that go into the page; letters are a few hundred, an attack is longer
LETTER_LENGTH = 3000

#: source rows of a statement listed one by one
ROWS_LISTED = 200

#: most nodes drawn; above it the core and the best linked stand in the picture, everybody in the tables
MAX_NODES = 2000

_ROLE_ORDER = {"core": 0, "member": 1, "associate": 2}
_TYPES = {"phone": "phone", "account": "account", "mail_sender": "mail", "intermediary": "broker"}


def ring_payload(dossier: RingDossier, *, language: str) -> dict[str, object]:
    """Everything the page's script needs."""
    people = _people(dossier)
    identifiers = _identifiers(dossier)
    templates = _templates(dossier)
    place = {text(p["id"]): p for p in people}
    node = {text(i["id"]): i for i in identifiers}
    form = {text(t["id"]): t for t in templates}
    links = _links(dossier, place, node)
    letters = _letters(dossier, place, form)
    events = _events(dossier, place)
    _date_people(people, links, events)
    _add_paths(people, links)
    evidence = _evidence(dossier)
    _add_citations(people, links, letters, events, evidence)
    mark_fragile(people, identifiers, templates, links, letters)
    drawn_people, drawn_items = choose_drawn(people, identifiers, links, room=MAX_NODES - len(templates))
    return {
        "page": "ring",
        "language": language,
        "words": page_words("shared", "ring", "codes"),
        "kinds": _kind_words(dossier),
        "sources": {name: [table.zh, name] for name, table in TABLE_BY_NAME.items()},
        "ring": _ring(dossier),
        "people": people,
        "identifiers": identifiers,
        "templates": templates,
        "links": links,
        "letters": letters,
        "events": events,
        "intermediaries": _intermediaries(dossier),
        "evidence": [{name: value for name, value in row.items() if name != "cites"} for row in evidence],
        "signals": records(dossier.signals, _same("name side value weight"), order=("side", "name")),
        "manifest": manifest_facts(dossier.manifest),
        "timeline": timeline_bins(events, last=_last_day(people, links, letters)),
        "hidden": {"people": len(people) - len(drawn_people), "items": len(identifiers) - len(drawn_items)},
        **build_graph(drawn_people, drawn_items, templates, links, letters),
    }


def _same(names: str) -> dict[str, str]:
    return {name: name for name in names.split()}


def _ring(dossier: RingDossier) -> Row:
    ring = {name: plain(value) for name, value in dossier.ring.items()}
    ring["channels"] = split_words(ring.get("channels"))
    ring["stories"] = split_words(ring.get("stories"))
    return ring


def _people(dossier: RingDossier) -> list[Row]:
    columns = _same("name role strength overpaid complaints negotiated")
    columns |= {"policyholder_id": "id", "joined_on": "joined", "reason_zh": "zh", "reason_en": "en"}
    rows = records(dossier.members, columns)
    rows.sort(key=lambda r: (_ROLE_ORDER.get(text(r["role"]), 3), -number(r["strength"]), text(r["id"])))
    return [row | {"key": f"h{i}"} for i, row in enumerate(rows)]


def _identifiers(dossier: RingDossier) -> list[Row]:
    columns = _same("kind value role")
    columns |= {"node_id": "id", "holders_in_ring": "inRing", "holders_total": "total"}
    columns |= {"reason_zh": "zh", "reason_en": "en"}
    rows = records(dossier.identifiers, columns, order=("node_id",))
    return [row | {"key": f"i{i}", "type": _TYPES.get(text(row["kind"]), "other")} for i, row in enumerate(rows)]


def _templates(dossier: RingDossier) -> list[Row]:
    columns = _same("pattern complaints policyholders") | {"template_id": "id"}
    rows = records(dossier.templates, columns, order=("template_id",))
    return [row | {"key": f"t{i}"} for i, row in enumerate(rows)]


def _links(dossier: RingDossier, place: Mapping[str, Row], node: Mapping[str, Row]) -> list[Row]:
    """Links between people and identifiers of the ring; `kind` is what they may do: evidence, guarded ..."""
    columns = {"policyholder_id": "h", "node_id": "i", "link_role": "role", "is_fresh": "fresh", "row_key": "row"}
    order = ("policyholder_id", "node_id", "since", "link_role", "row_key")
    rows = records(dossier.links, columns | {"since": "since"}, order=order)
    out = []
    for row in rows:
        person, item = place.get(text(row["h"])), node.get(text(row["i"]))
        if person is not None and item is not None:
            kind = "broker" if item["type"] == "broker" else text(item["role"])
            out.append(row | {"h": person["key"], "i": item["key"], "kind": kind})
    return out


def _letters(dossier: RingDossier, place: Mapping[str, Row], form: Mapping[str, Row]) -> list[Row]:
    columns = _same("similarity verdict text")
    columns |= {"complaint_id": "id", "policyholder_id": "h", "filed_on": "day", "template_id": "template"}
    rows = records(dossier.letters, columns, order=("filed_on", "complaint_id"))
    for row in rows:
        person, template = place.get(text(row["h"])), form.get(text(row["template"]))
        whole = text(row["text"])
        row |= {
            "h": person["key"] if person else None,
            "t": template["key"] if template else None,
            "text": whole[:LETTER_LENGTH],
            "cut": max(0, len(whole) - LETTER_LENGTH),
        }
    return rows


def _events(dossier: RingDossier, place: Mapping[str, Row]) -> list[Row]:
    columns = _same("day kind overpaid") | {"policyholder_id": "h", "row_key": "row"}
    rows = records(dossier.events, columns, order=("day", "policyholder_id", "kind", "row_key"))
    known = [row for row in rows if text(row["h"]) in place]
    return [row | {"h": place[text(row["h"])]["key"]} for row in known]


def _intermediaries(dossier: RingDossier) -> list[Row]:
    columns = _same("kind name role") | {"intermediary_id": "id", "clients_in_ring": "inRing", "clients_total": "total"}
    rows = records(dossier.intermediaries, columns)
    return sorted(rows, key=lambda r: (-number(r["inRing"]), text(r["id"]), text(r["role"])))


def _evidence(dossier: RingDossier) -> list[Row]:
    columns = _same("channel direction weight") | {"evidence_id": "id", "statement_zh": "zh", "statement_en": "en"}
    rows = records(dossier.evidence, columns | {"source_table": "table", "source_rows": "rows"})
    for row in rows:
        cited = split_words(row["rows"])
        row |= {"rows": cited[:ROWS_LISTED], "cited": len(cited), "cites": cited}
    return sorted(rows, key=lambda r: (r["direction"] != "for", -number(r["weight"]), text(r["id"])))


def _kind_words(dossier: RingDossier) -> dict[str, list[str]]:
    """What all kinds of identifiers and evidence that occur are called, the user's own words included."""
    kinds = {"phone", "account"}
    for frame, column in ((dossier.identifiers, "kind"), (dossier.evidence, "channel")):
        if column in frame:
            kinds |= {str(kind) for kind in frame[column].dropna().unique()}
    kinds |= set(split_words(dossier.ring.get("channels")))
    return {kind: list(channel_words(kind)) for kind in sorted(kinds)}


def _date_people(people: list[Row], links: list[Row], events: list[Row]) -> None:
    """Give everybody the day from which the timeline shows them: joining, else first event, else first link."""
    first: dict[object, str] = {}
    for rows, column in ((links, "since"), (events, "day")):
        earliest: dict[object, str] = {}
        for row in rows:
            day = text(row[column])
            if day and (row["h"] not in earliest or day < earliest[row["h"]]):
                earliest[row["h"]] = day
        first |= earliest
    for person in people:
        person["since"] = person["joined"] or first.get(person["key"])


def _last_day(people: list[Row], links: list[Row], letters: list[Row]) -> str:
    """The last day on which anything but an event came to the picture."""
    days = [row[column] for rows, column in ((people, "since"), (links, "since"), (letters, "day")) for row in rows]
    return max(map(text, days), default="")


def _add_paths(people: list[Row], links: list[Row]) -> None:
    """For everybody the shortest way over counted identifiers to the nearest core person, as node keys."""
    near: dict[str, list[str]] = {}
    for link in links:
        if link["kind"] == "evidence":
            a, b = text(link["h"]), text(link["i"])
            near.setdefault(a, []).append(b)
            near.setdefault(b, []).append(a)
    roots = [text(p["key"]) for p in people if p["role"] == "core"] or [text(p["key"]) for p in people[:1]]
    back: dict[str, str] = dict.fromkeys(roots, "")
    queue = deque(roots)
    while queue:
        here = queue.popleft()
        for other in near.get(here, ()):
            if other not in back:
                back[other] = here
                queue.append(other)
    for person in people:
        path, here = [], text(person["key"])
        while here:
            path.append(here)
            here = back.get(here, "")
        person["path"] = path if len(path) > 1 else []


def _add_citations(
    people: list[Row], links: list[Row], letters: list[Row], events: list[Row], evidence: list[Row]
) -> None:
    """Give everybody the statements, by their place in `evidence`, that rest on a row of theirs."""
    owner: dict[str, set[str]] = {}
    for rows, column in ((links, "row"), (events, "row"), (letters, "id")):
        for row in rows:
            if row["h"] and row[column]:
                owner.setdefault(text(row[column]), set()).add(text(row["h"]))
    cites: dict[str, list[int]] = {text(p["key"]): [] for p in people}
    for place, row in enumerate(evidence):
        cited = row["cites"]
        assert isinstance(cited, list)
        for key in sorted({key for name in cited for key in owner.get(name, ())}):
            cites[key].append(place)
    for person in people:
        person["cites"] = cites[text(person["key"])]
