"""Case: every question, masked answers, clear errors."""

from __future__ import annotations

import itertools
import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import networkx as nx
import pandas as pd
import pytest

from ringfinder.case import Case, open_case
from ringfinder.case.explain import EXPLAIN_COLUMNS
from ringfinder.case.paths import PATH_COLUMNS
from ringfinder.case.ways import _AROUND, COST
from ringfinder.case.who import WHO_COLUMNS
from ringfinder.errors import InputError, UnknownNameError


def everything(case: Case) -> str:
    """All that leaves a case, as one text."""
    frames: list[pd.DataFrame] = [case.rings(), case.templates(), case.letters(), case.rejects(), case.all_members()]
    for ring in case.ring_ids():
        frames += [case.ring(ring), case.members(ring), case.evidence(ring), case.identifiers(ring)]
        dossier = case.dossier(ring)
        frames += [value for value in vars(dossier).values() if isinstance(value, pd.DataFrame)]
        frames += [pd.DataFrame([dict(dossier.ring)])]
    frames += [value for value in vars(case.portfolio()).values() if isinstance(value, pd.DataFrame)]
    for person in ("PH000", "PH007", "PH009", "PH014", "PH058"):
        frames += [case.who(person), case.explain(person), case.path("PH003", person, through_hubs=True)]
    return "\n".join(frame.to_csv() for frame in frames)


def test_no_answer_holds_a_personal_value(case: Case, world: ModuleType) -> None:
    text = everything(case)
    assert not [secret for secret in world.SECRETS if secret in text]


def test_ring_id_may_be_written_short(case: Case) -> None:
    assert case.ring("r1")["ring_id"].tolist() == ["R-0001"]
    assert case.ring("2")["ring_id"].tolist() == ["R-0002"]


def test_unknown_ring_names_the_nearest(case: Case) -> None:
    with pytest.raises(UnknownNameError) as caught:
        case.members("R-0011")
    assert "R-0001" in caught.value.hint


def test_rings_can_be_filtered_and_told_in_english(case: Case) -> None:
    frame = case.rings(status="flagged", language="en")
    assert frame["ring_id"].tolist() == ["R-0001"]
    assert frame["summary"].tolist() == ["suspected ring: 10 people"]


def test_phone_in_any_spelling_names_its_holders(case: Case) -> None:
    frame = case.who("+86 142-0012-0001")
    assert tuple(frame.columns) == WHO_COLUMNS
    assert frame["policyholder_id"].tolist() == [f"PH{i:03d}" for i in range(10)]
    assert set(frame["verdict"]) == {"evidence"}
    assert set(frame["value"]) == {"142****0001"}


def test_pseudonym_of_a_view_names_the_same_holders(case: Case) -> None:
    pd.testing.assert_frame_equal(case.who("R-0001/P01"), case.who("14200120001"))


def test_person_shares_evidence_but_not_the_hotline(case: Case) -> None:
    frame = case.who("PH009")
    others = frame[frame["policyholder_id"] != "PH009"]
    hotline = frame[frame["verdict"] == "guarded"]
    assert set(others["verdict"]) == {"evidence"}
    assert hotline["policyholder_id"].tolist() == ["PH009"]
    assert hotline["holders_total"].tolist() == [50]


@pytest.mark.parametrize("address", ["测试市测试路9号", " 测试市 测试路9号 "])
def test_home_address_in_any_spelling_names_who_lives_there_masked(case: Case, address: str) -> None:
    frame = case.who(address)
    at_home = frame[frame["kind"] == "address"]
    assert at_home["policyholder_id"].tolist() == ["PH009"]
    assert not frame["value"].str.contains("9号").any()
    others = case.who("PH009")
    assert frame.iloc[1:].reset_index(drop=True)["policyholder_id"].tolist() == others["policyholder_id"].tolist()


def test_address_nobody_lives_at_is_an_error_that_does_not_repeat_it(case: Case) -> None:
    with pytest.raises(InputError) as error:
        case.who("测试市测试路99999号")
    assert "99999" not in str(error.value)


def test_complaint_number_stands_for_its_person(case: Case) -> None:
    pd.testing.assert_frame_equal(case.who("C009"), case.who("PH009"))


def test_intermediary_names_the_clients(case: Case) -> None:
    frame = case.who("A01")
    assert frame["policyholder_id"].tolist() == [f"PH{i:03d}" for i in range(5)]
    assert set(frame["role"]) == {"sold"}


def test_kind_limits_the_search(case: Case) -> None:
    with pytest.raises(UnknownNameError):
        case.who("14200120001", kind="account")


def test_value_nobody_holds_is_an_error_that_does_not_repeat_it(case: Case) -> None:
    with pytest.raises(UnknownNameError) as caught:
        case.who("14200127777")
    assert "14200127777" not in str(caught.value) + caught.value.hint


def test_sql_in_a_name_is_only_a_name(case: Case) -> None:
    with pytest.raises(UnknownNameError):
        case.who("x' OR '1'='1")
    with pytest.raises(UnknownNameError):
        case.explain("'; DROP TABLE rings; --")
    assert len(case.rings()) == 2


def test_path_goes_over_shared_evidence_with_dates(case: Case) -> None:
    frame = case.path("PH000", "PH014", language="en")
    assert tuple(frame.columns) == PATH_COLUMNS
    assert list(zip(frame["from_id"], frame["to_id"], strict=True)) == [("PH000", "PH009"), ("PH009", "PH014")]
    assert "2021-03-10" in frame["statement"].iloc[0]
    assert set(frame["verdict"]) == {"evidence"}


def test_path_tells_weight_holders_and_both_dates(case: Case) -> None:
    values = case.fetch("SELECT masked, score, n_holders FROM book_values").set_index("masked")
    for step in case.path("PH000", "PH014").to_dict("records"):
        assert step["weight"] == pytest.approx(values.loc[step["value"], "score"])
        assert step["holders_total"] == values.loc[step["value"], "n_holders"]
        assert step["from_since"].strftime("%Y-%m-%d") in step["statement"]
        assert step["to_since"].strftime("%Y-%m-%d") in step["statement"]


def test_further_paths_share_no_value_and_are_no_shorter(case: Case) -> None:
    frame = case.path("PH000", "PH001", paths=9)
    ways = [set(zip(part["kind"], part["value"], strict=True)) for _, part in frame.groupby("path")]
    costs = [part["verdict"].map(COST).sum() for _, part in frame.groupby("path")]

    assert frame["path"].iloc[0] == 1
    assert all(one.isdisjoint(other) for one in ways for other in ways if one is not other)
    assert costs == sorted(costs)
    assert len(case.path("PH000", "PH001")) == len(frame[frame["path"] == 1])
    with pytest.raises(InputError):
        case.path("PH000", "PH001", paths=0)


def test_a_path_looked_for_from_both_ends_costs_what_the_whole_graph_gives(case: Case) -> None:
    graph = nx.Graph()
    people = case.fetch("SELECT policyholder_id FROM policyholders ORDER BY 1")["policyholder_id"].tolist()
    around = case.fetch(_AROUND, {"people": people})
    for person, hub, verdict in zip(around["policyholder_id"], around["hub"], around["verdict"], strict=True):
        graph.add_edge(person, hub, cost=COST[verdict] / 2)
    for a, b in itertools.combinations(people[::4], 2):
        found = case.path(a, b)["verdict"].map(COST).astype("float64").sum()
        linked = a in graph and b in graph and nx.has_path(graph, a, b)
        assert found == pytest.approx(nx.dijkstra_path_length(graph, a, b, "cost") if linked else 0.0), (a, b)


def test_path_passes_a_hub_only_when_asked(case: Case) -> None:
    assert len(case.path("PH020", "PH030")) == 0
    through = case.path("PH020", "PH030", through_hubs=True)
    assert through["verdict"].tolist() == ["guarded"]


def test_path_over_a_household_ends_where_the_links_end(case: Case) -> None:
    assert case.path("PH058", "PH059")["verdict"].tolist() == ["household"]
    assert len(case.path("PH058", "PH058")) == 0


def test_explain_names_links_letters_events_and_rings(case: Case) -> None:
    frame = case.explain("PH009")
    assert tuple(frame.columns) == EXPLAIN_COLUMNS
    assert list(dict.fromkeys(frame["topic"])) == ["verdict", "event", "link", "letter", "missing"]
    assert (frame["source_rows"] != "").all()
    guarded = frame[frame["statement"].str.contains("142****9999", regex=False)]
    assert guarded["direction"].tolist() == ["against"]


def test_explain_tells_how_far_each_value_is_from_its_bar(case: Case) -> None:
    frame = case.explain("PH009", language="en")
    told = frame.loc[(frame["topic"] == "link") & (frame["direction"] == "for"), "statement"].tolist()
    scores = case.fetch(
        "SELECT DISTINCT value_id, score FROM book_values JOIN book_links USING (value_id) "
        "WHERE policyholder_id = 'PH009' AND verdict = 'evidence'"
    )["score"]

    assert len(told) == len(scores) == 3
    for score in scores:
        assert any(f"evidence {score:+.1f} nats (it takes more than 0)" in statement for statement in told)


def test_explain_tells_how_far_a_listed_ring_is_from_a_flag(case: Case) -> None:
    asked = {"score": {"level": 0.05}}
    strict = replace(case, manifest={**case.manifest, "config": asked})
    missing = strict.explain("PH009", language="en")["statement"].iloc[-1]

    assert "R-0002 is listed, not flagged (q=0.400, it takes 0.050 or less; p=0.002)" in missing


def test_explain_says_what_is_missing_for_an_outsider(case: Case) -> None:
    frame = case.explain("PH015", language="en")
    missing = frame.loc[frame["topic"] == "missing", "statement"].tolist()
    assert frame["statement"].iloc[0] == "PH015 is in no suspected ring"
    assert missing == [
        "no shared value that counts as evidence; the nearest is phone 142****9999: +2.0, refused as told there"
    ]


def test_unknown_person_gets_the_nearest_ids(case: Case) -> None:
    with pytest.raises(UnknownNameError) as caught:
        case.explain("PH0099")
    assert "PH009" in caught.value.hint


def test_letters_of_an_unknown_template_are_an_error(case: Case) -> None:
    with pytest.raises(UnknownNameError):
        case.letters("T99")


def test_dossier_numbers_identifiers_by_holders(case: Case) -> None:
    dossier = case.dossier("R-0001")
    nodes = dossier.identifiers.set_index("node_id")["holders_in_ring"].to_dict()
    assert nodes == {"A01": 6, "P01": 10, "P02": 2}
    assert set(dossier.links["node_id"]) <= set(nodes)
    assert dossier.members["overpaid"].tolist() == [5000.0] * 10
    assert "timings" not in dossier.manifest


def test_dossier_letters_keep_their_words_without_names_and_numbers(case: Case) -> None:
    text = case.dossier("R-0001").letters["text"].iloc[0]
    assert text == "本人[姓名],电话[号码],账号[号码],要求退保。"


def test_portfolio_tells_which_rings_share_people(case: Case) -> None:
    portfolio = case.portfolio()
    assert portfolio.bridges.to_dict("records") == [{"ring_a": "R-0001", "ring_b": "R-0002", "shared": 0, "people": 1}]
    assert portfolio.activity["events"].sum() == 27


@pytest.fixture()
def copy(case_path: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(case_path, tmp_path / "copy"))


def test_missing_folder_is_no_case(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no case"):
        open_case(tmp_path / "nowhere")


def test_input_folder_is_no_case(tmp_path: Path) -> None:
    (tmp_path / "phones.csv").write_text("a", encoding="utf-8")
    with pytest.raises(InputError, match="not a case"):
        open_case(tmp_path)


@pytest.mark.parametrize("name", ["manifest.json", "case.duckdb"])
def test_case_without_one_of_its_files_is_damaged(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(InputError, match="damaged"):
        open_case(copy)


def test_case_with_a_torn_database_is_damaged(copy: Path) -> None:
    (copy / "case.duckdb").write_bytes(b"torn" * 10_000)
    with pytest.raises(InputError, match=r"case\.duckdb"):
        open_case(copy)


def test_case_of_another_version_says_so(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    (copy / "manifest.json").write_text(json.dumps(manifest | {"format_version": 99}), encoding="utf-8")
    with pytest.raises(InputError, match="format 99"):
        open_case(copy)


def test_manifest_of_another_program_is_no_case(copy: Path) -> None:
    (copy / "manifest.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="another program"):
        open_case(copy)


def test_repr_tells_no_personal_value(case: Case) -> None:
    assert repr(case) == "Case('case', 2 rings)"


def test_portfolio_tells_growth_in_the_last_year_and_who_represents_at_least_two(copy: Path) -> None:
    import duckdb

    with duckdb.connect(str(copy / "case.duckdb")) as base:
        base.execute("UPDATE engagements SET role = 'represented'")
        base.execute(
            "UPDATE members SET joined_on = DATE '2001-01-01' WHERE ring_id = 'R-0001' AND policyholder_id < 'PH003'"
        )
        told = "SELECT count(*), count(*) FILTER (policyholder_id < 'PH003') FROM members WHERE ring_id = 'R-0001'"
        people, old = base.execute(told).fetchone() or (0, 0)
    rings = open_case(copy).portfolio().rings.set_index("ring_id")

    assert old == 3
    assert rings.loc["R-0001", "grown"] == people - old
    assert rings.loc["R-0001", "brokers"].endswith("(5)")
    assert rings.loc["R-0001", "brokers"].count(";") == 0
    assert rings.loc["R-0002", "brokers"] == ""
