"""Which rings to list: by money, size, growth, kind of evidence, seller, region and dates.

In:  Case, `RingFilter`.   Out: rings (`RING_COLUMNS`, and `grown` where it was asked for), sorted.   Never judges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.case.decisions import VERDICTS, read_decisions, ring_decisions
from ringfinder.errors import InputError, UnknownNameError
from ringfinder.model.ring import RING_COLUMNS

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

#: a ring that nobody decided on
OPEN = "open"
#: what may come first
SORTS = ("rank", "overpaid", "size", "last_seen", "grown")

#: a ring is of a region where so many of its people with an address live; one seller's clients are no accident from
#: two on
_REGION_SHARE = 0.5
_LEAST_CLIENTS = 2

_GROWN = "SELECT ring_id, count(*) AS n FROM members WHERE joined_on >= $since GROUP BY 1"
_REGION = """
SELECT ring_id, avg(CASE WHEN contains(p.address, $region) THEN 1.0 ELSE 0.0 END) AS share
FROM members m JOIN policyholders p USING (policyholder_id) WHERE p.address IS NOT NULL GROUP BY 1
"""
_SELLER = """
WITH tied AS (
    SELECT policyholder_id FROM engagements WHERE intermediary_id = $name
    UNION SELECT policyholder_id FROM policies WHERE agent_id = $name
    UNION SELECT policyholder_id FROM complaints WHERE accused_agent_id = $name)
SELECT ring_id, count(*) AS n FROM members JOIN tied USING (policyholder_id) GROUP BY 1
"""
_KNOWN_SELLERS = """
SELECT DISTINCT id FROM (
    SELECT intermediary_id AS id FROM intermediaries UNION ALL SELECT intermediary_id FROM engagements
    UNION ALL SELECT agent_id FROM policies UNION ALL SELECT accused_agent_id FROM complaints)
WHERE id IS NOT NULL ORDER BY id
"""


@dataclass(frozen=True)
class RingFilter:
    """Which rings to list; None leaves a bound out. Dates are ISO; a ring fits that was active between them.

    grown_since : only rings that somebody joined on or after this day. region : text of an address (市, 区, 县 ...)
    that at least half of the people with an address live in. intermediary : who sold to, represents or is accused by
    at least two. decision : only rings decided so last ('confirm', 'dismiss', 'watch'), or 'open' for those nobody
    decided on.
    """

    status: str | None = None
    min_size: int | None = None
    min_overpaid: float | None = None
    channel: str | None = None
    active_from: str | None = None
    active_to: str | None = None
    grown_since: str | None = None
    region: str | None = None
    intermediary: str | None = None
    decision: str | None = None
    sort: str = "rank"
    top: int | None = None


def list_rings(case: Case, wanted: RingFilter, *, language: str | None = None) -> pd.DataFrame:
    """The rings that fit: by rank, or the largest, latest or most grown first and then by rank.

    Raises
    ------
    InputError : a day is no date. UnknownNameError : no row names that intermediary, no ring has that kind of
        evidence, or there is no such order.
    """
    if wanted.sort not in SORTS:
        raise UnknownNameError("order", wanted.sort, SORTS)
    frame = case.fetch(
        "SELECT *, CASE WHEN $language = 'en' THEN summary_en ELSE summary_zh END AS summary FROM rings "
        "ORDER BY rank, ring_id",
        {"language": language or case.language},
    )[list(RING_COLUMNS)]
    fits = pd.Series(True, index=frame.index)
    if wanted.status is not None:
        fits &= frame["status"] == wanted.status
    if wanted.min_size is not None:
        fits &= frame["size"] >= wanted.min_size
    if wanted.min_overpaid is not None:
        fits &= frame["overpaid"] >= wanted.min_overpaid
    if wanted.channel is not None:
        known = sorted({name for names in frame["channels"] for name in str(names).split(";") if name})
        if wanted.channel not in known:
            raise UnknownNameError("channel", wanted.channel, known)
        fits &= frame["channels"].str.split(";").map(lambda names: wanted.channel in names).astype("bool")
    if wanted.active_from is not None:
        fits &= frame["last_seen"] >= _day(wanted.active_from)
    if wanted.active_to is not None:
        fits &= frame["first_seen"] <= _day(wanted.active_to)
    if wanted.region is not None:
        share = case.fetch(_REGION, {"region": wanted.region}).set_index("ring_id")["share"]
        fits &= frame["ring_id"].map(share).fillna(0.0) >= _REGION_SHARE
    if wanted.intermediary is not None:
        fits &= _of_seller(case, frame, wanted.intermediary)
    if wanted.decision is not None:
        if wanted.decision not in (*VERDICTS, OPEN):
            raise UnknownNameError("decision", wanted.decision, (*VERDICTS, OPEN))
        decided = ring_decisions(read_decisions(case.folder))
        fits &= frame["ring_id"].map(decided).fillna(OPEN) == wanted.decision
    since = _day(wanted.grown_since) if wanted.grown_since is not None else year_before(frame)
    frame["grown"] = grown_members(case, frame, since=since)
    if wanted.grown_since is not None:
        fits &= frame["grown"] > 0
    found = frame.loc[fits]
    if wanted.sort != "rank":
        found = found.sort_values(wanted.sort, ascending=False, kind="stable", na_position="last")
    if wanted.grown_since is None and wanted.sort != "grown":
        found = found.drop(columns="grown")
    return found.head(len(found) if wanted.top is None else wanted.top).reset_index(drop=True)


def _of_seller(case: Case, frame: pd.DataFrame, name: str) -> pd.Series[bool]:
    counts = case.fetch(_SELLER, {"name": name}).set_index("ring_id")["n"]
    if not len(counts):
        known = case.fetch(_KNOWN_SELLERS)["id"].tolist()
        if name not in known:
            raise UnknownNameError("intermediary", name, known)
    return frame["ring_id"].map(counts).fillna(0) >= _LEAST_CLIENTS


def grown_members(case: Case, rings: pd.DataFrame, *, since: pd.Timestamp) -> pd.Series[int]:
    """How many people joined each ring on or after a day; aligned with `rings`."""
    grown = case.fetch(_GROWN, {"since": since.to_pydatetime()}).set_index("ring_id")["n"]
    return rings["ring_id"].map(grown).fillna(0).astype("int64")


def year_before(frame: pd.DataFrame) -> pd.Timestamp:
    """A year before the last thing seen in any ring: what growth means where no day is given."""
    last = frame["last_seen"].max()
    return (last if pd.notna(last) else pd.Timestamp("1970-01-01")) - pd.Timedelta(days=365)


def _day(text: str) -> pd.Timestamp:
    try:
        return pd.to_datetime(text, format="%Y-%m-%d")
    except ValueError as error:
        raise InputError(f"the day {text[:20]!r} is not a date", hint="write it as 2021-03-31") from error
