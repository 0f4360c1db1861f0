"""One intermediary: known answers on the hand-made case."""

from __future__ import annotations

from types import ModuleType

import pandas as pd
import pytest

from ringfinder.case import Case, sellers
from ringfinder.case.sellers import SELLER_COLUMNS
from ringfinder.errors import UnknownNameError


def test_an_intermediary_is_told_for_the_book_and_by_ring(case: Case) -> None:
    frame = case.intermediary(" A01 ")

    assert tuple(frame.columns) == SELLER_COLUMNS
    assert frame["part"].tolist() == ["", "R-0001"]
    assert frame["clients"].tolist() == [5, 5]
    assert frame["share"].tolist() == [1.0, 1.0]
    assert frame["overpaid"].tolist() == [25000.0, 25000.0]


def test_without_peers_nothing_is_compared(case: Case) -> None:
    frame = case.intermediary("A01")

    assert (frame["peers"].iloc[0], pd.isna(frame["peer_share"].iloc[0])) == (0, True)


@pytest.fixture
def among_peers(case: Case, monkeypatch: pytest.MonkeyPatch) -> Case:
    """The case with a peer of four clients, one of two, and a seller of another kind."""
    import duckdb

    base = duckdb.connect()
    for name in ("engagements", "policies", "complaints", "intermediaries", "members", "book_events"):
        base.register("incoming", case.fetch(f'SELECT * FROM "{name}"'))
        base.execute(f'CREATE TABLE "{name}" AS SELECT * FROM incoming')
    # B1: 4 clients, of whom PH000 complains; B2 is of another kind; B3 has too few clients
    base.execute(
        "INSERT INTO intermediaries (intermediary_id, kind) VALUES ('B1', 'ex_agent'), ('B2', 'agent'), "
        "('B3', 'ex_agent')"
    )
    for seller, people in (("B1", (0, 40, 41, 42)), ("B2", (1, 2, 3, 4)), ("B3", (5, 6))):
        for i in people:
            base.execute(
                "INSERT INTO engagements (policyholder_id, intermediary_id) VALUES (?, ?)", [f"PH{i:03d}", seller]
            )
    monkeypatch.setattr(Case, "fetch", lambda self, sql, given=None: base.execute(sql, dict(given or {})).df())
    return case


def test_peers_are_others_of_the_same_kind_with_enough_clients(
    among_peers: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sellers, "MIN_PEER_CLIENTS", 3)

    row = among_peers.intermediary("A01").iloc[0]

    assert (row["peers"], row["peer_share"]) == (1, 0.25)


def test_of_very_many_peers_some_are_drawn_and_the_seller_is_told_whole(
    among_peers: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sellers, "MIN_PEER_CLIENTS", 1)
    every = among_peers.intermediary("A01")
    monkeypatch.setattr(sellers, "MOST_PEERS", 1)
    drawn = among_peers.intermediary("A01")

    assert (every["peers"].iloc[0], drawn["peers"].iloc[0]) == (2, 1)
    assert drawn.drop(columns=["peers", "peer_share"]).equals(every.drop(columns=["peers", "peer_share"]))


def test_no_personal_value_is_shown(case: Case, world: ModuleType) -> None:
    text = case.intermediary("A01").to_csv()

    assert [secret for secret in world.SECRETS if secret in text] == []


def test_a_known_intermediary_without_clients_has_no_row(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Case.fetch
    sql = sellers._KNOWN
    monkeypatch.setattr(
        Case,
        "fetch",
        lambda self, asked, given=None: (
            pd.DataFrame({"intermediary_id": ["A01", "B9"]}) if asked == sql else real(self, asked, given)
        ),
    )

    frame = case.intermediary("B9")

    assert (len(frame), tuple(frame.columns)) == (0, SELLER_COLUMNS)


def test_an_unknown_intermediary_is_named(case: Case) -> None:
    with pytest.raises(UnknownNameError, match="A02"):
        case.intermediary("A02")
