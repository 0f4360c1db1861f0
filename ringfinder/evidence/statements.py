"""Statements for and against a ring, each citing the rows it rests on.

In:  `ScoredGroup`, Book, Letters, Dataset.   Out: `Evidence`.
One function a kind of statement; statements hold counts, sums and dates, never a personal value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from ringfinder.evidence.conduct import early_surrenders, money, repeats, still_insured, unknown_amounts
from ringfinder.evidence.draft import Draft, cited, rows_of
from ringfinder.evidence.honest import best_explanation, long_custom, two_sides
from ringfinder.evidence.members import ring_templates, shared_ties
from ringfinder.evidence.roles import former_agents, intermediaries, organisers
from ringfinder.evidence.scene import Scene
from ringfinder.identifiers.channels import channel_words
from ringfinder.model.dataset import TABLE_BY_NAME
from ringfinder.model.letters import by_template
from ringfinder.model.ring import Evidence
from ringfinder.model.scored import ScoredGroup


def build_evidence(
    group: ScoredGroup, ring_id: str, scene: Scene, others: Sequence[Draft] = ()
) -> tuple[Evidence, ...]:
    """All statements of a ring: for, then against, heaviest first; ids 'R-0001-E01'.

    Parameters
    ----------
    others : statements that are not of the group alone: bridges to other rings, fragility.
    """
    if group.kind == "arbitrage":
        own = [*_shared_values(group, scene), *early_surrenders(group, scene), *still_insured(group, scene)]
    else:
        own = [
            *_shared_values(group, scene),
            *_templates(group, scene),
            *_network_letter(group, scene),
            *money(group, scene),
            *unknown_amounts(group, scene),
            *repeats(group, scene),
            *organisers(group, scene),
            *intermediaries(group, scene),
            *former_agents(group, scene),
            *_letter_only(group, scene),
            *_likeness_only(group, scene),
            *two_sides(group, scene),
            *best_explanation(group, scene),
            *long_custom(group, scene),
        ]
    drafts = [
        *own,
        *_stories(group),
        *_upheld(group, scene),
        *_own_words(group, scene),
        *_families(group, scene),
        *_guarded(group, scene),
        *others,
    ]
    drafts.sort(key=lambda d: (d.direction != "for", -d.weight, d.channel, d.source_table, d.source_rows))
    return tuple(
        Evidence(
            evidence_id=f"{ring_id}-E{number:02d}",
            channel=d.channel,
            direction=d.direction,
            zh=d.zh,
            en=d.en,
            weight=round(d.weight, 4),
            source_table=d.source_table,
            source_rows=d.source_rows,
        )
        for number, d in enumerate(drafts, start=1)
    )


def _shared_values(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Each shared value that speaks for a broker, one statement a source table."""
    ties = shared_ties(scene.book, group.people)
    for value_id, rows in ties.groupby("value_id", sort=True):
        value = scene.book.values.iloc[int(str(value_id))]
        masked = scene.masked[int(str(value_id))]
        zh_kind, en_kind = channel_words(str(value["kind"]))
        for number, (table, part) in enumerate(_once_a_person(rows)):
            n = part["holder"].nunique()
            zh_who, en_who = _who(n, of=rows["holder"].nunique(), number=number)
            dates = part["since"].dropna()
            zh_span = f"({dates.min():%Y-%m-%d} 至 {dates.max():%Y-%m-%d})" if len(dates) else ""
            en_span = f" ({dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d})" if len(dates) else ""
            yield Draft(
                str(value["kind"]),
                "for",
                f"据{TABLE_BY_NAME[table].zh}表,{zh_who}{zh_kind} {masked}{zh_span};{value['reason_zh']}",
                f"table {table}: {en_who} {en_kind} {masked}{en_span}; {value['reason_en']}",
                max(0.0, float(value["score"])) * n / rows["holder"].nunique(),
                table,
                cited(part),
            )


def _who(n: int, *, of: int, number: int) -> tuple[str, str]:
    """How many of the holders this table knows; a later table names those whom the ones before it do not."""
    if number:
        return f"另有 {n} 名投保人也使用同一", f"{n} more policyholder{'s' if n > 1 else ''} with the same"
    return (
        f"{'其中 ' if n < of else ''}{n} 名投保人共用",
        f"{n} policyholders{' of them' if n < of else ''} share",
    )


def _once_a_person(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of a value by source table, fullest table first, each person in the first table that knows them."""
    sizes = rows.groupby("source_table", sort=True)["holder"].nunique().sort_values(ascending=False, kind="stable")
    left = rows
    for table in sizes.index:
        part = left.loc[left["source_table"] == table]
        if len(part):
            yield str(table), part
        left = left.loc[~left["holder"].isin(part["holder"])]


def _templates(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Each letter template three or more households of the group use."""
    for template, rows in by_template(ring_templates(scene, group.people)):
        n = rows["holder"].nunique()
        n_users = int(scene.template_users[template])
        outside = n_users - n
        n_read = int(rows.loc[rows["similarity"].notna(), "holder"].nunique())
        zh, en = _compared(float(rows["similarity"].mean()), n_read, n)
        rarity = np.log((scene.n_letters + 1) / (n_users + 1))
        yield Draft(
            "template",
            "for",
            f"{n} 人的投诉信与模板 {template} 关联({zh});组外另有 {outside} 人使用该模板",
            f"letters of {n} people are linked to template {template} ({en}); {outside} others use it",
            float(rarity) * n / (n + outside),
            "complaints",
            tuple(sorted(rows["complaint_id"].tolist())),
        )


def _compared(mean: float, n_read: int, n: int) -> tuple[str, str]:
    """How the letters of n people were compared: by their words, by the insurer's label, or part by part."""
    parts = []
    if n_read:
        parts.append((f"平均相似度 {mean:.2f}", f"mean similarity {mean:.2f}"))
    if n_read < n:
        zh = f"{n - n_read} 人的投诉件无正文,按保险公司自有标签"
        parts.append((zh, f"no text of {n - n_read} is on file, by the insurer's own label"))
    return ";".join(zh for zh, _ in parts), "; ".join(en for _, en in parts)


def _network_letter(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """The letter of flagged rings, where it is what got the group flagged."""
    chance = next((s for s in group.signals if s.name == "network_letter"), None)
    if chance is None:
        return
    rows = ring_templates(scene, group.people, min_households=2)
    n = rows["holder"].nunique()
    yield Draft(
        "template",
        "for",
        f"本组自身证据单薄,但 {n} 人的投诉信与疑似团伙同用模板,组外少见(随机出现的概率约 {chance.value:.2g})",
        f"thin by itself, but letters of {n} people follow a template of flagged rings that is rare elsewhere "
        f"(probability by chance about {chance.value:.2g})",
        chance.weight,
        "complaints",
        tuple(sorted(rows["complaint_id"].tolist())),
    )


def _stories(group: ScoredGroup) -> Iterator[Draft]:
    """Honest stories that fit, and thin evidence."""
    for story in group.stories:
        yield Draft(story.name, "against", story.zh, story.en, 3.0, story.source_table, story.source_rows)


def _upheld(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Complaints the insurer itself found justified."""
    rows = rows_of(scene, "complaints", group)
    upheld = rows.loc[rows["upheld"].fillna(False).astype("bool")]
    if len(upheld) and all(s.name != "founded" for s in group.stories):
        n = int(rows["upheld"].notna().sum())
        yield Draft(
            "upheld",
            "against",
            f"已定性的 {n} 件投诉中有 {len(upheld)} 件成立,须逐件复核",
            f"{len(upheld)} of {n} decided complaints were upheld: review each",
            float(len(upheld) / n),
            "complaints",
            cited(upheld),
        )


def _own_words(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Letters in the writer's own words."""
    table = scene.letters.loc[scene.letters["holder"].isin(group.people)]
    own = table.loc[table["verdict"] == "own_words"]
    if own.empty:
        return
    n_all = int((~table["verdict"].isin(["too_short", "duplicate"])).sum())
    yield Draft(
        "own_words",
        "against",
        f"{n_all} 封来信中有 {len(own)} 封未见模板痕迹(可能为本人自述)",
        f"{len(own)} of {n_all} letters show no template: may be the writers' own words",
        float(len(own) / max(1, n_all)),
        "complaints",
        tuple(sorted(own["complaint_id"].tolist())),
    )


def _families(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Members who share a home: their ties to one another count once."""
    home = scene.book.household[group.people]
    labels, count = np.unique(home, return_counts=True)
    people = group.people[np.isin(home, labels[count >= 2])]
    rows = scene.book.links.loc[scene.book.links["holder"].isin(people)]
    if rows.empty:
        return
    table = "phones" if (rows["source_table"] == "phones").any() else str(rows["source_table"].min())
    yield Draft(
        "household",
        "against",
        f"{len(people)} 人分属 {int((count >= 2).sum())} 个家庭,家庭内部共用标识不作证据,每户只计一次",
        f"{len(people)} people live in {int((count >= 2).sum())} shared households; ties inside a family are no "
        "evidence and a family counts once",
        0.5,
        table,
        cited(rows.loc[rows["source_table"] == table]),
    )


def _guarded(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Values the group shares that are used by many unrelated people: shown, never counted."""
    links = scene.book.links.loc[scene.book.links["holder"].isin(group.people)]
    verdict = scene.book.values["verdict"].to_numpy()[links["value_id"].to_numpy()]
    links = links.loc[np.isin(verdict, ["guarded", "directory"])]
    held = links.groupby("value_id")["holder"].transform("nunique")
    links = links.loc[held >= 2]
    for kind, rows in links.groupby("kind", sort=True):
        zh_kind, en_kind = channel_words(str(kind))
        n = rows["value_id"].nunique()
        table = str(rows["source_table"].min())
        yield Draft(
            str(kind),
            "against",
            f"{n} 个共用{zh_kind}为公共或他人长期使用,已排除,不作证据",
            f"{n} shared value{'s' if n > 1 else ''} ({en_kind}) used by unrelated people at other times: guarded, "
            "no evidence",
            0.2,
            table,
            cited(rows.loc[rows["source_table"] == table]),
        )


def _letter_only(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Members whom nothing but a letter template links: a letter that is passed around would do so too."""
    tied = shared_ties(scene.book, group.people)["holder"]
    people = group.people[group.is_linked & ~np.isin(group.people, tied)]
    rows = ring_templates(scene, people, min_households=1)
    if rows.empty:
        return
    n = rows["holder"].nunique()
    yield Draft(
        "template",
        "against",
        f"{n} 人无登记共用标识,仅凭投诉信模板关联;须核实信件是否公开流传",
        f"{n} people share no identifier on file and are linked by a letter template alone: "
        "verify that the letter is not passed around in public",
        1.0,
        "complaints",
        tuple(sorted(rows["complaint_id"].tolist())),
    )


def _likeness_only(group: ScoredGroup, scene: Scene) -> Iterator[Draft]:
    """Members without any shared value on file: included for likeness, not counted in the tests."""
    people = group.people[~group.is_linked]
    if not len(people):
        return
    rows = scene.book.events.loc[scene.book.events["holder"].isin(people)]
    table = str(rows["source_table"].min())
    yield Draft(
        "likeness",
        "against",
        f"{len(people)} 人无登记共用标识,仅凭相似特征纳入,未计入显著性检验,须人工核实",
        f"{len(people)} people share no identifier on file; included for likeness, not counted in the test: verify",
        1.0,
        table,
        cited(rows.loc[rows["source_table"] == table]),
    )
