"""A document as PDF: the HTML pack, printed by a Chromium browser without a window.

In:  the bytes of an HTML pack.   Out: the bytes of a PDF.   Never loads anything: the page's own policy forbids it.
The page lies for the moment of printing in a folder that only its owner can read. Same page and browser, same bytes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from ringfinder.errors import EngineError, MissingExtraError
from ringfinder.export.packs.reports import render_dossier, render_referral
from ringfinder.model.dossier import RingDossier

#: names a browser that prints; without it these are looked for on the path
BROWSER_VARIABLE = "RINGFINDER_BROWSER"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge")
_FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
    # tags are numbered anew each time, and double the size; the HTML pack is there for screen readers
    "--disable-pdf-tagging",
)
_TIMEOUT_S = 120
#: the day of printing, which would make two prints of one page differ
_DATE = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)")
_DAY = rb"D:20000101000000+00'00'"


def render_dossier_pdf(dossier: RingDossier, language: str) -> bytes:
    """The dossier as PDF. Raises as `print_page`."""
    return print_page(render_dossier(dossier, language))


def render_referral_pdf(dossier: RingDossier, language: str) -> bytes:
    """The referral as PDF. Raises as `print_page`."""
    return print_page(render_referral(dossier, language))


def find_browser() -> str | None:
    """The program that prints, or None."""
    named = os.environ.get(BROWSER_VARIABLE, "")
    return next(filter(None, map(shutil.which, (named,) if named else BROWSERS)), None)


def print_page(page: bytes) -> bytes:
    """Print a page on A4.

    Raises
    ------
    MissingExtraError : no browser was found. EngineError : the browser printed nothing.
    """
    browser = find_browser()
    if browser is None:
        install = f"apt-get install chromium, or set {BROWSER_VARIABLE} to a Chrome or Edge; or choose dossier-docx"
        raise MissingExtraError("a Chromium browser, which prints PDF,", install=install)
    # in a container run by root Chromium refuses to start with its sandbox
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with tempfile.TemporaryDirectory(prefix="ringfinder-print-") as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_bytes(page)
        args = [*_FLAGS, *(["--no-sandbox"] if is_root else []), f"--user-data-dir={folder}/profile"]
        try:
            subprocess.run(
                [browser, *args, f"--print-to-pdf={target}", source.as_uri()],
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(
                "the browser did not print the page", hint="try --format dossier, and print it"
            ) from error
        if not target.exists():
            raise EngineError("the browser printed nothing", hint="try --format dossier, and print it")
        return _undated(target.read_bytes())


def _undated(content: bytes) -> bytes:
    """Without the time of printing; nothing moves, since a PDF counts its bytes."""

    def plain(found: re.Match[bytes]) -> bytes:
        name = found.group(0).split(b" (", 1)[0]
        room = len(found.group(0)) - len(name) - 3
        return name + b" (" + _DAY[:room].ljust(room) + b")"

    return _DATE.sub(plain, content)
