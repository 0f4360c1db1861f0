"""A progress bar for whatever reports (stage, share done): the only home of tqdm.

In:  nothing.   Out: a function to pass as `progress=`.   Never prints anything but the bar, no data in it.
tqdm.auto draws a widget where ipywidgets are installed and a line of text elsewhere; neither is needed for a result.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any, TextIO

from ringfinder.errors import MissingExtraError

Progress = Callable[[str, float], None]

_BAR = "{desc} {bar} {percentage:3.0f}%{postfix}"


def progress_bar(title: str = "") -> Progress:
    """A bar that is made at the first report and closed at the last, for any `progress=` of ringfinder.

    Examples
    --------
    >>> bar = progress_bar("reading")
    >>> bar("phones", 1.0)

    Raises
    ------
    MissingExtraError : tqdm is not installed.
    """
    try:
        with warnings.catch_warnings():
            # without ipywidgets it says so on every import and goes on as text
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm
    except ModuleNotFoundError as error:
        raise MissingExtraError("tqdm", extra="notebook") from error
    bars: list[Any] = []

    def told(stage: str, share: float) -> None:
        if not bars:
            # mininterval and miniters: no stage is left out, however fast it was
            look = {"bar_format": _BAR, "mininterval": 0, "miniters": 0}
            bars.append(tqdm(total=100, desc=title or None, leave=False, file=_out(), **look))
        bar = bars[0]
        bar.set_postfix_str(stage, refresh=False)
        bar.update(max(0.0, 100 * share - bar.n))
        if share >= 1:
            bar.close()
            bars.clear()

    return told


def _out() -> TextIO:
    """A notebook paints stderr as if something had failed; a loaded ipykernel is not yet a notebook."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return sys.stdout if getattr(shell, "kernel", None) is not None else sys.stderr


def progress_of(wanted: Progress | bool | None, title: str) -> Progress | None:
    """What to report to: a bar for True, nobody for False or None, else the function itself."""
    if isinstance(wanted, bool):
        return progress_bar(title) if wanted else None
    return wanted
