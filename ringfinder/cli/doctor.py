"""What works on this machine: one row a check.

In:  nothing.   Out: (check, result, detail) rows; result is ok, absent (one feature less) or missing (nothing runs).
Never imports an optional library, never sends anything; a server is only asked where the settings name one.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from ringfinder.cli.telling import pick
from ringfinder.version import __version__

Row = tuple[str, str, str]

_NEEDED = ("numpy", "scipy", "pandas", "pyarrow", "duckdb", "networkx", "rapidfuzz", "typer", "rich")
_MIN_DISK_GB = 2


def findings(language: str) -> list[Row]:
    """All checks, what matters most first."""
    rows = [("ringfinder", "ok", __version__), _python()]
    rows += [_library(name) for name in _NEEDED]
    rows += [_extra(name, needs, language) for name, needs in sorted(_extras().items())]
    rows += [_fonts(language), _browser(language), _java(language), _server(language), _disk(language)]
    return rows


def _python() -> Row:
    good = sys.version_info >= (3, 11)
    return ("Python", "ok" if good else "missing", ".".join(map(str, sys.version_info[:3])))


def _library(name: str) -> Row:
    try:
        return (name, "ok", metadata.version(name))
    except metadata.PackageNotFoundError:
        return (name, "missing", "pip install ringfinder")


def _extras() -> dict[str, list[str]]:
    """Extra -> distributions it brings, as this installation declares them."""
    try:
        required = metadata.requires("ringfinder") or []
    except metadata.PackageNotFoundError:
        return {}
    out: dict[str, list[str]] = {}
    for line in required:
        need, _, condition = line.partition(";")
        if "extra ==" in condition:
            extra = condition.split("extra ==")[1].strip().strip("\"'")
            name = need.strip()
            for mark in "<>=!~[( ":
                name = name.split(mark)[0]
            out.setdefault(extra, []).append(name)
    return out


def _extra(name: str, needs: list[str], language: str) -> Row:
    lacking = []
    for need in needs:
        try:
            metadata.version(need)
        except metadata.PackageNotFoundError:
            lacking.append(need)
    if not lacking:
        return (f"[{name}]", "ok", ", ".join(needs))
    lack = pick(language, f"缺 {', '.join(lacking)}", f"without {', '.join(lacking)}")
    return (f"[{name}]", "absent", f'{lack}; pip install "ringfinder[{name}]"')


def _fonts(language: str) -> Row:
    """A font with Chinese characters, for PNG and PDF pictures; pages use the browser's own."""
    if importlib.util.find_spec("matplotlib") is None:
        return (
            "fonts",
            "absent",
            pick(language, "未装 matplotlib,不画图片", "matplotlib is not installed, no pictures"),
        )
    from ringfinder.export.figures.frame import chinese_font

    found = chinese_font()
    if found:
        return ("fonts", "ok", found)
    cure = "apt install fonts-noto-cjk"
    return (
        "fonts",
        "absent",
        pick(language, f"没有中文字体,图片改用英文;{cure}", f"no Chinese font for pictures; {cure}"),
    )


def _browser(language: str) -> Row:
    """A browser that prints the PDF packs; pages open in any."""
    from ringfinder.export.packs.printed import BROWSER_VARIABLE, find_browser

    found = find_browser()
    if found:
        return ("browser", "ok", found)
    zh = f"没有 Chromium、Chrome 或 Edge,不能印 PDF;可用 {BROWSER_VARIABLE} 指明"
    en = f"no Chromium, Chrome or Edge: no PDF packs; {BROWSER_VARIABLE} can name one"
    return ("browser", "absent", pick(language, zh, en))


def _java(language: str) -> Row:
    place = shutil.which("java")
    if place is None:
        why = pick(language, "未装 Java:spark 引擎不可用", "no Java: the spark engine can't run")
        return ("Java", "absent", why)
    try:
        done = subprocess.run([place, "-version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ("Java", "absent", pick(language, "Java 不能运行", "java does not run"))
    return ("Java", "ok", (done.stderr or done.stdout).splitlines()[0] if done.stderr or done.stdout else place)


def _server(language: str, *, connect: Callable[..., socket.socket] = socket.create_connection) -> Row:
    """Whether the Neo4j server that NEO4J_URI names answers at its port; nothing is said to it."""
    address = os.environ.get("NEO4J_URI", "")
    if not address:
        why = pick(
            language, "未设 NEO4J_URI;只有 neo4j 引擎需要", "NEO4J_URI is not set; only the neo4j engine needs it"
        )
        return ("Neo4j", "absent", why)
    try:
        parts = urlsplit(address)
        with connect((parts.hostname or "localhost", parts.port or 7687), timeout=3):
            return ("Neo4j", "ok", f"{parts.hostname}:{parts.port or 7687}")
    except (OSError, ValueError) as error:
        why = pick(language, "服务器没有应答", "the server does not answer")
        return ("Neo4j", "absent", f"{why} ({type(error).__name__})")


def _disk(language: str) -> Row:
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    if free >= _MIN_DISK_GB:
        return ("disk", "ok", f"{free:,.0f} GB")
    return ("disk", "absent", pick(language, f"只剩 {free:.1f} GB", f"{free:.1f} GB left; a large case needs some"))
