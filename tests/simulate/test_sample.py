"""The bundled sample is what the simulator makes today."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ringfinder.cli.runs import SAMPLE, SAMPLE_PEOPLE, SAMPLE_PRESET, SAMPLE_SEED
from ringfinder.simulate import simulate, write_world

BUNDLED = Path(__file__).parents[2] / SAMPLE.parent


def test_the_bundled_sample_is_made_again_from_its_seed(tmp_path: Path) -> None:
    world = simulate(SAMPLE_PRESET, n_policyholders=SAMPLE_PEOPLE, seed=SAMPLE_SEED)
    made = write_world(world, tmp_path / "lin_ma", format="parquet", dirt=True)

    files = sorted(p.relative_to(made) for p in made.rglob("*.*"))

    assert files == sorted(p.relative_to(BUNDLED) for p in BUNDLED.rglob("*.*"))
    for file in files:
        # another Parquet writer may pack the same cells differently
        if (made / file).read_bytes() != (BUNDLED / file).read_bytes():
            assert file.suffix == ".parquet", file
            pd.testing.assert_frame_equal(pd.read_parquet(made / file), pd.read_parquet(BUNDLED / file))
