"""Leads that share a letter or a value name each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import ringfinder as rf
from ringfinder.evidence.bridges import find_bridges
from ringfinder.evidence.members import build_members
from ringfinder.evidence.scene import set_scene
from ringfinder.ingest import read_tables
from ringfinder.model.scored import ScoredGroup
from ringfinder.pipeline import find_groups
from ringfinder.simulate import simulate, write_world


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cells") / "world"
    write_world(simulate("cells", n_policyholders=4_000, seed=1), folder)
    return rf.detect_rings(read_tables(folder / "input"))


def _writers(report):
    """Households of each ring that write each template, by hand."""
    letters = report.letters.letters
    linked = letters.loc[letters["verdict"] == "linked"]
    home = dict(zip(report.book.holders, report.book.household, strict=True))
    rows = []
    for ring in report.rings:
        people = {m.policyholder_id for m in ring.members if m.role != "associate"}
        own = linked.loc[linked["policyholder_id"].isin(people)]
        rows += [(ring.ring_id, t, home[p]) for t, p in zip(own["template_id"], own["policyholder_id"], strict=True)]
    frame = pd.DataFrame(rows, columns=["ring", "template", "home"])
    return frame.groupby(["template", "ring"])["home"].nunique()


def test_cells_of_one_letter_name_each_other(cells):
    homes = _writers(cells)
    shared = {t: sorted(homes[t].index[homes[t] >= 2]) for t in homes.index.unique("template")}
    shared = {t: rings for t, rings in shared.items() if len(rings) >= 2}
    assert shared, "two rings must write one letter, or nothing is tested"

    for ring in cells.rings:
        said = [e for e in ring.evidence if e.channel == "bridge" and e.source_table == "complaints"]
        for template, rings in shared.items():
            mine = [e for e in said if f"template {template} " in e.en]
            others = [r for r in rings if r != ring.ring_id]
            if ring.ring_id in rings and mine:
                assert all(other in mine[0].zh for other in others[:6])
                assert ring.ring_id not in mine[0].en
            if ring.ring_id not in rings:
                assert not mine
    assert any(e.channel == "bridge" for ring in cells.rings for e in ring.evidence)


def _cut_in_two(planted, **extra):
    """The planted ring as two groups, as a finer detector would leave it."""
    data = planted(**extra)
    found = find_groups(data, rf.RunConfig())
    (ring,) = [g for g in found.groups if len(g.people) >= 14]
    halves = []
    for part in (ring.people[:7], ring.people[7:]):
        inside = np.isin(ring.people, part)
        fields = {f: getattr(ring, f) for f in ScoredGroup.__dataclass_fields__}
        fields |= {"people": part, "is_linked": ring.is_linked[inside], "likeness": ring.likeness[inside]}
        halves.append(ScoredGroup(**fields))
    return found, data, halves


def test_a_phone_of_two_rings_is_told_on_both_sides_with_counts_and_rows(planted):
    found, data, halves = _cut_in_two(planted)
    scene = set_scene(halves, found.book, found.letters, data)
    bridges = find_bridges([("R-0001", halves[0]), ("R-0002", halves[1])], scene)

    phones = data["phones"].loc[data["phones"]["policyholder_id"].str.startswith("R")]
    phones = phones.loc[phones["phone"] != "05990000000"]  # a guarded hotline ties nobody
    used = phones.groupby("phone")["policyholder_id"].agg(set)
    ids = [set(found.book.holders[half.people]) for half in halves]
    crossing = [people for people in used if people & ids[0] and people & ids[1]]
    assert crossing, "a phone must be used on both sides, or nothing is tested"
    told = [d for d in bridges.said["R-0001"] if d.source_table == "phones"]
    assert len(told) == len(crossing)
    counts = {(len(people & ids[0]), len(people & ids[1])) for people in crossing}
    assert all("R-0002" in d.en and any(f"({a} people here, {b} there)" in d.en for a, b in counts) for d in told)
    rows = phones.set_index("row_key")["policyholder_id"]
    assert all(set(rows[list(d.source_rows)]) <= ids[0] for d in told)
    assert bridges.ring_of[int(halves[1].people[0])] == "R-0002"


def test_an_associate_with_a_case_in_another_ring_is_told_so(planted):
    found, data, halves = _cut_in_two(planted)
    scene = set_scene(halves, found.book, found.letters, data)
    bridges = find_bridges([("R-0001", halves[0]), ("R-0002", halves[1])], scene)
    associates = [m for m in build_members(halves[0], scene, bridges.ring_of) if m.role == "associate"]

    there = set(found.book.holders[halves[1].people])
    assert {m.policyholder_id for m in associates} & there
    assert all(("with a case in R-0002" in m.en) == (m.policyholder_id in there) for m in associates)
    assert all("R-0002" in m.zh for m in associates if m.policyholder_id in there)


def test_a_ring_alone_has_no_bridges(planted):
    report = rf.detect_rings(planted())
    assert not [e for ring in report.rings for e in ring.evidence if e.channel == "bridge"]
