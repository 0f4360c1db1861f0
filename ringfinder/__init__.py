"""ringfinder finds organised agent-refund rings (代理退保团伙) in a life insurer's own data.

    import ringfinder as rf
    report = rf.detect_rings(rf.read_tables("sample_data/lin_ma/input"))

The public names, loaded on first use so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ringfinder.version import __version__

if TYPE_CHECKING:
    from ringfinder.analyst import Case, open_case, read_tables
    from ringfinder.case import keep_ids, write_case
    from ringfinder.config import RunConfig, load_config
    from ringfinder.detect import detect_communities
    from ringfinder.display import progress_bar
    from ringfinder.errors import RingfinderError
    from ringfinder.model.communities import Communities
    from ringfinder.model.dataset import Dataset
    from ringfinder.model.graph import EntityGraph
    from ringfinder.model.ring import Ring, RingReport
    from ringfinder.pipeline import detect_rings, replay
    from ringfinder.whatif import what_if

__all__ = [
    "Case",
    "Communities",
    "Dataset",
    "EntityGraph",
    "Ring",
    "RingReport",
    "RingfinderError",
    "RunConfig",
    "__version__",
    "detect_communities",
    "detect_rings",
    "keep_ids",
    "load_config",
    "open_case",
    "progress_bar",
    "read_tables",
    "replay",
    "what_if",
    "write_case",
]

_HOME = {
    "Case": "ringfinder.analyst",
    "Communities": "ringfinder.model.communities",
    "Dataset": "ringfinder.model.dataset",
    "EntityGraph": "ringfinder.model.graph",
    "Ring": "ringfinder.model.ring",
    "RingReport": "ringfinder.model.ring",
    "RingfinderError": "ringfinder.errors",
    "RunConfig": "ringfinder.config",
    "detect_communities": "ringfinder.detect",
    "detect_rings": "ringfinder.pipeline",
    "keep_ids": "ringfinder.case",
    "load_config": "ringfinder.config",
    "open_case": "ringfinder.analyst",
    "progress_bar": "ringfinder.display",
    "read_tables": "ringfinder.analyst",
    "replay": "ringfinder.pipeline",
    "what_if": "ringfinder.whatif",
    "write_case": "ringfinder.case",
}


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'ringfinder' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
