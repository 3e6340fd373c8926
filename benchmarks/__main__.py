"""Run every benchmark, or those named: ``python -m benchmarks [web …]``."""

from __future__ import annotations

import sys
from importlib import import_module

ALL = ("web", "registration", "themes", "places", "letters", "sortition", "opinion")


def main() -> int:
    """Run the benchmarks; the number of goals that were missed is the exit code."""
    missed = 0
    for name in sys.argv[1:] or ALL:
        missed += import_module(f"benchmarks.{name}").run()
    return missed


sys.exit(main())
