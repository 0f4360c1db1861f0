"""Put data, scripts and styles into one page that can do nothing but show them.

In:  a payload, names of assets.   Out: HTML.   Never reads a ring, never judges.
Every script's hash stands in a content security policy, the data stand in a block that no parser runs, and Jinja2
escapes what little text goes into the markup itself.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from ringfinder.errors import EngineError
from ringfinder.export.html.clean import tidy
from ringfinder.export.html.pack import packed

if TYPE_CHECKING:
    from jinja2 import Environment, Template

#: where pyvis 0.3.2 keeps vis-network 9.1.2, and what it must hold
VIS_PATH = "templates/lib/vis-9.1.2/vis-network.min.js"
VIS_SHA256 = "1f20f0736f32cb9bedf8f6383b25cfea2f839e1abe80d6e8040b4d5bea378c69"

_ESCAPES = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def render_page(
    template: str,
    payload: Mapping[str, object],
    *,
    styles: Sequence[str],
    before: Sequence[str],
    scripts: Sequence[str],
) -> str:
    """A whole page. `before` are finished scripts, `scripts` names of assets that together make up one more."""
    data = tidy(payload)
    assert isinstance(data, dict)
    language, words = str(data["language"]), data["words"]
    codes = [_lf(code) for code in (*before, _closed(scripts))]
    style = _lf("\n".join(asset(name) for name in styles))
    html = (
        _environment()
        .get_template(template)
        .render(
            data=data,
            json_data=_safe(json_block(packed(data))),
            language=language,
            t=lambda key: words[key][language == "en"],
            scripts=[_safe(code) for code in codes],
            style=_safe(style),
            policy=content_policy(codes, style),
        )
    )
    return _lf(html)


def render_static(template: str, data: object, *, style: str, words: str, language: str) -> str:
    """A page without any script: data (`tidy` already) in a template that escapes them; `words` is a section's name."""
    book, css = page_words(words), _lf(asset(style))
    html = (
        _environment()
        .get_template(template)
        .render(
            data=data,
            language=language,
            t=lambda key: book[key][language == "en"],
            style=_safe(css),
            policy=f"default-src 'none'; style-src '{source_hash(css)}'; base-uri 'none'; form-action 'none'",
        )
    )
    return _lf(html)


def content_policy(scripts: Sequence[str], style: str) -> str:
    """A policy under which only these scripts and this style work, and nothing is ever fetched."""
    script_hashes = " ".join(f"'{source_hash(code)}'" for code in scripts)
    return (
        f"default-src 'none'; script-src {script_hashes}; style-src '{source_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def source_hash(code: str) -> str:
    """'sha256-...' of a script or style as it stands between its tags."""
    return "sha256-" + base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")


def json_block(data: object) -> str:
    """JSON that can stand inside a script tag whatever it holds.

    Examples
    --------
    >>> json_block({"a": "</script>&"})
    '{"a":"\\\\u003c/script\\\\u003e\\\\u0026"}'
    """
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(_ESCAPES)


@cache
def vis_script() -> str:
    """vis-network as pyvis carries it, LF line ends, without its source map note.

    Raises
    ------
    EngineError : the file is missing or is not the one we know.
    """
    try:
        raw = resources.files("pyvis").joinpath(VIS_PATH).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise EngineError("pyvis or its vis-network script is missing", hint="pip install pyvis==0.3.2") from error
    if hashlib.sha256(raw).hexdigest() != VIS_SHA256:
        raise EngineError("pyvis carries another vis-network than 9.1.2", hint="pip install pyvis==0.3.2")
    return _lf(raw.decode("utf-8")).replace("//# sourceMappingURL=vis-network.min.js.map", "").rstrip() + "\n"


@cache
def asset(name: str) -> str:
    """One file of export/assets, LF line ends."""
    return _lf(resources.files("ringfinder.export").joinpath("assets", name).read_text(encoding="utf-8"))


def page_words(*sections: str) -> dict[str, list[str]]:
    """Chinese and English of the page's texts, sections of words.json merged."""
    book = json.loads(asset("words.json"))
    return {key: list(pair) for section in sections for key, pair in book[section].items()}


def _closed(names: Sequence[str]) -> str:
    """Several assets as one script with a scope of its own."""
    return '(function () {\n"use strict";\n' + "\n".join(asset(name) for name in names) + "\n})();\n"


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _safe(text: str) -> str:
    """Our own scripts, or JSON with every markup character escaped: not to be escaped again."""
    from markupsafe import Markup

    return Markup(text)


def template(name: str) -> Template:
    """A template of export/assets, with escaping on."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    from jinja2 import BaseLoader, Environment, StrictUndefined

    class Assets(BaseLoader):
        def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
            return asset(template), template, None

    return Environment(
        loader=Assets(), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
