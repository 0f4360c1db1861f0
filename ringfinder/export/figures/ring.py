"""A ring's graph as a still picture.

In:  `RingDossier`.   Out: a figure.   Never lays out: positions are those of the HTML page.
Colours are Okabe & Ito's (2008), and every kind has a shape of its own as well.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ringfinder.export.figures.frame import draw_frame, house_style, words_of
from ringfinder.export.html.clean import tidy
from ringfinder.export.html.frames import number, text
from ringfinder.export.html.ring_data import ring_payload
from ringfinder.export.html.ring_graph import template_users

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from ringfinder.model.dossier import RingDossier

_FILLS = {"phone": "#E69F00", "account": "#0072B2", "mail": "#56B4E9", "other": "#CC79A7"}
_FILLS |= {"template": "#009E73", "broker": "#882255", "unused": "#EEF1F5"}
_PERSON_FILLS = {"core": "#56687C", "member": "#B8C4CE", "associate": "#FFFFFF"}
_BROKER_LINES = ("#882255", "#D55E00", "#117733")
_TINTS = ("#0072B2", "#E69F00", "#CC79A7", "#009E73", "#7B5BD6", "#8C6D31")

#: shape of a node -> matplotlib marker, and how large it is for a nominal radius of 1
_MARKERS = {"dot": ("o", 2.0), "triangle": ("^", 2.1), "triangleDown": ("v", 2.1), "square": ("s", 1.8)}
_MARKERS |= {"hexagon": ("h", 2.1), "diamond": ("D", 1.35), "star": ("*", 2.5)}

#: free space around the graph, and points a picture unit has at least and at most
_PAD, _SCALE = 46.0, (0.42, 1.25)
_GRAPH_WIDTH, _GRAPH_HEIGHT, _LEGEND_WIDTH, _TITLE_HEIGHT = 9.4, 8.0, 2.95, 0.8

#: roles that have a line of their own in the legend, and its order
_APART = ("core", "member", "associate", "guarded", "household")
_LEGEND_ORDER: tuple[str, ...] = (
    "core",
    "member",
    "associate",
    "phone",
    "account",
    "mail",
    "other",
    "template",
    "broker",
)
_LEGEND_ORDER += ("guarded", "household", "person")


def ring_figure(dossier: RingDossier, language: str = "zh") -> Figure:
    """The ring as a graph: people, what they share, areas of one letter template.

    For a report, where the page can't go. People stand as circles (filled: core, light: member, dashed: associate),
    identifiers in a shape and colour by kind, everything at the place the HTML page gives it. Links to templates and
    intermediaries are an area and an outline, not lines, so that the counted evidence stays readable. Ids of people
    are written in small rings only.

    Parameters
    ----------
    dossier : the ring, masked.
    language : of all labels, 'zh' or 'en'.

    Returns
    -------
    A figure of its own; a notebook shows it, `.savefig` and `figure_svg` store it. Node (x, y) of the page is at
    (x, -y) of the first axes.

    Raises
    ------
    MissingExtraError : matplotlib is not installed. InputError : another language.
    """
    words = words_of(language)
    data = tidy(ring_payload(dossier, language=language))
    assert isinstance(data, dict)
    with house_style():
        from ringfinder.export.figures.still import still

        nodes = data["nodes"]
        xs, ys = [n["x"] for n in nodes] or [0.0], [-n["y"] for n in nodes] or [0.0]
        left, right, low, high = min(xs) - _PAD, max(xs) + _PAD, min(ys) - _PAD, max(ys) + _PAD
        scale = min(_SCALE[1], _GRAPH_WIDTH * 72 / (right - left), _GRAPH_HEIGHT * 72 / (high - low))
        scale = max(_SCALE[0], scale)
        # a narrow ring is centred, a big one makes the figure larger: never smaller than can be read
        wide, tall = max(5.6, (right - left) * scale / 72), max(3.6, (high - low) * scale / 72)
        width, height = wide + _LEGEND_WIDTH, tall + _TITLE_HEIGHT + 0.35
        figure = still(width, height)
        axes = figure.add_axes((0.0, 0.35 / height, wide / width, tall / height), frameon=False)
        middle_x, middle_y = (left + right) / 2, (low + high) / 2
        reach_x, reach_y = wide * 36 / scale, tall * 36 / scale
        axes.set(xlim=(middle_x - reach_x, middle_x + reach_x), ylim=(middle_y - reach_y, middle_y + reach_y))
        axes.set(xticks=[], yticks=[], aspect="equal")
        _draw_regions(axes, data)
        _draw_edges(axes, data)
        _draw_nodes(axes, data)
        _draw_labels(axes, data, size=max(6.0, min(10.0, 11.5 * scale)))
        _draw_legend(figure, data, words, at=(wide / width, 1 - _TITLE_HEIGHT / height))
        draw_frame(figure, data["ring"], words)
    return figure


def _draw_regions(axes: Axes, data: dict[str, Any]) -> None:
    """One flat tint a template: discs and bands as one path, all turned one way, so that overlaps add no colour."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    where = {n["id"]: (n["x"], -n["y"]) for n in data["nodes"]}
    for region in data["regions"]:
        discs = zip(region["people"], region["radii"], strict=True)
        parts = [Path.circle(where[key], radius) for key, radius in discs]
        for x1, y1, x2, y2, band in region["joins"]:
            far = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 1e-6)
            dx, dy = (y2 - y1) / far * band, (x2 - x1) / far * band
            corners = [(x1 + dx, -y1 + dy), (x1 - dx, -y1 - dy), (x2 - dx, -y2 - dy), (x2 + dx, -y2 + dy)]
            parts.append(Path([*corners, corners[0]], closed=True))
        if len(region["people"]) > 1:
            colour = _TINTS[region["tint"] % len(_TINTS)]
            area = Path.make_compound_path(*parts)
            axes.add_patch(PathPatch(area, facecolor=colour, alpha=0.13, linewidth=0, zorder=0, gid="region"))


def _draw_edges(axes: Axes, data: dict[str, Any]) -> None:
    """Links to identifiers; those to templates and intermediaries are areas and outlines."""
    from matplotlib.collections import LineCollection

    node = {n["id"]: n for n in data["nodes"]}
    groups: dict[tuple[str, bool], list[list[tuple[float, float]]]] = {}
    for edge in data["edges"]:
        if edge["kind"] not in ("template", "broker"):
            ends = [(node[key]["x"], -node[key]["y"]) for key in (edge["from"], edge["to"])]
            colour = _FILLS[node[edge["to"]]["group"]] if edge["kind"] == "evidence" else "#8B98A8"
            groups.setdefault((colour, edge["kind"] == "evidence"), []).append(ends)
    for (colour, counts), ends_of in groups.items():
        lines = LineCollection(
            ends_of, colors=colour, linewidths=1.2 if counts else 0.8, alpha=0.75 if counts else 0.6,
            linestyles="solid" if counts else [(0, (3, 2.5))], zorder=1, gid="links",
        )  # fmt: skip
        axes.add_collection(lines, autolim=False)


def _draw_nodes(axes: Axes, data: dict[str, Any]) -> None:
    """People and hubs, one collection a look; its gid is 'person-core', 'phone-evidence' ..."""
    lines = _broker_lines(data)
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for node in data["nodes"]:
        groups.setdefault((node["group"], node["role"], lines.get(node["id"], "")), []).append(node)
    for (group, role, line), nodes in groups.items():
        axes.add_collection(_marks(nodes, group, role, line), autolim=False)


def _marks(nodes: list[dict[str, Any]], group: str, role: str, line: str) -> PathCollection:
    from matplotlib.collections import PathCollection
    from matplotlib.markers import MarkerStyle
    from matplotlib.transforms import Affine2D

    paths = []
    for node in nodes:
        marker, factor = _MARKERS[node["shape"]]
        style = MarkerStyle(marker)
        move = Affine2D().scale(factor * node["size"]).translate(node["x"], -node["y"])
        paths.append((style.get_transform() + move).transform_path(style.get_path()))
    fill, edge, dashed = _look(group, role)
    return PathCollection(
        paths,
        facecolors=fill,
        edgecolors=line or edge,
        linewidths=2.0 if line else 1.0,
        linestyles=[(0, (2.5, 1.8))] if dashed and not line else "solid",
        zorder=3,
        gid=f"{group}-{role}",
    )


def _look(group: str, role: str) -> tuple[str, str, bool]:
    """Fill, outline, and whether it is dashed."""
    if group == "person":
        return _PERSON_FILLS.get(role, "#B8C4CE"), "#243244" if role == "core" else "#5A6B7E", role == "associate"
    if role in ("guarded", "household"):
        return _FILLS["unused"], "#66768A", True
    return _FILLS.get(group, _FILLS["other"]), "#1B2838", False


def _broker_lines(data: dict[str, Any]) -> dict[str, str]:
    """Outline of people who are linked to an intermediary: the first two have a colour each, the rest share one."""
    order = _brokers(data)
    out: dict[str, str] = {}
    for place, broker in reversed(list(enumerate(order))):
        colour = _BROKER_LINES[min(place, len(_BROKER_LINES) - 1)]
        out |= {text(link["h"]): colour for link in data["links"] if link["i"] == broker["key"]}
    return out


def _brokers(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Intermediaries that anybody of the ring is linked to, row by row."""
    used = {link["i"] for link in data["links"]}
    return [item for item in data["identifiers"] if item["type"] == "broker" and item["key"] in used]


def _draw_labels(axes: Axes, data: dict[str, Any], *, size: float) -> None:
    """Names of hubs, and ids of people where they are few, on the side the page puts them."""
    from matplotlib.patheffects import withStroke

    held = {i["key"]: int(number(i["inRing"])) for i in data["identifiers"] if i["type"] == "broker"}
    # as on the page: people, of whom one may have sent several letters
    held |= {form: len(users) for form, users in template_users(data["letters"]).items()}
    around = {"b": (0, -1, "center", "top"), "t": (0, 1, "center", "bottom")}
    around |= {"r": (1, 0, "left", "center"), "l": (-1, 0, "right", "center")}
    for node in data["nodes"]:
        person, count = node["group"] == "person", held.get(node["id"])
        if person and not data["names"]:
            continue
        dx, dy, ha, va = around[node["side"]]
        reach = node["size"] + 3
        axes.text(
            node["x"] + dx * reach, -node["y"] + dy * reach, node["label"] + (f" ({count})" if count else ""),
            ha=ha, va=va, fontsize=size * (0.86 if person else 1.0), fontweight="bold" if count else "normal",
            color="#26344A", zorder=4, path_effects=[withStroke(linewidth=2.4, foreground="white")],
        )  # fmt: skip


def _legend_place(kind: tuple[str, str, str]) -> tuple[int, int]:
    group, role, _ = kind
    return _LEGEND_ORDER.index(role or group), _LEGEND_ORDER.index(group)


def _draw_legend(figure: Figure, data: dict[str, Any], words: dict[str, str], *, at: tuple[float, float]) -> None:
    """What occurs in this ring, with its number."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def mark(shape: str, fill: str, edge: str, width: float = 1.0) -> Line2D:
        # a marker has no dashes: what is not counted is told by its pale filling
        marker, factor = _MARKERS[shape]
        return Line2D(
            [], [], linestyle="none", marker=marker, markersize=4.4 * factor, markerfacecolor=fill,
            markeredgecolor=edge, markeredgewidth=width,
        )  # fmt: skip

    entries: dict[str, Any] = {}
    found = Counter((n["group"], n["role"] if n["role"] in _APART else "", n["shape"]) for n in data["nodes"])
    for group, role, shape in sorted(found, key=_legend_place):
        name = words[f"role.{role}" if group == "person" and role else f"type_{group}"]
        name = words[role].format(type=name) if group != "person" and role else name
        fill, edge, _ = _look(group, role)
        entries[f"{name}  {found[group, role, shape]}"] = mark(shape, fill, edge)
    for place, broker in enumerate(_brokers(data)):
        name = words["broker_line" if place < 2 else "broker_lines"].format(id=broker["id"])
        entries[name] = mark("dot", "white", _BROKER_LINES[min(place, 2)], width=2.2)
    for region, template in zip(data["regions"], data["templates"], strict=True):
        if len(region["people"]) > 1:
            tint = Patch(facecolor=_TINTS[region["tint"] % len(_TINTS)], alpha=0.25)
            entries[words["region"].format(id=template["id"])] = tint
    figure.legend(
        list(entries.values()), list(entries), loc="upper left", bbox_to_anchor=at, frameon=False, fontsize=9,
        handletextpad=0.6, labelspacing=0.75, borderaxespad=0.2,
    )  # fmt: skip
