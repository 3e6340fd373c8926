"""How an error is told in a log line: what went wrong and where, never with which values."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

from engagement.config import ROOT


def describe(error: BaseException) -> dict[str, Any]:
    """An error for the log: its class, the classes of its causes, and the lines it came through.

    Its message is left out, because messages quote values: a database says which e-mail address
    is there twice. So are the values of variables.
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
