"""Files of every format, encoding and degree of damage."""

from __future__ import annotations

import gzip
import hashlib
import tomllib
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from make_tables import PEOPLE, PHONES, assert_same, classes, folder

from ringfinder.errors import ConfigError, InputError, TableError
from ringfinder.ingest import ReadOptions, describe, read_tables
from ringfinder.ingest.csv_text import _exact, _fast

CHINESE = (
    "客户号,姓名,地址\nP1,林小明,某某市东坪区明德路12号3幢502室\nP2,陈小红,某某市东坪区明德路12号3幢503室\nP3,王小强,\n"
)


@pytest.fixture
def plain(tmp_path: Path):
    return read_tables(folder(tmp_path / "plain", policyholders=CHINESE))


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gbk", b""), ("gb18030", b""), ("utf-16-le", b"\xff\xfe"),
     ("utf-16-be", b"\xfe\xff"), ("utf-16-le", b""), ("utf-16-be", b"")],
)  # fmt: skip
def test_every_encoding_gives_the_same_table(tmp_path: Path, plain, encoding: str, mark: bytes) -> None:
    got = read_tables(folder(tmp_path / "in", policyholders=mark + CHINESE.encode(encoding)))
    assert_same(got, plain)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_every_delimiter_gives_the_same_table(tmp_path: Path, plain, delimiter: str) -> None:
    got = read_tables(folder(tmp_path / "in", policyholders=CHINESE.replace(",", delimiter)))
    assert_same(got, plain)


def test_windows_line_ends_a_sep_line_and_a_title_change_nothing(tmp_path: Path, plain) -> None:
    windows = read_tables(folder(tmp_path / "a", policyholders=CHINESE.replace("\n", "\r\n")))
    titled = read_tables(folder(tmp_path / "b", policyholders="2024年投保人清单,,\n" + CHINESE))
    sep = read_tables(folder(tmp_path / "c", policyholders="sep=;\n" + CHINESE.replace(",", ";")))
    assert_same(windows, plain)
    assert_same(titled, plain, lines=False)
    assert_same(sep, plain, lines=False)
    assert titled["policyholders"]["source_line"].tolist() == [3, 4, 5]


def _typed_frames() -> dict[str, pd.DataFrame]:
    return {
        "policyholders": pd.DataFrame({"policyholder_id": ["P1", "P2", "P3"], "name": ["林小明", "陈小红", "王小强"]}),
        "surrenders": pd.DataFrame(
            {
                "surrender_id": ["S1", "S2"],
                "policyholder_id": ["P1", "P2"],
                "kind": ["协议退保", "normal"],
                "surrendered_on": pd.to_datetime(["2021-03-05", "2022-01-31"]),
                "cash_value": [1234.5, 10.0],
                "payout_account": ["6222021234567890123", "6222021234567890124"],
            }
        ),
    }


@pytest.fixture
def typed_csv(tmp_path: Path):
    path = tmp_path / "typed_csv"
    path.mkdir()
    for name, frame in _typed_frames().items():
        frame.to_csv(path / f"{name}.csv", index=False)
    return read_tables(path)


def test_parquet_equals_csv(tmp_path: Path, typed_csv) -> None:
    path = tmp_path / "in"
    path.mkdir()
    for name, frame in _typed_frames().items():
        frame.to_parquet(path / f"{name}.parquet")
    got = read_tables(path)
    assert_same(got, typed_csv, lines=False)
    assert got["surrenders"]["source_line"].tolist() == [1, 2]


def test_a_workbook_with_a_sheet_a_table_equals_csv(tmp_path: Path, typed_csv) -> None:
    book = tmp_path / "book.xlsx"
    with pd.ExcelWriter(book) as writer:
        for name, frame in _typed_frames().items():
            frame.to_excel(writer, sheet_name={"surrenders": "退保"}.get(name, name), index=False)
        pd.DataFrame({"x": [1]}).to_excel(writer, sheet_name="说明", index=False)
    got = read_tables(book)
    assert_same(got, typed_csv, lines=False)
    assert got["surrenders"]["source_line"].tolist() == [2, 3]
    assert got.report.unknown_tables == ("book.xlsx:说明",)


def test_one_workbook_a_table_and_chinese_file_names(tmp_path: Path, typed_csv) -> None:
    path = tmp_path / "in"
    path.mkdir()
    frames = _typed_frames()
    frames["policyholders"].to_excel(path / "投保人.xlsx", index=False)
    frames["surrenders"].to_csv(path / "退保明细.csv", index=False)
    assert_same(read_tables(path), typed_csv, lines=False)


def test_a_duckdb_file_equals_csv(tmp_path: Path, typed_csv) -> None:
    path = tmp_path / "book.duckdb"
    with duckdb.connect(str(path)) as connection:
        for name, frame in _typed_frames().items():
            connection.register("frame", frame.astype(dict.fromkeys(frame.select_dtypes("str").columns, "object")))
            connection.execute(f'create table "{name}" as select * from frame')
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    got = read_tables(path)
    assert_same(got, typed_csv, lines=False)
    assert got.report.files[0].sha256 == before == hashlib.sha256(path.read_bytes()).hexdigest()


def test_gzip_and_tsv_are_read(tmp_path: Path, plain) -> None:
    path = tmp_path / "in"
    path.mkdir()
    (path / "policyholders.csv.gz").write_bytes(gzip.compress(CHINESE.encode()))
    (path / "phones.tsv").write_text(PHONES.replace(",", "\t"), encoding="utf-8")
    assert_same(read_tables(path), plain, lines=False)


def test_a_number_that_excel_rounded_joins_nobody(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", phones=None)
    pd.DataFrame({"客户号": ["P1", "P2"], "账号": [6222021234567890123.0, 98700123456.0]}).to_excel(
        path / "银行账户.xlsx", index=False
    )
    got = read_tables(path)
    assert got["bank_accounts"]["account"].tolist() == ["98700123456"]
    assert classes(got, "bank_accounts") == [(2, "account", "ruined")]


def test_ids_that_became_floats_still_join(tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.mkdir()
    pd.DataFrame({"policyholder_id": [101, 102]}).to_csv(path / "policyholders.csv", index=False)
    pd.DataFrame({"policyholder_id": [101.0, 102.0], "phone": [14200123456.0, np.nan]}).to_parquet(
        path / "phones.parquet"
    )
    got = read_tables(path)
    assert got["phones"][["policyholder_id", "phone"]].to_numpy().tolist() == [["101", "14200123456"]]


def test_ragged_rows_are_set_aside_with_their_line(tmp_path: Path) -> None:
    text = (
        "policyholder_id,phone,role\nP1,14200123456,policy\nP2,14200123457\n"
        "P3,14200123458,policy,x,y\nP2,14200123459,policy\n"
    )
    got = read_tables(folder(tmp_path / "in", phones=text))
    assert classes(got, "phones") == [(3, "", "ragged"), (4, "", "ragged")]
    assert got["phones"]["source_line"].tolist() == [2, 5]


def test_line_breaks_inside_quotes_keep_the_physical_line(tmp_path: Path) -> None:
    text = (
        'complaint_id,policyholder_id,filed_on,text\nC1,P1,2021-03-05,"第一行\n第二行,\n\n第四行"\n'
        'C2,P2,坏日期,短\nC3,P3,2021-03-07,"他说""退"""\n'
    )
    got = read_tables(folder(tmp_path / "in", complaints=text))
    assert got["complaints"]["source_line"].tolist() == [2, 7]
    assert got["complaints"]["text"].tolist() == ["第一行\n第二行,\n\n第四行", '他说"退"']
    assert classes(got, "complaints") == [(6, "filed_on", "not_a_date")]


def test_a_quote_that_never_closes_costs_one_line(tmp_path: Path) -> None:
    text = (
        'policyholder_id,phone,role\nP1,14200123456,policy\nP2,"14200123457,policy\n'
        'P3,14200123458,policy\nP3,"14200123459",policy\n'
    )
    got = read_tables(folder(tmp_path / "in", phones=text))
    assert classes(got, "phones") == [(3, "", "bad_quote")]
    assert got["phones"]["source_line"].tolist() == [2, 4, 5]


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    got = read_tables(folder(tmp_path / "in", phones=PHONES.replace("\nP2", "\n\n,,,\nP2") + "\n\n"))
    assert got["phones"]["source_line"].tolist() == [2, 5]
    assert classes(got, "phones") == []
    assert got.report.files[1].n_rows == 2


def test_both_parsers_agree_on_clean_text() -> None:
    headers = PHONES.split("\n")[0].split(",")
    fast = _fast(PHONES, headers, 1, ",")
    exact = _exact(PHONES, headers, 1, ",", "phones.csv")
    assert fast is not None and fast.lines.tolist() == exact.lines.tolist()
    for left, right in zip(fast.columns, exact.columns, strict=True):
        pd.testing.assert_series_equal(left, right)


def test_a_few_nul_bytes_are_noted_and_left_out(tmp_path: Path) -> None:
    people = PEOPLE + "".join(f"Q{i},王小强\n" for i in range(60)) + "P4,王\x00小强\n"
    got = read_tables(folder(tmp_path / "in", policyholders=people))
    assert got["policyholders"].set_index("row_key").loc["P4", "name"] == "王小强"
    assert any("NUL" in note for note in got.report.notes)


def test_a_damaged_byte_does_not_turn_the_file_into_another_encoding(tmp_path: Path) -> None:
    people = (PEOPLE + "".join(f"Q{i},王小强\n" for i in range(60))).encode() + "P4,王".encode() + b"\xe5\n"
    got = read_tables(folder(tmp_path / "in", policyholders=people))
    assert got["policyholders"].set_index("row_key").loc["P1", "name"] == "林小明"
    assert any("damaged" in note for note in got.report.notes)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\n\n", "empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"PAR1xxxx", "Parquet"),
        (bytes(range(1, 32)) * 40, "not a text table"),
        (b"\x00\x01\x02\x03" * 50, "not a text table"),
        (b"policyholder_id,phone\nP1,\x81\xff\xfe\x80\x80\n", "neither UTF-8"),
        (b"policyholder_id,phone\n", None),
    ],
)
def test_a_file_that_is_no_table_is_one_clear_error(tmp_path: Path, content: bytes, message: str | None) -> None:
    path = folder(tmp_path / "in", phones=content)
    if message is None:
        assert len(read_tables(path)["phones"]) == 0
        return
    with pytest.raises(TableError, match=message) as error:
        read_tables(path)
    assert error.value.file == "phones.csv" and error.value.hint


def test_a_folder_named_like_a_table_is_an_error(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", phones=None, complaints="complaint_id,policyholder_id,filed_on\n")
    (path / "phones.csv").mkdir()
    with pytest.raises(TableError, match="folder, not a table"):
        read_tables(path)


@pytest.mark.parametrize("name", ["phones.parquet", "phones.xlsx", "phones.csv.gz"])
def test_a_broken_binary_file_is_one_clear_error(tmp_path: Path, name: str) -> None:
    path = folder(tmp_path / "in", phones=None)
    (path / name).write_bytes(b"not what the name says")
    with pytest.raises(TableError) as error:
        read_tables(path)
    assert error.value.file == name and error.value.hint


def test_a_file_that_is_no_database_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "book.duckdb"
    path.write_bytes(b"not a database")
    with pytest.raises(TableError, match="DuckDB"):
        read_tables(path)


def test_one_file_in_two_formats_is_an_error_that_tells_how_parts_are_named(tmp_path: Path) -> None:
    path = folder(tmp_path / "in")
    pd.DataFrame({"policyholder_id": ["P1"], "phone": ["14200123456"]}).to_parquet(path / "phones.parquet")
    with pytest.raises(TableError, match="given twice") as error:
        read_tables(path)
    assert "退保2022.csv" in error.value.hint


def test_a_missing_folder_an_empty_one_and_a_lone_file_say_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_tables(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no known table"):
        read_tables(tmp_path / "empty")
    with pytest.raises(InputError, match="needs a folder"):
        read_tables(folder(tmp_path / "in") / "phones.csv")


def test_no_policyholders_and_no_links_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no policyholders table") as error:
        read_tables(folder(tmp_path / "a", policyholders=None))
    assert "投保人.csv" in error.value.hint
    with pytest.raises(InputError, match="no table that links people") as error:
        read_tables(folder(tmp_path / "b", phones=None))
    assert "phones" in error.value.hint


def test_unknown_tables_and_columns_are_reported(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", notes="a,b\n1,2\n", policyholders=PEOPLE.replace("name", "昵称"))
    (path / "readme.md").write_text("x", encoding="utf-8")
    got = read_tables(path)
    assert got.report.unknown_tables == ("notes.csv",)
    assert got.report.unknown_columns == (("policyholders", "昵称"),)


def test_the_users_mapping_encoding_and_delimiter_are_followed(tmp_path: Path) -> None:
    people = "甲~乙\nP1~林小明\n".encode("big5")
    path = folder(tmp_path / "in", policyholders=people, phones=PHONES.replace(",", "~").encode("big5"))
    options = ReadOptions(
        mapping={"policyholders": {"甲": "policyholder_id", "乙": "name"}}, encoding="big5", delimiter="~"
    )
    got = read_tables(path, options=options)
    assert got["policyholders"]["name"].tolist() == ["林小明"]


def test_a_wrong_encoding_or_an_unknown_table_in_the_options_is_an_error(tmp_path: Path) -> None:
    path = folder(tmp_path / "in")
    with pytest.raises(TableError, match="not ascii"):
        read_tables(path, options=ReadOptions(encoding="ascii"))
    with pytest.raises(TableError, match="no encoding named"):
        read_tables(path, options=ReadOptions(encoding="utf-99"))
    with pytest.raises(ConfigError, match="no table named 'fones'"):
        read_tables(path, options=ReadOptions(mapping={"fones": {"a": "phone"}}))


def test_every_file_is_hashed_and_none_is_changed(tmp_path: Path) -> None:
    path = folder(tmp_path / "in")
    before = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in path.iterdir()}
    got = read_tables(path)
    assert {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in path.iterdir()} == before
    for file in got.report.files:
        assert file.sha256 == hashlib.sha256(before[file.name][0]).hexdigest()


def test_progress_runs_from_zero_to_one(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    read_tables(folder(tmp_path / "in"), progress=lambda stage, share: told.append((stage, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares) and shares[0] == 0.0 and shares[-1] == 1.0


def test_describe_has_a_row_for_every_table(tmp_path: Path) -> None:
    got = describe(
        read_tables(folder(tmp_path / "in", phones=PHONES + "P1,142****3456,policy,\nP1,14200123458,policy,bad\n"))
    )
    row = got.set_index("table").loc["phones"]
    assert len(got) == 11
    assert (row["rows"], row["kept"], row["set_aside"], row["cells_set_aside"]) == (4, 3, 1, 1)
    assert (row["first_date"], row["last_date"]) == ("2020-01-02", "2021-03-05")


COMPLAINTS = "complaint_id,policyholder_id,filed_on,upheld\nC1,P1,2021-03-05,已转办\nC2,P2,2021-03-06,已核处\n"


def test_a_masked_or_newest_copy_is_read_unless_another_file_is_that_table(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", phones=None)
    (path / "联系方式(脱敏)_20240131.csv").write_text(PHONES, encoding="utf-8")
    assert len(read_tables(path)["phones"]) == 2
    (path / "phones.csv").write_text(PHONES.splitlines()[0] + "\n", encoding="utf-8")
    both = read_tables(path)
    assert len(both["phones"]) == 0
    assert both.report.unknown_tables == ("联系方式(脱敏)_20240131.csv",)


def test_two_states_of_one_table_are_both_left_out_and_told(tmp_path: Path) -> None:
    path = folder(tmp_path / "in")
    for state in ("终版", "副本"):
        (path / f"投诉件{state}.csv").write_text(COMPLAINTS, encoding="utf-8")
    assert read_tables(path).report.unknown_tables == ("投诉件副本.csv", "投诉件终版.csv")


def test_a_table_in_a_format_that_is_not_read_is_told(tmp_path: Path) -> None:
    path = folder(tmp_path / "in")
    (path / "投诉件.docx").write_bytes(b"x")
    (path / "notes.docx").write_bytes(b"x")
    assert read_tables(path).report.unknown_tables == ("投诉件.docx",)


@pytest.mark.parametrize("key", ["新建文件.csv", "新建文件"])
def test_the_user_says_which_table_a_file_holds(tmp_path: Path, key: str) -> None:
    path = folder(tmp_path / "in", phones=None)
    (path / "新建文件.csv").write_text(PHONES, encoding="utf-8")
    got = read_tables(path, options=ReadOptions(files={key: "phones"}))
    assert len(got["phones"]) == 2
    assert got.report.unknown_tables == ()


def test_the_user_says_which_table_a_sheet_holds_and_leaves_another_out(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    with pd.ExcelWriter(book) as writer:
        for name, text in (("投保人", PEOPLE), ("Sheet2", PHONES), ("说明", "x\n1\n")):
            rows = [line.split(",") for line in text.splitlines()]
            pd.DataFrame(rows[1:], columns=rows[0]).to_excel(writer, sheet_name=name, index=False)
    got = read_tables(book, options=ReadOptions(files={"Sheet2": "phones", "book.xlsx:说明": ""}))
    assert len(got["phones"]) == 2
    assert got.report.unknown_tables == ()


def test_an_unknown_word_is_named_in_the_reason(tmp_path: Path) -> None:
    got = read_tables(folder(tmp_path / "in", complaints=COMPLAINTS))
    reasons = got.report.rejects["reason"].tolist()
    assert [r.split(" · ")[0] for r in reasons] == [
        "选项不认识:已转办,该格留空",
        "选项不认识:已核处,该格留空",
    ]


@pytest.mark.parametrize("column", ["upheld", "outcome", "核查结果"])
@pytest.mark.parametrize("choice", ["upheld", True, "成立"])
def test_the_user_says_what_a_word_means(tmp_path: Path, column: str, choice: str | bool) -> None:
    values = {"complaints": {column: {"已核处": choice}}}
    got = read_tables(folder(tmp_path / "in", complaints=COMPLAINTS), options=ReadOptions(values=values))
    assert got["complaints"].set_index("row_key")["upheld"].fillna(False).to_dict() == {"C1": False, "C2": True}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mapping": {"phones": "x"}}, "mapping.phones must be a section"),
        ({"mapping": {"phones": {"a": 1}}}, 'mapping.phones."a" must be the name'),
        ({"files": {"a.csv": 1}}, 'files."a.csv" must be the name'),
        ({"files": {"a.csv": "phonse"}}, "no table named 'phonse'"),
        ({"values": {"phones": "x"}}, "values.phones must be a section"),
        ({"values": {"fones": {"role": {"a": "policy"}}}}, "no table named 'fones'"),
        ({"values": {"phones": {"phone": {"a": "policy"}}}}, "no column of choices named 'phone'"),
        ({"values": {"phones": {"role": {"a": "polizy"}}}}, "no choice 'polizy'"),
        ({"values": {"phones": {"role": {"a": ["policy"]}}}}, "must be a choice"),
    ],
)
def test_options_of_another_shape_are_one_clear_error(tmp_path: Path, options: dict, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        read_tables(folder(tmp_path / "in"), options=ReadOptions(**options))
    assert message in str(error.value)
    assert error.value.hint


def test_all_missing_columns_of_all_tables_are_told_at_once(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "in", policyholders="名字,城市\n甲,乙\n", phones="客户号,号\nP1,1\n", complaints="件,人\n1,2\n"
    )
    with pytest.raises(TableError) as error:
        read_tables(path)
    for section in ("[mapping.policyholders]", "[mapping.phones]", "[mapping.complaints]"):
        assert error.value.hint.count(section) == 1
    for column in ("policyholder_id", "phone", "complaint_id", "filed_on"):
        assert f'= "{column}"' in error.value.hint
    assert "3 tables" in str(error.value)


def test_an_export_without_complaint_numbers_is_told_to_number_its_rows(tmp_path: Path) -> None:
    with pytest.raises(TableError) as error:
        read_tables(folder(tmp_path / "in", complaints="policyholder_id,filed_on\nP1,2021-03-05\n"))
    assert "number its rows" in error.value.hint


@pytest.mark.parametrize(("people", "message"), [("", "empty"), ("policyholder_id\n", "no usable row")])
def test_an_empty_people_table_is_told_before_missing_links(tmp_path: Path, people: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        read_tables(folder(tmp_path / "in", policyholders=people, phones=None))


def test_a_name_in_files_that_nothing_has_is_a_warning_with_the_closest_match(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", phones=None)
    (path / "新建文件.csv").write_text(PHONES, encoding="utf-8")
    got = read_tables(path, options=ReadOptions(files={"新建文件.csv": "phones", "新建文件夹.csv": "complaints"}))
    (warning,) = (w for w in got.report.warnings if "[files]" in w)
    assert "'新建文件夹.csv'" in warning
    assert "did you mean '新建文件.csv'" in warning


def test_a_sheet_left_out_by_the_user_is_no_absent_file(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    with pd.ExcelWriter(book) as writer:
        for name, text in (("投保人", PEOPLE), ("Sheet2", PHONES), ("说明", "x\n1\n")):
            rows = [line.split(",") for line in text.splitlines()]
            pd.DataFrame(rows[1:], columns=rows[0]).to_excel(writer, sheet_name=name, index=False)
    files = {"Sheet2": "phones", "book.xlsx:说明": "", "Sheet3": "complaints"}
    warnings = read_tables(book, options=ReadOptions(files=files)).report.warnings
    assert [w for w in warnings if "[files]" in w] == [
        "[files] names 'Sheet3', but there is no such file or sheet (没有这个文件或工作表); did you mean 'Sheet2'?"
    ]


def test_the_cure_for_no_policyholders_names_the_settings_file(tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.mkdir()
    (path / "phones.csv").write_text(PHONES, encoding="utf-8")
    (path / "大客户.csv").write_text(PEOPLE, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_tables(path)
    settings = str(error.value.hint).partition("ringfinder.toml:")[2]
    assert tomllib.loads(settings) == {"files": {"大客户.csv": "policyholders"}}


SURRENDERS = "surrender_id,policyholder_id,surrendered_on,kind,cash_value,amount_paid\n"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("S1,P1,2021-03-05,,100,200", "kind"),
        ("S1,P1,2021-03-05,normal,,200", "cash_value"),
        ("S1,P1,2021-03-05,normal,100,", "amount_paid"),
        ("S1,P1,2021-03-05,normal,100,200", None),
    ],
)
def test_a_column_without_which_payments_cannot_be_told_is_a_warning(
    tmp_path: Path, row: str, column: str | None
) -> None:
    got = read_tables(folder(tmp_path / "in", surrenders=SURRENDERS + row + "\n"))
    told = [w.split(" ")[0] for w in got.report.warnings if w.startswith("surrenders")]
    assert told == ([f"surrenders.{column}"] if column else [])
