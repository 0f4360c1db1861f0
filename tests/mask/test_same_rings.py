"""Masked tables: the same rings to the last bit, and no value left."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ringfinder.case import open_case, write_case
from ringfinder.errors import InputError, RefusedError
from ringfinder.identifiers.keyed import is_keyed_letter
from ringfinder.ingest import read_tables
from ringfinder.mask import MaskKey, check_out, mask_tables, read_or_make_key, write_masked
from ringfinder.model.dataset import Dataset
from ringfinder.model.ring import RingReport
from ringfinder.pipeline import detect_rings
from ringfinder.simulate import simulate, write_world

SAMPLE = Path(__file__).parents[2] / "sample_data" / "lin_ma" / "input"
KEY = MaskKey(hashlib.sha256(b"key of the tests").digest())


class Both:
    """One book in clear and masked, both read and run."""

    def __init__(self, source: Path, out: Path) -> None:
        self.clear: Dataset = read_tables(source)
        self.tables = mask_tables(self.clear, KEY)
        write_masked(self.tables, out, KEY)
        self.masked: Dataset = read_tables(out)
        self.reports: tuple[RingReport, RingReport] = (detect_rings(self.clear), detect_rings(self.masked))
        self.folder = out


@pytest.fixture(scope="module", params=["sample", "cells"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Both:
    folder = tmp_path_factory.mktemp("mask")
    if request.param == "sample":
        return Both(SAMPLE, folder / "masked")
    world = simulate("cells", n_policyholders=6_000, seed=5)
    write_world(world, folder / "world")
    return Both(folder / "world" / "input", folder / "masked")


def _ids(dataset: Dataset) -> list[str]:
    return sorted(dataset["policyholders"]["policyholder_id"])


def test_the_rings_scores_and_order_are_the_same_to_the_last_bit(both: Both) -> None:
    clear, masked = (report.to_pandas("en") for report in both.reports)

    assert len(clear) >= 3
    pd.testing.assert_frame_equal(clear.drop(columns="ring_id"), masked.drop(columns="ring_id"), check_exact=True)


def test_the_same_people_have_the_same_roles_and_strengths(both: Both) -> None:
    name = dict(zip(_ids(both.clear), _ids(both.masked), strict=True))
    clear, masked = (
        [
            sorted((m.policyholder_id, m.role, m.strength, str(m.joined_on)) for m in ring.members)
            for ring in report.rings
        ]
        for report in both.reports
    )

    assert [[(name[i], *rest) for i, *rest in ring] for ring in clear] == masked


def test_letters_get_the_same_templates_and_verdicts(both: Both) -> None:
    clear, masked = (r.letters.letters[["template_id", "similarity", "verdict"]] for r in both.reports)

    assert (clear["verdict"] == "linked").sum() > 20
    pd.testing.assert_frame_equal(clear, masked, check_exact=True)
    assert set(both.reports[1].letters.templates["pattern"]) == {""}


def test_no_value_of_the_clear_tables_stands_in_the_masked_ones(both: Both) -> None:
    secret_columns = {
        "policyholders": ("policyholder_id", "name", "id_number", "address", "employer"),
        "phones": ("phone",),
        "bank_accounts": ("account",),
        "complaints": ("complaint_id", "contact_phone", "accused_agent_id", "text"),
        "surrenders": ("surrender_id", "policy_id", "payout_account"),
        "policies": ("policy_id", "agent_id"),
        "identifiers": ("value",),
        "intermediaries": ("intermediary_id", "name"),
        "directory": ("value", "owner"),
    }
    for table, columns in secret_columns.items():
        for column in columns:
            secrets = set(both.clear[table][column].dropna())
            shown = set(both.masked[table][column].dropna())
            assert secrets.isdisjoint(shown), (table, column)
            assert all("~" in text for text in shown), (table, column)
    assert both.masked["policyholders"]["birth_date"].isna().all()
    assert all(map(is_keyed_letter, both.masked["complaints"]["text"].dropna()))
    phones = "|".join(both.clear["phones"]["phone"].sample(50, random_state=0))
    raw = " ".join(f.to_csv(index=False) for f in both.tables.values())
    assert not re.search(phones, raw)


def test_reading_the_masked_tables_sets_nothing_aside_and_says_nothing(both: Both) -> None:
    report = both.masked.report

    assert (len(report.rejects), report.notes, report.unknown_columns) == (0, (), ())
    assert {t: len(both.masked[t]) for t in both.masked} == {t: len(both.clear[t]) for t in both.clear}


def test_another_key_gives_other_hashes_and_none_of_the_key_is_written(both: Both) -> None:
    other = mask_tables(both.clear, MaskKey(bytes(32)))

    assert set(other["phones"]["phone"].str[-16:]).isdisjoint(both.tables["phones"]["phone"].str[-16:])
    for file in both.folder.iterdir():
        assert KEY.secret not in file.read_bytes()
        assert KEY.secret.hex().encode() not in file.read_bytes()
    assert KEY.secret.hex() not in repr(KEY)


def test_a_surname_shows_only_that_two_of_a_family_have_it(both: Both) -> None:
    first = both.masked["policyholders"]["name"].dropna().str.slice(0, 1)
    surname = both.clear["policyholders"]["name"].dropna().str.slice(0, 1)

    assert surname.value_counts().iloc[0] > 100
    assert first.value_counts().iloc[0] <= 12


def test_the_permutation_of_shingles_is_one() -> None:
    numbers = np.random.default_rng(0).integers(0, 2**32, 200_000, dtype=np.uint32)
    numbers = np.unique(np.concatenate([numbers, np.array([0, 1, 2**32 - 1], dtype=np.uint32)]))

    moved = KEY.permute(numbers)

    assert len(np.unique(moved)) == len(numbers)
    assert (moved == numbers).mean() < 1e-4
    # order is not kept: half of all pairs of neighbours change places
    assert abs((np.diff(moved.astype(np.int64)) > 0).mean() - 0.5) < 0.02


def test_key_files_are_made_once_private_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "our.key"
    first, is_new = read_or_make_key(path)
    again, is_new_again = read_or_make_key(path)

    assert (is_new, is_new_again, first == again) == (True, False, True)
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("no key")
    with pytest.raises(InputError, match="holds no key"):
        read_or_make_key(path)
    with pytest.raises(RefusedError, match="among the masked tables"):
        check_out(tmp_path / "masked", tmp_path / "masked" / "k", force=True)
    with pytest.raises(RefusedError, match="something else"):
        check_out(tmp_path, Path("elsewhere.key"), force=True)


def test_two_insurers_find_the_phones_their_rings_share_without_showing_one(both: Both, tmp_path: Path) -> None:
    """The other insurer has the same brokers, but customers and numbers of its own."""
    cases = []
    for i, report in enumerate(both.reports[1:] * 2):
        cases.append(open_case(write_case(report, tmp_path / f"case{i}")))
    shared = cases[0].compare_by_key(cases[1])

    in_rings = shared.loc[(shared["ring_before"] != "") & (shared["ring_after"] != "")]
    wanted = {(s.kind, s.value[-16:]) for r in both.reports[1].rings for s in r.identifiers if s.role == "evidence"}
    wanted = {pair for pair in wanted if pair[0] != "intermediary"}
    assert set(zip(in_rings["kind"], in_rings["value"].str[1:9], strict=True)) >= {(k, v[:8]) for k, v in wanted}
    assert (in_rings["ring_before"] == in_rings["ring_after"]).all()
    clear = open_case(write_case(both.reports[0], tmp_path / "clear"))
    with pytest.raises(InputError, match="not made from masked tables"):
        clear.compare_by_key(cases[0])


def test_ring_ids_live_on_under_the_hash_when_a_masked_book_grows(both: Both) -> None:
    numbers = both.masked.report.pseudonyms

    assert numbers["policyholder_id"].tolist() == _ids(both.masked)
    assert numbers["original_id"].str.fullmatch("~[0-9a-f]{16}").all()
