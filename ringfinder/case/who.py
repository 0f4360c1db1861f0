"""Who holds a value, since when, in which ring; and with whom a person shares values.

In:  Case, a person's id, a phone, an account, any identifier, a complaint or policy number, or 'R-0001/P07'.
Out: one row a holder and value (`WHO_COLUMNS`), masked.   Never guesses: a value nobody holds is an error.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pandas as pd

from ringfinder.case.masks import mask_names
from ringfinder.case.redact import redact_shapes
from ringfinder.errors import InputError, UnknownNameError
from ringfinder.identifiers import get_kind, masking
from ringfinder.identifiers.clean import clean
from ringfinder.identifiers.id_number import normalise_id_number

if TYPE_CHECKING:
    from ringfinder.case.opened import Case

WHO_COLUMNS = (
    "kind",
    "value",
    "policyholder_id",
    "name",
    "role",
    "since",
    "ring_id",
    "ring_role",
    "holders_total",
    "verdict",
    "reason",
)

#: a pseudonym as the views print it, with the ring it belongs to
_PSEUDONYM = re.compile(r"^(?P<ring>[Rr]-?\d+)\s*[/:]\s*(?P<node>[A-Z]\d+)$")

_HOLDERS = """
WITH inside AS (
    SELECT policyholder_id, string_agg(ring_id, ';' ORDER BY ring_id) AS ring_id,
           string_agg(role, ';' ORDER BY ring_id) AS ring_role
    FROM members GROUP BY 1)
SELECT v.kind, v.masked AS value, l.policyholder_id, p.name, l.role, l.since,
       coalesce(i.ring_id, '') AS ring_id, coalesce(i.ring_role, '') AS ring_role, v.n_holders AS holders_total,
       v.verdict, CASE WHEN $language = 'en' THEN v.reason_en ELSE v.reason_zh END AS reason
FROM book_values v JOIN book_links l USING (value_id)
LEFT JOIN policyholders p ON p.policyholder_id = l.policyholder_id
LEFT JOIN inside i ON i.policyholder_id = l.policyholder_id
WHERE {which}
ORDER BY array_position(['evidence', 'weak', 'household', 'guarded', 'directory', 'single'], v.verdict),
         v.n_holders, v.kind, v.value_id, {first} l.since, l.policyholder_id, l.role, l.row_key
"""

#: a record number and the person it belongs to
_RECORDS = """
SELECT policyholder_id FROM policyholders WHERE policyholder_id = $name
UNION ALL SELECT policyholder_id FROM pseudonyms JOIN policyholders USING (policyholder_id) WHERE original_id = $name
UNION ALL SELECT policyholder_id FROM complaints WHERE complaint_id = $name
UNION ALL SELECT policyholder_id FROM surrenders WHERE surrender_id = $name
UNION ALL SELECT policyholder_id FROM policies WHERE policy_id = $name
LIMIT 1
"""

_CLIENTS = """
WITH inside AS (
    SELECT policyholder_id, string_agg(ring_id, ';' ORDER BY ring_id) AS ring_id,
           string_agg(role, ';' ORDER BY ring_id) AS ring_role
    FROM members GROUP BY 1),
client AS (
    SELECT policyholder_id, role, since FROM engagements WHERE intermediary_id = $name
    UNION ALL SELECT policyholder_id, 'accused', filed_on FROM complaints WHERE accused_agent_id = $name
    UNION ALL SELECT policyholder_id, 'sold', min(issued_on) FROM policies WHERE agent_id = $name
        AND policyholder_id NOT IN (
            SELECT policyholder_id FROM engagements WHERE intermediary_id = $name AND role = 'sold')
        GROUP BY policyholder_id)
SELECT 'intermediary' AS kind, $name AS value, c.policyholder_id, p.name, c.role, c.since,
       coalesce(i.ring_id, '') AS ring_id, coalesce(i.ring_role, '') AS ring_role,
       (SELECT count(DISTINCT policyholder_id) FROM client) AS holders_total, '' AS verdict, '' AS reason
FROM client c LEFT JOIN policyholders p USING (policyholder_id) LEFT JOIN inside i USING (policyholder_id)
ORDER BY c.role, c.since, c.policyholder_id
"""


#: people of a full name, an identity number or a home address
_CALLED = """
WITH inside AS (
    SELECT policyholder_id, string_agg(ring_id, ';' ORDER BY ring_id) AS ring_id,
           string_agg(role, ';' ORDER BY ring_id) AS ring_role
    FROM members GROUP BY 1)
SELECT CASE WHEN p.name = $name THEN 'name' WHEN p.id_number = $number THEN 'id_number' ELSE 'address' END AS kind,
       CASE WHEN p.name = $name THEN p.name WHEN p.id_number = $number THEN p.id_number ELSE p.address END AS value,
       p.policyholder_id, p.name, '' AS role, CAST(NULL AS TIMESTAMP_S) AS since,
       coalesce(i.ring_id, '') AS ring_id, coalesce(i.ring_role, '') AS ring_role,
       count(*) OVER () AS holders_total, '' AS verdict, '' AS reason
FROM policyholders p LEFT JOIN inside i USING (policyholder_id)
WHERE p.name = $name OR p.id_number = $number OR p.policyholder_id IN (SELECT unnest($at_home))
ORDER BY p.policyholder_id
"""

#: homes whose numbers are those asked for; only their addresses are worth normalising. Each digit is looked for first,
#: for taking all else out of every address of a big book takes seconds
_FULL_WIDTH = ord("０") - ord("0")
_HAS_DIGIT = "(contains(address, '{}') OR contains(address, '{}'))"
_NUMBERED = """
SELECT policyholder_id, address FROM policyholders WHERE {}
  AND regexp_replace(translate(address, '０１２３４５６７８９', '0123456789'), '[^0-9]', '', 'g') = $digits
"""


def find_holders(case: Case, value: str, *, kind: str | None = None, language: str = "zh") -> pd.DataFrame:
    """Who holds a value, or whom a person shares values with.

    Parameters
    ----------
    value : a person's id (whom does he share values with?), a complaint, surrender or policy number (the same for
        its person), an intermediary's id (the clients on file), a pseudonym with its ring as the views show it
        ('R-0001/P07'), a full name, an identity number or a home address on file (everybody it belongs to), or a
        phone, account or any other identifier in any spelling.
    kind : look only among values of this kind.

    Returns
    -------
    `WHO_COLUMNS`; of a person's guarded values only the person's own row, with the number of holders. Of a name or an
    identity number first the people it belongs to, and if that is one person, what that person shares.

    Raises
    ------
    UnknownNameError, InputError : nothing of that name is on file.
    """
    name = clean(value, one_line=True).strip()
    if not name:
        raise InputError("nothing to look for", hint="give a person's id, a phone, an account or another identifier")
    pseudonym = _PSEUDONYM.match(name)
    if pseudonym:
        return _holders_of(case, _unveil(case, pseudonym["ring"], pseudonym["node"]), language)
    if kind is None:
        person = case.fetch(_RECORDS, {"name": name})["policyholder_id"]
        if len(person):
            return _shared_with(case, person.iloc[0], language)
        people = _people_called(case, name)
        if len(people):
            theirs = _of_people(case, people, language)
            posted = _value_ids(case, name, None) if "address" in set(people["kind"]) else []
            return pd.concat([theirs, _holders_of(case, posted, language)], ignore_index=True) if posted else theirs
    clients = case.fetch(_CLIENTS, {"name": name}) if kind in (None, "intermediary") else pd.DataFrame()
    if len(clients):
        return _shown(clients)
    found = _value_ids(case, name, kind)
    if found:
        return _holders_of(case, found, language)
    raise unknown_person(case, name, what="person, number or identifier")


def find_person(case: Case, name: str) -> str:
    """The policyholder id behind an id or a record number, or the error that offers the nearest."""
    wanted = clean(name, one_line=True).strip()
    person = case.fetch(_RECORDS, {"name": wanted})["policyholder_id"]
    if not len(person):
        raise unknown_person(case, wanted)
    return str(person.iloc[0])


def find_values(case: Case, name: str, *, kind: str | None = None) -> pd.DataFrame:
    """The values on file behind any spelling of one, or behind a pseudonym: value_id, kind, value (real), masked.

    Raises
    ------
    UnknownNameError : nobody on file holds it.
    """
    wanted = clean(name, one_line=True).strip()
    pseudonym = _PSEUDONYM.match(wanted) if kind is None else None
    found = _unveil(case, pseudonym["ring"], pseudonym["node"]) if pseudonym else _value_ids(case, wanted, kind)
    if not found:
        error = UnknownNameError("identifier", redact_shapes(wanted)[:40], ())
        error.hint = "nobody on file holds it; was it masked or set aside on reading? see rejects.csv"
        raise error
    return case.fetch(
        "SELECT value_id, kind, value, masked FROM book_values WHERE value_id IN (SELECT unnest($values)) "
        "ORDER BY kind, value",
        {"values": found},
    )


def unknown_person(case: Case, name: str, *, what: str = "policyholder") -> UnknownNameError:
    """The error for a name that is not on file; it shows neither the number typed in nor all ids there are."""
    ids = case.fetch(
        "SELECT policyholder_id, jaro_winkler_similarity(policyholder_id, $name) >= 0.8 AS is_near FROM policyholders "
        "ORDER BY jaro_winkler_similarity(policyholder_id, $name) DESC, policyholder_id LIMIT 3",
        {"name": name},
    )
    near = ids.loc[ids["is_near"], "policyholder_id"].tolist()
    # a number in the form of this case's own ids is a record number, whatever personal number it looks like
    is_own = _form(name) in {_form(known) for known in ids["policyholder_id"]} - {""}
    shown = name if is_own else redact_shapes(name)
    error = UnknownNameError(what, shown if len(shown) <= 40 else shown[:40] + "...", near)
    if shown != name:
        error.hint = "nobody on file holds it; was it masked or set aside on reading? see rejects.csv"
    elif near:
        error.hint = f"nearest policyholder ids: {', '.join(near)}"
    elif len(ids):
        error.hint = f"policyholder ids look like {ids['policyholder_id'].iloc[0]} in this case"
    return error


def _form(name: str) -> str:
    """'H0000000' for 'H0001234'; a number that begins with no letter has no form of its own."""
    return re.sub(r"[0-9]", "0", name) if re.match(r"[A-Za-z]", name) else ""


def _unveil(case: Case, ring: str, node: str) -> list[int]:
    ring_id = case.check_ring(ring)
    nodes = case.fetch(
        "SELECT r.node_id, v.value_id FROM ring_identifiers r "
        "LEFT JOIN book_values v ON v.kind = r.kind AND v.value = r.value WHERE ring_id = $ring",
        {"ring": ring_id},
    )
    found = nodes.loc[nodes["node_id"] == node, "value_id"].dropna()
    if not len(found):
        raise UnknownNameError(f"identifier of ring {ring_id}", node, nodes["node_id"])
    return [int(found.iloc[0])]


def _value_ids(case: Case, name: str, kind: str | None) -> list[int]:
    kinds = case.fetch("SELECT DISTINCT kind FROM book_values ORDER BY kind")["kind"].tolist()
    wanted = [get_kind(kind).name] if kind is not None else kinds
    cell = pd.Series([name], dtype="str")
    forms = pd.DataFrame(
        [(k, get_kind(k).normalise(cell).values.iloc[0]) for k in wanted], columns=["kind", "value"]
    ).dropna()
    if not len(forms):
        return []
    # alone on the value, which a scan can skip by; its kind is compared among the few that are left
    rows = case.fetch(
        "SELECT value_id, kind, value FROM book_values WHERE value IN (SELECT unnest($values)) ORDER BY kind, value_id",
        {"values": forms["value"].tolist()},
    )
    return [int(v) for v in rows.merge(forms, on=["kind", "value"])["value_id"]]


def _holders_of(case: Case, value_ids: list[int], language: str) -> pd.DataFrame:
    which = "v.value_id IN (SELECT unnest($values))"
    return _shown(case.fetch(_HOLDERS.format(which=which, first=""), {"values": value_ids, "language": language}))


def _shared_with(case: Case, person: str, language: str) -> pd.DataFrame:
    which = (
        "v.value_id IN (SELECT value_id FROM book_links WHERE policyholder_id = $person) "
        "AND (l.policyholder_id = $person OR v.verdict IN ('evidence', 'weak', 'household'))"
    )
    sql = _HOLDERS.format(which=which, first="l.policyholder_id <> $person,")
    return _shown(case.fetch(sql, {"person": person, "language": language}))


def _people_called(case: Case, name: str) -> pd.DataFrame:
    """People whose full name, identity number or home address this is, with it masked."""
    number = normalise_id_number(pd.Series([name], dtype="str")).values.iloc[0]
    asked = {"name": name, "number": number if isinstance(number, str) else None, "at_home": _at_home(case, name)}
    people = case.fetch(_CALLED, asked)
    masks = {"name": masking.mask_name, "id_number": masking.mask_id_number, "address": _mask_address}
    values = [masks[kind](str(whole)) for kind, whole in zip(people["kind"], people["value"], strict=True)]
    return people.assign(value=pd.Series(values, index=people.index, dtype="str"))


def _at_home(case: Case, address: str) -> list[str]:
    """Ids of those who live there, in any spelling that has the same numbers."""
    kind = get_kind("address")
    wanted = kind.normalise(pd.Series([address], dtype="str")).values.iloc[0]
    digits = "".join(re.findall(r"[0-9]", unicodedata.normalize("NFKC", address)))
    if not isinstance(wanted, str) or not digits:
        return []
    each = " AND ".join(_HAS_DIGIT.format(digit, chr(ord(digit) + _FULL_WIDTH)) for digit in sorted(set(digits)))
    homes = case.fetch(_NUMBERED.format(each), {"digits": digits})
    same = kind.normalise(homes["address"].astype("str")).values == wanted
    return sorted(homes.loc[same.fillna(False), "policyholder_id"].astype("str"))


def _mask_address(address: str) -> str:
    return str(get_kind("address").mask(pd.Series([address], dtype="str")).iloc[0])


def _of_people(case: Case, people: pd.DataFrame, language: str) -> pd.DataFrame:
    found = _shown(people)
    if len(people) > 1:
        return found
    shared = _shared_with(case, str(people["policyholder_id"].iloc[0]), language)
    return pd.concat([found, shared], ignore_index=True) if len(shared) else found


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    frame["name"] = mask_names(frame["name"])
    return frame[list(WHO_COLUMNS)]
