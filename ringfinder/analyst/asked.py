"""An opened case for an analyst: every question of the command line is a method that returns a frame.

In:  a case folder.   Out: masked frames, pictures.   Never writes.
The saved case answers what it holds; here are the questions that run the stages once more, and the displays.
"""

from __future__ import annotations

import warnings
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ringfinder.case import Case as SavedCase
from ringfinder.case import open_case as open_saved
from ringfinder.display import CasePresenter, Frame, progress_of
from ringfinder.errors import InputError, UnknownNameError
from ringfinder.model.presenting import Presenter, Shown, bundled

if TYPE_CHECKING:
    import networkx as nx

    from ringfinder.config import RunConfig
    from ringfinder.display.progress import Progress


class Case(SavedCase):
    """A saved case, opened for questions; `case["R-0001"]` is one of its rings.

    Every question is answered masked; `fetch`, which asks case.duckdb itself, gives real values. Frames have the
    columns of the data contract, so that what is seen here is what `ringfinder QUESTION --format csv` prints. See
    `ringfinder.case.Case` for the questions that need no new run.
    """

    def __getitem__(self, ring_id: str) -> CaseRing:
        """A ring to look at.

        Raises
        ------
        UnknownNameError : no such ring; `r-1` is R-0001 too.
        """
        return CaseRing(self, self.check_ring(ring_id))

    @cached_property
    def presenter(self) -> CasePresenter:
        """Draws the case and its rings."""
        return CasePresenter(lambda: self)

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        return bundled(repr(self), lambda: self.presenter.bundle(""), include, exclude)

    def plot(self, ring_id: str | None = None, *, language: str | None = None) -> Any:
        """A still picture of a ring's graph, or of all rings by people and money; masked. See `Ring.plot`.

        The picture of a ring's course is `case[ring_id].timeline()`; `case.timeline(ring_id)` is the frame behind it.
        """
        return self.presenter.plot(self._named(ring_id), language=language)

    def view(self, ring_id: str | None = None, *, height: int = 820, language: str | None = None) -> Frame:
        """The interactive page of a ring, or the index of all, in a sandboxed frame; masked. See `Ring.view`."""
        return self.presenter.view(self._named(ring_id), height=height, language=language)

    def _named(self, ring_id: str | None) -> str:
        return "" if ring_id is None else self.check_ring(ring_id)

    def templates(
        self,
        template_id: str | None = None,
        *,
        letters: bool = False,
        top: int = 60,
        new: Path | str | None = None,
    ) -> pd.DataFrame:
        """Letter templates; of one, its letters; with `letters`, each of them part by part against the template.

        Parameters
        ----------
        letters : one row a part of a sentence, `kind` same, slot, changed or added (`letters.PART_COLUMNS`), masked.
        top : with `letters`, only so many, nearest first.
        new : a file of complaints that came in since: each with its template, known or new; the case stays as it is.
            Rows that can't be read are warned of and counted in `attrs["set_aside"]`.

        Raises
        ------
        UnknownNameError : no such template, or `letters` without one. InputError : `new` with a template.
        """
        if new is not None:
            from ringfinder.screening.letters import new_letters

            if template_id is not None:
                raise InputError("new letters are held against all templates", hint="templates(new=FILE)")
            return _told_of(*new_letters(self, Path(new)))
        if not letters:
            return super().templates(template_id)
        from ringfinder.analyst.letters import compared_template, part_rows

        known = super().templates()["template_id"].tolist()
        if template_id is None:
            raise UnknownNameError("template", "", known)
        return part_rows(compared_template(self, template_id, top=top))

    def whatif(
        self,
        *,
        drop: Sequence[str] | str = (),
        household: Sequence[Sequence[str]] = (),
        ring: str | None = None,
        language: str | None = None,
        progress: Progress | bool | None = None,
    ) -> pd.DataFrame:
        """What would become of the rings if a value did not count, or people were one household (`rf.what_if`).

        Returns
        -------
        `ringfinder.whatif.compare.WHATIF_COLUMNS`: each ring before, and in the parts that are left. `frame.attrs`
        holds `question`, `outcome` and `limits` in words: read the last one before acting on the others.
        """
        from ringfinder.whatif import what_if

        values = [drop] if isinstance(drop, str) else list(drop)
        bar = progress_of(progress, "whatif")
        answer = what_if(self, drop=values, household=household, ring=ring, language=language, progress=bar)
        told = {"question": answer.question, "outcome": list(answer.outcome), "limits": list(answer.limits)}
        frame = answer.parts.copy()
        frame.attrs.update(told)
        return frame

    def verify(
        self,
        source: Path | str | None = None,
        *,
        head: str = "",
        packs: Path | str | None = None,
        progress: Progress | bool | None = None,
    ) -> pd.DataFrame:
        """Whether the case is still what its tables give (`ringfinder.verify`); `source`: read the input again too.

        `head` is a log head noted elsewhere earlier, `packs` a folder with packs that do not lie beside the case.
        """
        from ringfinder.verify import verify

        told = progress_of(progress, "verify")
        given = None if source is None else Path(source)
        return verify(self, given, head=head, packs=None if packs is None else Path(packs), progress=told)

    def evaluate(self, truth: Path | str) -> pd.DataFrame:
        """The case against the truth of a simulated world: recall, precision, false alarms (measure, value)."""
        from ringfinder.analyst.evaluating import evaluate_case, read_truth

        return evaluate_case(self, read_truth(self, Path(truth))).to_frame()

    def sql(self, statement: str) -> pd.DataFrame:
        """One SELECT on the case's tables, masked; letters are left out. See `ringfinder.case.sql`.

        Raises
        ------
        InputError : it is no SELECT, or it can't be answered.
        """
        from ringfinder.case.sql import run_sql

        return run_sql(self, statement)

    def screen(
        self,
        *,
        complaints: Path | str | None = None,
        surrenders: Path | str | None = None,
        config: RunConfig | None = None,
    ) -> pd.DataFrame:
        """Which rows of a file of new complaints or surrenders hit which ring (`ringfinder.screening.HIT_COLUMNS`).

        Parameters
        ----------
        config : how the file's headers are to be read; as the case's own were if not given. What can't be screened
            is a row of the status 'unscreened' with the column and the reason, is warned of, and its rows are counted
            in `attrs["unscreened"]`: no hit on a row that was not read says nothing.

        Raises
        ------
        InputError : not exactly one file is given, or it can't be read.
        """
        from ringfinder.screening.files import screen_file

        given = {name: file for name, file in (("complaints", complaints), ("surrenders", surrenders)) if file}
        if len(given) != 1:
            raise InputError("screen one file", hint="screen(complaints=FILE) or screen(surrenders=FILE)")
        ((table, file),) = given.items()
        screened = screen_file(self, table, Path(file), config=config)
        unread = ", ".join(screened.unread)
        if unread:
            warnings.warn(f"not read, no such column: {unread}; name them in the mapping of a RunConfig", stacklevel=2)
        n, frame = screened.n_unscreened, screened.frame
        frame.attrs["unscreened"] = n
        if n:
            said = f"{n} of {screened.n_rows} rows could not be screened in full: see the rows of status 'unscreened'"
            warnings.warn(said, stacklevel=2)
        return frame

    def compare(self, before: SavedCase | Path | str) -> pd.DataFrame:
        """What became of the rings of an earlier case, or of the case in a folder, in this one."""
        return super().compare(_opened(before))

    def compare_by_key(self, before: SavedCase | Path | str) -> pd.DataFrame:
        """What two masked cases share (`compare --by-key`): keyed identifiers of either's rings that both hold."""
        return super().compare_by_key(_opened(before))

    def __repr__(self) -> str:
        return super().__repr__()


def _opened(case: SavedCase | Path | str) -> SavedCase:
    return case if isinstance(case, SavedCase) else open_saved(case)


def _told_of(frame: pd.DataFrame, rejects: pd.DataFrame) -> pd.DataFrame:
    """The frame, with what was set aside while reading counted and warned of."""
    frame.attrs["set_aside"] = len(rejects)
    if len(rejects):
        reasons = (rejects["column"].fillna("") + ": " + rejects["reason"].fillna("")).value_counts()
        most = "; ".join(f"{reason} ({n})" for reason, n in reasons.head(3).items())
        warnings.warn(f"{len(rejects)} rows or cells were set aside: {most}", stacklevel=3)
    return frame


@dataclass(frozen=True, repr=False)
class CaseRing(Shown):
    """One ring of an opened case.

    Attributes
    ----------
    case : it is of. ring_id : as the case spells it.
    """

    case: Case
    ring_id: str

    def __repr__(self) -> str:
        row = self.case.ring(self.ring_id).iloc[0]
        tested = f"score {row['score']:.3f}, q {row['q_value']:.3f}, {row['status']}"
        return f"Ring({self.ring_id}, {row['size']} people, {tested})"

    def _asked(self) -> tuple[Presenter, str]:
        return self.case.presenter, self.ring_id

    def to_pandas(self, language: str | None = None) -> pd.DataFrame:
        """The members, one row each, names masked."""
        return self.case.members(self.ring_id, language=language)

    def to_networkx(self, *, language: str | None = None) -> nx.Graph[str]:
        """The ring as a networkx graph, masked, as `Ring.to_networkx`."""
        presenter, ring_id = self._asked()
        return presenter.graph(ring_id, language=language)

    def evidence(self, *, language: str | None = None) -> pd.DataFrame:
        """Statements for and against it, each with the rows it cites."""
        return self.case.evidence(self.ring_id, language=language)


def open_case(path: Path | str) -> Case:
    """Open a case folder for questions.

    Raises
    ------
    InputError : the folder is missing, isn't a case, was only half written, or is of another version's format.

    Examples
    --------
    >>> open_case("no_such_case")
    Traceback (most recent call last):
    ringfinder.errors.InputError: no case at no_such_case
    """
    saved = open_saved(path)
    return Case(folder=saved.folder, manifest=saved.manifest)
