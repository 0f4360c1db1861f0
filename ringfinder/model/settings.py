"""Refuse settings that are out of range, in one wording.

In:  settings.   Out: nothing, or `ConfigError`.   Never knows a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from ringfinder.errors import ConfigError

#: least and greatest value; a third part 'open' leaves out the least, 'inside' both
Bounds: TypeAlias = tuple[float, float] | tuple[float, float, str]

#: a century: no window of days is longer
MAX_DAYS = 36_525

#: seeds of 32 bits: the Leiden library takes 64, all randomness shares the smaller range
MAX_SEED = 2**32 - 1


def check_setting(
    owner: str, setting: str, value: float, *, low: float, high: float = float("inf"), leave_out: str = ""
) -> None:
    """Refuse a value outside `low` to `high`, NaN, and infinity.

    Parameters
    ----------
    owner : whose setting, as the user knows it: 'detector leiden', '[score]'. leave_out : 'open' leaves out `low`,
        'inside' both ends.

    Raises
    ------
    ConfigError : names the owner, the setting, the value and the range.
    """
    above = low < value if leave_out else low <= value
    below = value < high if leave_out == "inside" else value <= high
    if above and below and value not in (float("inf"), float("-inf")):
        return
    least = f"above {low:g}" if leave_out else f"at least {low:g}"
    most = "" if high == float("inf") else f" and {'below' if leave_out == 'inside' else 'at most'} {high:g}"
    raise ConfigError(f"{owner}: {setting} is {value!r}, must be {least}{most}")


def check_settings(owner: str, params: object, bounds: Mapping[str, Bounds]) -> None:
    """Refuse the first of an object's settings that is out of its bounds."""
    for setting, limits in bounds.items():
        low, high, *leave_out = limits
        check_setting(owner, setting, getattr(params, setting), low=low, high=high, leave_out="".join(leave_out))


def check_seed(owner: str, seed: int) -> None:
    """Refuse a seed that is not a whole number in 0 .. 2^32 - 1."""
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ConfigError(f"{owner}: seed is {seed!r}, must be a whole number")
    check_setting(owner, "seed", seed, low=0, high=MAX_SEED)
