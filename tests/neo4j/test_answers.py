"""What the questions answer on a real server, against pandas over the case's tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from ringfinder.case import Case
from ringfinder.engines.neo4j import Address, Server, Values, ask, connect, push

pytestmark = pytest.mark.neo4j

PEOPLE = "policyholder_id"


@pytest.fixture(scope="module")
def loaded(address: Address, case: Case) -> Iterator[Server]:
    with connect(address) as server:
        server.driver.execute_query("MATCH (n) DETACH DELETE n")
        push(case, server, Values(clear=True))
        yield server


@pytest.fixture(scope="module")
def tables(case: Case) -> dict[str, pd.DataFrame]:
    names = ["policies", "complaints", "surrenders", "intermediaries", "engagements", "members", "rings", "letters"]
    names += ["households", "ring_identifiers", "book_links", "book_values"]
    return case.fetch_all({name: f'SELECT * FROM "{name}"' for name in names})


def answer(server: Server, name: str, **values: Any) -> list[tuple[Any, ...]]:
    found = ask(server, name, values)
    return [
        tuple(pd.Timestamp(v.to_native()) if hasattr(v, "to_native") else v for v in row)
        for row in found.itertuples(index=False)
    ]


def held(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row a holder and source row, with what is known of the value."""
    links = tables["book_links"][[PEOPLE, "value_id", "since"]]
    links = links.merge(tables["book_values"].drop(columns="reason_zh"), on="value_id")
    return links.merge(tables["households"], on=PEOPLE)


def flagged(tables: dict[str, pd.DataFrame]) -> set[str]:
    best = tables["rings"].query("status == 'flagged'")["ring_id"]
    members = tables["members"]
    return set(members.loc[members["ring_id"].isin(best), PEOPLE])


def test_bodies_that_advise_complainants(loaded: Server, tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["engagements"].query("role in ['represented', 'advised']")
    pairs = rows[["intermediary_id", PEOPLE]].drop_duplicates()
    pairs["complained"] = pairs[PEOPLE].isin(tables["complaints"][PEOPLE])
    pairs["in_rings"] = pairs[PEOPLE].isin(flagged(tables))
    want = pairs.groupby("intermediary_id").agg(
        clients=(PEOPLE, "size"), complained=("complained", "sum"), in_rings=("in_rings", "sum")
    )
    want = want.query("clients >= 2").reset_index()
    found = [(row[0], *row[2:]) for row in answer(loaded, "advised_by_one", least=2)]

    assert len(want) > 0
    assert sorted(found) == sorted(want.itertuples(index=False, name=None))


def test_complaints_beside_the_month_before(loaded: Server, tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["complaints"]
    until = rows["filed_on"].max() - pd.Timedelta(days=40)
    age = (until - rows["filed_on"]).dt.days
    late, before = (rows[(age >= a) & (age < a + 30)].groupby("source").size() for a in (0, 30))
    found = {row[0]: row[1:] for row in answer(loaded, "complaints_against_month_before", until=str(until.date()))}
    names = sorted(set(late.index) | set(before.index))

    assert names
    assert found == {n: (late.get(n, 0), before.get(n, 0)) for n in names}


def test_policies_given_up_soon_after_sale_by_seller(loaded: Server, tables: dict[str, pd.DataFrame]) -> None:
    given_up = (
        tables["surrenders"].query("kind != 'cooling_off'").dropna(subset=["kind"])[["policy_id", "surrendered_on"]]
    )
    sold = tables["policies"].dropna(subset=["agent_id"])
    ended = sold.merge(given_up, on="policy_id")
    early = ended[ended["surrendered_on"] <= ended["issued_on"] + pd.Timedelta(days=2000)]
    counts = early.groupby("agent_id")["policy_id"].nunique()
    found = answer(loaded, "early_surrenders_by_seller", days=2000, least=1)

    assert len(counts) > 0
    assert {row[0]: row[2] for row in found} == counts.to_dict()
    assert {row[0]: row[1] for row in found} == sold.groupby("agent_id").size()[counts.index].to_dict()


def test_clients_of_agents_who_left(loaded: Server, tables: dict[str, pd.DataFrame]) -> None:
    left = tables["intermediaries"].dropna(subset=["left_on"])[["intermediary_id", "left_on"]]
    clients = tables["policies"].rename(columns={"agent_id": "intermediary_id"})[["intermediary_id", PEOPLE]]
    clients = clients.drop_duplicates().merge(left, on="intermediary_id")
    later = clients.merge(tables["complaints"][[PEOPLE, "filed_on"]], on=PEOPLE)
    later = later[later["filed_on"] > later["left_on"]].groupby("intermediary_id")[PEOPLE].nunique()
    want = {i: (clients["intermediary_id"].eq(i).sum(), n) for i, n in later.items()}

    assert want
    assert {row[0]: (row[2], row[3]) for row in answer(loaded, "ex_agents_clients")} == want


def test_people_just_outside_a_ring(loaded: Server, tables: dict[str, pd.DataFrame]) -> None:
    ring_id = tables["rings"].sort_values("rank")["ring_id"].iloc[0]
    rests = tables["ring_identifiers"].query("ring_id == @ring_id")[["kind", "value"]]
    holders = set(held(tables).query("verdict == 'evidence'").merge(rests, on=["kind", "value"])[PEOPLE])
    members = tables["members"].query("ring_id == @ring_id")[PEOPLE]
    assert {row[0] for row in answer(loaded, "just_outside", ring_id=ring_id)} == holders - set(members)

    # everybody in the sample who shares is a member: leave three out, and they are what is asked for
    out = sorted(set(members) & holders)[:3]
    ends = {"people": out, "ring": ring_id}
    match = "MATCH (p:Policyholder)-[m:MEMBER_OF]->(r:Ring {ring_id: $ring}) WHERE p.policyholder_id IN $people "
    kept = loaded.driver.execute_query(match + "RETURN p.policyholder_id AS p, properties(m) AS m", ends).records
    loaded.driver.execute_query(match + "DELETE m", ends)
    found = answer(loaded, "just_outside", ring_id=ring_id)
    loaded.driver.execute_query(
        "UNWIND $rows AS row MATCH (p:Policyholder {policyholder_id: row.p}) MATCH (r:Ring {ring_id: $ring}) "
        "CREATE (p)-[m:MEMBER_OF]->(r) SET m = row.m",
        {"rows": [dict(r) for r in kept], "ring": ring_id},
    )
    assert len(out) == 3
    assert {row[0] for row in found} == (holders - set(members)) | set(out)
    assert all(row[1] for row in found)


def test_payments_soon_after_a_complaint(loaded: Server, tables: dict[str, pd.DataFrame]) -> None:
    paid = tables["surrenders"].query("kind != 'cooling_off'").dropna(subset=["kind"])
    paid = paid.assign(over=(paid["amount_paid"] - paid["cash_value"]).round(2)).query("over >= 1000")
    both = paid.merge(tables["complaints"][[PEOPLE, "complaint_id", "filed_on"]], on=PEOPLE)
    gap = (both["surrendered_on"] - both["filed_on"]).dt.days
    want = both[(gap >= 0) & (gap <= 60)]
    found = answer(loaded, "paid_soon_after_complaint", days=60, least_overpaid=1000.0)

    assert len(want) > 0
    assert sorted((r[1], r[3], r[5]) for r in found) == sorted(
        want[["complaint_id", "surrender_id", "over"]].itertuples(index=False, name=None)
    )


def test_people_in_two_rings_and_values_between_rings(loaded: Server, tables: dict[str, pd.DataFrame]) -> None:
    members = tables["members"]
    rings = members.groupby(PEOPLE)["ring_id"].agg(sorted)
    want = [(p, r) for p, r in rings.items() if len(r) > 1]
    assert [row[:2] for row in answer(loaded, "people_in_two_rings")] == want

    links = held(tables).query("n_holders <= 50")[[PEOPLE, "value_id", "kind", "masked"]].drop_duplicates()
    sides = links.merge(members[[PEOPLE, "ring_id"]], on=PEOPLE)
    pairs = sides.merge(sides, on=["value_id", "kind", "masked"]).query("ring_id_x < ring_id_y")
    # a person in both rings, with one value from two rows, is no link between them
    pairs = pairs[pairs[f"{PEOPLE}_x"] != pairs[f"{PEOPLE}_y"]]
    counts = pairs.groupby(["ring_id_x", "ring_id_y", "value_id", "kind", "masked"]).agg(
        a=(f"{PEOPLE}_x", "nunique"), b=(f"{PEOPLE}_y", "nunique")
    )
    wanted = [(x, y, k, m, r.a, r.b) for (x, y, _, k, m), r in counts.iterrows()]
    assert sorted(r[:6] for r in answer(loaded, "values_between_rings", max_holders=50)) == sorted(wanted)


def test_rare_values_that_unrelated_people_share(loaded: Server, tables: dict[str, pd.DataFrame]) -> None:
    rows = held(tables).query("verdict == 'evidence' and 2 <= n_households <= 10")
    people = rows.groupby(["value_id", "kind", "masked"])[PEOPLE].agg(lambda p: sorted(set(p)))
    found = answer(loaded, "rare_shared_values", least=2, most=10)

    assert len(people) > 0
    assert sorted((r[0], r[1], r[5]) for r in found) == sorted((k, m, p) for (_, k, m), p in people.items())
    assert [r[4] for r in found] == sorted((r[4] for r in found), reverse=True)


def test_rings_by_money_and_by_growth(loaded: Server, tables: dict[str, pd.DataFrame]) -> None:
    best = tables["rings"].query("status == 'flagged'").sort_values(["overpaid", "ring_id"], ascending=[False, True])
    found = answer(loaded, "rings_by_money", status="flagged")
    assert [(r[0], r[5]) for r in found] == list(best[["ring_id", "overpaid"]].itertuples(index=False, name=None))
    assert found

    until = tables["members"]["joined_on"].median()
    age = (until.normalize() - tables["members"]["joined_on"]).dt.days
    joined = tables["members"][(age >= 0) & (age < 30)].groupby("ring_id")[PEOPLE].agg(sorted)
    grown = answer(loaded, "rings_grown", until=str(until.date()), days=30)
    assert len(joined) > 0
    assert {r[0]: r[3] for r in grown} == joined.to_dict()
    assert all(r[2] == len(r[3]) for r in grown)


def test_values_taken_up_in_one_month(loaded: Server, tables: dict[str, pd.DataFrame]) -> None:
    rows = held(tables).query("kind == 'phone'").dropna(subset=["since"])
    rows["month"] = rows["since"].dt.to_period("M").dt.to_timestamp()
    groups = rows.groupby(["month", "value_id", "masked"])
    want = [(m, s, g["household"].nunique(), sorted(set(g[PEOPLE]))) for (m, _, s), g in groups]
    want = [row for row in want if row[2] >= 2]

    assert want
    assert sorted(answer(loaded, "taken_up_together", least=2, kind="phone")) == sorted(want)


def test_templates_of_people_of_many_sellers(loaded: Server, tables: dict[str, pd.DataFrame]) -> None:
    letters = tables["letters"].dropna(subset=["template_id"]).query("template_id != ''")
    wrote = letters.merge(tables["complaints"][["complaint_id", PEOPLE]], on="complaint_id", suffixes=("_letter", ""))
    bought = wrote.merge(tables["policies"], on=PEOPLE)
    want = bought.groupby("template_id").agg(
        channels=("channel", "nunique"), sellers=("agent_id", "nunique"), people=(PEOPLE, "nunique")
    )
    want = want.query("sellers >= 2").reset_index()

    assert len(want) > 0
    assert sorted(row[:4] for row in answer(loaded, "templates_across_channels", least=2)) == sorted(
        want.itertuples(index=False, name=None)
    )
