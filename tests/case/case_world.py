"""A small hand-made report: 60 people, two rings, one hotline, hostile text. No stage is run."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from ringfinder.model.book import Book
from ringfinder.model.dataset import TABLES, Dataset, IngestReport, InputFile
from ringfinder.model.graph import EntityGraph
from ringfinder.model.letters import Letters
from ringfinder.model.ring import Evidence, Member, Ring, RingReport, SharedIdentifier, Signal

HOSTILE = "=cmd|'/c calc'!A1 </script><script>alert(1)</script> [link=http://x.invalid/]a[/link] [/x]"
HOSTILE += " \x1b]0;t\x07\x9b2J \u202eabc"
HOSTILE_NAME = "=HYPERLINK(1)\x1b[2J"

RING_PHONE, SECOND_PHONE, HOTLINE = "14200120001", "14200120002", "14200129999"
RING_ACCOUNT = "9991230000000000011"
NAMES = {f"PH{i:03d}": f"测{'甲乙丙丁戊己庚辛壬癸'[i % 10]}{'子丑寅卯辰巳'[i // 10]}" for i in range(60)}
NAMES["PH007"] = HOSTILE_NAME
ID_NUMBERS = {holder: f"9901011990010{1000 + i}" for i, holder in enumerate(NAMES)}

#: every value that no view may show
SECRETS = (
    RING_PHONE,
    SECOND_PHONE,
    HOTLINE,
    RING_ACCOUNT,
    *(name for holder, name in NAMES.items() if holder != "PH007"),
    *ID_NUMBERS.values(),
)

_DAY = pd.Timestamp("2021-03-01")


def _with_provenance(name: str, rows: list[dict[str, object]], keys: list[str]) -> pd.DataFrame:
    table = next(t for t in TABLES if t.name == name)
    frame = table.empty()
    if not rows:
        return frame
    made = pd.DataFrame(rows)
    made["row_key"], made["source_file"], made["source_line"] = keys, f"{name}.csv", range(2, len(rows) + 2)
    dtypes = dict(frame.dtypes)
    return made.reindex(columns=frame.columns).astype(dtypes).sort_values("row_key", ignore_index=True)


def make_dataset() -> Dataset:
    holders = sorted(NAMES)
    people = [
        {"policyholder_id": h, "name": NAMES[h], "id_number": ID_NUMBERS[h], "address": f"测试市测试路{i}号"}
        for i, h in enumerate(holders)
    ]
    complaints = [
        {
            "complaint_id": f"C{i:03d}",
            "policyholder_id": f"PH{i:03d}",
            "filed_on": _DAY + pd.Timedelta(days=i),
            "text": f"本人{NAMES[f'PH{i:03d}']},电话{RING_PHONE},账号{RING_ACCOUNT},要求退保。" + HOSTILE * (i == 3),
            "contact_phone": RING_PHONE,
        }
        for i in range(16)
    ]
    surrenders = [
        {
            "surrender_id": f"S{i:03d}",
            "policyholder_id": f"PH{i:03d}",
            "kind": "negotiated",
            "surrendered_on": _DAY + pd.Timedelta(days=60 + i),
            "cash_value": 1000.0,
            "amount_paid": 6000.0,
        }
        for i in range(10)
    ]
    agents = [{"intermediary_id": "A01", "name": "测业务", "kind": "ex_agent"}]
    engaged = [{"policyholder_id": f"PH{i:03d}", "intermediary_id": "A01", "role": "sold"} for i in range(5)]
    rows = {
        "policyholders": (people, holders),
        "complaints": (complaints, [f"C{i:03d}" for i in range(16)]),
        "surrenders": (surrenders, [f"S{i:03d}" for i in range(10)]),
        "intermediaries": (agents, ["A01"]),
        "engagements": (engaged, [f"PH{i:03d}:sold:" for i in range(5)]),
    }
    tables = {t.name: _with_provenance(t.name, *rows.get(t.name, ([], []))) for t in TABLES}
    rejects = pd.DataFrame(
        [("phones", "phones.csv", 9, "phone", "masked", "=a masked value joins nobody")],
        columns=["table", "file", "line", "column", "value_class", "reason"],
    )
    files = (InputFile("policyholders.csv", "policyholders", "0" * 64, "utf-8", 60, 60, 0, 0),)
    return Dataset(tables=tables, report=IngestReport(files=files, rejects=rejects))


def make_book(dataset: Dataset) -> Book:
    holders = np.array(sorted(NAMES), dtype=object)
    values = pd.DataFrame(
        [
            ("account", RING_ACCOUNT, 6, "evidence", "随案启用", "taken up with a case"),
            ("phone", RING_PHONE, 10, "evidence", "随案启用", "taken up with a case"),
            ("phone", SECOND_PHONE, 6, "evidence", "随案启用", "taken up with a case"),
            ("phone", HOTLINE, 50, "guarded", "多数持有人没有投诉", "most holders have no case"),
        ],
        columns=["kind", "value", "n_holders", "verdict", "reason_zh", "reason_en"],
    ).sort_values(["kind", "value"], ignore_index=True)
    values.insert(0, "value_id", np.arange(len(values), dtype=np.int32))
    values = values.assign(n_households=values["n_holders"], n_fresh=1, purity=1.0, outcome=1.0, score=2.0)
    number = values.set_index("value")["value_id"]
    held = [(i, RING_PHONE, "complaint") for i in range(10)]
    held += [(i, RING_ACCOUNT, "payout") for i in range(4, 10)]
    held += [(i, SECOND_PHONE, "complaint") for i in range(9, 15)]
    held += [(i, HOTLINE, "policy") for i in range(8, 58)]
    links = pd.DataFrame(held, columns=["holder", "value", "role"])
    links["value_id"] = links["value"].map(number).astype("int32")
    links["holder"] = links["holder"].astype("int32")
    links["kind"] = links["value_id"].map(values["kind"])
    links["since"] = pd.Series(_DAY + pd.to_timedelta(links["holder"], unit="D")).astype("datetime64[s]")
    links["is_fresh"] = links["role"] != "policy"
    links["source_table"] = links["kind"].map({"phone": "phones", "account": "bank_accounts"})
    links["row_key"] = [
        f"PH{h:03d}:{r}:{n}" for h, r, n in zip(links["holder"], links["role"], links["value_id"], strict=True)
    ]
    complaints, surrenders = dataset["complaints"], dataset["surrenders"]
    position = {holder: i for i, holder in enumerate(holders)}
    events = pd.concat(
        [
            pd.DataFrame(
                {
                    "holder": complaints["policyholder_id"].map(position),
                    "day": complaints["filed_on"],
                    "kind": "complaint",
                    "is_good": False,
                    "overpaid_fen": 0,
                    "source_table": "complaints",
                    "row_key": complaints["row_key"],
                }
            ),
            pd.DataFrame(
                {
                    "holder": surrenders["policyholder_id"].map(position),
                    "day": surrenders["surrendered_on"],
                    "kind": "negotiated",
                    "is_good": True,
                    "overpaid_fen": 500000,
                    "source_table": "surrenders",
                    "row_key": surrenders["row_key"],
                }
            ),
        ]
    ).sort_values(["holder", "day", "kind", "row_key"], ignore_index=True)
    household = np.arange(60, dtype=np.int32)
    household[59] = 58
    return Book(holders, household, links.drop(columns="value"), values, events)


def make_letters() -> Letters:
    letters = pd.DataFrame(
        {
            "complaint_id": [f"C{i:03d}" for i in range(16)],
            "policyholder_id": [f"PH{i:03d}" for i in range(16)],
            "template_id": ["T01" if i < 12 else "" for i in range(16)],
            "similarity": [0.9 if i < 12 else 0.1 for i in range(16)],
            "verdict": ["linked" if i < 12 else "own_words" for i in range(16)],
        }
    ).astype({"complaint_id": "str", "policyholder_id": "str", "template_id": "str", "verdict": "str"})
    templates = pd.DataFrame(
        {
            "template_id": ["T01"],
            "complaints": [12],
            "policyholders": [12],
            "pattern": [f"=本人{{1}},电话{RING_PHONE},要求退保 \x1b[2J [/x]"],
            "first_filed": pd.to_datetime(["2021-03-01"]).astype("datetime64[s]"),
            "last_filed": pd.to_datetime(["2021-03-12"]).astype("datetime64[s]"),
        }
    )
    return Letters(letters, templates, csr_matrix((16, 4)), 0.4)


def _ring(ring_id: str, rank: int, people: range, identifiers: tuple[SharedIdentifier, ...]) -> Ring:
    flagged = rank == 1
    members = tuple(
        Member(
            f"PH{i:03d}", "core" if i < people.start + 4 else "member", 1 - i / 100, _DAY, "共用号码", "shares a phone"
        )
        for i in people
    )
    evidence = (
        Evidence(
            f"{ring_id}-E01", "phone", "for", "共用一个电话", "share a phone", 3.5, "phones", ("PH002:b", "PH001:a")
        ),
        Evidence(f"{ring_id}-E02", "story", "against", "-同一业务员", "-one seller", 0.5, "policies", ("P1",)),
    )
    return Ring(
        ring_id=ring_id,
        rank=rank,
        kind="refund",
        score=0.987654321 / rank,
        p_value=0.001 * rank,
        q_value=0.004 if flagged else 0.4,
        status="flagged" if flagged else "listed",
        first_seen=_DAY,
        last_seen=_DAY + pd.Timedelta(days=90),
        complaints=len(people),
        negotiated=len(people),
        overpaid_fen=500000 * len(people),
        channels=("phone", "letters"),
        summary_zh=f"疑似代理退保线索:{len(people)} 人",
        summary_en=f"suspected ring: {len(people)} people",
        members=members,
        signals=(Signal("outcome", "complaint", 2.0, 1.0),),
        evidence=evidence,
        identifiers=identifiers,
        stories=() if flagged else ("seller",),
    )


def make_report() -> RingReport:
    dataset = make_dataset()
    book = make_book(dataset)
    hotline = SharedIdentifier("phone", HOTLINE, "142****9999", 2, 50, "guarded", "公用", "a hub")
    rings = (
        _ring(
            "R-0001",
            1,
            range(10),
            (
                SharedIdentifier("phone", RING_PHONE, "142****0001", 10, 10, "evidence", "随案启用", "with a case"),
                SharedIdentifier("account", RING_ACCOUNT, "999123*********0011", 6, 6, "evidence", "", ""),
                hotline,
            ),
        ),
        _ring(
            "R-0002",
            2,
            range(9, 15),
            (SharedIdentifier("phone", SECOND_PHONE, "142****0002", 6, 6, "evidence", "", ""), hotline),
        ),
    )
    links = book.links.merge(book.values[["value_id", "value"]], on="value_id")
    graph = EntityGraph.from_links(
        pd.DataFrame(
            {
                "source": book.holders[links["holder"]],
                "target": links["value"],
                "kind": links["kind"],
                "at": links["since"],
            }
        )
    )
    manifest = {"version": "0", "seed": 7, "config": {"seed": 7}}
    return RingReport(rings, dataset, make_letters(), book, book, graph, graph, manifest, {"detect": 0.5})


def shuffled(report: RingReport, seed: int) -> RingReport:
    """The same report with every list and frame whose order means nothing in another order."""
    from dataclasses import replace

    rng = np.random.default_rng(seed)

    def mix(items: tuple) -> tuple:
        return tuple(items[i] for i in rng.permutation(len(items)))

    rings = tuple(
        replace(r, members=mix(r.members), evidence=mix(r.evidence), identifiers=mix(r.identifiers))
        for r in report.rings
    )
    letters = replace(report.letters, letters=report.letters.letters.sample(frac=1, random_state=seed))
    return replace(report, rings=mix(rings), letters=letters)
