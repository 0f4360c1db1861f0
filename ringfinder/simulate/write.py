"""Write a synthetic insurer to a folder.

In:  `World`.   Out: OUT/input/*.parquet or *.csv, OUT/truth/rings.csv, lookalikes.csv, facts.json.
Everything is written beside the target and moved into place whole, so that a broken run leaves nothing half done.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Literal

from ringfinder.errors import InputError, RefusedError
from ringfinder.simulate.dirt import add_dirt
from ringfinder.simulate.world import World


def check_replaceable(out: Path, *, force: bool = False) -> None:
    """Refuse a place where a world would replace something, before time is spent on making it.

    Raises
    ------
    RefusedError : `out` holds something and `force` is not given, or it holds something other than a made world.
    """
    out = Path(out)
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not force:
        raise RefusedError(f"'{out.name}' exists and is not empty", hint="use another folder, or force")
    is_world = (out / "truth" / "facts.json").is_file() and {p.name for p in out.iterdir()} <= {"input", "truth"}
    if not is_world:
        raise RefusedError(
            f"'{out.name}' holds more than a made world, so it is left alone", hint="choose another folder"
        )


def write_world(
    world: World,
    out: Path,
    *,
    format: Literal["parquet", "csv"] = "parquet",
    dirt: bool = True,
    force: bool = False,
) -> Path:
    """Write the tables and the truth of a world.

    Parameters
    ----------
    world : what `simulate` made. Not modified.
    out : folder to make; gets `input/` and `truth/`.
    format : parquet (small) or csv (UTF-8 with BOM, as a spreadsheet program writes it).
    dirt : spoil a few dozen cells, as in a real export; how many of each is written to facts.json.
    force : replace a folder that holds a made world, and nothing else.

    Returns
    -------
    The folder.

    Raises
    ------
    RefusedError : as `check_replaceable` says.
    """
    if format not in ("parquet", "csv"):
        raise InputError(f"no format named {format!r}", hint="known: csv, parquet")
    out = Path(out)
    check_replaceable(out, force=force)
    out.parent.mkdir(parents=True, exist_ok=True)
    seed = world.facts.get("seed", 0)
    tables, flaws = add_dirt(world.tables, seed=seed if isinstance(seed, int) else 0) if dirt else (world.tables, {})
    with tempfile.TemporaryDirectory(prefix=".world-", dir=out.parent) as temporary:
        made = Path(temporary) / "world"
        (made / "input").mkdir(parents=True)
        (made / "truth").mkdir()
        for name, table in tables.items():
            path = made / "input" / f"{name}.{format}"
            if format == "parquet":
                table.to_parquet(path, index=False, compression="zstd", compression_level=15)
            else:
                table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
        for name, truth in (("rings", world.truth_rings), ("lookalikes", world.truth_lookalikes)):
            truth.to_csv(made / "truth" / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")
        facts = json.dumps(dict(world.facts) | {"dirt": flaws}, ensure_ascii=False, indent=2, sort_keys=True)
        (made / "truth" / "facts.json").write_text(facts + "\n", encoding="utf-8")
        if out.is_dir():
            shutil.rmtree(out)
        made.rename(out)
    return out
