"""What the worker writes to the log: never a value, only what went wrong and where."""

from __future__ import annotations

import logging

import structlog

from engagement.logs import describe

__all__ = ["describe", "log", "quieten_dbos"]

SILENCE_SECONDS = 60.0
LONGEST_MESSAGE = 200

log: structlog.stdlib.BoundLogger = structlog.get_logger("engagement.jobs")


class _Forward(logging.Handler):
    """Each place in the library's code speaks once a minute, a line at most."""

    def __init__(self) -> None:
        super().__init__()
        self._spoke: dict[tuple[str, int], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        place = record.pathname, record.lineno
        if record.created - self._spoke.get(place, 0.0) < SILENCE_SECONDS:
            return
        self._spoke[place] = record.created
        error = record.exc_info[1] if record.exc_info else None
        log.log(
            record.levelno,
            "the queue of runs reports",
            message=record.getMessage().partition("\n")[0][:LONGEST_MESSAGE],
            **(describe(error) if error else {}),
        )


def quieten_dbos() -> None:
    """Pass the warnings of the durable queue to our log and drop the rest of its talk."""
    theirs = logging.getLogger("dbos")
    # Its own handler is added only where there is none.
    theirs.handlers[:] = [_Forward()]
    theirs.propagate = False
    theirs.setLevel(logging.WARNING)
