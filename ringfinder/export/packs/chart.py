"""A ring's structure as shapes for a still picture that needs no library.

In:  nodes and edges of the page, placed.   Out: plain mappings a template draws as SVG.   Never lays out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

_FILLS = {"person": "#B8C4CE", "phone": "#E69F00", "account": "#0072B2", "mail": "#56B4E9", "other": "#CC79A7"}
_FILLS |= {"template": "#009E73", "broker": "#882255"}
_SIDES = {"phone": 3, "account": 4, "mail": 3, "other": 6, "template": 4}
#: where the first corner of a shape points, in turns
_TURNS = {"phone": -0.25, "mail": 0.25, "template": 0.0, "account": 0.125, "other": 0.0}
_PAD = 60.0
#: up to this many people are written with their numbers
_FEW = 60


def chart_shapes(nodes: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`box` (x, y, width, height), `lines`, `shapes` and `labels`, all rounded to a tenth."""
    where = {node["id"]: (float(node["x"]), float(node["y"])) for node in nodes}
    xs, ys = [x for x, _ in where.values()] or [0.0], [y for _, y in where.values()] or [0.0]
    left, top = min(xs) - _PAD, min(ys) - _PAD
    lines = [
        {
            "a": _point(*where[edge["from"]]),
            "b": _point(*where[edge["to"]]),
            "dashed": bool(edge["dashed"]) or edge["kind"] not in ("evidence", "template"),
        }
        for edge in edges
    ]
    people = sum(node["group"] == "person" for node in nodes)
    return {
        "box": [round(v, 1) for v in (left, top, max(xs) + _PAD - left, max(ys) + _PAD - top)],
        "lines": lines,
        "shapes": [_shape(node) for node in nodes],
        "labels": [
            {"x": round(float(n["x"]), 1), "y": round(float(n["y"]) + float(n["size"]) + 9.0, 1), "text": n["label"]}
            for n in nodes
            if n["group"] != "person" or people <= _FEW
        ],
    }


def _point(x: float, y: float) -> tuple[float, float]:
    return round(x, 1), round(y, 1)


def _shape(node: Mapping[str, Any]) -> dict[str, Any]:
    """A circle, or the corners of a polygon."""
    x, y, radius, group = float(node["x"]), float(node["y"]), float(node["size"]), str(node["group"])
    fill = "#56687C" if node["role"] == "core" else _FILLS.get(group, "#CC79A7")
    if group == "person":
        return {"x": round(x, 1), "y": round(y, 1), "r": round(radius, 1), "fill": fill, "corners": ""}
    if group == "broker":
        points = [_corner(x, y, radius * (1.0 if i % 2 == 0 else 0.45), i / 10 - 0.25) for i in range(10)]
    else:
        n = _SIDES.get(group, 6)
        points = [_corner(x, y, radius, i / n + _TURNS.get(group, 0.0)) for i in range(n)]
    return {"fill": fill, "corners": " ".join(f"{a},{b}" for a, b in points)}


def _corner(x: float, y: float, radius: float, turn: float) -> tuple[float, float]:
    return _point(x + radius * math.cos(math.tau * turn), y + radius * math.sin(math.tau * turn))
