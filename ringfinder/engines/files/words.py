"""The README that lies beside the files, in the language of the case.

In:  what was written.   Out: Markdown as bytes.   Never judges.
"""

from __future__ import annotations

from ringfinder.case import Case
from ringfinder.engines.files.tables import Wish
from ringfinder.identifiers.clean import clean

_TITLE = {"zh": "# {case}:{format}", "en": "# {case}: {format}"}
_LEAD = {
    "zh": "圈子是线索,人员为疑似关联,不是结论。",
    "en": "A ring is a lead: its people are suspected to be linked, nothing is decided.",
}
_LEVELS = {
    "zh": {
        "share": "共享:值为带密钥的哈希和掩码,无自由文本。",
        "review": "审阅:值为带密钥的哈希和掩码,文本已脱敏。密钥在案件旁,勿与文件放在一起。",
        "sealed": "**未脱敏:含真实个人信息。** 理由:{reason};批准人:{approved_by}",
    },
    "en": {
        "share": "Level share: values are keyed hashes and masks, no free text.",
        "review": "Level review: values are keyed hashes and masks, text is redacted. The key lies "
        "beside the case: keep it apart from these files.",
        "sealed": "**Level sealed: real personal data.** Reason: {reason}. Approved by: {approved_by}",
    },
}
_HOW = {
    "neo4j-csv": {
        "zh": "先停止服务器,再在本文件夹运行(**替换**数据库 neo4j 的全部内容),然后启动服务器并建立约束(`cypher/schema`;"
        "`ringfinder neo4j push` 也会建立):",
        "en": "Stop the server and run this in this folder. It **replaces** all that the database neo4j holds. "
        "Start the server and set up the constraints of `cypher/schema` (a `ringfinder neo4j push` does it too):",
    },
    "i2-csv": {
        "zh": "在 i2 中先导入 entities.csv(标识 entity_id,类型 entity_type,标签 label),再导入 links.csv"
        "(两端 from_id、to_id,类型 link_type)。编码 UTF-8,文本限定符为双引号。",
        "en": "In i2 import entities.csv (identity entity_id, type entity_type, label label), then links.csv (ends "
        "from_id and to_id, type link_type). The encoding is UTF-8, the text qualifier a double quote.",
    },
}
_GUARD = {
    "zh": "电子表格会执行的文本(以 = + - @ 开头)前加了撇号。",
    "en": "Text that a spreadsheet would run (it starts with = + - @) has an apostrophe in front.",
}


def about(format_name: str, case: Case, wish: Wish, *, command: str = "") -> bytes:
    """The page: what the files are, how much they show, how they are read."""
    language = "en" if case.language == "en" else "zh"
    seal = wish.seal
    # the reason is typed by a person and stands on a page: one line, no markup
    words = {"reason": "", "approved_by": ""} if seal is None else vars(seal)
    shown = {name: clean(str(text), one_line=True).replace("`", "'") for name, text in words.items()}
    name = clean(case.folder.name, one_line=True)
    parts = [
        _TITLE[language].format(case=name, format=format_name),
        _LEAD[language],
        _LEVELS[language][wish.level].format(**shown),
        *([", ".join(wish.ring_ids)] if wish.ring_ids else []),
        _HOW[format_name][language],
        *([f"```\n{command}\n```"] if command else []),
        _GUARD[language],
    ]
    return ("\n\n".join(parts) + "\n").encode("utf-8")
