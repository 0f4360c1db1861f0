"""Tell a form, which portals and offices put into letters, from a template.

In:  `Corpus`, groups and their core profiles.   Out: the features of forms.   Never links, never judges few letters.
A form is held whole by all its letters, and the rest of each letter is somebody's own; the letters of a template agree
beyond what all of them hold, or hold it to varying degrees.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ringfinder.templates.corpus import Corpus
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.profiles import Profile, contains, sample

#: fewer letters may have copied a paragraph from each other
_LEAST_LETTERS = 10
_SAMPLE = 400
#: a form is so many shingles of the core that nearly all letters hold; retold letters have few of these
_LEAST_WHOLE, _NEARLY_ALL = 60, 0.9
#: half of a template's letters agree in at least so much of their text where they hold that much whole: .78 and more in
#: made-up templates, .38 to .54 in letters with a form of 165 characters
_AGREE = 0.65
#: share of the core's weight that the form has, since all else is somebody's own: .77 and more in letters with a form,
#: .54 and less in groups of templates whose letters hold one or two sentences alike
_OF_CORE = 0.65


def form_features(
    corpus: Corpus, letters: NDArray[np.int64], profile: Profile, params: TemplateParams
) -> NDArray[np.int64]:
    """The form that is all a group's letters have in common, as features, ascending; empty for a template."""
    none = np.zeros(0, dtype=np.int64)
    seen = corpus.one_each(sample(letters, _SAMPLE))
    if len(seen) < _LEAST_LETTERS or not len(profile.columns):
        return none
    rows = corpus.rows[seen]
    held = contains(rows, profile.columns).mean(axis=0, dtype=np.float64)
    whole = profile.columns[held >= _NEARLY_ALL]
    said = float(profile.weight[held >= _NEARLY_ALL].sum())
    if len(whole) < _LEAST_WHOLE * corpus.share or said < _OF_CORE * profile.mass:
        return none
    column, count = np.unique(rows.indices, return_counts=True)
    common = column[count >= params.core_share * len(seen)].astype(np.int64)
    agreed = contains(rows, common).sum(axis=1, dtype=np.float64) / np.maximum(corpus.sizes[seen], 1)
    return whole if float(np.median(agreed)) < _AGREE else none
