"""Settings of the template stage, the only home of their defaults.

In:  nothing (definitions).   Out: `TemplateParams`.
The defaults are measured on synthetic letters only; `shingle = 5` is the sensitive setting.
"""

from __future__ import annotations

from dataclasses import dataclass

from ringfinder.errors import ConfigError


@dataclass(frozen=True)
class TemplateParams:
    """How near-duplicate letters are found.

    Attributes
    ----------
    shingle : syllables (or parts of Latin words) in one shingle.
    max_chars : a letter is read up to this many characters.
    most_chars : of letters with more characters in all, templates are sought by a share of the shingles, drawn by hash;
        letters are judged by all (`whole.py`).
    bins, lag, min_agree : sketch size; neighbours compared per bin; bins two letters must share to be compared.
    family_cosine : letters this alike, word for word, count once when a phrase's frequency is taken.
    background_share : a phrase in this share of families carries no weight.
    edge_cosine : least weighted cosine of two letters that start a group.
    evidence : least shared weight, in units of ln(background_share * families) and independent phrases.
    min_policyholders : distinct people a template needs.
    copy_cosine, copy_chars : letters that share so much of the longer one are copies; copies of so many characters are
        evidence as a whole, however common their sentences.
    core_share, core_background, core_lift : a core shingle is in at least this share of the template's letters, in
        at most this share of the letters outside, and that many times more often inside.
    link, possible : least similarity of a linked letter (raised to the null of unlinked letters where that is
        higher), and how far below it a letter is still `possible`.
    known_share : share of a published letter's shingles (or of the complaint's own) that makes it known_public.
    rounds : times letters are scored against the profiles.
    pattern_letters, pattern_support : letters a pattern is made from; share of them a sentence must be in.
    """

    shingle: int = 6
    max_chars: int = 20_000
    most_chars: int = 75_000_000
    bins: int = 48
    lag: int = 3
    min_agree: int = 5
    family_cosine: float = 0.8
    background_share: float = 0.3
    edge_cosine: float = 0.22
    evidence: float = 4.5
    min_policyholders: int = 3
    copy_cosine: float = 0.9
    copy_chars: int = 100
    core_share: float = 0.3
    core_background: float = 0.03
    core_lift: float = 5.0
    link: float = 0.2
    possible: float = 0.05
    known_share: float = 0.3
    rounds: int = 2
    pattern_letters: int = 60
    pattern_support: float = 0.3

    def __post_init__(self) -> None:
        for name in ("shingle", "lag", "min_agree", "rounds", "max_chars", "most_chars", "pattern_letters"):
            if getattr(self, name) < 1:
                raise ConfigError(f"templates.{name} is {getattr(self, name)}", hint="it must be 1 or more")
        if self.min_policyholders < 2:
            raise ConfigError(f"templates.min_policyholders is {self.min_policyholders}", hint="it must be 2 or more")
        if self.bins < self.min_agree:
            raise ConfigError(f"templates.bins is {self.bins}", hint="it must be at least templates.min_agree")
        for name in (
            "family_cosine",
            "background_share",
            "edge_cosine",
            "core_share",
            "link",
            "known_share",
            "copy_cosine",
        ):
            if not 0 < getattr(self, name) <= 1:
                raise ConfigError(f"templates.{name} is {getattr(self, name)}", hint="it must lie in (0, 1]")
