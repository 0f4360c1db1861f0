"""The investigator's questions on a real server: each answer, whole, is that of the case's own tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import networkx as nx
import pytest

from ringfinder.case import Case
from ringfinder.engines.neo4j import Address, Server, Values, ask, connect, push, run_id_of

pytestmark = pytest.mark.neo4j


@pytest.fixture(scope="module")
def loaded(address: Address, case: Case) -> Iterator[Server]:
    """A server that holds the case, values clear so that they can be compared."""
    with connect(address) as server:
        server.driver.execute_query("MATCH (n) DETACH DELETE n")
        push(case, server, Values(clear=True))
        yield server


def plain(value: Any) -> Any:
    """Dates as text, and a missing one as None; whole numbers and fractions alike."""
    if hasattr(value, "to_native"):
        value = value.to_native()
    if value is None or value != value:
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return round(value, 6) if isinstance(value, float) else value


def want(case: Case, sql: str, **parameters: object) -> list[tuple[Any, ...]]:
    found = case.fetch(sql, parameters)
    return [tuple(plain(v) for v in row) for row in found.astype(object).itertuples(index=False)]


def answer(server: Server, name: str, **values: Any) -> list[tuple[Any, ...]]:
    return [tuple(plain(v) for v in row) for row in ask(server, name, values).astype(object).itertuples(index=False)]


def ring(case: Case) -> str:
    return case.ring_ids()[0]


_SHARED = """
WITH m AS (SELECT policyholder_id FROM members WHERE ring_id = $ring),
h AS (SELECT DISTINCT policyholder_id, value_id FROM book_links SEMI JOIN m USING (policyholder_id))
SELECT DISTINCT a.policyholder_id, v.kind, v.value, v.masked, v.verdict
FROM h a JOIN h b USING (value_id) JOIN book_values v USING (value_id)
WHERE a.policyholder_id <> b.policyholder_id AND v.n_holders <= 50 ORDER BY ALL
"""


def test_members_with_all_that_links_them(loaded: Server, case: Case) -> None:
    people = want(
        case,
        "SELECT policyholder_id, role, strength, joined_on FROM members WHERE ring_id = $ring "
        "ORDER BY strength DESC, policyholder_id",
        ring=ring(case),
    )
    links: dict[str, list[dict[str, str]]] = {}
    for person, kind, _, shown, verdict in want(case, _SHARED, ring=ring(case)):
        link = {"kind": kind, "shown": shown, "verdict": verdict}
        if link not in links.setdefault(person, []):
            links[person].append(link)
    letters = want(
        case, "SELECT DISTINCT policyholder_id, template_id FROM letters WHERE template_id <> '' ORDER BY ALL"
    )
    found = answer(loaded, "ring_members", ring_id=ring(case), max_holders=50)

    assert [row[:4] for row in found] == people
    assert {row[0]: row[4] for row in found} == {p[0]: links.get(p[0], []) for p in people}
    assert {row[0]: row[5] for row in found} == {p[0]: [t for q, t in letters if q == p[0]] for p in people}
    assert links


def test_money_of_each_person_of_a_ring(loaded: Server, case: Case) -> None:
    rows = want(
        case,
        "WITH s AS (SELECT *, round(amount_paid - cash_value, 2) AS over FROM surrenders WHERE kind <> 'cooling_off') "
        "SELECT m.policyholder_id, m.role, count(s.over), coalesce(sum(s.over), 0)::DOUBLE AS total, "
        "min(surrendered_on), max(surrendered_on) FROM members m LEFT JOIN s "
        "ON s.policyholder_id = m.policyholder_id AND s.over > 0 WHERE ring_id = $ring "
        "GROUP BY 1, 2 ORDER BY total DESC, 1",
        ring=ring(case),
    )
    assert sum(row[3] for row in rows) > 1_000
    assert answer(loaded, "ring_money", ring_id=ring(case)) == rows


def test_evidence_of_a_ring_word_by_word(loaded: Server, case: Case) -> None:
    rows = want(
        case,
        "SELECT direction, channel, weight, statement_zh, source_table, source_rows FROM evidence "
        "WHERE ring_id = $ring ORDER BY direction DESC, weight DESC, statement_zh",
        ring=ring(case),
    )
    assert {row[0] for row in rows} == {"for", "against"}
    assert answer(loaded, "ring_evidence", ring_id=ring(case)) == rows


def test_the_course_of_a_ring_month_by_month(loaded: Server, case: Case) -> None:
    rows = want(
        case,
        "WITH m AS (SELECT policyholder_id FROM members WHERE ring_id = $ring), e AS ("
        "SELECT filed_on AS day, 1 AS c, 0 AS s, 0.0 AS o FROM complaints SEMI JOIN m USING (policyholder_id) "
        "UNION ALL SELECT surrendered_on, 0, 1, coalesce(greatest(round(amount_paid - cash_value, 2), 0), 0) FROM "
        "surrenders SEMI JOIN m USING (policyholder_id)) "
        "SELECT date_trunc('month', day) AS month, sum(c)::INT, sum(s)::INT, sum(o)::DOUBLE FROM e "
        "WHERE day IS NOT NULL GROUP BY 1 ORDER BY 1",
        ring=ring(case),
    )
    assert len(rows) > 3
    assert answer(loaded, "ring_timeline", ring_id=ring(case)) == rows


def linking(case: Case) -> tuple[str, str, str]:
    """A phone that counts as evidence, and a holder of it."""
    ((kind, value, person),) = want(
        case,
        "SELECT v.kind, v.value, min(l.policyholder_id) FROM book_values v JOIN book_links l USING (value_id) "
        "WHERE v.verdict = 'evidence' AND v.kind = 'phone' GROUP BY ALL ORDER BY count(*) DESC, v.value LIMIT 1",
    )
    return kind, value, person


def test_everybody_who_holds_a_value_and_everybody_who_shares_one(loaded: Server, case: Case) -> None:
    kind, value, person = linking(case)
    holders = want(
        case,
        "SELECT DISTINCT l.policyholder_id, l.role, l.since, l.is_fresh, m.ring_id, m.role FROM book_links l "
        "JOIN book_values v USING (value_id) LEFT JOIN members m USING (policyholder_id) "
        "WHERE v.kind = $kind AND v.value = $value ORDER BY 1, 2, 3, 5",
        kind=kind,
        value=value,
    )
    assert len(holders) > 2
    assert answer(loaded, "holders_of_value", kind=kind, value=value) == [(*row, run_id_of(case)) for row in holders]

    sharers = want(
        case,
        "SELECT DISTINCT b.policyholder_id, v.kind, v.masked, v.n_holders, v.verdict FROM book_links a "
        "JOIN book_links b USING (value_id) JOIN book_values v USING (value_id) WHERE a.policyholder_id = $person "
        "AND b.policyholder_id <> $person AND v.n_holders <= 100 ORDER BY 4, 2, 3, 1",
        person=person,
    )
    assert {row[0] for row in holders} - {person} <= {row[0] for row in sharers}
    assert answer(loaded, "sharers", policyholder_id=person, max_holders=100) == sharers


def hops(graph: nx.Graph, start: str, goal: str) -> int | None:
    return nx.shortest_path_length(graph, start, goal) if nx.has_path(graph, start, goal) else None


def test_paths_are_as_short_as_those_of_another_library(loaded: Server, case: Case) -> None:
    judged, held = nx.Graph(), nx.Graph()
    everybody = [p for (p,) in want(case, "SELECT policyholder_id FROM policyholders ORDER BY 1")]
    judged.add_nodes_from(everybody)
    held.add_nodes_from(everybody)
    rows = want(
        case,
        "SELECT policyholder_id, value_id, verdict, is_fresh, n_holders FROM book_links JOIN book_values "
        "USING (value_id)",
    )
    judged.add_edges_from((p, v) for p, v, verdict, is_fresh, _ in rows if verdict == "evidence" and is_fresh)
    held.add_edges_from((p, v) for p, v, _, _, n in rows if n <= 30)
    held.add_edges_from(want(case, "SELECT policyholder_id, complaint_id FROM complaints"))
    held.add_edges_from(want(case, "SELECT complaint_id, template_id FROM letters WHERE template_id <> ''"))
    members = [p for (p,) in want(case, "SELECT policyholder_id FROM members ORDER BY ring_id, policyholder_id")]
    lengths = set()
    for a, b in [(members[0], p) for p in [*members[1:12], members[-1], everybody[0], everybody[-1]]]:
        by_evidence, by_any = hops(judged, a, b), hops(held, a, b)
        found = answer(loaded, "evidence_path", from_id=a, to_id=b)
        assert [row[0] for row in found] == ([by_evidence] if by_evidence and by_evidence <= 14 else [])
        for n, people, values in found:
            assert (people[0], people[-1], len(people), len(values)) == (a, b, n // 2 + 1, n // 2)
        found = answer(loaded, "path_between", from_id=a, to_id=b, max_holders=30)
        assert [row[0] for row in found] == ([by_any] if by_any and by_any <= 14 else [])
        for n, steps in found:
            assert (steps[0]["name"], steps[-1]["name"], len(steps)) == (a, b, n + 1)
        lengths |= {by_evidence, by_any}
    assert len(lengths) > 2, "near, far and not at all"


def test_payout_accounts_of_several_households(loaded: Server, case: Case) -> None:
    rows = want(
        case,
        "SELECT v.masked, count(DISTINCT h.household) AS n, count(DISTINCT s.policyholder_id), "
        "count(DISTINCT s.surrender_id), sum(coalesce(greatest(round(amount_paid - cash_value, 2), 0), 0))::DOUBLE "
        "FROM surrenders s JOIN book_values v ON v.kind = 'account' AND v.value = s.payout_account "
        "JOIN households h USING (policyholder_id) GROUP BY v.value, v.masked HAVING n >= 2 ORDER BY n DESC, 1",
    )
    assert rows
    assert answer(loaded, "payout_accounts_of_many", least=2) == rows


def test_hubs_and_why_they_were_held_back(loaded: Server, case: Case) -> None:
    rows = want(
        case,
        "SELECT kind, masked, n_holders, n_households, verdict, reason_zh FROM book_values "
        "WHERE verdict IN ('guarded', 'directory', 'household') AND n_holders >= 3",
    )
    assert rows
    assert all(row[5] for row in rows)
    found = answer(loaded, "hubs", least=3)
    assert sorted(row[:6] for row in found) == sorted(rows)
    assert [row[2] for row in found] == sorted((row[2] for row in rows), reverse=True)


_CLIENTS = """
WITH c AS (SELECT DISTINCT agent_id, policyholder_id FROM policies WHERE agent_id IS NOT NULL),
x AS (SELECT agent_id, policyholder_id, policyholder_id IN (SELECT policyholder_id FROM complaints) AS filed,
 coalesce((SELECT sum(greatest(round(amount_paid - cash_value, 2), 0)) FROM surrenders s
  WHERE s.policyholder_id = c.policyholder_id AND s.kind <> 'cooling_off'), 0)::DOUBLE AS over,
 policyholder_id IN (SELECT policyholder_id FROM members JOIN rings USING (ring_id) WHERE status = 'flagged') AS ringed
FROM c)
"""


def test_a_sellers_book(loaded: Server, case: Case) -> None:
    book = _CLIENTS + (
        "SELECT count(*), count(*) FILTER (filed), count(*) FILTER (over > 0), sum(over), count(*) FILTER (ringed) "
        "FROM x WHERE agent_id = $seller"
    )
    for (seller,) in want(case, _CLIENTS + "SELECT agent_id FROM x GROUP BY 1 ORDER BY sum(over) DESC, 1 LIMIT 3"):
        (row,) = want(case, book, seller=seller)
        assert row[0] > 0
        assert answer(loaded, "intermediary_book", intermediary_id=seller) == [row]


def test_sellers_against_their_peers(loaded: Server, case: Case) -> None:
    rows = want(
        case,
        _CLIENTS + "SELECT agent_id, count(*) AS n, count(*) FILTER (filed) AS k, round(k / n, 4), "
        "(SELECT round(count(*) FILTER (filed) / count(*), 4) FROM x) FROM x GROUP BY 1 "
        "HAVING n >= 3 AND k / n >= 1.5 * (SELECT count(*) FILTER (filed) / count(*) FROM x)",
    )
    found = answer(loaded, "intermediaries_against_peers", least_clients=3, times=1.5)
    assert rows
    assert sorted(found) == sorted(rows)
    assert [row[3] for row in found] == sorted((row[3] for row in rows), reverse=True)


def test_letters_of_a_template_and_all_templates(loaded: Server, case: Case) -> None:
    template = case.templates()["template_id"].iloc[0]
    letters = want(
        case,
        "SELECT complaint_id, l.policyholder_id, filed_on, similarity, ring_id FROM letters l "
        "JOIN complaints USING (complaint_id) LEFT JOIN members m ON m.policyholder_id = l.policyholder_id "
        "WHERE l.template_id = $template ORDER BY similarity DESC, complaint_id, ring_id",
        template=template,
    )
    assert letters
    assert answer(loaded, "letters_of_template", template_id=template) == letters

    rows = want(
        case,
        "WITH r AS (SELECT DISTINCT policyholder_id FROM members JOIN rings USING (ring_id) WHERE status = 'flagged') "
        "SELECT template_id, count(*) AS n, count(DISTINCT l.policyholder_id), any_value(first_filed), "
        "any_value(last_filed), count(DISTINCT r.policyholder_id), any_value(pattern) FROM letters l "
        "JOIN templates t USING (template_id) LEFT JOIN r USING (policyholder_id) GROUP BY 1 ORDER BY n DESC, 1",
    )
    assert answer(loaded, "templates") == [(*row, run_id_of(case)) for row in rows]


def test_phones_taken_up_just_before_a_complaint(loaded: Server, case: Case) -> None:
    rows = want(
        case,
        "SELECT DISTINCT l.policyholder_id, v.masked, l.since, c.complaint_id, c.filed_on, v.n_holders FROM "
        "book_links l JOIN book_values v USING (value_id) JOIN complaints c USING (policyholder_id) WHERE "
        "v.kind = 'phone' AND c.filed_on >= l.since AND c.filed_on <= l.since + INTERVAL 30 DAY",
    )
    assert rows
    assert sorted(answer(loaded, "phones_changed_before_complaint", days=30)) == sorted(rows)
