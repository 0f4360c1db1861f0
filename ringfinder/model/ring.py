"""Rings, their members and the evidence for and against them.

In:  nothing (definitions).   Out: `Signal`, `Evidence`, `Member`, `SharedIdentifier`, `Ring`, `RingReport`.
No claim without a citation: an `Evidence` without a source row can't be made. A ring is a lead, not a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import pandas as pd

from ringfinder.errors import InputError
from ringfinder.model.book import Book
from ringfinder.model.dataset import Dataset
from ringfinder.model.graph import EntityGraph
from ringfinder.model.letters import Letters
from ringfinder.model.lineage import Lineage
from ringfinder.model.presenting import Presenter, Shown, by_hand

if TYPE_CHECKING:
    import networkx as nx

Side = Literal["complaint", "seller", "structure"]
Direction = Literal["for", "against"]

ROLES = ("core", "member", "associate")
STATUSES = ("flagged", "listed")

RING_COLUMNS = (
    "ring_id",
    "rank",
    "size",
    "score",
    "p_value",
    "q_value",
    "status",
    "first_seen",
    "last_seen",
    "complaints",
    "negotiated",
    "overpaid",
    "channels",
    "summary",
)
MEMBER_COLUMNS = ("ring_id", "policyholder_id", "role", "strength", "joined_on", "reason")
EVIDENCE_COLUMNS = (
    "ring_id",
    "evidence_id",
    "channel",
    "direction",
    "statement",
    "weight",
    "source_table",
    "source_rows",
)
IDENTIFIER_COLUMNS = ("ring_id", "kind", "value", "holders_in_ring", "holders_total", "role")


@dataclass(frozen=True)
class Signal:
    """One named red flag or counter-flag of a group, in nats (positive speaks for a ring)."""

    name: str
    side: Side
    value: float
    weight: float


@dataclass(frozen=True)
class Evidence:
    """One statement for or against a ring, with the rows it rests on.

    `source_rows` are `row_key`s of `source_table`, sorted; at least one. `weight` is in nats, >= 0.
    """

    evidence_id: str
    channel: str
    direction: Direction
    zh: str
    en: str
    weight: float
    source_table: str
    source_rows: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.source_rows:
            raise InputError(f"evidence {self.evidence_id} cites no source row")

    def statement(self, language: str = "zh") -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Member:
    """A person in a ring. `associate`: linked, but with no case of their own; never counted in tests."""

    policyholder_id: str
    role: Literal["core", "member", "associate"]
    strength: float
    joined_on: pd.Timestamp | None
    zh: str
    en: str

    def reason(self, language: str = "zh") -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class SharedIdentifier:
    """A value that people of a ring share. `value` is personal data; `masked` is what may be shown."""

    kind: str
    value: str = field(repr=False)
    masked: str
    holders_in_ring: int
    holders_total: int
    role: Literal["evidence", "guarded", "household"]
    zh: str
    en: str


@dataclass(frozen=True)
class Ring(Shown):
    """A suspected ring: a lead with its evidence both ways.

    Attributes
    ----------
    score : 0 to 1, for ranking. p_value : share of null books with a group as strong. q_value : false-discovery
        rate at this rank. stories : honest explanations that fit ('seller', 'founded', 'licensed' ...); a ring with
        one is listed, never flagged. overpaid_fen : paid above cash value to its core and members, in fen.
    shown : draws the ring; its report sets it.
    """

    ring_id: str
    rank: int
    kind: Literal["refund", "arbitrage"]
    score: float
    p_value: float
    q_value: float
    status: Literal["flagged", "listed"]
    first_seen: pd.Timestamp | None
    last_seen: pd.Timestamp | None
    complaints: int
    negotiated: int
    overpaid_fen: int
    channels: tuple[str, ...]
    summary_zh: str
    summary_en: str
    members: tuple[Member, ...]
    signals: tuple[Signal, ...]
    evidence: tuple[Evidence, ...]
    identifiers: tuple[SharedIdentifier, ...]
    stories: tuple[str, ...] = ()
    shown: Presenter | None = field(default=None, repr=False, compare=False)

    @property
    def size(self) -> int:
        """People of role core or member; associates are not counted."""
        return sum(m.role != "associate" for m in self.members)

    def summary(self, language: str = "zh") -> str:
        return self.summary_en if language == "en" else self.summary_zh

    def __repr__(self) -> str:
        return f"Ring({self.ring_id}, {self.size} people, score {self.score:.3f}, q {self.q_value:.3f}, {self.status})"

    def to_pandas(self, language: str = "zh") -> pd.DataFrame:
        """The members, one row each (`MEMBER_COLUMNS`)."""
        rows = [
            (self.ring_id, m.policyholder_id, m.role, m.strength, m.joined_on, m.reason(language)) for m in self.members
        ]
        return pd.DataFrame(rows, columns=list(MEMBER_COLUMNS))

    def to_networkx(self, *, language: str | None = None) -> nx.Graph[str]:
        """The ring as a networkx graph, masked: people, the values they share by pseudonym ('P07'), letter templates.

        Nodes carry `kind`, `role`, `value` (masked), `x` and `y` as on the page; edges `kind`, `counts` (false for what
        was held back) and `since`. `RingReport.to_networkx` is the graph of the whole book, with real values.

        Raises
        ------
        InputError : the ring was put together by hand.
        """
        presenter, ring_id = self._asked()
        return presenter.graph(ring_id, language=language)

    def _asked(self) -> tuple[Presenter, str]:
        if self.shown is None:
            raise by_hand("ring")
        return self.shown, self.ring_id


@dataclass(frozen=True)
class RingReport(Shown):
    """Ranked rings with everything they rest on.

    Attributes
    ----------
    rings : best first.
    dataset, letters, book : the stages' results. seller_book : the same people seen from the seller's side, which the
        arbitrage rings are judged in. graph : the graph of judged evidence. entity_graph : everything that
        was loaded, hubs included: policyholders, shared values, letter templates, intermediaries.
    manifest : version, configuration, seed, input hashes, counts (JSON-able; no clock inside).
    timings : seconds by stage, kept apart because they differ from run to run.
    lineage : what became of each ring since earlier runs; empty until `keep_ids`.
    present : makes what draws a report; `shown` is what it made of this one, and of its rings.
    """

    rings: tuple[Ring, ...]
    dataset: Dataset
    letters: Letters
    book: Book
    seller_book: Book
    graph: EntityGraph
    entity_graph: EntityGraph
    manifest: Mapping[str, object] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    lineage: Lineage = field(default_factory=Lineage)
    present: Callable[[RingReport], Presenter] | None = field(default=None, repr=False, compare=False)
    shown: Presenter | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.present is None:
            return
        # the presenter gets a report that does not know it: no circle, so a report goes when its last name goes
        bare = tuple(replace(ring, shown=None) for ring in self.rings)
        shown = self.present(replace(self, rings=bare, present=None))
        object.__setattr__(self, "shown", shown)
        object.__setattr__(self, "rings", tuple(replace(ring, shown=shown) for ring in bare))

    def __repr__(self) -> str:
        flagged = sum(r.status == "flagged" for r in self.rings)
        return f"RingReport({len(self.rings)} rings, {flagged} flagged, {self.dataset.n_policyholders:,} policyholders)"

    def __getitem__(self, ring_id: str) -> Ring:
        for ring in self.rings:
            if ring.ring_id == ring_id:
                return ring
        from ringfinder.errors import UnknownNameError

        raise UnknownNameError("ring", ring_id, (r.ring_id for r in self.rings))

    def _asked(self) -> tuple[Presenter, str]:
        if self.shown is None:
            raise by_hand("report")
        return self.shown, ""

    def compare(self, earlier: object) -> pd.DataFrame:
        """What became of the rings of an earlier report or saved case in this one; ids need not agree.

        Parameters
        ----------
        earlier : a `RingReport` or a `Case` of the same insurer's tables.

        Returns
        -------
        One row a change: new, grown, shrunk, split, merged, gone (`ringfinder.case.comparing.COMPARE_COLUMNS`).

        Raises
        ------
        InputError : the two share no policyholder, or one was put together by hand.
        """
        presenter, _ = self._asked()
        return presenter.compare(earlier)

    @property
    def flagged(self) -> tuple[Ring, ...]:
        return tuple(r for r in self.rings if r.status == "flagged")

    def to_pandas(self, language: str = "zh") -> pd.DataFrame:
        """The rings, one row each, best first (`RING_COLUMNS`); `overpaid` in yuan."""
        rows = [
            (
                r.ring_id,
                r.rank,
                r.size,
                r.score,
                r.p_value,
                r.q_value,
                r.status,
                r.first_seen,
                r.last_seen,
                r.complaints,
                r.negotiated,
                r.overpaid_fen / 100,
                ";".join(r.channels),
                r.summary(language),
            )
            for r in self.rings
        ]
        return pd.DataFrame(rows, columns=list(RING_COLUMNS))

    def members_to_pandas(self, language: str = "zh") -> pd.DataFrame:
        """All members of all rings (`MEMBER_COLUMNS`)."""
        frames = [r.to_pandas(language) for r in self.rings]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(MEMBER_COLUMNS))

    def to_networkx(self) -> nx.Graph[str]:
        """The graph of judged evidence as networkx; nodes carry `kind` and, for members, `ring_id`."""
        graph = self.graph.to_networkx()
        for ring in self.rings:
            for member in ring.members:
                node = f"policyholder:{member.policyholder_id}"
                if node in graph:
                    graph.nodes[node].setdefault("ring_id", ring.ring_id)
        return graph
