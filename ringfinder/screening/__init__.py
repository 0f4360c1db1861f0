"""Screen new complaints or surrenders against the rings of a saved case, before a payment is approved.

In:  Case, typed rows that are not in it.   Out: one row a hit (`HIT_COLUMNS`).   Never runs a stage, never changes a
case. A hit says what a row shares with a known ring: the person, a value that counts as evidence there, a seller or
broker the ring was tied by, or the wording of its letters. It is a reason to look before paying, not a reason to
refuse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.case import Case
from ringfinder.case.masks import mask_by_kind
from ringfinder.model.letters import by_template
from ringfinder.screening.decided import with_decisions
from ringfinder.templates.params import TemplateParams
from ringfinder.templates.shingles import Shingles, shingle

HIT_COLUMNS = (
    *("row", "policyholder_id", "ring_id", "status", "decision", "hit", "value", "node_id", "similarity", "reason"),
)

_HOLDERS = "线索内 {n} 人使用 · {n} people of the ring use it"
_WRITERS = "线索内 {n} 封信出自该模板 · {n} letters of the ring follow it"

#: letters of the case that judge a template: its own, and others that are no part of one
_OWN_LETTERS, _OTHER_LETTERS = 400, 2_000
_LEAST_CORE = 12
_MARGIN = 0.02

_MEMBERS = """
SELECT m.policyholder_id, m.ring_id, r.status, r.rank, m.role
FROM members m JOIN rings r USING (ring_id)
WHERE m.policyholder_id IN (SELECT unnest($people))
   OR m.policyholder_id IN (SELECT policyholder_id FROM pseudonyms WHERE original_id IN (SELECT unnest($people)))
"""
_VALUES = """
SELECT s.kind, s.value, s.masked, s.node_id, s.ring_id, r.status, r.rank, s.holders_in_ring
FROM ring_identifiers s JOIN rings r USING (ring_id)
WHERE s.role = 'evidence' AND s.value IN (SELECT unnest($values))
"""
_ON_FILE = """
SELECT DISTINCT l.policyholder_id, s.kind, s.masked, s.node_id, s.ring_id, r.status, r.rank, s.holders_in_ring
FROM book_links l JOIN book_values v USING (value_id)
JOIN ring_identifiers s ON s.kind = v.kind AND s.value = v.value AND s.role = 'evidence'
JOIN rings r ON r.ring_id = s.ring_id
WHERE l.policyholder_id IN (SELECT unnest($people))
"""
_TEMPLATES = """
WITH inside AS (
    SELECT l.template_id, m.ring_id, count(*) AS n FROM letters l JOIN members m USING (policyholder_id)
    WHERE l.verdict = 'linked' GROUP BY 1, 2)
SELECT i.template_id, i.ring_id, r.status, r.rank, i.n AS holders_in_ring FROM inside i JOIN rings r USING (ring_id)
WHERE i.n >= 2 ORDER BY r.rank
"""
_LETTERS = """
SELECT template_id, policyholder_id, text FROM (
    SELECT l.template_id, l.policyholder_id, c.text,
        row_number() OVER (PARTITION BY l.template_id ORDER BY l.similarity DESC, l.complaint_id) AS nth
    FROM letters l JOIN complaints c USING (complaint_id) WHERE l.verdict = 'linked' AND c.text IS NOT NULL)
WHERE nth <= $own ORDER BY template_id, nth
"""
_OTHERS = """
SELECT c.text FROM letters l JOIN complaints c USING (complaint_id)
WHERE l.verdict = 'own_words' AND c.text IS NOT NULL ORDER BY md5(l.complaint_id), l.complaint_id LIMIT $others
"""


@dataclass(frozen=True)
class _Core:
    """What the letters of one template say that others do not: hashes ascending, a weight each."""

    template_id: str
    hashes: NDArray[np.uint32]
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class _Uses:
    """Which letters use which shingle: hashes ascending, a letter each; `n` letters in all."""

    hashes: NDArray[np.uint32]
    letter: NDArray[np.int64]
    n: int

    @classmethod
    def of(cls, letters: Shingles) -> _Uses:
        order = np.argsort(letters.hashes, kind="stable")
        return cls(letters.hashes[order], letters.letter[order], len(letters.counts))

    def of_each(self, hashes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the uses of each of some shingles begin and end."""
        return np.searchsorted(self.hashes, hashes), np.searchsorted(self.hashes, hashes, side="right")


def screen(case: Case, table: str, new: pd.DataFrame, *, params: TemplateParams = TemplateParams()) -> pd.DataFrame:
    """Which rows hit which rings of a case.

    Parameters
    ----------
    table : 'complaints' or 'surrenders'. new : its rows, typed as ingest leaves them; `more_phones` may list further
        phones of a complaint. Not modified.

    Returns
    -------
    `HIT_COLUMNS`, in the order of the rows, then of the rings; values masked. `row` is the complaint's or
    surrender's id; `hit`: 'member' (already in the ring), a kind of value, 'on file: KIND' (the person holds the
    ring's value in the case), or 'template' with the letter's similarity; `decision`: what people decided, see
    `with_decisions`.
    """
    key = "complaint_id" if table == "complaints" else "surrender_id"
    rows = new.rename(columns={key: "row"})
    parts = [_member_hits(case, rows), _value_hits(case, rows, table), _file_hits(case, rows)]
    if table == "complaints":
        parts.append(_letter_hits(case, rows, params))
    hits = with_decisions(case, pd.concat(parts, ignore_index=True))
    hits["place"] = hits["row"].map(dict(zip(rows["row"], range(len(rows)), strict=True)))
    # whom the batch names with the value needs no second line for holding it on file
    hits["is_file"] = hits["hit"].str.startswith("on file")
    hits = hits.sort_values(["place", "rank", "ring_id", "is_file", "hit", "node_id"], kind="stable")
    named = hits["hit"].str.removeprefix("on file: ")
    twice = pd.DataFrame(
        {"row": hits["row"], "ring": hits["ring_id"], "hit": named, "node": hits["node_id"]}
    ).duplicated()
    return hits.loc[~twice, list(HIT_COLUMNS)].reset_index(drop=True)


def _frame(rows: pd.DataFrame, *, hit: str | pd.Series, reason: str | pd.Series = "") -> pd.DataFrame:
    """Hits of one sort with all columns."""
    out = rows.assign(hit=hit, reason=reason)
    blank: dict[str, str | float] = {"value": "", "node_id": "", "similarity": np.nan}
    for name, nothing in blank.items():
        if name not in out:
            out[name] = nothing
    out["decision"] = ""
    texts = dict.fromkeys((name for name in HIT_COLUMNS if name != "similarity"), "str")
    return out[[*HIT_COLUMNS, "rank"]].astype(texts | {"similarity": "float64", "rank": "int64"})


def _member_hits(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    people = rows[["row", "policyholder_id"]]
    found = case.fetch(_MEMBERS, {"people": people["policyholder_id"].unique().tolist()})
    both = people.merge(found, on="policyholder_id")
    return _frame(both, hit="member", reason=both["role"])


def _value_hits(case: Case, rows: pd.DataFrame, table: str) -> pd.DataFrame:
    if table == "surrenders":
        held = rows[["row", "policyholder_id", "payout_account"]].rename(columns={"payout_account": "value"})
        held["kind"] = "account"
    else:
        more = (
            rows["more_phones"].str.split(";") if "more_phones" in rows else pd.Series(index=rows.index, dtype=object)
        )
        phones = [
            [phone, *(rest if isinstance(rest, list) else [])]
            for phone, rest in zip(rows["contact_phone"], more, strict=True)
        ]
        held = (
            rows[["row", "policyholder_id"]]
            .assign(value=pd.Series(phones, index=rows.index, dtype=object), kind="phone")
            .explode("value")
        )
        sellers = rows[["row", "policyholder_id"]].assign(value=rows["accused_agent_id"], kind="intermediary")
        held = pd.concat([held, sellers], ignore_index=True)
    held = held.dropna(subset="value").astype({"value": "str"})
    found = case.fetch(_VALUES, {"values": held["value"].unique().tolist()})
    both = held.merge(found, on=["kind", "value"])
    both["value"] = mask_by_kind(both["kind"], both["value"])
    return _frame(both, hit=both["kind"], reason=_counted(both, _HOLDERS))


def _file_hits(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    people = rows[["row", "policyholder_id"]]
    found = case.fetch(_ON_FILE, {"people": people["policyholder_id"].unique().tolist()})
    both = people.merge(found.rename(columns={"masked": "value"}), on="policyholder_id")
    return _frame(both, hit="on file: " + both["kind"], reason=_counted(both, _HOLDERS))


def _letter_hits(case: Case, rows: pd.DataFrame, params: TemplateParams) -> pd.DataFrame:
    """Letters that say what a ring's letters say, more than any other letter of the case does."""
    written = rows.loc[rows["text"].notna(), ["row", "policyholder_id", "text"]].reset_index(drop=True)
    where = case.fetch(_TEMPLATES)
    empty = written.iloc[:0].assign(ring_id="", status="", rank=0)
    if not len(written) or not len(where):
        return _frame(empty, hit="template")
    own = case.fetch(_LETTERS, {"own": _OWN_LETTERS})
    others = _Uses.of(_shingles(case.fetch(_OTHERS, {"others": _OTHER_LETTERS})["text"].tolist(), params))
    cores = [
        core
        for name, part in by_template(own.loc[own["template_id"].isin(where["template_id"])])
        if (core := _core(name, part, others, params)) is not None
    ]
    letters = _Uses.of(_shingles(written["text"].tolist(), params))
    found = []
    for core in cores:
        null = _scores(core, others)
        bar = max(params.link, float(np.quantile(null, 0.999)) + _MARGIN if len(null) else 0.0)
        score = _scores(core, letters)
        at = np.flatnonzero(score >= bar)
        found.append(written.iloc[at].assign(template_id=core.template_id, similarity=np.round(score[at], 4)))
    if not found:
        return _frame(empty, hit="template")
    best = pd.concat(found, ignore_index=True).sort_values(
        ["row", "similarity"], ascending=[True, False], kind="stable"
    )
    both = best.drop_duplicates("row").merge(where, on="template_id")
    return _frame(both.rename(columns={"template_id": "value"}), hit="template", reason=_counted(both, _WRITERS))


def _counted(hits: pd.DataFrame, words: str) -> pd.Series[str]:
    return pd.Series([words.format(n=n) for n in hits["holders_in_ring"]], hits.index, dtype="str")


def _shingles(texts: list[str], params: TemplateParams) -> Shingles:
    return shingle(texts, params.shingle, max_chars=params.max_chars)


def _core(name: str, letters: pd.DataFrame, others: _Uses, params: TemplateParams) -> _Core | None:
    """The shingles a good part of a template's writers share and others hardly use, as in `templates.profiles`."""
    one_each = letters.drop_duplicates("policyholder_id")
    own = _shingles(one_each["text"].tolist(), params)
    hashes, count = np.unique(own.hashes, return_counts=True)
    inside = count / max(1, len(one_each))
    first, end = others.of_each(hashes)
    outside = np.maximum((end - first) / max(1, others.n), 0.5 / (others.n + 1))
    is_core = (count >= 2) & (inside >= params.core_share) & (outside <= params.core_background)
    is_core &= inside >= params.core_lift * outside
    if is_core.sum() < _LEAST_CORE:
        return None
    return _Core(name, hashes[is_core], np.log(inside[is_core] / outside[is_core]))


def _scores(core: _Core, letters: _Uses) -> NDArray[np.float64]:
    """Weighted share of the core in each letter, 0 to 1."""
    first, end = letters.of_each(core.hashes)
    n_uses = end - first
    # the uses of one shingle after those of another
    place = np.arange(n_uses.sum()) + np.repeat(first - np.cumsum(n_uses) + n_uses, n_uses)
    total = np.bincount(letters.letter[place], weights=np.repeat(core.weight, n_uses), minlength=letters.n)
    return np.asarray(total / max(float(core.weight.sum()), 1e-9), dtype=np.float64)
