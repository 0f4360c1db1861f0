"""A ring as a graph for Gephi and its like: GraphML and GEXF, placed as on the HTML page.

In:  `RingDossier`.   Out: the bytes of an XML file.   Never lays out anew, never writes a date of making.
Nodes are people, shared values and letter templates; a link carries what it counts for and since when it is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ringfinder.export.html.clean import tidy
from ringfinder.export.html.frames import Row, number, text
from ringfinder.export.html.ring_data import ring_payload
from ringfinder.model.dossier import RingDossier

if TYPE_CHECKING:
    import networkx as nx

_NODE_TYPES = {"label": "string", "type": "string", "role": "string", "value": "string", "overpaid": "double"}
_NODE_TYPES |= {"x": "double", "y": "double"}
_EDGE_TYPES = {"kind": "string", "counts": "boolean", "since": "string"}


def ring_graph(dossier: RingDossier, language: str) -> nx.Graph[str]:
    """The same graph for networkx, nodes called as on the page: a policyholder's id, 'P07', 'T01'.

    Nodes carry `kind` ('person', 'phone', 'account', 'template' ...), `role`, `value` (masked), `overpaid`, `x`, `y`;
    edges `kind`, `counts`, `since`.
    """
    import networkx as nx

    nodes, edges = _graph(dossier, language)
    names = {text(node["id"]): text(node["name"]) for node in nodes}
    graph: nx.Graph[str] = nx.Graph(ring_id=text(tidy(dossier.ring.get("ring_id"))), level=_marked(dossier))
    for node in nodes:
        about = {name: node[name] for name in ("role", "value", "overpaid", "x", "y")}
        graph.add_nodes_from([(names[text(node["id"])], {"kind": node["type"], **about})])
    for edge in edges:
        ends = (names[text(edge["source"])], names[text(edge["target"])])
        about = {name: edge[name] for name in ("kind", "counts", "since")}
        graph.add_edges_from([(*ends, about)])
    return graph


def render_graphml(dossier: RingDossier, language: str) -> bytes:
    """GraphML (http://graphml.graphdrawing.org), attributes declared."""
    nodes, edges = _graph(dossier, language)
    root = ET.Element("graphml", {"xmlns": "http://graphml.graphdrawing.org/xmlns"})
    for side, types in (("node", _NODE_TYPES), ("edge", _EDGE_TYPES), ("graph", {"level": "string"})):
        for name, kind in types.items():
            about = {"id": f"{side}_{name}", "for": side, "attr.name": name, "attr.type": kind}
            ET.SubElement(root, "key", about)
    graph = ET.SubElement(root, "graph", {"id": text(tidy(dossier.ring.get("ring_id"))), "edgedefault": "undirected"})
    ET.SubElement(graph, "data", {"key": "graph_level"}).text = _marked(dossier)
    for node in nodes:
        item = ET.SubElement(graph, "node", {"id": text(node["id"])})
        _data(item, "node", node, _NODE_TYPES)
    for edge in edges:
        ends = {"id": text(edge["id"]), "source": text(edge["source"]), "target": text(edge["target"])}
        _data(ET.SubElement(graph, "edge", ends), "edge", edge, _EDGE_TYPES)
    return _xml(root)


def _data(item: ET.Element, side: str, row: Row, types: Mapping[str, str]) -> None:
    for name in types:
        if row[name] is not None:
            ET.SubElement(item, "data", {"key": f"{side}_{name}"}).text = _text(row[name])


def render_gexf(dossier: RingDossier, language: str) -> bytes:
    """GEXF 1.3 (https://gexf.net) with positions, so that it opens as the page shows it."""
    nodes, edges = _graph(dossier, language)
    space = {"xmlns": "http://gexf.net/1.3", "xmlns:viz": "http://gexf.net/1.3/viz", "version": "1.3"}
    root = ET.Element("gexf", space)
    ET.SubElement(ET.SubElement(root, "meta"), "description").text = _marked(dossier)
    graph = ET.SubElement(root, "graph", {"defaultedgetype": "undirected", "mode": "static"})
    own = {side: {n: k for n, k in types.items() if n not in ("label", "x", "y")} for side, types in _SIDES.items()}
    for side, types in own.items():
        block = ET.SubElement(graph, "attributes", {"class": side})
        for name, kind in types.items():
            ET.SubElement(block, "attribute", {"id": name, "title": name, "type": kind})
    block = ET.SubElement(graph, "nodes")
    for node in nodes:
        item = ET.SubElement(block, "node", {"id": text(node["id"]), "label": text(node["label"])})
        _values(item, node, own["node"])
        # the page counts y downwards
        ET.SubElement(item, "viz:position", {"x": _text(node["x"]), "y": _text(-number(node["y"])), "z": "0.0"})
    block = ET.SubElement(graph, "edges")
    for edge in edges:
        ends = {"id": text(edge["id"]), "source": text(edge["source"]), "target": text(edge["target"])}
        _values(ET.SubElement(block, "edge", ends), edge, own["edge"])
    return _xml(root)


_SIDES: Mapping[str, Mapping[str, str]] = {"node": _NODE_TYPES, "edge": _EDGE_TYPES}


def _values(item: ET.Element, row: Row, types: Mapping[str, str]) -> None:
    block = ET.SubElement(item, "attvalues")
    for name in types:
        if row[name] is not None:
            ET.SubElement(block, "attvalue", {"for": name, "value": _text(row[name])})


def _graph(dossier: RingDossier, language: str) -> tuple[list[Row], list[Row]]:
    """Nodes and edges of the page, with what Gephi may colour and size them by."""
    data = tidy(ring_payload(dossier, language=language))
    assert isinstance(data, dict)
    about = {row["key"]: row for name in ("people", "identifiers", "templates") for row in data[name]}
    since: dict[tuple[str, str], str] = {}
    for link in data["links"]:
        ends, day = (link["h"], link["i"]), text(link["since"])
        if day:
            since[ends] = min(since.get(ends, day), day)
    nodes: list[Row] = [
        {
            "id": node["id"],
            "name": about[node["id"]]["id"],
            "label": node["label"],
            "type": node["group"],
            "role": node["role"],
            "value": about[node["id"]].get("value") or about[node["id"]].get("name"),
            "overpaid": about[node["id"]].get("overpaid"),
            "x": number(node["x"]),
            "y": number(node["y"]),
        }
        for node in data["nodes"]
    ]
    edges: list[Row] = [
        {
            "id": edge["id"],
            "source": edge["from"],
            "target": edge["to"],
            "kind": edge["kind"],
            "counts": edge["kind"] in ("evidence", "template"),
            "since": since.get((edge["from"], edge["to"])),
        }
        for edge in data["edges"]
    ]
    return nodes, edges


def _marked(dossier: RingDossier) -> str:
    """The level, and whose leave a sealed file has."""
    seal = dossier.seal
    text = dossier.level if seal is None else f"{dossier.level}; {seal.reason}; approved by {seal.approved_by}"
    return str(tidy(text))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _xml(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    body: bytes = ET.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"
