"""Let the test modules of this folder find `make_tables` under importlib import mode."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
