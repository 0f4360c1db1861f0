"""replay: when a ring would have been flagged, with only what was known then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ringfinder as rf
from ringfinder.errors import InputError, UnknownNameError
from ringfinder.evaluate.replay import MAX_STEPS, REPLAY_COLUMNS, STEP_COLUMNS, replay_runs, step_days
from ringfinder.model.book import Book
from ringfinder.model.dataset import PROVENANCE, Dataset
from ringfinder.model.known import known_on
from ringfinder.model.ring import Member, Ring, RingReport

SAMPLE = Path(__file__).parents[2] / "sample_data" / "lin_ma"

#: the investigation of the Lin/Ma case began in November 2022
POLICE = pd.Timestamp("2022-11-01")

QUARTERS = [pd.Timestamp(day) for day in ("2021-03-31", "2021-06-30", "2021-09-30")]


def ring(number: int, people: str, *, flagged: bool, overpaid: int = 0) -> Ring:
    members = tuple(Member(who, "member", 0.5, None, "", "") for who in people)
    return Ring(
        ring_id=f"R-{number:04d}",
        rank=number,
        kind="refund",
        score=0.5,
        p_value=0.01,
        q_value=0.01 if flagged else 1.0,
        status="flagged" if flagged else "listed",
        first_seen=None,
        last_seen=None,
        complaints=len(people),
        negotiated=0,
        overpaid_fen=overpaid,
        channels=("phone",),
        summary_zh="",
        summary_en="",
        members=members,
        signals=(),
        evidence=(),
        identifiers=(),
    )


@pytest.fixture
def book(make_dataset: Callable[..., Dataset]) -> Dataset:
    """A complaint of each of five people, and three people without any."""
    days = {"a": "2021-01-05", "b": "2021-02-05", "c": "2021-03-05", "d": "2021-05-05", "e": "2021-08-05"}
    return make_dataset(
        policyholders=[{"policyholder_id": who} for who in "abcdexyz"],
        complaints=[{"complaint_id": f"C{who}", "policyholder_id": who, "filed_on": day} for who, day in days.items()],
    )


@pytest.fixture
def steps(
    book: Dataset, planted: Callable[..., Dataset]
) -> Callable[[Mapping[pd.Timestamp, tuple[Ring, ...]]], Callable[[Dataset], RingReport]]:
    """A detection that finds given rings, by the last complaint it is shown."""
    whole = rf.detect_rings(planted(n_ring=0))
    holders = np.array(sorted("abcdexyz"), dtype=object)
    paid = pd.DataFrame(
        {
            "holder": np.array([3, 4, 4, 5], dtype=np.int32),  # d, e, e, x
            "day": pd.to_datetime(["2021-05-05", "2021-08-05", "2021-02-01", "2021-08-06"]).astype("datetime64[s]"),
            "kind": "negotiated",
            "overpaid_fen": [10_000, 25_050, 7_000, 99_900],
        }
    )
    known = Book(holders, np.arange(8, dtype=np.int32), whole.book.links, whole.book.values, paid)

    def make(found: Mapping[pd.Timestamp, tuple[Ring, ...]]) -> Callable[[Dataset], RingReport]:
        def run(dataset: Dataset) -> RingReport:
            last = dataset["complaints"]["filed_on"].max()
            rings = next(rings for day, rings in found.items() if last <= day)
            return RingReport(rings, dataset, whole.letters, known, known, whole.graph, whole.entity_graph)

        return run

    return make


def test_first_flag_is_told_with_people_and_money_of_that_day_and_what_came_after(book: Dataset, steps) -> None:
    run = steps(
        {
            QUARTERS[0]: (ring(1, "abc", flagged=False),),
            QUARTERS[1]: (ring(1, "abcd", flagged=True, overpaid=10_000),),
            QUARTERS[2]: (ring(1, "abcde", flagged=True, overpaid=42_050),),
        }
    )

    result = replay_runs(book, run, every="quarter", end=QUARTERS[2])

    assert result.days == tuple(QUARTERS)
    assert tuple(result.rings.columns) == REPLAY_COLUMNS
    assert tuple(result.steps.columns) == STEP_COLUMNS
    row = result.rings.iloc[0].to_dict()
    assert (row["first_listed"], row["first_flagged"]) == (QUARTERS[0], QUARTERS[1])
    assert (row["size_then"], row["overpaid_then"]) == (4, 100.0)
    # e's 70 yuan were paid before the flag, x is not of the ring
    assert (row["joined_later"], row["overpaid_later"]) == (1, 250.5)
    assert (row["status"], row["size"], row["overpaid"], row["held"]) == ("flagged", 5, 420.5, 1.0)
    assert result.steps["size"].tolist() == [3, 4, 5]


def test_ring_that_was_flagged_and_is_gone_stays_on_the_list_and_one_only_listed_does_not(book: Dataset, steps) -> None:
    run = steps(
        {
            QUARTERS[0]: (ring(1, "xyz", flagged=True), ring(2, "de", flagged=False)),
            QUARTERS[1]: (ring(1, "abc", flagged=True),),
            QUARTERS[2]: (ring(1, "abc", flagged=False),),
        }
    )

    rings = replay_runs(book, run, every="quarter", end=QUARTERS[2]).rings.set_index("ring_id")

    assert rings.index.tolist() == ["R-0001", "R-0002"]
    assert rings["status"].tolist() == ["listed", "gone"]
    assert rings["held"].tolist() == [0.5, 1 / 3]
    assert rings["size"].tolist() == [3, 0]


def test_ring_that_went_into_another_is_merged_into_it_with_its_own_people_and_money(book: Dataset, steps) -> None:
    run = steps(
        {
            QUARTERS[0]: (ring(1, "abc", flagged=True), ring(2, "dy", flagged=True)),
            QUARTERS[1]: (ring(1, "abc", flagged=True), ring(2, "dey", flagged=True)),
            QUARTERS[2]: (ring(1, "abcdex", flagged=True),),
        }
    )

    rings = replay_runs(book, run, every="quarter", end=QUARTERS[2]).rings.set_index("ring_id")

    assert rings["status"].to_dict() == {"R-0001": "flagged", "R-0002": "merged"}
    assert rings["merged_into"].isna().tolist() == [True, False]
    row = rings.loc["R-0002"]
    # d and e went on, y did not; d was in it at the first flag, e came later; x was never of this ring
    assert (row["merged_into"], row["size"], row["size_then"], row["joined_later"]) == ("R-0001", 2, 2, 1)
    assert (row["overpaid"], row["overpaid_later"]) == (420.5, 350.5)


def test_merged_ring_is_followed_to_the_ring_that_is_left_in_the_end(book: Dataset, steps) -> None:
    run = steps(
        {
            QUARTERS[0]: (ring(1, "de", flagged=True), ring(2, "abc", flagged=True), ring(3, "xyzwvut", flagged=False)),
            QUARTERS[1]: (ring(1, "abcde", flagged=True), ring(2, "xyzwvut", flagged=False)),
            QUARTERS[2]: (ring(1, "abcdexyzwvut", flagged=True),),
        }
    )

    rings = replay_runs(book, run, every="quarter", end=QUARTERS[2]).rings

    assert rings["status"].tolist() == ["flagged", "merged", "merged"]
    assert rings["merged_into"].tolist()[1:] == ["R-0001", "R-0001"]
    assert rings["size"].tolist() == [12, 2, 5]


def test_ring_is_followed_through_changes_of_rank_under_the_id_of_the_last_day(book: Dataset, steps) -> None:
    run = steps(
        {
            QUARTERS[0]: (ring(1, "abc", flagged=True), ring(2, "xyz", flagged=False)),
            QUARTERS[1]: (ring(1, "xyz", flagged=True), ring(2, "abc", flagged=True)),
            QUARTERS[2]: (ring(1, "xyz", flagged=True), ring(2, "abcd", flagged=True)),
        }
    )

    rings = replay_runs(book, run, every="quarter", end=QUARTERS[2]).rings.set_index("ring_id")

    assert rings["first_flagged"].to_dict() == {"R-0001": QUARTERS[1], "R-0002": QUARTERS[0]}


def test_each_step_is_told_with_the_share_done(book: Dataset, steps) -> None:
    told = []
    replay_runs(
        book,
        steps({QUARTERS[2]: ()}),
        every="quarter",
        end=QUARTERS[2],
        step_done=lambda day, report, share: told.append((day, len(report.rings), share)),
    )
    assert told == [(day, 0, pytest.approx(n / 3)) for n, day in enumerate(QUARTERS, start=1)]


def test_days_are_ends_of_periods_and_the_last_day_itself(book: Dataset) -> None:
    assert [f"{d:%m-%d}" for d in step_days(book, every="quarter")] == ["03-31", "06-30", "08-05"]
    days = step_days(book, every="month", start=pd.Timestamp("2021-03-15"), end=pd.Timestamp("2021-05-10"))
    assert [f"{d:%m-%d}" for d in days] == ["03-31", "04-30", "05-10"]


def test_days_that_make_no_sense_are_refused(book: Dataset, make_dataset: Callable[..., Dataset]) -> None:
    with pytest.raises(UnknownNameError):
        step_days(book, every="week")
    with pytest.raises(InputError, match="after the last day"):
        step_days(book, every="month", start=pd.Timestamp("2022-01-01"))
    with pytest.raises(InputError, match=f"more than {MAX_STEPS}"):
        step_days(book, every="month", start=pd.Timestamp("1900-01-01"))
    with pytest.raises(InputError, match="has a date"):
        step_days(make_dataset(policyholders=[{"policyholder_id": "a"}]), every="month")
    with pytest.raises(InputError, match="is not a date"):
        rf.replay(book, start="31.3.2021")


def test_a_step_is_a_run_on_what_was_known_and_nothing_dated_later_changes_it(planted: Callable[..., Dataset]) -> None:
    data, day = planted(), pd.Timestamp("2021-12-31")
    later = {
        name: data[name].drop(columns=list(PROVENANCE)).to_dict("records")
        for name in ("phones", "complaints", "policyholders")
    }
    later["policyholders"] += [{"policyholder_id": "N1"}]
    later["phones"] += [
        {"policyholder_id": who, "phone": "16100000000", "role": "complaint", "since": "2022-01-01"}
        for who in ("N1", "H000", "H001", "H002")
    ]
    later["complaints"] += [
        {"complaint_id": f"X{who}", "policyholder_id": who, "filed_on": "2022-01-02", "upheld": True}
        for who in ("N1", "H000", "H001", "H002")
    ]

    first = rf.replay(data, "quarter", start="2021-06-01", end=day)
    second = rf.replay(planted(**later), "quarter", start="2021-06-01", end=day)
    own = rf.detect_rings(known_on(data, day))

    pd.testing.assert_frame_equal(first.rings, second.rings)
    pd.testing.assert_frame_equal(first.steps, second.steps)
    last = first.steps.loc[first.steps["as_of"] == day]
    assert last[["ring_id", "size", "status"]].values.tolist() == [[r.ring_id, r.size, r.status] for r in own.rings]
    assert first.rings["first_flagged"].notna().any()


def test_no_run_sees_a_later_row_or_finding_and_the_last_one_sees_the_whole_file(
    make_dataset: Callable[..., Dataset], steps
) -> None:
    days = ["2021-01-05", "2021-03-20", "2021-06-01", "2021-07-10"]
    book = make_dataset(
        policyholders=[{"policyholder_id": who} for who in "abcd"],
        complaints=[
            {"complaint_id": f"C{who}", "policyholder_id": who, "filed_on": day, "upheld": True}
            for who, day in zip("abcd", days, strict=True)
        ],
    )
    seen = []

    def run(dataset: Dataset) -> RingReport:
        seen.append((len(dataset["complaints"]), int(dataset["complaints"]["upheld"].notna().sum())))
        return steps({QUARTERS[2]: ()})(dataset)

    replay_runs(book, run, every="quarter")

    assert seen == [(2, 1), (3, 2), (4, 4)]


def _people(ring: Ring) -> frozenset[str]:
    return frozenset(m.policyholder_id for m in ring.members if m.role != "associate")


def test_readme_tells_what_a_flag_on_the_sample_would_have_saved() -> None:
    data = rf.read_tables(SAMPLE / "input")
    planted = frozenset(pd.read_csv(SAMPLE / "truth" / "rings.csv", dtype="str")["policyholder_id"])
    complaints, paid = data["complaints"], data["surrenders"]
    day = pd.Timestamp("2021-02-28")

    assert rf.detect_rings(known_on(data, day - pd.DateOffset(months=1) + pd.offsets.MonthEnd(0))).flagged == ()
    (then,) = rf.detect_rings(known_on(data, day)).flagged
    (now,) = rf.detect_rings(data).flagged

    assert 5 <= len(_people(then)) <= 15
    assert _people(then) <= planted
    first = complaints.loc[complaints["policyholder_id"].isin(planted), "filed_on"].min()
    months = (POLICE.to_period("M") - first.to_period("M")).n
    saved = (POLICE.to_period("M") - day.to_period("M")).n - 1  # the flag is of the end of its month
    own = paid.loc[paid["policyholder_id"].isin(_people(now)) & (paid["kind"] == "negotiated")]
    over = own["amount_paid"] - own["cash_value"]
    after, before_police = own["surrendered_on"] > day, own["surrendered_on"] < POLICE
    sentence = (
        f"flagged on {day:%Y-%m-%d} with {len(_people(then))} people, all of them of the ring, and "
        f"{then.overpaid_fen / 100:,.0f} yuan. That is {saved} of the {months} months from its first complaint to the "
        f"opening of the police case in November 2022. Of the {len(_people(now))} people found in the end "
        f"{len(_people(now) - _people(then))} came after that day, and {over[after].sum():,.0f} yuan were paid above "
        f"cash value after it, {over[after & before_police].sum():,.0f} of them before the police"
    )
    assert sentence in " ".join((SAMPLE.parents[1] / "README.md").read_text(encoding="utf-8").split())
