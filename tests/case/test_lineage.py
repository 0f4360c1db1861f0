"""keep_ids: rings keep their ids from case to case, and every change is written down with its cause."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import duckdb
import pandas as pd
import pytest

from ringfinder.case import Case, keep_ids, open_case, write_case
from ringfinder.errors import UnknownNameError
from ringfinder.model.dataset import Dataset
from ringfinder.model.lineage import LineageEvent
from ringfinder.model.ring import Member, RingReport, SharedIdentifier

DAY = pd.Timestamp("2021-06-01")


def person(number: int) -> Member:
    return Member(f"PH{number:03d}", "member", 0.5, DAY, "共用号码", "shares a phone")


def made(report: RingReport, *rings: tuple[int, Iterable[int]], **changes: object) -> RingReport:
    """A report whose rings, best first, are made of those of `report`: (number of its ring, its people)."""
    out = []
    for rank, (number, people) in enumerate(rings, start=1):
        model = report.rings[number - 1]
        name = f"R-{rank:04d}"
        evidence = tuple(replace(e, evidence_id=name + e.evidence_id[6:]) for e in model.evidence)
        members = tuple(map(person, people))
        out.append(replace(model, ring_id=name, rank=rank, members=members, evidence=evidence, **changes))
    return replace(report, rings=tuple(out))


def with_links(report: RingReport, *held: tuple[int, str]) -> RingReport:
    """The same report, where further people (by position) hold a value."""
    book = report.book
    number = book.values.set_index("value")["value_id"]
    more = pd.DataFrame([{"holder": h, "value_id": number[value], "row_key": f"new:{h}"} for h, value in held])
    more = more.assign(kind="phone", role="complaint", since=DAY, is_fresh=True, source_table="phones")
    links = pd.concat([book.links, more.astype(book.links.dtypes.to_dict())[list(book.links)]], ignore_index=True)
    book = replace(book, links=links)
    return replace(report, book=book, seller_book=book)


def judged(report: RingReport, value: str, verdict: str) -> RingReport:
    values = report.book.values
    book = replace(report.book, values=values.assign(verdict=values["verdict"].mask(values["value"] == value, verdict)))
    return replace(report, book=book, seller_book=book)


def saved(report: RingReport, place: Path) -> Case:
    return open_case(write_case(report, place))


@pytest.fixture(scope="module")
def first(report: RingReport, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """R-0001 is PH000 to PH009 (flagged), R-0002 PH009 to PH014 (listed)."""
    return saved(report, tmp_path_factory.mktemp("lineage") / "first")


def told(report: RingReport, run: int = 2) -> dict[tuple[str, str], LineageEvent]:
    return {(e.ring_id, e.event): e for e in report.lineage.events if e.run == run}


def test_ring_found_again_under_another_rank_keeps_its_id_and_its_evidence_ids(
    report: RingReport, first: Case, tmp_path: Path
) -> None:
    again = keep_ids(made(report, (2, range(9, 15)), (1, range(10))), first)
    case = saved(again, tmp_path / "second")

    assert [(r.ring_id, r.rank) for r in again.rings] == [("R-0002", 1), ("R-0001", 2)]
    assert pd.read_csv(case.folder / "rings.csv")["ring_id"].tolist() == ["R-0002", "R-0001"]
    evidence = pd.read_csv(case.folder / "evidence.csv")
    assert (evidence["evidence_id"].str[:6] == evidence["ring_id"]).all()
    assert {e.event for e in told(again).values()} == {"kept"}
    assert case.manifest["previous"] == "first"


def test_sentence_that_names_another_ring_names_it_by_the_id_it_keeps(report: RingReport, first: Case) -> None:
    said = made(report, (2, range(9, 15)), (1, range(10)), (1, range(30, 40)))
    top = said.rings[0]
    bridge = replace(top.evidence[0], zh="与线索 R-0002、R-0003共用模板 R-00021", en="shares T01 with R-0002, R-0003")
    friend = replace(top.members[0], en="with a case in R-0002: linked person only")
    top = replace(top, evidence=(bridge, *top.evidence[1:]), members=(friend, *top.members[1:]))

    kept = keep_ids(replace(said, rings=(top, *said.rings[1:])), first).rings[0]

    assert kept.ring_id == "R-0002"
    assert kept.evidence[0].en == "shares T01 with R-0001, R-0003"
    assert kept.evidence[0].zh == "与线索 R-0001、R-0003共用模板 R-00021"
    assert kept.members[0].en == "with a case in R-0001: linked person only"


def test_growth_names_the_value_masked_and_the_rows_that_brought_the_people(
    report: RingReport, first: Case, world: ModuleType
) -> None:
    grown = with_links(report, (20, world.RING_PHONE), (21, world.RING_PHONE))
    grown = keep_ids(made(grown, (1, [*range(10), 20, 21]), (2, range(9, 15))), first)

    event = told(grown)["R-0001", "grown"]

    assert (event.before, event.after, event.common, event.joined, event.left) == (10, 12, 10, 2, 0)
    assert event.en == "2 people joined through phone 142****0001"
    assert event.zh == "经电话 142****0001 加入 2 人"
    assert event.rows == ("phones:new:20", "phones:new:21")


def test_value_that_people_held_before_is_said_to_count_only_now(
    report: RingReport, tmp_path: Path, world: ModuleType
) -> None:
    weak = judged(with_links(report, (20, world.SECOND_PHONE), (21, world.SECOND_PHONE)), world.SECOND_PHONE, "weak")
    before = saved(made(weak, (1, range(10))), tmp_path / "first")
    second = judged(weak, world.SECOND_PHONE, "evidence")

    now = keep_ids(made(second, (2, [*range(9, 15), 0, 1, 2, 3, 20, 21])), before)

    assert "phone 142****0002 (on file before, counts as evidence only now)" in told(now)["R-0001", "grown"].en


def test_people_without_a_shared_value_joined_by_letter_or_for_likeness(report: RingReport, first: Case) -> None:
    now = keep_ids(made(report, (2, [*range(9, 15), 0, 1, 40])), first)

    event = told(now)["R-0002", "grown"]

    assert event.en == "2 people joined by letter T01; 1 person included for likeness; verify by hand"
    assert event.rows == ("complaints:C000", "complaints:C001")


def test_no_word_of_the_history_shows_a_real_value_or_a_verdict_on_people(
    report: RingReport, first: Case, world: ModuleType
) -> None:
    grown = with_links(report, (20, world.RING_PHONE))
    now = keep_ids(made(grown, (1, [*range(9), 20]), (2, range(9, 15))), first)

    text = repr(now.lineage) + repr(now) + json.dumps([e.zh + e.en for e in told(now).values()], ensure_ascii=False)

    assert "142****0001" in text
    assert not [secret for secret in world.SECRETS if secret in text]


def test_ring_is_newly_flagged_and_flagged_no_more_with_the_course_of_q(report: RingReport, first: Case) -> None:
    rings = made(report, (1, range(10)), (2, range(9, 15))).rings
    lost = replace(rings[0], status="listed", q_value=0.3, stories=("seller",))
    won = replace(rings[1], status="flagged", q_value=0.01, stories=())

    events = told(keep_ids(replace(report, rings=(lost, won)), first))

    assert events["R-0001", "unflagged"].en == (
        "an honest story fits now (see the evidence against); q-value 0.004 → 0.300"
    )
    assert events["R-0002", "flagged"].en == "no honest story fits any more; q-value 0.400 → 0.010"
    assert events["R-0002", "flagged"].status == "flagged"
    assert ("R-0001", "flagged") not in events


def test_new_ring_has_an_id_of_its_own_and_its_flag_is_told(report: RingReport, first: Case) -> None:
    now = keep_ids(made(report, (1, range(30, 40)), (1, range(10)), (2, range(9, 15))), first)

    assert [r.ring_id for r in now.rings] == ["R-0003", "R-0001", "R-0002"]
    assert told(now)["R-0003", "new"].joined == 10
    assert told(now)["R-0003", "flagged"].en == "q-value 0.004"


def test_merger_names_the_value_that_ties_the_two_together(report: RingReport, first: Case, world: ModuleType) -> None:
    tied = with_links(report, (10, world.RING_PHONE), (11, world.RING_PHONE), (12, world.RING_PHONE))

    events = told(keep_ids(made(tied, (1, range(15))), first))

    merged = events["R-0001", "merged"]
    assert merged.others == ("R-0002",)
    assert merged.en == "R-0002 merged into it; phone 142****0001 ties 13 people of them together"
    assert {"phones:new:10", "phones:new:11", "phones:new:12"} <= set(merged.rows)
    assert events["R-0002", "gone"].others == ("R-0001",)
    assert events["R-0002", "gone"].status == ""
    assert "6 people now in R-0001" in events["R-0002", "gone"].en


def test_split_names_the_value_that_no_longer_counts(report: RingReport, first: Case, world: ModuleType) -> None:
    cut = judged(report, world.RING_PHONE, "guarded")

    events = told(keep_ids(made(cut, (1, range(4, 10)), (1, range(4)), (2, range(9, 15))), first))

    assert events["R-0001", "split"].others == ("R-0003",)
    assert events["R-0001", "split"].en == (
        "R-0003 split off; phone 142****0001 no longer counts (guarded hub, not counted)"
    )
    assert events["R-0003", "new"].en.startswith("split off from R-0001 with 4 people of it")


def test_ring_that_is_gone_says_who_left_the_file_and_who_is_not_tied_any_more(report: RingReport, first: Case) -> None:
    people = report.dataset["policyholders"]
    away = {"PH010", "PH011"}
    tables = {**report.dataset.tables, "policyholders": people.loc[~people["policyholder_id"].isin(away)]}
    smaller = replace(report, dataset=Dataset(tables, report.dataset.report))

    event = told(keep_ids(made(smaller, (1, range(9))), first))["R-0002", "gone"]

    assert event.en == "2 people no longer on file; 4 people not tied well enough to be in a ring now"


def test_history_grows_from_case_to_case_and_no_id_is_given_twice(
    report: RingReport, first: Case, tmp_path: Path
) -> None:
    second = saved(keep_ids(made(report, (1, range(10)), (1, range(20, 24))), first), tmp_path / "second")
    third = saved(keep_ids(made(report, (1, range(10)), (1, range(30, 34))), second), tmp_path / "third")
    fourth = saved(keep_ids(made(report, (1, range(10)), (2, range(9, 15))), third), tmp_path / "fourth")

    assert [second.ring_ids(), third.ring_ids(), fourth.ring_ids()] == [
        ("R-0001", "R-0003"),
        ("R-0001", "R-0004"),
        ("R-0001", "R-0002"),
    ]
    history = fourth.lineage(language="en")
    assert history["run"].tolist() == sorted(history["run"])
    course = [e for e in history.loc[history["ring_id"] == "R-0002", "event"] if e != "flagged"]
    assert course == ["new", "gone", "returned"]
    assert history.loc[history["ring_id"] == "R-0002", "cause"].iloc[-1].startswith("gone for a while")


def nodes(case: Case) -> dict[tuple[str, str], str]:
    rows = case.fetch("SELECT ring_id, value, node_id FROM ring_identifiers").itertuples(index=False)
    return {(ring, value): node for ring, value, node in rows}


def test_pseudonym_of_a_value_stands_for_it_in_every_later_case(
    report: RingReport, first: Case, tmp_path: Path, world: ModuleType
) -> None:
    model = report.rings[0].identifiers[0]
    fuller = replace(model, value="14200120009", masked="142****0009", holders_in_ring=40)
    hotline = replace(model, value=world.HOTLINE, masked="142****9999", holders_in_ring=60)

    def holding(earlier: Case, name: str, *identifiers: SharedIdentifier) -> Case:
        rings = made(report, (2, range(9, 15)), (1, range(10))).rings
        ring = replace(rings[1], identifiers=identifiers)
        return saved(keep_ids(replace(report, rings=(rings[0], ring)), earlier), tmp_path / name)

    second = holding(first, "second", fuller, model)
    third = holding(second, "third", fuller, hotline)

    start = nodes(first)
    assert start["R-0001", world.RING_PHONE] == "P01"
    assert start["R-0001", world.HOTLINE] == "P02"
    assert (nodes(second)["R-0001", world.RING_PHONE], nodes(second)["R-0001", "14200120009"]) == ("P01", "P03")
    # the hotline had been out of the ring for a case
    assert (nodes(third)["R-0001", world.HOTLINE], nodes(third)["R-0001", "14200120009"]) == ("P02", "P03")
    assert nodes(third)["R-0002", world.SECOND_PHONE] == start["R-0002", world.SECOND_PHONE]


def test_first_case_begins_the_history(first: Case) -> None:
    history = first.lineage()

    assert history[["run", "ring_id", "event", "after"]].values.tolist() == [
        [1, "R-0001", "new", 10],
        [1, "R-0001", "flagged", 10],
        [1, "R-0002", "new", 6],
    ]
    assert history["until"].notna().all()


def test_history_of_one_ring_also_of_one_that_is_gone(report: RingReport, first: Case, tmp_path: Path) -> None:
    second = saved(keep_ids(made(report, (1, range(10))), first), tmp_path / "second")

    assert second.lineage("r-0002")["event"].tolist() == ["new", "gone"]
    with pytest.raises(UnknownNameError):
        second.lineage("R-0009")


def test_case_of_an_earlier_version_has_no_history_and_its_ids_are_carried_on(
    report: RingReport, tmp_path: Path
) -> None:
    folder = write_case(report, tmp_path / "old")
    with duckdb.connect(str(folder / "case.duckdb")) as connection:
        connection.execute("DROP TABLE lineage")
        connection.execute("DROP TABLE lineage_gone")
        connection.execute("DROP TABLE lineage_nodes")
    case = open_case(folder)

    now = keep_ids(made(report, (2, range(9, 15)), (1, range(10))), case)

    assert case.lineage().empty
    assert [r.ring_id for r in now.rings] == ["R-0002", "R-0001"]


def test_people_are_compared_under_their_original_ids(report: RingReport, tmp_path: Path) -> None:
    def numbered(names: dict[str, str]) -> RingReport:
        table = pd.DataFrame({"policyholder_id": list(names), "original_id": list(names.values())}, dtype="str")
        ingest = replace(report.dataset.report, pseudonyms=table)
        return replace(report, dataset=replace(report.dataset, report=ingest))

    papers = {f"PH{i:03d}": f"99010119900101{i:04d}" for i in range(5)}
    swapped = {f"PH{i + 20:03d}": paper for i, paper in enumerate(papers.values())}
    before = saved(made(numbered(papers), (1, range(5)), (2, range(9, 15))), tmp_path / "first")

    now = keep_ids(made(numbered(swapped), (2, range(9, 15)), (1, range(20, 25))), before)

    assert [r.ring_id for r in now.rings] == ["R-0002", "R-0001"]
    assert {e.event for e in told(now).values()} == {"kept"}


def test_person_who_left_the_file_is_not_found_by_the_number_kept_for_them(report: RingReport, tmp_path: Path) -> None:
    table = pd.DataFrame({"policyholder_id": ["PH-0000009"], "original_id": ["990101199001010099"]}, dtype="str")
    ingest = replace(report.dataset.report, pseudonyms=table)
    case = saved(replace(report, dataset=replace(report.dataset, report=ingest)), tmp_path / "case")

    with pytest.raises(UnknownNameError):
        case.who("990101199001010099")


def test_history_does_not_depend_on_the_order_of_a_report(report: RingReport, first: Case, world: ModuleType) -> None:
    grown = made(with_links(report, (20, world.RING_PHONE)), (2, range(8, 15)), (1, [*range(9), 20, 40]))

    histories = [keep_ids(world.shuffled(grown, seed), first).lineage for seed in range(3)]

    assert histories[0] == histories[1] == histories[2] == keep_ids(grown, first).lineage
