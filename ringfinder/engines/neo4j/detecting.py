"""Find communities in the graph on a server, and write them back as rings that were not tested.

In:  Server, runs of pushed cases.   Out: `Found`, `Ring` nodes of a run of their own.
What a server adds: cases of several branches or months, pushed under one key, are one graph there, and a group that is
too small in each shows in all together. Significance, honest stories and roles need the tables: `ringfinder detect`.
With the Graph Data Science library the communities are found there; without it the judged evidence is read, which is
a small part of the graph, and the detectors of `ringfinder.detect` find them here.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ringfinder.detect import get_detector
from ringfinder.engines.neo4j.removing import clean
from ringfinder.engines.neo4j.runs import chosen_runs, complete_runs
from ringfinder.engines.neo4j.server import Server
from ringfinder.engines.queries import load_query
from ringfinder.errors import EngineError, InputError, UnknownNameError
from ringfinder.model.graph import POLICYHOLDER, EntityGraph

Progress = Callable[[str, float], None]
Engine = Literal["auto", "gds", "here"]
ENGINES = ("auto", "gds", "here")
METHODS = ("components", "leiden", "louvain")

_GDS = {"components": "gds/wcc", "leiden": "gds/leiden", "louvain": "gds/louvain"}
_PROCEDURES = 4
_KEYS = ["policyholder_id", "household"]


@dataclass(frozen=True)
class CommunityParams:
    """How communities are found.

    method : 'components', 'leiden' or 'louvain'. engine : 'gds' on the server, 'here', or 'auto': there if it can.
    resolution, seed : of Leiden; larger gives smaller groups. min_households : a community needs as many.
    """

    method: str = "components"
    engine: str = "auto"
    resolution: float = 1.0
    seed: int = 0
    min_households: int = 3

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise UnknownNameError("method", self.method, METHODS)
        if self.engine not in ENGINES:
            raise UnknownNameError("engine", self.engine, ENGINES)
        if self.min_households < 2:
            raise InputError(f"{self.min_households} households", hint="a group has two and more")
        if not self.resolution > 0:
            raise InputError(f"resolution {self.resolution}", hint="it is larger than 0")


@dataclass(frozen=True)
class Found:
    """What was found, and under which run it stands on the server.

    Attributes
    ----------
    run_id : of the communities, for `clean`. engine : 'gds' or 'here'. sources : the runs they were found in.
    members : ring_id, policyholder_id, household; one row a person. `ring_id` counts from 'G-0001', the largest.
    """

    run_id: str
    engine: str
    sources: tuple[str, ...]
    members: pd.DataFrame


def has_gds(server: Server) -> bool:
    """Whether the server has the procedures that are needed."""
    (row,) = server.run("gds/installed")
    return int(row["procedures"]) == _PROCEDURES


def detect(
    server: Server,
    *,
    sources: Sequence[str] = (),
    params: CommunityParams = CommunityParams(),
    run_id: str = "",
    progress: Progress | None = None,
) -> Found:
    """Find the communities of judged evidence in some runs, and write them to the server.

    The same result by either engine for components; Leiden and Louvain are two implementations of one method.

    Parameters
    ----------
    sources : runs of complete pushes; the only one there is, where none is named. run_id : of what is written; made of
        the sources and the settings if empty, and replaced if it is there.

    Raises
    ------
    UnknownNameError : no such complete run. InputError : none is named and there are several, or none.
    EngineError : engine 'gds', and the library is not on the server; or the server went away.
    """
    known = complete_runs(server)
    chosen = chosen_runs(known, sources)
    use_gds = params.engine != "here" and has_gds(server)
    if params.engine == "gds" and not use_gds:
        raise EngineError(
            f"the server at {server.address.uri} has no Graph Data Science library",
            hint="put its jar among the server's plugins, or leave out --engine gds: the result is the same",
        )
    _tell(progress, "communities", 0.1)
    communities = _by_gds(server, chosen, params) if use_gds else _here(server, chosen, params)
    homes = server.frame(load_query("detect/households"), {"runs": list(chosen)})
    members = _ranked(_at_home(communities, homes), params.min_households)
    name = run_id or _run_id(known, chosen, params)
    _tell(progress, "writing back", 0.6)
    _write(server, name, chosen, members, params)
    _tell(progress, "neo4j", 1.0)
    return Found(name, "gds" if use_gds else "here", tuple(chosen), members)


def _by_gds(server: Server, runs: Sequence[str], params: CommunityParams) -> pd.DataFrame:
    """policyholder_id, community of everybody in the projected graph."""
    with _projected(server, runs) as graph:
        if graph is None:
            return pd.DataFrame(columns=["policyholder_id", "community"])
        query = load_query(_GDS[params.method])
        values = {"graph": graph, "resolution": params.resolution, "seed": params.seed}
        return server.frame(query, {name: values[name] for name in query.params})


@contextmanager
def _projected(server: Server, runs: Sequence[str]) -> Iterator[str | None]:
    """Name of the graph in the server's memory, None without any evidence; let go in any case."""
    graph = f"ringfinder-{uuid.uuid4().hex}"
    try:
        rows = server.run("gds/project", {"graph": graph, "runs": list(runs)})
        yield graph if rows and rows[0]["people"] else None
    finally:
        server.run("gds/drop", {"graph": graph})


def _here(server: Server, runs: Sequence[str], params: CommunityParams) -> pd.DataFrame:
    """The same from the evidence links, by a detector of `ringfinder.detect`."""
    links = server.frame(load_query("detect/evidence_links"), {"runs": list(runs)})
    graph = EntityGraph.from_links(
        links.rename(columns={"policyholder_id": "source", "value": "target"})[["source", "target", "kind", "weight"]]
    )
    settings: dict[str, object] = {}
    if params.method == "leiden":
        settings = {"resolution": params.resolution, "seed": params.seed}
    found = get_detector(params.method, **settings).run(graph)
    is_person = graph.kinds == POLICYHOLDER
    return pd.DataFrame({"policyholder_id": graph.names[is_person], "community": found.labels[is_person]})


def _at_home(communities: pd.DataFrame, homes: pd.DataFrame) -> pd.DataFrame:
    """The communities with a household for each person, named by the smallest number of a person of its.

    Cases may know different parts of a household: people who share one in any of them belong to one.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    if homes.empty:
        return communities.assign(household=communities["policyholder_id"])
    person, people = pd.factorize(homes["policyholder_id"], sort=True)
    home, names = pd.factorize(homes["household"], sort=True)
    size = len(people) + len(names)
    links = csr_matrix(([1] * len(homes), (person, home + len(people))), shape=(size, size))
    label = pd.Series(connected_components(links, directed=False)[1][: len(people)], index=people)
    first = pd.Series(people, index=label.to_numpy()).groupby(level=0).min()
    return communities.assign(household=communities["policyholder_id"].map(label.map(first)))


def _ranked(communities: pd.DataFrame, min_households: int) -> pd.DataFrame:
    """Communities of enough households, the largest first; equals by their smallest policyholder number."""
    homes = communities.groupby("community")["household"].transform("nunique")
    kept = communities.loc[homes >= min_households].sort_values("policyholder_id", ignore_index=True)
    by = kept.groupby("community", sort=False)["policyholder_id"].agg(["size", "min"])
    order = by.sort_values(["size", "min"], ascending=[False, True]).index
    names = {community: f"G-{place + 1:04d}" for place, community in enumerate(order)}
    members = kept.assign(ring_id=kept["community"].map(names).astype("str"))
    return members.sort_values(["ring_id", "policyholder_id"], ignore_index=True)[["ring_id", *_KEYS]]


def _run_id(known: pd.DataFrame, chosen: Sequence[str], params: CommunityParams) -> str:
    content = known.set_index("run_id")["content"]
    said = repr((params.method, params.resolution, params.seed, params.min_households, [content[r] for r in chosen]))
    return f"communities-{params.method}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def _write(server: Server, run: str, sources: Sequence[str], members: pd.DataFrame, params: CommunityParams) -> None:
    clean(server, run)
    about = {
        "kind": "communities",
        "content": run,
        "case_name": ", ".join(sources),
        "version": "",
        "is_masked": True,
        "detected_in": list(sources),
    }
    server.run("run/begin", {"run": run, "about": about})
    rings = members.groupby("ring_id", sort=True).agg(size=("policyholder_id", "size"), homes=("household", "nunique"))
    rows = [
        _ring_row(place, str(name), int(ring["size"]), int(ring["homes"]), params.method)
        for place, (name, ring) in enumerate(rings.iterrows(), start=1)
    ]
    server.run("load/050_ring", {"rows": rows, "run": run})
    belongs = [
        [person, ring, "member", None, None, "与同组他人共用作证据的标识", "shares values that count as evidence"]
        for ring, person in zip(members["ring_id"], members["policyholder_id"], strict=True)
    ]
    server.run("load/150_member_of", {"rows": belongs, "run": run})
    server.run("detect/rests_on", {"run": run, "runs": list(sources)})
    server.run("detect/figures", {"run": run})
    server.run("run/finish", {"run": run})


def _ring_row(place: int, name: str, size: int, homes: int, method: str) -> list[object]:
    zh = f"{size} 名投保人({homes} 户)经共用标识相连,系图上社群({method}),未经显著性检验,仅供排查"
    en = (
        f"{size} policyholders of {homes} households tied by shared values: a community of the graph ({method}), "
        "not tested, to be looked into"
    )
    # score, p, q, dates and money stay empty until they are known
    return [name, place, size, None, None, None, "community", method, *[None] * 5, "", "", zh, en, None]


def _tell(progress: Progress | None, stage: str, share: float) -> None:
    if progress is not None:
        progress(f"neo4j {stage}", share)
