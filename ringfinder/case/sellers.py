"""One intermediary: the clients on file, how many of them complain against peers, and in which rings they are.

In:  Case, an intermediary's id.   Out: a row for the whole book and one a ring (`SELLER_COLUMNS`).
Never judges: a seller with many complaints may have sold badly, which is a reason to complain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.case.masks import mask_by_kind
from ringfinder.errors import UnknownNameError

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

SELLER_COLUMNS = (
    "intermediary_id",
    "kind",
    "left_on",
    "part",
    "clients",
    "complainants",
    "share",
    "peer_share",
    "peers",
    "accusers",
    "upheld",
    "negotiated",
    "overpaid",
)

#: clients under which an intermediary says nothing about what is usual
MIN_PEER_CLIENTS = 10
#: peers that are looked at where there are more, drawn by the checksum of their ids: the share of so many is that of
#: all, and the clients of the whole book need not be told apart
MOST_PEERS = 1_000

_BOOK = """
WITH who AS (SELECT kind, left_on FROM intermediaries WHERE intermediary_id = $name),
asked AS (
    (SELECT intermediary_id FROM intermediaries
     WHERE kind IS NOT DISTINCT FROM (SELECT kind FROM who) AND intermediary_id <> $name
     ORDER BY md5(intermediary_id), intermediary_id LIMIT $most)
    UNION ALL SELECT $name),
client AS (
    SELECT DISTINCT intermediary_id, policyholder_id FROM (
        SELECT intermediary_id, policyholder_id FROM engagements
        UNION ALL SELECT agent_id, policyholder_id FROM policies)
    WHERE intermediary_id IN (SELECT intermediary_id FROM asked)),
acts AS (
    SELECT policyholder_id, bool_or(kind = 'complaint') AS complains, bool_or(kind = 'negotiated') AS is_paid,
           sum(overpaid_fen) AS fen FROM book_events GROUP BY 1),
per AS (
    SELECT c.intermediary_id, count(*) AS clients, count(*) FILTER (a.complains) AS complainants
    FROM client c LEFT JOIN acts a USING (policyholder_id) GROUP BY 1),
peer AS (
    SELECT count(*) AS peers, sum(complainants) / sum(clients) AS peer_share
    FROM per WHERE intermediary_id <> $name AND clients >= $least),
accused AS (
    SELECT policyholder_id, bool_or(coalesce(upheld, FALSE)) AS upheld FROM complaints
    WHERE accused_agent_id = $name GROUP BY 1),
own AS (
    SELECT coalesce(c.policyholder_id, x.policyholder_id) AS policyholder_id,
           c.policyholder_id IS NOT NULL AS is_client, x.policyholder_id IS NOT NULL AS accuses,
           coalesce(x.upheld, FALSE) AS upheld
    FROM (SELECT policyholder_id FROM client WHERE intermediary_id = $name) c
    FULL JOIN accused x ON x.policyholder_id = c.policyholder_id),
told AS (
    SELECT o.*, coalesce(a.complains, FALSE) AS complains, coalesce(a.is_paid, FALSE) AS is_paid,
           coalesce(a.fen, 0) AS fen FROM own o LEFT JOIN acts a USING (policyholder_id)),
parts AS (
    SELECT '' AS part, * FROM told
    UNION ALL SELECT m.ring_id, t.* FROM told t JOIN members m USING (policyholder_id) WHERE m.role <> 'associate')
SELECT (SELECT kind FROM who) AS kind, (SELECT left_on FROM who) AS left_on, part,
       count(*) FILTER (is_client) AS clients, count(*) FILTER (is_client AND complains) AS complainants,
       (SELECT peer_share FROM peer) AS peer_share, (SELECT peers FROM peer) AS peers,
       count(*) FILTER (accuses) AS accusers, count(*) FILTER (upheld) AS upheld,
       count(*) FILTER (is_paid) AS negotiated, sum(fen)::BIGINT AS fen
FROM parts GROUP BY part ORDER BY part
"""

_KNOWN = """
SELECT intermediary_id FROM intermediaries UNION SELECT intermediary_id FROM engagements
UNION SELECT agent_id FROM policies WHERE agent_id IS NOT NULL
UNION SELECT accused_agent_id FROM complaints WHERE accused_agent_id IS NOT NULL ORDER BY 1
"""


def describe_seller(case: Case, intermediary_id: str) -> pd.DataFrame:
    """The clients of an intermediary, in the whole book (`part` '') and in each ring.

    Returns
    -------
    `SELLER_COLUMNS`. `clients`: people sold to, serviced, represented or advised; `complainants`: those of them with a
    complaint of any kind; `share`: the ratio, empty without clients; `peer_share`: the same over all others of that
    kind with `MIN_PEER_CLIENTS` clients or more, `peers` of them (of `MOST_PEERS` drawn where there are more), on the
    row of the whole book; `accusers`: people who accuse this seller, `upheld` of them with right; `negotiated`: people
    paid to surrender; `overpaid` in yuan.

    Raises
    ------
    UnknownNameError : nobody of that id is on file.
    """
    name = intermediary_id.strip()
    frame = case.fetch(_BOOK, {"name": name, "least": MIN_PEER_CLIENTS, "most": MOST_PEERS})
    if not len(frame):
        known = case.fetch(_KNOWN)["intermediary_id"]
        if name not in set(known):
            raise UnknownNameError("intermediary", name, known)
    shown = mask_by_kind(pd.Series(["intermediary"], dtype="str"), pd.Series([name], dtype="str")).iloc[0]
    is_book = frame["part"] == ""
    clients = frame["clients"].astype("float64")
    return frame.assign(
        intermediary_id=shown,
        share=(frame["complainants"] / clients.where(clients > 0)).round(4),
        peer_share=frame["peer_share"].astype("float64").where(is_book).round(4),
        peers=frame["peers"].where(is_book, 0).astype("int64"),
        overpaid=frame["fen"].astype("int64") / 100,
    )[list(SELLER_COLUMNS)]
