"""What a run may do next, and the form in which its results are kept: pure."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from engagement.runs.errors import MoveNotAllowed, ResultCannotBeKept

MOST_ATTEMPTS = 10


class RunState(StrEnum):
    """Where a run stands."""

    REQUESTED = "requested"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({RunState.FINISHED, RunState.FAILED, RunState.CANCELLED})
_MOVES = {
    RunState.REQUESTED: frozenset({RunState.RUNNING, RunState.CANCELLED}),
    RunState.RUNNING: ENDED,
}


def check_move(present: RunState, following: RunState) -> None:
    """Raise ``MoveNotAllowed`` unless a run may go from one state to the other."""
    if following not in _MOVES.get(present, frozenset()):
        raise MoveNotAllowed(f"a run that is {present} cannot become {following}")


def may_be_repeated(state: RunState) -> bool:
    """Whether a run that ended so may be asked for again."""
    return state in {RunState.FAILED, RunState.CANCELLED}


def has_stopped_too_often(attempts: int) -> bool:
    """Whether a run was taken up so often without finishing a step that it is given up."""
    return attempts > MOST_ATTEMPTS


def as_kept(value: Any) -> Any:
    """The value as JSON gives it back, keys sorted: what a later step sees, and the same bytes.

    A step therefore gets the same thing from the step before it, whether that ran a moment ago
    or in a worker that has since died. Raises ``ResultCannotBeKept`` for what JSON cannot hold.
    """
    try:
        return json.loads(json.dumps(value, sort_keys=True, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ResultCannotBeKept(f"{type(value).__name__} is not plain JSON") from error
