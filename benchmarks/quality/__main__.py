"""`python -m benchmarks.quality`."""

import os
import sys

if __name__ == "__main__":
    # before numpy is imported: CPU seconds of idle, spinning threads would be counted as work
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from benchmarks.quality.cli import main

    sys.exit(main())
