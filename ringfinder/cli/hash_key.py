"""The key under which personal values are hashed: a file beside the case, made where it is missing.

In:  a file.   Out: the key.   Never prints a key.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ringfinder.cli.talk import Talk
from ringfinder.errors import InputError


def key_beside(source: Path) -> Path:
    """Where the key of a case lies if no other is given."""
    place = source.resolve()
    return place.with_name(place.name + ".key")


def read_key(talk: Talk, file: Path) -> bytes:
    """The key of the hashes; a new one is readable by its owner alone."""
    if file.is_file():
        text = file.read_text(encoding="utf-8").strip()
        if len(text) < 32:
            raise InputError(f"{file.name} is no key", hint="a key has 32 characters or more")
        return text.encode("utf-8")
    text = secrets.token_hex(32)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise InputError(f"can't write key {file.name}: {error.strerror}", hint="choose another --key") from error
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text + "\n")
    talk.say(f"new key: {file.name}; keep it apart from the server, who has both can tell the values")
    return text.encode("utf-8")
