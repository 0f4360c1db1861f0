"""New letters against a case: linked to its templates, or pooled into new ones with the letters nobody was linked to.

In:  the case's complaints and templates, new complaints.   Out: a row a new letter.   Never changes the case's links.
A new letter is scored against the profiles of the case's own letters, by the threshold that those were linked by. What
stays unlinked is searched for templates together with the case's unlinked letters; ids go on above all ever given.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.identifiers.keyed import letter_chars
from ringfinder.model.letters import FormerTemplates, template_number
from ringfinder.templates.corpus import Corpus, build_corpus, share_kept
from ringfinder.templates.find import find_templates, letter_table
from ringfinder.templates.linking import LINK_FLOORS, OF_TYPICAL
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.profiles import core_profile, make_clan, score_letters, told_apart
from ringfinder.templates.shingles import shingle, text_parts
from ringfinder.templates.whole import Reader, whole_corpus

NEW_LETTER_COLUMNS = ("complaint_id", "policyholder_id", "template_id", "similarity", "verdict", "is_new_template")


def link_new(
    complaints: pd.DataFrame,
    former: FormerTemplates,
    new: pd.DataFrame,
    params: TemplateParams = TemplateParams(),
    *,
    threshold: float = 0.0,
    known_letters: Sequence[str] = (),
    boilerplate: Sequence[str] = (),
) -> pd.DataFrame:
    """Link letters that came in after a case was made, without a new run.

    Parameters
    ----------
    complaints, new : normalised complaints tables, of the case and come in since. Complaints of the case (same id)
        among the new ones are left out. Not modified.
    former : the template of each of the case's complaints. threshold : least similarity of a link in the case.

    Returns
    -------
    `NEW_LETTER_COLUMNS`, sorted by complaint_id. A template that is new has at least one new letter and, with the
    case's unlinked letters, three policyholders.

    Examples
    --------
    >>> frame = pd.DataFrame({"complaint_id": ["C1"], "policyholder_id": ["P1"], "text": ["退保"], "template_id": None})
    >>> frame = frame.assign(filed_on=pd.Timestamp("2021-03-05"))
    >>> link_new(frame.iloc[:0], FormerTemplates(), frame)["verdict"].tolist()
    ['too_short']
    """
    new = new.loc[~new["complaint_id"].isin(complaints["complaint_id"])]
    table = letter_table(pd.concat([complaints, new], ignore_index=True))
    is_new = table["complaint_id"].isin(new["complaint_id"]).to_numpy(dtype=np.bool_)
    was = np.array([former.of.get(name, "") for name in table["complaint_id"]], dtype=object)
    names, similarity = _known(table, is_new, was, params, max(threshold, params.link), boilerplate, known_letters)
    pool = table.loc[(was == "") & (names == "")].assign(template_id=None)
    found = find_templates(pool, params, known_letters=known_letters, boilerplate=boilerplate)
    pooled = found.letters.loc[found.letters["complaint_id"].isin(new["complaint_id"])]
    fresh = _fresh(pooled, former.highest)
    out = pd.DataFrame(
        {
            "complaint_id": table["complaint_id"].astype("str"),
            "policyholder_id": table["policyholder_id"].astype("str"),
            "template_id": names,
            "similarity": np.round(similarity, 4),
            "verdict": "linked",
            "is_new_template": False,
        }
    ).loc[is_new & (names != "")]
    ids = pd.Series([fresh.get(str(t), "") for t in pooled["template_id"]], index=pooled.index, dtype="str")
    verdict = pooled["verdict"].where((ids != "") | ~pooled["verdict"].isin(["linked", "possible"]), "own_words")
    both = pd.concat([out, pooled.assign(template_id=ids, verdict=verdict, is_new_template=ids != "")])
    both = both.sort_values("complaint_id", kind="stable", ignore_index=True)[list(NEW_LETTER_COLUMNS)]
    kinds = dict.fromkeys(("complaint_id", "policyholder_id", "template_id", "verdict"), "str")
    typed: pd.DataFrame = both.astype(kinds | {"similarity": "float64", "is_new_template": "bool"})
    return typed


def _fresh(pooled: pd.DataFrame, highest: int) -> dict[str, str]:
    """Template of the pool -> its id above all ever given, for those a new letter is linked to."""
    own = sorted(set(pooled.loc[pooled["verdict"] == "linked", "template_id"]), key=template_number)
    width = max(2, len(str(highest + len(own))))
    return {name: f"T{highest + 1 + place:0{width}d}" for place, name in enumerate(own)}


def _known(
    table: pd.DataFrame,
    is_new: NDArray[np.bool_],
    was: NDArray[np.object_],
    params: TemplateParams,
    threshold: float,
    boilerplate: Sequence[str],
    known_letters: Sequence[str],
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """The known template of each new letter ('' for none), and its similarity."""
    names = np.full(len(table), "", dtype=object)
    similarity = np.zeros(len(table))
    templates = sorted({str(t) for t in was if t}, key=template_number)
    if not templates or not is_new.any():
        return names, similarity
    n_chars = sum(min(letter_chars(t), params.max_chars) for part in text_parts(table["text"]) for t in part)
    share = share_kept(n_chars, params)
    shingles = shingle(table["text"], params.shingle, max_chars=params.max_chars, share=share)
    forms, public = (shingle(list(t), params.shingle, max_chars=params.max_chars) for t in (boilerplate, known_letters))
    never = np.unique(np.concatenate([forms.hashes, public.hashes]))
    shingles = shingles.without(np.unique(forms.hashes))
    holder = pd.factorize(table["policyholder_id"], sort=True)[0].astype(np.int64)
    corpus = build_corpus(shingles, holder, params, muted=np.unique(public.hashes), share=share)
    members = [np.flatnonzero(was == name) for name in templates]
    copied = _copied(corpus, was)
    if share < 1:
        corpus = whole_corpus(corpus, members, (), Reader(table["text"], np.arange(len(table)), never), params)
    profiles = [core_profile(corpus, own, make_clan(corpus, own), params) for own in members]
    best, score = told_apart(corpus, profiles, *score_letters(corpus, profiles))
    mass = np.array([p.mass for p in profiles])
    typical = np.array([float(np.median(score[own])) for own in members])
    nearest = np.maximum(best, 0)
    is_linked = is_new & (best >= 0) & (score >= np.maximum(threshold, OF_TYPICAL * typical[nearest]))
    is_linked &= score * mass[nearest] >= LINK_FLOORS * corpus.floor
    names[is_linked] = np.array(templates, dtype=object)[best[is_linked]]
    similarity[is_linked] = score[is_linked]
    for copy, original in copied:
        if not is_new[copy] or is_linked[copy]:
            continue
        names[copy], similarity[copy] = was[original], 1.0
    return names, similarity


def _copied(corpus: Corpus, was: NDArray[np.object_]) -> list[tuple[int, int]]:
    """(letter, letter of a known template) that are copies of each other."""
    left, right = corpus.copies
    ends = [*zip(left.tolist(), right.tolist(), strict=True), *zip(right.tolist(), left.tolist(), strict=True)]
    return sorted((a, b) for a, b in ends if was[b])
