"""The command templates CASE --new FILE: complaints that came in after a case was made, held against its templates.

In:  arguments.   Out: data on stdout.   Never links, never writes: `detect --previous` makes the
grown case.
"""

from __future__ import annotations

from pathlib import Path

from ringfinder.case import open_case
from ringfinder.cli.output import Format, emit
from ringfinder.cli.talk import Talk
from ringfinder.cli.telling import pick
from ringfinder.errors import InputError


def link(talk: Talk, path: Path, template: str | None, new: Path, *, language: str | None, fmt: Format) -> None:
    from ringfinder.screening.letters import new_letters

    if template is not None:
        raise InputError("--new holds letters against all templates", hint="ringfinder templates CASE --new FILE")
    case = open_case(path)
    language = language or case.language
    told, rejects = new_letters(case, new)
    emit(told, fmt, talk=talk, columns=tuple(told.columns), language=language)
    linked = told.loc[told["verdict"] == "linked"]
    n_fresh = int(linked["is_new_template"].sum())
    n_templates = linked.loc[linked["is_new_template"], "template_id"].nunique()
    n_known = len(linked) - n_fresh
    zh = f"新信 {len(told):,} 封:{n_known:,} 封关联已有模板,{n_fresh:,} 封属于 {n_templates} 个新模板;案卷未改动"
    en = (
        f"{len(told):,} new letters: {n_known:,} linked to known templates, {n_fresh:,} to {n_templates} new ones; "
        "the case is unchanged"
    )
    talk.say(pick(language, zh, en))
    if len(rejects):
        zh, en = f"{len(rejects):,} 处无法读取", f"{len(rejects):,} rows or cells could not be read"
        talk.warn(pick(language, zh, en))
