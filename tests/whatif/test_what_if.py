"""What would be, held against a full run on files without the value or with the relation."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ringfinder as rf
from ringfinder.case import Case, open_case, write_case
from ringfinder.errors import InputError, UnknownNameError
from ringfinder.model.ring import RingReport
from ringfinder.simulate import simulate, write_world
from ringfinder.whatif.compare import WHATIF_COLUMNS, Answer

#: personal values of the tests' own questions
Values = dict[str, str]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = simulate("mixed", n_policyholders=3_000, seed=5)
    return write_world(world, tmp_path_factory.mktemp("world") / "w", format="parquet", dirt=False) / "input"


@pytest.fixture(scope="module")
def report(tables: Path) -> RingReport:
    return rf.detect_rings(rf.read_tables(tables))


@pytest.fixture(scope="module")
def case(report: RingReport, tmp_path_factory: pytest.TempPathFactory) -> Case:
    return open_case(write_case(report, tmp_path_factory.mktemp("case") / "case"))


def shared(report: RingReport, kind: str, channel: str = "refund") -> str:
    """The value of a kind that most people of one ring share as evidence."""
    every = [i for r in report.rings if r.kind == channel for i in r.identifiers]
    own = [i for i in every if i.kind == kind and i.role == "evidence"]
    return max(own, key=lambda i: (i.holders_in_ring, i.value)).value


def edited(tables: Path, out: Path, **edits: Callable[[pd.DataFrame], pd.DataFrame]) -> RingReport:
    """A full run on a copy of the files, some of them changed."""
    shutil.copytree(tables, out)
    for name, edit in edits.items():
        before = pd.read_parquet(out / f"{name}.parquet")
        after = edit(before.copy())
        assert not after.equals(before), f"{name} is unchanged"
        after.to_parquet(out / f"{name}.parquet")
    return rf.detect_rings(rf.read_tables(out))


def without(column: str, value: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda frame: frame.loc[frame[column].astype("str") != value]


def blanked(column: str, where: str, values: set[str]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda frame: frame.assign(**{column: frame[column].mask(frame[where].astype("str").isin(values))})


def facts(people: frozenset[str], score: float, q_value: float, status: str, overpaid: float) -> tuple[object, ...]:
    return people, round(score, 6), round(q_value, 6), status, round(overpaid, 2)


def of_run(report: RingReport) -> set[tuple[object, ...]]:
    return {
        facts(
            frozenset(m.policyholder_id for m in r.members if m.role != "associate"),
            r.score,
            r.q_value,
            r.status,
            r.overpaid_fen / 100,
        )
        for r in report.rings
    }


def of_answer(answer: Answer) -> set[tuple[object, ...]]:
    left = answer.parts.loc[~answer.parts["part"].isin(["before", "out"])]
    return {
        facts(frozenset(str(r["people"]).split(";")), r["score"], r["q_value"], str(r["status"]), r["overpaid"])
        for r in left.to_dict("records")
    }


def assert_same_as_a_full_run(answer: Answer, case: Case, full: RingReport) -> None:
    shown, every = of_answer(answer), of_run(full)
    assert shown <= every
    # what the answer leaves out is as it was, up to the drift of the book's rates
    rest = {(people, status) for people, _, _, status, _ in every - shown}
    members = case.all_members()
    members = members.loc[members["role"] != "associate"].groupby("ring_id")["policyholder_id"].agg(frozenset)
    untold = case.rings().set_index("ring_id")["status"].drop(answer.parts["ring_id"], errors="ignore")
    assert rest == {(members[name], status) for name, status in untold.items()}


def test_phone_and_account_not_counted_as_in_a_run_without_them(
    tables: Path, report: RingReport, case: Case, tmp_path: Path
) -> None:
    phone, account = shared(report, "phone"), shared(report, "account")
    full = edited(
        tables,
        tmp_path / "t",
        phones=without("phone", phone),
        bank_accounts=without("account", account),
        complaints=blanked("contact_phone", "contact_phone", {phone}),
        surrenders=blanked("payout_account", "payout_account", {account}),
    )
    answer = rf.what_if(case, drop=[f"phone:{phone}", f"account:{account}"])
    assert "out" in set(answer.parts["part"])
    assert_same_as_a_full_run(answer, case, full)


def test_template_not_counted_as_in_a_run_without_those_letters(
    tables: Path, report: RingReport, case: Case, tmp_path: Path
) -> None:
    letters = report.letters.letters
    written = set(letters.loc[letters["template_id"] == "T04", "complaint_id"])
    full = edited(tables, tmp_path / "t", complaints=blanked("text", "complaint_id", written))
    answer = rf.what_if(case, drop=["template:t04"])
    assert len(answer.parts)
    assert_same_as_a_full_run(answer, case, full)


def test_household_and_sellers_code_as_in_a_run_with_the_relation_and_without_the_code(
    tables: Path, report: RingReport, case: Case, tmp_path: Path
) -> None:
    code = shared(report, "intermediary", "arbitrage")
    people = sorted(m.policyholder_id for m in report.rings[5].members if m.role != "associate")[:4]
    related = pd.DataFrame({"policyholder_id": people[:3], "related_policyholder_id": people[1:], "relation": "夫妻"})
    full = edited(
        tables,
        tmp_path / "t",
        relations=lambda frame: pd.concat([frame, related], ignore_index=True),
        policies=blanked("agent_id", "agent_id", {code}),
        engagements=without("intermediary_id", code),
    )
    answer = rf.what_if(case, drop=[f"intermediary:{code}"], household=[people])
    assert len(answer.parts)
    assert_same_as_a_full_run(answer, case, full)


def test_single_link_ring_dissolves_without_that_link_and_all_its_people_fall_out(
    report: RingReport, case: Case
) -> None:
    ring = next(r for r in report.rings if any(e.zh.startswith("单一关联") for e in r.evidence))
    node = case.identifiers(ring.ring_id).query("role == 'evidence'")["node_id"].iloc[0]
    answer = rf.what_if(case, drop=[f"{ring.ring_id}/{node}"], ring=ring.ring_id, language="en")
    assert answer.parts["part"].tolist() == ["before", "out"]
    assert len(set(answer.parts["people"])) == 1
    assert answer.parts["overpaid"].tolist() == [ring.overpaid_fen / 100] * 2
    assert answer.outcome[0].endswith("-> nothing left")


def test_answer_holds_no_personal_value_and_changes_nothing_in_the_case(report: RingReport, case: Case) -> None:
    phone = shared(report, "phone")
    before = {p.name: p.read_bytes() for p in sorted(case.folder.iterdir())}
    answer = rf.what_if(case, drop=[phone], language="zh")
    told = answer.parts.to_csv() + answer.question + "".join(answer.outcome) + repr(answer)
    assert phone not in told
    assert phone[:3] + "****" + phone[-4:] in answer.question
    assert tuple(answer.parts.columns) == WHATIF_COLUMNS
    assert {p.name: p.read_bytes() for p in sorted(case.folder.iterdir())} == before


@pytest.mark.parametrize(
    ("drop", "household", "ring", "said"),
    [
        ((), (), None, "nothing is to be different"),
        ((" ",), (), None, "is empty"),
        (("phone:",), (), None, "no value"),
        (("template:",), (), None, "T03"),
        (("phnoe:14200001234",), (), None, "did you mean 'phone'"),
        (("phone:14200009999",), (), None, "nobody on file"),
        (("template:T99",), (), None, "known: T01"),
        (("R-0001/P99",), (), None, "R-0001"),
        ((), (("H1",),), None, "no policyholder named"),
        ((), ((" ", ""),), None, "two different people"),
        (("template:T01",), (), "R-0099", "R-0001"),
    ],
)
def test_question_that_cannot_be_read_is_an_error_with_a_cure(
    case: Case, drop: tuple[str, ...], household: tuple[tuple[str, ...], ...], ring: str | None, said: str
) -> None:
    with pytest.raises(InputError) as error:
        rf.what_if(case, drop=drop, household=household, ring=ring)
    assert said in f"{error.value.message} {error.value.hint}"
    assert "14200009999" not in f"{error.value.message} {error.value.hint}"


def test_one_person_twice_is_no_household(case: Case, report: RingReport) -> None:
    person = report.rings[0].members[0].policyholder_id
    with pytest.raises(InputError, match="two different people"):
        rf.what_if(case, household=[[person, person]])


def test_case_of_another_version_is_refused(case: Case) -> None:
    other = Case(folder=case.folder, manifest={**case.manifest, "version": "0.0.1"})
    with pytest.raises(InputError, match=r"made by version 0\.0\.1"):
        rf.what_if(other, drop=["template:T01"])


def test_saved_tables_are_those_of_the_run(case: Case, report: RingReport) -> None:
    from ringfinder.case.tables import read_dataset

    read = read_dataset(case)
    for name in report.dataset:
        pd.testing.assert_frame_equal(read[name], report.dataset[name])


def test_published_letters_of_the_configuration_are_saved_with_the_case(tables: Path, tmp_path: Path) -> None:
    from ringfinder.case.tables import read_letter_texts

    data = rf.read_tables(tables)
    texts = data["complaints"]["text"].dropna().iloc[:2].tolist()
    config = rf.RunConfig(known_letters=tuple(texts), boilerplate=("尊敬的监管领导",))
    case = open_case(write_case(rf.detect_rings(data, config), tmp_path / "case"))
    known, forms = read_letter_texts(case)
    assert rf.RunConfig.from_dict(case.manifest["config"], known_letters=known, boilerplate=forms) == config


def test_unknown_ring_is_told_before_anything_is_run(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ringfinder.pipeline.find_groups", lambda *_, **__: pytest.fail("the stages ran"))
    with pytest.raises(UnknownNameError):
        rf.what_if(case, drop=["template:T01"], ring="R-0099")


def test_people_of_a_ring_that_splits_are_in_one_part_or_out(report: RingReport, case: Case) -> None:
    ring = report.rings[2]
    cut = [i.value for i in ring.identifiers if i.role == "evidence"][:6]
    parts = rf.what_if(case, drop=cut, ring=ring.ring_id).parts
    left = parts.loc[parts["part"] != "before"]
    assert int(left["of_ring"].sum()) == ring.size
    assert np.isfinite(parts.loc[parts["part"] != "out", "score"]).all()
