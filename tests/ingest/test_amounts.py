"""Mis-keyed amounts: out of all sums, told by their place; large true ones stay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from make_tables import classes, folder

from ringfinder.ingest import read_tables

N = 40
PEOPLE = "policyholder_id\n" + "".join(f"P{i}\n" for i in range(N))


def surrenders(paid: dict[int, str] | None = None, cash: dict[int, str] | None = None) -> str:
    """Forty surrenders of 10,000 to 400,000 yuan, some cells overwritten."""
    rows = [
        f"S{i},P{i},2021-03-05,negotiated,{(cash or {}).get(i, (i + 1) * 8000)},{(paid or {}).get(i, (i + 1) * 10000)}"
        for i in range(N)
    ]
    return "surrender_id,policyholder_id,surrendered_on,kind,cash_value,amount_paid\n" + "\n".join(rows) + "\n"


def policies(paid: dict[int, str] | None = None) -> str:
    rows = [f"L{i},P{i},{(paid or {}).get(i, (i + 1) * 12000)}" for i in range(N)]
    return "policy_id,policyholder_id,premiums_paid\n" + "\n".join(rows) + "\n"


def test_a_mis_keyed_payment_is_set_aside_and_told_by_file_line_and_column(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "in", policyholders=PEOPLE, policies=policies(), surrenders=surrenders({5: "999999999999"})
    )

    got = read_tables(path)

    assert classes(got, "surrenders") == [(7, "amount_paid", "implausible_amount")]
    (warning,) = (w for w in got.report.warnings if w.startswith("surrenders.amount_paid"))
    assert "surrenders.csv, line 7" in warning
    kept = got["surrenders"].set_index("surrender_id")["amount_paid"]
    assert len(kept) == N and np.isnan(kept["S5"])
    assert kept.sum() == sum((i + 1) * 10000 for i in range(N) if i != 5)


@pytest.mark.parametrize("with_policies", [True, False])
@pytest.mark.parametrize("column", ["cash_value", "amount_paid"])
def test_either_amount_is_held_against_premiums_or_against_the_other(
    tmp_path: Path, column: str, with_policies: bool
) -> None:
    wrong = {3: "88888888888"}
    table = surrenders(paid=wrong) if column == "amount_paid" else surrenders(cash=wrong)
    got = read_tables(
        folder(tmp_path / "in", policyholders=PEOPLE, policies=policies() if with_policies else None, surrenders=table)
    )
    assert classes(got, "surrenders") == [(5, column, "implausible_amount")]


def test_both_amounts_wrong_are_told_by_the_premiums(tmp_path: Path) -> None:
    wrong = {3: "88888888888"}
    got = read_tables(
        folder(tmp_path / "in", policyholders=PEOPLE, policies=policies(), surrenders=surrenders(wrong, wrong))
    )
    assert [c for _, c, _ in classes(got, "surrenders")] == ["amount_paid", "cash_value"]


def test_a_mis_keyed_premium_neither_counts_nor_excuses_a_payment(tmp_path: Path) -> None:
    wrong = {3: "999999999999"}
    got = read_tables(
        folder(tmp_path / "in", policyholders=PEOPLE, policies=policies(wrong), surrenders=surrenders(wrong))
    )
    assert classes(got, "policies") == [(5, "premiums_paid", "implausible_amount")]
    assert classes(got, "surrenders") == [(5, "amount_paid", "implausible_amount")]


def test_a_large_customer_is_no_slip(tmp_path: Path) -> None:
    rich = {3: "90000000"}
    got = read_tables(
        folder(tmp_path / "in", policyholders=PEOPLE, policies=policies(rich), surrenders=surrenders(rich, rich))
    )
    assert not len(got.report.rejects)


def test_a_large_policy_beside_a_small_surrendered_one_is_no_slip(tmp_path: Path) -> None:
    got = read_tables(
        folder(tmp_path / "in", policyholders=PEOPLE, policies=policies({3: "50000000"}), surrenders=surrenders())
    )
    assert not len(got.report.rejects)


def test_two_large_amounts_that_agree_need_no_policy_on_file(tmp_path: Path) -> None:
    got = read_tables(
        folder(
            tmp_path / "in",
            policyholders=PEOPLE,
            policies=policies(),
            surrenders=surrenders({3: "20000000"}, {3: "18000000"}),
        )
    )
    assert not len(got.report.rejects)


def test_a_payment_far_above_small_premiums_that_others_get_too_is_evidence_and_stays(tmp_path: Path) -> None:
    few = {3: "500"}
    got = read_tables(
        folder(tmp_path / "in", policyholders=PEOPLE, policies=policies(few), surrenders=surrenders({3: "90000"}))
    )
    assert not len(got.report.rejects)


def test_two_amounts_alone_are_no_distribution(tmp_path: Path) -> None:
    table = "surrender_id,policyholder_id,surrendered_on,amount_paid\nS1,P1,2021-03-05,100\nS2,P2,2021-03-05,9000000\n"
    got = read_tables(folder(tmp_path / "in", surrenders=table))
    assert not len(got.report.rejects)
