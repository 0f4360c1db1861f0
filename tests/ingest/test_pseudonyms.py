"""Customer numbers that are resident ids or phones never reach an output."""

from __future__ import annotations

import random
from pathlib import Path

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


def _records(**columns: list[str]) -> dict[str, pd.DataFrame]:
    people = pd.DataFrame({"policyholder_id": ["KH1", "KH2"], "id_number": [PAPERS[0], PAPERS[3]]}, dtype="str")
    phones = pd.DataFrame({"policyholder_id": ["KH1"], "phone": ["16400001234"]}, dtype="str")
    return {"policyholders": people, "phones": phones, "surrenders": pd.DataFrame(columns, dtype="str")}


def test_the_personal_part_of_a_records_number_gives_way_to_a_number() -> None:
    ids = ["TB7008-15480154259", "TS1-990101199001010011", "TB700816400001234", "16400001234", f"S-{PAPERS[3]}"]

    frames, known = replace_personal_ids(_records(surrender_id=ids, policy_id=ids))

    new = frames["surrenders"]["surrender_id"]
    assert new.str.fullmatch(r"(TB7008-?|TS1-|S-)?NR-\d{7}").all()
    assert new.is_unique and new.tolist() == frames["surrenders"]["policy_id"].tolist()
    assert dict(zip(known["original_id"], known["policyholder_id"], strict=True)) == dict(zip(ids, new, strict=True))


def test_a_serial_number_that_only_looks_like_a_phone_or_a_paper_is_left() -> None:
    ids = ["13912345678", "865979850987", "860101199003050001", "P5962336938", "TB2021030512345678901"]

    frames, known = replace_personal_ids(_records(surrender_id=ids))

    assert frames["surrenders"]["surrender_id"].tolist() == ids
    assert not len(known)


def test_a_known_record_keeps_its_number_and_a_new_one_gets_a_higher_one() -> None:
    _, before = replace_personal_ids(_records(surrender_id=["TB1-15480154259", "TB2-15480154258"]))
    earlier = dict(zip(before["original_id"], before["policyholder_id"], strict=True))

    frames, now = replace_personal_ids(_records(surrender_id=["TB0-15480154257", "TB2-15480154258"]), earlier)

    assert frames["surrenders"]["surrender_id"].tolist() == ["TB0-NR-0000003", earlier["TB2-15480154258"]]
    assert set(before["policyholder_id"]) <= set(now["policyholder_id"])


def test_the_number_of_a_seller_is_the_same_in_every_table(tmp_path: Path) -> None:
    (tmp_path / "policyholders.csv").write_text("policyholder_id,name\nKH1,\nKH2,\n", encoding="utf-8")
    (tmp_path / "policies.csv").write_text("policy_id,policyholder_id,agent_id\nP1,KH1,YW-15480154259\n", "utf-8")
    (tmp_path / "engagements.csv").write_text("policyholder_id,intermediary_id\nKH2,YW-15480154259\n", "utf-8")
    (tmp_path / "identifiers.csv").write_text(
        "policyholder_id,kind,value\nKH2,intermediary,YW-15480154259\n", encoding="utf-8"
    )

    read = read_tables(tmp_path)

    found = {read["policies"]["agent_id"].iloc[0], read["engagements"]["intermediary_id"].iloc[0]}
    assert found == {"YW-NR-0000001"}
    assert all("15480154259" not in read[name].to_csv() for name in read)
    assert any("1 record numbers" in note for note in read.report.notes)
