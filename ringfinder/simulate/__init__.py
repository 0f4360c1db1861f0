"""Synthetic insurers with planted rings and planted honest look-alikes.

In:  preset, size, seed.   Out: `World`, or a folder of tables. Never reads real data; never imports a detector.
"""

from ringfinder.simulate.presets import PRESETS, Preset
from ringfinder.simulate.world import World, simulate
from ringfinder.simulate.write import check_replaceable, write_world

__all__ = ["PRESETS", "Preset", "World", "check_replaceable", "simulate", "write_world"]
