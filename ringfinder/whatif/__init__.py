"""What if a value were not counted, or two people were one household? Ask a saved case; the stages run once more.

In:  Case, values to leave out, households to join.   Out: `Answer`, masked.   Never writes, never reads the input.
The answer is that of a run on tables without the value (or with the relation): the same functions on the same rows.
Nothing is estimated, for a value that goes also moves the rates that every other value is judged by.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ringfinder.errors import InputError

if TYPE_CHECKING:
    from ringfinder.case import Case
    from ringfinder.display.progress import Progress
    from ringfinder.whatif.compare import Answer


def what_if(
    case: Case,
    *,
    drop: Sequence[str] = (),
    household: Sequence[Sequence[str]] = (),
    ring: str | None = None,
    language: str | None = None,
    progress: Progress | bool | None = None,
) -> Answer:
    """Tell what would become of the rings of a case.

    An investigator who doubts a link, or learns that two people are a family, sees at once what is left.

    Parameters
    ----------
    drop : values that are not to count: 'phone:14200001234', 'account:...', 'template:T03', any kind of value, without
        its kind where that is clear, or a pseudonym as the views show it ('R-0001/P07').
    household : groups of two or more policyholder ids (or record numbers) that are one household.
    ring : tell of this ring only, changed or not; else of every ring that changes.
    progress : called with the stage's name and the share of the run that is done (0 to 1); True shows a bar.

    Raises
    ------
    InputError : nothing to change, a value or a household that can't be read, a case of another version.
    UnknownNameError : no such value, template, person or ring.
    """
    from ringfinder.case.letter_texts import former_templates
    from ringfinder.case.tables import read_dataset, read_letter_texts
    from ringfinder.config import RunConfig
    from ringfinder.display import progress_of
    from ringfinder.pipeline import find_groups
    from ringfinder.version import __version__
    from ringfinder.whatif.changes import changed, read_changes
    from ringfinder.whatif.compare import compare

    made_by = case.manifest.get("version")
    if made_by != __version__:
        raise InputError(
            f"case {case.folder.name} was made by version {made_by}, this is {__version__}: the answer would mix both",
            hint="run detect again",
        )
    language = language or case.language
    changes = read_changes(case, drop, household)
    asked = case.check_ring(ring) if ring is not None else None
    known, forms = read_letter_texts(case)
    config = RunConfig.from_dict(case.manifest["config"], known_letters=known, boilerplate=forms)
    dataset = changed(read_dataset(case), changes)
    found = find_groups(dataset, config, former=former_templates(case), progress=progress_of(progress, "what_if"))
    return compare(case, found, changes, ring=asked, language=language)
