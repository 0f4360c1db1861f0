"""SQL on a case: masked, read-only, and nothing else in reach."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from ringfinder.case import Case
from ringfinder.case.sql import run_sql
from ringfinder.errors import InputError, RefusedError


def tables(case: Case) -> list[str]:
    return case.fetch("SELECT table_name FROM duckdb_tables() ORDER BY 1")["table_name"].tolist()


def test_every_table_answers_and_none_shows_a_personal_value(case: Case, world: ModuleType) -> None:
    assert len(tables(case)) > 20
    for name in tables(case):
        shown = run_sql(case, f'SELECT * FROM "{name}"').to_csv()
        assert not [secret for secret in world.SECRETS if secret in shown], name


def test_masked_values_still_join_and_count(case: Case) -> None:
    ask = "SELECT kind, value, count(*) AS n FROM ring_identifiers GROUP BY ALL ORDER BY n DESC, kind, min(node_id)"
    real, masked = case.fetch(ask), run_sql(case, ask)
    joined = "SELECT count(*) AS n FROM ring_identifiers i JOIN book_values v USING (kind, value)"

    assert real["n"].tolist() == masked["n"].tolist()
    assert len(real) >= 2
    assert run_sql(case, joined)["n"].iloc[0] == case.fetch(joined)["n"].iloc[0]


def test_the_name_of_a_signal_is_no_person(case: Case) -> None:
    names = case.sql("SELECT DISTINCT name FROM signals ORDER BY 1")["name"].tolist()

    assert names == case.fetch("SELECT DISTINCT name FROM signals ORDER BY 1")["name"].tolist() != []


def test_tags_differ_from_one_statement_to_the_next(case: Case) -> None:
    ask = "SELECT value FROM book_values ORDER BY value_id LIMIT 1"

    assert run_sql(case, ask)["value"].iloc[0] != run_sql(case, ask)["value"].iloc[0]


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE rings",
        "UPDATE rings SET rank = 1",
        "SELECT 1; DELETE FROM rings",
        "COPY (SELECT 1) TO 'out.csv'",
        "ATTACH 'x.db'",
        "SET enable_external_access = true",
        "PRAGMA database_list",
        "INSTALL httpfs",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM duckdb_views()",
        "SELECT * FROM query('SELECT 1')",
        "SELECT * FROM \"query\"('SELECT 1')",
        "SELECT * FROM query_table('phones')",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM (SHOW ALL TABLES)",
        "SELECT getenv('HOME')",
    ],
)
def test_whatever_is_no_question_to_the_tables_is_refused(case: Case, statement: str) -> None:
    with pytest.raises((RefusedError, InputError)):
        run_sql(case, statement)


def test_a_file_can_not_be_read_even_by_name(case: Case, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n")
    for unmask in (False, True):
        with pytest.raises(InputError):
            run_sql(case, f"SELECT * FROM '{tmp_path / 'x.csv'}'", unmask=unmask)


def test_an_error_names_the_tables_and_no_value(case: Case, world: ModuleType) -> None:
    with pytest.raises(InputError) as wrong:
        run_sql(case, "SELECT * FROM ringz")
    assert "rings" in wrong.value.hint
    with pytest.raises(InputError) as cast:
        run_sql(case, "SELECT CAST(value AS DATE) FROM book_values")
    assert not [secret for secret in world.SECRETS if secret in cast.value.message + cast.value.hint]
    assert "behind_" not in cast.value.message


def test_unmasked_rows_are_those_stored_and_can_not_be_changed(case: Case) -> None:
    ask = "SELECT value FROM book_values ORDER BY 1"

    assert run_sql(case, ask, unmask=True).equals(case.fetch(ask))
    with pytest.raises(RefusedError):
        run_sql(case, "DELETE FROM phones", unmask=True)
