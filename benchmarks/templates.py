"""Quality and cost of the template stage on synthetic letters (tests/templates/letter_grammar.py).

    python benchmarks/templates.py [--letters 2000,20000] [--seed 1]

One row a corpus: link precision and recall by difficulty, honest letters linked, templates found, CPU seconds, memory.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "templates"))
from letter_grammar import Book, mixed_book, new_book  # type: ignore[import-not-found]

from ringfinder.templates import TemplateParams, find_templates


def measure(name: str, book: Book, params: TemplateParams) -> None:
    """Run and print one line."""
    table = book.table()
    start = time.process_time()
    found = find_templates(table, params)
    seconds = time.process_time() - start
    truth, level = np.array(book.truth), np.array(book.level)
    is_linked = (found.letters["verdict"] == "linked").to_numpy()
    ids = found.letters["template_id"].to_numpy()
    good, credited = np.zeros(len(truth), dtype=bool), set()
    pure = np.zeros(len(truth), dtype=bool)
    for template in found.templates["template_id"]:
        mine = is_linked & (ids == template)
        values, counts = np.unique(truth[mine & (truth >= 0)], return_counts=True)
        if not len(values) or 2 * counts.max() < mine.sum():
            continue
        owner = values[counts.argmax()]
        pure |= mine & (truth == owner)
        if owner not in credited:
            credited.add(owner)
            good |= mine & (truth == owner)
    recall = {k: good[(level == k) & (truth >= 0)].mean() for k in ("easy", "medium", "hard") if (level == k).any()}
    print(
        f"{name:24s} n {len(truth):6d} templates {len(found.templates):4d} of {len(np.unique(truth[truth >= 0])):4d}"
        f" found {len(credited):4d} linkP {pure.sum() / max(1, (is_linked & (level != 'repeat')).sum()):.3f}"
        f" linkR {good[truth >= 0].mean() if (truth >= 0).any() else 0:.3f}"
        f" {' '.join(f'{k} {v:.2f}' for k, v in recall.items())}"
        f" honest {is_linked[(truth < 0)].mean() if (truth < 0).any() else 0:.4f} null {found.null_p999:.3f}"
        f" cpu {seconds:.1f} peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", default="2000")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    params = TemplateParams()
    for n in map(int, options.letters.split(",")):
        measure("mixed", mixed_book(n, seed=options.seed), params)
        book = new_book(options.seed)
        book.honest(n)
        measure("no rings", book, params)
        for share in (0.05, 0.1, 0.2, 0.3, 0.4):
            book = new_book(options.seed)
            book.ring(int(share * n), number=0)
            book.honest(n - len(book.rows))
            measure(f"one template {share:.0%}", book, params)


if __name__ == "__main__":
    main()
