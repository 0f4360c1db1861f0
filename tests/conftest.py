"""Shared fixtures: small hand-made books, and the one browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ringfinder.model.dataset import DTYPES, TABLES, Dataset

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

MakeDataset = Callable[..., Dataset]


def build_dataset(**tables: list[dict[str, object]]) -> Dataset:
    """A Dataset from lists of rows; what a row leaves out is empty."""
    frames = {}
    for table in TABLES:
        rows = pd.DataFrame(tables.get(table.name, []))
        frame = pd.DataFrame(index=rows.index)
        for column in table.columns:
            values = rows[column.name] if column.name in rows else pd.Series(None, index=rows.index, dtype="object")
            if column.type == "date":
                frame[column.name] = pd.to_datetime(values).astype("datetime64[s]")
            else:
                frame[column.name] = values.astype(DTYPES[column.type])
        key = table.key or None
        keys = frame[key] if key else pd.Series([f"{table.name}-{i:04d}" for i in range(len(frame))], dtype="str")
        frame["row_key"] = keys.to_numpy()
        frame["source_file"] = pd.Series(f"{table.name}.csv", index=frame.index, dtype="str")
        frame["source_line"] = range(2, len(frame) + 2)
        frames[table.name] = (
            frame.sort_values("row_key", kind="stable", ignore_index=True) if len(frame) else table.empty()
        )
    return Dataset(frames)


@pytest.fixture
def make_dataset() -> MakeDataset:
    return build_dataset


def plant_ring(*, n_honest: int = 240, n_ring: int = 14, seed: int = 0, **extra: list[dict[str, object]]) -> Dataset:
    """A small book without letters: honest complainants with own phones, a hotline, and a ring of `n_ring`.

    The ring's people are R000...; each took up one of three phones and one of two accounts around a case that ended
    in money above cash value. Every fourth honest complainant was paid above cash value too.
    """
    rng = np.random.default_rng(seed)
    day = np.datetime64("2020-01-01") + rng.integers(0, 1200, n_honest + n_ring)
    people, phones, accounts, complaints, surrenders = [], [], [], [], []
    for i in range(n_honest + n_ring):
        in_ring = i >= n_honest
        who = f"R{i - n_honest:03d}" if in_ring else f"H{i:03d}"
        people.append(
            {"policyholder_id": who, "name": f"{'赵钱孙李周吴郑王'[i % 8]}{i}", "address": f"省{i % 9}市路{i}号"}
        )
        phones.append({"policyholder_id": who, "phone": f"142{i:08d}", "role": "policy", "since": "2015-03-04"})
        if i % 5 == 0:
            phones.append({"policyholder_id": who, "phone": "05990000000", "role": "policy", "since": "2016-01-01"})
        if i % 6 < 2 and not in_ring:
            phones.append(
                {"policyholder_id": who, "phone": f"154{i // 6:08d}", "role": "service", "since": "2017-01-01"}
            )
        complaints.append(
            {"complaint_id": f"C{who}", "policyholder_id": who, "filed_on": str(day[i]), "upheld": i % 3 == 0}
        )
        surrenders.append(
            {
                "surrender_id": f"S{who}",
                "policyholder_id": who,
                "kind": "negotiated" if in_ring or i % 4 == 0 else "normal",
                "surrendered_on": str(day[i] + 20),
                "cash_value": 1000.0,
                "amount_paid": 9000.5 if in_ring or i % 4 == 0 else 1000.0,
            }
        )
        if in_ring:
            since = str(day[i] - 20)
            phones.append({"policyholder_id": who, "phone": f"1610000000{i % 3}", "role": "complaint", "since": since})
            accounts.append(
                {"policyholder_id": who, "account": f"620000000000000{i % 2}", "role": "payout", "since": since}
            )
    tables = {
        "policyholders": people,
        "phones": phones,
        "bank_accounts": accounts,
        "complaints": complaints,
        "surrenders": surrenders,
    }
    return build_dataset(**(tables | extra))


@pytest.fixture(scope="session")
def planted() -> Callable[..., Dataset]:
    return plant_ring


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium, one for all tests: its driver holds the thread's event loop, so a second can't be started."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        reason = f"no browser on the path; looked for {', '.join(BROWSERS)}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield instance
        instance.close()
