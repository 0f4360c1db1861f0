"""One ring, or all rings, as masked frames for pictures and reports.

In:  Case.   Out: `RingDossier`, `Portfolio`.
Letters are redacted and names masked here, so that no export ever sees a personal value that no `Seal` allows. Never
draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.case.filtering import grown_members, year_before
from ringfinder.case.masks import mask_by_kind, mask_names
from ringfinder.case.redact import Redactor
from ringfinder.case.sources import cited_rows
from ringfinder.errors import RefusedError, UnknownNameError
from ringfinder.model.dossier import LEVELS, Level, Portfolio, RingDossier, Seal
from ringfinder.model.ring import RING_COLUMNS

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

_PEOPLE = "SELECT policyholder_id FROM members WHERE ring_id = $ring"

_MEMBERS = """
WITH seen AS (
    SELECT policyholder_id, sum(overpaid_fen) / 100.0 AS overpaid,
           count(*) FILTER (kind = 'complaint') AS complaints,
           count(*) FILTER (kind = 'negotiated') AS negotiated
    FROM book_events GROUP BY 1)
SELECT m.policyholder_id, p.name, p.id_number, m.role, m.strength, m.joined_on, m.reason_zh, m.reason_en,
       coalesce(s.overpaid, 0)::DOUBLE AS overpaid, coalesce(s.complaints, 0) AS complaints,
       coalesce(s.negotiated, 0) AS negotiated
FROM members m LEFT JOIN policyholders p USING (policyholder_id) LEFT JOIN seen s USING (policyholder_id)
WHERE m.ring_id = $ring
ORDER BY array_position(['core', 'member', 'associate'], m.role), m.strength DESC, m.policyholder_id
"""

_IDENTIFIERS = """
SELECT node_id, kind, masked AS value, value AS real_value, holders_in_ring, holders_total, role, reason_zh, reason_en
FROM ring_identifiers WHERE ring_id = $ring ORDER BY node_id
"""

_LINKS = f"""
SELECT l.policyholder_id, r.node_id, r.kind, l.role AS link_role, l.since, l.is_fresh, l.row_key
FROM ring_identifiers r JOIN book_values v ON v.kind = r.kind AND v.value = r.value
JOIN book_links l ON l.value_id = v.value_id
WHERE r.ring_id = $ring AND l.policyholder_id IN ({_PEOPLE})
ORDER BY l.policyholder_id, r.node_id, l.since, l.role, l.row_key
"""

_LETTERS = f"""
WITH held AS (
    SELECT policyholder_id, string_agg(DISTINCT channel, ';' ORDER BY channel) AS channels, min(issued_on) AS issued_on,
           string_agg(row_key, ';' ORDER BY row_key) AS policy_rows
    FROM policies WHERE policyholder_id IN ({_PEOPLE}) GROUP BY 1)
SELECT l.complaint_id, l.policyholder_id, c.filed_on, l.template_id, l.similarity, l.verdict, c.text, c.upheld,
       h.channels, h.issued_on, h.policy_rows
FROM letters l JOIN complaints c USING (complaint_id) LEFT JOIN held h ON h.policyholder_id = l.policyholder_id
WHERE l.policyholder_id IN ({_PEOPLE}) ORDER BY c.filed_on, l.complaint_id
"""

# everybody is in it: that nothing was surrendered is worth a line
_SCHEDULE = f"""
WITH product AS (
    SELECT policy_id, min(product) AS product FROM policies
    WHERE policy_id IN (SELECT policy_id FROM surrenders WHERE policyholder_id IN ({_PEOPLE})) GROUP BY 1)
SELECT m.policyholder_id, h.name, h.id_number, 'not_contacted' AS holder_statement, s.surrender_id, s.policy_id,
       p.product, coalesce(e.kind, s.kind) AS kind, s.surrendered_on, s.cash_value, s.amount_paid,
       CASE WHEN s.surrender_id IS NULL THEN 0 ELSE coalesce(e.overpaid_fen, 0) END::BIGINT AS overpaid_fen, s.row_key
FROM members m LEFT JOIN policyholders h USING (policyholder_id) LEFT JOIN surrenders s USING (policyholder_id)
LEFT JOIN product p USING (policy_id)
LEFT JOIN book_events e ON e.row_key = s.row_key AND e.policyholder_id = s.policyholder_id AND e.kind <> 'complaint'
WHERE m.ring_id = $ring ORDER BY m.policyholder_id, s.surrendered_on, s.surrender_id
"""

_TEMPLATES = f"""
SELECT template_id, pattern, complaints, policyholders FROM templates
WHERE template_id IN (SELECT template_id FROM letters WHERE policyholder_id IN ({_PEOPLE}))
ORDER BY length(template_id), template_id
"""

_EVENTS = f"""
SELECT policyholder_id, day, kind, overpaid_fen / 100.0 AS overpaid, row_key FROM book_events
WHERE policyholder_id IN ({_PEOPLE}) ORDER BY day, policyholder_id, kind, row_key
"""

# who represents or advises anybody is shown; who sold to, serviced or is accused by a few of them is nobody's broker
_CLIENTS = """
    SELECT intermediary_id, role, policyholder_id FROM engagements WHERE {engagements}
    UNION ALL SELECT accused_agent_id, 'accused', policyholder_id FROM complaints WHERE {accused}
    UNION ALL SELECT agent_id, 'sold', policyholder_id FROM policies WHERE {sold}"""
_OF_RING = _CLIENTS.format(**dict.fromkeys(("engagements", "accused", "sold"), f"policyholder_id IN ({_PEOPLE})"))
_OF_THEIRS = _CLIENTS.format(
    engagements="intermediary_id IN (SELECT intermediary_id FROM theirs)",
    accused="accused_agent_id IN (SELECT intermediary_id FROM theirs)",
    sold="agent_id IN (SELECT intermediary_id FROM theirs)",
)

# of a big book's intermediaries only those of the ring's people are counted
_INTERMEDIARIES = f"""
WITH theirs AS MATERIALIZED (
    SELECT intermediary_id, role, count(DISTINCT policyholder_id) AS clients_in_ring
    FROM ({_OF_RING}) WHERE intermediary_id IS NOT NULL GROUP BY ALL),
served AS MATERIALIZED (
    SELECT intermediary_id, role, count(DISTINCT policyholder_id) AS clients_total FROM ({_OF_THEIRS}) GROUP BY ALL)
SELECT intermediary_id, i.kind, i.name, role, clients_in_ring, clients_total
FROM theirs JOIN served USING (intermediary_id, role) LEFT JOIN intermediaries i USING (intermediary_id)
WHERE role IN ('represented', 'advised') OR clients_in_ring >= greatest(3, (SELECT count(*) FROM ({_PEOPLE})) / 10)
ORDER BY clients_in_ring DESC, intermediary_id, role
"""

#: what may stand in a letter of the ring's people and no name or number shape gives away
_SECRETS = f"""
SELECT value AS secret FROM ring_identifiers WHERE ring_id = $ring AND kind <> 'intermediary'
UNION SELECT v.value FROM book_links l JOIN book_values v USING (value_id)
    WHERE l.policyholder_id IN ({_PEOPLE}) AND v.kind <> 'intermediary'
UNION SELECT address FROM policyholders WHERE policyholder_id IN ({_PEOPLE})
UNION SELECT id_number FROM policyholders WHERE policyholder_id IN ({_PEOPLE})
"""

_EVIDENCE = """
SELECT * EXCLUDE (ring_id) FROM evidence WHERE ring_id = $ring ORDER BY direction DESC, weight DESC, evidence_id
"""

_SIGNALS = "SELECT * EXCLUDE (ring_id) FROM signals WHERE ring_id = $ring ORDER BY side, name"

_DOSSIER = {
    "ring": "SELECT * FROM rings WHERE ring_id = $ring",
    "members": _MEMBERS,
    "identifiers": _IDENTIFIERS,
    "links": _LINKS,
    "letters": _LETTERS,
    "templates": _TEMPLATES,
    "events": _EVENTS,
    "intermediaries": _INTERMEDIARIES,
    "evidence": _EVIDENCE,
    "signals": _SIGNALS,
    "schedule": _SCHEDULE,
    "secrets": _SECRETS,
    "policies": f"SELECT policy_id FROM policies WHERE policyholder_id IN ({_PEOPLE}) ORDER BY policy_id",
}

_ALL_RINGS = "SELECT *, CASE WHEN $language = 'en' THEN summary_en ELSE summary_zh END AS summary FROM rings"

_BRIDGES = """
WITH shared AS (
    SELECT a.ring_id AS ring_a, b.ring_id AS ring_b, count(*) AS shared
    FROM ring_identifiers a JOIN ring_identifiers b ON a.kind = b.kind AND a.value = b.value AND a.ring_id < b.ring_id
    WHERE a.role = 'evidence' OR b.role = 'evidence' GROUP BY ALL),
people AS (
    SELECT a.ring_id AS ring_a, b.ring_id AS ring_b, count(*) AS people
    FROM members a JOIN members b ON a.policyholder_id = b.policyholder_id AND a.ring_id < b.ring_id GROUP BY ALL)
SELECT ring_a, ring_b, coalesce(shared, 0) AS shared, coalesce(people, 0) AS people
FROM shared FULL JOIN people USING (ring_a, ring_b) ORDER BY ring_a, ring_b
"""

_ALL_TEMPLATES = """
WITH used AS (
    SELECT DISTINCT l.template_id, m.ring_id FROM letters l JOIN members m USING (policyholder_id)
    WHERE l.template_id IS NOT NULL AND l.verdict = 'linked'),
named AS (SELECT template_id, string_agg(ring_id, ';' ORDER BY ring_id) AS ring_ids FROM used GROUP BY 1)
SELECT t.*, coalesce(n.ring_ids, '') AS ring_ids FROM templates t LEFT JOIN named n USING (template_id)
ORDER BY length(t.template_id), t.template_id
"""

#: who represents or advises at least two of a ring's people, as many first
_BROKERS = """
WITH client AS (SELECT DISTINCT intermediary_id, policyholder_id FROM engagements
    WHERE role IN ('represented', 'advised') AND intermediary_id IS NOT NULL)
SELECT m.ring_id, c.intermediary_id, count(*) AS clients FROM members m JOIN client c USING (policyholder_id)
WHERE m.role <> 'associate' GROUP BY ALL HAVING clients >= 2
ORDER BY m.ring_id, clients DESC, c.intermediary_id
"""

_ACTIVITY = """
SELECT m.ring_id, strftime(e.day, '%Y-%m') AS month, count(*) AS events
FROM members m JOIN book_events e USING (policyholder_id) WHERE m.role <> 'associate' AND e.day IS NOT NULL
GROUP BY ALL ORDER BY m.ring_id, month
"""


def make_dossier(case: Case, ring_id: str, *, level: Level = "review", seal: Seal | None = None) -> RingDossier:
    """All that a picture or a report of one ring needs; `ring_id` as the case spells it.

    Raises
    ------
    UnknownNameError : no such level. RefusedError : `sealed` without a seal, or a seal for what is masked anyway.
    """
    if level not in LEVELS:
        raise UnknownNameError("level", level, LEVELS)
    if (level == "sealed") != (seal is not None):
        raise RefusedError("real values need --unmask with a reason and an approval, and masked ones need none")
    frames = case.fetch_all(_DOSSIER, {"ring": ring_id})
    head = frames.pop("ring").iloc[0]
    head["summary"] = head["summary_en"] if case.language == "en" else head["summary_zh"]
    ring: dict[str, object] = {name: _plain(head[name]) for name in (*RING_COLUMNS, "summary_zh", "summary_en", "kind")}
    ring["stories"] = tuple(story for story in str(head["stories"]).split(";") if story)
    secrets = frames.pop("secrets")["secret"].dropna().tolist()
    policies = frames.pop("policies")["policy_id"].dropna().tolist()
    if seal is None:
        _mask(frames, case.redactor.with_secrets(secrets, policies))
    else:
        frames["identifiers"]["value"] = frames["identifiers"]["real_value"]
    frames["identifiers"] = frames["identifiers"].drop(columns="real_value")
    if level == "share":
        for name, column in (("letters", "text"), ("templates", "pattern")):
            frames[name][column] = ""
    frames["sources"] = cited_rows(case, frames["evidence"], with_digests=seal is not None)
    return RingDossier(ring=ring, manifest=_named(case), level=level, seal=seal, **frames)


def _mask(frames: dict[str, pd.DataFrame], redactor: Redactor) -> None:
    letters = frames["letters"]
    letters["text"] = letters["text"].map(redactor.redact, na_action="ignore").astype("str")
    for name in ("members", "intermediaries"):
        frames[name]["name"] = mask_names(frames[name]["name"])
    codes = frames["intermediaries"]["intermediary_id"]
    frames["intermediaries"]["intermediary_id"] = mask_by_kind(pd.Series("intermediary", index=codes.index), codes)
    frames["members"] = frames["members"].drop(columns="id_number")
    frames["schedule"] = frames["schedule"].drop(columns=["name", "id_number"])


def make_portfolio(case: Case) -> Portfolio:
    """All that an index page of a case needs."""
    rings = case.fetch(f"{_ALL_RINGS} ORDER BY rank, ring_id", {"language": case.language})
    rings["grown"] = grown_members(case, rings, since=year_before(rings))
    rings["brokers"] = _brokers(case, rings["ring_id"])
    return Portfolio(
        rings=rings[[*RING_COLUMNS, "summary_zh", "summary_en", "kind", "stories", "grown", "brokers"]],
        bridges=case.fetch(_BRIDGES),
        activity=case.fetch(_ACTIVITY),
        templates=case.fetch(_ALL_TEMPLATES),
        manifest=_named(case),
    )


def _brokers(case: Case, ring_ids: pd.Series[str]) -> pd.Series[str]:
    """Masked codes of each ring's intermediaries with their clients in it, as 'AG***17 (12);AG***23 (4)'."""
    frame = case.fetch(_BROKERS)
    codes = mask_by_kind(pd.Series("intermediary", index=frame.index), frame["intermediary_id"])
    told = codes + " (" + frame["clients"].astype("str") + ")"
    named = {ring_id: ";".join(part) for ring_id, part in told.groupby(frame["ring_id"])}
    return pd.Series([named.get(ring_id, "") for ring_id in ring_ids], ring_ids.index, dtype="str")


def _named(case: Case) -> dict[str, object]:
    """The manifest with the case's name in it."""
    return {**case.manifest, "case": case.folder.name}


def _plain(value: object) -> object:
    """A Python number for a numpy one; None for an empty date."""
    if value is pd.NaT:
        return None
    item = getattr(value, "item", None)
    return item() if callable(item) else value
