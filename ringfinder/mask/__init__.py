"""An insurer's tables with every identifier replaced by a keyed hash, on which `detect` finds the same rings.

In:  `Dataset`, a key.   Out: masked tables, and a folder of them.   Never writes the key, never stores what a hash
stands for. What the masked tables still tell is listed in docs/adr/0019.
"""

from __future__ import annotations

from ringfinder.mask.keys import MaskKey, read_or_make_key
from ringfinder.mask.letters import mask_texts
from ringfinder.mask.tables import mask_tables
from ringfinder.mask.write import check_out, write_masked

__all__ = ["MaskKey", "check_out", "mask_tables", "mask_texts", "read_or_make_key", "write_masked"]
