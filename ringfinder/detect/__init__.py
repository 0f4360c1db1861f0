"""EntityGraph -> Communities: the detectors, by name.

In:  EntityGraph.   Out: Communities.   Never builds a graph, never scores.
A new detector is one new file and one line in `DETECTORS`.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, cast

from ringfinder.detect.bare import BareGraph
from ringfinder.detect.components import Components
from ringfinder.detect.detector import Detector
from ringfinder.detect.group_table import GROUP_COLUMNS, group_table
from ringfinder.detect.label_propagation import LabelPropagation
from ringfinder.detect.leiden import Leiden
from ringfinder.detect.louvain import Louvain
from ringfinder.errors import ConfigError, UnknownNameError
from ringfinder.model.communities import Communities
from ringfinder.model.graph import EntityGraph

__all__ = [
    "DETECTORS",
    "GROUP_COLUMNS",
    "BareGraph",
    "Components",
    "Detector",
    "LabelPropagation",
    "Leiden",
    "Louvain",
    "detect_communities",
    "get_detector",
    "group_table",
]

#: every detector, by its `name`
DETECTORS: tuple[type[Detector], ...] = (BareGraph, Components, LabelPropagation, Leiden, Louvain)


def get_detector(name: str, **params: object) -> Detector:
    """Make a detector from its name and settings.

    Raises
    ------
    UnknownNameError : no detector of that name.
    ConfigError : it has no such setting, or a value is out of range or of the wrong type.

    Examples
    --------
    >>> get_detector("leiden", objective="cpm", resolution=0.05)
    Leiden(objective='cpm', resolution=0.05, seed=0, iterations=2, trials=1)
    """
    for detector in DETECTORS:
        if detector.name == name:
            break
    else:
        raise UnknownNameError("detector", name, (d.name for d in DETECTORS))
    known: list[str] = [f.name for f in fields(detector)] if is_dataclass(detector) else []
    unknown = sorted(set(params) - set(known))
    if unknown:
        raise ConfigError(
            f"detector {name} has no setting {unknown[0]!r}", hint=f"its settings: {', '.join(known) or 'none'}"
        )
    try:
        return cast("type[Any]", detector)(**params)  # type: ignore[no-any-return]
    except TypeError as error:
        raise ConfigError(f"detector {name}: a setting has the wrong type ({', '.join(sorted(params))})") from error


def detect_communities(graph: EntityGraph, detector: str | Detector = "bare", **params: object) -> Communities:
    """Group the nodes of any graph in one call.

    Parameters
    ----------
    graph : see `EntityGraph.from_links`. Not modified.
    detector : a name from `DETECTORS` with its settings as `params`, or a detector that is already made.

    Returns
    -------
    Canonical labels (0 is the largest group, -1 no group), the seed and the record of the run. `group_table` counts
    what each group is made of, the likelier groups first: read it by `largest_connector`.

    Raises
    ------
    UnknownNameError : no detector of that name.
    ConfigError : a setting is unknown or out of range, or `params` were given with a detector already made.

    Examples
    --------
    >>> import pandas as pd
    >>> links = pd.DataFrame({"source": list("aabxxyb"), "target": list("bccyzzx")})
    >>> detect_communities(EntityGraph.from_links(links), "leiden").labels.tolist()
    [0, 0, 0, 1, 1, 1]
    """
    if isinstance(detector, str):
        return get_detector(detector, **params).run(graph)
    if params:
        raise ConfigError(
            f"detector {detector.name} is already made; settings given with it: {', '.join(sorted(params))}",
            hint="give the settings when you make it",
        )
    return detector.run(graph)
