"""``python -m benchmarks.sortition``."""

import sys

from benchmarks.sortition import run

sys.exit(run())
