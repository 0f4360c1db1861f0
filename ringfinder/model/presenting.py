"""What an object shows of itself in a notebook: `Shown`, and whom it asks for the picture, `Presenter`.

In:  nothing (definitions).   Out: `Shown`, `Presenter`.   Never draws, never reads a case: the presenter is passed in.
Rings and reports stay plain data, and what draws them can change without them.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from ringfinder.errors import InputError

if TYPE_CHECKING:
    import networkx as nx


class Presenter(Protocol):
    """Draws the rings of one run or case, masked; `ring_id` '' stands for all of them together."""

    def bundle(self, ring_id: str) -> dict[str, str]:
        """Kind of content -> content: an HTML table with the still picture, the picture as SVG."""
        ...

    def plot(self, ring_id: str, *, language: str | None) -> Any:
        """The still picture, a matplotlib figure."""
        ...

    def timeline(self, ring_id: str, *, language: str | None) -> Any:
        """The course over time, a matplotlib figure."""
        ...

    def view(self, ring_id: str, *, height: int, language: str | None) -> Any:
        """The interactive page in a sandboxed frame."""
        ...

    def graph(self, ring_id: str, *, language: str | None) -> nx.Graph[str]:
        """People and what they share, masked."""
        ...

    def compare(self, earlier: object) -> pd.DataFrame:
        """What became of the rings of an earlier report or case."""
        ...


class Shown:
    """The displays that rings, reports and cases have in common; who inherits tells whom to ask for which ring."""

    def _asked(self) -> tuple[Presenter, str]:
        raise NotImplementedError

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """For notebooks: a table with a still picture, the picture alone, and one line of text for plain viewers."""

        def rich() -> dict[str, str]:
            try:
                presenter, ring_id = self._asked()
            except InputError:
                return {}
            return presenter.bundle(ring_id)

        return bundled(repr(self), rich, include, exclude)

    def plot(self, *, language: str | None = None) -> Any:
        """A still picture: of a ring its graph, of a report or a case its rings by people and money.

        Parameters
        ----------
        language : of the labels, 'zh' or 'en'; the run's own if not given.

        Returns
        -------
        A matplotlib figure: a notebook shows it, `.savefig("ring.png")` stores it. Masked.

        Raises
        ------
        MissingExtraError : matplotlib is not installed. InputError : the object was put together by hand.
        """
        presenter, ring_id = self._asked()
        return presenter.plot(ring_id, language=language)

    def timeline(self, *, language: str | None = None) -> Any:
        """A still picture of the course over time: of one ring by month, of a report or a case ring by ring.

        Parameters, result and errors as of `plot`.
        """
        presenter, ring_id = self._asked()
        return presenter.timeline(ring_id, language=language)

    def view(self, *, height: int = 820, language: str | None = None) -> Any:
        """The interactive page, embedded: it works offline and can reach neither the notebook nor the net.

        Parameters
        ----------
        height : of the frame, in pixels.
        language : 'zh' or 'en', the language the page opens in; the reader can switch.

        Returns
        -------
        What a notebook shows as a sandboxed frame; `.save(path)` writes the page as a file.

        Raises
        ------
        InputError : the object was put together by hand, or `height` is not positive.
        """
        presenter, ring_id = self._asked()
        return presenter.view(ring_id, height=height, language=language)


def bundled(
    plain: str, rich: Callable[[], dict[str, str]], include: Container[str] | None, exclude: Container[str] | None
) -> dict[str, str]:
    """What IPython asked for: the plain text and, if more is wanted, the rest."""

    def is_wanted(kind: str) -> bool:
        return (include is None or kind in include) and (exclude is None or kind not in exclude)

    shown = {"text/plain": plain}
    if any(map(is_wanted, ("text/html", "image/svg+xml"))):
        shown |= rich()
    return {kind: content for kind, content in shown.items() if is_wanted(kind)}


def by_hand(what: str) -> InputError:
    """The error of an object that no run made."""
    return InputError(
        f"this {what} was put together by hand, so nothing draws it", hint="detect_rings makes one that shows"
    )
