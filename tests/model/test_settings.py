"""Settings that would give nonsense are refused by name, from a file and in Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from ringfinder.config import load_config
from ringfinder.construct import ConstructParams
from ringfinder.errors import ConfigError, RingfinderError, UnknownNameError
from ringfinder.model.odds import ValueParams
from ringfinder.model.settings import check_seed, check_setting


@pytest.mark.parametrize(
    ("section", "setting", "value"),
    [
        ("score", "level", "7.0"),
        ("score", "level", "0.0"),
        ("score", "level", "nan"),
        ("score", "null_books", "0"),
        ("score", "null_books", "-5"),
        ("score", "min_households", "0"),
        ("score.stories", "founded_share", "1.5"),
        ("construct", "household_max_people", "-1"),
        ("construct", "fresh_before_days", "-4"),
        ("construct.values", "rho", "2.0"),
        ("construct.values", "omega", "1.0"),
        ("seller", "early_days", "-4"),
        ("seller.values", "rho", "0.0"),
        ("group", "merge_at", "inf"),
        ("group", "halves", "0"),
        ("group.merge_fit", "ridge", "0.0"),
        ("templates", "shingle", "0"),
        ("detect", "detector", '"astrology"'),
    ],
)
def test_a_file_with_a_setting_out_of_range_is_refused_by_its_name(
    section: str, setting: str, value: str, tmp_path: Path
) -> None:
    file = tmp_path / "ringfinder.toml"
    file.write_text(f"[{section}]\n{setting} = {value}\n", encoding="utf-8")

    with pytest.raises(RingfinderError, match=setting):
        load_config(file)


def test_seeds_are_set_in_one_place_only(tmp_path: Path) -> None:
    file = tmp_path / "ringfinder.toml"
    for section in ("group", "score"):
        file.write_text(f"[{section}]\nseed = 1\n", encoding="utf-8")
        with pytest.raises(UnknownNameError, match=f"{section}.seed"):
            load_config(file)


def test_the_bounds_themselves_are_allowed_where_they_make_sense() -> None:
    assert ConstructParams(fresh_before_days=0).fresh_before_days == 0
    assert ValueParams(min_fit=0.0).min_fit == 0.0
    check_setting("[x]", "share", 1.0, low=0, high=1, leave_out="open")
    for value in (0.0, -0.1, 1.1, float("nan"), float("inf")):
        with pytest.raises(ConfigError, match=r"\[x\]: share is .* must be above 0 and at most 1"):
            check_setting("[x]", "share", value, low=0, high=1, leave_out="open")


@pytest.mark.parametrize("seed", [-1, 2**32, True, 1.5])
def test_a_seed_is_a_whole_number_of_32_bits(seed: object) -> None:
    with pytest.raises(ConfigError, match="seed is"):
        check_seed("detector x", seed)  # type: ignore[arg-type]
