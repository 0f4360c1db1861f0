"""Quality and cost of the template stage on made-up letters (benchmarks/letter_books.py), and of its peers.

    python benchmarks/templates.py [--letters 5000,50000] [--seed 900] [--peers] [--shares] [--copies] [--english]

One row a corpus and method, each in a process of its own: link precision and recall by difficulty, honest letters
linked, templates found, the pattern against the true text, CPU seconds, peak memory (the table included). `--peers`
adds datasketch, rensa and tf-idf cosine (requirements/bench.txt), each at every threshold of a small sweep, the best
link F1 told: chosen with the truth, which flatters them. `--shares` asks for one template that writes 2 to 40 % of the
letters, word for word and paraphrased, and for forms of three lengths on as many, beside a large template. `--copies`
plants families of 3 and 4 and word-for-word copies. `--english` adds the English book.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

sys.path.insert(0, str(Path(__file__).resolve().parent))
import template_peers as peers
from letter_books import LetterBook, mixed_book, new_book

from ringfinder.templates import TemplateParams, find_templates

_SHARES = (0.02, 0.05, 0.1, 0.2, 0.4)
_METHODS = ("ringfinder", "datasketch", "rensa", "tf-idf cosine")
_LEVELS = ("easy", "medium", "hard", "rewrite")
_MOST_SECONDS = 1800
_FORMS = (
    "【信访事项受理告知】来信人:您好,您反映的事项已登记,我们将在六十日内办结。",
    "【消费者权益保护热线】以下内容由接线员根据消费者口述整理,未经核实,请经营者收到后七个工作日内与消费者联系协商,"
    "协商结果通过本系统反馈,消费者对结果不满意的可申请调解。",
    "【局长信箱】来信须知:来信人应当使用真实姓名并对来信内容负责;同一事项请勿重复来信;来信将转交有关处室或属地分局阅处,"
    "办理情况以短信形式告知;涉及个人隐私的内容不予公开;如需补充材料,请在查询页面凭受理编号上传,单个附件不超过五兆。"
    "来信人已勾选:不公开来信,接受电话回访,愿意参加满意度评价。以下为来信正文。",
)
_RING_BESIDE_FORM = 0.2


def score(truth: NDArray[np.int64], level: NDArray[np.object_], group: NDArray[np.int64]) -> dict[str, float]:
    """What of the truth a grouping tells; `group` -1 for a letter that is linked to nothing.

    A group belongs to the template of most of its letters if these are half of it; linked letters of other templates,
    of a group that belongs to none and of honest people count against `linkP` (repeat writers count for nothing). Each
    template is credited with its largest group alone (`linkR`); it is found if that holds half of its easier letters.
    """
    is_linked, is_ring = group >= 0, truth >= 0
    good, pure = np.zeros(len(truth), dtype=np.bool_), np.zeros(len(truth), dtype=np.bool_)
    frame = pd.DataFrame({"group": group, "truth": truth, "row": np.arange(len(truth))})[is_linked]
    credited: set[int] = set()
    for _, mine in sorted(frame.groupby("group"), key=lambda item: (-len(item[1]), item[0])):
        own = mine["truth"][mine["truth"] >= 0].value_counts()
        if not len(own) or 2 * own.max() < len(mine):
            continue
        owner = int(own.index[own == own.max()].min())
        rows = mine["row"][mine["truth"] == owner].to_numpy()
        pure[rows] = True
        if owner not in credited:
            credited.add(owner)
            good[rows] = True
    easier = is_ring & np.isin(level, ["easy", "medium"])
    of = pd.Series(good[easier]).groupby(truth[easier]).mean()
    out = {
        "templates": float(frame["group"].nunique()),
        "found": float((of >= 0.5).sum()),
        "of": float(len(set(truth[is_ring].tolist()))),
        "linkP": float(pure.sum() / max(1, (is_linked & (level != "repeat")).sum())),
        "linkR": float(good[is_ring].mean()) if is_ring.any() else 0.0,
    }
    out |= {k: float(good[(level == k) & is_ring].mean()) for k in _LEVELS if ((level == k) & is_ring).any()}
    is_honest = level == "honest"
    return out | {"honest": float(is_linked[is_honest].mean()) if is_honest.any() else 0.0}


def measure(name: str, book: LetterBook, methods: Sequence[str] = _METHODS[:1]) -> None:
    """One line a method, each run in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        book.table().to_parquet(f"{folder}/letters.parquet")
        book.truths().to_parquet(f"{folder}/truth.parquet")
        skeletons = {str(number): t.skeleton() for number, t in book.templates.items()}
        Path(folder, "skeletons.json").write_text(json.dumps(skeletons), encoding="utf-8")
        for method in methods:
            call = [sys.executable, __file__, "--one", method, folder]
            try:
                done = subprocess.run(call, check=True, capture_output=True, text=True, timeout=_MOST_SECONDS)
            except subprocess.TimeoutExpired:
                print(f"{name:26s} {method:14s} no answer in {_MOST_SECONDS} s", flush=True)
                continue
            print(f"{name:26s} {method:14s} n {len(book):7d} {_line(json.loads(done.stdout))}", flush=True)


def _line(told: dict[str, float]) -> str:
    keys = ("linkP", "linkR", *_LEVELS, "consensus", "consensus_min", "threshold")
    quality = " ".join(f"{k} {told[k]:.3f}" for k in keys if k in told)
    return (
        f"templates {told['templates']:.0f} found {told['found']:.0f}/{told['of']:.0f} {quality}"
        f" honest {told['honest']:.5f} cpu {told['cpu']:.1f} s peak {told['peak']:.0f} MB {told.get('at', '')}"
    )


def one(method: str, folder: Path) -> dict[str, float | str]:
    """Run one method on a book that was written to a folder."""
    table = pd.read_parquet(folder / "letters.parquet")
    truths = pd.read_parquet(folder / "truth.parquet")
    truth, level = truths["truth"].to_numpy(dtype=np.int64), truths["level"].to_numpy(dtype=object)
    if method != "ringfinder":
        told = _peer(method, table, truth, level)
        return told | {"peak": _peak()}
    start = time.process_time()
    found = find_templates(table, TemplateParams())
    cpu, peak = time.process_time() - start, _peak()
    is_linked = (found.letters["verdict"] == "linked").to_numpy()
    group = np.where(is_linked, pd.factorize(found.letters["template_id"], sort=True)[0], -1)
    told = score(truth, level, group)
    told |= {"cpu": cpu, "peak": peak, "threshold": found.null.threshold}
    skeletons = json.loads((folder / "skeletons.json").read_text(encoding="utf-8"))
    likeness = _likeness(
        found.templates, found.letters["template_id"].to_numpy()[is_linked], truth[is_linked], skeletons
    )
    return told | ({"consensus": float(np.mean(likeness)), "consensus_min": min(likeness)} if likeness else {})


def _likeness(
    templates: pd.DataFrame, ids: NDArray[np.object_], truth: NDArray[np.int64], skeletons: dict[str, str]
) -> list[float]:
    """Indel similarity of each pattern, its slots left out, to the true text without slots."""
    owners = (
        pd.DataFrame({"id": ids, "truth": truth})[truth >= 0].groupby("id")["truth"].agg(lambda s: s.mode().iloc[0])
    )
    values = []
    for template, pattern in templates[["template_id", "pattern"]].itertuples(index=False):
        if template in owners.index and str(owners[template]) in skeletons:
            plain = "".join(part.split("〕")[-1] for part in str(pattern).split("〔"))
            values.append(Indel.normalized_similarity(plain, skeletons[str(owners[template])]))
    return values


def _peer(method: str, table: pd.DataFrame, truth: NDArray[np.int64], level: NDArray[np.object_]) -> dict[str, float]:
    """A peer's best line of a sweep; CPU seconds are those of one run at that threshold."""
    best: tuple[float, dict[str, float]] = (-1.0, {})
    cosine = method == "tf-idf cosine"
    for most in (0.02, 0.05):
        start = time.process_time()
        rows = peers.rows_of(table, size=5, most=most)
        if cosine:
            left, right, value = peers.cosine_pairs(rows, least=0.15)
        else:
            make = peers.datasketch_pairs if method == "datasketch" else peers.rensa_pairs
            left, right = make(rows, bands=64)
            value = peers.jaccard(rows, left, right)
        seconds = time.process_time() - start
        for threshold in (0.15, 0.2, 0.25, 0.3, 0.4) if cosine else (0.12, 0.16, 0.2, 0.3, 0.5):
            group = peers.groups_of(table, left[value >= threshold], right[value >= threshold])
            told = score(truth, level, group)
            f1 = 2 * told["linkP"] * told["linkR"] / max(told["linkP"] + told["linkR"], 1e-9)
            if f1 > best[0]:
                best = f1, told | {"cpu": seconds, "at": f"df <= {most:.0%} t {threshold}"}
    return best[1]


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_shares(n: int, seed: int) -> None:
    """One template that writes a share of the letters; forms that stand in as many, beside a template of a fifth."""
    for share in _SHARES:
        for name, levels in (("word for word", ("easy",)), ("paraphrased", ("medium", "hard"))):
            book = new_book(seed)
            book.ring(int(share * n), book.new_template(), levels=levels)
            book.honest(n - len(book))
            measure(f"{share:.0%} {name}", book)
        for form in _FORMS:
            book = new_book(seed)
            book.ring(int(_RING_BESIDE_FORM * n), book.new_template(), levels=("medium", "hard"))
            book.honest(n - len(book))
            for row in book.rng.sample(range(n), int(share * n)):
                book.text[row] = f"{form}{book.text[row]}"
            measure(f"{share:.0%} carry {len(form)} characters", book)


def measure_copies(n: int, seed: int, language: str) -> None:
    """Families of 3 and 4 letters; word-for-word copies of 120 characters and more by three people each."""
    book = new_book(seed, language)
    for i in range(120):
        book.ring(3 + i % 2, book.new_template())
    book.honest(n - len(book))
    measure(f"families of 3 and 4, {language}", book)
    book = new_book(seed + 1, language)
    book.honest(n)
    long = [i for i, text in enumerate(book.text) if len(text) >= 120 and book.level[i] == "honest"]
    for number, row in enumerate(book.rng.sample(long, min(200, len(long) // 10))):
        book.truth[row], book.level[row] = number, "easy"  # whose letter is copied is no honest writer apart
        for _ in range(2):
            book.add(book.text[row], truth=number, level="easy")
    measure(f"copies, {language}", book)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", default="2000")
    parser.add_argument("--seed", type=int, default=900)
    for name in ("--peers", "--shares", "--copies", "--english"):
        parser.add_argument(name, action="store_true")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options.one[0], Path(options.one[1]))))
        return
    methods = _METHODS if options.peers else _METHODS[:1]
    for n in map(int, options.letters.split(",")):
        for language in ("zh", "en") if options.english else ("zh",):
            measure(f"mixed, {language}", mixed_book(n, seed=options.seed, language=language), methods)
            book = new_book(options.seed + 1, language)
            book.honest(n)
            measure(f"no rings, {language}", book)
            if options.copies:
                measure_copies(n, options.seed + 2, language)
        if options.shares:
            measure_shares(n, options.seed + 3)


if __name__ == "__main__":
    main()
