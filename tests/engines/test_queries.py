"""Every Cypher file keeps what its header says, and the check behind that can fail."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ringfinder.engines.queries import load_query, parse_query, query_names, return_columns
from ringfinder.errors import InputError, UnknownNameError

NAMES = query_names()

GOOD = """\
// purpose: people by id
// params: ids: list
// returns: id, n
// mode: read
MATCH (p:Policyholder)-[:HOLDS]->(v) WHERE p.policyholder_id IN $ids  // a comment with a ' quote and $other
RETURN p.policyholder_id AS id, count(DISTINCT v) AS n
ORDER BY n DESC, id;
"""


@pytest.mark.parametrize("name", NAMES)
def test_every_cypher_file_keeps_what_its_header_says(name: str) -> None:
    query = load_query(name)
    assert query.purpose
    modes = {"schema": "schema", "query": "read", "pull": "read", "load": "write", "cleanup": "write"}
    folder = name.partition("/")[0]
    assert query.mode == modes.get(folder, query.mode)


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith(("query/", "pull/"))])
def test_every_question_returns_rows_in_a_fixed_order(name: str) -> None:
    text = load_query(name).text
    # a path and the sums of one book are one row
    assert "ORDER BY" in text or "shortestPath" in text or name in ("query/intermediary_book", "pull/010_run")


def test_the_folder_holds_constraints_and_investigator_queries() -> None:
    folders = {name.split("/")[0] for name in NAMES}
    assert folders == {"schema", "load", "run", "query", "cleanup", "gds", "detect", "pull"}
    assert sum(name.startswith("query/") for name in NAMES) >= 20


def test_every_label_in_use_is_one_of_the_schema() -> None:
    declared = {
        label for n in NAMES if n.startswith("schema/") for label in re.findall(r":(\w+)\)", load_query(n).text)
    }
    used = {label for n in NAMES for label in re.findall(r"\(\w*:(\w+)", load_query(n).text)}
    assert used == declared


def test_a_good_file_is_read_whole() -> None:
    query = parse_query("query/good", GOOD)
    assert query.params == {"ids": "list"}
    assert query.returns == ("id", "n")
    assert query.text.startswith("MATCH") and query.text.endswith("id")
    assert "comment" not in query.text


def test_a_double_slash_inside_a_string_is_no_comment() -> None:
    source = GOOD.replace("IN $ids", "IN $ids AND v.value <> 'x://y;z $no'")
    assert "x://y;z $no" in parse_query("query/good", source).text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("// purpose: people by id\n", "", r"line 1 is not '// purpose: \.\.\.'"),
        ("// mode: read", "// mode: quick", "mode is 'quick'"),
        ("ids: list", "ids: list, day: str", "declares day, which the body does not use"),
        ("ids: list", "none", r"uses \$ids"),
        ("ids: list", "ids: array", "can't read parameter 'ids: array'"),
        ("ids: list", "ids: list, ids: list", "declared twice"),
        ("IN $ids", "IN $ids AND v.kind = $kind", r"uses \$kind, which the params line does not declare"),
        ("returns: id, n", "returns: id, count", "returns id, n; the header says id, count"),
        ("returns: id, n", "returns: n, id", "returns id, n; the header says n, id"),
        ("RETURN", "SET p.seen = true RETURN", "mode is read, but the body says SET"),
        ("// mode: read", "// mode: write", "writes nothing"),
        ("MATCH", "MATCH (x) RETURN x; MATCH", "more than one statement"),
    ],
)
def test_a_file_that_breaks_its_promise_is_named_with_the_reason(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError, match=message) as caught:
        parse_query("query/bad", GOOD.replace(old, new, 1))
    assert "cypher/query/bad.cypher" in caught.value.message


@pytest.mark.parametrize(
    "body",
    [
        "CREATE CONSTRAINT x FOR (p:Policyholder) REQUIRE p.policyholder_id IS UNIQUE",
        "CREATE CONSTRAINT IF NOT EXISTS FOR (p:Policyholder) REQUIRE p.policyholder_id IS UNIQUE",
        "CREATE CONSTRAINT x IF NOT EXISTS FOR (p:Policyholder) REQUIRE p.policyholder_id IS NOT NULL",
        "CREATE CONSTRAINT x IF NOT EXISTS FOR (p:Policyholder) REQUIRE p.policyholder_id IS NODE KEY",
        "CREATE CONSTRAINT x IF NOT EXISTS FOR (p:Policyholder) REQUIRE p.policyholder_id IS :: STRING",
    ],
)
def test_a_constraint_that_community_edition_or_a_second_run_refuses_is_refused(body: str) -> None:
    header = "// purpose: x\n// params: none\n// returns: none\n// mode: schema\n"
    with pytest.raises(InputError, match=r"IF NOT EXISTS|Enterprise"):
        parse_query("schema/x", header + body)


@pytest.mark.parametrize(
    ("statement", "columns"),
    [
        ("RETURN 1", ("1",)),
        ("MATCH (n) RETURN DISTINCT n.id AS id, {a: 1, b: [2, 3]} AS m SKIP 2 LIMIT 3", ("id", "m")),
        ("MATCH (n) CALL (n) { MATCH (n)--(x) RETURN count(x) AS c } RETURN n.id AS id, c", ("id", "c")),
        ("MATCH (n) RETURN CASE WHEN n:A THEN 'RETURN x, y' ELSE 'b' END AS kind", ("kind",)),
        ("MATCH (n) RETURN n.id AS `my id`", ("my id",)),
        ("MATCH (n) DETACH DELETE n", ()),
    ],
)
def test_columns_are_those_of_the_last_return(statement: str, columns: tuple[str, ...]) -> None:
    assert return_columns(statement) == columns


def test_binding_sends_values_apart_from_the_statement() -> None:
    query = load_query("query/holders_of_value")
    bound = query.bind({"value": "'}) DETACH DELETE n //", "kind": "phone"})
    assert bound == {"kind": "phone", "value": "'}) DETACH DELETE n //"}
    assert "DELETE" not in query.text


@pytest.mark.parametrize(
    "values",
    [
        {"run": "march", "policyholder_id": "PH1"},
        {"run": "march", "policyholder_id": "PH1", "max_holders": "200"},
        {"run": "march", "policyholder_id": "PH1", "max_holders": True},
        {"run": "march", "policyholder_id": "PH1", "max_holders": 200, "more": 1},
    ],
)
def test_a_missing_unknown_or_mistyped_parameter_is_refused_without_its_value(values: dict[str, object]) -> None:
    with pytest.raises(InputError) as caught:
        load_query("query/sharers").bind(values)
    assert "PH1" not in caught.value.message + caught.value.hint


def test_an_unknown_query_offers_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError) as caught:
        load_query("query/sharer")
    assert "did you mean 'query/sharers'" in caught.value.hint


def test_an_own_folder_of_statements_is_read_alike(tmp_path: Path) -> None:
    (tmp_path / "query").mkdir()
    (tmp_path / "query" / "mine.cypher").write_text(GOOD, encoding="utf-8")
    assert query_names(tmp_path) == ("query/mine",)
    assert load_query("query/mine", tmp_path).returns == ("id", "n")


def test_the_index_page_is_that_of_the_files() -> None:
    from ringfinder.engines.index_page import index_page
    from ringfinder.engines.queries import cypher_folder

    said = (cypher_folder() / "INDEX.md").read_text(encoding="utf-8")
    assert said == index_page(), "make it anew: python -m ringfinder.engines.index_page > cypher/INDEX.md"
    assert all(f"({name}.cypher)" in said for name in NAMES)


def test_every_question_is_answered_on_the_sample_by_a_test() -> None:
    folder = Path(__file__).resolve().parents[1] / "neo4j"
    tests = "".join((folder / name).read_text(encoding="utf-8") for name in ("test_questions.py", "test_answers.py"))
    asked = set(re.findall(r'answer\(\s*loaded, "(\w+)"', tests))
    assert asked == {name.partition("/")[2] for name in NAMES if name.startswith("query/")}
