"""Letters that came in after a case was made, held against its templates.

In:  Case, a file of complaints.   Out: a frame, what was set aside.   Never changes the case.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ringfinder.case import Case
from ringfinder.case.letter_texts import former_templates, judged_by
from ringfinder.case.tables import read_dataset, read_letter_texts
from ringfinder.config import RunConfig
from ringfinder.errors import InputError
from ringfinder.ingest import read_complaints
from ringfinder.screening.files import known_numbers
from ringfinder.templates import link_new


def new_letters(case: Case, file: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each new letter with its template, known or new, and its similarity; and the rows and cells set aside.

    Read with the settings that the case was made with.

    Raises
    ------
    InputError : the file can't be read, or no row has a text. TableError : it holds no complaints.
    """
    known, forms = read_letter_texts(case)
    config = RunConfig.from_dict(case.manifest["config"], known_letters=known, boilerplate=forms)
    complaints, rejects = read_complaints(file, options=config.read_options(), known_ids=known_numbers(case))
    if not complaints["text"].notna().any():
        raise InputError(
            f"{file.name}: no row has the text of a letter (没有投诉信正文)",
            hint="is its column named otherwise? the case was read with the [mapping] that is kept in it",
        )
    told = link_new(
        read_dataset(case)["complaints"],
        former_templates(case),
        complaints,
        config.templates,
        threshold=judged_by(case)[0].threshold,
        known_letters=known,
        boilerplate=forms,
    )
    return told, rejects
