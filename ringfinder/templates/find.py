"""Complaint letters -> templates: the stage's one public function.

In:  the complaints table.   Out: `Letters`.   Never reads files, never names a ring.
Method and measurements: pinyin-folded shingles, frequency over families, weighted sketches, an absolute evidence floor,
core profiles, two rounds. A short letter is "too short to judge", never "clean"; a link is a lead, not a verdict.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ringfinder.identifiers.keyed import letter_chars
from ringfinder.model.letters import TEMPLATE_COLUMNS, FormerTemplates, Letters
from ringfinder.templates.carried import carry_ids
from ringfinder.templates.copies import with_copies
from ringfinder.templates.corpus import Corpus, build_corpus, share_kept, sorted_rows
from ringfinder.templates.judged import null_scores, variants
from ringfinder.templates.labels import join_labelled
from ringfinder.templates.linking import Linked, link_letters
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.pattern import build_pattern
from ringfinder.templates.public import known_scores
from ringfinder.templates.shingles import Shingles, shingle, text_parts
from ringfinder.templates.whole import Reader

log = logging.getLogger(__name__)

_TOO_SHORT_FLOORS = 0.5
_LEAST_SHINGLES = 12


def find_templates(
    complaints: pd.DataFrame,
    params: TemplateParams = TemplateParams(),
    *,
    known_letters: Sequence[str] = (),
    boilerplate: Sequence[str] = (),
    former: FormerTemplates = FormerTemplates(),
) -> Letters:
    """Find letters that were written from one template, by three or more policyholders.

    A ghost-writer's clients sign letters of the same wording. Statutes, forms and stock phrases, however common, link
    nobody; a repeat writer is no template; a published letter that anybody can copy is told apart.

    Parameters
    ----------
    complaints : the normalised complaints table; rows without text are left out, unless they carry a label of the
        insurer's (`template_id`) that stands for a template. Not modified.
    known_letters : published letters; who copied one is `known_public`, and their shared words are no evidence.
    boilerplate : texts of forms, taken out of every letter before it is compared.
    former : templates of an earlier case, whose ids live on.

    Returns
    -------
    One row a letter, one row a template with its pattern, and vectors to compare any two letters. The same for any
    order of the rows.

    Examples
    --------
    >>> table = pd.DataFrame({"complaint_id": ["C1"], "policyholder_id": ["P1"], "text": ["退保"], "template_id": None})
    >>> find_templates(table.assign(filed_on=pd.Timestamp("2021-03-05"))).letters["verdict"].tolist()
    ['too_short']
    """
    table = letter_table(complaints)
    texts = table["text"]
    n_chars = np.array([min(letter_chars(t), params.max_chars) for part in text_parts(texts) for t in part], np.float64)
    share = share_kept(float(n_chars.sum()), params)
    shingles = shingle(texts, params.shingle, max_chars=params.max_chars, share=share)
    forms = np.unique(_shingle_all(boilerplate, params).hashes)
    if boilerplate:
        n_whole = shingles.counts
        shingles = shingles.without(forms)
        n_chars *= shingles.counts / np.maximum(n_whole, 1)
    known = _shingle_all(known_letters, params, share)
    original = _originals(shingles, table)
    active = np.flatnonzero(original == np.arange(len(table)))
    holder = pd.factorize(table["policyholder_id"], sort=True)[0].astype(np.int64)
    muted = np.unique(_shingle_all(known_letters, params).hashes)
    corpus = build_corpus(_rows_of(shingles, active), holder[active], params, muted=muted, share=share)
    copied = shingles if len(known_letters) else None
    del shingles
    linked = link_letters(corpus, params, Reader(texts, active, np.union1d(muted, forms)))
    corpus = corpus.muting(linked.muted)
    linked = with_copies(corpus, linked, n_chars[active], params)
    is_short = (corpus.reach() < _TOO_SHORT_FLOORS * corpus.floor) | (corpus.sizes < _LEAST_SHINGLES * share)
    is_short &= ~linked.is_copy
    public = np.zeros(corpus.n_letters)
    if copied is not None:
        public = known_scores(corpus, _rows_of(copied, active), known, least=_LEAST_SHINGLES * share)
    letters, order = _letter_rows(table, corpus, linked, active, original, is_short, public, params)
    templates = _template_rows(table, texts, corpus, linked, active, order, params)
    log.info("%d letters, %d templates, %d linked", len(letters), len(templates), int(linked.is_linked.sum()))
    vectors = _vectors(corpus, active[~is_short], np.flatnonzero(~is_short), len(table))
    found = Letters(
        letters,
        templates,
        vectors,
        round(linked.null, 4),
        tuple(known_letters),
        tuple(boilerplate),
        null=null_scores(letters, linked),
        variants=variants(linked, order),
    )
    return carry_ids(join_labelled(found, complaints), former)


def letter_table(complaints: pd.DataFrame) -> pd.DataFrame:
    """The rows with text, sorted so that no order of the input shows."""
    columns = ["complaint_id", "policyholder_id", "filed_on", "text"]
    has_text = complaints["text"].notna()
    table = complaints[columns] if has_text.all() else complaints.loc[has_text, columns]
    if table["text"].dtype == object:  # may hold halves of surrogate pairs, which no Arrow column can
        whole = [str(t).encode("utf-8", "replace").decode("utf-8") for t in table["text"]]
        table = table.assign(text=pd.Series(whole, index=table.index, dtype="str"))
    if table["complaint_id"].is_unique and table["complaint_id"].is_monotonic_increasing:
        return table.reset_index(drop=True)  # a large book that is in order need not be copied
    return table.sort_values(["complaint_id", "policyholder_id", "filed_on", "text"], kind="stable", ignore_index=True)


def _shingle_all(texts: Sequence[str], params: TemplateParams, share: float = 1.0) -> Shingles:
    return shingle(list(texts), params.shingle, max_chars=params.max_chars, share=share)


def _rows_of(shingles: Shingles, letters: NDArray[np.int64]) -> Shingles:
    """The shingles of some letters, ascending."""
    if len(letters) == len(shingles.offsets) - 1:
        return shingles
    is_kept = np.zeros(len(shingles.offsets) - 1, dtype=np.bool_)
    is_kept[letters] = True
    counts = shingles.counts[letters]
    return Shingles(
        shingles.hashes[np.repeat(is_kept, shingles.counts)], np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    )


def _originals(shingles: Shingles, table: pd.DataFrame) -> NDArray[np.int64]:
    """For every letter the first one, by date, that its policyholder filed in the same words."""
    n = len(table)
    again = np.flatnonzero(table["policyholder_id"].duplicated(keep=False).to_numpy() & (shingles.counts > 0))
    frame = pd.DataFrame(
        {
            "holder": table["policyholder_id"].to_numpy()[again],
            "digest": _rows_of(shingles, again).digests(),
            "filed_on": table["filed_on"].to_numpy()[again],
            "row": again,
        }
    )
    frame = frame.sort_values(["filed_on", "row"], kind="stable", na_position="last")
    first = frame.groupby(["holder", "digest"], sort=False)["row"].transform("first")
    original = np.arange(n, dtype=np.int64)
    original[frame["row"].to_numpy()] = first.to_numpy()
    return original


def _letter_rows(
    table: pd.DataFrame,
    corpus: Corpus,
    linked: Linked,
    active: NDArray[np.int64],
    original: NDArray[np.int64],
    is_short: NDArray[np.bool_],
    public: NDArray[np.float64],
    params: TemplateParams,
) -> tuple[pd.DataFrame, list[int]]:
    """The letters frame, and the templates in the order of their names."""
    is_linked = linked.is_linked & ~is_short
    order = _template_order(table, linked, active, is_linked)
    width = max(2, len(str(len(order))))
    names = np.full(len(order) + 1, "", dtype=object)
    for place, template in enumerate(order):
        names[template] = f"T{place + 1:0{width}d}"
    is_public = (public >= params.known_share) & ~is_linked
    is_possible = linked.is_possible & ~is_public & ~is_short
    verdict = np.select(
        [is_public, is_short, is_linked, is_possible],
        ["known_public", "too_short", "linked", "possible"],
        default="own_words",
    ).astype(object)
    template_id = np.where(is_linked | is_possible, names[linked.best], "")
    similarity = np.where(is_public, public, np.where(is_short, 0.0, linked.score))
    place_of = np.searchsorted(active, original)
    out_verdict = verdict[place_of]
    out_verdict[original != np.arange(len(table))] = "duplicate"
    letters = pd.DataFrame(
        {
            "complaint_id": table["complaint_id"].astype("str"),
            "policyholder_id": table["policyholder_id"].astype("str"),
            "template_id": pd.Series(template_id[place_of], dtype="str"),
            "similarity": np.round(similarity[place_of].astype(np.float64), 4),
            "verdict": pd.Series(out_verdict, dtype="str"),
        }
    )
    return letters, order


def _template_order(
    table: pd.DataFrame, linked: Linked, active: NDArray[np.int64], is_linked: NDArray[np.bool_]
) -> list[int]:
    """Templates by size, then first filing, then smallest complaint id."""
    frame = pd.DataFrame(
        {
            "template": linked.best[is_linked],
            "filed_on": table["filed_on"].to_numpy()[active[is_linked]],
            "row": active[is_linked],
        }
    )
    summary = frame.groupby("template").agg(n=("row", "size"), first=("filed_on", "min"), row=("row", "min"))
    summary = summary.sort_values(["n", "first", "row"], ascending=[False, True, True], kind="stable")
    return [int(t) for t in summary.index]


def _template_rows(
    table: pd.DataFrame,
    texts: pd.Series,
    corpus: Corpus,
    linked: Linked,
    active: NDArray[np.int64],
    order: list[int],
    params: TemplateParams,
) -> pd.DataFrame:
    """The templates frame, with patterns."""
    width = max(2, len(str(len(order))))
    filed = table["filed_on"].astype("datetime64[s]")
    rows = []
    for place, template in enumerate(order):
        letters = linked.letters_of(template)
        ranked = letters[np.argsort(-linked.score[letters], kind="stable")][: params.pattern_letters]
        core = linked.cores[template]
        pattern = build_pattern(texts.iloc[active[ranked]].tolist(), core, params, share=corpus.share)
        days = filed.iloc[active[letters]]
        name = f"T{place + 1:0{width}d}"
        rows.append((name, len(letters), corpus.n_holders(letters), pattern, days.min(), days.max()))
    frame = pd.DataFrame(rows, columns=list(TEMPLATE_COLUMNS))
    kinds = dict.fromkeys(("template_id", "pattern"), "str") | dict.fromkeys(("complaints", "policyholders"), "int64")
    return frame.astype(kinds | dict.fromkeys(("first_filed", "last_filed"), "datetime64[s]"))


def _vectors(corpus: Corpus, letters: NDArray[np.int64], rows: NDArray[np.int64], n_letters: int) -> csr_matrix:
    """L2-normalised weighted rows, in the place of each letter; the rest stays empty."""
    weighted = corpus.weighted()
    if len(rows) < corpus.n_letters:
        weighted = weighted[rows]
    used, counts = weighted.indices, np.diff(weighted.indptr)
    norm = np.sqrt(np.asarray(corpus.rows @ corpus.weight**2, dtype=np.float64))[rows]
    weighted.data *= np.repeat((1 / np.maximum(norm, 1e-12)).astype(np.float32), counts)
    is_used = np.zeros(weighted.shape[1], dtype=np.bool_)
    is_used[used] = True
    columns = (np.cumsum(is_used) - 1).astype(np.int32)[used]
    per_letter = np.zeros(n_letters, dtype=np.int64)
    per_letter[letters] = counts
    indptr = np.concatenate([[0], np.cumsum(per_letter)])
    return sorted_rows(weighted.data, columns, indptr, int(is_used.sum()))
