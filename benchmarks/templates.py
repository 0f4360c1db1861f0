"""Quality and cost of the template stage on synthetic letters (tests/templates/letter_grammar.py).

    python benchmarks/templates.py [--letters 5000,50000] [--seed 1] [--peers] [--shares] [--copies]

One row a corpus and method: link precision and recall by difficulty, honest letters linked, templates found, the
pattern against the true text, CPU seconds, peak memory of the process. `--peers` adds datasketch, rensa and tf-idf
cosine (requirements/bench.txt), each at every threshold of a small sweep, the best link F1 told: chosen with the truth,
which flatters them. `--shares` asks for one template that writes 2 to 40 % of the letters, word for word and
paraphrased, and portal boilerplate on as many. `--copies` plants families of 3 and 4 and word-for-word copies.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "templates"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import template_peers as peers  # type: ignore[import-not-found]
from letter_grammar import Book, mixed_book, new_book  # type: ignore[import-not-found]

from ringfinder.templates import TemplateParams, find_templates

_SHARES = (0.02, 0.05, 0.1, 0.2, 0.4)
_FORM = (
    "【网上投诉平台】投诉人已阅读并知晓投诉须知,承诺所填写内容真实有效,并同意将投诉材料转送被投诉机构核查处理。"
    "投诉类别:人身保险;投诉事项:销售行为;诉求类型:其他;是否曾向机构投诉:是;是否同意调解:同意;"
    "本件由系统自动生成,请被投诉机构自收到之日起十五日内作出处理决定并告知投诉人,逾期未告知的应当说明理由。"
)


def score(book: Book, group: NDArray[np.int64]) -> dict[str, float]:
    """What of the truth a grouping tells; `group` -1 for a letter that is linked to nothing."""
    truth, level = np.array(book.truth), np.array(book.level)
    is_linked = group >= 0
    good, pure, credited = np.zeros(len(truth), bool), np.zeros(len(truth), bool), set()
    names, sizes = np.unique(group[is_linked], return_counts=True)
    for name in names[np.argsort(-sizes, kind="stable")]:
        mine = group == name
        values, counts = np.unique(truth[mine & (truth >= 0)], return_counts=True)
        if not len(values) or 2 * counts.max() < mine.sum():
            continue
        owner = values[counts.argmax()]
        pure |= mine & (truth == owner)
        if owner not in credited:
            credited.add(owner)
            good |= mine & (truth == owner)
    is_ring = truth >= 0
    out = {
        "templates": len(names),
        "found": len(credited),
        "linkP": pure.sum() / max(1, (is_linked & (level != "repeat")).sum()),
        "linkR": good[is_ring].mean() if is_ring.any() else 0.0,
    }
    out |= {k: good[(level == k) & is_ring].mean() for k in ("easy", "medium", "hard") if (level == k).any()}
    return out | {"honest": is_linked[~is_ring].mean() if (~is_ring).any() else 0.0}


def tell(name: str, book: Book, told: dict[str, float], seconds: float, more: str = "") -> None:
    n_true = len({t for t in book.truth if t >= 0})
    quality = " ".join(f"{k} {v:.3f}" for k, v in told.items() if k in ("linkP", "linkR", "easy", "medium", "hard"))
    print(
        f"{name:28s} n {len(book.truth):6d} templates {told['templates']:4.0f} found {told['found']:4.0f} of {n_true:4d}"  # noqa: E501
        f" {quality} honest {told['honest']:.5f} cpu {seconds:.1f} peak"
        f" {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB {more}",
        flush=True,
    )


def measure(name: str, book: Book, params: TemplateParams) -> None:
    """Run and print one line."""
    table = book.table()
    start = time.process_time()
    found = find_templates(table, params)
    seconds = time.process_time() - start
    is_linked = (found.letters["verdict"] == "linked").to_numpy()
    number = pd.factorize(found.letters["template_id"], sort=True)[0]
    told = score(book, np.where(is_linked, number, -1))
    more = f"null {found.null_p999:.3f} threshold {found.null.threshold:.3f}"
    tell(name, book, told, seconds, more)


def measure_peers(book: Book) -> None:
    """Each peer's best line of a sweep; CPU seconds are those of one run at that threshold."""
    table = book.table()
    for name, make in (("datasketch", peers.datasketch_pairs), ("rensa", peers.rensa_pairs)):
        best = (-1.0, "", {}, 0.0)
        for most in (0.02, 0.05):
            start = time.process_time()
            rows = peers.rows_of(table, size=5, most=most)
            left, right = make(rows, bands=64)
            value = peers.jaccard(rows, left, right)
            seconds = time.process_time() - start
            best = max(
                best,
                _swept(book, table, (left, right, value), (0.12, 0.16, 0.2, 0.3, 0.5), seconds, f"df {most}"),
                key=_f1,
            )
        tell(f"{name} {best[1]}", book, best[2], best[3])
    best = (-1.0, "", {}, 0.0)
    for most in (0.02, 0.05):
        start = time.process_time()
        rows = peers.rows_of(table, size=5, most=most)
        found = peers.cosine_pairs(rows, least=0.15)
        seconds = time.process_time() - start
        best = max(best, _swept(book, table, found, (0.15, 0.2, 0.25, 0.3, 0.4), seconds, f"df {most}"), key=_f1)
    tell(f"tf-idf cosine {best[1]}", book, best[2], best[3])


def _swept(
    book: Book,
    table: pd.DataFrame,
    found: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
    thresholds: tuple[float, ...],
    seconds: float,
    what: str,
) -> tuple[float, str, dict[str, float], float]:
    """(link F1, settings, quality, seconds) of the best threshold."""
    left, right, value = found
    tried = []
    for threshold in thresholds:
        told = score(book, peers.groups_of(table, left[value >= threshold], right[value >= threshold]))
        f1 = 2 * told["linkP"] * told["linkR"] / max(told["linkP"] + told["linkR"], 1e-9)
        tried.append((f1, f"{what} t {threshold}", told, seconds))
    return max(tried, key=_f1)


def _f1(line: tuple[float, str, dict[str, float], float]) -> float:
    return line[0]


def measure_shares(n: int, seed: int, params: TemplateParams) -> None:
    """One template that writes a share of the letters, and a form that stands in as many."""
    for share in _SHARES:
        for levels in ("easy", "medium hard"):
            book = new_book(seed)
            book.ring(int(share * n), number=0, levels=levels)
            book.honest(n - len(book.rows))
            measure(f"one template {share:.0%} {levels}", book, params)
        book = new_book(seed)
        book.honest(n)
        for row in book.rows[: int(share * len(book.rows))]:
            row["text"] = f"{_FORM}{row['text']}"
        measure(f"form on {share:.0%}", book, params)


def measure_copies(n: int, seed: int, params: TemplateParams) -> None:
    """Families of 3 and 4 letters; word-for-word copies by three people each."""
    book = new_book(seed)
    for i in range(60):
        book.ring(3 + i % 2, number=i)
    book.honest(n - len(book.rows))
    measure("families of 3 and 4", book, params)
    book = new_book(seed + 1)
    book.honest(n)
    long = [str(r["text"]) for r in book.rows if len(str(r["text"])) >= 120][:100]
    for i, text in enumerate(long):
        for _ in range(3):
            book.add(text, truth=i, level="easy")
    measure("copies of 120+ characters", book, params)


def measure_patterns(book: Book, params: TemplateParams) -> None:
    """Likeness of each pattern, slots left out, to the medoid of its template's least changed letters."""
    table = book.table()
    found = find_templates(table, params)
    truth, level = np.array(book.truth), np.array(book.level)
    values = []
    for template, pattern in found.templates[["template_id", "pattern"]].itertuples(index=False):
        mine = ((found.letters["template_id"] == template) & (found.letters["verdict"] == "linked")).to_numpy()
        owners = truth[mine & (truth >= 0)]
        if not len(owners):
            continue
        easy = np.flatnonzero((truth == np.bincount(owners).argmax()) & (level == "easy"))
        texts = table["text"].to_numpy()[easy[:15]]
        values.append(max((Indel.normalized_similarity(str(t), str(pattern)) for t in texts), default=0.0))
    print(f"pattern against the nearest easy letter: mean {np.mean(values):.3f} min {np.min(values):.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", default="2000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--shares", action="store_true")
    parser.add_argument("--copies", action="store_true")
    options = parser.parse_args()
    params = TemplateParams()
    for n in map(int, options.letters.split(",")):
        book = mixed_book(n, seed=options.seed)
        measure("mixed", book, params)
        if options.peers:
            measure_peers(book)
        measure_patterns(book, params)
        book = new_book(options.seed)
        book.honest(n)
        measure("no rings", book, params)
        if options.shares:
            measure_shares(n, options.seed, params)
        if options.copies:
            measure_copies(n, options.seed, params)


if __name__ == "__main__":
    main()
