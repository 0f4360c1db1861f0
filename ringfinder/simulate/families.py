"""Kin who share a phone, an account or a device (B01, B02), lent phones, and numbers issued anew years later.

In:  a `Build` before any row is written.   Out: shared phones and accounts in `people`, rows in `relations`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ringfinder.simulate.build import LAST_DAY, Build, day, iso


def share_in_families(build: Build) -> None:
    """Give kin common phones, accounts and devices; write down half of the kinships."""
    rng, people, n = build.rng, build.people, build.n
    head = np.flatnonzero(people.place_in_household == 0)[people.household]
    size = np.bincount(people.household)[people.household]
    elder = people.birth < np.datetime64("1958-01-01")
    kin = people.place_in_household > 0
    spouse = people.place_in_household == 1
    shares_phone = kin & (rng.random(n) < np.where(elder & ~spouse, 0.55, np.where(spouse, 0.3, 0.12)))
    shares_account = kin & (rng.random(n) < np.where(spouse, 0.32, 0.2))
    for i in np.flatnonzero(shares_phone).tolist():
        people.phone[i] = people.phone[head[i]]
    for i in np.flatnonzero(shares_account).tolist():
        people.account[i] = people.account[head[i]]
    _relations(build, head, kin)
    device = kin & (rng.random(n) < 0.08)
    who = np.flatnonzero(device)
    shared = dict(zip(np.unique(head[who]).tolist(), build.issuer.devices(len(np.unique(head[who]))), strict=True))
    both = np.r_[who, np.unique(head[who])]
    values = [shared[int(head[i])] for i in both.tolist()]
    build.add("identifiers", holder=both, kind="device", value=values, role="service", since="2020-03-01")
    families = np.flatnonzero(np.bincount(people.household) > 1)
    starts = np.searchsorted(people.household, families)
    stops = np.searchsorted(people.household, families, side="right")
    for a, b in zip(starts.tolist(), stops.tolist(), strict=True):
        build.group("B01 household", range(a, b))
    on_child = np.flatnonzero(shares_phone & elder & ~spouse & (size > 1))
    for elders in np.split(on_child, np.flatnonzero(np.diff(head[on_child])) + 1):
        if len(elders):
            build.group("B02 elder", [int(head[elders[0]]), *elders.tolist()])
    _recycled(build)


def _relations(build: Build, head: NDArray[np.int64], kin: NDArray[np.bool_]) -> None:
    rng, people = build.rng, build.people
    known = np.flatnonzero(kin & (rng.random(build.n) < 0.5))
    other = head[known]
    older = people.birth[known] < people.birth[other] - np.timedelta64(15 * 365, "D")
    younger = people.birth[known] > people.birth[other] + np.timedelta64(15 * 365, "D")
    spouse = people.place_in_household[known] == 1
    word = np.where(spouse, "配偶", np.where(older, "父母", np.where(younger, "子女", "兄弟姐妹")))
    build.add("relations", holder=known, related=other, relation=word)


def _recycled(build: Build) -> None:
    """Old numbers that the operator gave to somebody else years later."""
    rng, people = build.rng, build.people
    since = build.policies.groupby("holder")["issued"].min().reindex(range(build.n)).to_numpy()
    alone = np.bincount(people.household)[people.household] == 1
    old = np.flatnonzero(alone & (since < day("2012-06-01")))
    new = np.flatnonzero(alone & (since > day("2018-01-01")))
    count = min(build.scaled(30), len(old), len(new))
    old, new = rng.choice(old, count, replace=False), rng.choice(new, count, replace=False)
    for a, b in zip(old.tolist(), new.tolist(), strict=True):
        people.phone[b] = people.phone[a]
        build.group("B03 recycled_number", [a, b])
    at = np.minimum(since[old] + rng.integers(1200, 2000, count), LAST_DAY)
    build.add("phones", holder=old, phone=build.issuer.phones(count), role="service", since=iso(at))
