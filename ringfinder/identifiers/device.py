"""Devices: fingerprints, IMEI, UUID and MAC of log-ins.

In:  ids as logged.   Out: lower case; UUID, MAC and IMEI without separators. Ids that every phone reports (zeros, the
fixed MAC of privacy modes, the emulator's Android id) name nobody.
"""

from __future__ import annotations

import pandas as pd

from ringfinder.identifiers.folding import among, fold, is_placeholder, is_ruined, is_starred, matches, rewrite, settle
from ringfinder.identifiers.kind import IdentifierKind, Normalised
from ringfinder.identifiers.masking import mask_ends

_FAMOUS = frozenset(
    ("020000000000", "9774d56d682e549c", "012345678912345", "123456789012345", "004999010640000", "ffffffffffff")
)


def normalise_device(series: pd.Series[str]) -> Normalised:
    """Device ids in one spelling.

    Examples
    --------
    >>> got = normalise_device(pd.Series(["AA:BB:CC:DD:EE:01", "dev-7xk2", "02:00:00:00:00:00", "unknown"]))
    >>> got.values.tolist(), got.value_class.tolist()
    (['aabbccddee01', 'dev-7xk2', nan, nan], ['', '', 'placeholder', 'placeholder'])
    """
    value = fold(series, lower=True).pipe(rewrite, [(r"^(\d+)\.0+$", r"\1")])
    bare = value.pipe(rewrite, [(r"[\s:{}\-]", "")])
    is_hex = matches(bare, r"[0-9a-f]{12,}")
    value = value.mask(is_hex, bare)
    return settle(
        value,
        ("masked", is_starred(value)),
        ("placeholder", is_placeholder(value) | among(bare, _FAMOUS) | matches(bare, r"0+")),
        ("ruined", is_ruined(value)),
        ("too_short", value.str.len() < 4),
    )


DEVICE = IdentifierKind(
    name="device",
    zh="设备",
    en="device",
    normalise=normalise_device,
    mask=mask_ends,
    aliases=("设备号", "设备指纹", "设备ID", "IMEI", "device_id", "devices"),
)
