"""How many shared values and letters a ring hangs on.

In:  a tested group, the `Scene` of its channel.   Out: `Fragility`, one `Draft` that says it.   Never judges a group.
A ring that one value holds together is as good as that value: if it turns out to be a branch's phone, nothing is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ringfinder.evidence.cut import Cut, fewest_links
from ringfinder.evidence.draft import Draft, cited
from ringfinder.evidence.members import ring_templates, shared_ties
from ringfinder.evidence.scene import Scene
from ringfinder.identifiers.channels import channel_words
from ringfinder.model.ring import Signal
from ringfinder.model.scored import ScoredGroup

FRAGILITY = "fragility"

#: links of a cut that a statement names
_NAMED = 6


@dataclass(frozen=True)
class Fragility:
    """What a ring hangs on.

    Attributes
    ----------
    cut : the fewest links whose removal dissolves the ring. ties : one row a person and link: `kind`, `masked` (a
        template's id for letters), `home`, `source_table`, `row_key`, and `link`, the number that `cut` goes by.
    """

    cut: Cut
    ties: pd.DataFrame = field(repr=False)


def ring_fragility(group: ScoredGroup, scene: Scene, *, min_homes: int = 3) -> Fragility | None:
    """The links of a group and the fewest of them that hold it together; None where likeness alone made the group.

    Links are the shared values that count as evidence, and the group's letter templates where letters are one of its
    kinds of evidence. A family counts once.
    """
    book = scene.book
    ties = shared_ties(book, group.people)[["holder", "value_id", "kind", "source_table", "row_key"]]
    ties = ties.assign(
        value=book.values["value"].to_numpy()[ties["value_id"].to_numpy()], masked=ties["value_id"].map(scene.masked)
    ).drop(columns="value_id")
    if "template" in group.kinds:
        written = ring_templates(scene, group.people)
        ties = pd.concat(
            [
                ties,
                pd.DataFrame(
                    {
                        "holder": written["holder"],
                        "kind": pd.Series("template", index=written.index, dtype="str"),
                        "source_table": pd.Series("complaints", index=written.index, dtype="str"),
                        "row_key": written["complaint_id"],
                        "value": written["template_id"],
                        "masked": written["template_id"],
                    }
                ),
            ],
            ignore_index=True,
        )
    if ties.empty:
        return None
    ties = ties.assign(
        home=book.household[ties["holder"].to_numpy()], link=ties.groupby(["kind", "value"], sort=True).ngroup()
    ).drop(columns="value")
    bit = {int(home): 1 << number for number, home in enumerate(np.unique(ties["home"]))}
    masks = [sum(bit[int(home)] for home in np.unique(rows["home"])) for _, rows in ties.groupby("link", sort=True)]
    return Fragility(fewest_links(masks, min_homes=min_homes), ties)


def fragility_signal(fragility: Fragility) -> Signal:
    """The number of links as a signal: it weighs nothing in any test."""
    return Signal(FRAGILITY, "structure", float(fragility.cut.at_least), 0.0)


def fragility_statement(fragility: Fragility | None) -> Iterator[Draft]:
    """A single link, or none, speaks against a ring; more are told for it, at no weight."""
    if fragility is None:
        return
    cut, ties = fragility.cut, fragility.ties
    named = cut.alone or cut.links
    own = ties.loc[ties["link"].isin(named)] if named else ties
    sizes = own.groupby("source_table", sort=True)["holder"].nunique()
    table = str(sizes.index[int(sizes.to_numpy().argmax())])
    rows = cited(own.loc[own["source_table"] == table])
    zh, en = _sentence(cut, *_names(ties, named))
    is_against = cut.at_most <= 1
    yield Draft(FRAGILITY, "against" if is_against else "for", zh, en, 1.0 if is_against else 0.0, table, rows)


def _sentence(cut: Cut, zh: str, en: str) -> tuple[str, str]:
    left_zh = f"{cut.n_homes} 户中最多 {cut.n_left} 户仍相互关联" if cut.n_left else "再无两户相互关联"
    left_en = f"{cut.n_left} of {cut.n_homes} households stay tied at most" if cut.n_left else "no two stay tied"
    if not cut.at_most:
        return (
            f"没有共用标识或信件把本组连成一体({left_zh}),各部分凭相似特征合并,须人工核实",
            f"no shared value or letter holds the group together ({left_en}): its parts were joined for likeness, "
            "verify by hand",
        )
    if len(cut.alone) > 1:
        return (
            f"单一关联:{zh} 缺一不可,缺其中任何一项即瓦解;须先核实各项的来历",
            f"single link: {en} are all needed, without any one of them it dissolves; find out first what they are",
        )
    if cut.at_most == 1:
        return (
            f"单一关联:仅靠{zh} 维系,不计此项则{left_zh};须先核实此项的来历",
            f"single link: held together by {en} alone, without which {left_en}; find out first what it is",
        )
    if cut.is_exact:
        return (
            f"稳固程度:至少排除 {cut.at_most} 项关联才会瓦解({zh}),届时{left_zh}",
            f"robustness: dissolves only when {cut.at_most} links are ruled out ({en}); then {left_en}",
        )
    return (
        f"稳固程度:至少排除 {cut.at_least} 项关联才可能瓦解(已知的一组为 {cut.at_most} 项)",
        f"robustness: at least {cut.at_least} links must be ruled out to dissolve it ({cut.at_most} are known to do)",
    )


def _names(ties: pd.DataFrame, links: tuple[int, ...]) -> tuple[str, str]:
    """The links of a cut with masked values."""
    first = ties.drop_duplicates("link").set_index("link")
    kinds, masked = first["kind"].to_dict(), first["masked"].to_dict()
    zh, en = [], []
    for link in links[:_NAMED]:
        word_zh, word_en = channel_words(str(kinds[link]))
        zh.append(f"{word_zh} {masked[link]}")
        en.append(f"{word_en} {masked[link]}")
    more = len(links) - len(zh)
    return (
        "、".join(zh) + (f" 等 {len(links)} 项" if more else ""),
        ", ".join(en) + (f" and {more} more" if more else ""),
    )
