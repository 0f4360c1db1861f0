"""Make a synthetic insurer: an honest crowd with every look-alike, and the rings of a preset hidden in it.

In:  preset, size, seed.   Out: `World`: contract tables, the truth about rings and look-alikes, facts.
Equal arguments give equal frames. Nothing marks a ring's rows: ids are drawn at random for everybody, rows are sorted
by id, and one function writes everybody's cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.errors import InputError, UnknownNameError
from ringfinder.model.dataset import TABLE_BY_NAME
from ringfinder.simulate import lookalikes_complaining as complaining
from ringfinder.simulate import lookalikes_sharing as sharing
from ringfinder.simulate import ordinary
from ringfinder.simulate.build import LAST_DAY, PERIOD, Build, iso
from ringfinder.simulate.crowd import make_crowd
from ringfinder.simulate.filing import file_cases
from ringfinder.simulate.presets import PRESETS

SMALLEST = 1_000
#: share of honest policyholders who complain over the four years
HONEST_COMPLAINANTS = 0.034


@dataclass(frozen=True)
class World:
    """A synthetic insurer and the truth about it.

    Attributes
    ----------
    tables : contract tables as the insurer would export them; dates are ISO strings, money is yuan.
    truth_rings : ring_id, kind, policyholder_id, role; one row a true member.
    truth_lookalikes : group_id, kind ('B06 mis_selling' ...), policyholder_id; honest groups that share something.
    facts : preset, seed, period, counts, overpaid yuan of each ring, data card. JSON-able.
    """

    tables: Mapping[str, pd.DataFrame]
    truth_rings: pd.DataFrame
    truth_lookalikes: pd.DataFrame
    facts: Mapping[str, object] = field(default_factory=dict)

    def __repr__(self) -> str:
        rings = self.truth_rings["ring_id"].nunique()
        return (
            f"World({self.facts.get('preset')!r}, {len(self.tables['policyholders']):,} policyholders, {rings} rings)"
        )


def simulate(preset: str, *, n_policyholders: int = 20_000, seed: int = 0) -> World:
    """Make one synthetic insurer.

    An investigator can try the tool, and a developer can measure it, without anybody's data.

    Parameters
    ----------
    preset : a name of `PRESETS`.
    n_policyholders : size of the book, at least 1,000. Rings and look-alikes grow with it, except lin_ma's one ring.
    seed : everything random follows from it.

    Raises
    ------
    UnknownNameError : no preset of that name.
    InputError : the book is too small to hide anything in.

    Examples
    --------
    >>> world = simulate("honest", n_policyholders=1_000, seed=1)
    >>> len(world.truth_rings)
    0
    """
    if preset not in PRESETS:
        raise UnknownNameError("preset", preset, PRESETS)
    if n_policyholders < SMALLEST:
        raise InputError(f"a world needs at least {SMALLEST:,} policyholders, got {n_policyholders:,}")
    build = make_crowd(n_policyholders, seed)
    sharing.employers(build)
    sharing.hotlines(build)
    sharing.tablets(build)
    PRESETS[preset].plant(build)
    complaining.mis_selling(build)
    complaining.lawyers(build)
    complaining.leavers(build)
    complaining.public_letters(build)
    complaining.withdrawal_wave(build)
    sharing.outlets(build)
    sharing.village_helpers(build)
    ordinary.ordinary_cases(build, HONEST_COMPLAINANTS)
    ordinary.goodwill(build)
    sharing.counters(build)
    sharing.shops(build)
    sharing.advisers(build)
    complaining.clip_late(build)
    complaining.portal_users(build)
    file_cases(build)
    return _finish(build, preset, seed)


def _finish(build: Build, preset: str, seed: int) -> World:
    rng = np.random.default_rng([seed, 3])
    ids = np.array([f"H{v:07d}" for v in rng.choice(10 * build.n, size=build.n, replace=False)])
    n_agents = len(build.agents.name)
    agent_ids = np.array([*(f"A{v:06d}" for v in rng.choice(10**6, size=n_agents, replace=False)), ""])
    policy_ids = np.array([f"P{v:010d}" for v in rng.choice(10**10, size=len(build.policies), replace=False)])
    _seller_rows(build)
    raw = {name: pd.concat(frames, ignore_index=True) for name, frames in build.rows.items()}
    raw["policyholders"] = _people_frame(build)
    raw["policies"] = build.policies.assign(
        issued_on=iso(build.policies["issued"].to_numpy()), policy=np.arange(len(policy_ids))
    )
    raw["intermediaries"] = _agents_frame(build)
    tables = {}
    for name in TABLE_BY_NAME:
        if name in raw:
            tables[name] = _contract(name, raw[name], ids, agent_ids, policy_ids, rng)
    _keep_possible(tables)
    if not PRESETS[preset].has_text:
        tables["complaints"] = tables["complaints"].drop(columns="text")
    rings = _truth([(k, [h for h, _ in m], [r for _, r in m]) for k, m in build.rings], ids, "R", "ring_id")
    groups = _truth([(k, h, [""] * len(h)) for k, h in build.groups], ids, "G", "group_id").drop(columns="role")
    return World(tables, rings, groups, _facts(build, preset, seed, tables))


def _people_frame(build: Build) -> pd.DataFrame:
    people = build.people
    return pd.DataFrame(
        {
            "holder": np.arange(build.n),
            "name": people.name,
            "id_number": build.issuer.resident_ids(people.birth, people.male),
            "birth_date": np.datetime_as_string(people.birth, unit="D"),
            "gender": np.where(people.male, "男", "女"),
            "address": people.address,
            "employer": people.employer,
        }
    )


def _agents_frame(build: Build) -> pd.DataFrame:
    agents = build.agents
    left = np.array(agents.left)
    on = np.where(left >= 0, iso(np.maximum(left, 0)), "")
    return pd.DataFrame({"agent": np.arange(len(left)), "name": agents.name, "kind": agents.kind, "left_on": on})


def _seller_rows(build: Build) -> None:
    """Who sold and who serves each policy; orphan policies are handed to somebody at work in the city, mostly."""
    rng, policies = build.rng, build.policies
    agent, holder = policies["agent"].to_numpy(), policies["holder"].to_numpy()
    sold = agent >= 0
    since = iso(policies["issued"].to_numpy()[sold])
    build.add("engagements", holder=holder[sold], agent=agent[sold], role="sold", since=since)
    left, city = np.array([*build.agents.left, -1])[agent], np.array([*build.agents.city, -1])[agent]
    orphan = np.flatnonzero((left >= 0) & (rng.random(len(agent)) < 0.8))
    at = left + rng.integers(5, 200, len(agent))
    orphan = orphan[at[orphan] <= LAST_DAY]
    joined = np.array(build.agents.joined)
    heirs = np.full(len(agent), -1)
    for c in np.unique(city[orphan]).tolist():
        here = orphan[city[orphan] == c]
        pool = np.flatnonzero((np.array(build.agents.kind) == "agent") & (np.array(build.agents.city) == c))
        pool = pool[np.argsort(joined[pool], kind="stable")]
        n_hired = np.searchsorted(joined[pool], at[here], side="right")
        here, n_hired = here[n_hired > 0], n_hired[n_hired > 0]
        heirs[here] = pool[rng.integers(0, n_hired)]
    served = np.flatnonzero(heirs >= 0)
    build.add("engagements", holder=holder[served], agent=heirs[served], role="serviced", since=iso(at[served]))


def _keep_possible(tables: dict[str, pd.DataFrame]) -> None:
    """Records begin with the first policy at the earliest; none that needs a policy begins after the last one ended."""
    policies, surrenders = tables["policies"], tables["surrenders"]
    ends = policies["policy_id"].map(surrenders.set_index("policy_id")["surrendered_on"]).fillna("9999-12-31")
    begin = policies.groupby("policyholder_id")["issued_on"].min()
    end = ends.groupby(policies["policyholder_id"]).max()
    for name in ("phones", "bank_accounts", "identifiers", "engagements"):
        table = tables[name]
        first, last = (table["policyholder_id"].map(edge) for edge in (begin, end))
        since = table["since"].where(table["since"] >= first, first)
        over = table["role"].isin(["policy", "sold", "serviced"]) & (since > last)
        tables[name] = table.assign(since=since)[~over].reset_index(drop=True)


def _contract(
    name: str,
    raw: pd.DataFrame,
    ids: NDArray[np.str_],
    agent_ids: NDArray[np.str_],
    policy_ids: NDArray[np.str_],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Rows as the insurer exports them: ids for row numbers, ISO dates, contract columns, sorted by id."""
    out = pd.DataFrame(index=raw.index)
    for column in TABLE_BY_NAME[name].columns:
        key = column.name
        if key == "policyholder_id":
            out[key] = ids[raw["holder"]]
        elif key == "related_policyholder_id":
            out[key] = ids[raw["related"]]
        elif key in ("agent_id", "intermediary_id"):
            out[key] = agent_ids[raw["agent"]]
        elif key == "accused_agent_id":
            out[key] = agent_ids[raw["accused"]]
        elif key == "policy_id":
            out[key] = policy_ids[raw["policy"]]
        elif key in ("complaint_id", "surrender_id"):
            drawn = rng.choice(10**8, size=len(raw), replace=False)
            out[key] = [f"{key[0].upper()}{v:08d}" for v in drawn.tolist()]
        elif column.type == "flag":
            out[key] = (raw[key] == 1).astype("boolean").mask(raw[key] < 0)
        elif key in raw and column.type == "date":
            value = raw[key]
            numeric = pd.to_numeric(value, errors="coerce")
            days = iso(numeric.fillna(0).to_numpy().astype(np.int64))
            out[key] = np.where(numeric.notna(), days, value.astype(str))
        elif key in raw and column.type == "money":
            out[key] = raw[key].astype("float64").round(2)
        elif key in raw:
            out[key] = raw[key].astype("str")
    for key in out.columns:
        if out[key].dtype != "float64" and out[key].dtype != "boolean":
            out[key] = out[key].astype("str").mask(out[key] == "")
    return out.sort_values(list(out.columns[: 4 if name in ("phones", "bank_accounts", "identifiers") else 3]),
                           kind="stable").reset_index(drop=True)  # fmt: skip


def _truth(
    groups: list[tuple[str, list[int], list[str]]], ids: NDArray[np.str_], letter: str, key: str
) -> pd.DataFrame:
    width = 2 if letter == "R" else 5
    rows = [
        (f"{letter}{number:0{width}d}", kind, ids[holder], role)
        for number, (kind, holders, roles) in enumerate(groups, start=1)
        for holder, role in zip(holders, roles, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=[key, "kind", "policyholder_id", "role"]).astype("str")
    return frame.drop_duplicates([key, "policyholder_id"]).sort_values([key, "policyholder_id"], ignore_index=True)


def _facts(build: Build, preset: str, seed: int, tables: Mapping[str, pd.DataFrame]) -> dict[str, object]:
    settled = {c.holder: c.overpaid_fen for c in build.cases if c.outcome == "negotiated"}
    overpaid = [sum(max(0, settled.get(h, 0)) for h, _ in members) for _, members in build.rings]
    return {
        "preset": preset,
        "scenario": PRESETS[preset].scenario,
        "seed": seed,
        "n_policyholders": build.n,
        "period": list(PERIOD),
        "rows": {name: len(table) for name, table in tables.items()},
        "rings": [
            {"ring_id": f"R{i:02d}", "kind": kind, "size": len(members), "overpaid_yuan": fen / 100}
            for i, ((kind, members), fen) in enumerate(zip(build.rings, overpaid, strict=True), start=1)
        ],
        "ring_overpaid_yuan": sum(overpaid) / 100,
        "overpaid_yuan": sum(max(0, c.overpaid_fen) for c in build.cases) / 100,
        "data_card": (
            "Wholly synthetic. Nobody in it exists: unassigned phone prefixes, resident ids of area 99, bank cards "
            "that fail the Luhn check, made-up names, roads and firms; letters are written by this program."
        ),
    }
