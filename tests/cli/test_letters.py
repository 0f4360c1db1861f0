"""ringfinder templates CASE T01 --letters, on the terminal and as a page; detect with published letters and forms."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from typer.testing import Result

Run = Callable[..., Result]

GHOST = (
    "我在不知情的状况之下被某位熟人拉去听讲座,台上的人拍着胸脯许诺三年回本五年翻番,散场时每人发了一袋鸡蛋。"
    "签字那天灯光昏暗,纸张翻得飞快,我连老花镜都没有来得及戴上,只记得有人用指甲在横线上掐了一道印子。"
    "事后核对才发现缴费年限比嘴上讲的多出一倍,家中水稻歉收,孩子学费尚欠,如今只求把本钱完整取回。"
)
OWN = "春夏秋冬山水风云雨雪花草木金石火土田禾米竹丝麻衣食住行书画琴棋诗酒茶饭菜瓜果豆麦"


@pytest.mark.parametrize("fmt", ["table", "json", "jsonl", "csv"])
def test_letters_hold_no_personal_value_and_no_control_character(
    cli: Run, case_path: Path, world: ModuleType, fmt: str
) -> None:
    result = cli("templates", case_path, "T01", "--letters", "--format", fmt)
    assert result.exit_code == 0
    assert not [secret for secret in world.SECRETS if secret in result.stdout + result.stderr]
    assert not [c for c in result.stdout + result.stderr if c != "\n" and not c.isprintable()]


def test_page_holds_no_personal_value_no_script_and_fetches_nothing(
    cli: Run, case_path: Path, world: ModuleType, tmp_path: Path
) -> None:
    result = cli("templates", case_path, "t01", "--letters", "--html", tmp_path / "T01.html")
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path / 'T01.html'}\n")
    page = (tmp_path / "T01.html").read_text(encoding="utf-8")
    assert not [secret for secret in world.SECRETS if secret in page]
    assert "<script" not in page
    assert "default-src 'none'" in html.unescape(page)
    assert not re.findall(r"(?:src|href)=", page)
    known = r"html|head|meta|title|style|body|header|h1|p|span|div|table|thead|tr|th|b|br|tbody|td|i|mark|footer"
    assert not [tag for tag in re.findall(r"<(\w+)", page) if not re.fullmatch(known, tag)]


def test_parts_of_json_and_csv_agree_and_slots_are_listed(cli: Run, case_path: Path) -> None:
    as_json = json.loads(cli("templates", case_path, "T01", "--letters", "--format", "json").stdout)
    as_csv = list(
        csv.DictReader(io.StringIO(cli("templates", case_path, "T01", "--letters", "--format", "csv").stdout))
    )
    told = [p["kind"] for x in as_json["letters"] for s in x["sentences"] for p in s["parts"]]
    assert told == [row["kind"] for row in as_csv]
    assert set(told) <= {"same", "slot", "changed", "added"}
    assert len(as_json["letters"]) == 12
    assert {"slots", "null", "variant_of"} <= set(as_json)


def test_top_limits_the_letters_and_says_so(cli: Run, case_path: Path) -> None:
    result = cli("templates", case_path, "T01", "--letters", "--top", "3", "--language", "en")
    assert result.stdout.count("linked") == 3
    assert "9 more" in result.stderr


@pytest.mark.parametrize("words", [("--letters",), ("T01", "--html", "x.html")])
def test_options_that_do_not_go_together_are_an_error_with_a_hint(
    cli: Run, case_path: Path, words: tuple[str, ...]
) -> None:
    result = cli("templates", case_path, *words)
    assert result.exit_code == 2
    assert "hint:" in result.stderr


def _tables(folder: Path) -> Path:
    n = 40
    rng = np.random.default_rng(3)
    own = ["".join(rng.choice(list(OWN), 200)) for _ in range(n)]
    texts = [GHOST if i < 6 else own[i] for i in range(n)]
    people = [f"H{i:03d}" for i in range(n)]
    folder.mkdir()
    pd.DataFrame({"policyholder_id": people}).to_csv(folder / "policyholders.csv", index=False)
    pd.DataFrame(
        {"complaint_id": [f"C{i:03d}" for i in range(n)], "policyholder_id": people, "filed_on": "2021-03-05"}
    ).assign(text=texts).to_csv(folder / "complaints.csv", index=False)
    return folder


@pytest.mark.parametrize(("option", "verdict"), [("--known-letters", "known_public"), ("--boilerplate", "too_short")])
def test_copies_of_published_letters_and_of_forms_make_no_template(
    cli: Run, tmp_path: Path, option: str, verdict: str
) -> None:
    tables = _tables(tmp_path / "tables")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "one.txt").write_text(GHOST, encoding="utf-8")
    plain = cli("detect", tables, "--out", tmp_path / "plain", "--no-html")
    told = cli("detect", tables, "--out", tmp_path / "told", "--no-html", option, tmp_path / "texts")
    assert (plain.exit_code, told.exit_code) == (0, 0)
    before, after = (pd.read_csv(tmp_path / case / "letters.csv") for case in ("plain", "told"))
    assert (before["verdict"][:6] == "linked").all()
    assert (after["verdict"][:6] == verdict).all()
    listed = cli("templates", tmp_path / "told", "--language", "en")
    assert f"6 {verdict.replace('_', ' ')}" in listed.stderr


def test_a_case_tells_what_its_links_were_judged_against(cli: Run, tmp_path: Path) -> None:
    cli("detect", _tables(tmp_path / "tables"), "--out", tmp_path / "case", "--no-html")
    result = cli("templates", tmp_path / "case", "T01", "--letters", "--language", "en")
    assert "judged against the 34 letters linked to no template" in result.stderr
    assert "1.00 (above all 34 unlinked letters)" in result.stdout


def test_new_letters_are_linked_to_the_templates_of_a_case_and_the_case_stays_as_it_is(
    cli: Run, tmp_path: Path
) -> None:
    cli("detect", _tables(tmp_path / "tables"), "--out", tmp_path / "case", "--no-html")
    before = (tmp_path / "case" / "letters.csv").read_bytes()
    known = pd.read_csv(tmp_path / "case" / "letters.csv")
    rows = [("N1", "NEW1", f"本人孙某,{GHOST}"), ("N2", "NEW2", "我的保单找不到了,请告诉我怎么补办,谢谢。")]
    frame = pd.DataFrame(rows, columns=["complaint_id", "policyholder_id", "text"]).assign(filed_on="2023-05-04")
    frame.to_csv(tmp_path / "may.csv", index=False)
    told = cli("templates", tmp_path / "case", "--new", tmp_path / "may.csv", "--format", "json", "--language", "en")
    assert told.exit_code == 0, told.stderr
    of = {row["complaint_id"]: row for row in json.loads(told.stdout)}
    assert of["N1"]["template_id"] == known["template_id"][0] == "T01"
    assert (of["N1"]["is_new_template"], of["N2"]["verdict"]) == (False, "too_short")
    assert "2 new letters: 1 linked to known templates, 0 to 0 new ones; the case is unchanged" in told.stderr
    assert (tmp_path / "case" / "letters.csv").read_bytes() == before
    wrong = cli("templates", tmp_path / "case", "--new", tmp_path / "tables")
    assert wrong.exit_code == 2
