"""A shop that posts letters leaves the group again; a broker's own address stays."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ringfinder.construct import build_book, evidence_graph
from ringfinder.detect.components import Components
from ringfinder.detect.grouping import group_candidates
from ringfinder.detect.vetting import guarded, kept_apart
from ringfinder.templates import find_templates

RING = {f"R{i:03d}" for i in range(14)}
#: honest people who were paid above cash value: every fourth
PAID = [f"H{i:03d}" for i in range(0, 24, 4)]
SHOP = "海角路1号"


def _with_senders(planted, customers):
    """The planted book where `customers` post from one address, and others each from one they share with one more."""
    filed = planted()["complaints"].set_index("policyholder_id")["filed_on"]
    pairs = [(f"H{i:03d}", f"海角路{100 + i // 2}号") for i in range(100, 160)]
    rows = [
        {"policyholder_id": who, "kind": "mail_sender", "value": value, "since": filed[who]}
        for who, value in [*((who, SHOP) for who in customers), *pairs]
    ]
    return planted(identifiers=rows)


def _groups(data):
    book = build_book(data)
    letters = find_templates(data["complaints"])
    return book, group_candidates(book, letters, data, Components().run(evidence_graph(book)))


def test_customers_of_a_shop_leave_the_ring(planted):
    book, groups = _groups(_with_senders(planted, [*PAID, "R000", "R001"]))

    shop = book.values.index[book.values["value"] == SHOP]
    assert book.values.loc[shop, "verdict"].tolist() == ["evidence"], "the shop must look like a broker's at first"
    assert groups.stray_values.tolist() == shop.tolist()
    assert set(book.holders[groups.candidates[groups.labels == 0]]) == RING


def test_stray_value_is_guarded_with_the_reason(planted):
    book, groups = _groups(_with_senders(planted, [*PAID, "R000", "R001"]))
    value = guarded(book, groups.stray_values).values.set_index("value").loc[SHOP]

    assert value["verdict"] == "guarded"
    assert "别无关联" in value["reason_zh"]
    assert "nothing else ties" in value["reason_en"]


@pytest.mark.parametrize("n_customers", [8, 14])
def test_a_brokers_own_address_stays(planted, n_customers):
    book, groups = _groups(_with_senders(planted, sorted(RING)[:n_customers]))

    assert book.values.set_index("value").loc[SHOP, "verdict"] == "evidence"
    assert len(groups.stray_values) == 0
    assert set(book.holders[groups.candidates[groups.labels == 0]]) == RING


def test_a_phone_is_not_vetted_its_purity_speaks(planted):
    data = planted()
    filed = data["complaints"].set_index("policyholder_id")["filed_on"]
    phones = data["phones"].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")
    new = [
        {"policyholder_id": who, "phone": "19400000000", "role": "complaint"}
        | {"since": str(filed[who] - np.timedelta64(3, "D"))}
        for who in [*PAID, "R000", "R001"]
    ]
    book, groups = _groups(planted(phones=[*phones, *new]))

    assert book.values.set_index("value").loc["19400000000", "verdict"] == "evidence"
    assert set(book.holders[groups.candidates[groups.labels == 0]]) == RING | set(PAID)


def _two_bodies(customers):
    """Eight candidates; the first four share one phone, the others another, `customers` post from one address."""
    people = [f"P{i}" for i in range(8)]
    ties = [(who, "phone", "A" if k < 4 else "B", 5.0) for k, who in enumerate(people)]
    ties += [(who, "mail_sender", "shop", 0.0) for who in customers]
    links = pd.DataFrame(
        {
            "holder": [people.index(who) for who, *_ in ties],
            "value_id": [["A", "B", "shop"].index(value) for _, _, value, _ in ties],
            "is_fresh": True,
        }
    )
    values = pd.DataFrame({"value_id": range(3), "verdict": "evidence", "purity": [5.0, 5.0, 0.0]})
    everybody = np.arange(8)
    book = SimpleNamespace(links=links, values=values, household=everybody)
    return book, SimpleNamespace(candidates=everybody, n=8), [everybody]


def test_a_shop_with_one_customer_of_each_joins_no_two_bodies():
    parts = kept_apart(*_two_bodies(["P0", "P4"]))

    assert [part.tolist() for part in parts] == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_desk_that_several_of_both_post_from_joins_them():
    assert len(kept_apart(*_two_bodies(["P0", "P1", "P4", "P5"]))) == 1


def test_a_shop_of_one_body_keeps_its_other_customers():
    book, traits, _ = _two_bodies(["P0", "P1", "P4"])
    book.links.loc[book.links["holder"] > 4, "value_id"] = 2

    assert len(kept_apart(book, traits, [np.arange(8)])) == 1
