"""Writing a world: same bytes, whole folders, dirt that is counted."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from ringfinder.errors import InputError, RefusedError
from ringfinder.model.dataset import TABLE_BY_NAME
from ringfinder.simulate import PRESETS, World, simulate, write_world
from ringfinder.simulate.dirt import add_dirt

HASHER = """
import hashlib, sys
from pathlib import Path
from ringfinder.simulate import simulate, write_world
out = write_world(simulate("lin_ma", n_policyholders=1500, seed=5), Path(sys.argv[1]), format="csv")
for path in sorted(out.rglob("*.*")):
    print(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
"""


@pytest.fixture(scope="module")
def world() -> World:
    return simulate("lin_ma", n_policyholders=1_500, seed=5)


def _hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*.*"))}


@pytest.mark.parametrize("hash_seed", ["1", "77"])
def test_same_seed_gives_the_same_bytes_in_another_process(world: World, tmp_path: Path, hash_seed: str) -> None:
    here = _hashes(write_world(world, tmp_path / "here", format="csv"))

    there = subprocess.run(
        [sys.executable, "-c", HASHER, str(tmp_path / "there")],
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )

    assert dict(line.split() for line in there.stdout.splitlines()) == here


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_same_seed_gives_the_same_bytes_for_every_preset(preset: str, tmp_path: Path) -> None:
    first, second = (
        write_world(simulate(preset, n_policyholders=1_000, seed=8), tmp_path / name) for name in ("first", "second")
    )

    assert _hashes(first) == _hashes(second)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_the_truth_lies_outside_the_input(preset: str, tmp_path: Path) -> None:
    out = write_world(simulate(preset, n_policyholders=1_000, seed=8), tmp_path / "w", dirt=False)

    assert {p.stem for p in (out / "input").iterdir()} <= set(TABLE_BY_NAME)
    assert sorted(p.name for p in (out / "truth").iterdir()) == ["facts.json", "lookalikes.csv", "rings.csv"]
    planted = {"ring_id", "group_id", "truth", "desk"}
    assert all(planted.isdisjoint(pd.read_parquet(p).columns) for p in (out / "input").iterdir())


def test_another_seed_gives_another_world(world: World) -> None:
    other = simulate("lin_ma", n_policyholders=1_500, seed=6)

    assert not other.tables["policyholders"].equals(world.tables["policyholders"])


def test_written_tables_read_back_equal(world: World, tmp_path: Path) -> None:
    out = write_world(world, tmp_path / "w", dirt=False)

    for name, table in world.tables.items():
        back = pd.read_parquet(out / "input" / f"{name}.parquet")
        pd.testing.assert_frame_equal(back, table, check_dtype=False)
    rings = pd.read_csv(out / "truth" / "rings.csv", dtype=str)
    assert list(rings["policyholder_id"]) == list(world.truth_rings["policyholder_id"])


def test_a_folder_that_holds_something_is_refused_and_left_alone(world: World, tmp_path: Path) -> None:
    (tmp_path / "keep.txt").write_text("mine")

    with pytest.raises(RefusedError):
        write_world(world, tmp_path)

    assert [p.name for p in tmp_path.iterdir()] == ["keep.txt"]


def test_force_replaces_a_made_world_whole(world: World, tmp_path: Path) -> None:
    out = write_world(world, tmp_path / "w", format="csv")

    write_world(world, out, force=True)

    assert {p.suffix for p in (out / "input").iterdir()} == {".parquet"}
    assert sorted(p.name for p in out.iterdir()) == ["input", "truth"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["w"]


@pytest.mark.parametrize("where", ["folder", "world", "file"])
def test_force_never_replaces_what_is_more_than_a_made_world(world: World, tmp_path: Path, where: str) -> None:
    out = tmp_path / "w"
    if where == "world":
        write_world(world, out)
    elif where == "folder":
        out.mkdir()
    thesis = out if where == "file" else out / "thesis.txt"
    thesis.write_text("mine")

    with pytest.raises(RefusedError):
        write_world(world, out, force=True)

    assert thesis.read_text() == "mine"


def test_an_empty_folder_is_filled(world: World, tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()

    out = write_world(world, tmp_path / "w")

    assert (out / "truth" / "facts.json").is_file()


def test_an_unknown_format_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="xml"):
        write_world(world, tmp_path / "w", format="xml")  # type: ignore[arg-type]


def test_dirt_is_counted_repeatable_and_leaves_the_clean_tables_alone(world: World) -> None:
    before = {name: table.copy() for name, table in world.tables.items()}

    first, counts = add_dirt(world.tables, seed=2)
    second, again = add_dirt(world.tables, seed=2)

    assert counts == again
    kinds = {"masked phone", "placeholder", "ruined account", "bad date", "no policyholder", "repeated row"}
    assert kinds <= set(counts)
    assert first["phones"]["phone"].str.contains("****", regex=False).sum() >= 25
    assert (first["bank_accounts"]["account"] == "6.22202E+18").sum() == 12
    assert first["phones"]["policyholder_id"].isna().sum() == 2
    for name in before:
        pd.testing.assert_frame_equal(world.tables[name], before[name])
        pd.testing.assert_frame_equal(first[name], second[name])


def test_facts_are_json_and_name_the_dirt(world: World, tmp_path: Path) -> None:
    out = write_world(world, tmp_path / "w")

    facts = json.loads((out / "truth" / "facts.json").read_text(encoding="utf-8"))

    assert facts["preset"] == "lin_ma"
    assert facts["rings"] == [{"ring_id": "R01", "kind": "lin_ma", "size": 115, "overpaid_yuan": 2_176_200.0}]
    assert facts["dirt"]["masked phone"] >= 25
