"""Why somebody is or is not in a ring: what counted, what was held back, what is missing.

In:  Case, one person.   Out: one row a statement (`EXPLAIN_COLUMNS`), masked, each citing its source rows.
Never judges anew: it retells what the run decided. Being in no ring clears nobody, being in one convicts nobody.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from ringfinder.case import words
from ringfinder.case.decisions import Decision, read_decisions
from ringfinder.case.masks import mask_by_kind
from ringfinder.case.missing import Bars, Row, read_bars, what_is_missing
from ringfinder.case.who import find_person

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

#: direction: 'for' speaks for membership of a ring, 'against' was held back or is missing, '' only tells
EXPLAIN_COLUMNS = ("topic", "item", "direction", "statement", "source_table", "source_rows")

_DIRECTION = {"evidence": "for", "weak": "for"}


_RINGS = """
SELECT r.ring_id, r.rank, r.status, r.p_value, r.q_value, m.role, m.strength, m.reason_zh, m.reason_en,
       (SELECT string_agg(statement_zh, ';' ORDER BY weight DESC, evidence_id) FROM evidence e
        WHERE e.ring_id = r.ring_id AND list_contains(string_split(r.stories, ';'), e.channel)) AS stories_zh,
       (SELECT string_agg(statement_en, '; ' ORDER BY weight DESC, evidence_id) FROM evidence e
        WHERE e.ring_id = r.ring_id AND list_contains(string_split(r.stories, ';'), e.channel)) AS stories_en
FROM members m JOIN rings r USING (ring_id) WHERE m.policyholder_id = $person ORDER BY r.rank
"""

_LINKS = """
SELECT v.kind, v.masked, v.verdict, v.n_holders, v.score, v.reason_zh, v.reason_en, min(l.since) AS since,
       bool_or(l.is_fresh) AS is_fresh,
       string_agg(DISTINCT l.source_table, ';' ORDER BY l.source_table) AS source_tables,
       string_agg(DISTINCT l.row_key, ';' ORDER BY l.row_key) AS row_keys
FROM book_links l JOIN book_values v USING (value_id) WHERE l.policyholder_id = $person
GROUP BY v.value_id, v.kind, v.masked, v.verdict, v.n_holders, v.score, v.reason_zh, v.reason_en
ORDER BY array_position(['evidence', 'weak', 'household', 'guarded', 'directory', 'single'], v.verdict),
         v.kind, v.value_id
"""

_EVENTS = "SELECT * FROM book_events WHERE policyholder_id = $person ORDER BY day, kind, row_key"

_LETTERS = """
SELECT l.*,
       (SELECT count(DISTINCT o.policyholder_id) FROM letters o
        WHERE o.template_id = l.template_id AND o.verdict = 'linked' AND o.policyholder_id <> $person) AS writers,
       (SELECT count(DISTINCT o.policyholder_id) FROM letters o JOIN members m USING (policyholder_id)
        WHERE o.template_id = l.template_id AND o.verdict = 'linked' AND o.policyholder_id <> $person) AS in_rings
FROM letters l WHERE l.policyholder_id = $person ORDER BY complaint_id
"""

_FINDINGS = """
SELECT c.complaint_id, c.upheld, c.accused_agent_id,
       (SELECT count(DISTINCT o.policyholder_id) FROM complaints o
        WHERE o.accused_agent_id = c.accused_agent_id AND o.policyholder_id <> $person) AS accusers,
       (SELECT count(DISTINCT o.policyholder_id) FROM complaints o
        WHERE o.accused_agent_id = c.accused_agent_id AND o.policyholder_id <> $person AND o.upheld) AS upheld_for
FROM complaints c WHERE c.policyholder_id = $person ORDER BY c.complaint_id
"""

_KIN = """
SELECT policyholder_id FROM households WHERE household = (
    SELECT household FROM households WHERE policyholder_id = $person) AND policyholder_id <> $person
ORDER BY policyholder_id
"""


#: households that counting values, taken up around a case, tie to this one
_HOMES = """
WITH counting AS (
    SELECT DISTINCT value_id FROM book_links JOIN book_values USING (value_id)
    WHERE policyholder_id = $person AND verdict = 'evidence' AND is_fresh)
SELECT count(DISTINCT household) AS n FROM book_links JOIN households USING (policyholder_id)
WHERE value_id IN (FROM counting) AND is_fresh
"""

_QUESTIONS = {
    "rings": _RINGS,
    "links": _LINKS,
    "events": _EVENTS,
    "letters": _LETTERS,
    "findings": _FINDINGS,
    "kin": _KIN,
    "homes": _HOMES,
}


def explain_person(case: Case, policyholder_id: str, *, language: str = "zh") -> pd.DataFrame:
    """Why somebody is or is not in a ring.

    Parameters
    ----------
    policyholder_id : an id, or the number of a complaint, surrender or policy of the person's.

    Returns
    -------
    `EXPLAIN_COLUMNS`: the verdict first, then what people noted, events, links, letters, household, and what is
    missing, with how far it is from the bar.

    Raises
    ------
    UnknownNameError : nobody of that id is on file.
    """
    person = find_person(case, policyholder_id)
    asked = case.fetch_all(_QUESTIONS, {"person": person})
    rings, links, events, letters = (asked[name] for name in ("rings", "links", "events", "letters"))
    bars = read_bars(case)
    rows = [
        *_verdict(person, rings, language),
        *[_decided(decision, language) for decision in read_decisions(case.folder) if decision.id == person],
        *[_event(event, language) for event in events.to_dict("records")],
        *[row for finding in asked["findings"].to_dict("records") for row in _finding(finding, language)],
        *[_link(link, language) for link in links.to_dict("records")],
        *[_letter(letter, bars, language) for letter in letters.to_dict("records")],
        *_household(person, asked["kin"]["policyholder_id"].tolist(), language),
        *what_is_missing(person, asked, bars, language),
    ]
    return pd.DataFrame(rows, columns=list(EXPLAIN_COLUMNS)).astype("str")


def _verdict(person: str, rings: pd.DataFrame, language: str) -> list[Row]:
    if not len(rings):
        text = words.pick(language, f"{person} 不在任何疑似团伙的线索中", f"{person} is in no suspected ring")
        return [("verdict", "", "", text, "policyholders", person)]
    out: list[Row] = []
    for ring in rings.to_dict("records"):
        role = words.say(words.ROLE, ring["role"], language)
        reason = words.pick(language, ring["reason_zh"], ring["reason_en"])
        text = words.pick(
            language,
            f"{person} 列入线索 {ring['ring_id']}(排名 {ring['rank']}),作为{role},强度 {ring['strength']:.2f}:{reason}",
            f"{person} is in lead {ring['ring_id']} (rank {ring['rank']}) as {role}, strength {ring['strength']:.2f}: "
            f"{reason}",
        )
        out.append(("verdict", ring["ring_id"], "for", text, "policyholders", person))
    return out


def _decided(decision: Decision, language: str) -> Row:
    """What a person noted on somebody: a decision, what was said; the reason is that person's own words."""
    said = [
        words.say(words.DECISION, word, language) for word in (decision.decision, decision.holder_statement) if word
    ]
    joined = words.pick(language, "、", ", ").join(said)
    text = words.pick(
        language,
        f"{decision.made_at[:10]} 人工记录:{joined}({decision.reason})",
        f"noted by a person on {decision.made_at[:10]}: {joined} ({decision.reason})",
    )
    return ("decision", decision.decision or decision.holder_statement, "", text, "decisions", decision.made_at)


def _event(event: Mapping[Hashable, Any], language: str) -> Row:
    kind = str(event["kind"])
    name, day = words.say(words.EVENT, kind, language), f"{event['day']:%Y-%m-%d}"
    overpaid = int(event["overpaid_fen"]) / 100
    text = f"{day} {name}"
    if overpaid > 0:
        text += words.pick(
            language, f",超现金价值支付 {overpaid:,.2f} 元", f", paid {overpaid:,.2f} yuan above cash value"
        )
    direction = "for" if event["is_good"] is True else ""
    return ("event", kind, direction, text, str(event["source_table"]), str(event["row_key"]))


def _finding(finding: Mapping[Hashable, Any], language: str) -> list[Row]:
    """What speaks for a grievance of the person's own: an upheld complaint, others who accuse the same seller."""
    number = str(finding["complaint_id"])
    out: list[Row] = []
    if finding["upheld"] is True:
        text = words.pick(language, f"投诉 {number} 经查成立", f"complaint {number} was upheld")
        out.append(("finding", "upheld", "against", text, "complaints", number))
    if isinstance(finding["accused_agent_id"], str) and finding["accused_agent_id"]:
        agent = mask_by_kind(pd.Series(["intermediary"]), pd.Series([finding["accused_agent_id"]], dtype="str")).iloc[0]
        text = words.pick(
            language,
            f"投诉 {number} 指向业务员 {agent};另有 {finding['accusers']} 人投诉该业务员,"
            f"其中 {finding['upheld_for']} 人成立",
            f"complaint {number} accuses agent {agent}, as do {finding['accusers']} others; "
            f"{finding['upheld_for']} of theirs were upheld",
        )
        out.append(("finding", "accused", "against" if finding["upheld_for"] else "", text, "complaints", number))
    return out


def _link(link: Mapping[Hashable, Any], language: str) -> Row:
    kind, verdict = str(link["kind"]), str(link["verdict"])
    name, mark = words.kind_name(kind, language), words.say(words.VERDICT, verdict, language)
    since = "" if pd.isna(link["since"]) else f"{link['since']:%Y-%m-%d}"
    since = words.pick(language, f"{since} 起,", f" since {since}") if since else ""
    reason = str(words.pick(language, str(link["reason_zh"]), str(link["reason_en"])))
    text = words.pick(
        language,
        f"{name} {link['masked']}:{since}共 {link['n_holders']} 人使用,{mark}",
        f"{name} {link['masked']}{since}, held by {link['n_holders']}: {mark}",
    )
    if verdict in ("evidence", "weak", "guarded"):
        # a value refused for another reason than its strength tells so in its reason
        is_bar = verdict == "evidence" or link["score"] <= 0
        text += words.pick(
            language,
            f",证据强度 {link['score']:+.1f}" + ("(须大于 0)" if is_bar else ""),
            f", evidence {link['score']:+.1f} nats" + (" (it takes more than 0)" if is_bar else ""),
        )
    if reason and reason != "nan" and verdict not in ("single", "household"):
        text += words.pick(language, f"。{reason}", f". {reason}")
    direction = _DIRECTION.get(verdict, "against" if verdict in ("guarded", "directory", "household") else "")
    return ("link", kind, direction, text, str(link["source_tables"]), str(link["row_keys"]))


def _letter(letter: Mapping[Hashable, Any], bars: Bars, language: str) -> Row:
    verdict = str(letter["verdict"])
    similarity = float(letter["similarity"])
    is_labelled = verdict == "linked" and math.isnan(similarity)
    text = words.say(words.LETTER, "labelled" if is_labelled else verdict, language).format(
        template=letter["template_id"], similarity=similarity
    )
    if verdict == "linked":
        text += words.pick(
            language,
            f";另有 {letter['writers']} 人的信件关联同一模板,其中 {letter['in_rings']} 人列入线索",
            f"; letters of {letter['writers']} others link to it, {letter['in_rings']} of them in a lead",
        )
    if verdict == "own_words" and bars.letter is not None:
        text += words.pick(language, f",关联须 {bars.letter:.2f}", f", it takes {bars.letter:.2f}")
    direction = "for" if verdict in ("linked", "possible") else ""
    return ("letter", str(letter["template_id"]), direction, text, "complaints", str(letter["complaint_id"]))


def _household(person: str, kin: list[str], language: str) -> list[Row]:
    if not kin:
        return []
    shown = "、".join(kin) if language != "en" else ", ".join(kin)
    text = words.pick(language, f"与 {shown} 视为同一家庭,计数时只算一户", f"counts as one household with {shown}")
    return [("household", "", "against", text, "policyholders", ";".join(sorted([person, *kin])))]
