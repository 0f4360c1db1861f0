"""What kept somebody out of every ring, or a ring below the bar, and how far below.

In:  what a case holds on one person, the bars of its run.   Out: statements.   Never judges anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.case import words
from ringfinder.case.letter_texts import judged_by
from ringfinder.errors import InputError

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

#: topic, item, direction, statement, source_table, source_rows
Row = tuple[str, str, str, str, str, str]

#: events without which nobody can be a member
_STRONG = ("complaint", "negotiated")


@dataclass(frozen=True)
class Bars:
    """What a run asks for: the q-value of a flag, the households of a group, a letter's similarity; None if unknown."""

    level: float | None
    households: int
    letter: float | None


def read_bars(case: Case) -> Bars:
    """The bars of the run that made a case."""
    config = case.manifest.get("config", {})
    score, group = (config.get(name, {}) for name in ("score", "group"))
    try:
        letter = judged_by(case)[0].threshold
    except InputError:
        letter = None
    level = score.get("level")
    return Bars(None if level is None else float(level), int(group.get("min_households", 0)), letter)


def what_is_missing(person: str, asked: Mapping[str, pd.DataFrame], bars: Bars, language: str) -> list[Row]:
    """What kept a person out of every ring, or a person's rings below the bar, and how far below."""
    rings, links, letters = asked["rings"], asked["links"], asked["letters"]

    def row(item: str, zh: str, en: str) -> Row:
        return ("missing", item, "against", words.pick(language, zh, en), "policyholders", person)

    if len(rings):
        return [
            row(
                ring["ring_id"],
                f"{ring['ring_id']} 为线索,未列为疑似(q={ring['q_value']:.3f}"
                + (f",须不高于 {bars.level:.3f}" if bars.level is not None else "")
                + f";p={ring['p_value']:.3f})"
                + (f":{ring['stories_zh']}" if _is_said(ring["stories_zh"]) else ""),
                f"{ring['ring_id']} is listed, not flagged (q={ring['q_value']:.3f}"
                + (f", it takes {bars.level:.3f} or less" if bars.level is not None else "")
                + f"; p={ring['p_value']:.3f})"
                + (f": {ring['stories_en']}" if _is_said(ring["stories_en"]) else ""),
            )
            for ring in rings.to_dict("records")
            if ring["status"] != "flagged"
        ]
    out: list[Row] = []
    if not asked["events"]["kind"].isin(_STRONG).any():
        out.append(
            row("event", "无投诉、无协议退保,不作为候选人", "no complaint and no negotiated surrender: not a candidate")
        )
    counted = links[links["verdict"] == "evidence"]
    if not len(counted):
        zh, en = _nearest(links)
        out.append(
            row("link", f"没有计作证据的共用标识{zh}", f"no shared value that counts as evidence{en}"),
        )
    elif not counted["is_fresh"].astype(bool).any():
        out.append(
            row(
                "link",
                "共用标识并非在本人投诉或退保前后启用",
                "the shared value was not taken up around a case of the person's own",
            )
        )
    if letters["verdict"].isin(["linked", "possible"]).any() and not len(counted):
        out.append(row("letter", "仅信件相似,不足以归入团伙", "a letter alone never puts anybody into a ring"))
    if not out:
        n = int(asked["homes"]["n"].iloc[0])
        zh, en = f"与计作证据的标识相连的共 {n} 户", f"values that count tie {n} households together"
        if n < bars.households:
            zh, en = f"{zh},成组须 {bars.households} 户", f"{en}, a group takes {bars.households}"
        else:
            zh, en = f"{zh},但整组证据达不到列出的标准", f"{en}, but the group's evidence stays below the bar"
        out.append(row("group", zh, en))
    return out


def _nearest(links: pd.DataFrame) -> tuple[str, str]:
    """Of the values shared with others, the one nearest to the bar."""
    shared = links[links["verdict"].isin(["weak", "guarded"])]
    if not len(shared):
        return "", ""
    best = shared.sort_values(["score", "kind", "masked"], ascending=[False, True, True], kind="stable").iloc[0]
    kind, is_below = str(best["kind"]), best["score"] <= 0
    zh, en = (
        (",须大于 0", ", it takes more than 0") if is_below else (",因该标识所述理由未采信", ", refused as told there")
    )
    return (
        f";最接近的是{words.kind_name(kind, 'zh')} {best['masked']}:{best['score']:+.1f}{zh}",
        f"; the nearest is {words.kind_name(kind, 'en')} {best['masked']}: {best['score']:+.1f}{en}",
    )


def _is_said(text: object) -> bool:
    return isinstance(text, str) and text not in ("", "nan")
