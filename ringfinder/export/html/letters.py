"""One page that lays the letters of a template side by side, sentence by sentence.

In:  `ComparedTemplate`, masked facts.   Out: one `ExportFile`.   Never compares.
The page holds no script at all: a table whose first column is the template, one more column a letter. Letters are
hostile input; Jinja2 escapes every cell, and the page's policy allows its own style and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ringfinder.export.exporter import ExportFile
from ringfinder.export.html.clean import tidy
from ringfinder.export.html.page import render_static
from ringfinder.model.compared import ComparedLetter, ComparedTemplate


def letters_page(
    name: str,
    template_id: str,
    facts: Mapping[str, object],
    letters: Sequence[Mapping[str, object]],
    compared: ComparedTemplate,
    *,
    variant: tuple[str, float] | None,
    null: str,
    case_name: str,
    language: str,
) -> ExportFile:
    """The page as a file.

    Parameters
    ----------
    name : of the file. facts : complaints, policyholders, rings, first_filed, last_filed.
    letters : id, person, day, ring, verdict, judged of each letter of `compared`, in its order.
    variant : (larger template, share of the core) where it is one. null : a sentence on what links were judged against.
    """
    rows = [
        {
            "number": place + 1,
            "text": text,
            "slots": [
                {"name": s.name, "fillers": [{"text": t, "n": n} for t, n in s.fillers]}
                for s in compared.slots
                if s.place == place and s.fillers
            ],
            "cells": [_cell(letter, place) for letter in compared.letters],
        }
        for place, text in enumerate(compared.sentences)
    ]
    rows.append({"number": 0, "text": "", "slots": [], "cells": [_cell(letter, -1) for letter in compared.letters]})
    data = {
        "template": template_id,
        "facts": dict(facts),
        "letters": [dict(letter) for letter in letters],
        "rows": rows,
        "variant": {"of": variant[0], "share": f"{variant[1]:.0%}"} if variant else None,
        "null": null,
        "case": case_name,
    }
    html = render_static("letters.html.j2", tidy(data), style="letters.css", words="letters", language=language)
    return ExportFile("", name, html.encode("utf-8"))


def _cell(letter: ComparedLetter, place: int) -> list[list[dict[str, str]]]:
    """The sentences of a letter that follow one of the template, each a list of parts."""
    return [
        [{"kind": p.kind, "text": p.text} for p in sentence.parts]
        for sentence in letter.sentences
        if sentence.place == place
    ]
