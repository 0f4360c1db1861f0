"""Customer numbers that are resident ids or phones never reach an output."""

from __future__ import annotations

import random

import pandas as pd

from ringfinder import read_tables
from ringfinder.ingest.pseudonyms import replace_personal_ids

PAPERS = ["990101199001010011", "99010119900101002X", "16400001234", "990101900101003"]
DRESSED = ["KH990101199001010012", "cust_16400001235", "+86-16400001236", "86 16400001237", "C-990101900101004"]


def _frames(ids):
    people = pd.DataFrame({"policyholder_id": ids}, dtype="str")
    kin = pd.DataFrame({"policyholder_id": ids[:1], "related_policyholder_id": ids[1:2]}, dtype="str")
    return {"policyholders": people, "relations": kin}


def test_ids_that_are_papers_or_phones_are_replaced_everywhere():
    frames, known = replace_personal_ids(_frames([*PAPERS, *DRESSED, "KH0001"]))
    new = dict(zip(known["original_id"], known["policyholder_id"], strict=True))
    assert set(new) == {*PAPERS, *DRESSED}
    assert frames["policyholders"]["policyholder_id"].tolist() == [*(new[p] for p in (*PAPERS, *DRESSED)), "KH0001"]
    assert frames["relations"].iloc[0].tolist() == [new[PAPERS[0]], new[PAPERS[1]]]


def test_new_numbers_do_not_depend_on_the_order_of_rows():
    ids = [f"99010119900101{i:04d}" for i in range(50)]
    _, first = replace_personal_ids(_frames(ids))
    random.Random(1).shuffle(ids)
    _, second = replace_personal_ids(_frames(ids))
    pd.testing.assert_frame_equal(first, second)
    assert first["original_id"].tolist() != sorted(first["original_id"])  # the order of the ids is not told either


def test_new_number_is_never_one_that_is_taken():
    _, known = replace_personal_ids(_frames([PAPERS[0], "PH-0000001"]))
    assert known["policyholder_id"].tolist() == ["PH-0000002"]


def test_known_people_keep_their_numbers_and_new_ones_get_higher_ones():
    _, before = replace_personal_ids(_frames(PAPERS[1:]))
    earlier = dict(zip(before["original_id"], before["policyholder_id"], strict=True))
    frames, known = replace_personal_ids(_frames([*PAPERS, *DRESSED]), earlier)
    now = dict(zip(known["original_id"], known["policyholder_id"], strict=True))
    assert earlier.items() <= now.items()
    assert min(now[p] for p in (PAPERS[0], *DRESSED)) > max(earlier.values())
    assert frames["policyholders"]["policyholder_id"].tolist() == [now[p] for p in (*PAPERS, *DRESSED)]


def test_number_of_somebody_who_left_is_given_to_nobody_else():
    left = {PAPERS[0]: "PH-0000007"}
    _, known = replace_personal_ids(_frames(["KH0001", PAPERS[1]]), left)
    assert dict(zip(known["original_id"], known["policyholder_id"], strict=True)) == {
        **left,
        PAPERS[1]: "PH-0000008",
    }


def test_known_number_that_is_somebodys_own_id_now_is_replaced():
    frames, _ = replace_personal_ids(_frames(["PH-0000001", PAPERS[0]]), {PAPERS[0]: "PH-0000001"})
    assert frames["policyholders"]["policyholder_id"].tolist() == ["PH-0000001", "PH-0000002"]


def test_ordinary_ids_stay_as_they_are():
    # fifteen or eighteen digits are no resident id unless a birthday stands in them
    ids = ["KH0001", "100234", "H0000017", "202112345678", "880012349901234", "880012341234990123", "12345678901"]
    frames, known = replace_personal_ids(_frames(ids))
    assert known.empty
    assert frames["policyholders"]["policyholder_id"].tolist() == ids


def test_read_tables_says_so_and_keeps_the_list_apart(tmp_path):
    (tmp_path / "policyholders.csv").write_text(
        "policyholder_id,name\n" + "".join(f"{p},测\n" for p in PAPERS), encoding="utf-8"
    )
    (tmp_path / "phones.csv").write_text(
        "policyholder_id,phone\n" + "".join(f"{p},14200000001\n" for p in PAPERS), encoding="utf-8"
    )
    data = read_tables(tmp_path)
    assert len(data["phones"]) == len(PAPERS)
    assert not any(data[name].astype("str").isin(PAPERS).any().any() for name in ("policyholders", "phones"))
    assert not any(p in "".join(data["phones"]["row_key"]) for p in PAPERS)
    assert any("pseudonyms" in note for note in data.report.notes)
    assert PAPERS[0] not in repr(data) + repr(data.report)
    again = read_tables(tmp_path, known_ids={PAPERS[2]: "PH-0000042", "16400009999": "PH-0000050"})
    assert "PH-0000042" in set(again["phones"]["policyholder_id"])
    assert any(note.startswith(f"policyholders: {len(PAPERS)} ids") for note in again.report.notes)
