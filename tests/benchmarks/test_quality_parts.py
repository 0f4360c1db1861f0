"""The benchmark's own parts, by hand on tiny cases: a benchmark that measures wrongly is worse than none."""

from __future__ import annotations

import dataclasses
import math
import random

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from benchmarks.quality.ablation import CHANNELS, without
from benchmarks.quality.books import BenchBook, BookKey
from benchmarks.quality.choose import EXPERT, RECIPE, choose
from benchmarks.quality.fraudar import fraudar
from benchmarks.quality.grid import run_peer
from benchmarks.quality.links import Links, build_links, part_of
from benchmarks.quality.measure import DEFAULT, Result, measure
from benchmarks.quality.peers import PEERS, projections
from benchmarks.quality.report import by_size, sections
from benchmarks.quality.run import PRODUCT, Record
from ringfinder.evaluate import Truth
from ringfinder.model.dataset import TABLES, Dataset

KEY = BookKey(1_000, "tiny", 900)


def matrix(held: dict[int, list[int]], n_values: int) -> csr_matrix:
    pairs = [(p, v) for p, values in held.items() for v in values]
    rows, columns = zip(*pairs, strict=True)
    return csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=(max(held) + 1, n_values))


def links(held: dict[int, list[int]], n_values: int, *, paid: tuple[int, ...] = ()) -> Links:
    n = max(held) + 1
    people = np.array([f"p{i:02}" for i in range(n)])
    was_paid = np.isin(np.arange(n), paid)
    return Links("shared", "everybody", people, matrix(held, n_values), was_paid, was_paid, 0.0)


def book(
    true: dict[str, list[str]], crowds: dict[tuple[str, str], list[str]], dataset: Dataset | None = None
) -> BenchBook:
    rings = pd.DataFrame(
        [(r, "kind", p) for r, people in true.items() for p in people], columns=["ring_id", "kind", "policyholder_id"]
    )
    honest = pd.DataFrame(
        [(g, kind, p) for (g, kind), people in crowds.items() for p in people],
        columns=["group_id", "kind", "policyholder_id"],
    )
    people = frozenset(rings["policyholder_id"])
    return BenchBook(KEY, Dataset({}), Truth(rings, honest), people)


def result(
    method: str, setting: str, *, found: int, flagged: int, true: int = 2, hit: int = 0, false: int = 0
) -> Result:
    return Result(method, setting, true, found, 0, 0.0, flagged, false, {}, flagged, 10 * (true > 0), hit, 0.0, (), 1.0)


# --- FRAUDAR ---------------------------------------------------------------------------------------------------------


def test_fraudar_finds_the_planted_block_behind_its_camouflage() -> None:
    # people 0-5 share values 0-4 with one another and all hold the hub 5, as do the honest 6-40 who share pairs
    held = {p: [0, 1, 2, 3, 4, 5] for p in range(6)}
    held |= {p: [5, 6 + (p - 6) // 2] for p in range(6, 41)}

    (density, block), *_ = fraudar(matrix(held, 24), 1)

    assert block.tolist() == [0, 1, 2, 3, 4, 5]
    weight = 5 * 6 / math.log(6 + 5)
    hub = 6 / math.log(41 + 5)
    assert density == pytest.approx(max(weight / 11, (weight + hub) / 12))


def test_fraudar_finds_the_next_block_without_the_people_of_the_first() -> None:
    held = {p: [0, 1, 2] for p in range(4)} | {p: [3, 4] for p in range(4, 8)} | {8: [5], 9: [5]}

    blocks = fraudar(matrix(held, 6), 10)

    assert [b.tolist() for _, b in blocks] == [[0, 1, 2, 3], [4, 5, 6, 7]]  # two people are no block
    assert blocks[0][0] > blocks[1][0]


def test_fraudar_is_at_least_half_as_dense_as_the_densest_set() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        dense = (rng.random((7, 6)) < 0.4).astype(float)
        graph = csr_matrix(dense)
        weight = 1 / np.log(dense.sum(axis=0) + 5)
        best = 0.0
        for code in range(1, 1 << 13):
            rows = [i for i in range(7) if code >> i & 1]
            columns = [j for j in range(6) if code >> (7 + j) & 1]
            best = max(best, (dense[np.ix_(rows, columns)] * weight[columns]).sum() / (len(rows) + len(columns)))

        found = fraudar(graph, 1, min_people=1)

        assert best / 2 <= found[0][0] <= best + 1e-9


# --- the other peers -------------------------------------------------------------------------------------------------


def test_components_join_through_a_hub_unless_it_is_capped() -> None:
    held = {p: [0] if p < 4 else [1] for p in range(8)}
    held = {p: [*values, 2] for p, values in held.items()}
    graph = links(held, 3)

    assert len(set(part_of(graph.capped(None)).tolist())) == 1
    assert part_of(graph.capped(5)).tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


@pytest.mark.parametrize("peer", [p for p in PEERS if not p.missing], ids=lambda p: p.name)
def test_every_peer_finds_two_cliques_as_the_same_groups_each_time(peer: object) -> None:
    held = {p: [0, 1] if p < 5 else [2, 3] for p in range(10)}
    (run,) = [p.run for p in PEERS if p is peer]

    found = list(run(links(held, 4), 0))
    again = list(run(links(held, 4), 0))

    assert any(sorted(g.tolist() for g in c.groups) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]] for c in found)
    assert [[g.tolist() for g in c.groups] for c in found] == [[g.tolist() for g in c.groups] for c in again]


@pytest.mark.parametrize("peer", [p for p in PEERS if not p.missing], ids=lambda p: p.name)
def test_a_peer_draws_the_same_lots_whatever_was_drawn_before(peer: object) -> None:
    rng = np.random.default_rng(3)
    held = {p: sorted(set(rng.integers(0, 60, 4).tolist())) for p in range(120)}  # no clear groups: lots decide
    (run,) = [p.run for p in PEERS if p is peer]

    random.seed(1)
    found = [[g.tolist() for g in c.groups] for c in run(links(held, 60), 0)]
    random.seed(2)
    again = [[g.tolist() for g in c.groups] for c in run(links(held, 60), 0)]

    assert found == again


def test_a_projection_counts_shared_values_or_weighs_the_rare_ones_more() -> None:
    held = {0: [0, 1], 1: [0, 1], 2: [1]}

    made = {option: graph.toarray()[0].tolist() for option, graph, _ in projections(links(held, 2))}

    assert made["cap 20, links alike"] == [0, 2, 1]
    assert made["cap 20, rare links heavier"] == [0, 1.5, 0.5]


def test_a_peer_is_ranked_by_size_or_by_density_whichever_is_kinder() -> None:
    # the ring is small and dense, the honest group large and loose; FRAUDAR ranks by itself
    held = {p: [0, 1, 2] for p in range(3)} | {p: [3] for p in range(3, 8)}
    ring = book({"R": ["p00", "p01", "p02"]}, {})
    loose = book({"R": [f"p0{i}" for i in range(3, 8)]}, {})
    peer = next(p for p in PEERS if p.name == "components")

    for small in (ring, loose):
        assert {r.average_precision for r in run_peer(small, peer, [links(held, 4)]) if r.flagged == 2} == {1.0}


def test_a_peers_groups_are_filtered_by_size_and_by_what_was_paid() -> None:
    held = {p: [0] for p in range(4)} | {p: [1] for p in range(4, 10)}
    graph = links(held, 2, paid=(0, 1, 2))
    (peer,) = [p for p in PEERS if p.name == "components"]

    settings = {r.setting: r for r in run_peer(book({"R": ["p00", "p01", "p02"]}, {}), peer, [graph])}

    assert settings["shared / everybody / cap 10 / 3+ people"].flagged == 2
    assert settings["shared / everybody / cap 10 / 5+ people"].flagged == 1
    paid = settings["shared / everybody / cap 10 / 3+ people, 60% paid above cash value"]
    assert (paid.flagged, paid.found_50, paid.people_hit, paid.people_flagged) == (1, 1, 3, 4)


def frames(**rows: list[dict[str, object]]) -> Dataset:
    out = {t.name: t.empty() for t in TABLES}
    for name, given in rows.items():
        blank = out[name]
        made = pd.DataFrame(given).reindex(columns=blank.columns)
        out[name] = made.astype(blank.dtypes.to_dict() | {"source_line": "Int64"})
    return Dataset(out)


def test_links_are_what_two_people_share_outside_the_directory() -> None:
    dataset = frames(
        phones=[
            {"policyholder_id": "a", "phone": "1", "role": "policy"},
            {"policyholder_id": "b", "phone": "1", "role": "complaint"},
            {"policyholder_id": "a", "phone": "95500", "role": "policy"},
            {"policyholder_id": "b", "phone": "95500", "role": "policy"},
            {"policyholder_id": "c", "phone": "2", "role": "policy"},
        ],
        directory=[{"kind": "phone", "value": "95500"}],
        surrenders=[
            {
                "surrender_id": f"s{p}",
                "policyholder_id": p,
                "kind": "negotiated",
                "payout_account": "9",
                "amount_paid": 2.0 if p == "c" else 1.0,
                "cash_value": 1.0,
                "surrendered_on": pd.Timestamp("2022-01-01"),
            }
            for p in ("b", "c")
        ],
    )

    layers = {(x.values, x.asked): x for x in build_links(dataset)}

    everybody = layers["shared", "everybody"]
    assert everybody.people.tolist() == ["a", "b", "c"]
    assert everybody.matrix.toarray().tolist() == [[0, 1], [1, 1], [1, 0]]  # the account 9, then the phone 1
    assert everybody.has_case.tolist() == [False, True, True]
    assert everybody.was_paid.tolist() == [False, False, True]
    assert layers["shared", "people with a case"].people.tolist() == ["b", "c"]
    assert layers["shared", "people paid above cash value"].matrix.nnz == 0


# --- measuring, choosing, telling ------------------------------------------------------------------------------------


def test_measures_by_hand() -> None:
    small = book({"R1": list("abcd"), "R2": list("wxyz")}, {("L1", "B04 employer"): list("efg"), ("L2", "B01"): ["h"]})
    ranked = {"1": frozenset("abc"), "2": frozenset("efgh"), "3": frozenset("wx")}

    found = measure(
        small, ranked, ["1", "2"], method="m", setting="s", seconds=1.0, stated={"1": 0.01, "2": 0.03, "3": 1}
    )

    assert (found.n_true, found.found_50, found.found_80) == (2, 1, 0)  # R2 is only listed
    assert found.jaccard == pytest.approx((3 / 4 + 2 / 4) / 2)
    assert (found.flagged, found.false, found.false_kinds) == (2, 1, {"B04 employer": 1})
    assert (found.people_flagged, found.people_true, found.people_hit) == (7, 8, 3)
    assert found.average_precision == pytest.approx((1 + 2 / 3) / 2)
    assert found.stated_q == ((0.01, False), (0.03, True))


def test_a_false_ring_is_blamed_on_the_crowd_that_holds_most_of_it() -> None:
    honest = {("L1", "B11 kiosk"): list("ab"), ("L2", "B12 courier_shop"): list("bcd"), ("L3", "B01"): list("q")}
    small = book({"R": list("xyz")}, honest)
    ranked = {"1": frozenset("abcd"), "2": frozenset("qrst"), "3": frozenset("xyza")}

    found = measure(small, ranked, list(ranked), method="m", setting="s", seconds=0.0)

    assert found.false_kinds == {"B12 courier_shop": 1, "none": 1}  # a quarter is too little; the third is true


def records(*results: list[Result]) -> list[Record]:
    return [Record(dataclasses.replace(KEY, seed=900 + i), tuple(r)) for i, r in enumerate(results)]


def test_a_peer_gets_the_setting_that_is_best_over_all_books_and_the_recipe_no_expert_filter() -> None:
    plain = "shared / everybody / cap 20 / 3+ people"
    expert = "shared / people with a case / cap 20 / 3+ people"
    own = result(PRODUCT, DEFAULT, found=2, flagged=2)
    measured = records(
        [own, result("components", plain, found=1, flagged=9), result("components", expert, found=2, flagged=2)],
        [own, result("components", plain, found=2, flagged=2)],  # the expert's setting had nothing to work on
    )

    lines = {(x.method, x.level): x for x in choose(measured, per_preset=False)}

    assert lines["components", RECIPE].settings == [plain]
    assert lines["components", EXPERT].settings == [expert]  # 2 * 2 / 6 against 2 * 3 / 15
    assert [r.found_50 for _, r in lines["components", EXPERT].results] == [2, 0]
    assert [r.n_true for _, r in lines["components", EXPERT].results] == [2, 2]


def test_with_a_setting_for_each_preset_an_honest_book_takes_the_overall_one() -> None:
    quick, quiet = (f"shared / everybody / cap {cap} / 3+ people" for cap in (20, 5))
    own, none = result(PRODUCT, DEFAULT, found=2, flagged=2), result(PRODUCT, DEFAULT, found=0, flagged=0, true=0)
    ringed = Record(
        BookKey(1_000, "cells", 900),
        (own, result("components", quick, found=2, flagged=3), result("components", quiet, found=0, flagged=0)),
    )
    loud = result("components", quick, found=0, flagged=4, false=4, true=0)
    honest = Record(
        BookKey(1_000, "honest", 900),
        (none, loud, result("components", quiet, found=0, flagged=0, true=0)),
    )

    lines = choose([ringed, honest], per_preset=True)

    assert lines[1].settings == [quick]
    assert sum(r.false for _, r in lines[1].results) == 4


def test_the_stated_rate_is_set_against_the_true_one() -> None:
    own = dataclasses.replace(
        result(PRODUCT, DEFAULT, found=2, flagged=3), stated_q=((0.01, False), (0.03, True), (0.04, False))
    )

    parts = {s.title.split(",")[0]: s.table for s in sections(by_size(records([own]), per_preset=False)[0])}

    first, _, last = parts["Stated and true false-discovery rate"].to_dict("records")
    assert (first["flagged"], first["false"], first["mean stated q"]) == (1, 0, "0.0100")
    assert (last["flagged"], last["false"], last["mean stated q"], last["share false"]) == (3, 1, "0.0267", "0.3333")


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda c: c.name)
def test_taking_evidence_away_names_real_columns_and_leaves_the_rest(channel: object) -> None:
    row: dict[str, dict[str, object]] = {
        t.name: {
            c.name: {"date": pd.Timestamp("2022-01-01"), "money": 1.0, "flag": True}.get(c.type, "x") for c in t.columns
        }
        for t in TABLES
    }
    dataset = frames(**{name: [cells] for name, cells in row.items()})
    (taken,) = [c for c in CHANNELS if c is channel]

    less = without(dataset, taken)

    for name in dataset:
        gone = set(dataset[name].columns) if name in taken.tables else set(taken.columns.get(name, ()))
        assert gone <= set(dataset[name].columns)
        assert len(less[name]) == (0 if name in taken.tables else 1)
        assert less[name].dtypes.to_dict().keys() == dataset[name].dtypes.to_dict().keys()
        for column in dataset[name].columns:
            assert column in gone or less[name][column].equals(dataset[name][column])
            assert column not in gone or less[name][column].isna().all()
