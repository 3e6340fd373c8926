"""What can go wrong with a worker."""

from __future__ import annotations


class WorkerCannotStart(Exception):
    """The worker cannot start; the message is one plain line that says what to do."""


class Stopped(BaseException):
    """The worker stops here; the run goes on at the next start.

    Not an ``Exception``: it must pass through the workflow without being written down as its
    outcome, so that the workflow stays open.
    """
