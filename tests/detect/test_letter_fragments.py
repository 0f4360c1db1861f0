"""A letter family makes a group only where payments, sellers, findings and months say ghost-writer."""

from __future__ import annotations

import numpy as np
import pytest

from ringfinder.construct import build_book, evidence_graph
from ringfinder.detect.components import Components
from ringfinder.detect.fragments import find_fragments, public_families
from ringfinder.detect.letter_fragments import (
    LetterParams,
    _joined_by,
    find_letter_links,
    with_letter_links,
    with_values,
)
from ringfinder.detect.traits import build_traits, without_families
from ringfinder.model.peers import find_peers
from ringfinder.templates import find_templates

GHOST = (
    "我在不知情的状况之下被某位熟人拉去听讲座,台上的人拍着胸脯许诺三年回本五年翻番,散场时每人发了一袋鸡蛋。"
    "签字那天灯光昏暗,纸张翻得飞快,我连老花镜都没有来得及戴上,只记得有人用指甲在横线上掐了一道印子。"
    "事后核对才发现缴费年限比嘴上讲的多出一倍,家中水稻歉收,孩子学费尚欠,如今只求把本钱完整取回。"
)


def _world(
    make_dataset,
    *,
    n_writers=16,
    n_paid=14,
    n_upheld=2,
    one_agent=False,
    one_product=False,
    in_a_week=False,
    phones=1,
    sender=0,
):
    """240 complainants with words of their own, a fifth paid; the first `n_writers` use one letter instead.

    `phones` pairs of the writers take up one phone each around their cases; `sender` of them post from one address.
    """
    rng = np.random.default_rng(8)
    characters = np.array(list("春夏秋冬山水风云雨雪花草木金石火土田禾米竹丝麻衣食住行书画琴棋诗酒茶饭菜瓜果豆麦"))
    n = 240
    day = np.datetime64("2020-01-01") + rng.integers(0, 1200, n)
    if in_a_week:
        day[:n_writers] = np.datetime64("2021-03-01") + np.arange(n_writers) % 7
    tables: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("policyholders", "policies", "phones", "identifiers", "complaints", "surrenders")
    }
    for i in range(n):
        who, writes = f"H{i:03d}", i < n_writers
        paid = i < n_paid if writes else i % 5 == 0
        upheld = i < n_upheld if writes else i % 2 == 0
        agent = "A00" if writes and one_agent else f"A{i % 40:02d}"
        product = "P0" if writes and one_product else f"P{i % 7}"
        tables["policyholders"].append({"policyholder_id": who, "name": f"{'赵钱孙李周吴郑王'[i % 8]}{i}"})
        tables["policies"].append(
            {"policy_id": f"L{i}", "policyholder_id": who, "agent_id": agent, "product": product}
            | {"issued_on": "2012-02-03"}
        )
        tables["complaints"].append(
            {"complaint_id": f"C{i}", "policyholder_id": who, "filed_on": str(day[i]), "upheld": bool(upheld)}
            | {"text": GHOST if writes else "".join(rng.choice(characters, 200))}
        )
        tables["surrenders"].append(
            {"surrender_id": f"S{i}", "policyholder_id": who, "surrendered_on": str(day[i] + 20)}
            | {
                "kind": "negotiated" if paid else "normal",
                "cash_value": 1000.0,
                "amount_paid": 9000.0 if paid else 900.0,
            }
        )
        tables["phones"].append(
            {"policyholder_id": who, "phone": f"142{i:08d}", "role": "policy", "since": "2011-01-01"}
        )
        tables["phones"].append(
            {"policyholder_id": who, "phone": f"154{i // 3:08d}", "role": "service", "since": "2013-01-01"}
        )
        if i < 2 * phones:
            phone = {"policyholder_id": who, "phone": f"164{i // 2:08d}", "role": "complaint"}
            tables["phones"].append(phone | {"since": str(day[i] - 10)})
        if i < sender:
            post = {"policyholder_id": who, "kind": "mail_sender", "value": "海角路1号"}
            tables["identifiers"].append(post | {"since": str(day[i])})
    return make_dataset(**tables)


def _found(data, params=LetterParams()):
    book = build_book(data)
    letters = find_templates(data["complaints"])
    events = book.strong_events()
    candidates = np.unique(events["holder"].to_numpy(dtype=np.int64))
    traits = build_traits(book, letters, data, candidates, events)
    assert (traits.family >= 0).any(), "the letter must be a template, or nothing is tested"
    fragments = find_fragments(book, Components().run(evidence_graph(book)), candidates)
    peers = find_peers(book.events, book.household)
    traits = without_families(traits, public_families(traits, fragments, peers))
    links = find_letter_links(book, traits, fragments, peers=peers, min_households=3, params=params)
    joined = with_letter_links(book, traits, fragments, links, params)
    return book, links, [{str(book.holders[candidates[i]]) for i in f} for f in joined]


def test_a_letter_that_pays_links_its_writers_with_those_who_share_a_phone(make_dataset):
    _, links, fragments = _found(_world(make_dataset))

    assert len(links.families) == 1
    assert fragments[0] == {f"H{i:03d}" for i in range(16)}


@pytest.mark.parametrize(
    "honest",
    [
        {"n_paid": 3},
        {"n_upheld": 14},
        {"one_agent": True},
        {"one_product": True},
        {"in_a_week": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_circulated_letter_links_nobody(honest, make_dataset):
    _, links, fragments = _found(_world(make_dataset, **honest))

    assert len(links.families) == 0
    assert all(len(f) <= 2 for f in fragments)


def test_a_letter_whose_writers_mostly_share_values_leaves_grouping_to_the_values(make_dataset):
    data = _world(make_dataset, phones=0)
    rows = data["phones"].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")
    filed = data["complaints"].set_index("policyholder_id")["filed_on"]
    cells = [
        {"policyholder_id": f"H{i:03d}", "phone": f"164{i // 4:08d}", "role": "complaint", "since": filed[f"H{i:03d}"]}
        for i in range(16)
    ]
    tables = {
        name: data[name].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")
        for name in ("policyholders", "policies", "complaints", "surrenders")
    }
    _, links, fragments = _found(make_dataset(**tables, phones=[*rows, *cells]))

    assert len(links.families) == 0
    assert sorted(len(f) for f in fragments) == [4, 4, 4, 4]


def test_a_weak_value_and_the_letter_vouch_for_each_other(make_dataset):
    # eight of sixteen paid is no proof alone, and an address without a date before the case is weak
    data = _world(make_dataset, n_writers=12, n_paid=8, phones=0, sender=2)
    book, links, _ = _found(data, LetterParams(sure_p=0.0))
    senders = book.values.loc[book.values["kind"] == "mail_sender"]

    assert links.value_ids.tolist() == senders["value_id"].tolist()
    assert senders["verdict"].tolist() == ["weak"]
    after = with_values(book, links.value_ids).values
    assert after.loc[after["kind"] == "mail_sender", "verdict"].tolist() == ["evidence"]
    assert after.loc[after["kind"] == "mail_sender", "reason_zh"].str.contains("投诉信模板").all()
    assert (
        _found(_world(make_dataset, n_writers=12, n_paid=8, phones=0), LetterParams(sure_p=0.0))[1].families.size == 0
    )


def test_payments_alone_make_a_group_but_no_flag(make_dataset):
    import ringfinder as rf

    alone = rf.detect_rings(_world(make_dataset, phones=0))
    joined = rf.detect_rings(_world(make_dataset, phones=2))

    assert [(r.status, r.stories) for r in alone.rings] == [("listed", ("thin",))]
    assert [r.status for r in joined.rings] == ["flagged"]
    assert {m.policyholder_id for m in joined.rings[0].members} >= {f"H{i:03d}" for i in range(16)}
    reasons = {m.policyholder_id: m.en for m in joined.rings[0].members}
    assert "linked by that letter alone" in reasons["H010"]
    assert "phone" in reasons["H000"]
    against = [e for e in joined.rings[0].evidence if e.direction == "against" and e.channel == "template"]
    assert [e.en.split()[0] for e in against] == ["12"]
    assert len(against[0].source_rows) == 12


def test_a_fragment_of_one_sellers_victims_does_not_join_by_one_letter(make_dataset):
    data = _world(make_dataset, phones=1)
    rows = {
        name: data[name].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")
        for name in ("policyholders", "policies", "complaints", "surrenders", "phones")
    }
    filed = data["complaints"].set_index("policyholder_id")["filed_on"]
    victims = ["H015", *(f"H{i:03d}" for i in range(100, 104))]
    for policy in rows["policies"]:
        if policy["policyholder_id"] in victims:
            policy["agent_id"] = "A77"
    rows["phones"] += [
        {"policyholder_id": who, "phone": "16499999999", "role": "complaint", "since": filed[who]} for who in victims
    ]
    for surrender in rows["surrenders"]:
        if surrender["policyholder_id"] in victims:
            surrender.update(kind="negotiated", amount_paid=9000.0)
    _, links, fragments = _found(make_dataset(**rows))

    assert len(links.families) == 1
    assert {f"H{i:03d}" for i in range(15)} in fragments
    assert set(victims) in fragments


@pytest.mark.parametrize("sender", [0, 2])
def test_a_letter_of_many_cells_vouches_for_a_weak_value_though_it_links_nobody(sender, make_dataset):
    # four phones of four make the cells; two of the fifth cell share a sender's address and the letter, no phone
    data = _world(make_dataset, n_writers=18, n_paid=16, phones=0, sender=sender)
    rows = {
        name: data[name].drop(columns=["row_key", "source_file", "source_line"]).to_dict("records")
        for name in ("policyholders", "policies", "complaints", "surrenders", "phones", "identifiers")
    }
    filed = data["complaints"].set_index("policyholder_id")["filed_on"]
    rows["phones"] += [
        {"policyholder_id": who, "phone": f"164{i // 4:08d}", "role": "complaint", "since": filed[who]}
        for i, who in enumerate(f"H{k:03d}" for k in range(2, 18))
    ]
    _, links, fragments = _found(make_dataset(**rows))

    assert len(links.families) == 0
    assert len(links.value_ids) == sender // 2
    cells = [{f"H{k:03d}" for k in range(first, first + 4)} for first in (2, 6, 10, 14)]
    assert all(cell in fragments for cell in cells)
    assert ({"H000", "H001"} in fragments) == bool(sender)


@pytest.mark.parametrize(
    ("held_by", "joined"),
    [
        ([0, 0, 0, 1], [0]),  # three of the first fragment, one of the second
        ([0, 1], []),  # one of each: says nothing
        ([0, 0, 7], [0, 7]),  # 5 fragments; 7 is a letter's group
        ([7, 8], [7, 8]),
        ([], []),
    ],
)
def test_a_vouching_value_joins_one_fragment_at_most(held_by, joined):
    assert _joined_by(np.array(held_by, dtype=np.int64), 5) == joined
