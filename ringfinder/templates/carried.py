"""Template ids that live on: which template of a run is which template of an earlier one.

In:  `Letters`, the former template of each complaint.   Out: `Letters` under carried ids.   Never links a letter.
Two templates may be one if they share half of the smaller one's complaints; the largest Jaccard index goes first, each
id goes to one template, and a fresh id lies above all ids ever given (as ring ids do, ADR 0013).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ringfinder.model.letters import FormerTemplates, Letters, template_number


def carry_ids(found: Letters, former: FormerTemplates) -> Letters:
    """Give every template the id it has in an earlier case, or a fresh one; fresh ids follow the size.

    Returns
    -------
    The same letters; templates sorted by number.
    """
    own = found.templates["template_id"].astype(str).tolist()
    heirs = _heirs(found.letters, former)
    fresh = former.highest
    names = {"": ""}
    width = max(2, len(str(fresh + len(own))))
    for template in own:
        if template not in heirs:
            fresh += 1
        names[template] = heirs.get(template) or f"T{fresh:0{width}d}"
    templates = found.templates.assign(template_id=found.templates["template_id"].map(names).astype("str"))
    numbers = templates["template_id"].map(template_number).to_numpy(dtype=np.int64)
    return replace(
        found,
        letters=found.letters.assign(template_id=found.letters["template_id"].map(names).astype("str")),
        templates=templates.iloc[np.argsort(numbers, kind="stable")].reset_index(drop=True),
        variants=tuple(
            sorted((replace(v, template_id=names[v.template_id], of=names[v.of]) for v in found.variants), key=str)
        ),
        unread=tuple(sorted(names[name] for name in found.unread)),
        highest_template=fresh,
    )


def _heirs(letters: pd.DataFrame, former: FormerTemplates) -> dict[str, str]:
    """Template of this run -> the former id it carries on."""
    now = letters.loc[letters["template_id"] != "", ["complaint_id", "template_id"]].astype(str)
    was = now["complaint_id"].map(former.of)
    n_now = now["template_id"].value_counts()
    n_was = pd.Series(former.of, dtype="str").value_counts()
    pairs = now.assign(was=was).dropna().groupby(["template_id", "was"], sort=True).size()
    ranked: list[tuple[float, int, str, str]] = []
    for (template, old), common in zip(pairs.index.tolist(), pairs.tolist(), strict=True):
        a, b = int(n_now[template]), int(n_was[old])
        if 2 * common >= min(a, b):
            ranked.append((-common / (a + b - common), template_number(old), template, old))
    heirs: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, template, old in sorted(ranked):
        if template not in heirs and old not in taken:
            heirs[template] = old
            taken.add(old)
    return heirs
