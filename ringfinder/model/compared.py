"""One template and its letters, laid side by side: what each writer kept, filled in, changed and added.

In:  nothing (definitions).   Out: `Part`, `ComparedSentence`, `ComparedLetter`, `Slot`, `ComparedTemplate`.
Texts are masked before they come here. Never compares.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["same", "slot", "changed", "added"]


@dataclass(frozen=True)
class Part:
    """A stretch of a letter: wording of the template, what fills a slot, other wording in its place, or an addition."""

    kind: Kind
    text: str

    def __repr__(self) -> str:
        return f"Part({self.kind}, {len(self.text)} characters)"


@dataclass(frozen=True)
class ComparedSentence:
    """A sentence of a letter; `place` is the template's sentence it follows (from 0), -1 for the writer's own."""

    place: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Slot:
    """A slot of the template: its sentence, its kind (日期, 金额 ...), and the commonest fillers with their counts.

    Names are people's: a slot of names has no fillers, only the count of letters that fill it.
    """

    place: int
    name: str
    n_filled: int
    fillers: tuple[tuple[str, int], ...] = field(repr=False)


@dataclass(frozen=True)
class ComparedLetter:
    """A letter against its template; `share` is the part of the letter's characters that are the template's own."""

    complaint_id: str
    sentences: tuple[ComparedSentence, ...]
    share: float


@dataclass(frozen=True)
class ComparedTemplate:
    """The template's sentences with slots as 〔日期〕, its slots, and its letters in the order given."""

    sentences: tuple[str, ...]
    slots: tuple[Slot, ...]
    letters: tuple[ComparedLetter, ...]
