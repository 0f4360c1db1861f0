"""Letters without their words: keyed numbers of their shingles.

In:  texts.   Out: texts in the format of `ringfinder.identifiers.keyed`.   Never keeps a word.
Templates are found from which shingles letters share; who shares what stays, what it says goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ringfinder.identifiers.keyed import pack_letter
from ringfinder.mask.keys import MaskKey
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.shingles import shingle


def mask_texts(texts: Sequence[str], key: MaskKey, params: TemplateParams = TemplateParams()) -> list[str]:
    """Each text as a masked letter; equal texts, and only these, give equal letters."""
    found = shingle(list(texts), params.shingle, max_chars=params.max_chars)
    numbers = key.permute(found.hashes)
    return [
        pack_letter(numbers[a:b], size=params.shingle, n_chars=len(text), digest=key.digest("letter", text))
        for text, (a, b) in zip(texts, pairwise(found.offsets.tolist()), strict=True)
    ]
