"""The named worlds: which rings each one holds.

In:  a `Build`.   Out: planted rings. `PRESETS` is the registry: a new world is one entry here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ringfinder.simulate import letters, seller_rings
from ringfinder.simulate.build import Build
from ringfinder.simulate.rings import RingPlan, complaint_ring

LIN_MA = RingPlan(
    kind="lin_ma",
    size=115,
    first="2020-12-07",
    last="2023-04-20",
    desks=2,
    together_until="2021-07-01",
    bridge=0.14,
    home="泉州市",
    phone=0.96,
    clients_per_phone=(4, 17),
    book_share=0.35,
    n_books=3,
    n_templates=4,
    negotiated=0.9,
    overpaid_yuan=2_176_200,
    consultancy_from="2021-10-01",
)
"""Case C01: the numbers are published (domain 1.1); phones, letters and accounts are invented."""

_MICRO = RingPlan("micro_broker", 7, "2022-01-10", "2022-12-20", phone=0.85, n_templates=1, clients_per_phone=(4, 10))
_CELL = RingPlan(
    "cell", 8, "2021-01-01", "2022-01-01", account=0.35, n_templates=1, clients_per_phone=(4, 12), reword=(0.15, 0.4)
)
_CAMOUFLAGE = RingPlan(
    "camouflage", 28, "2020-03-01", "2023-03-01", phone=0.2, account=0.14, sender=0.16, wechat=0.16, device=0.06,
    waybill=0.1, letter=0.95, reword=(0.4, 0.6), noise=0.18, n_templates=2, sparse=0.25, letter_only=0.15,
)  # fmt: skip
_LIST_BUYER = RingPlan(
    "list_buyer", 30, "2021-02-01", "2022-08-01", desks=2, together_until="2021-03-01", bridge=0.1, account=0.25,
    sender=0.3, wechat=0.35, n_templates=2, negotiated=0.7,
)  # fmt: skip


def _sized(
    build: Build, plan: RingPlan, low: int, high: int, parent: letters.Letter | None = None, /, **changes: object
) -> None:
    from dataclasses import replace

    size = int(build.rng.integers(low, high + 1))
    complaint_ring(build, replace(plan, size=size, **changes), parent=parent)  # type: ignore[arg-type]


def _shifted(build: Build, months: int) -> dict[str, str]:
    """A random span of about `months` inside the data."""
    import numpy as np

    from ringfinder.simulate.build import FIRST_DAY, LAST_DAY

    length = round(months * 30.4 * build.rng.uniform(0.8, 1.2))
    start = int(build.rng.integers(FIRST_DAY + 60, max(FIRST_DAY + 61, LAST_DAY - length - 30)))
    return {"first": str(np.datetime64(start, "D")), "last": str(np.datetime64(start + length, "D"))}


def _lin_ma(build: Build) -> None:
    complaint_ring(build, LIN_MA)


def _micro(build: Build) -> None:
    for _ in range(build.scaled(3)):
        _sized(build, _MICRO, 5, 10, **_shifted(build, 12))


def _camouflage(build: Build) -> None:
    for _ in range(build.scaled(3)):
        _sized(build, _CAMOUFLAGE, 15, 40, **_shifted(build, 26))


def _cells(build: Build) -> None:
    """Cells that bought the head's letter; each has its own phones, accounts and clients and is a ring of its own."""
    for _ in range(build.scaled(1)):
        parent = letters.compose(build.words)
        for _ in range(int(build.rng.integers(9, 14))):
            _sized(build, _CELL, 4, 12, parent, **_shifted(build, 12))


def _no_text(build: Build) -> None:
    for _ in range(build.scaled(2)):
        plan = RingPlan("no_text", 30, "2021-01-01", "2022-10-01", letter=0.0, with_text=False, home="福州市")
        _sized(build, plan, 22, 40, **_shifted(build, 20))


def _slow(build: Build) -> None:
    for _ in range(build.scaled(3)):
        plan = RingPlan("slow", 9, "2019-09-01", "2023-05-01", n_templates=1, clients_per_phone=(3, 6), repeats=(0, 1))
        _sized(build, plan, 6, 14)


def _arbitrage(build: Build) -> None:
    for _ in range(build.scaled(2)):
        seller_rings.arbitrage(build, int(build.rng.integers(14, 22)))


def _rookie(build: Build) -> None:
    for _ in range(build.scaled(2)):
        seller_rings.rookie(build, int(build.rng.integers(18, 36)))


def _self_purchase(build: Build) -> None:
    for _ in range(build.scaled(2)):
        seller_rings.self_purchase(build, int(build.rng.integers(8, 18)))


def _list_buyer(build: Build) -> None:
    for _ in range(build.scaled(2)):
        span = _shifted(build, 18)
        _sized(build, _LIST_BUYER, 20, 40, together_until=span["first"], **span)


def _serial(build: Build) -> None:
    for _ in range(build.scaled(2)):
        plan = RingPlan("serial", 6, "2021-01-01", "2022-06-01", n_templates=1, repeats=(3, 26), negotiated=0.6)
        _sized(build, plan, 5, 8, **_shifted(build, 12))


def _mixed(build: Build) -> None:
    _sized(build, LIN_MA, 45, 70, kind="mixed_hubs", overpaid_yuan=0, home="福州市")
    _sized(build, _CAMOUFLAGE, 18, 30)
    _sized(build, _LIST_BUYER, 20, 32)
    for _ in range(build.scaled(2)):
        _sized(build, _MICRO, 6, 10, **_shifted(build, 12))
    seller_rings.arbitrage(build, 18)
    seller_rings.rookie(build, 20)
    seller_rings.self_purchase(build, 10)


def _honest(build: Build) -> None:
    """Nobody."""


@dataclass(frozen=True)
class Preset:
    """One named world. `scenario` is the case of the domain notes it follows, '' if none."""

    name: str
    scenario: str
    summary: str
    plant: Callable[[Build], None]
    has_text: bool = True


PRESETS: dict[str, Preset] = {
    p.name: p
    for p in (
        Preset("lin_ma", "C01", "one ring of 115 over 29 months, two hubs, a consultancy front", _lin_ma),
        Preset("cells", "C04", "a network of cells of about 4 to 12 people with one parent letter", _cells),
        Preset("micro_broker", "C03", "solo brokers with 5 to 10 clients each", _micro),
        Preset("camouflage", "", "clients keep their own phones and accounts, letters retold freely", _camouflage),
        Preset("no_text", "", "the insurer kept no complaint text", _no_text, has_text=False),
        Preset("slow", "", "very small rings, a case every few months", _slow),
        Preset("arbitrage", "C05", "premium advanced for straw holders, surrender within a year", _arbitrage),
        Preset("rookie", "C08", "refunded old policies, new ones hung on rookies", _rookie),
        Preset("self_purchase", "C10", "an agents' family insures straw holders with lent money", _self_purchase),
        Preset("list_buyer", "C06", "a leaked list and cold calls: clients otherwise unrelated", _list_buyer),
        Preset("serial", "C14", "a few holders file again and again", _serial),
        Preset("mixed", "", "several kinds at once", _mixed),
        Preset("honest", "", "no ring at all, every look-alike", _honest),
    )
}
