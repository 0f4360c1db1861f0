"""From tables on disk to a case, through the command line, nothing replaced."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]

GOOD_PEOPLE = "policyholder_id,name\nP1,甲\nP2,乙\nP3,丙\n"
GOOD_PHONES = "policyholder_id,phone,role,since\nP1,14200120001,policy,2020-01-01\nP2,14200120001,policy,2020-01-01\n"


def folder(place: Path, **files: str | bytes) -> Path:
    place.mkdir()
    for name, content in files.items():
        data = content.encode("utf-8") if isinstance(content, str) else content
        (place / f"{name}.csv").write_bytes(data)
    return place


def missing_folder(place: Path) -> Path:
    return place / "nowhere"


def empty_folder(place: Path) -> Path:
    return folder(place)


def empty_file(place: Path) -> Path:
    return folder(place, policyholders="", phones=GOOD_PHONES)


def missing_required_column(place: Path) -> Path:
    return folder(place, policyholders="name,city\n甲,乙\n", phones=GOOD_PHONES)


def binary_junk(place: Path) -> Path:
    return folder(place, policyholders=bytes(range(256)) * 40, phones=GOOD_PHONES)


def torn_parquet(place: Path) -> Path:
    made = folder(place, policyholders=GOOD_PEOPLE)
    (made / "phones.parquet").write_bytes(b"PAR1" + b"\x00" * 64)
    return made


def torn_workbook(place: Path) -> Path:
    made = folder(place, policyholders=GOOD_PEOPLE)
    (made / "phones.xlsx").write_bytes(b"PK\x03\x04 torn")
    return made


def folder_in_place_of_a_file(place: Path) -> Path:
    made = folder(place, policyholders=GOOD_PEOPLE)
    (made / "phones.csv").mkdir()
    return made


def nothing_that_links(place: Path) -> Path:
    return folder(place, policyholders=GOOD_PEOPLE)


def file_in_place_of_the_folder(place: Path) -> Path:
    return folder(place, policyholders=GOOD_PEOPLE) / "policyholders.csv"


BAD = (
    missing_folder,
    empty_folder,
    empty_file,
    missing_required_column,
    binary_junk,
    torn_parquet,
    torn_workbook,
    folder_in_place_of_a_file,
    nothing_that_links,
    file_in_place_of_the_folder,
)


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
@pytest.mark.parametrize("name", ["detect", "check"])
def test_bad_input_is_one_error_and_leaves_nothing(
    cli: Run, tmp_path: Path, name: str, make: Callable[[Path], Path]
) -> None:
    out = tmp_path / "case"
    options = ("--out", out) if name == "detect" else ()
    result = cli(name, make(tmp_path / "input"), *options)
    assert result.exit_code == 2, result.stderr
    assert result.stderr.startswith("error: ")
    assert "\nhint: " in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert not out.exists()


@pytest.mark.parametrize(
    "phones",
    [
        "policyholder_id,phone\n,\nP1,138****1234\nP2,无\n",
        "policyholder_id,phone\n\x00\x01,\x02\n\ud7ff,x\n",
    ],
    ids=["masked and empty", "control characters"],
)
def test_table_of_only_bad_rows_is_told_and_never_a_traceback(cli: Run, tmp_path: Path, phones: str) -> None:
    source = folder(tmp_path / "input", policyholders=GOOD_PEOPLE, phones=phones)
    result = cli("detect", source, "--out", tmp_path / "case", "--language", "en")
    assert result.exit_code in (0, 2), result.stderr
    assert "Traceback" not in result.stderr
    assert "unexpected" not in result.stderr


def test_wrong_encoding_is_read_or_told(cli: Run, tmp_path: Path) -> None:
    source = folder(tmp_path / "input", policyholders=GOOD_PEOPLE.encode("gb18030"), phones=GOOD_PHONES)
    result = cli("check", source, "--format", "json")
    assert result.exit_code == 0, result.stderr
    rows = {row["table"]: row for row in json.loads(result.stdout)}
    assert rows["policyholders"]["kept"] == 3


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from typer.testing import CliRunner

    from ringfinder.cli.app import app

    place = tmp_path_factory.mktemp("whole")
    for arguments in (
        ("simulate", place / "world", "--preset", "lin_ma", "-n", 4000, "--seed", 5),
        ("detect", place / "world" / "input", "--out", place / "case"),
    ):
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        assert result.exit_code == 0, result.stderr
    return place / "case"


def test_detected_case_answers_every_question(cli: Run, case: Path) -> None:
    rings = json.loads(cli("rings", case, "--format", "json").stdout)
    assert rings, "the planted ring was not even listed"
    ring = rings[0]["ring_id"]
    shown = json.loads(cli("show", case, ring, "--format", "json").stdout)
    a, b = (shown["members"][at]["policyholder_id"] for at in (0, 1))
    for words in (("who", case, a), ("explain", case, a), ("path", case, a, b), ("templates", case)):
        result = cli(*words, "--format", "json")
        assert result.exit_code == 0, result.stderr
        json.loads(result.stdout)
    for node in shown["identifiers"]:
        assert cli("who", case, f"{ring}/{node['node_id']}").exit_code == 0


def test_detected_case_agrees_with_the_truth(cli: Run, case: Path) -> None:
    result = cli("evaluate", case, case.parent / "world" / "truth", "--format", "json")
    measures = {row["measure"]: row["value"] for row in json.loads(result.stdout)}
    assert measures["ring recall at Jaccard 0.5"] == 1.0


def test_evaluation_is_the_same_where_customers_are_numbered_by_their_mobile_phones(
    cli: Run, case: Path, tmp_path: Path
) -> None:
    import numpy as np
    import pandas as pd

    world = case.parent / "world"
    ids = pd.read_parquet(world / "input" / "policyholders.parquet")["policyholder_id"].drop_duplicates().sort_values()
    order = np.random.default_rng(0).permutation(len(ids))
    mobile = pd.Series([f"164{i:08d}" for i in order], index=ids)
    for part, read, write in (
        ("input", pd.read_parquet, pd.DataFrame.to_parquet),
        ("truth", pd.read_csv, pd.DataFrame.to_csv),
    ):
        (tmp_path / part).mkdir()
        for path in sorted((world / part).glob(f"*.{read.__name__.removeprefix('read_')}")):
            table = read(path)
            for column in {"policyholder_id", "related_policyholder_id"} & set(table):
                table[column] = table[column].map(mobile).fillna(table[column])
            write(table, tmp_path / part / path.name, index=False)
    assert cli("detect", tmp_path / "input", "--out", tmp_path / "case", "--no-html").exit_code == 0
    members = (tmp_path / "case" / "members.csv").read_text(encoding="utf-8")
    assert "PH-00" in members and "16400" not in members

    renamed = cli("evaluate", tmp_path / "case", tmp_path / "truth", "--format", "json")
    plain = cli("evaluate", case, world / "truth", "--format", "json")

    assert renamed.stderr == ""
    assert json.loads(renamed.stdout) == json.loads(plain.stdout)


def test_no_phone_account_or_name_of_the_input_stands_in_a_readable_file(case: Path) -> None:
    import pandas as pd

    source = case.parent / "world" / "input"
    phones = pd.read_parquet(source / "phones.parquet")["phone"].dropna().astype(str)
    accounts = pd.read_parquet(source / "bank_accounts.parquet")["account"].dropna().astype(str)
    secrets = [value for value in pd.concat([phones, accounts]).unique() if value.isdigit() and len(value) >= 11]
    # a placeholder typed into a phone cell is nobody's number, and may stand anywhere
    secrets = [value for value in secrets if len(set(value)) > 2 and value != "13800138000"]
    assert secrets
    for path in case.iterdir():
        if path.suffix in (".csv", ".json", ".html"):
            text = path.read_text(encoding="utf-8")
            assert not [value for value in secrets if value in text], path.name


@pytest.mark.parametrize("name", ["detect", "check"])
def test_misnamed_file_is_a_warning_with_the_cure(cli: Run, tmp_path: Path, name: str) -> None:
    source = folder(tmp_path / "input", policyholders=GOOD_PEOPLE, phones=GOOD_PHONES, 新建文件=GOOD_PHONES)
    options = ("--out", tmp_path / "case", "--no-html") if name == "detect" else ()
    result = cli(name, source, *options, "--quiet")
    assert "warning:" in result.stderr
    assert '  [files]\nwarning:   "新建文件.csv" = "phones"' in result.stderr


@pytest.mark.parametrize("name", ["detect", "check"])
def test_what_the_run_cannot_see_is_a_warning_and_stays_in_the_manifest(cli: Run, tmp_path: Path, name: str) -> None:
    source = folder(tmp_path / "input", policyholders=GOOD_PEOPLE, phones=GOOD_PHONES)
    options = ("--out", tmp_path / "case", "--no-html") if name == "detect" else ()
    result = cli(name, source, *options, "--quiet")
    for table in ("complaints", "surrenders", "intermediaries"):
        assert f"warning: no {table} (" in result.stderr
    if name == "detect":
        manifest = json.loads((tmp_path / "case" / "manifest.json").read_text(encoding="utf-8"))
        assert any(said.startswith("no complaints (") for said in manifest["warnings"])


def test_check_tells_all_errors_and_unknown_files_in_one_go(cli: Run, tmp_path: Path) -> None:
    source = folder(
        tmp_path / "input",
        policyholders=GOOD_PEOPLE,
        phones="客户号,号\nP1,1\n",
        退保2022="退保编号,客户号,某日\nS1,P1,2022-01-01\n",
        登记簿="工单号,客户号,受理日期\nC1,P1,2022-01-01\n",
    )
    result = cli("check", source)
    assert result.exit_code == 2
    assert "phones.csv" in result.stderr and "退保2022.csv" in result.stderr
    assert '\n[files]\n"登记簿.csv" = "complaints"' in result.stderr


def test_settings_beside_the_tables_are_followed(cli: Run, tmp_path: Path) -> None:
    source = folder(tmp_path / "input", policyholders=GOOD_PEOPLE, 新建文件=GOOD_PHONES.replace("phone,", "甲,"))
    settings = 'language = "en"\n[files]\n"新建文件.csv" = "phones"\n[mapping.phones]\n"甲" = "phone"\n'
    (source / "ringfinder.toml").write_text(settings, encoding="utf-8")
    result = cli("check", source, "--format", "json")
    assert result.exit_code == 0, result.stderr
    assert {row["table"]: row["kept"] for row in json.loads(result.stdout)}["phones"] == 2
    assert "settings: ringfinder.toml in input" in result.stderr


def test_check_names_the_unknown_word_and_how_to_map_it(cli: Run, tmp_path: Path) -> None:
    phones = GOOD_PHONES.replace(",policy,", ",客户自述,")
    result = cli("check", folder(tmp_path / "input", policyholders=GOOD_PEOPLE, phones=phones))
    assert "选项不认识:客户自述" in result.stderr
    assert '  [values.phones.role]\n  "原词" = "选项"' in result.stderr
    assert "rejects.csv" not in result.stderr


def test_hint_of_a_missing_column_can_be_copied_line_by_line(cli: Run, tmp_path: Path) -> None:
    source = folder(tmp_path / "input", policyholders=GOOD_PEOPLE, phones="客户号,号\nP1,1\n")
    assert '\n[mapping.phones]\n"号" = "phone"\n' in cli("check", source).stderr


def test_who_of_a_name_that_several_people_have_lists_them_all_masked(cli: Run, case: Path) -> None:
    import pandas as pd

    people = pd.read_parquet(case.parent / "world" / "input" / "policyholders.parquet").drop_duplicates(
        "policyholder_id"
    )
    several = people["name"].value_counts()
    name = several.index[several > 1][0]
    result = cli("who", case, name, "--format", "json")
    rows = json.loads(result.stdout)
    assert {row["policyholder_id"] for row in rows} == set(people.loc[people["name"] == name, "policyholder_id"])
    assert name not in result.stdout + result.stderr
