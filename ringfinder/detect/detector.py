"""What a detector is: a frozen parameter dataclass with a name and `run(graph) -> Communities`.

In:  nothing (definitions).   Out: `Detector`, `check_setting`, `check_seed`.   Never detects.
"""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable

from ringfinder.errors import ConfigError
from ringfinder.model.communities import Communities
from ringfinder.model.graph import EntityGraph

#: the Leiden library takes seeds of 64 bits; all detectors share the smaller range
MAX_SEED = 2**32 - 1


@runtime_checkable
class Detector(Protocol):
    """A method that groups the nodes of a graph.

    Every detector keeps three promises: each group is connected, labels are canonical (0 is the largest group), and
    equal graphs with equal settings give equal labels. Its fields are its settings and the only home of their defaults.
    """

    name: ClassVar[str]

    def run(self, graph: EntityGraph) -> Communities:
        """Group the nodes of `graph`, which is not modified."""
        ...


def check_setting(
    detector: str, setting: str, value: float, *, low: float, high: float = float("inf"), is_open: bool = False
) -> None:
    """Refuse a setting outside `low` to `high` (`is_open`: `low` itself is out too), and NaN.

    Raises
    ------
    ConfigError : names the detector, the setting, the value and the range.
    """
    inside = low < value <= high if is_open else low <= value <= high
    if not inside or value == float("inf"):
        above = f"above {low:g}" if is_open else f"at least {low:g}"
        bound = "" if high == float("inf") else f" and at most {high:g}"
        raise ConfigError(f"detector {detector}: {setting} is {value!r}, must be {above}{bound}")


def check_seed(detector: str, seed: int) -> None:
    """Refuse a seed that is not a whole number in 0 .. 2^32 - 1.

    Raises
    ------
    ConfigError : the seed is out of range.
    """
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ConfigError(f"detector {detector}: seed is {seed!r}, must be a whole number")
    check_setting(detector, "seed", seed, low=0, high=MAX_SEED)
