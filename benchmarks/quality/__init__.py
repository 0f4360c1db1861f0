"""Detection quality on simulated books, beside what a user would pick instead, in one run.

    python -m benchmarks.quality [--full] [--presets lin_ma,cells] [--seeds 900-902] [--policyholders 20000]

The flow: `books` (made, written, read, with their truth) -> `peers` and `ablation` beside ringfinder -> `measure`
(one `Result` a book, method and setting) -> `choose` (each peer's best setting) -> `report` (tables).
Seeds from 900 on are for this benchmark alone; 900 to 902 and 2000 to 2025 were looked at for ADR 0014 and flatter.
"""
