"""A page inside a notebook: its own world, with no way to the notebook, the server or the net.

In:  a page that needs nothing.   Out: `Frame`.   Never shows anything but the page it was given.
The page lies in the frame's `srcdoc`, so it is stored with the notebook and needs no file. The sandbox lets its scripts
run, in an origin of their own; the page's own policy forbids whatever would load.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from ringfinder.errors import InputError, RefusedError


@dataclass(frozen=True)
class Frame:
    """A page that a notebook shows in a sandboxed frame.

    Attributes
    ----------
    title : of the frame, for readers who hear it. html : the page. height : in pixels.
    """

    title: str
    html: str = field(repr=False)
    height: int

    def __post_init__(self) -> None:
        if self.height < 1:
            raise InputError(f"the height of a frame is {self.height}, must be at least 1")

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        style = "width:100%;border:1px solid #DDE3EC;background:#fff"
        frame = (
            f'<iframe sandbox="allow-scripts" title="{escape(self.title, quote=True)}" height="{self.height}" '
            f'style="{style}" srcdoc="{escape(self.html, quote=True)}"></iframe>'
        )
        return {"text/html": frame, "text/plain": repr(self)}

    def save(self, path: Path | str) -> Path:
        """Write the page as a file of its own, which opens by double click; never over another file.

        Raises
        ------
        RefusedError : the file is there. InputError : it can't be written.
        """
        place = Path(path)
        try:
            with place.open("x", encoding="utf-8", newline="\n") as file:
                file.write(self.html)
        except FileExistsError as error:
            raise RefusedError(f"{place.name} is there already", hint="choose another name") from error
        except OSError as error:
            raise InputError(f"can't write {place.name}: {error.strerror}") from error
        return place
