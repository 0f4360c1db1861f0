"""The same letters give the same bytes on one thread and on two."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_RUN = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
import letter_grammar
from ringfinder.templates import find_templates
found = find_templates(letter_grammar.mixed_book(700, seed=81).table())
seen = hashlib.sha256()
for frame in (found.letters, found.templates):
    seen.update(frame.to_csv(index=False).encode())
for part in (found.vectors.indptr, found.vectors.indices, found.vectors.data):
    seen.update(part.tobytes())
seen.update(repr((found.null, found.variants, found.null_p999)).encode())
print(len(found.templates), seen.hexdigest())
"""
_LIBRARIES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def told(threads: str, hash_seed: str) -> str:
    settings = os.environ | dict.fromkeys(_LIBRARIES, threads) | {"PYTHONHASHSEED": hash_seed}
    here = str(Path(__file__).resolve().parent)
    done = subprocess.run([sys.executable, "-c", _RUN, here], env=settings, capture_output=True, text=True, check=True)
    return done.stdout


def test_one_thread_and_two_give_the_same_bytes() -> None:
    one = told("1", "1")
    assert int(one.split()[0]) >= 4
    assert told("2", "2") == one
