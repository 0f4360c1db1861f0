"""A case as rows for the statements under `cypher/load`.

In:  Case, how values are shown.   Out: `Part`s in the order they are loaded, nodes first.
A statement reads its row by position, so the columns of a part stand in the order of its `r[0]`, `r[1]` ...
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ringfinder.case import Case
from ringfinder.case.masks import mask_names

#: kinds whose values have a label of their own; a seller's code is no personal value and is never hashed
LABELLED = {"phone": "phone", "account": "bank_account", "intermediary": "intermediary"}
_FIGURES = ("n_holders", "n_households", "n_fresh", "score", "verdict", "reason_zh", "reason_en")
_JUDGED = ", ".join(f"v.{name}" for name in ("masked", *_FIGURES))
_SELLERS = (
    "SELECT intermediary_id AS id FROM intermediaries UNION SELECT intermediary_id FROM engagements "
    "UNION SELECT agent_id FROM policies UNION SELECT accused_agent_id FROM complaints "
    "UNION SELECT value FROM book_values WHERE kind = 'intermediary'"
)
_RESTS = (
    "SELECT ring_id, kind, value, node_id, role, holders_in_ring, holders_total, rowid AS place FROM ring_identifiers "
    "ORDER BY ring_id, node_id"
)
#: households are named by a person of theirs: a number would mean another one in each case
_HOMES = "SELECT policyholder_id, min(policyholder_id) OVER (PARTITION BY household) AS household FROM households"
#: what scored a ring, as text that can be read in Bloom and read back: 'side name=value weight'
_SIGNALS = (
    "SELECT ring_id, string_agg(concat(side, ' ', name, '=', value, ' ', weight), '; ' ORDER BY side, name) AS signals "
    "FROM signals GROUP BY 1"
)


@dataclass(frozen=True)
class Values:
    """How personal values go to the server.

    Attributes
    ----------
    key : values become HMAC-SHA256 of their kind and value under this key: equal values stay equal, across cases with
        one key, and nobody without the key can find out which they are. clear : real values and names instead.
    """

    key: bytes = field(default=b"", repr=False)
    clear: bool = False

    def hidden(self, kinds: pd.Series[str], values: pd.Series[str]) -> pd.Series[str]:
        """The form of each value on the server."""
        if self.clear:
            return values
        made = [
            text if kind == "intermediary" else self._hash(kind, text) for kind, text in zip(kinds, values, strict=True)
        ]
        return pd.Series(made, index=values.index, dtype="str")

    def names(self, names: pd.Series[str]) -> pd.Series[str]:
        return names if self.clear else mask_names(names)

    def _hash(self, kind: str, value: str) -> str:
        return hmac.new(self.key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()[:24]


@dataclass(frozen=True)
class Part:
    """Rows of one statement: `name` is a file under `cypher/load` without its ending."""

    name: str
    frame: pd.DataFrame

    def rows(self) -> list[list[object]]:
        """Plain values by row; what is missing is None, and a date a date."""
        return [list(row) for row in zip(*(_plain(self.frame[c]) for c in self.frame), strict=True)]


def case_parts(case: Case, values: Values) -> Iterator[Part]:
    """All parts of a case."""
    yield Part("010_policyholder", _people(case, values))
    known = case.fetch(f"SELECT v.kind, v.value, {_JUDGED} FROM book_values v ORDER BY v.value_id")
    known["value"] = values.hidden(known["kind"], known["value"])
    known = _without_the_obvious(known)
    for kind, label in (("phone", "phone"), ("account", "bank_account")):
        yield Part(_number(label, 20), known.loc[known["kind"] == kind].drop(columns="kind"))
    yield Part("022_intermediary", _intermediaries(case, values))
    yield Part("023_identifier", known.loc[~known["kind"].isin(LABELLED)])
    for name, sql in _NODES.items():
        yield Part(name, case.fetch(sql))
    yield from _holdings(case, values)
    judged = known.loc[known["verdict"] != "single"]
    yield Part("114_judged", judged[["kind", "value", *_FIGURES]])
    for name, sql in _LINKS.items():
        yield Part(name, case.fetch(sql))
    paid: pd.DataFrame = case.fetch(
        "SELECT surrender_id, payout_account FROM surrenders s WHERE payout_account IN "
        "(SELECT value FROM book_values WHERE kind = 'account') ORDER BY surrender_id"
    )
    kinds = pd.Series("account", index=paid.index, dtype="str")
    yield Part("142_paid_into", paid.assign(payout_account=values.hidden(kinds, paid["payout_account"])))
    rests = case.fetch(_RESTS)
    on_file = case.fetch("SELECT kind, value FROM book_values")
    rests = rests.merge(on_file, on=["kind", "value"])
    yield Part("151_rests_on", rests.assign(value=values.hidden(rests["kind"], rests["value"])))


def _without_the_obvious(judged: pd.DataFrame) -> pd.DataFrame:
    """Nine values in ten have one holder: why such a one links nobody needs no words."""
    shared = judged["verdict"] != "single"
    return judged.assign(**{name: judged[name].where(shared) for name in ("reason_zh", "reason_en")})


def _people(case: Case, values: Values) -> pd.DataFrame:
    frame = case.fetch(
        f"WITH h AS ({_HOMES}) SELECT p.policyholder_id, p.name, h.household FROM policyholders p LEFT JOIN h "
        "USING (policyholder_id) UNION SELECT policyholder_id, NULL, household FROM h "
        "WHERE policyholder_id NOT IN (SELECT policyholder_id FROM policyholders) ORDER BY policyholder_id"
    )
    return frame.assign(name=values.names(frame["name"]), masked_name=mask_names(frame["name"]))


def _intermediaries(case: Case, values: Values) -> pd.DataFrame:
    frame = case.fetch(
        f"SELECT s.id, {_JUDGED}, i.name, i.kind, i.left_on FROM ({_SELLERS}) s "
        "LEFT JOIN book_values v ON v.kind = 'intermediary' AND v.value = s.id "
        "LEFT JOIN intermediaries i ON i.intermediary_id = s.id WHERE s.id IS NOT NULL ORDER BY s.id"
    )
    person = frame["kind"].isin(["agent", "ex_agent"])
    hidden = frame["name"].where(~person, mask_names(frame["name"]))
    return _without_the_obvious(frame).assign(name=frame["name"] if values.clear else hidden, masked_name=hidden)


def _holdings(case: Case, values: Values) -> Iterator[Part]:
    frame = case.fetch(
        f"WITH h AS ({_HOMES}) SELECT l.policyholder_id, v.kind, v.value, "
        "l.source_table || ':' || l.row_key || ':' || coalesce(l.role, '') AS source, any_value(l.role) AS role, "
        "min(l.since) AS since, bool_or(l.is_fresh) AS is_fresh, any_value(h.household) AS household "
        "FROM book_links l JOIN book_values v USING (value_id) LEFT JOIN h USING (policyholder_id) "
        "GROUP BY ALL ORDER BY 1, 2, 3, 4"
    )
    frame["value"] = values.hidden(frame["kind"], frame["value"])
    for number, (kind, label) in enumerate(LABELLED.items()):
        own = frame.loc[frame["kind"] == kind].drop(columns="kind")
        yield Part(f"{110 + (0, 1, 2)[number]}_holds_{label}", own)
    yield Part("113_holds_identifier", frame.loc[~frame["kind"].isin(LABELLED)])


def _number(label: str, first: int) -> str:
    return f"0{first + ('phone', 'bank_account').index(label)}_{label}"


_NODES = {
    "030_template": "SELECT template_id, complaints, policyholders, rings, pattern, first_filed, last_filed "
    "FROM templates ORDER BY 1",
    "040_policy": "SELECT policy_id, product, channel, issued_on, premiums_paid FROM policies ORDER BY 1",
    "041_complaint": "SELECT complaint_id, filed_on, source, upheld FROM complaints ORDER BY 1",
    "042_surrender": "SELECT surrender_id, kind, surrendered_on, cash_value, amount_paid, "
    "round(greatest(amount_paid - cash_value, 0), 2) AS overpaid FROM surrenders ORDER BY 1",
    "050_ring": "SELECT ring_id, rank, size, score, p_value, q_value, status, kind, first_seen, last_seen, complaints, "
    "negotiated, overpaid, channels, stories, summary_zh, summary_en, signals FROM rings "
    f"LEFT JOIN ({_SIGNALS}) USING (ring_id) ORDER BY rank",
    "051_evidence": "SELECT evidence_id, channel, direction, weight, statement_zh, statement_en, source_table, "
    "source_rows FROM evidence ORDER BY 1",
}

_LINKS = {
    "120_owns": "SELECT policyholder_id, policy_id FROM policies ORDER BY 1, 2",
    "121_sold_by": "SELECT policy_id, agent_id FROM policies WHERE agent_id IS NOT NULL ORDER BY 1",
    "122_engaged": "SELECT policyholder_id, intermediary_id, coalesce(role, '') AS role, min(since) FROM engagements "
    "GROUP BY ALL ORDER BY 1, 2, 3",
    "123_related": "SELECT DISTINCT policyholder_id, related_policyholder_id, coalesce(relation, '') AS relation "
    "FROM relations ORDER BY ALL",
    "130_filed": "SELECT policyholder_id, complaint_id FROM complaints ORDER BY 1, 2",
    "131_written_as": "SELECT complaint_id, template_id, similarity, verdict FROM letters "
    "WHERE template_id IN (SELECT template_id FROM templates) ORDER BY 1",
    "133_judged_letter": "SELECT complaint_id, similarity, verdict FROM letters WHERE complaint_id IN "
    "(SELECT complaint_id FROM complaints) AND coalesce(template_id, '') NOT IN "
    "(SELECT template_id FROM templates) ORDER BY 1",
    "132_accuses": "SELECT complaint_id, accused_agent_id FROM complaints "
    "WHERE accused_agent_id IS NOT NULL ORDER BY 1",
    "140_surrendered": "SELECT policyholder_id, surrender_id FROM surrenders ORDER BY 1, 2",
    "141_surrender_of": "SELECT surrender_id, policy_id FROM surrenders WHERE policy_id IS NOT NULL ORDER BY 1",
    "150_member_of": "SELECT policyholder_id, ring_id, role, strength, joined_on, reason_zh, reason_en FROM members "
    "ORDER BY 2, 1",
    "152_uses": "SELECT m.ring_id, l.template_id, count(DISTINCT m.policyholder_id) AS people FROM members m "
    "JOIN letters l USING (policyholder_id) WHERE l.template_id IN (SELECT template_id FROM templates) "
    "GROUP BY 1, 2 ORDER BY 1, 2",
    "153_about": "SELECT evidence_id, ring_id FROM evidence ORDER BY 1",
}


def _plain(column: pd.Series[Any]) -> list[object]:
    """A column's values as the driver takes them."""
    missing = column.isna().tolist()
    if pd.api.types.is_datetime64_any_dtype(column):
        # days since 1970-01-01 become dates
        plain: list[Any] = column.to_numpy(dtype="datetime64[D]").astype(object).tolist()
    else:
        plain = column.astype(object).tolist()
    return [None if gone else value for value, gone in zip(plain, missing, strict=True)]
