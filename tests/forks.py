"""Processes of their own, which begin at once.

They are forked from a process that has imported everything and opened nothing.
"""

from __future__ import annotations

import multiprocessing

DOORS = "admin facilitators officers public residents staff".split()

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(
    [
        "engagement.cli",
        *(f"engagement.web.{door}" for door in DOORS),
        "engagement.database.migrations",
        "tests.jobs.sample_worker",
    ]
)
