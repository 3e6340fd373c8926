"""What the worker writes to the log: never a value, only what went wrong and where."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any

import structlog

from engagement.config import ROOT

log: structlog.stdlib.BoundLogger = structlog.get_logger("engagement.jobs")


def describe(error: BaseException) -> dict[str, Any]:
    """An error for the log: its class, the classes of its causes, and the lines it came through.

    Its message is left out, because messages quote values: a database says which e-mail address
    is there twice.
    """
    classes: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(classes) < 5:
        classes.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": " from ".join(classes),
        "where": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name)


class _Forward(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        log.log(
            record.levelno,
            "the queue of runs reports",
            message=record.getMessage(),
            **(describe(record.exc_info[1]) if record.exc_info and record.exc_info[1] else {}),
        )


def quieten_dbos() -> None:
    """Pass the warnings of the durable queue to our log and drop the rest of its talk."""
    theirs = logging.getLogger("dbos")
    # Its own handler is added only where there is none.
    theirs.handlers[:] = [_Forward()]
    theirs.propagate = False
    theirs.setLevel(logging.WARNING)
