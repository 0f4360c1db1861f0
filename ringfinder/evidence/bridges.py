"""What ties a group to other leads: a letter template or a value that people of both use.

In:  groups, their ids, Scene.   Out: `Draft`s by group.   Never merges: that was decided before, on stronger grounds.
Brokers who refer clients to each other, and cells that bought one letter, stay leads of their own; whoever works on one
should know of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.evidence.draft import Draft, cited
from ringfinder.evidence.scene import Scene
from ringfinder.identifiers.channels import channel_words
from ringfinder.model.letters import by_template
from ringfinder.model.scored import ScoredGroup

#: most leads a statement names
_MAX_NAMED = 6


@dataclass(frozen=True)
class Bridges:
    """Statements by ring id, and the ring of each person (position in the book) who is in one."""

    said: Mapping[str, tuple[Draft, ...]]
    ring_of: Mapping[int, str]


def find_bridges(groups: Sequence[tuple[str, ScoredGroup]], scene: Scene) -> Bridges:
    """For each ring id and group of one channel, one statement a template or value it shares with others.

    A template counts where two households and more write it on either side and half of its writers are in leads: what
    the public copies ties nobody. A value counts where somebody on either side took it up around a case.
    """
    label = np.full(scene.book.n_holders, -1, dtype=np.int64)
    for number, (_, group) in enumerate(groups):
        label[group.people] = number
    ring_ids = [ring_id for ring_id, _ in groups]
    said: dict[str, list[Draft]] = {ring_id: [] for ring_id in ring_ids}
    for number, draft in (*_by_template(label, ring_ids, scene), *_by_value(label, ring_ids, scene)):
        said[ring_ids[number]].append(draft)
    return Bridges(
        said={ring_id: tuple(drafts) for ring_id, drafts in said.items()},
        ring_of={int(person): ring_ids[label[person]] for person in np.flatnonzero(label >= 0)},
    )


def _by_template(label: NDArray[np.int64], ring_ids: Sequence[str], scene: Scene) -> Iterator[tuple[int, Draft]]:
    linked = scene.letters.loc[scene.letters["verdict"] == "linked"]
    for template, rows in by_template(linked):
        if rows["holder"].nunique() < scene.template_users[template] / 2:
            continue
        written = rows.assign(row_key=rows["complaint_id"], source_table="complaints")
        names = (f"投诉信模板 {template}", f"letter template {template}")
        yield from _told(written, label, ring_ids, scene, names, min_homes=2)


def _by_value(label: NDArray[np.int64], ring_ids: Sequence[str], scene: Scene) -> Iterator[tuple[int, Draft]]:
    links = scene.book.links
    verdict = scene.book.values["verdict"].to_numpy()[links["value_id"].to_numpy()]
    used = links.loc[np.isin(verdict, ["evidence", "weak"]) & links["is_fresh"] & (label[links["holder"]] >= 0)]
    n_groups = pd.Series(label[used["holder"]], index=used.index).groupby(used["value_id"]).transform("nunique")
    for value_id, rows in used.loc[n_groups >= 2].groupby("value_id", sort=True):
        zh, en = channel_words(str(rows["kind"].iloc[0]))
        masked = scene.masked[int(str(value_id))]
        yield from _told(rows, label, ring_ids, scene, (f"{zh} {masked}", f"{en} {masked}"), min_homes=1)


def _told(
    rows: pd.DataFrame,
    label: NDArray[np.int64],
    ring_ids: Sequence[str],
    scene: Scene,
    names: tuple[str, str],
    *,
    min_homes: int,
) -> Iterator[tuple[int, Draft]]:
    """One statement to each group that uses the thing, naming the others.

    Parameters
    ----------
    rows : columns holder, row_key, source_table. names : of the thing, in Chinese and English.
    """
    place = label[rows["holder"].to_numpy()]
    homes = pd.Series(scene.book.household[rows["holder"].to_numpy()], index=rows.index).groupby(place).nunique()
    using = [int(str(g)) for g in homes.index[(homes >= min_homes) & (homes.index >= 0)]]
    people = rows["holder"].groupby(place).nunique()
    for number in using:
        others = [g for g in using if g != number]
        if not others:
            return
        own = rows.loc[place == number]
        table = str(own["source_table"].min())
        here, there = int(people[number]), int(people[others].sum())
        zh_who, en_who = _named(sorted(ring_ids[g] for g in others))
        yield (
            number,
            Draft(
                "bridge",
                "for",
                f"与线索 {zh_who} 共用{names[0]}(本组 {here} 人,对方 {there} 人):可能相互转介或同一来源,宜并案核查",
                f"shares {names[1]} with {en_who} ({here} people here, {there} there): "
                "may refer clients to each other or have one source; look at them together",
                float(np.log1p(min(here, there))),
                table,
                cited(own.loc[own["source_table"] == table]),
            ),
        )


def _named(ids: list[str]) -> tuple[str, str]:
    shown, more = ids[:_MAX_NAMED], len(ids) - _MAX_NAMED
    zh, en = "、".join(shown), ", ".join(shown)
    return (f"{zh} 等 {len(ids)} 条", f"{en} and {more} more") if more > 0 else (zh, en)
