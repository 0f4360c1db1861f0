"""Merging fragments and attaching candidates."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from ringfinder.construct import build_book, evidence_graph
from ringfinder.detect.components import Components
from ringfinder.detect.features import FEATURES, features, labels_of, own_evidence
from ringfinder.detect.grouping import (
    GroupParams,
    _attach,
    _mutual_evidence,
    _next_best,
    group_candidates,
    member_threshold,
)
from ringfinder.detect.likeness import fit_likeness
from ringfinder.detect.traits import build_traits
from ringfinder.templates import find_templates

RING_LETTER = (
    "我在不知情的状况之下被某位熟人拉去听讲座,台上的人拍着胸脯许诺三年回本五年翻番,散场时每人发了一袋鸡蛋。"
    "签字那天灯光昏暗,纸张翻得飞快,我连老花镜都没有来得及戴上,只记得有人用指甲在横线上掐了一道印子。"
    "事后核对才发现缴费年限比嘴上讲的多出一倍,家中水稻歉收,孩子学费尚欠,如今只求把本钱完整取回。"
)


def _with_letters(planted, writers, text=RING_LETTER):
    """The planted book where `writers` and a few honest people write letters."""
    base = planted()
    rows = base["complaints"].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")
    rng = np.random.default_rng(5)
    characters = np.array(list("春夏秋冬山水风云雨雪花草木金石火土田禾米竹丝麻衣食住行书画琴棋诗酒茶饭菜瓜果豆麦"))
    for row in rows:
        own = "".join(rng.choice(characters, 260))
        row["text"] = text if row["policyholder_id"] in writers else own
    return planted(complaints=rows)


def _groups(data, params=GroupParams()):
    book = build_book(data)
    letters = find_templates(data["complaints"])
    groups = group_candidates(book, letters, data, Components().run(evidence_graph(book)), params)
    return book, letters, groups


def _ids(book, groups, number=0):
    return set(book.holders[groups.candidates[groups.labels == number]])


def test_linked_members_make_the_group(planted):
    book, _, groups = _groups(planted())
    assert _ids(book, groups) == {f"R{i:03d}" for i in range(14)}
    assert groups.is_linked[groups.labels == 0].all()


def test_stranger_with_the_rings_letter_is_attached_and_not_counted_as_linked(planted):
    writers = {f"R{i:03d}" for i in range(14)} | {"H004"}
    book, _, groups = _groups(_with_letters(planted, writers))
    assert "H004" in _ids(book, groups)
    number = np.flatnonzero(book.holders[groups.candidates] == "H004")[0]
    assert not groups.is_linked[number]


def test_nobody_is_attached_without_evidence_of_their_own(planted):
    book, _, groups = _groups(_with_letters(planted, set()))
    assert _ids(book, groups) == {f"R{i:03d}" for i in range(14)}


def test_circulated_letter_that_outsiders_write_as_often_makes_nobody_a_member(planted):
    writers = {f"R{i:03d}" for i in range(0, 14, 7)} | {f"H{i:03d}" for i in range(0, 200, 3)}
    book, _, groups = _groups(_with_letters(planted, writers))
    assert groups.record["public_letter_families"] == 1
    assert _ids(book, groups) == {f"R{i:03d}" for i in range(14)}


def test_score_of_a_candidate_hardly_changes_when_added_to_the_group(planted):
    data = _with_letters(planted, {f"R{i:03d}" for i in range(14)} | {"H004"})
    book, _, groups = _groups(data)
    members = np.flatnonzero(groups.labels == 0)
    person = int(np.flatnonzero(book.holders[groups.candidates] == "H004")[0])
    outside = members[members != person]
    inside = np.sort(np.append(outside, person))
    joined, left = (
        groups.likeness.scores(labels_of([m], len(groups.labels)), np.array([person]), np.array([0]))
        for m in (inside, outside)
    )
    assert joined == pytest.approx(left, abs=1e-9)


def test_features_leave_the_member_out_of_the_own_group(planted):
    data = planted()
    book = build_book(data)
    events = book.strong_events()
    candidates = np.unique(events["holder"].to_numpy(dtype=np.int64))
    traits = build_traits(book, find_templates(data["complaints"]), data, candidates, events)
    everybody = np.arange(traits.n)
    with_self, without = (
        features(traits, labels_of([m], traits.n), everybody, np.zeros(traits.n, dtype=np.int64))
        for m in (np.arange(10), np.arange(1, 10))
    )
    assert np.allclose(with_self[0], without[0])
    assert with_self.shape == (len(candidates), len(FEATURES))


def test_place_seller_and_dates_alone_are_no_evidence_of_ones_own(planted):
    data = planted()
    book = build_book(data)
    events = book.strong_events()
    candidates = np.unique(events["holder"].to_numpy(dtype=np.int64))
    traits = build_traits(book, find_templates(data["complaints"]), data, candidates, events)
    x = features(traits, labels_of([np.arange(10)], traits.n), np.arange(traits.n), np.zeros(traits.n, dtype=np.int64))
    assert (x != 0).any()
    assert not own_evidence(x).any()


def test_fit_gives_members_higher_scores_than_strangers(planted):
    data = _with_letters(planted, {f"R{i:03d}" for i in range(14)})
    book, letters, groups = _groups(data)
    members = np.flatnonzero(groups.labels == 0)
    events = book.strong_events()
    traits = build_traits(book, letters, data, groups.candidates, events)
    labels = labels_of([members], traits.n)
    score = fit_likeness(traits, labels).scores(labels, np.arange(traits.n), np.zeros(traits.n, dtype=np.int64))
    others = np.setdiff1d(np.arange(traits.n), members)
    assert np.median(score[members]) > np.quantile(score[others], 0.99)


def test_threshold_lies_between_strangers_and_members():
    rng = np.random.default_rng(3)
    threshold = member_threshold(rng.normal(0, 1, 2000), rng.normal(9, 1.5, 60), 0.01)
    assert 3 < threshold < 8


def test_next_best_partner_is_the_smaller_groups():
    none = -np.inf
    mutual = np.array([[none, 9.0, 8.0, 1.0], [none, none, 7.0, 2.0], [none, none, none, 3.0], [none] * 4])
    best = _next_best(mutual, [9, 5, 4, 3])

    assert best[0, 1] == 7.0, "the group of five has the group of four besides"
    assert best[0, 2] == 7.0
    assert best[2, 3] == 2.0
    assert best[0, 3] == 3.0, "it has a better partner than this one"


class _Likeness:
    """Scores that are told by candidate and group, and count how many were asked for."""

    def __init__(self, traits, score):
        self.traits, self.score, self.n_asked = traits, score, 0

    def scores(self, labels, asked, group):
        self.n_asked += len(asked)
        return self.score[asked, group]


def _nothing_shared(n, letters=()):
    """Traits of n candidates of whom some pairs wrote like letters."""
    left, right = np.array(sorted([*letters, *[(b, a) for a, b in letters]]), dtype=np.int64).reshape(-1, 2).T
    return SimpleNamespace(
        n=n,
        pairs=SimpleNamespace(left=left, right=right, surprise=np.full(len(left), 9.0)),
        letter_offsets=np.searchsorted(left, np.arange(n + 1)),
        items={kind: csr_matrix((n, 1)) for kind in ("family", "weak")},
    )


def test_in_a_big_book_only_groups_that_evidence_may_tie_are_compared():
    """40 groups of 3, of which two have writers of like letters: those and a sample are looked at."""
    labels = np.repeat(np.arange(40), 3)
    likeness = _Likeness(_nothing_shared(120, letters=[(7, 116)]), np.add.outer(np.arange(120.0), np.arange(40.0)))
    whole, usual = _mutual_evidence(likeness, labels, np.ones(40, dtype=bool), max_pairs=100_000)
    n_whole = likeness.n_asked
    part, few = _mutual_evidence(likeness, labels, np.ones(40, dtype=bool), max_pairs=300)

    assert usual.sum() == 40 * 39 / 2
    assert np.isfinite(whole).sum() == 40 * 39 / 2
    assert likeness.n_asked - n_whole < n_whole / 4
    assert few.sum() == 10 * 9 / 2, "every fourth group"
    assert np.isfinite(part[2, 38]), "evidence may tie them"
    assert not few[2, 38]
    assert np.array_equal(part[np.isfinite(part)], whole[np.isfinite(part)])
    members = np.arange(120).reshape(40, 3).mean(axis=1)
    assert whole[2, 38] == pytest.approx((members[2] + 38 + members[38] + 2) / 2)


@pytest.mark.parametrize(("least", "attached"), [(0.8, [4]), (0.5, [4, 5]), (0.0, [4, 5])])
def test_who_writes_no_letter_of_theirs_must_probably_belong(monkeypatch, least, attached):
    score = np.r_[10.0, 8.0, 6.0, 8.0, 4.5, 4.5, np.linspace(-3, -1, 34)]
    writes = np.arange(40) == 4

    def own(x, *, by=()):
        return writes[x] if by == ("family",) else np.ones(len(x), dtype=bool)

    monkeypatch.setattr("ringfinder.detect.grouping.features", lambda traits, labels, asked, group: asked)
    monkeypatch.setattr("ringfinder.detect.grouping.own_evidence", own)
    group = np.arange(4)
    likeness = SimpleNamespace(
        scores=lambda labels, asked, group: score[asked],
        own_scores=lambda labels: np.where(labels >= 0, score, 0.0),
        log_odds=lambda x: score[x],
    )
    found = _attach(
        _nothing_shared(40, letters=[(0, k) for k in range(4, 40)]),
        [group],
        [group],
        np.arange(40) < 4,
        likeness,
        GroupParams(min_membership=least),
    )

    assert np.flatnonzero(found == 0).tolist() == attached


def test_a_letter_that_is_only_possibly_the_templates_makes_nobody_a_writer_of_it(planted):
    data = _with_letters(planted, {f"R{i:03d}" for i in range(14)})
    book = build_book(data)
    letters = find_templates(data["complaints"])
    events = book.strong_events()
    candidates = np.unique(events["holder"].to_numpy(dtype=np.int64))
    table = letters.letters.copy()
    first = table.index[table["verdict"] == "linked"][0]
    table.loc[first, "verdict"] = "possible"
    before, after = (
        build_traits(book, replace(letters, letters=t), data, candidates, events).family >= 0
        for t in (letters.letters, table)
    )
    assert before.sum() == 14
    changed = np.flatnonzero(before != after)
    assert book.holders[candidates[changed]].tolist() == [table.loc[first, "policyholder_id"]]
