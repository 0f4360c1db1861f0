"""The key of masked tables, and the hashes made with it.

In:  a key file.   Out: `MaskKey`.   Never prints, logs or copies the key.
HMAC-SHA-256 (RFC 2104), cut to 64 bits; each kind of value has a key of its own, so that a policy and a phone of the
same digits have nothing in common.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.errors import InputError
from ringfinder.identifiers.keyed import HASH_CHARS, MARK

_KEY = re.compile(r"[0-9a-fA-F]{64}")
_ROUNDS = 10


@dataclass(frozen=True)
class MaskKey:
    """A secret of 32 bytes. Two insurers who use the same one can compare what they masked."""

    secret: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """What the key is called in public: eight characters that tell two keys apart and nothing of either."""
        return self.digest("key name", "")[:8]

    def digest(self, domain: str, text: str) -> str:
        """Keyed hash of one text in hexadecimal, 16 characters."""
        return hmac.digest(self._of(domain), text.encode("utf-8", "replace"), "sha256").hex()[:HASH_CHARS]

    def hashes(self, domain: str, values: pd.Series[str]) -> pd.Series[str]:
        """'~' and the keyed hash of each value; NaN stays NaN.

        Raises
        ------
        InputError : two values have one hash (once in a hundred thousand books of ten million values).
        """
        key = self._of(domain)
        distinct = values.dropna().unique().tolist()
        made = {v: MARK + hmac.digest(key, v.encode("utf-8", "replace"), "sha256").hex()[:HASH_CHARS] for v in distinct}
        if len(set(made.values())) < len(made):
            raise InputError("two values have the same hash under this key", hint="mask again with a new key")
        return values.map(made).astype("str")

    def permute(self, numbers: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """A keyed permutation of the 32-bit numbers, so that different ones stay different.

        Ten Feistel rounds, each a random function of 16 bits drawn from SHAKE-256 (Luby and Rackoff 1988).
        """
        left = (numbers >> np.uint32(16)).astype(np.uint16)
        right = (numbers & np.uint32(0xFFFF)).astype(np.uint16)
        for turn in range(_ROUNDS):
            drawn = hashlib.shake_256(self._of(f"letter round {turn}")).digest(2 * 65536)
            left, right = right, left ^ np.frombuffer(drawn, dtype="<u2")[right]
        return (left.astype(np.uint32) << np.uint32(16)) | right

    def _of(self, domain: str) -> bytes:
        return hmac.digest(self.secret, f"ringfinder mask 1 {domain}".encode(), "sha256")


def read_or_make_key(path: Path) -> tuple[MaskKey, bool]:
    """The key of a file, and whether the file was made now (readable by its owner alone).

    Raises
    ------
    InputError : the file holds no key, or can't be read or made.
    """
    try:
        if not path.exists():
            path.touch(mode=0o600)
            secret = secrets.token_bytes(32)
            path.write_text(secret.hex() + "\n", encoding="ascii")
            return MaskKey(secret), True
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the key file {path.name} can't be read or made", hint="choose another --key") from error
    if not _KEY.fullmatch(text):
        raise InputError(f"{path.name} holds no key", hint="64 hexadecimal digits; name a new file to have one made")
    return MaskKey(bytes.fromhex(text)), False
