"""Tables with keyed hashes in place of identifiers.

In:  `Dataset` (normalised), key.   Out: frames by table, as the data contract has them.
Never writes files. What detection reads from a value is kept and nothing else: equality; the order of record numbers
and of values that several people hold (ties are broken by it); an address's region and whether it names a home;
families.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ringfinder.construct.book import ConstructParams
from ringfinder.construct.links import CASE_ROLES
from ringfinder.detect.traits import region_of
from ringfinder.identifiers import get_kind
from ringfinder.mask.families import family_marks
from ringfinder.mask.keys import MaskKey
from ringfinder.mask.letters import mask_texts
from ringfinder.model.dataset import TABLE_BY_NAME, Dataset
from ringfinder.templates.params import TemplateParams

#: record number -> the columns that hold it
_RECORDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "policy": (("policies", "policy_id"), ("surrenders", "policy_id")),
    "complaint": (("complaints", "complaint_id"),),
    "surrender": (("surrenders", "surrender_id"),),
    "template": (("complaints", "template_id"),),
    "intermediary": (
        ("intermediaries", "intermediary_id"),
        ("engagements", "intermediary_id"),
        ("policies", "agent_id"),
        ("complaints", "accused_agent_id"),
    ),
}
#: columns that hold values of one kind
_VALUES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "phone": (("phones", "phone"), ("complaints", "contact_phone")),
    "account": (("bank_accounts", "account"), ("surrenders", "payout_account")),
}
#: compared as text, if at all
_TEXTS = (
    ("policyholders", "id_number"),
    ("policyholders", "employer"),
    ("complaints", "source"),
    ("intermediaries", "name"),
    ("relations", "relation"),
)
#: not read by any stage
_DROPPED = (("policyholders", "birth_date"), ("policyholders", "gender"), ("directory", "owner"))
_ROLES = {
    *CASE_ROLES,
    *(word for t in TABLE_BY_NAME.values() for c in t.columns if c.name == "role" for word in c.choices),
}


def mask_tables(
    dataset: Dataset,
    key: MaskKey,
    *,
    templates: TemplateParams = TemplateParams(),
    construct: ConstructParams = ConstructParams(),
) -> dict[str, pd.DataFrame]:
    """The tables with a token in place of every identifier.

    `detect` on them finds the same rings, with the same scores, in the same order. Dates, amounts, products and
    channels stay; birth dates, genders and the owners of public numbers go.

    Parameters
    ----------
    templates, construct : settings of the run that is to come; letters and families are masked to fit them.

    Raises
    ------
    InputError : two values have one hash.
    """
    out = {name: dataset[name][list(TABLE_BY_NAME[name].column_names)].copy() for name in dataset}
    people = out["policyholders"]
    marks = family_marks(dataset, key, construct)
    hashes = key.hashes("name", people["name"].str.replace(r"\s", "", regex=True))
    people["name"] = (marks + hashes).astype("str")
    people["address"] = _addresses(people["address"], key)
    letters = out["complaints"]["text"]
    there = letters.notna()
    letters[there] = mask_texts(letters[there].tolist(), key, templates)
    out["complaints"]["text"] = letters
    _mask_holders(out, dataset, key)
    for name, places in _RECORDS.items():
        _mask_records(out, dataset, name, places, key)
    _mask_values(out, key)
    for table, column in _TEXTS:
        domain = column if table != "intermediaries" else "intermediary name"
        out[table][column] = key.hashes(domain, out[table][column])
    words = out["identifiers"]["role"]
    out["identifiers"]["role"] = words.where(words.isna() | words.isin(_ROLES), key.hashes("role", words)).astype("str")
    for table, column in _DROPPED:
        out[table][column] = pd.Series(index=out[table].index, dtype=out[table][column].dtype)
    return {name: frame for name, frame in out.items() if len(frame)}


def _ranks(values: pd.Series[str]) -> pd.Series[str]:
    """Place of each value among the distinct ones, as text whose order is that of the values."""
    distinct = np.sort(values.dropna().unique().astype(object))
    width = max(6, len(str(len(distinct))))
    return values.map({value: f"{place:0{width}d}" for place, value in enumerate(distinct.tolist())}).astype("str")


def _mask_holders(out: dict[str, pd.DataFrame], dataset: Dataset, key: MaskKey) -> None:
    """Policyholders by rank and the hash of their own number, whatever number a run gave them."""
    numbers = dataset.report.pseudonyms
    original = dict(zip(numbers["policyholder_id"], numbers["original_id"], strict=True))
    ids = out["policyholders"]["policyholder_id"]
    own = ids.map(original).astype("str").fillna(ids)
    token = dict(zip(ids, _ranks(ids) + key.hashes("policyholder", own), strict=True))
    for frame in out.values():
        for column in ("policyholder_id", "related_policyholder_id"):
            if column in frame:
                frame[column] = frame[column].map(token).astype("str")


def _mask_records(
    out: dict[str, pd.DataFrame], dataset: Dataset, name: str, places: tuple[tuple[str, str], ...], key: MaskKey
) -> None:
    """Records by rank and the hash of their own number, whatever number a run gave them."""
    others = out["identifiers"]
    is_own = others["kind"] == name
    columns = [out[table][column] for table, column in places] + [others.loc[is_own, "value"]]
    every = pd.Series(pd.concat(columns).dropna().unique(), dtype="str")
    numbers = dataset.report.pseudonyms
    original = dict(zip(numbers["policyholder_id"], numbers["original_id"], strict=True))
    own = every.map(original).astype("str").fillna(every)
    token = dict(zip(every, _ranks(every) + key.hashes(name, own), strict=True))
    for table, column in places:
        out[table][column] = out[table][column].map(token).astype("str")
    others.loc[is_own, "value"] = others.loc[is_own, "value"].map(token)


def _mask_values(out: dict[str, pd.DataFrame], key: MaskKey) -> None:
    """Phones, accounts and all other kinds: ranked where two people hold them, else a bare hash."""
    parts = [
        out[table][["policyholder_id", column]].set_axis(["holder", "value"], axis=1).assign(kind=kind)
        for kind, places in _VALUES.items()
        for table, column in places
    ]
    others, listed = out["identifiers"], out["directory"]
    other_kind, listed_kind = others["kind"].fillna("other"), listed["kind"].fillna("phone")
    parts.append(pd.DataFrame({"holder": others["policyholder_id"], "value": others["value"], "kind": other_kind}))
    parts.append(pd.DataFrame({"value": listed["value"], "kind": listed_kind}))
    held = pd.concat(parts, ignore_index=True).dropna(subset="value")
    held = held.loc[held["kind"] != "intermediary"]
    counts = held.groupby(["kind", "value"], sort=True)["holder"].nunique().rename("n").reset_index()
    token: dict[tuple[str, str], str] = {}
    for kind, part in counts.groupby("kind", sort=True):
        hashes = key.hashes(str(kind), part["value"].astype("str"))
        ranks = _ranks(part["value"].where(part["n"] >= 2).astype("str")).fillna("")
        token |= {(str(kind), v): t for v, t in zip(part["value"], ranks + hashes, strict=True)}
    for kind, places in _VALUES.items():
        for table, column in places:
            out[table][column] = _lookup(pd.Series(kind, index=out[table].index), out[table][column], token)
    own = other_kind != "intermediary"
    others.loc[own, "value"] = _lookup(other_kind[own], others.loc[own, "value"], token)
    listed["value"] = _lookup(listed_kind, listed["value"], token)


def _lookup(kinds: pd.Series[str], values: pd.Series[str], token: Mapping[tuple[str, str], str]) -> pd.Series[str]:
    made = [token.get((k, v)) for k, v in zip(kinds, values, strict=True)]
    return pd.Series(made, index=values.index, dtype="str")


def _addresses(text: pd.Series[str], key: MaskKey) -> pd.Series[str]:
    """The region and the home, each as a hash; a home is told from a street or a building."""
    kind = get_kind("address")
    value = kind.normalise(text).values
    is_home = value.notna() & kind.room_level(value)
    hashes = key.hashes("address", value.fillna(text).astype("str"))
    region = key.hashes("region", region_of(text)).str.slice(1, 8)
    # letters only, so that no rule of spelling takes hold of them
    region = region.str.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))
    token = region + "市" + hashes
    return token.where(~is_home, token + "室").where(text.notna()).astype("str")
