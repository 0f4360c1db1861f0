"""The benchmark's command line end to end, on small books."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.quality import cli, run
from benchmarks.quality.ablation import CHANNELS
from benchmarks.quality.books import BookKey
from benchmarks.quality.conditions import CONDITIONS
from benchmarks.quality.detectors import METHODS
from benchmarks.quality.peers import PEERS
from benchmarks.quality.run import PRODUCT, Record, Result


def test_a_small_run_prints_every_method_and_is_not_run_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept.jsonl"
    options = ["--presets", "lin_ma", "--policyholders", "3000", "--seeds", "905", "--records", str(kept)]

    assert cli.main([*options, "--format", "json"]) == 0
    said = capsys.readouterr()
    tables = {s["title"].split(":")[0].split(",")[0]: s["rows"] for s in json.loads(said.out)}

    rows = {row["method"]: row for row in tables["All methods"]}
    here = [p for p in PEERS if not p.missing]
    assert list(rows) == [PRODUCT, *(f"{p.title}, {level}" for p in here for level in ("recipe", "expert"))]
    assert (rows[PRODUCT]["true"], rows[PRODUCT]["found J>=.5"], rows[PRODUCT]["false"]) == (1, 1, 0)
    assert all(row["flagged"] > 0 for row in rows.values())
    assert "lin_ma/3,000/905" in said.err

    monkeypatch.setattr(run, "run_book", lambda job: pytest.fail(f"{job.key} was run again"))
    assert cli.main([*options, "--format", "csv"]) == 0
    again = capsys.readouterr().out.splitlines()
    assert again[0].startswith("policyholders,preset,seed,level,method,setting,n_true,found_50")
    assert len(again) == 1 + len(rows)

    monkeypatch.setattr(run, "code_state", lambda: "another state of the code")
    with pytest.raises(pytest.fail.Exception, match="was run again"):
        cli.main(options)


def test_only_what_is_missing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    def fake(job: run.Job) -> Record:
        asked.append(job.methods)
        blank = Result("", "default", 0, 0, 0, None, 0, 0, {}, 0, 0, 0, None, (), 0.0)
        return Record(job.key, tuple(Result.from_dict(blank.to_dict() | {"method": m}) for m in job.methods))

    monkeypatch.setattr(run, "run_book", fake)
    key, kept = BookKey(1_000, "honest", 900), tmp_path / "kept.jsonl"

    for peers, ablate in ((["louvain"], False), (["louvain", "fraudar"], False), (["fraudar"], True)):
        found = run.run_jobs([run.job(key, peers, ablate=ablate)], processes=1, kept=kept, progress=lambda _: None)

    without = tuple(run.ablated(c.name) for c in CHANNELS)
    assert asked == [(PRODUCT, "louvain"), ("fraudar",), without]
    assert found[0].methods() == {PRODUCT, "fraudar", *without}


def test_a_full_run_is_every_preset_at_20000_and_the_main_ones_at_200000(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[run.Job] = []

    def refuse(jobs: list[run.Job], **_: object) -> list[Record]:
        asked.extend(jobs)
        raise SystemExit(0)

    monkeypatch.setattr(cli, "run_jobs", refuse)

    with pytest.raises(SystemExit):
        cli.main(["--full", "--peers", "none"])

    small = [j.key for j in asked if j.key.n_policyholders == 20_000]
    assert {k.preset for k in small} == set(cli.PRESETS)
    assert {k.seed for k in small} == {900, 901, 902}
    assert {j.key.preset for j in asked if j.key.n_policyholders == 200_000} == set(cli.MAIN)
    assert {j.key.preset for j in asked if run.ablated(CHANNELS[0].name) in j.methods} == set(cli.ABLATED)
    assert {j.key.preset for j in asked if METHODS[0] in j.methods} == set(cli.GROUPED)
    assert {(k.preset, k.condition) for k in small if k.condition} == {
        (preset, condition) for preset in ("lin_ma", "honest") for condition in CONDITIONS
    }


def test_books_with_worse_records_are_told_apart_from_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--presets", "lin_ma", "--policyholders", "3000", "--seeds", "905", "--peers", "none"]

    assert cli.main([*options, "--conditions", "no_dates", "--format", "json"]) == 0

    told = {s["title"]: s["rows"] for s in json.loads(capsys.readouterr().out)}
    assert told["Rings found at Jaccard >= 0.5, of all, 3,000 policyholders"] == [{"method": PRODUCT, "lin_ma": "1/1"}]
    worse = told["Rings found at Jaccard >= 0.5, of all, 3,000 policyholders, worse records"]
    assert worse == [{"method": PRODUCT, "lin_ma, no dates": "1/1"}]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--presets", "lin_na"], "no 'lin_na'"),
        (["--peers", "louvian"], "no 'louvian'"),
        (["--seeds", "9oo"], "'9oo' is not a number"),
    ],
)
def test_a_wrong_name_is_said(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(options)

    assert said in capsys.readouterr().err


def test_each_detector_by_name_is_measured_on_judged_evidence_and_on_the_raw_graph(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ["--presets", "lin_ma", "--policyholders", "3000", "--seeds", "905", "--peers", "none"]

    assert cli.main([*options, "--detectors", "--format", "json"]) == 0

    told = {s["title"]: s["rows"] for s in json.loads(capsys.readouterr().out)}
    rows = {r["detector"]: r for r in told["Each detector by name, 3,000 policyholders"]}
    assert tuple(rows) == METHODS
    assert (rows["components on judged"]["found J>=.5"], rows["components on judged"]["false"]) == (1, 0)
    # hubs join everybody, and nothing tells a family from a ring
    assert rows["components on raw"]["found J>=.5"] == 0
    assert rows["leiden modularity 1.0 on raw"]["false"] > 10
