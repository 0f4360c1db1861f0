"""Named red flags and counter-flags of a group, the complaint side and the seller side apart.

In:  the rows of a group's linked members, its strength.   Out: `Signal`s.
One function a signal; its docstring is what the investigator reads. Signals describe, the statistic decides.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ringfinder.errors import InputError
from ringfinder.model.book import Book
from ringfinder.model.letters import Letters
from ringfinder.model.ring import Signal
from ringfinder.score.statistic import Strength
from ringfinder.score.stories import GroupFacts, findings


def group_signals(facts: GroupFacts, strength: Strength, *, rate: float) -> tuple[Signal, ...]:
    """All signals of a group, in a fixed order."""
    days = facts.complaints["filed_on"].dropna().to_numpy(dtype="datetime64[D]").astype(np.int64)
    return (
        Signal(
            "outcome", "complaint", round(facts.n_good_homes / max(1, facts.n_homes), 4), round(strength.outcome, 4)
        ),
        Signal("redundancy", "structure", round(strength.redundancy, 4), round(strength.redundancy, 4)),
        Signal("mutual_likeness", "structure", round(strength.mutual, 4), round(strength.mutual, 4)),
        Signal("burst_share", "complaint", round(burst_share(days), 4) if len(days) else 0.0, 0.0),
        Signal("accused_concentration", "seller", round(accused_concentration(facts.complaints), 4), 0.0),
        Signal("seller_concentration", "seller", round(seller_concentration(facts.policies), 4), 0.0),
        Signal("upheld_lift", "seller", round(upheld_lift(facts.complaints, rate), 4), 0.0),
    )


def burst_share(filed_days: NDArray[np.int64], window_days: int = 30) -> float:
    """Largest share of a group's complaints that falls in one window.

    Honest complaints spread out; a ghost-writer's batch does not. A slow ring has a low share too: never decisive.

    Parameters
    ----------
    filed_days : shape (n_complaints,), days since 1970-01-01, any order. Not modified.
    window_days : window length in days, >= 1.

    Returns
    -------
    Ratio in (0, 1].

    Raises
    ------
    InputError : no complaints, or `window_days` < 1.

    Examples
    --------
    >>> burst_share(np.array([0, 5, 200, 9]), window_days=30)
    0.75
    """
    if not len(filed_days) or window_days < 1:
        raise InputError("burst_share needs at least one complaint and a window of at least one day")
    days = np.sort(filed_days)
    in_window = np.searchsorted(days, days + window_days) - np.arange(len(days))
    return float(in_window.max() / len(days))


def accused_concentration(complaints: pd.DataFrame) -> float:
    """Share of those accusing anybody who accuse the commonest agent. High: one seller's story, or his client book."""
    accusing = complaints.dropna(subset=["accused_agent_id"]).drop_duplicates(["policyholder_id", "accused_agent_id"])
    n = accusing["policyholder_id"].nunique()
    return float(accusing["accused_agent_id"].value_counts().max() / n) if n else 0.0


def seller_concentration(policies: pd.DataFrame) -> float:
    """Share of members whose policies come from the commonest agent of record."""
    sold = policies.dropna(subset=["agent_id"]).drop_duplicates(["policyholder_id", "agent_id"])
    n = sold["policyholder_id"].nunique()
    return float(sold["agent_id"].value_counts().max() / n) if n else 0.0


def upheld_lift(complaints: pd.DataFrame, rate: float) -> float:
    """Share of people with an upheld complaint over the book's, shrunk by one. Above 1 speaks for honest grievances."""
    decided = findings(complaints)["upheld"]
    share = (float(decided.sum()) + rate) / (len(decided) + 1.0)
    return share / max(rate, 1e-6)


def letter_template_of(letters: Letters, book: Book) -> NDArray[np.int64]:
    """Template number of each holder's first letter linked to one, -1 for none; shape (n_holders,)."""
    table = letters.letters
    linked = table.loc[table["verdict"] == "linked"]
    holder = pd.Index(book.holders).get_indexer(pd.Index(linked["policyholder_id"]))
    code = pd.Index(letters.templates["template_id"]).get_indexer(pd.Index(linked["template_id"]))
    out = np.full(book.n_holders, -1, dtype=np.int64)
    known = (holder >= 0) & (code >= 0)
    out[holder[known][::-1]] = code[known][::-1]
    return out
