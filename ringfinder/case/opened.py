"""Open a saved case and ask it: rings, members, evidence, who shares what, how two people are linked, why.

In:  a case folder.   Out: `Case`, whose methods return masked frames.
Reads case.duckdb and nothing else, never the input, and never writes. What leaves `Case` is masked; `fetch` alone
returns rows as stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ringfinder.case.masks import mask_names
from ringfinder.case.redact import LEAST_BUYERS, Redactor
from ringfinder.case.writing import DATABASE
from ringfinder.errors import InputError, UnknownNameError
from ringfinder.identifiers.clean import clean
from ringfinder.model.dossier import Level, Portfolio, RingDossier, Seal
from ringfinder.model.letters import LETTER_COLUMNS
from ringfinder.model.ring import EVIDENCE_COLUMNS, IDENTIFIER_COLUMNS, MEMBER_COLUMNS, RING_COLUMNS


@dataclass(frozen=True)
class Case:
    """A saved case, opened for reading.

    Attributes
    ----------
    folder : where it lies.
    manifest : manifest.json without its timings.
    """

    folder: Path
    manifest: Mapping[str, Any] = field(repr=False)
    #: a database held in memory, in place of the file in `folder`
    held: Any = field(default=None, repr=False, compare=False)

    def __repr__(self) -> str:
        return f"Case({self.folder.name!r}, {self.manifest.get('counts', {}).get('rings', 0)} rings)"

    @property
    def language(self) -> str:
        """Language of the run: 'zh' or 'en'."""
        return str(self.manifest.get("language", "zh"))

    def fetch(self, sql: str, parameters: Mapping[str, object] | None = None) -> pd.DataFrame:
        """Rows of case.duckdb as stored: real values, so mask before they leave the process."""
        return self.fetch_all({"rows": sql}, parameters)["rows"]

    def fetch_all(
        self, statements: Mapping[str, str], parameters: Mapping[str, object] | None = None
    ) -> dict[str, pd.DataFrame]:
        """As `fetch`, for several statements with the same parameters: opening costs more than asking."""
        import duckdb

        limits: dict[str, str | bool | int | float | list[str]] = {"enable_external_access": "false"}
        place = str(self.folder / DATABASE)
        try:
            # a cursor, when closed, leaves the database that is held open
            opened = self.held.cursor() if self.held else duckdb.connect(place, read_only=True, config=limits)
            with opened as connection:
                frames = {
                    name: connection.execute(sql, dict(parameters or {})).df() for name, sql in statements.items()
                }
        except duckdb.IOException as error:
            raise InputError(
                f"case {self.folder.name}: {DATABASE} can't be read", hint="is another program writing to it?"
            ) from error
        return {
            name: frame.astype({column: "str" for column in frame.columns if frame[column].dtype == object})
            for name, frame in frames.items()
        }

    def ring_ids(self) -> tuple[str, ...]:
        """All ring ids, best first."""
        return tuple(self.fetch("SELECT ring_id FROM rings ORDER BY rank, ring_id")["ring_id"])

    def check_ring(self, ring_id: str) -> str:
        """The id as the case spells it (`r-1` is `R-0001`), or `UnknownNameError`."""
        known = self.ring_ids()
        folded = {_fold(name): name for name in known}
        if _fold(ring_id) not in folded:
            raise UnknownNameError("ring", ring_id, known)
        return folded[_fold(ring_id)]

    def rings(
        self,
        *,
        status: str | None = None,
        min_size: int | None = None,
        min_overpaid: float | None = None,
        channel: str | None = None,
        active_from: str | None = None,
        active_to: str | None = None,
        grown_since: str | None = None,
        region: str | None = None,
        intermediary: str | None = None,
        decision: str | None = None,
        sort: str = "rank",
        top: int | None = None,
        language: str | None = None,
    ) -> pd.DataFrame:
        """Rings, best first (`RING_COLUMNS`), narrowed and sorted as `ringfinder.case.filtering.RingFilter` tells."""
        from ringfinder.case.filtering import RingFilter, list_rings

        wanted = RingFilter(
            status=status,
            min_size=min_size,
            min_overpaid=min_overpaid,
            channel=channel,
            active_from=active_from,
            active_to=active_to,
            grown_since=grown_since,
            region=region,
            intermediary=intermediary,
            decision=decision,
            sort=sort,
            top=top,
        )
        return list_rings(self, wanted, language=language)

    def ring(self, ring_id: str, *, language: str | None = None) -> pd.DataFrame:
        """One ring as a frame of one row: `RING_COLUMNS`, `kind`, `stories`."""
        name = self.check_ring(ring_id)
        frame = self.fetch(
            "SELECT *, CASE WHEN $language = 'en' THEN summary_en ELSE summary_zh END AS summary FROM rings "
            "WHERE ring_id = $ring",
            {"ring": name, "language": language or self.language},
        )
        return frame[[*RING_COLUMNS, "kind", "stories"]]

    def members(self, ring_id: str, *, language: str | None = None) -> pd.DataFrame:
        """People of a ring with masked names: core first, then by strength."""
        frame = self.fetch(
            "SELECT m.*, p.name, CASE WHEN $language = 'en' THEN reason_en ELSE reason_zh END AS reason "
            "FROM members m LEFT JOIN policyholders p USING (policyholder_id) WHERE ring_id = $ring "
            "ORDER BY array_position(['core', 'member', 'associate'], m.role), strength DESC, policyholder_id",
            {"ring": self.check_ring(ring_id), "language": language or self.language},
        )
        frame["name"] = mask_names(frame["name"])
        return frame[[*MEMBER_COLUMNS[:2], "name", *MEMBER_COLUMNS[2:]]]

    def all_members(self) -> pd.DataFrame:
        """Who is in which ring, rings in order of rank: ring_id, policyholder_id, role, strength."""
        return self.fetch(
            "SELECT m.ring_id, m.policyholder_id, m.role, m.strength FROM members m JOIN rings r USING (ring_id) "
            "ORDER BY r.rank, m.ring_id, m.policyholder_id"
        )

    def evidence(self, ring_id: str, *, language: str | None = None) -> pd.DataFrame:
        """Statements for and against a ring, heaviest first, each with its source rows (`EVIDENCE_COLUMNS`)."""
        frame = self.fetch(
            "SELECT *, CASE WHEN $language = 'en' THEN statement_en ELSE statement_zh END AS statement "
            "FROM evidence WHERE ring_id = $ring ORDER BY direction DESC, weight DESC, evidence_id",
            {"ring": self.check_ring(ring_id), "language": language or self.language},
        )
        return frame[list(EVIDENCE_COLUMNS)]

    def identifiers(self, ring_id: str, *, language: str | None = None) -> pd.DataFrame:
        """What people of a ring share, masked: `node_id`, `IDENTIFIER_COLUMNS`, `reason`."""
        frame = self.fetch(
            "SELECT * EXCLUDE (value), masked AS value, "
            "CASE WHEN $language = 'en' THEN reason_en ELSE reason_zh END AS reason "
            "FROM ring_identifiers WHERE ring_id = $ring ORDER BY holders_in_ring DESC, node_id",
            {"ring": self.check_ring(ring_id), "language": language or self.language},
        )
        return frame[["node_id", *IDENTIFIER_COLUMNS, "reason"]]

    def parts(self, ring_id: str, *, language: str | None = None) -> dict[str, pd.DataFrame]:
        """The parts of a ring by name: evidence, identifiers, members."""
        return {
            "evidence": self.evidence(ring_id, language=language),
            "identifiers": self.identifiers(ring_id, language=language),
            "members": self.members(ring_id, language=language),
        }

    def show(self, ring_id: str, part: str = "all", *, language: str | None = None) -> pd.DataFrame:
        """One ring: the part asked for, or all of them below each other with `part` in front.

        Parameters
        ----------
        part : 'evidence', 'identifiers', 'members' or 'all'.
        """
        parts = self.parts(ring_id, language=language)
        if part == "all":
            return pd.concat(parts, names=["part"]).reset_index(level="part").reset_index(drop=True)
        if part not in parts:
            raise UnknownNameError("part of a ring", part, (*parts, "all"))
        return parts[part]

    def decisions(self, *, record: bool = False, capacity: int | None = None) -> pd.DataFrame:
        """What people decided, the oldest first; `record`: week by week, how many decided rings were confirmed.

        Parameters
        ----------
        capacity : only rings that were among the first so many of the list when they were decided.
        """
        from ringfinder.case.decisions import decision_frame, read_decisions, weekly_record

        made = read_decisions(self.folder)
        return weekly_record(made, capacity=capacity) if record else decision_frame(made)

    def templates(self, template_id: str | None = None) -> pd.DataFrame:
        """Letter templates, as templates.csv with `variant_of` ('' for none), or the letters of one."""
        from ringfinder.case.letter_texts import variants_of

        if template_id is not None:
            return self.letters(template_id)
        frame = self.fetch("SELECT * FROM templates ORDER BY length(template_id), template_id")
        frame.insert(4, "variant_of", variants_of(self, frame["template_id"]))
        return frame

    def letters(self, template_id: str | None = None) -> pd.DataFrame:
        """Letters, as letters.csv with the date of filing and the rings of who filed; of one template or all."""
        if template_id is not None:
            known = self.fetch("SELECT template_id FROM templates")["template_id"]
            if template_id not in set(known):
                raise UnknownNameError("template", template_id, known)
        frame = self.fetch(
            "WITH inside AS (SELECT policyholder_id, string_agg(ring_id, ';' ORDER BY ring_id) AS ring_id "
            "FROM members GROUP BY 1) "
            "SELECT l.*, c.filed_on, coalesce(i.ring_id, '') AS ring_id FROM letters l "
            "LEFT JOIN complaints c USING (complaint_id) LEFT JOIN inside i ON i.policyholder_id = l.policyholder_id "
            "WHERE $template IS NULL OR l.template_id = $template ORDER BY l.similarity DESC, l.complaint_id",
            {"template": template_id},
        )
        return frame[[*LETTER_COLUMNS, "filed_on", "ring_id"]]

    def lineage(self, ring_id: str | None = None, *, language: str | None = None) -> pd.DataFrame:
        """What became of each ring, or of one, from run to run; see `ringfinder.case.history`."""
        from ringfinder.case.history import lineage_frame

        frame = lineage_frame(self, language=language or self.language)
        if ring_id is None:
            return frame
        # a ring that is gone has a history too
        names = {_fold(name): name for name in (*self.ring_ids(), *frame["ring_id"])}
        if _fold(ring_id) not in names:
            raise UnknownNameError("ring", ring_id, names.values())
        own: pd.DataFrame = frame.loc[frame["ring_id"] == names[_fold(ring_id)]]
        return own.reset_index(drop=True)

    def intermediary(self, intermediary_id: str) -> pd.DataFrame:
        """The clients of an intermediary, against peers and by ring; see `ringfinder.case.sellers`."""
        from ringfinder.case.sellers import describe_seller

        return describe_seller(self, intermediary_id)

    def compare(self, before: Case) -> pd.DataFrame:
        """What became of the rings of an earlier case in this one; see `ringfinder.case.comparing`."""
        from ringfinder.case.comparing import compare_cases

        return compare_cases(before, self)

    def compare_by_key(self, before: Case) -> pd.DataFrame:
        """Keyed identifiers that the rings of either case and the other case share; see `ringfinder.case.keyed`."""
        from ringfinder.case.keyed import compare_by_key

        return compare_by_key(before, self)

    def sql(self, statement: str) -> pd.DataFrame:
        """Rows of one SELECT on masked views of the tables; see `ringfinder.case.sql`."""
        from ringfinder.case.sql import run_sql

        return run_sql(self, statement)

    def rejects(self) -> pd.DataFrame:
        """Rows and cells that reading set aside, as rejects.csv."""
        return self.fetch("SELECT * FROM rejects")

    def who(self, value: str, *, kind: str | None = None, language: str | None = None) -> pd.DataFrame:
        """Who holds a value, or whom a person shares values with; see `ringfinder.case.who`."""
        from ringfinder.case.who import find_holders

        return find_holders(self, value, kind=kind, language=language or self.language)

    def path(
        self, a: str, b: str, *, through_hubs: bool = False, paths: int = 1, language: str | None = None
    ) -> pd.DataFrame:
        """How two people are linked, step by step; see `ringfinder.case.paths`."""
        from ringfinder.case.paths import find_path

        return find_path(self, a, b, through_hubs=through_hubs, paths=paths, language=language or self.language)

    def explain(self, policyholder_id: str, *, language: str | None = None) -> pd.DataFrame:
        """Why somebody is or is not in a ring; see `ringfinder.case.explain`."""
        from ringfinder.case.explain import explain_person

        return explain_person(self, policyholder_id, language=language or self.language)

    def near(self, ring_id: str, *, language: str | None = None) -> pd.DataFrame:
        """People just outside a ring; see `ringfinder.case.near`."""
        from ringfinder.case.near import near_ring

        return near_ring(self, ring_id, language=language or self.language)

    def timeline(self, ring_id: str) -> pd.DataFrame:
        """What happened in a ring when; see `ringfinder.case.near`."""
        from ringfinder.case.near import ring_timeline

        return ring_timeline(self, ring_id)

    def dossier(self, ring_id: str, *, level: Level = "review", seal: Seal | None = None) -> RingDossier:
        """All that a picture or a report of one ring needs: masked, unless it is `sealed`."""
        from ringfinder.case.dossier import make_dossier

        return make_dossier(self, self.check_ring(ring_id), level=level, seal=seal)

    def portfolio(self) -> Portfolio:
        """All that an index page of the case needs, masked."""
        from ringfinder.case.dossier import make_portfolio

        return make_portfolio(self)

    @cached_property
    def redactor(self) -> Redactor:
        """Takes out every name on file; `Redactor.of` is slow enough to be called once."""
        names = self.fetch(
            "SELECT name FROM policyholders WHERE name IS NOT NULL UNION SELECT name FROM intermediaries "
            "WHERE name IS NOT NULL AND (kind IN ('agent', 'ex_agent') OR regexp_matches(name, '(所|公司|集团)$'))"
        )
        products = self.fetch(
            "SELECT product FROM policies WHERE product IS NOT NULL GROUP BY 1 "
            f"HAVING count(DISTINCT policyholder_id) >= {LEAST_BUYERS} ORDER BY 1"
        )
        return Redactor.of(names["name"].tolist(), products=products["product"].tolist())

    def redacted(self, words: str) -> str:
        """What somebody typed, on one line without names, numbers and addresses of the case or shaped like one."""
        line = clean(words, one_line=True).strip()
        secrets = self.fetch(
            "SELECT address AS secret FROM policyholders WHERE contains($line, address) "
            "UNION SELECT id_number FROM policyholders WHERE contains($line, id_number) "
            "UNION SELECT value FROM book_values WHERE kind <> 'intermediary' AND contains($line, value)",
            {"line": line},
        )
        return self.redactor.with_secrets(secrets["secret"].dropna().astype("str")).redact(line)


def _fold(ring_id: str) -> str:
    """'R-0001', 'r-1', 'R1' and '1' alike."""
    match = re.fullmatch(r"\s*(?:[Rr]-?)?0*(\d+)\s*", ring_id)
    return f"R{match[1]}" if match else ring_id.strip()
