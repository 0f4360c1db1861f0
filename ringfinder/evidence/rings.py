"""Put scored groups into `Ring`s.

In:  `ScoredGroup`s, best first, Book, Letters, Dataset.   Out: `Ring`s in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ringfinder.evidence.bridges import Bridges, find_bridges
from ringfinder.evidence.fragility import Fragility, fragility_signal, fragility_statement, ring_fragility
from ringfinder.evidence.members import build_members, shared_ties
from ringfinder.evidence.scene import Scene, set_scene
from ringfinder.evidence.statements import build_evidence
from ringfinder.identifiers.channels import channel_words
from ringfinder.model.book import STRONG_EVENTS, Book
from ringfinder.model.dataset import Dataset
from ringfinder.model.letters import Letters
from ringfinder.model.ring import Member, Ring, SharedIdentifier
from ringfinder.model.scored import ScoredGroup, list_order


def build_rings(
    groups: Sequence[ScoredGroup],
    book: Book,
    seller_book: Book,
    letters: Letters,
    dataset: Dataset,
    *,
    min_households: int = 3,
) -> tuple[Ring, ...]:
    """Rings of both channels with members, identifiers and evidence; ids 'R-0001' in rank order.

    Parameters
    ----------
    min_households : a ring needs as many; with fewer left together it has dissolved.
    """
    books = {"refund": book, "arbitrage": seller_book}
    scenes = {
        kind: set_scene([g for g in groups if g.kind == kind], judged, letters, dataset)
        for kind, judged in books.items()
    }
    order = sorted(groups, key=list_order)
    ids = [f"R-{rank:04d}" for rank in range(1, len(order) + 1)]
    bridges = {
        kind: find_bridges([(i, g) for i, g in zip(ids, order, strict=True) if g.kind == kind], scene)
        for kind, scene in scenes.items()
    }
    return tuple(
        _ring(
            group,
            ring_id,
            rank,
            book,
            scenes[group.kind],
            bridges[group.kind],
            ring_fragility(group, scenes[group.kind], min_homes=min_households),
        )
        for rank, (ring_id, group) in enumerate(zip(ids, order, strict=True), start=1)
    )


def _ring(
    group: ScoredGroup,
    ring_id: str,
    rank: int,
    book: Book,
    scene: Scene,
    bridges: Bridges,
    fragility: Fragility | None,
) -> Ring:
    """`scene` is that of the group's channel; complaints and money above cash value are in `book`."""
    judged = scene.book
    members = build_members(group, scene, bridges.ring_of)
    events = book.events.loc[book.events["holder"].isin(group.people) & (book.events["kind"] != "cooling_off")]
    strong = events.loc[events["kind"].isin(STRONG_EVENTS)]
    own = (strong if len(strong) else events) if group.kind == "refund" else _own_events(group, judged)
    days = own["day"].dropna()
    n_negotiated = int((events["kind"] == "negotiated").sum())
    n_complaints = int((events["kind"] == "complaint").sum())
    # loss formulas are never mixed: money above cash value is the refund channel's
    overpaid = int(events["overpaid_fen"].sum()) if group.kind == "refund" else 0
    if group.kind == "arbitrage":
        channels: tuple[str, ...] = (*group.kinds, "early_surrender")
        zh, en = _summary(group, members, channels, days, *_early_words(group, judged))
    else:
        channels = (*group.kinds, "money") if overpaid else group.kinds
        money = f"{overpaid / 100:,.2f}"
        zh, en = _summary(
            group, members, channels, days, f"超现金价值支付 {money} 元", f"{money} yuan paid above cash value"
        )
    return Ring(
        ring_id=ring_id,
        rank=rank,
        kind=group.kind,
        score=group.score,
        p_value=group.p_value,
        q_value=group.q_value,
        status="flagged" if group.is_flagged else "listed",
        first_seen=days.min() if len(days) else None,
        last_seen=days.max() if len(days) else None,
        complaints=n_complaints,
        negotiated=n_negotiated,
        overpaid_fen=overpaid,
        channels=channels,
        summary_zh=zh,
        summary_en=en,
        members=members,
        signals=(*group.signals, *([fragility_signal(fragility)] if fragility else [])),
        evidence=build_evidence(group, ring_id, scene, (*bridges.said[ring_id], *fragility_statement(fragility))),
        identifiers=_identifiers(group, scene),
        stories=tuple(s.name for s in group.stories),
    )


def _own_events(group: ScoredGroup, judged: Book) -> pd.DataFrame:
    return judged.events.loc[judged.events["holder"].isin(group.people)]


def _early_words(group: ScoredGroup, judged: Book) -> tuple[str, str]:
    n = len(_own_events(group, judged))
    return f"{n} 份保单早期退保", f"{n} policies given up early"


def _summary(
    group: ScoredGroup,
    members: tuple[Member, ...],
    channels: tuple[str, ...],
    days: pd.Series,
    outcome_zh: str,
    outcome_en: str,
) -> tuple[str, str]:
    n = sum(m.role != "associate" for m in members)
    words = [channel_words(c) for c in channels]
    span_zh = f"{days.min():%Y-%m} 至 {days.max():%Y-%m}" if len(days) else "日期不详"
    span_en = f"{days.min():%Y-%m} to {days.max():%Y-%m}" if len(days) else "dates unknown"
    reason_zh = ";不列为疑似的原因:" + group.stories[0].zh if group.stories else ""
    reason_en = "; not flagged because: " + group.stories[0].en if group.stories else ""
    zh = f"{n} 名投保人在 {span_zh} 间经{'、'.join(w[0] for w in words)}相互关联,{outcome_zh}{reason_zh}"
    en = f"{n} policyholders linked by {', '.join(w[1] for w in words)} from {span_en}, {outcome_en}{reason_en}"
    return zh, en


def _identifiers(group: ScoredGroup, scene: Scene) -> tuple[SharedIdentifier, ...]:
    """Values that two or more of the group hold: evidence, guarded hubs, family values."""
    book = scene.book
    links = book.links.loc[book.links["holder"].isin(group.people)]
    n_inside = links.drop_duplicates(["holder", "value_id"]).groupby("value_id", sort=True).size()
    n_inside = n_inside.loc[n_inside >= 2]
    evidence_ids = set(shared_ties(book, group.people)["value_id"].tolist())
    values = book.values.iloc[n_inside.index.to_numpy()]
    out = []
    for count, (_, value) in zip(n_inside.tolist(), values.iterrows(), strict=True):
        homes = np.unique(book.household[links.loc[links["value_id"] == value["value_id"], "holder"].to_numpy()])
        is_family = len(homes) == 1
        is_evidence = int(value["value_id"]) in evidence_ids
        out.append(
            SharedIdentifier(
                kind=str(value["kind"]),
                value=str(value["value"]),
                masked=str(scene.masked[value["value_id"]]),
                holders_in_ring=int(count),
                holders_total=int(value["n_holders"]),
                role="evidence" if is_evidence else "household" if is_family else "guarded",
                zh=str(value["reason_zh"]),
                en=str(value["reason_en"]),
            )
        )
    rank = {"evidence": 0, "household": 1, "guarded": 2}
    return tuple(sorted(out, key=lambda i: (rank[i.role], -i.holders_in_ring, i.kind, i.value)))
