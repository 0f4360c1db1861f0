"""How two people are linked: the shortest chains of shared values between them, in words.

In:  Case, two people.   Out: one row a step (`PATH_COLUMNS`), masked; no row where nothing links them.
A value that counts as evidence costs least; a household or a weak value costs more, a letter template more still;
guarded hubs are left out unless asked for (`ringfinder.case.ways`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.case import words
from ringfinder.case.ways import Ways
from ringfinder.case.who import find_person
from ringfinder.errors import InputError

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

#: `weight`: evidence of the value in nats, as the run judged it (above 0 speaks for a broker's); of a template the
#: lower similarity of the two letters; of a household none. `*_since`: when either took the value up
PATH_COLUMNS = (
    "path",
    "step",
    "from_id",
    "to_id",
    "kind",
    "value",
    "verdict",
    "weight",
    "holders_total",
    "from_since",
    "to_since",
    "statement",
    "source_table",
    "source_rows",
)


def find_path(
    case: Case, a: str, b: str, *, through_hubs: bool = False, paths: int = 1, language: str = "zh"
) -> pd.DataFrame:
    """The shortest chains of shared values between two people.

    Parameters
    ----------
    a, b : policyholder ids, or the number of a complaint, surrender or policy of theirs.
    through_hubs : where nothing else links them, let the chain pass through guarded hubs and public numbers, which say
        little: at most two of them.
    paths : at most so many chains, the shortest first; no two share a value.

    Returns
    -------
    `PATH_COLUMNS`, a row a step from one person to the next; empty where nothing links them.

    Raises
    ------
    UnknownNameError : a person is not on file. InputError : `paths` is below 1.
    """
    if paths < 1:
        raise InputError(f"no {paths} paths", hint="1 or more")
    start, goal = find_person(case, a), find_person(case, b)
    steps: list[tuple[object, ...]] = []
    if start != goal:
        ways = Ways(case, start, goal, through_hubs=through_hubs)
        banned: set[str] = set()
        for path in range(1, paths + 1):
            chain = ways.best(banned)
            banned.update(chain[1::2])
            parts = [tuple(chain[at : at + 3]) for at in range(0, len(chain) - 2, 2)]
            steps += [(path, *_step(ways.links, number, part, language)) for number, part in enumerate(parts, start=1)]
    frame = pd.DataFrame(steps, columns=list(PATH_COLUMNS))
    days = dict.fromkeys(("from_since", "to_since"), "datetime64[s]")
    numbers = {"path": "int64", "step": "int64", "weight": "float64", "holders_total": "int64"} | days
    return frame.astype({name: numbers.get(name, "str") for name in PATH_COLUMNS})


def _step(links: pd.DataFrame, number: int, part: tuple[str, ...], language: str) -> tuple[object, ...]:
    left, hub, right = part
    rows = links[links["hub"] == hub]
    mine = rows[rows["policyholder_id"] == left].iloc[0]
    theirs = rows[rows["policyholder_id"] == right].iloc[0]
    kind, value = str(mine["kind"]), str(mine["value"])
    if kind == "household":
        text = words.pick(language, f"{left} 与 {right} 属同一家庭", f"{left} and {right} belong to one household")
    elif kind == "template":
        text = words.pick(
            language,
            f"{left}{_use(mine, language)} 与 {right}{_use(theirs, language)} 的投诉信同出模板 {value}",
            f"letters of {left}{_use(mine, language)} and {right}{_use(theirs, language)} follow template {value}",
        )
    else:
        name, total = words.kind_name(kind, language), int(mine["n_holders"])
        text = words.pick(
            language,
            f"{left}{_use(mine, language)} 与 {right}{_use(theirs, language)} 共用{name} {value}(共 {total} 人)",
            f"{left}{_use(mine, language)} and {right}{_use(theirs, language)} share {name} {value} ({total} people)",
        )
    return (
        number,
        left,
        right,
        kind,
        value,
        str(mine["verdict"]),
        min(float(mine["weight"]), float(theirs["weight"])),
        int(mine["n_holders"]),
        mine["since"],
        theirs["since"],
        text,
        str(mine["source_table"]),
        ";".join([str(mine["row_key"]), str(theirs["row_key"])]),
    )


def _use(link: pd.Series, language: str) -> str:
    """' (complaint, 2021-03-05)': in which role and since when somebody held the value."""
    role = words.say(words.LINK_ROLE, str(link["role"]), language) if isinstance(link["role"], str) else ""
    since = "" if pd.isna(link["since"]) else f"{link['since']:%Y-%m-%d}"
    inside = ", ".join(part for part in (role, since) if part)
    if not inside:
        return ""
    return f" ({inside})" if language == "en" else f"({inside})"
