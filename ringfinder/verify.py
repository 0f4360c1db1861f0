"""Is a case still what its input gives, and what was written? Derive it anew and compare.

In:  Case, the input if it is at hand.   Out: one row a check.   Never writes, never repairs.
The stages run once more on the case's own tables: a statement is right if it comes out again from its source rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.errors import InputError

if TYPE_CHECKING:
    from ringfinder.case import Case
    from ringfinder.model.dataset import Dataset

CHECK_COLUMNS = ("check", "result", "detail")

Check = tuple[str, str, str]


def verify(
    case: Case,
    source: Path | None = None,
    *,
    head: str = "",
    packs: Path | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> pd.DataFrame:
    """Check a case whole.

    Parameters
    ----------
    source : the input it was made from; else its tables are taken as the input gave them.
    head : hash of a line of the log, as 'log head' gave it earlier and as it was noted elsewhere.
    packs : a folder with packs of the case; else those beside it are checked where the log says they were written.
    progress : called with the stage's name and the share of the run that is done (0 to 1).

    Returns
    -------
    `CHECK_COLUMNS`; `result` is 'ok', 'changed' (`detail` names the first place), 'missing' (there is no log, so that
    no edit of files, pages, packs and decisions can be told) or 'not checked' (and why).

    Raises
    ------
    InputError : a case of another version; the input can't be read; there is no folder `packs`.
    """
    from ringfinder.case.logged import decision_checks, file_checks, log_checks, pack_checks
    from ringfinder.version import __version__

    made_by = case.manifest.get("version")
    if made_by != __version__:
        raise InputError(
            f"case {case.folder.name} was made by version {made_by}, this is {__version__}: it would decide otherwise",
            hint="verify it with the version that made it",
        )
    if packs is not None and not packs.is_dir():
        raise InputError(f"no folder {packs}", hint="--packs names the folder that the packs lie in")
    checks = [
        *log_checks(case.folder, head),
        *file_checks(case.folder),
        *pack_checks(case.folder, packs),
        *decision_checks(case.folder),
        *_input(case, source),
        *_derived(case, progress),
    ]
    return pd.DataFrame(checks, columns=list(CHECK_COLUMNS), dtype="str")


def _input(case: Case, source: Path | None) -> Iterator[Check]:
    if source is None:
        yield "input", "not checked", "give it with --input"
        return
    from ringfinder.case.csv_files import render_csv
    from ringfinder.case.files import first_difference
    from ringfinder.case.tables import read_dataset
    from ringfinder.config import RunConfig
    from ringfinder.ingest import read_tables
    from ringfinder.model.dataset import DECIDED

    numbers = case.fetch("SELECT original_id, policyholder_id FROM pseudonyms")
    known = dict(zip(numbers["original_id"], numbers["policyholder_id"], strict=True))
    config = RunConfig.from_dict({**case.manifest["config"], "known_letters": [], "boilerplate": []})
    given = read_tables(source, options=config.read_options(), known_ids=known)
    hashes = {(i["table"], i["file"]): i["sha256"] for i in case.manifest["inputs"]}
    now = {(f.table, f.name): f.sha256 for f in given.report.files}
    for table, name in sorted({*hashes, *now}):
        is_same = hashes.get((table, name)) == now.get((table, name))
        yield f"input {name}", "ok" if is_same else "changed", "" if is_same else "not the file that was read"
    stored = read_dataset(case)
    for name in stored:
        frame = stored[name]
        own = frame.loc[frame["source_file"] != DECIDED]
        where = first_difference(render_csv(own), render_csv(given[name]))
        yield f"table {name}", "changed" if where else "ok", where


def _derived(case: Case, progress: Callable[[str, float], None] | None) -> Iterator[Check]:
    from ringfinder.case.decided import with_dismissals
    from ringfinder.case.decisions import line_digest, read_decisions
    from ringfinder.case.files import differences, with_ids_of
    from ringfinder.case.letter_texts import former_templates
    from ringfinder.case.tables import read_dataset, read_letter_texts
    from ringfinder.config import RunConfig
    from ringfinder.pipeline import detect_rings

    heeded = case.manifest.get("decisions", [])
    on_file = {line_digest(d): d for d in read_decisions(case.folder)}
    lost = [digest for digest in heeded if digest not in on_file]
    if heeded:
        detail = f"{len(lost)} of {len(heeded)} decisions that the run heeded are not on file" if lost else ""
        yield "decisions heeded", "changed" if lost else "ok", detail
    known, forms = read_letter_texts(case)
    config = RunConfig.from_dict(case.manifest["config"], known_letters=known, boilerplate=forms)
    dataset: Dataset = read_dataset(case)
    report = detect_rings(dataset, config, former=former_templates(case), progress=progress)
    report = with_dismissals(report, [on_file[digest] for digest in heeded if digest in on_file])
    for name, where in differences(case, with_ids_of(report, case)).items():
        yield f"derived {name}", "changed" if where else "ok", where
