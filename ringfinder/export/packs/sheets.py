"""The tables of a pack: one ring as named lists of rows, the same for every format.

In:  `RingDossier`.   Out: `Sheet`s with plain, cleaned cells.   Never draws, never unmasks.
"""

from __future__ import annotations

from dataclasses import dataclass

from ringfinder.export.html.clean import tidy
from ringfinder.export.html.frames import Row, manifest_facts, number, plain, records, split_words, text
from ringfinder.export.packs.claims import contradiction_rows
from ringfinder.export.packs.words import in_words, say
from ringfinder.model.dossier import RingDossier

_MEMBERS = "policyholder_id name id_number role decision strength joined_on reason overpaid complaints negotiated"
_SCHEDULE = (
    "policyholder_id name id_number role decision holder_statement surrender_id policy_id product kind surrendered_on"
)
_SCHEDULE += " cash_value amount_paid overpaid row_key"
_IDENTIFIERS = "node_id kind value decision holders_in_ring holders_total role reason"
_EVIDENCE = "evidence_id direction channel statement weight source_table source_rows"
_SOURCES = "evidence_id source_table row_key source_file source_line extracted_at extracted_by file_sha256 row_sha256"
_EVENTS = "day kind policyholder_id overpaid row_key"
_LETTERS = "complaint_id policyholder_id filed_on template_id similarity verdict text"
_HEAD = ("ring_id", "status", "score", "q_value", "size")
_CLAIMS = "complaint_id policyholder_id filed_on claim compare_with finding"
#: of a dossier that is not sealed these have no column at all
_SEALED = ("id_number", "row_sha256")
_ABOUT = ("ring", "person", "identifier")
#: has a column only where something was decided
_DECISION = "decision"
_ROLES = {"core": 0, "member": 1, "associate": 2}


@dataclass(frozen=True)
class Sheet:
    """One table: `name` of the catalogue, columns in order, rows as mappings with those keys."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def make_sheets(dossier: RingDossier, language: str) -> tuple[Sheet, ...]:
    """Every table of a pack, the summary in front.

    Cells are str, int, float, bool or None; dates are ISO text, money is yuan with two decimals.
    """
    return (
        _sheet("summary", "item content", summary_rows(dossier, language)),
        _sheet("members", _MEMBERS, _members(dossier, language), dossier),
        _sheet("schedule", _SCHEDULE, schedule_rows(dossier), dossier),
        _sheet("identifiers", _IDENTIFIERS, _identifiers(dossier, language)),
        _frame_sheet(dossier, "links", "policyholder_id node_id kind link_role since row_key"),
        _frame_sheet(dossier, "letters", _LETTERS),
        _frame_sheet(dossier, "templates", "template_id complaints policyholders pattern"),
        _sheet("timeline", _EVENTS, _rows(dossier, "events", _EVENTS)),
        _frame_sheet(dossier, "intermediaries", "intermediary_id kind name role clients_in_ring clients_total"),
        _sheet("evidence", _EVIDENCE, evidence_rows(dossier, language)),
        _sheet("contradictions", _CLAIMS, _contradictions(dossier, language)),
        _sheet("sources", _SOURCES, _rows(dossier, "sources", _SOURCES), dossier),
        _sheet("inputs", "file sha256 exported_at exported_by", _inputs(dossier)),
    )


def summary_rows(dossier: RingDossier, language: str) -> list[Row]:
    """What the ring is in a few lines, and how much of it is shown."""
    ring = {name: plain(value) for name, value in dossier.ring.items()}
    facts = manifest_facts(dossier.manifest)
    lines: list[tuple[str, object]] = [(name, ring.get(name)) for name in _HEAD]
    lines[1] = ("status", in_words("status", text(ring.get("status")), language))
    lines.append(("period", f"{text(ring.get('first_seen'))} ~ {text(ring.get('last_seen'))}"))
    lines += [(name, ring.get(name)) for name in ("complaints", "negotiated")]
    lines.append(("overpaid", f"{number(ring.get('overpaid')):,.2f}"))
    lines.append(("summary", ring.get(f"summary_{language}")))
    lines.append(
        (
            "stories",
            "; ".join(in_words("story", story, language) for story in split_words(ring.get("stories")))
            or say("words", "none", language),
        )
    )
    lines += [("decision", told) for told in _decided(dossier, language)]
    lines.append(("level", say("words", f"level_{dossier.level}", language)))
    if dossier.seal is not None:
        lines += [("seal_reason", dossier.seal.reason), ("seal_approved_by", dossier.seal.approved_by)]
    lines += [("version", facts["version"]), ("seed", facts["seed"]), ("lead", say("words", "lead", language))]
    rows: list[Row] = [{"item": say("words", name, language), "content": value} for name, value in lines]
    rows[-1]["item"] = ""
    return _tidied(rows)


def page_mark(dossier: RingDossier, language: str) -> str:
    """What stands on every page: how much is shown, and by whose leave."""
    level = say("words", f"level_{dossier.level}", language)
    if dossier.seal is None:
        return level
    return text(tidy(f"{level} | {dossier.seal.reason} | {dossier.seal.approved_by}"))


def schedule_rows(dossier: RingDossier) -> list[Row]:
    """One row a surrender, and one for each person without any."""
    rows = _rows(dossier, "schedule", _SCHEDULE.replace("overpaid", "overpaid_fen"))
    role = {row["policyholder_id"]: row["role"] for row in _rows(dossier, "members", "policyholder_id role")}
    for row in rows:
        row["role"] = role.get(row["policyholder_id"])
        row["overpaid"] = number(row.pop("overpaid_fen")) / 100
    _mark(rows, dossier, "person", "policyholder_id")
    if dossier.seal is None:
        name = {row["policyholder_id"]: row["name"] for row in _rows(dossier, "members", "policyholder_id name")}
        for row in rows:
            row["name"] = name.get(row["policyholder_id"])
    return rows


def total_fen(rows: list[Row]) -> int:
    """Paid above cash value to core and members, in fen; associates are not counted, as in the ring's own sum."""
    return sum(round(number(row["overpaid"]) * 100) for row in rows if row["role"] != "associate")


def evidence_rows(dossier: RingDossier, language: str) -> list[Row]:
    """Statements, those for the ring first, the heaviest in front."""
    rows = _reasoned(dossier, "evidence", _EVIDENCE, "statement", language)
    return sorted(rows, key=lambda r: (r["direction"] != "for", -number(r["weight"]), text(r["evidence_id"])))


def _members(dossier: RingDossier, language: str) -> list[Row]:
    rows = _reasoned(dossier, "members", _MEMBERS, "reason", language)
    _mark(rows, dossier, "person", "policyholder_id")
    return sorted(
        rows, key=lambda r: (_ROLES.get(text(r["role"]), 3), -number(r["strength"]), text(r["policyholder_id"]))
    )


def _identifiers(dossier: RingDossier, language: str) -> list[Row]:
    rows = _reasoned(dossier, "identifiers", _IDENTIFIERS, "reason", language)
    _mark(rows, dossier, "identifier", "node_id")
    return rows


def decision_on_ring(dossier: RingDossier) -> str:
    """What was decided on the ring and holds, '' for nothing."""
    return next((text(row["decision"]) for row in decision_rows(dossier) if row["about"] == "ring"), "")


def decision_rows(dossier: RingDossier) -> list[Row]:
    """The decisions that hold, that on the ring in front."""
    rows = _rows(dossier, "decisions", "about id decision day by reason")
    return sorted(rows, key=lambda row: _ABOUT.index(text(row["about"])))


def _mark(rows: list[Row], dossier: RingDossier, about: str, key: str) -> None:
    """Beside each person or value: what was decided on it."""
    decided = {row["id"]: row["decision"] for row in decision_rows(dossier) if row["about"] == about}
    for row in rows:
        row[_DECISION] = decided.get(row[key])


def _decided(dossier: RingDossier, language: str) -> list[str]:
    """Each decision as a line: on what, what, when, by whom, why."""
    return [
        say("words", "decided" if row["reason"] else "decided_bare", language).format(
            id=row["id"],
            decision=say("decisions", text(row["decision"]), language),
            day=row["day"],
            by=row["by"],
            reason=row["reason"],
        )
        for row in decision_rows(dossier)
    ]


def _contradictions(dossier: RingDossier, language: str) -> list[Row]:
    if dossier.level == "share":
        return [{"claim": say("words", "no_text", language)}]
    rows = contradiction_rows(_rows(dossier, "letters", f"{_LETTERS} upheld channels issued_on policy_rows"))
    for row in rows:
        kind, on_file = text(row["claim"]), row.pop("on_file")
        assert isinstance(on_file, list)
        facts = [say("on_file", fact, language).format(value=value, rows=source) for fact, value, source in on_file]
        row |= {
            "claim": say("claims", kind, language),
            "compare_with": say("records", kind, language),
            "finding": "; ".join([*facts, say("words", "task", language)]),
        }
    return rows


def _inputs(dossier: RingDossier) -> list[Row]:
    files = manifest_facts(dossier.manifest)["inputs"]
    assert isinstance(files, list)
    return _tidied([{"file": f["name"], "sha256": f["sha256"]} for f in files])


def _rows(dossier: RingDossier, frame: str, columns: str) -> list[Row]:
    """Rows of a frame in its own order of columns, cleaned."""
    names = columns.split()
    return _tidied(records(getattr(dossier, frame), {name: name for name in names}))


def _reasoned(dossier: RingDossier, frame: str, columns: str, column: str, language: str) -> list[Row]:
    """Rows of a frame with one column taken in the language."""
    names = {f"{name}_{language}" if name == column else name: name for name in columns.split()}
    return _tidied(records(getattr(dossier, frame), names))


def _frame_sheet(dossier: RingDossier, name: str, columns: str) -> Sheet:
    return _sheet(name, columns, _rows(dossier, name, columns))


def _sheet(name: str, columns: str, rows: list[Row], dossier: RingDossier | None = None) -> Sheet:
    is_masked = dossier is not None and dossier.seal is None
    is_decided = any(row.get(_DECISION) for row in rows)
    left_out = (*(_SEALED if is_masked else ()), *(() if is_decided else (_DECISION,)))
    shown = tuple(column for column in columns.split() if column not in left_out)
    return Sheet(name, shown, tuple({column: row.get(column) for column in shown} for row in rows))


def _tidied(rows: list[Row]) -> list[Row]:
    clean = tidy(rows)
    assert isinstance(clean, list)
    return clean
