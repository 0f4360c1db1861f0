"""Nodes, links and regions of one ring's picture, built with pyvis, positions from `export.layout`.

In:  rows of the page's data.   Out: pyvis's node and edge lists, regions, label places.   Never sets a colour.
Hubs (guarded values, templates, brokers) do not shape the picture: templates pull weakly, brokers stand above,
guarded values below.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ringfinder.export.html.frames import Row, number, text
from ringfinder.export.labels import place_labels
from ringfinder.export.layout import LayoutParams, Springs, layout_graph

#: above this many links pyvis's add_edge (quadratic) is left aside and its lists are filled directly
MANY_EDGES = 2000

_SHAPES = {"person": "dot", "phone": "triangle", "account": "square", "mail": "triangleDown", "other": "hexagon"}
_SHAPES |= {"template": "diamond", "broker": "star"}
_PERSON_SIZES = {"core": 10.5, "member": 8.0, "associate": 6.5}
_STRENGTH = {"evidence": 1.6, "household": 0.8, "template": 0.35}
#: how far a shape reaches beyond its nominal radius
_REACH = {"square": 1.22, "triangle": 1.12, "triangleDown": 1.12, "star": 1.1}
_LENGTH = {"evidence": 1.0, "household": 1.0, "template": 3.0}
_LETTER_WIDTH, _LABEL_HEIGHT = 7.8, 13.0
_ROW_GAP = 64.0
#: up to this many people are shown with their ids from the start
_FEW_PEOPLE = 12
_REGION_REACH = 150.0
#: around a template's people and along the joins between near ones, where no stranger stands; less beside one
REGION_RADIUS, REGION_BAND = 27.0, 21.0
_NARROWEST_BAND, _STRANGER_GAP = 4.0, 2.0


def build_graph(
    people: list[Row], identifiers: list[Row], templates: list[Row], links: list[Row], letters: list[Row]
) -> Row:
    """`nodes` and `edges` as pyvis holds them, `regions` of people who use one template, `names` to show."""
    nodes = [_person(p) for p in people] + [_identifier(i) for i in identifiers]
    drawn = {n["id"] for n in nodes} | {text(t["key"]) for t in templates}
    used = {t: {h: v for h, v in users.items() if h in drawn} for t, users in template_users(letters).items()}
    nodes += [_template(t, len(used.get(text(t["key"]), {}))) for t in templates]
    edges = [e for e in _edges(links, letters, used) if e["from"] in drawn and e["to"] in drawn]
    _set_positions(nodes, edges)
    folk = {n["id"]: n for n in nodes if n["group"] == "person"}
    regions = [
        {"template": t["key"], "tint": i % 6, **_region(sorted(used.get(text(t["key"]), {}), key=_natural), folk)}
        for i, t in enumerate(templates)
    ]
    network = _network(nodes, edges)
    return {"nodes": network.nodes, "edges": network.edges, "regions": regions, "names": len(people) <= _FEW_PEOPLE}


def _network(nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> Any:
    """A pyvis network of them."""
    from pyvis.network import Network

    network = Network(notebook=False, cdn_resources="in_line")
    if len(edges) > MANY_EDGES:
        network.nodes, network.edges = nodes, edges
        return network
    for node in nodes:
        network.add_node(node["id"], **{k: v for k, v in node.items() if k != "id"})
    for edge in edges:
        network.add_edge(edge["from"], edge["to"], **{k: v for k, v in edge.items() if k not in ("from", "to")})
    return network


def _person(person: Row) -> dict[str, Any]:
    role = text(person["role"])
    size = _PERSON_SIZES.get(role, 8.0)
    # pyvis shows the id of a node with an empty label: never give it one
    return _node(person, "person", size=size) | {"role": role}


def _identifier(item: Row) -> dict[str, Any]:
    held = number(item["inRing"])
    size = 20.0 if item["type"] == "broker" else 11.0 if item["role"] != "evidence" else 9.5 + min(9.0, 1.9 * held**0.5)
    return _node(item, text(item["type"]), size=round(size, 1)) | {"role": text(item["role"])}


def _template(template: Row, n_users: int) -> dict[str, Any]:
    return _node(template, "template", size=round(11.0 + min(7.0, n_users**0.5), 1)) | {"role": "template"}


def _node(row: Row, type_: str, *, size: float) -> dict[str, Any]:
    shape = _SHAPES[type_]
    return {"id": text(row["key"]), "label": text(row["id"]) or "?", "shape": shape, "size": size, "group": type_}


def template_users(letters: list[Row]) -> dict[str, dict[str, str]]:
    """For each template the people whose letters follow it, with the better verdict."""
    used: dict[str, dict[str, str]] = {}
    for letter in letters:
        if letter["t"] and letter["h"] and letter["verdict"] in ("linked", "possible"):
            users = used.setdefault(text(letter["t"]), {})
            if users.get(text(letter["h"])) != "linked":
                users[text(letter["h"])] = text(letter["verdict"])
    return used


def _first_days(links: list[Row], letters: list[Row]) -> dict[tuple[str, str], str]:
    """The first day of each pair's link; none for a pair without a date."""
    first: dict[tuple[str, str], str] = {}
    used = [letter for letter in letters if letter["verdict"] in ("linked", "possible")]
    for rows, end, column in ((links, "i", "since"), (used, "t", "day")):
        for row in rows:
            pair, day = (text(row["h"]), text(row[end])), text(row[column])
            if day:
                first[pair] = min(day, first.get(pair, day))
    return first


def _edges(links: list[Row], letters: list[Row], used: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """One edge a pair, with its first day: people with identifiers, then people with templates."""
    first = _first_days(links, letters)
    pairs = {(text(link["h"]), text(link["i"])): text(link["kind"]) for link in links}
    alone = {(text(link["h"]), text(link["i"])) for link in links if link.get("fragile")}
    rows = [(h, i, kind, "") for (h, i), kind in pairs.items()]
    rows += [(h, t, "template", verdict) for t, users in used.items() for h, verdict in users.items()]
    rows.sort(key=lambda r: (_natural(r[0]), _natural(r[1])))
    return [
        {
            "id": f"e{n}",
            "from": h,
            "to": i,
            "kind": kind,
            "dashed": kind == "household" or verdict == "possible",
            "fragile": (h, i) in alone,
            "since": first.get((h, i)),
        }
        for n, (h, i, kind, verdict) in enumerate(rows)
    ]


def _natural(key: str) -> tuple[str, int]:
    return key[0], int(key[1:])


def _set_positions(nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> None:
    """Add x, y and the side of the label to every node."""
    apart = {n["id"] for n in nodes if n["group"] == "broker" or n["role"] == "guarded"}
    inside = [n for n in nodes if n["id"] not in apart]
    number_of = {n["id"]: i for i, n in enumerate(inside)}
    springs = [e for e in edges if e["from"] in number_of and e["to"] in number_of and e["kind"] in _STRENGTH]
    ends = np.array([(number_of[e["from"]], number_of[e["to"]]) for e in springs], dtype=np.int64).reshape(-1, 2)
    # a small ring is shown larger and with names, so it needs more room between nodes
    room = max(0.0, 1.0 - len(inside) / 60)
    positions = layout_graph(
        np.array([_reach(n) for n in inside], dtype=np.float64),
        Springs(
            ends,
            np.array([_STRENGTH[e["kind"]] for e in springs], dtype=np.float64),
            np.array([_LENGTH[e["kind"]] for e in springs], dtype=np.float64),
        ),
        params=LayoutParams(spacing=27.0 + 14.0 * room, gap=7.0 + 15.0 * room),
    )
    for node, (x, y) in zip(inside, positions.tolist(), strict=True):
        node |= {"x": x, "y": y}
    for node in inside:
        if node["group"] == "template":
            _seat_template(node, edges, inside)
    top, bottom = (float(positions[:, 1].min()), float(positions[:, 1].max())) if len(positions) else (0.0, 0.0)
    above = [n for n in nodes if n["group"] == "broker"]
    below = [n for n in nodes if n["id"] in apart and n["group"] != "broker"]
    _set_row(above, edges, inside, y=top - _ROW_GAP)
    _set_row(below, edges, inside, y=bottom + _ROW_GAP)
    _set_labels(nodes)


def _seat_template(template: dict[str, Any], edges: list[dict[str, Any]], inside: list[dict[str, Any]]) -> None:
    """Move a template to the free spot nearest to the middle of its people, so that it stands in its own area."""
    users = {e["from"] for e in edges if e["to"] == template["id"]}
    own = np.array([(n["x"], n["y"]) for n in inside if n["id"] in users], dtype=np.float64).reshape(-1, 2)
    if not len(own):
        return
    others = [n for n in inside if n["id"] != template["id"]]
    places = np.array([(n["x"], n["y"]) for n in others], dtype=np.float64)
    need = np.array([_reach(n) for n in others], dtype=np.float64) + template["size"] + 7.0
    middle = np.median(own, axis=0)
    low, high = own.min(axis=0) - 40, own.max(axis=0) + 40
    xs, ys = np.arange(low[0], high[0], 9.0), np.arange(low[1], high[1], 9.0)
    spots = np.column_stack([np.repeat(xs, len(ys)), np.tile(ys, len(xs))])
    away = np.sqrt(((spots - middle) ** 2).sum(axis=1))
    # nearest to the middle first: a spot never costs less than its way there
    order = np.argsort(away, kind="stable")
    best, least = -1, np.inf
    for first in range(0, len(order), 512):
        some = order[first : first + 512]
        if away[some[0]] > least + 0.01:
            break
        far = np.sqrt(((spots[some, None, :] - places[None, :, :]) ** 2).sum(axis=2))
        near = np.sqrt(((spots[some, None, :] - own[None, :, :]) ** 2).sum(axis=2)).min(axis=1)
        cost = np.round(away[some] + 3.0 * np.maximum(near - 32.0, 0.0), 3)
        cost = np.where((far >= need[None, :]).all(axis=1), cost, np.inf)
        if float(cost.min()) < least:
            best, least = int(some[np.argmin(cost)]), float(cost.min())
    if best >= 0:
        template |= {"x": round(float(spots[best, 0]), 1), "y": round(float(spots[best, 1]), 1)}


def _reach(node: dict[str, Any]) -> float:
    return float(node["size"]) * _REACH.get(str(node["shape"]), 1.0)


def _set_row(row: list[dict[str, Any]], edges: list[dict[str, Any]], inside: list[dict[str, Any]], *, y: float) -> None:
    """Hubs side by side at one height, each near the middle of its people."""
    if not row:
        return
    x_of = {n["id"]: float(n["x"]) for n in inside}
    middles = []
    for node in row:
        own = [x_of[e["from"]] for e in edges if e["to"] == node["id"] and e["from"] in x_of]
        middles.append(sum(own) / len(own) if own else 0.0)
    order = sorted(range(len(row)), key=lambda i: (round(middles[i], 1), _natural(row[i]["id"])))
    gap = 110.0
    places: list[float] = []
    for i in order:
        places.append(max(middles[i], places[-1] + gap) if places else middles[i])
    shift = (sum(places) - sum(middles)) / len(places)
    for i, x in zip(order, places, strict=True):
        row[i] |= {"x": round(x - shift, 1), "y": round(y, 1)}


def _set_labels(nodes: list[dict[str, Any]]) -> None:
    positions = np.array([(n["x"], n["y"]) for n in nodes], dtype=np.float64).reshape(-1, 2)
    sizes = np.array([_reach(n) for n in nodes], dtype=np.float64)
    is_person = np.array([n["group"] == "person" for n in nodes], dtype=np.bool_)
    shown = ~is_person | (np.count_nonzero(is_person) <= _FEW_PEOPLE)
    hub = np.array([n["group"] in ("template", "broker") for n in nodes], dtype=np.bool_)
    # a hub's label is bolder and ends in a count
    width = np.array([len(n["label"]) for n in nodes], dtype=np.float64) * _LETTER_WIDTH + 2
    width = np.where(hub, width * 1.15 + 4.5 * _LETTER_WIDTH, width) * shown
    boxes = np.column_stack([width, np.full(len(nodes), _LABEL_HEIGHT)])
    # templates and intermediaries choose first, then the largest
    sides = place_labels(positions, sizes, boxes, first=np.lexsort((-sizes, ~hub)))
    for node, side in zip(nodes, sides, strict=True):
        node["side"] = side


def _region(users: list[str], folk: dict[str, dict[str, Any]]) -> Row:
    """People of a template with the area around each, and the shortest joins between near ones with their half width.

    Neither an area nor a join covers a person whose letters do not follow the template.
    """
    own = set(users)
    points = [(float(folk[u]["x"]), float(folk[u]["y"])) for u in users]
    strangers = [n for key, n in folk.items() if key not in own]
    at = np.array([(n["x"], n["y"]) for n in strangers], dtype=np.float64).reshape(-1, 2)
    need = np.array([_reach(n) for n in strangers], dtype=np.float64) + _STRANGER_GAP
    radii = [round(_free(at, need, p, p, REGION_RADIUS), 1) for p in points]
    joins: list[list[float]] = []
    left = set(range(1, len(points)))
    best = {i: (math.dist(points[0], points[i]), 0) for i in left}
    while left:
        near = min(left, key=lambda i: (round(best[i][0], 3), i))
        distance, other = best[near]
        width = _free(at, need, points[near], points[other], REGION_BAND) if distance <= _REGION_REACH else 0.0
        if width >= _NARROWEST_BAND:
            joins.append([*points[near], *points[other], round(width, 1)])
        left.remove(near)
        for i in sorted(left):
            d = math.dist(points[near], points[i])
            if d < best[i][0]:
                best[i] = (d, near)
    return {"people": users, "radii": radii, "joins": joins}


def _free(
    at: np.ndarray[Any, np.dtype[np.float64]],
    need: np.ndarray[Any, np.dtype[np.float64]],
    start: tuple[float, float],
    end: tuple[float, float],
    most: float,
) -> float:
    """How wide the band around a line (or a point) may be before it covers one of the discs, at most `most`."""
    if not len(at):
        return most
    (x1, y1), (x2, y2) = start, end
    dx, dy = x2 - x1, y2 - y1
    share = np.clip(((at[:, 0] - x1) * dx + (at[:, 1] - y1) * dy) / max(dx * dx + dy * dy, 1e-9), 0.0, 1.0)
    far = np.sqrt((at[:, 0] - x1 - share * dx) ** 2 + (at[:, 1] - y1 - share * dy) ** 2)
    # a tenth less: places and widths are rounded to a tenth
    return max(0.0, min(most, float((far - need).min()) - 0.1))
