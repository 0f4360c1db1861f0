"""The insurer's own template labels speak for complaints whose text is not on file."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ringfinder.ingest import read_tables
from ringfinder.pipeline import detect_rings
from ringfinder.simulate import simulate
from ringfinder.templates import find_templates

GHOST = (
    "我在不知情的状况之下被某位熟人拉去听讲座,台上的人拍着胸脯许诺三年回本五年翻番,散场时每人发了一袋鸡蛋。"
    "签字那天灯光昏暗,纸张翻得飞快,我连老花镜都没有来得及戴上,只记得有人用指甲在横线上掐了一道印子。"
    "事后核对才发现缴费年限比嘴上讲的多出一倍,家中水稻歉收,孩子学费尚欠,如今只求把本钱完整取回。"
)


def _table(rows):
    """Complaints of (policyholder, text or None, label or None), one a day."""
    table = pd.DataFrame(rows, columns=["policyholder_id", "text", "template_id"])
    table["complaint_id"] = [f"C{i:04d}" for i in range(len(table))]
    table["filed_on"] = pd.date_range("2021-01-01", periods=len(table), unit="s")
    kinds = dict.fromkeys(("policyholder_id", "text", "template_id", "complaint_id"), "str")
    return table.astype(kinds)


def _own(n, label=None):
    rng = np.random.default_rng(3)
    characters = np.array(list("春夏秋冬山水风云雨雪花草木金石火土田禾米竹丝麻衣食住行书画琴棋诗酒茶饭菜瓜果豆麦"))
    return [(f"H{i:03d}", "".join(rng.choice(characters, 260)), label) for i in range(n)]


def _linked(found):
    rows = found.letters.loc[found.letters["verdict"] == "linked"]
    return {name: set(part["policyholder_id"]) for name, part in rows.groupby("template_id")}


def test_label_of_a_template_brings_in_complaints_without_text():
    rows = [(f"R{i}", GHOST, "M1") for i in range(5)] + [("R5", None, "M1"), ("R6", None, "M1")] + _own(40)
    found = find_templates(_table(rows))

    assert _linked(found) == {"T01": {f"R{i}" for i in range(7)}}
    assert found.templates.loc[0, ["complaints", "policyholders"]].tolist() == [7, 7]
    assert found.templates.loc[0, "last_filed"] == pd.Timestamp("2021-01-07")
    assert found.unread == ()
    bare = found.letters.set_index("policyholder_id").loc[["R5", "R6"]]
    assert bare["similarity"].isna().all()
    assert np.diff(found.vectors.indptr)[found.letters["policyholder_id"].isin(["R5", "R6"])].tolist() == [0, 0]


def test_label_of_letters_in_own_words_is_a_category_and_brings_in_nobody():
    rows = _own(40, "退保纠纷") + [(f"X{i}", None, "退保纠纷") for i in range(6)]
    found = find_templates(_table(rows))

    assert _linked(found) == {}
    assert not found.letters["policyholder_id"].isin([f"X{i}" for i in range(6)]).any()


def test_label_nobody_can_check_is_a_template_of_its_own_with_its_name():
    rows = [(f"X{i}", None, "MB-3") for i in range(4)] + _own(40)
    found = find_templates(_table(rows))

    assert _linked(found) == {"T01": {"X0", "X1", "X2", "X3"}}
    assert found.unread == ("T01",)
    assert "MB-3" in found.templates.loc[0, "pattern"]


@pytest.mark.parametrize("holders", [["X0", "X0", "X1", "X1"], ["X0", "X1"]])
def test_label_of_two_people_is_no_template(holders):
    found = find_templates(_table([(h, None, "MB-3") for h in holders] + _own(40)))
    assert len(found.templates) == 0


def test_label_of_a_third_of_all_complainants_is_a_category():
    found = find_templates(_table([(f"X{i}", None, "A") for i in range(20)] + _own(40)))
    assert len(found.templates) == 0


def test_words_overrule_the_label_and_templates_are_numbered_by_size():
    rows = [(f"R{i}", GHOST, None) for i in range(4)] + [(f"X{i}", None, "MB-3") for i in range(6)]
    rows += [("R9", GHOST, "MB-3"), *_own(60)]
    found = find_templates(_table(rows))

    assert _linked(found) == {"T01": {f"X{i}" for i in range(6)}, "T02": {"R0", "R1", "R2", "R3", "R9"}}
    assert found.unread == ("T01",)


def test_later_complaint_of_one_person_is_a_duplicate():
    rows = [(f"X{i}", None, "MB-3") for i in range(3)] + [("X0", None, "MB-3"), *_own(30)]
    found = find_templates(_table(rows))

    assert found.letters.set_index("complaint_id").loc["C0003", "verdict"] == "duplicate"
    assert found.templates.loc[0, "complaints"] == 3


@pytest.mark.parametrize("others", [("X0", "X1", "X2"), ("X0", "X1", "X3")])
def test_people_of_one_label_count_for_another_too(others):
    rows = [(f"X{i}", None, "A") for i in range(3)] + [(h, None, "B") for h in others]
    found = find_templates(_table(rows + _own(40)))

    assert _linked(found) == {"T01": {"X0", "X1", "X2"}, "T02": set(others)}
    assert found.templates["policyholders"].tolist() == [3, 3]
    assert found.unread == ("T01", "T02")


def test_first_complaint_by_date_counts_where_two_labels_are_one_template():
    ring = [(f"R{i}", GHOST, f"M{1 + i // 3}") for i in range(6)]
    rows = [*ring, ("R9", None, "M2"), ("R9", None, "M1"), *_own(40)]
    found = find_templates(_table(rows))

    verdicts = found.letters.loc[found.letters["policyholder_id"] == "R9"].set_index("complaint_id")["verdict"]
    assert verdicts.to_dict() == {"C0006": "linked", "C0007": "duplicate"}


def test_no_order_of_the_rows_shows():
    rows = [(f"R{i}", GHOST, "M1") for i in range(5)] + [(f"X{i}", None, "MB-3") for i in range(6)]
    table = _table([*rows, ("R5", None, "M1"), *_own(40)])
    one, other = find_templates(table), find_templates(table.sample(frac=1, random_state=2))

    pd.testing.assert_frame_equal(one.letters, other.letters)
    pd.testing.assert_frame_equal(one.templates, other.templates)
    assert (one.vectors != other.vectors).nnz == 0


def _read(tables, folder):
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return read_tables(folder)


@pytest.mark.parametrize("word", ["无", "N/A", "-", "null"])
def test_placeholder_is_no_label(tmp_path, word):
    people = pd.DataFrame({"policyholder_id": [f"H{i}" for i in range(40)]})
    filed = people.assign(complaint_id=[f"C{i}" for i in range(40)], filed_on="2021-03-05", template_id="")
    filed.loc[:5, "template_id"] = word
    data = _read({"policyholders": people, "complaints": filed}, tmp_path)

    assert len(find_templates(data["complaints"]).templates) == 0


def test_ring_of_a_book_that_keeps_labels_and_no_text_names_the_label_and_says_so(tmp_path):
    world = simulate("lin_ma", n_policyholders=12_000, seed=5)
    ring = set(world.truth_rings["policyholder_id"])
    complaints = world.tables["complaints"]
    in_ring = complaints["policyholder_id"].isin(ring)
    label = np.where(in_ring & (np.arange(len(complaints)) % 3 > 0), "MB-1", None)
    tables = dict(world.tables) | {"complaints": complaints.assign(text=None, template_id=label)}
    report = detect_rings(_read(tables, tmp_path))
    plain = detect_rings(_read(tables | {"complaints": tables["complaints"].drop(columns="template_id")}, tmp_path))

    top = report.rings[0]
    assert top.status == "flagged"
    labelled = set(complaints.loc[label == "MB-1", "policyholder_id"])
    found, without = (labelled & {m.policyholder_id for m in r.rings[0].members} for r in (report, plain))
    assert len(found) > len(without)
    assert len(found) > 0.8 * len(labelled)
    told = [e.zh for e in top.evidence if e.channel == "template"]
    assert any("保险公司自有标签" in text and "相似度" not in text for text in told)


def test_complaints_without_a_column_of_labels_are_judged_by_their_words():
    rows = [(f"R{i}", GHOST, None) for i in range(4)] + _own(40)
    found = find_templates(_table(rows).drop(columns="template_id"))

    assert _linked(found) == {"T01": {f"R{i}" for i in range(4)}}
