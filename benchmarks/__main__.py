"""Run every benchmark, or those named: ``python -m benchmarks [web …]``.

All of them together leave what they print in ``docs/benchmarks.md``, with the day and the machine.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib import import_module

import psutil

from engagement.config import ROOT

ALL = (
    "web",
    "registration",
    "members",
    "themes",
    "opinion",
    "tables",
    "choice",
    "places",
    "letters",
    "sortition",
)
DOCUMENT = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    """Run the benchmarks; the number of goals that were missed is the exit code."""
    if named := sys.argv[1:]:
        return sum(import_module(f"benchmarks.{name}").run() for name in named)
    missed, parts = 0, []
    for name in ALL:
        # In a process of its own: what one has used of memory would be counted to the next.
        command = [sys.executable, "-m", "benchmarks", name]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        print(done.stdout, end="", flush=True)
        missed += done.returncode
        parts.append((name, done.stdout))
        # After each, so that what was measured stands though a later one is stopped.
        DOCUMENT.write_text(document(parts, missed), encoding="utf-8")
    return missed


def document(parts: list[tuple[str, str]], missed: int) -> str:
    """What was printed, with when and where it was measured."""
    memory = round(psutil.virtual_memory().total / 2**30)
    head = (
        "# Benchmarks\n\n"
        f"Written by `make bench` on {datetime.now(UTC):%d %B %Y}, on {os.cpu_count()} cores of"
        f" {platform.machine()} with {memory} GB, Python {platform.python_version()},"
        f" {platform.system()}. Seconds drift between machines and hours; ratios are of one run."
        f" Goals missed: {missed}.\n"
    )
    return head + "".join(f"\n## {name}\n\n```\n{text.rstrip()}\n```\n" for name, text in parts)


sys.exit(main())
