"""Detection quality on simulated books, beside what a user would pick instead, in one run.

    python -m benchmarks.quality [--full] [--presets lin_ma,cells] [--seeds 900-902] [--policyholders 20000]

The flow: `books` (made, written, read, with their truth) -> `peers` and `ablation` beside ringfinder -> `measure`
(one `Result` a book, method and setting) -> `choose` (each peer's best setting) -> `report` (tables).
Seeds from 900 on are for this benchmark alone: nothing was ever tuned on them.
"""
