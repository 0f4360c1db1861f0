"""The letters of a template as rows: what each part of a letter has in common with the template.

In:  Case.   Out: `ComparedTemplate`, a frame.   Never shows a personal value: texts come masked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from ringfinder.case import Case
from ringfinder.case.letter_texts import letter_texts
from ringfinder.export import Source
from ringfinder.model.compared import ComparedTemplate, Part
from ringfinder.model.dossier import Portfolio, RingDossier
from ringfinder.templates.compare import compare_letters

#: the templates of most letters, and the letters nearest to each, whose slots an overview tells
_MOST_TEMPLATES, _MOST_LETTERS = 60, 24

PART_COLUMNS = ("complaint_id", "sentence", "template_sentence", "kind", "text")


def compared_template(case: Case, template_id: str, *, top: int) -> ComparedTemplate:
    """A template and its nearest letters, sentence by sentence.

    Raises
    ------
    UnknownNameError : no such template.
    """
    frame = letter_texts(case, template_id, top=top)
    templates = case.templates()
    pattern = templates.loc[templates["template_id"] == template_id, "pattern"].fillna("").iloc[0]
    pairs = list(zip(frame["complaint_id"].astype("str"), frame["text"].astype("str"), strict=True))
    return compare_letters(str(pattern), pairs)


def part_rows(compared: ComparedTemplate) -> pd.DataFrame:
    """One row a part of a sentence (`PART_COLUMNS`); `template_sentence` counts from 1, 0 where there is none."""
    rows = [
        (letter.complaint_id, number, sentence.place + 1, part.kind, part.text)
        for letter in compared.letters
        for number, sentence in enumerate(letter.sentences, start=1)
        for part in sentence.parts
    ]
    frame = pd.DataFrame(rows, columns=list(PART_COLUMNS))
    return frame.astype({"complaint_id": "str", "kind": "str", "text": "str"})


@dataclass(frozen=True)
class MarkedCase:
    """A source of dossiers whose letters tell which words are their template's: what a pack of a ring gets."""

    source: Source

    def ring_ids(self) -> tuple[str, ...]:
        return self.source.ring_ids()

    def portfolio(self) -> Portfolio:
        return self.source.portfolio()

    def dossier(self, ring_id: str) -> RingDossier:
        """The source's own, with `parts` for the letters that follow a template."""
        dossier = self.source.dossier(ring_id)
        letters, templates = dossier.letters, dossier.templates.fillna("")
        told: dict[str, tuple[Part, ...]] = {}
        for template_id, pattern in zip(templates["template_id"], templates["pattern"], strict=True):
            own = letters.loc[(letters["template_id"] == template_id) & letters["verdict"].isin(["linked", "possible"])]
            pairs = list(zip(own["complaint_id"].astype("str"), own["text"].fillna("").astype("str"), strict=True))
            for letter in compare_letters(str(pattern), pairs).letters if pattern else ():
                told[letter.complaint_id] = tuple(part for sentence in letter.sentences for part in sentence.parts)
        parts = [told.get(str(name), ()) for name in letters["complaint_id"]]
        return replace(dossier, letters=letters.assign(parts=pd.Series(parts, letters.index, object)))


@dataclass(frozen=True)
class SlottedCase:
    """A case whose overview tells what stands in the slots of its templates: what an export of all rings gets."""

    case: Case

    def ring_ids(self) -> tuple[str, ...]:
        return self.case.ring_ids()

    def dossier(self, ring_id: str) -> RingDossier:
        return self.case.dossier(ring_id)

    def portfolio(self) -> Portfolio:
        """The case's own, with `compared` and `slots` for the templates of most letters."""
        portfolio = self.case.portfolio()
        templates = portfolio.templates
        order = templates.sort_values("complaints", ascending=False, kind="stable")
        ids = order["template_id"].astype("str").tolist()[:_MOST_TEMPLATES]
        found = {name: compared_template(self.case, name, top=_MOST_LETTERS) for name in ids}
        names = templates["template_id"].astype("str").tolist()
        told = templates.assign(
            compared=[len(found[name].letters) if name in found else 0 for name in names],
            slots=pd.Series([found[name].slots if name in found else () for name in names], templates.index, object),
        )
        return replace(portfolio, templates=told)
