"""A group's payments are compared with those of others at about the same time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ringfinder.model.book import EVENT_COLUMNS
from ringfinder.model.peers import find_peers


def _events(days, paid):
    """One complaint a person at `days`; who is paid gets a good negotiated surrender 20 days later."""
    n = len(days)
    day = np.datetime64("2020-01-01") + np.asarray(days)
    complaints = pd.DataFrame({"holder": np.arange(n), "day": day, "kind": "complaint", "is_good": False})
    good = np.flatnonzero(paid)
    payments = pd.DataFrame({"holder": good, "day": day[good] + 20, "kind": "negotiated", "is_good": True})
    events = pd.concat([complaints, payments], ignore_index=True)
    events = events.assign(overpaid_fen=0, source_table="complaints", row_key=[f"K{i}" for i in range(len(events))])
    return events.astype({"holder": "int32", "day": "datetime64[s]"})[list(EVENT_COLUMNS)]


def _book(*, campaign):
    """1,000 people over 1,000 days, one in four paid; in days 400 to 520 nine of ten, if there is a campaign."""
    days = np.arange(1000)
    paid = days % 4 == 0
    if campaign:
        paid = np.where((days >= 400) & (days < 520), days % 10 != 0, paid)
    return _events(days, paid)


def _group(events, n=24):
    """Every fifth person of the campaign's days; all but two of them paid."""
    group = np.arange(400, 400 + 5 * n, 5)
    good = set(events.loc[events["is_good"], "holder"])
    extra = [p for p in group[2:] if p not in good]
    rows = _events(np.arange(1000), np.isin(np.arange(1000), extra))
    events = events.loc[~(events["holder"].isin(group[:2]) & events["is_good"])]
    return pd.concat([events, rows.loc[rows["is_good"]]], ignore_index=True), group


def test_many_payments_are_remarkable_where_one_in_four_is_paid():
    events, group = _group(_book(campaign=False))
    peers = find_peers(events, np.arange(1000, dtype=np.int32))

    assert peers.chance(group) < 1e-6
    assert peers.rate(group) == pytest.approx(0.25, abs=0.08)


def test_as_many_payments_are_nothing_in_a_campaign():
    events, group = _group(_book(campaign=True))
    peers = find_peers(events, np.arange(1000, dtype=np.int32))

    assert peers.chance(group) > 0.2
    assert peers.rate(group) > 0.75


def test_a_group_is_no_peer_of_its_own():
    # nobody else is ever paid
    paid = np.zeros(1000, dtype=bool)
    group = np.arange(300, 330)
    paid[group] = True
    peers = find_peers(_events(np.arange(1000), paid), np.arange(1000, dtype=np.int32))

    assert peers.rate(group) < 0.02
    assert peers.chance(group) < 1e-12


def test_suspects_are_no_peers():
    paid = np.zeros(1000, dtype=bool)
    paid[300:360] = True
    events, home = _events(np.arange(1000), paid), np.arange(1000, dtype=np.int32)
    group = np.arange(300, 360, 6)

    assert find_peers(events, home).rate(group) > 0.5
    assert find_peers(events, home, without=np.arange(300, 360)).rate(group) < 0.05


def test_people_left_out_later_are_no_peers_either():
    paid = np.zeros(1000, dtype=bool)
    paid[300:360] = True
    peers = find_peers(_events(np.arange(1000), paid), np.arange(1000, dtype=np.int32))
    group = np.arange(300, 360, 6)

    left_out = peers.without(np.arange(300, 360))
    assert peers.rate(group) > 0.5
    assert left_out.rate(group) < 0.05
    assert peers.is_peer.sum() - left_out.is_peer.sum() == 60


def test_a_family_counts_once():
    events = _book(campaign=False)
    family, strangers = np.arange(1000, dtype=np.int32), np.arange(1000, dtype=np.int32)
    family[[400, 404, 408, 412]] = 400
    group = np.array([400, 404, 408, 412])

    assert find_peers(events, strangers).chance(group) < 0.02
    assert find_peers(events, family).chance(group) > 0.1


def test_a_complaint_after_the_payment_does_not_move_a_person_in_time():
    events = _book(campaign=False)
    late = events.loc[(events["holder"] == 400) & (events["kind"] == "complaint")].assign(
        day=pd.Timestamp("2022-08-01"), row_key="late"
    )
    home = np.arange(1000, dtype=np.int32)
    before, after = find_peers(events, home), find_peers(pd.concat([events, late], ignore_index=True), home)

    assert after.day[400] == before.day[400]


def test_without_dates_the_rate_of_the_book_counts():
    events = _book(campaign=True)
    events["day"] = pd.NaT
    events["day"] = events["day"].astype("datetime64[s]")
    peers = find_peers(events, np.arange(1000, dtype=np.int32))
    group = np.arange(400, 410)

    assert peers.rate(group) == pytest.approx(peers.base)
    assert peers.rates()[group] == pytest.approx(peers.base)
    assert 0 < peers.chance(group) < 1


def test_rates_of_everybody_follow_the_campaign():
    peers = find_peers(_book(campaign=True), np.arange(1000, dtype=np.int32))
    rates = peers.rates()

    assert rates[430:490].min() > 0.75
    assert rates[:350].max() < 0.4
