"""One ring with all that a picture or a report of it needs, as frames, already masked.

In:  nothing (definitions).   Out: `RingDossier`, `Portfolio`, `Seal`.
Written by the saved case, read by the exports; holds no personal value that is not masked, unless it carries a `Seal`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from ringfinder.errors import RefusedError

#: how much of a ring an export shows: `share` is masked and without free text, `review` is masked with redacted
#: letters, `sealed` shows real values to whom a `Seal` names
Level = Literal["share", "review", "sealed"]
LEVELS: tuple[Level, ...] = ("share", "review", "sealed")


@dataclass(frozen=True)
class Seal:
    """Leave to show real values: why, and who approved it. Both stand on every page of what is made with it.

    Raises
    ------
    RefusedError : either is empty.
    """

    reason: str
    approved_by: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise RefusedError("real values are shown only for a stated reason", hint="add --reason")
        if not self.approved_by.strip():
            raise RefusedError("real values are shown only if somebody approved it", hint="add --approved-by")


@dataclass(frozen=True)
class RingDossier:
    """One ring for an export. All frames are masked and sorted.

    Attributes
    ----------
    ring : one row of rings.csv as a mapping, with `summary_zh`, `summary_en`, `kind`, `stories` (tuple of names).
    members : policyholder_id, name (masked), role, strength, joined_on, reason_zh, reason_en, overpaid (yuan),
        complaints, negotiated.
    identifiers : node_id ('P01' phone, 'A01' account, 'M01' mail sender, 'X01' other), kind, value (masked),
        holders_in_ring, holders_total, role (evidence | guarded | household), reason_zh, reason_en.
    links : policyholder_id, node_id, kind, link_role, since, is_fresh, row_key.
    letters : complaint_id, policyholder_id, filed_on, template_id, similarity, verdict, text (redacted: phones,
        ids, cards, names replaced; still hostile input), upheld, and of all policies of the person: channels
        (';'-joined), issued_on (the first), policy_rows (';'-joined); parts (tuple of `Part`) where the letter was laid
        beside its template.
    templates : template_id, pattern, complaints, policyholders.
    events : policyholder_id, day, kind, overpaid (yuan), row_key.
    intermediaries : intermediary_id, kind, name (masked), role, clients_in_ring, clients_total.
    evidence : evidence_id, channel, direction, statement_zh, statement_en, weight, source_table, source_rows.
    signals : name, side, value, weight.
    manifest : version, configuration, seed, inputs with SHA-256; `case`, its name.
    schedule : one row a surrender, and one for each person without any: policyholder_id, holder_statement,
        surrender_id, policy_id, product, kind, surrendered_on, cash_value, amount_paid (yuan), overpaid_fen, row_key;
        sealed also name and id_number.
    sources : every row a statement rests on: evidence_id, source_table, row_key, source_file, source_line,
        extracted_at and extracted_by (when and by whom the run read it; '' if no log tells), file_sha256; sealed also
        row_sha256 (of a masked value it would give the value away to whoever tries all phones).
    decisions : what people decided that holds, that on the ring first: about (ring | person | identifier), id (of a
        value its node_id), decision, day, by, reason (redacted; '' at the level `share`).
    level : how much is shown. seal : the leave for it, of a sealed dossier.
    """

    ring: Mapping[str, object]
    members: pd.DataFrame
    identifiers: pd.DataFrame
    links: pd.DataFrame
    letters: pd.DataFrame
    templates: pd.DataFrame
    events: pd.DataFrame
    intermediaries: pd.DataFrame
    evidence: pd.DataFrame
    signals: pd.DataFrame
    manifest: Mapping[str, object]
    schedule: pd.DataFrame = field(default_factory=pd.DataFrame)
    sources: pd.DataFrame = field(default_factory=pd.DataFrame)
    decisions: pd.DataFrame = field(default_factory=pd.DataFrame)
    level: Level = "review"
    seal: Seal | None = None


@dataclass(frozen=True)
class Portfolio:
    """All rings of a case for the index page.

    Attributes
    ----------
    rings : rings.csv's columns plus summary_zh, summary_en, grown (people who joined in the last year of the case),
        brokers (masked codes of intermediaries with their clients in the ring, ';'-joined: 'AG***17 (12)').
    bridges : ring_a, ring_b, shared (identifiers two rings have in common), people (members in both).
    activity : ring_id, month ('2021-03'), events.
    templates : templates.csv's columns plus ring_ids (';'-joined ids of rings with letters linked to it), and, where
        its letters were laid beside it, compared (how many) and slots (tuple of `Slot`, in the template's order).
    manifest : see `RingDossier`.
    """

    rings: pd.DataFrame
    bridges: pd.DataFrame
    activity: pd.DataFrame
    templates: pd.DataFrame
    manifest: Mapping[str, object]
