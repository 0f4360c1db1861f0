"""What an overview tells of the slots of its templates."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from ringfinder.analyst.letters import SlottedCase, compared_template
from ringfinder.case import open_case, write_case


def _world() -> Any:
    spec = spec_from_file_location("case_world", Path(__file__).parents[1] / "case" / "case_world.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["case_world"] = module
    spec.loader.exec_module(module)
    return module


def test_the_overview_carries_slots_masked_and_changes_nothing_else(tmp_path: Path) -> None:
    world = _world()
    case = open_case(write_case(world.make_report(), tmp_path / "case"))

    plain, told = case.portfolio(), SlottedCase(case).portfolio()

    compared = compared_template(case, "T01", top=24)
    assert told.templates["compared"].tolist() == [len(compared.letters)] == [12]
    assert told.templates["slots"].tolist() == [compared.slots]
    assert told.templates.drop(columns=["compared", "slots"]).equals(plain.templates)
    assert SlottedCase(case).ring_ids() == case.ring_ids()
    assert not any(secret in str([s.fillers for s in compared.slots]) for secret in world.SECRETS)
