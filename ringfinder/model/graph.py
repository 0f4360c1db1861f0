"""The graph of policyholders and what they share.

In:  links (a frame or arrays).   Out: `EntityGraph`, nodes sorted, one edge a pair.
Never reads files, never scores, never groups. Equal links in any order give equal arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.errors import InputError

if TYPE_CHECKING:
    import networkx as nx

POLICYHOLDER = "policyholder"

#: kind of every node of a graph whose links carry no `kind`
UNTYPED = "node"


@dataclass(frozen=True)
class EntityGraph:
    """An undirected graph held as columns.

    Attributes
    ----------
    names : shape (n_nodes,), node names, sorted by (kind, name); unique within a kind.
    kinds : shape (n_nodes,), kind of each node: 'policyholder', 'phone', 'account' ...; all `UNTYPED` in a graph
        made from links without kinds.
    source, target : shape (n_edges,), int32 positions in `names`, source < target, sorted, each pair once.
    weights : shape (n_edges,), float64 > 0; the sum where a pair was given more than once in a weighted frame.
    at : shape (n_edges,), datetime64[s], earliest date of the link, NaT where unknown.
    """

    names: NDArray[np.object_]
    kinds: NDArray[np.object_]
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    weights: NDArray[np.float64]
    at: NDArray[np.datetime64]

    def __post_init__(self) -> None:
        n, e = len(self.names), len(self.source)
        if len(self.kinds) != n:
            raise InputError("graph: names and kinds differ in length")
        if not (len(self.target) == len(self.weights) == len(self.at) == e):
            raise InputError("graph: edge columns differ in length")
        if e and (
            int(self.source.min()) < 0 or int(self.target.max()) >= n or bool((self.source >= self.target).any())
        ):
            raise InputError("graph: every edge needs 0 <= source < target < n_nodes")

    def __repr__(self) -> str:
        return f"EntityGraph({self.n_nodes:,} nodes, {self.n_edges:,} edges, kinds: {', '.join(self.kind_names)})"

    @property
    def n_nodes(self) -> int:
        return len(self.names)

    @property
    def n_edges(self) -> int:
        return len(self.source)

    @property
    def kind_names(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.kinds.tolist())))

    @property
    def has_kinds(self) -> bool:
        """True where the graph tells policyholders (asked-about nodes) from connectors."""
        return POLICYHOLDER in self.kind_names and len(self.kind_names) > 1

    @property
    def is_asked_about(self) -> NDArray[np.bool_]:
        """Nodes we want groups of: policyholders, or every node of an untyped graph."""
        if not self.has_kinds:
            return np.ones(self.n_nodes, dtype=np.bool_)
        return np.asarray(self.kinds == POLICYHOLDER, dtype=np.bool_)

    @property
    def degrees(self) -> NDArray[np.int64]:
        return np.bincount(np.concatenate([self.source, self.target]), minlength=self.n_nodes)

    @classmethod
    def from_links(cls, frame: pd.DataFrame) -> EntityGraph:
        """Make a graph from a plain edge list.

        Parameters
        ----------
        frame : columns `source`, `target` and optionally `kind`, `weight`, `at`. With `kind`, `source` is a
            policyholder and `target` a value of that kind (phone, account ...; 'policyholder' links two people).
            Without it all nodes are alike. Rows with an empty end, and loops, are left out; repeated pairs are
            one edge whose weight is the sum of `weight` (1 where there is no `weight` column) and whose date is
            the earliest.

        Raises
        ------
        InputError : `source` or `target` is missing; a weight is not a positive number; a date can't be read.

        Examples
        --------
        >>> g = EntityGraph.from_links(pd.DataFrame({"source": ["b", "c"], "target": ["a", "a"]}))
        >>> g.n_nodes, g.n_edges
        (3, 2)
        """
        for column in ("source", "target"):
            if column not in frame.columns:
                raise InputError(
                    f"links have no column {column!r}; found: {', '.join(map(str, frame.columns)) or 'none'}",
                    hint="rename the columns to source, target and optionally kind, weight, at",
                )
        links = frame.loc[frame["source"].notna() & frame["target"].notna()]
        n_links = len(links)
        ends = [links["source"].astype("str"), links["target"].astype("str")]
        if "kind" in links.columns:
            kind = links["kind"].astype("str").fillna("identifier")
            kind_ends = [pd.Series(POLICYHOLDER, index=links.index, dtype="str"), kind]
        else:
            kind_ends = [pd.Series(UNTYPED, index=links.index, dtype="str")] * 2
        weight = np.ones(n_links)
        if "weight" in links.columns:
            weight = pd.to_numeric(links["weight"], errors="coerce").to_numpy(dtype=np.float64)
            if not bool((weight > 0).all()):
                raise InputError("links: every weight must be a positive number", hint="drop or mend those rows")
        at = np.full(n_links, np.datetime64("NaT"), dtype="datetime64[s]")
        if "at" in links.columns:
            try:
                at = pd.to_datetime(links["at"]).to_numpy(dtype="datetime64[s]")
            except (ValueError, TypeError) as error:
                raise InputError("links: column 'at' holds something that is not a date") from error
        return cls._build(ends, kind_ends, weight, at)

    @classmethod
    def _build(
        cls,
        ends: list[pd.Series],
        kind_ends: list[pd.Series],
        weight: NDArray[np.float64],
        at: NDArray[np.datetime64],
    ) -> EntityGraph:
        n_links = len(weight)
        both = pd.DataFrame(
            {
                "kind": pd.concat(kind_ends, ignore_index=True),
                "name": pd.concat(ends, ignore_index=True),
            }
        )
        kind_code, kind_values = pd.factorize(both["kind"], sort=True)
        name_code, name_values = pd.factorize(both["name"], sort=True)
        key = kind_code.astype(np.int64) * max(1, len(name_values)) + name_code
        node_keys, code = np.unique(key, return_inverse=True)
        width = max(1, len(name_values))
        names = np.asarray(name_values, dtype=object)[node_keys % width]
        kinds = np.asarray(kind_values, dtype=object)[node_keys // width]
        low = np.minimum(code[:n_links], code[n_links:]).astype(np.int64)
        high = np.maximum(code[:n_links], code[n_links:]).astype(np.int64)
        keep = low != high
        low, high, weight, at = low[keep], high[keep], weight[keep], at[keep]
        order = np.lexsort((weight, at, high, low))
        low, high, weight, at = low[order], high[order], weight[order], at[order]
        first = np.ones(len(low), dtype=np.bool_)
        first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
        starts = np.flatnonzero(first)
        total = np.add.reduceat(weight, starts) if len(starts) else weight[:0]
        # NaT sorts last, so the first row of a pair holds its earliest date
        return cls(
            names=names,
            kinds=kinds,
            source=low[starts].astype(np.int32),
            target=high[starts].astype(np.int32),
            weights=total,
            at=at[starts],
        )

    def to_networkx(self) -> nx.Graph[str]:
        """A networkx view for callers: nodes 'kind:name' (plain names in an untyped graph) with kind, weight, at."""
        import networkx as nx

        untyped = self.kind_names in ((), (UNTYPED,))
        keys = [str(n) if untyped else f"{k}:{n}" for k, n in zip(self.kinds, self.names, strict=True)]
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from((key, {"kind": str(kind)}) for key, kind in zip(keys, self.kinds, strict=True))
        dates = pd.Series(self.at).dt.strftime("%Y-%m-%d").fillna("")
        graph.add_edges_from(
            (keys[s], keys[t], {"weight": float(w), "at": str(a)})
            for s, t, w, a in zip(self.source, self.target, self.weights, dates, strict=True)
        )
        return graph
