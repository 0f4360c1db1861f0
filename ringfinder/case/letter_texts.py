"""The letters of one template with their masked texts.

In:  Case.   Out: a frame, and what the links were judged against.   Never compares, never shows a personal value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.errors import InputError
from ringfinder.model.letters import FormerTemplates, NullScores, Variant, template_number

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

_WRITERS = "SELECT policyholder_id FROM letters WHERE template_id = $template"

_TEXTS = "SELECT complaint_id, text FROM complaints WHERE complaint_id IN (SELECT unnest($wanted))"

#: what may stand in a letter of these people and no name or number shape gives away
_SECRETS = f"""
SELECT v.value AS secret FROM book_links l JOIN book_values v USING (value_id)
    WHERE l.policyholder_id IN ({_WRITERS}) AND v.kind <> 'intermediary'
UNION SELECT address FROM policyholders WHERE policyholder_id IN ({_WRITERS})
UNION SELECT id_number FROM policyholders WHERE policyholder_id IN ({_WRITERS})
ORDER BY secret
"""

_POLICIES = f"SELECT policy_id FROM policies WHERE policyholder_id IN ({_WRITERS}) ORDER BY policy_id"


def letter_texts(case: Case, template_id: str, *, top: int) -> pd.DataFrame:
    """The letters nearest to a template, as `Case.letters`, with `text` masked; '' where no text is on file.

    Parameters
    ----------
    template_id : as the case spells it. top : at most so many; duplicates of one person's letter are left out.

    Raises
    ------
    UnknownNameError : no such template.
    """
    frame = case.letters(template_id)
    frame = frame.loc[frame["verdict"] != "duplicate"].head(top).reset_index(drop=True)
    wanted = frame["complaint_id"].astype("str").tolist()
    texts = case.fetch(_TEXTS, {"wanted": wanted})
    found = case.fetch_all({"secrets": _SECRETS, "policies": _POLICIES}, {"template": template_id})
    secrets, policies = (found[name].iloc[:, 0].dropna().astype("str") for name in ("secrets", "policies"))
    redactor = case.redactor.with_secrets(secrets, policies)
    known = {str(k): redactor.redact(str(t)) for k, t in texts.dropna().itertuples(index=False)}
    return frame.assign(text=frame["complaint_id"].map(known).astype("str").fillna(""))


def former_templates(case: Case) -> FormerTemplates:
    """The template of every complaint of a case, so that template ids live on."""
    frame = case.fetch("SELECT complaint_id, template_id FROM letters WHERE template_id <> '' ORDER BY complaint_id")
    of = dict(zip(frame["complaint_id"].astype(str), frame["template_id"].astype(str), strict=True))
    kept = case.manifest.get("letters")
    ever = int(kept.get("highest_template", 0)) if isinstance(kept, dict) else 0
    return FormerTemplates(of, max([ever, *map(template_number, of.values())]))


def judged_by(case: Case) -> tuple[NullScores, tuple[Variant, ...]]:
    """What the links of a case were judged against, and its sibling templates.

    Raises
    ------
    InputError : the case was written before this was kept.
    """
    kept = case.manifest.get("letters")
    if not isinstance(kept, dict):
        raise InputError(
            f"case {case.folder.name} does not hold what its letters were judged against", hint="run detect again"
        )
    quantiles = tuple((float(share), float(value)) for share, value in kept["null_quantiles"])
    null = NullScores(int(kept["unlinked"]), float(kept["threshold"]), quantiles)
    return null, tuple(Variant(str(a), str(b), float(c)) for a, b, c in kept["variants"])


def variants_of(case: Case, templates: pd.Series[str]) -> pd.Series[str]:
    """The sibling each template was written from, '' for none or where the case does not tell."""
    try:
        _, variants = judged_by(case)
    except InputError:
        variants = ()
    of = {variant.template_id: variant.of for variant in variants}
    return pd.Series([of.get(str(name), "") for name in templates], index=templates.index, dtype="str")
