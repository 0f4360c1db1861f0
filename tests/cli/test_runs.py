"""detect, demo, check, view, simulate and evaluate: what the command line itself does, its neighbours replaced."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
from typer.testing import Result

from ringfinder.errors import ConfigError, TableError

Run = Callable[..., Result]


@dataclass(frozen=True)
class FakeConfig:
    seed: int = 0
    language: str = "zh"
    mapping: Mapping[str, Any] = field(default_factory=dict)

    def read_options(self) -> object:
        return self.mapping


@dataclass
class Neighbours:
    """What the replaced stages were asked, and what they shall do."""

    asked: dict[str, Any] = field(default_factory=dict)
    error: Exception | None = None


@pytest.fixture()
def neighbours(monkeypatch: pytest.MonkeyPatch, world: ModuleType) -> Neighbours:
    seen = Neighbours()

    def load_config(path: Path | None = None) -> FakeConfig:
        if path is not None and not path.exists():
            raise ConfigError(f"can't read {path.name}")
        return FakeConfig(language="en" if path is not None else "zh")

    def read_tables(
        path: Path, *, options: object = None, known_ids: object = None, progress: Callable[[str, float], None]
    ) -> object:
        seen.asked["source"] = path
        progress("reading", 1.0)
        if seen.error is not None:
            raise seen.error
        return world.make_dataset()

    def detect_rings(
        dataset: object, config: FakeConfig, *, progress: Callable[[str, float], None], former: object = None
    ) -> object:
        seen.asked["config"] = config
        progress("score", 0.9)
        return world.make_report()

    def export_case(
        name: str, case: Any, out: Path, *, ring_ids: tuple[str, ...] | None, language: str, progress: object
    ) -> tuple[tuple[str, Path], ...]:
        out.mkdir(exist_ok=True)
        files = {ring_id: out / f"{ring_id}.{name}" for ring_id in ring_ids or case.ring_ids()}
        for ring_id, path in files.items():
            path.write_text(f"{ring_id} {language}", encoding="utf-8")
        index = out / f"index.{name}"
        index.write_text(json.dumps({ring_id: path.name for ring_id, path in files.items()}), encoding="utf-8")
        return (() if ring_ids else (("", index),)) + tuple(files.items())

    def describe(dataset: Any) -> pd.DataFrame:
        return pd.DataFrame({"table": list(dataset), "rows": [len(dataset[name]) for name in dataset]})

    names: dict[str, dict[str, object]] = {
        "ringfinder.config": {"load_config": load_config},
        "ringfinder.ingest": {
            "ReadOptions": lambda mapping=None: mapping,
            "read_tables": read_tables,
            "describe": describe,
        },
        "ringfinder.pipeline": {"detect_rings": detect_rings},
        "ringfinder.export": {"export_case": export_case},
    }
    for name, content in names.items():
        module = importlib.import_module(name)
        for attribute, value in content.items():
            monkeypatch.setattr(module, attribute, value)
    return seen


def test_detect_writes_case_and_views_and_prints_rings_alone(cli: Run, tmp_path: Path, neighbours: Neighbours) -> None:
    out = tmp_path / "case"
    result = cli("detect", "tables", "--out", out, "--format", "json")
    assert result.exit_code == 0, result.stderr
    assert [ring["ring_id"] for ring in json.loads(result.stdout)] == ["R-0001", "R-0002"]
    assert sorted(p.name for p in out.glob("*.html")) == ["R-0001.html", "R-0002.html", "index.html"]
    assert json.loads((out / "index.html").read_text(encoding="utf-8")) == {
        "R-0001": "R-0001.html",
        "R-0002": "R-0002.html",
    }


def test_detect_tells_what_was_read_set_aside_and_found(cli: Run, tmp_path: Path, neighbours: Neighbours) -> None:
    talk = cli("detect", "tables", "--out", tmp_path / "case", "--language", "en").stderr
    assert "policyholders 60" in talk
    assert "set aside: 1 rows" in talk
    assert "1 phones.phone: =a masked value joins nobody" in talk
    assert "1 templates" in talk
    assert "suspected rings: 2, of these 1 flagged" in talk
    assert "index.html" in talk


def test_detect_options_override_the_configuration(cli: Run, tmp_path: Path, neighbours: Neighbours) -> None:
    toml = tmp_path / "ringfinder.toml"
    toml.write_text("", encoding="utf-8")
    result = cli("detect", "tables", "--out", tmp_path / "case", "--config", toml, "--seed", 9, "--no-html")
    assert result.exit_code == 0
    assert neighbours.asked["config"] == FakeConfig(seed=9, language="en")
    assert not list((tmp_path / "case").glob("*.html"))


def test_detect_quietly_says_nothing(cli: Run, tmp_path: Path, neighbours: Neighbours) -> None:
    assert cli("detect", "tables", "--out", tmp_path / "case", "--quiet").stderr == ""


def test_detect_verbosely_names_every_stage(cli: Run, tmp_path: Path, neighbours: Neighbours) -> None:
    talk = cli("detect", "tables", "--out", tmp_path / "case", "--verbose").stderr
    assert "90% score" in talk


def test_detect_refuses_an_existing_case_before_it_reads(cli: Run, case_path: Path, neighbours: Neighbours) -> None:
    result = cli("detect", "tables", "--out", case_path)
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert neighbours.asked == {}


def test_detect_leaves_nothing_when_reading_fails(cli: Run, tmp_path: Path, neighbours: Neighbours) -> None:
    neighbours.error = TableError("no column 'phone'", file="phones.csv", hint="map it")
    result = cli("detect", "tables", "--out", tmp_path / "case")
    assert result.exit_code == 2
    assert result.stderr == "error: phones.csv: no column 'phone'\nhint: map it\n"
    assert list(tmp_path.iterdir()) == []


def test_missing_configuration_is_an_error(cli: Run, tmp_path: Path, neighbours: Neighbours) -> None:
    assert cli("detect", "tables", "--out", tmp_path / "c", "--config", tmp_path / "no.toml").exit_code == 2


def test_check_prints_the_tables_and_what_was_set_aside(cli: Run, neighbours: Neighbours) -> None:
    result = cli("check", "tables", "--format", "json")
    rejects = cli("check", "tables", "--rejects", "--format", "json")
    assert {row["table"]: row["rows"] for row in json.loads(result.stdout)}["policyholders"] == 60
    assert "a masked value joins nobody" in result.stderr
    assert json.loads(rejects.stdout)[0]["line"] == 9


def test_demo_runs_twice_and_uses_the_bundled_sample_beside_it(
    cli: Run, tmp_path: Path, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ringfinder.cli import runs

    (tmp_path / "sample").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runs, "SAMPLE", Path("sample"))
    first, second = cli("demo"), cli("demo")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert neighbours.asked["source"] == tmp_path / "sample"
    assert (tmp_path / "demo_case" / "index.html").is_file()


def test_view_of_one_ring_goes_where_it_is_told(
    cli: Run, case_path: Path, tmp_path: Path, neighbours: Neighbours
) -> None:
    result = cli("view", case_path, "r2", "--out", tmp_path / "pages", "--language", "en")
    assert result.stdout.strip() == str(tmp_path / "pages" / "R-0002.html")
    assert (tmp_path / "pages" / "R-0002.html").read_text(encoding="utf-8") == "R-0002 en"
    assert not list(case_path.glob("*.html"))


@pytest.fixture()
def truth(tmp_path: Path) -> Path:
    folder = tmp_path / "truth"
    folder.mkdir()
    people = "".join(f"T1,refund,PH{i:03d},member\n" for i in range(10))
    (folder / "rings.csv").write_text("ring_id,kind,policyholder_id,role\n" + people, encoding="utf-8")
    (folder / "lookalikes.csv").write_text("group_id,kind,policyholder_id\n", encoding="utf-8")
    return folder


def test_evaluate_finds_the_ring_that_is_the_truth(cli: Run, case_path: Path, truth: Path) -> None:
    result = cli("evaluate", case_path, truth, "--format", "json")
    measures = {row["measure"]: row["value"] for row in json.loads(result.stdout)}
    assert result.exit_code == 0
    assert measures["ring recall at Jaccard 0.8"] == 1.0
    assert measures["false flagged rings"] == 0.0


def test_evaluate_without_a_truth_folder_is_an_error(cli: Run, case_path: Path, tmp_path: Path) -> None:
    result = cli("evaluate", case_path, tmp_path / "none")
    assert result.exit_code == 2
    assert "rings.csv" in result.stderr


def test_simulate_writes_a_world_and_names_unknown_presets(cli: Run, tmp_path: Path) -> None:
    out = tmp_path / "world"
    made = cli("simulate", out, "--preset", "honest", "-n", 1000, "--seed", 3, "--files", "csv", "-f", "json")
    wrong = cli("simulate", tmp_path / "other", "--preset", "honnest")
    assert made.exit_code == 0, made.stderr
    assert (out / "input" / "policyholders.csv").is_file()
    assert {"part": "truth", "file": "rings.csv"} in json.loads(made.stdout)
    assert wrong.exit_code == 2
    assert "did you mean 'honest'" in wrong.stderr


def test_simulate_never_replaces_a_folder_that_is_no_world(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("keep", encoding="utf-8")
    result = cli("simulate", tmp_path, "--preset", "honest", "-n", 1000, "--force")
    assert result.exit_code == 2
    assert (tmp_path / "thesis.txt").is_file()


def test_settings_beside_the_tables_come_before_those_in_the_current_folder(
    cli: Run, tmp_path: Path, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("here", "tables"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ringfinder.toml").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    for command in (("detect", tmp_path / "tables", "--out", tmp_path / "case"), ("check", tmp_path / "tables")):
        assert "settings: ringfinder.toml in tables" in cli(*command).stderr
    (tmp_path / "tables" / "ringfinder.toml").unlink()
    assert "settings: ringfinder.toml in here" in cli("check", tmp_path / "tables").stderr
    (tmp_path / "tables" / "book.xlsx").write_text("", encoding="utf-8")
    (tmp_path / "tables" / "ringfinder.toml").write_text("", encoding="utf-8")
    assert "settings: ringfinder.toml in tables" in cli("check", tmp_path / "tables" / "book.xlsx").stderr


def test_config_option_overrides_the_settings_beside_the_tables(
    cli: Run, tmp_path: Path, neighbours: Neighbours
) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "ringfinder.toml").write_text("", encoding="utf-8")
    (tmp_path / "mine.toml").write_text("", encoding="utf-8")
    result = cli("check", tmp_path / "tables", "--config", tmp_path / "mine.toml")
    assert f"settings: mine.toml in {tmp_path.name}" in result.stderr


def test_without_settings_nothing_is_said_of_them(
    cli: Run, tmp_path: Path, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "ringfinder.toml" not in cli("check", "tables").stderr


def test_place_that_can_not_be_written_is_told_before_the_run(cli: Run, tmp_path: Path, neighbours: Neighbours) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = cli("detect", "tables", "--out", tmp_path / "file" / "case")
    assert result.exit_code == 2
    assert "can't write case" in result.stderr
    assert neighbours.asked == {}


def test_view_lists_the_files_written_as_data(
    cli: Run, case_path: Path, tmp_path: Path, neighbours: Neighbours
) -> None:
    result = cli("view", case_path, "--out", tmp_path / "pages", "--format", "json")
    files = [(row["ring_id"], Path(row["file"]).name) for row in json.loads(result.stdout)]
    assert files == [("", "index.html"), ("R-0001", "R-0001.html"), ("R-0002", "R-0002.html")]


def test_evaluate_speaks_the_language_of_the_case_or_the_one_asked_for(cli: Run, case_path: Path, truth: Path) -> None:
    assert "成员精确率" in cli("evaluate", case_path, truth).stdout
    assert "member precision" in cli("evaluate", case_path, truth, "--language", "en").stdout


def test_evaluate_warns_when_truth_and_case_share_nobody(cli: Run, case_path: Path, truth: Path) -> None:
    assert "warning" not in cli("evaluate", case_path, truth).stderr
    text = (truth / "rings.csv").read_text(encoding="utf-8").replace("PH0", "XX0")
    (truth / "rings.csv").write_text(text, encoding="utf-8")
    assert "share no policyholder" in cli("evaluate", case_path, truth, "--language", "en").stderr
