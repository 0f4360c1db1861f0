"""One ring with all that a picture or a report of it needs, as frames, already masked.

In:  nothing (definitions).   Out: `RingDossier`, `Portfolio`.
Written by the saved case, read by the exports; holds no personal value that is not masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


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
        ids, cards, names replaced; still hostile input).
    templates : template_id, pattern, complaints, policyholders.
    events : policyholder_id, day, kind, overpaid (yuan), row_key.
    intermediaries : intermediary_id, kind, name (masked), role, clients_in_ring, clients_total.
    evidence : evidence_id, channel, direction, statement_zh, statement_en, weight, source_table, source_rows.
    signals : name, side, value, weight.
    manifest : version, configuration, seed, inputs with SHA-256.
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


@dataclass(frozen=True)
class Portfolio:
    """All rings of a case for the index page.

    Attributes
    ----------
    rings : rings.csv's columns plus summary_zh, summary_en.
    bridges : ring_a, ring_b, shared (identifiers two rings have in common), people (members in both).
    activity : ring_id, month ('2021-03'), events.
    templates : templates.csv's columns.
    manifest : see `RingDossier`.
    """

    rings: pd.DataFrame
    bridges: pd.DataFrame
    activity: pd.DataFrame
    templates: pd.DataFrame
    manifest: Mapping[str, object]
