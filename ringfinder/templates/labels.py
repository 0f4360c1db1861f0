"""Join complaints without text to templates by the insurer's own labels.

In:  `Letters` found by their text, the complaints table.   Out: `Letters` with the labelled complaints.
What can be read is judged by its words; a label speaks for complaints whose text is not on file. Never overrules words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from ringfinder.model.letters import LETTER_COLUMNS, TEMPLATE_COLUMNS, Letters

#: verdicts that say whether a letter comes from a template
_JUDGED = ("linked", "possible", "own_words", "known_public")


@dataclass(frozen=True)
class LabelParams:
    """When a label is a template.

    min_policyholders : people a template needs. min_share : of a label's letters that can be read, those that come from
        one template, or the label is a category of complaints. max_share : of all complainants; a label without any
        letter that can be read and with more people is a category.
    """

    min_policyholders: int = 3
    min_share: float = 0.5
    max_share: float = 0.25


def join_labelled(letters: Letters, complaints: pd.DataFrame, params: LabelParams = LabelParams()) -> Letters:
    """The letters, and the complaints without text that carry a label of the insurer's.

    A label whose letters come from one template stands for that template. A label none of whose letters can be read
    is a template of its own. A label whose letters come from many texts is a category and says nothing.

    Parameters
    ----------
    letters : from `find_templates`. complaints : the normalised table they were found in.

    Returns
    -------
    `letters` unchanged where no label is of use. Otherwise joined complaints have verdict 'linked' (a person's later
    ones under the same template 'duplicate'), an unknown similarity and an empty row of vectors; templates are
    numbered anew by size.
    """
    if "template_id" not in complaints.columns:
        return letters
    labelled = complaints.loc[complaints["template_id"].notna()]
    labelled = labelled.sort_values(["filed_on", "complaint_id"], kind="stable", na_position="last")
    has_text = labelled["complaint_id"].isin(letters.letters["complaint_id"])
    max_people = params.max_share * complaints["policyholder_id"].nunique()
    joined: list[pd.DataFrame] = []
    own_labels: list[str] = []
    for label, rows in labelled.loc[~has_text].groupby("template_id", sort=True):
        with_text = labelled.loc[has_text & (labelled["template_id"] == label), "complaint_id"]
        read = letters.letters.loc[letters.letters["complaint_id"].isin(with_text)]
        template = _template_of(read, params)
        if template is None:
            if not params.min_policyholders <= rows["policyholder_id"].nunique() <= max_people:
                continue
            template = f"label {label}"
            own_labels.append(str(label))
        if template:
            joined.append(rows.assign(template_id=template))
    if not joined:
        return letters
    return _renumbered(letters, pd.concat(joined), complaints, own_labels)


def _template_of(read: pd.DataFrame, params: LabelParams) -> str | None:
    """The template that a label stands for; '' for a category, None where too few letters can be read to tell."""
    judged = read.loc[read["verdict"].isin(_JUDGED)].drop_duplicates("policyholder_id")
    if len(judged) < params.min_policyholders:
        return None
    counts = judged.loc[judged["verdict"].isin(["linked", "possible"]), "template_id"].value_counts()
    if counts.empty or counts.max() < params.min_share * len(judged):
        return ""
    return str(min(counts.index[counts == counts.max()]))


def _renumbered(letters: Letters, joined: pd.DataFrame, complaints: pd.DataFrame, own_labels: list[str]) -> Letters:
    joined = joined.sort_values(["filed_on", "complaint_id"], kind="stable", na_position="last")
    again = joined.duplicated(["policyholder_id", "template_id"])
    rows = pd.DataFrame(
        {
            "complaint_id": joined["complaint_id"].astype("str"),
            "policyholder_id": joined["policyholder_id"].astype("str"),
            "template_id": joined["template_id"].astype("str"),
            "similarity": np.nan,
            "verdict": np.where(again, "duplicate", "linked"),
        }
    )
    everything = pd.concat([letters.letters, rows], ignore_index=True)
    indptr = np.concatenate([letters.vectors.indptr, np.full(len(rows), letters.vectors.indptr[-1])])
    shape = (len(everything), letters.vectors.shape[1])
    vectors = csr_matrix((letters.vectors.data, letters.vectors.indices, indptr), shape=shape)
    order = np.argsort(everything["complaint_id"].to_numpy(dtype=object), kind="stable")
    everything = everything.iloc[order].reset_index(drop=True)
    templates = _templates(letters, everything, complaints, own_labels)
    names = dict(zip(templates["old"], templates["template_id"], strict=True))
    everything["template_id"] = everything["template_id"].map({"": "", **names}).astype("str")
    everything["verdict"] = everything["verdict"].astype("str")
    return replace(
        letters,
        letters=everything[list(LETTER_COLUMNS)],
        templates=templates[list(TEMPLATE_COLUMNS)],
        vectors=vectors[order],
        variants=tuple(
            sorted((replace(v, template_id=names[v.template_id], of=names[v.of]) for v in letters.variants), key=str)
        ),
        unread=tuple(sorted(names[f"label {label}"] for label in own_labels)),
    )


def _templates(
    letters: Letters, everything: pd.DataFrame, complaints: pd.DataFrame, own_labels: list[str]
) -> pd.DataFrame:
    """The templates, counted and numbered anew, with the column `old`."""
    pattern = dict(zip(letters.templates["template_id"], letters.templates["pattern"], strict=True))
    pattern |= {f"label {label}": f"【保险公司标签:{label}】" for label in own_labels}
    linked = everything.loc[everything["verdict"] == "linked", ["complaint_id", "policyholder_id", "template_id"]]
    filed = complaints.drop_duplicates("complaint_id").set_index("complaint_id")["filed_on"]
    linked = linked.assign(filed_on=linked["complaint_id"].map(filed))
    out = linked.groupby("template_id", sort=True).agg(
        complaints=("complaint_id", "size"),
        policyholders=("policyholder_id", "nunique"),
        first_filed=("filed_on", "min"),
        last_filed=("filed_on", "max"),
        least=("complaint_id", "min"),
    )
    out = out.reset_index(names="old")
    out = out.sort_values(["complaints", "first_filed", "least"], ascending=[False, True, True], kind="stable")
    width = max(2, len(str(len(out))))
    out["template_id"] = [f"T{place + 1:0{width}d}" for place in range(len(out))]
    out["pattern"] = out["old"].map(pattern).astype("str")
    kinds = {name: letters.templates[name].dtype for name in TEMPLATE_COLUMNS}
    return out.astype(kinds).reset_index(drop=True)
